"""Django's registration of this package."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Register the tables of this package under the label `payments`."""

    name = "puntual.payments"
    label = "payments"

"""Django's registration of this package."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Register the tables of this package under the label `agreements`."""

    name = "puntual.agreements"
    label = "agreements"

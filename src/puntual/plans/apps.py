"""Django's registration of this package."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Register the tables of this package under the label `plans`."""

    name = "puntual.plans"
    label = "plans"

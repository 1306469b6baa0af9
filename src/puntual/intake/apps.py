"""Django's registration of this package."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Register the tables of this package under the label `intake`."""

    name = "puntual.intake"
    label = "intake"

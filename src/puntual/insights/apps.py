"""Django's registration of this package."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Register the tables of this package under the label `insights`."""

    name = "puntual.insights"
    label = "insights"

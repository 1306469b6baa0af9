"""Django's registration of this package."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """Register the tables of this package under the label `portfolio`."""

    name = "puntual.portfolio"
    label = "portfolio"

"""Django's registration of this package."""

from django.apps import AppConfig


class CliConfig(AppConfig):
    """Register the tables of this package under the label `cli`."""

    name = "puntual.cli"
    label = "cli"

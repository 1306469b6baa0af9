"""Django's registration of this package."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Register the tables of this package under the label `sources`."""

    name = "puntual.sources"
    label = "sources"

"""Django's registration of this package."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """Register the tables of this package under the label `rights`."""

    name = "puntual.rights"
    label = "rights"

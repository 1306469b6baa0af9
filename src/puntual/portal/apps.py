"""Django's registration of this package."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Register the tables of this package under the label `portal`."""

    name = "puntual.portal"
    label = "portal"

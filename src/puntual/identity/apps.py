"""Django's registration of this package."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Register the tables of this package under the label `identity`."""

    name = "puntual.identity"
    label = "identity"

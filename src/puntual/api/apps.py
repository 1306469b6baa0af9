"""Django's registration of this package."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Give the pages of the API their templates and style."""

    name = "puntual.api"
    label = "api"

"""The Django application of the shared pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, components, static files and template filters used by staff pages and the portal."""

    name = "puntual.web"
    label = "web"

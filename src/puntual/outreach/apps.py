"""Django's registration of this package."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Register the tables of this package under the label `outreach`."""

    name = "puntual.outreach"
    label = "outreach"

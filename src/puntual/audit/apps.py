"""Django's registration of this package."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Register the tables of this package under the label `audit`."""

    name = "puntual.audit"
    label = "audit"

"""Django's registration of this package."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Register the tables of this package under the label `compliance`."""

    name = "puntual.compliance"
    label = "compliance"

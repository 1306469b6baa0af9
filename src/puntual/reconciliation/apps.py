"""Django's registration of this package."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """Register the tables of this package under the label `reconciliation`."""

    name = "puntual.reconciliation"
    label = "reconciliation"

"""Django's registration of this package."""

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    """Register the tables of this package under the label `worker`."""

    name = "puntual.worker"
    label = "worker"

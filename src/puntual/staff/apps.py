"""Django's registration of this package."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Register the tables of this package under the label `staff`."""

    name = "puntual.staff"
    label = "staff"

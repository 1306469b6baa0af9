"""Django's registration of this package."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """Register the tables of this package under the label `companies`."""

    name = "puntual.companies"
    label = "companies"

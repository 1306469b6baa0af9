"""Django's registration of this package."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Register the tables of this package under the label `assessment`."""

    name = "puntual.assessment"
    label = "assessment"

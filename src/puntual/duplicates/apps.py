"""The stage as Django sees it."""

from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    """Are two customers one person?"""

    name = "puntual.duplicates"
    label = "duplicates"

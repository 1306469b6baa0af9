"""Django's registration of this package."""

from django.apps import AppConfig
from django.core.checks import register

from puntual.config import checks


class ConfigConfig(AppConfig):
    """Register the start-up checks under the label `config`."""

    name = "puntual.config"
    label = "config"

    def ready(self) -> None:
        """Make `check` and every server ask whether this configuration is dangerous."""
        register(checks.dangerous_configuration, checks.TAG)

"""What a connector is told: the settings of a source, its secret, and where this company may look."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from puntual.db import schema
from puntual.sources import providers
from puntual.sources.providers.contract import Connector, Errand, UnableToFetch
from puntual.sources.providers.secrets import secret_of
from puntual.sources.types import SecretUse, SettingKind


def connector_of(*, code: str) -> Connector:
    """
    Return a connector.

    Raises: UnableToFetch for one that this version does not have.
    """
    found = providers.connector(code)
    if found is None:
        raise UnableToFetch(_("No existe el conector «%s».") % code[:40])
    return found


def clean_settings(*, connector: Connector, given: Mapping[str, str]) -> dict[str, str]:
    """
    Return the settings of a connector as they are kept: every one that it knows, none that it does not.

    Raises: UnableToFetch.
    """
    known = {one.name: one for one in connector.settings}
    if unknown := sorted(set(given) - known.keys()):
        raise UnableToFetch(_("Este conector no tiene el dato «%s».") % unknown[0][:60])
    kept: dict[str, str] = {}
    for name, setting in known.items():
        value = given.get(name, setting.default)
        value = value.strip() or setting.default
        if setting.is_required and not value:
            raise UnableToFetch(_("Falta el dato «%s».") % setting.label)
        if len(value) > setting.length_max or "\x00" in value:
            raise UnableToFetch(_("El dato «%s» es demasiado largo.") % setting.label)
        if setting.kind is SettingKind.CHOICE and value not in dict(setting.choices):
            raise UnableToFetch(
                _("«%(value)s» no es una opción de «%(label)s».")
                % {"value": value[:40], "label": setting.label}
            )
        kept[name] = value
    connector.refuse_settings(settings=kept)
    return kept


def errand_of(
    *,
    connector: Connector,
    given: Mapping[str, str],
    secret_name: str,
    state: Mapping[str, Any],
    at: datetime,
) -> Errand:
    """
    Put together what a connector needs for one visit.

    Raises: UnableToFetch.
    """
    company = schema.current()
    if connector.secret is SecretUse.REQUIRED and not secret_name:
        raise UnableToFetch(_("Falta el nombre del secreto con la contraseña."))
    uses_secret = connector.secret is not SecretUse.NONE and secret_name
    return Errand(
        settings=clean_settings(connector=connector, given=given),
        secret=secret_of(company=company, name=secret_name) if uses_secret else "",
        state=state,
        at=at,
        folder=Path(settings.SOURCE_FOLDERS) / company if settings.SOURCE_FOLDERS else None,
        open_hosts=frozenset(host.lower() for host in settings.SOURCE_HOSTS),
        bytes_max=settings.IMPORT_FILE_BYTES_MAX,
    )

"""Describe a source, try it, change it, remove it."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from puntual.audit.types import Actor
from puntual.db import schema
from puntual.db.locks import Lock, release_session_lock, try_session_lock
from puntual.flows.sources.errands import clean_settings, connector_of, errand_of
from puntual.flows.sources.pulling import SourceBusy, lock_key
from puntual.intake import queries as intake_rows
from puntual.intake.types import FileKind
from puntual.sources import operations as sources
from puntual.sources import queries as source_rows
from puntual.sources.providers import CONNECTORS
from puntual.sources.providers.contract import Setting
from puntual.sources.types import NewSource, SecretUse


@dataclass(frozen=True, slots=True)
class ConnectorCard:
    """A connector as forms and lists see it."""

    code: str
    label: str
    secret: SecretUse
    settings: tuple[Setting, ...]
    # Where the secret of a name is looked for, for people: PUNTUAL_SOURCE__MUEBLES__…
    secret_variable: str


def connector_list() -> list[ConnectorCard]:
    """List the ways for files to come in by themselves, with what each must be told."""
    variable = source_rows.secret_variable(company=schema.current(), name="")
    return [
        ConnectorCard(
            code=one.code,
            label=str(one.label),
            secret=one.secret,
            settings=one.settings,
            secret_variable=variable,
        )
        for one in (connector_of(code=code) for code in CONNECTORS)
    ]


def save_source(
    *, source_id: int | None, draft: NewSource, is_reset: bool = False, actor: Actor, at: datetime
) -> int:
    """
    Create a source, or change one, and return its id; nothing is reached for.

    Raises: NotFound; sources.operations.UnableToSaveSource; UnableToFetch for settings that could never work.
    """
    checked = _checked(draft)
    if source_id is None:
        return sources.add_source(draft=checked, actor=actor, at=at)
    sources.change_source(source_id=source_id, draft=checked, is_reset=is_reset, actor=actor, at=at)
    return source_id


def check_source(*, draft: NewSource, at: datetime) -> str:
    """
    Reach a source as it is described, take nothing, and say what is there.

    Raises: UnableToFetch; sources.operations.UnableToSaveSource.
    """
    checked = _checked(draft)
    connector = connector_of(code=checked.connector)
    return connector.check(
        errand=errand_of(
            connector=connector, given=checked.settings, secret_name=checked.secret_name, state={}, at=at
        )
    )


def remove_source(*, source_id: int, actor: Actor, at: datetime) -> None:
    """
    Remove a source; what it brought stays.

    Raises: NotFound; SourceBusy while it is being pulled.
    """
    source_rows.work_of(source_id=source_id)
    if not try_session_lock(lock=Lock.SOURCE, key=lock_key(source_id=source_id)):
        raise SourceBusy
    try:
        sources.remove_source(source_id=source_id, actor=actor, at=at)
    finally:
        release_session_lock(lock=Lock.SOURCE, key=lock_key(source_id=source_id))


def _checked(draft: NewSource) -> NewSource:
    connector = connector_of(code=draft.connector)
    secret_name = draft.secret_name.strip() if connector.secret is not SecretUse.NONE else ""
    if connector.secret is SecretUse.REQUIRED and not secret_name:
        raise sources.UnableToSaveSource(_("Falta el nombre del secreto con la contraseña."))
    if secret_name and not source_rows.is_secret_name(name=secret_name):
        raise sources.UnableToSaveSource(
            _(
                "El nombre del secreto lleva mayúsculas, números y guiones bajos sueltos, por ejemplo ERP_CLAVE."
            )
        )
    if draft.kind and draft.kind not in set(FileKind):
        raise sources.UnableToSaveSource(_("No existe esa clase de archivo."))
    if draft.profile:
        intake_rows.profile_named(name=draft.profile)
    return replace(
        draft,
        settings=clean_settings(connector=connector, given=draft.settings),
        secret_name=secret_name,
        profile=draft.profile,
    )

"""
What a person decided about files of one shape, kept under a name for the next one.

Reads: intake.Profile, intake.Import
Writes: intake.Profile, intake.Import (its profile and its choices), intake.Origin (through full_files)
Guarantees: a profile changes no import but one that is still to be applied, and no portfolio; what a file brought that
was applied before its profile was kept counts as having come through that door.
"""

from dataclasses import asdict, replace
from datetime import datetime

from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.intake import queries
from puntual.intake.models import Import
from puntual.intake.models import Profile as ProfileRow
from puntual.intake.operations import full_files
from puntual.intake.operations.files import UnableToReadFile, mapping_json, understand
from puntual.intake.rules import profiles as rules
from puntual.intake.types import Choices, FileKind, ImportState, Profile
from puntual.lib.errors import DomainError

_NAME_LENGTH_MAX = 80
_OPEN_STATES = (ImportState.UPLOADED, ImportState.PREVIEWED)


class UnableToKeepProfile(DomainError):
    """The name of a profile is missing, too long or taken; nothing was written."""

    code = "unable-to-keep-profile"


def fit_profile(*, import_id: int, name: str | None, kind: FileKind | None, currency: str) -> int | None:
    """
    Read an import by a profile, the named one or the one that is most like it, and return the profile's id.

    What a person chose of the file when it was sent (`kind`) goes before the profile. How the shape differs
    is a question of the import (`queries.fitted_profile`).

    Raises: NotFound for a name that no profile has.
    """
    if name is not None:
        found: Profile | None = queries.profile_named(name=name)
    else:
        format_ = Import.objects.values_list("dialect__format", flat=True).get(pk=import_id)
        known = [one for one in queries.profile_list() if one.format == format_]
        columns = queries.columns_of(import_id=import_id)
        same_kind = [one for one in known if kind is None or one.choices.kind in (None, kind)]
        found = rules.best(same_kind, columns)
    if found is None:
        return None
    _lay_over(import_id=import_id, profile=found, kind=kind, currency=currency)
    return found.id


def _lay_over(*, import_id: int, profile: Profile, kind: FileKind | None, currency: str) -> None:
    """Read the file where the profile says, and lay the profile's choices over its columns."""
    if profile.choices.sheet or profile.choices.header_row is not None:
        _read_where(import_id=import_id, choices=profile.choices, kind=kind, currency=currency)
    chosen = rules.fit(profile, queries.columns_of(import_id=import_id))
    if kind is not None:
        chosen = replace(chosen, kind=kind)
    Import.objects.filter(pk=import_id, state__in=_OPEN_STATES).update(
        profile_id=profile.id,
        preview={"choices": queries.plain(value=asdict(chosen))},
        state=ImportState.UPLOADED,
    )


def _read_where(*, import_id: int, choices: Choices, kind: FileKind | None, currency: str) -> None:
    where = Choices(kind=kind or choices.kind, sheet=choices.sheet, header_row=choices.header_row)
    try:
        found = understand(content=queries.content_of(import_id=import_id), choices=where, currency=currency)
    except UnableToReadFile:
        # The sheet or row of the profile is no table in this file: its change of shape is asked, nothing is lost.
        return
    Import.objects.filter(pk=import_id).update(
        dialect=queries.plain(value=asdict(found.dialect)), mapping=mapping_json(found=found)
    )


def drop_profile(*, import_id: int) -> None:
    """Read an import without a profile: by what the file itself says."""
    Import.objects.filter(pk=import_id, state__in=_OPEN_STATES).update(
        profile=None, preview={}, state=ImportState.UPLOADED
    )


def save_profile(*, import_id: int, name: str, actor: Actor, at: datetime) -> int:
    """
    Keep how an import is read under a name, and return the profile's id; a profile of that name is replaced.

    Raises: UnableToKeepProfile.
    """
    kept = _checked_name(name)
    columns = queries.columns_of(import_id=import_id)
    if not columns:
        raise UnableToKeepProfile(_("Primero hay que revisar el archivo."))
    row = Import.objects.values("dialect", "kind").get(pk=import_id)
    chosen = rules.choices_to_keep(queries.stored_choices(import_id=import_id), columns)
    if row["kind"]:
        chosen = replace(chosen, kind=FileKind(row["kind"]))
    values = {
        "format": row["dialect"]["format"],
        "headers": [column.header for column in columns],
        "choices": queries.plain(value=asdict(chosen)),
        "actor_label": actor.label[:120],
        "updated_at": at,
    }
    before = ProfileRow.objects.filter(name__iexact=kept).values("id", "headers", "choices").first()
    if before is None:
        profile_id = ProfileRow.objects.create(name=kept, **values).pk
    else:
        profile_id = before["id"]
        ProfileRow.objects.filter(pk=profile_id).update(**values)
    Import.objects.filter(pk=import_id).update(profile_id=profile_id)
    if Import.objects.filter(pk=import_id, state=ImportState.APPLIED).exists():
        full_files.keep_origins_later(import_id=import_id)
    audit.record(
        actor=actor,
        action="save-import-profile",
        subject_type="import-profile",
        subject_id=profile_id,
        before={key: before[key] for key in ("headers", "choices")} if before else None,
        after={"name": kept, "headers": values["headers"], "choices": values["choices"]},
        at=at,
    )
    return profile_id


def rename_profile(*, profile_id: int, name: str, actor: Actor, at: datetime) -> None:
    """
    Give a profile another name.

    Raises: NotFound; UnableToKeepProfile.
    """
    before = queries.profile_card(profile_id=profile_id)
    kept = _checked_name(name)
    if ProfileRow.objects.filter(name__iexact=kept).exclude(pk=profile_id).exists():
        raise UnableToKeepProfile(_("Ya hay un perfil que se llama «%(name)s».") % {"name": kept})
    ProfileRow.objects.filter(pk=profile_id).update(name=kept, updated_at=at)
    audit.record(
        actor=actor,
        action="rename-import-profile",
        subject_type="import-profile",
        subject_id=profile_id,
        before={"name": before.name},
        after={"name": kept},
        at=at,
    )


def delete_profile(*, profile_id: int, actor: Actor, at: datetime) -> None:
    """
    Forget a profile; what was loaded by it stays.

    Raises: NotFound.
    """
    before = queries.profile_card(profile_id=profile_id)
    ProfileRow.objects.filter(pk=profile_id).delete()
    audit.record(
        actor=actor,
        action="delete-import-profile",
        subject_type="import-profile",
        subject_id=profile_id,
        before={"name": before.name, "headers": list(before.headers)},
        at=at,
    )


def note_profile_used(*, import_id: int, at: datetime) -> None:
    """Remember when the profile of an import was used last."""
    ProfileRow.objects.filter(imports=import_id).update(used_at=at)


def _checked_name(name: str) -> str:
    kept = " ".join(name.split())
    if not kept or "\0" in kept:
        raise UnableToKeepProfile(_("Escriba un nombre para el perfil."))
    if len(kept) > _NAME_LENGTH_MAX:
        raise UnableToKeepProfile(
            _("El nombre es demasiado largo; caben %(max)s letras.") % {"max": _NAME_LENGTH_MAX}
        )
    return kept

"""Reads of profiles: what was decided about files of one shape."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from puntual.intake.models import Import
from puntual.intake.models import Profile as ProfileRow
from puntual.intake.rules import profiles as rules
from puntual.intake.types import (
    Choices,
    Column,
    DateOrder,
    DecimalSign,
    Field,
    FileKind,
    FittedProfile,
    Frequency,
    LoanAmount,
    LoanBalance,
    NegativeMeaning,
    Profile,
    Question,
    QuestionCode,
)
from puntual.lib.errors import NotFound

# How the words of stored choices are read; numbers and texts stand as they are.
_READERS: dict[str, Callable[[Any], Any]] = {
    "kind": FileKind,
    "date_order": DateOrder,
    "decimal_sign": DecimalSign,
    "negatives": NegativeMeaning,
    "frequency": Frequency,
    "loan_amount": LoanAmount,
    "loan_balance": LoanBalance,
    "columns": lambda given: tuple((place, Field(field) if field else None) for place, field in given),
    "confirmed": lambda given: frozenset(QuestionCode(code) for code in given),
}


def choices_of_json(*, said: Mapping[str, Any]) -> Choices:
    """Read choices as they are stored; what is not named there is left to the file."""
    known = {field.name for field in fields(Choices)}
    return Choices(
        **{
            name: _READERS[name](value) if name in _READERS else value
            for name, value in said.items()
            if name in known and is_said(value=value)
        }
    )


def is_said(*, value: object) -> bool:
    """Say whether a choice was made; 0 is one."""
    return bool(value) or (isinstance(value, int) and not isinstance(value, bool))


def columns_of(*, import_id: int) -> tuple[Column, ...]:
    """List the columns of an import as they were understood last."""
    mapping = Import.objects.filter(pk=import_id).values_list("mapping", flat=True).first() or {}
    return tuple(
        Column(
            position=one["position"],
            header=one["header"],
            field=Field(one["field"]) if one["field"] else None,
            confidence=one["confidence"],
            samples=tuple(one["samples"]),
            note=one["note"],
            date_order=DateOrder(one["date_order"]) if one["date_order"] else None,
            decimal_sign=DecimalSign(one["decimal_sign"]) if one["decimal_sign"] else None,
            evidence=one["evidence"],
        )
        for one in mapping.get("columns", ())
    )


def profile_list() -> list[Profile]:
    """List the profiles by name."""
    return [_profile(row) for row in _rows().order_by("name", "id")]


def profile_card(*, profile_id: int) -> Profile:
    """
    Return one profile.

    Raises: NotFound.
    """
    row = _rows().filter(pk=profile_id).first()
    if row is None:
        raise NotFound(_("No existe ese perfil."))
    return _profile(row)


def profile_named(*, name: str) -> Profile:
    """
    Return the profile of a name; capitals make no difference.

    Raises: NotFound.
    """
    row = _rows().filter(name__iexact=name.strip()).first()
    if row is None:
        raise NotFound(_("No existe el perfil «%(name)s».") % {"name": name})
    return _profile(row)


def shape_question(
    *, import_id: int, columns: Sequence[Column], confirmed: Collection[QuestionCode]
) -> Question | None:
    """Ask about columns that are not those of the import's profile, unless a person took them as they are."""
    found = fitted_profile(import_id=import_id, columns=columns)
    if found is None or not found.change.is_any or QuestionCode.SHAPE_CHANGED in confirmed:
        return None
    change = found.change
    values = {
        "name": found.name,
        "renamed": ", ".join(f"«{old}» → «{new}»" for old, new in change.renamed),
        "missing": ", ".join(f"«{header}»" for header in change.missing),
        "added": ", ".join(f"«{header}»" for header in change.added),
    }
    return Question(QuestionCode.SHAPE_CHANGED, options=("confirm",), values=tuple(values.items()))


def fitted_profile(*, import_id: int, columns: Sequence[Column] | None = None) -> FittedProfile | None:
    """Return the profile that an import is read by and how the file differs from it, None without one."""
    profile_id = Import.objects.filter(pk=import_id).values_list("profile_id", flat=True).first()
    row = _rows().filter(pk=profile_id).first() if profile_id else None
    if row is None:
        return None
    found = _profile(row)
    given = columns_of(import_id=import_id) if columns is None else columns
    change = rules.change_of(found, given)
    return FittedProfile(id=found.id, name=found.name, change=change)


def _rows() -> QuerySet[Any, Any]:
    return ProfileRow.objects.annotate(count=Count("imports")).values(
        "id", "name", "format", "headers", "choices", "actor_label", "updated_at", "used_at", "count"
    )


def _profile(row: dict[str, Any]) -> Profile:
    return Profile(
        id=row["id"],
        name=row["name"],
        format=row["format"],
        headers=tuple(row["headers"]),
        choices=choices_of_json(said=row["choices"]),
        actor_label=row["actor_label"],
        updated_at=row["updated_at"],
        used_at=row["used_at"],
        import_count=row["count"],
    )

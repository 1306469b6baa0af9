"""Fit what was decided about one file to the next of the same shape, and say how the shape changed."""

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from puntual.intake.rules import mapping, unnamed, words
from puntual.intake.types import (
    ID_FIELDS,
    REPEATABLE_FIELDS,
    Choices,
    Column,
    DateOrder,
    Field,
    Profile,
    ShapeChange,
)

# So alike are two names of one column, and so many columns two files of one origin share.
_NAME_ALIKE_MIN = 0.6
_SHAPE_ALIKE_MIN = 0.5

# A folded header and how often it stood before: two columns of one name are two columns.
Key = tuple[str, int]


def keys_of(headers: Sequence[str]) -> list[Key]:
    """Fold headers so that accents, capitals and punctuation make no other shape."""
    seen: Counter[str] = Counter()
    keys: list[Key] = []
    for header in headers:
        folded = words.fold(header) or header.strip()
        keys.append((folded, seen[folded]))
        seen[folded] += 1
    return keys


def likeness(profile: Profile, headers: Sequence[str]) -> float:
    """Say what share of all columns the profile and a file have in common; 1 is the same shape."""
    known, given = set(keys_of(profile.headers)), set(keys_of(headers))
    return len(known & given) / max(len(known | given), 1)


def best(profiles: Sequence[Profile], columns: Sequence[Column]) -> Profile | None:
    """Choose the profile most like a file, the one used last of several; None when none is like it."""
    headers = [column.header for column in columns]
    fitting = [
        one
        for one in profiles
        if likeness(one, headers) >= _SHAPE_ALIKE_MIN
        and not (unnamed.are_own_names(headers) and _contradicts(one, columns))
    ]
    return max(
        fitting,
        key=lambda one: (likeness(one, headers), one.used_at or one.updated_at, one.id),
        default=None,
    )


def change_of(profile: Profile, columns: Sequence[Column]) -> ShapeChange:
    """Say which columns a file has more, has no longer, or seems to name in another way."""
    known = dict(zip(keys_of(profile.headers), profile.headers, strict=True))
    given = dict(zip(keys_of([column.header for column in columns]), columns, strict=True))
    missing = [key for key in known if key not in given]
    added = [key for key in given if key not in known]
    renamed = _renamed(profile, missing, {key: given[key] for key in added})
    return ShapeChange(
        added=tuple(given[key].header for key in added if key not in renamed.values()),
        missing=tuple(known[key] for key in missing if key not in renamed),
        renamed=tuple((known[old], given[new].header) for old, new in renamed.items()),
    )


def _renamed(profile: Profile, missing: Sequence[Key], added: Mapping[Key, Column]) -> dict[Key, Key]:
    """Pair a column that is gone with a new one: of one meaning, or of much the same name."""
    meant = _meanings(profile)
    found: list[tuple[float, Key, Key]] = []
    for old in missing:
        for new, column in added.items():
            alike = difflib.SequenceMatcher(a=old[0], b=new[0]).ratio()
            is_one_meaning = column.field is not None and column.field is meant.get(old)
            if is_one_meaning or alike >= _NAME_ALIKE_MIN:
                found.append((alike + is_one_meaning, old, new))
    pairs: dict[Key, Key] = {}
    for _score, old, new in sorted(found, reverse=True):
        if old not in pairs and new not in pairs.values():
            pairs[old] = new
    return pairs


def _contradicts(profile: Profile, columns: Sequence[Column]) -> bool:
    """Say whether columns without names are not those of a profile: more or fewer, or of other values."""
    meant = dict(profile.choices.columns)
    return len(columns) != len(profile.headers) or any(
        not _may_mean(column, meant.get(column.position)) for column in columns
    )


def _may_mean(column: Column, field: Field | None) -> bool:
    """Say whether the values of a column may have a meaning; a number of a customer or document is no day."""
    if field in ID_FIELDS:
        return not column.samples or not all(map(unnamed.is_day, column.samples))
    return field is None or all(mapping.may_be(field, value) for value in column.samples)


def _meanings(profile: Profile) -> dict[Key, Field | None]:
    keys = keys_of(profile.headers)
    return {keys[position]: field for position, field in profile.choices.columns if position < len(keys)}


def fit(profile: Profile, columns: Sequence[Column]) -> Choices:
    """
    Lay the choices of a profile over the columns of a file.

    A renamed column keeps its meaning; what the profile does not know is left to what the file says.
    """
    meant = _meanings(profile)
    old_keys = dict(zip(profile.headers, keys_of(profile.headers), strict=True))
    was = {new: old_keys[old] for old, new in change_of(profile, columns).renamed}
    keys = keys_of([column.header for column in columns])
    chosen: list[tuple[int, Field | None]] = []
    taken: set[Field] = set()
    for column, own_key in zip(columns, keys, strict=True):
        key = was.get(column.header, own_key)
        if key not in meant:
            continue
        field = meant[key]
        if unnamed.are_own_names(profile.headers) and not _may_mean(column, field):
            # Nothing but the values says that it is this column: a person has to.
            continue
        if field is not None and field in taken and field not in REPEATABLE_FIELDS:
            continue
        if field is not None:
            taken.add(field)
        chosen.append((column.position, field))
    return replace(profile.choices, columns=tuple(chosen))


def choices_to_keep(choices: Choices, columns: Sequence[Column]) -> Choices:
    """
    Say what of an import is worth keeping: every meaning as it was understood, and what its columns prove.

    What a person confirmed of one file's data says nothing of the next file's.
    """
    proven = [column for column in columns if column.evidence]
    orders = {column.date_order for column in proven if column.date_order in (DateOrder.DMY, DateOrder.MDY)}
    signs = {column.decimal_sign for column in proven if column.decimal_sign}
    return replace(
        choices,
        columns=tuple((place, column.field) for place, column in enumerate(columns)),
        date_order=choices.date_order or (orders.pop() if len(orders) == 1 else None),
        decimal_sign=choices.decimal_sign or (signs.pop() if len(signs) == 1 else None),
        confirmed=frozenset(),
    )

"""
Parts of a plan as forms: what each field is in the file, and back.

A field is named by the way to it within its part, as the file has it: `oferta.descuento`. What cannot be read as its
kind goes into the plan as it was written, so that the plan itself says what is wrong with it, in its own sentence.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from puntual.plans.types import Fault
from puntual.staff.forms import plan_conditions

_ROWS_MAX = 60
_LENGTH_MAX = 4000
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class PartField:
    """One field: its name within the part, and its kind.

    Kinds: text, area, int, number, select, several, flag, day, condition.
    """

    name: str
    label: Any
    kind: str = "text"
    choices: tuple[tuple[str, Any], ...] = ()
    help: Any = ""
    # What the plan takes where the file does not say it; not written unless it stands there already.
    default: Any = None
    suffix: Any = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class PartRows:
    """A list of small parts: each row has the same fields."""

    name: str
    label: Any
    fields: tuple[PartField, ...]
    # What a new row has where no field says it.
    new: Mapping[str, Any]
    help: Any = ""


@dataclass(frozen=True, slots=True)
class PartForm:
    """A form of one part: where it stands in the file, and its fields in groups with a heading."""

    path: tuple[str | int, ...]
    groups: tuple[tuple[Any, tuple[PartField | PartRows, ...]], ...]
    # What an amount of a condition is in where it does not say so.
    currency: str = ""

    def fields(self) -> Iterable[PartField | PartRows]:
        """Yield all fields, in their order."""
        for _heading, fields in self.groups:
            yield from fields


def at(part: Any, name: str) -> Any:
    """Return what a part says at a dotted name; None where it says nothing."""
    for step in name.split("."):
        part = part.get(step) if isinstance(part, dict) else None
    return part


def _put(part: dict[str, Any], name: str, value: Any) -> None:
    """Make a part say something at a dotted name; what is left of nothing goes."""
    step, _dot, rest = name.partition(".")
    if not rest:
        if value is None:
            part.pop(step, None)
        else:
            part[step] = value
        return
    inner = part.get(step)
    inner = inner if isinstance(inner, dict) else {}
    had_any = bool(inner)
    _put(inner, rest, value)
    if inner:
        part[step] = inner
    elif had_any or value is None:
        part.pop(step, None)


def _read(field: PartField, data: Mapping[str, Any], sent_name: str) -> Any:
    """Read a field out of what was sent; None where it is empty."""
    if field.kind == "condition":
        return plan_conditions.raw_of(plan_conditions.sent_tree(data, sent_name))
    if field.kind == "several":
        given = [str(data.get(f"{sent_name}.{place}", "")).strip() for place in range(_SEVERAL)]
        return [one for one in given if one] or None
    text = str(data.get(sent_name, "")).strip()[:_LENGTH_MAX].replace("\r\n", "\n")
    if field.kind == "flag":
        return sent_name in data
    if not text:
        return None
    if field.kind in ("int", "number"):
        return plan_conditions.number_of(text)
    return text


def _write(part: dict[str, Any], field: PartField, value: Any, *, currency: str = "") -> None:
    was = at(part, field.name)
    if field.kind == "condition" and plan_conditions.is_same(was, value, currency=currency):
        return
    if was is None and (value is None or value == field.default):
        return
    if value is None and field.kind == "select" and field.default is not None:
        value = field.default
    _put(part, field.name, value)


def sent_part(form: PartForm, part: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part as the form that was sent says it; what no field is about stays."""
    found: dict[str, Any] = deepcopy(part) if isinstance(part, dict) else {}
    for field in form.fields():
        if isinstance(field, PartRows):
            rows = _sent_rows(field, at(found, field.name), data)
            if rows or at(found, field.name) is not None:
                _put(found, field.name, rows or None)
        elif field.kind != "condition" or plan_conditions.is_sent(data, field.name):
            _write(found, field, _read(field, data, field.name), currency=form.currency)
    return found


def _sent_rows(rows: PartRows, old: Any, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = old if isinstance(old, list) else []
    found = []
    for place in range(_ROWS_MAX):
        own = f"{rows.name}.{place}"
        if f"{own}.drop" in data:
            continue
        if not any(str(data.get(f"{own}.{field.name}", "")).strip() for field in rows.fields):
            continue
        is_old = place < len(known) and isinstance(known[place], dict)
        row: dict[str, Any] = deepcopy(known[place]) if is_old else dict(rows.new)
        for field in rows.fields:
            _write(row, field, _read(field, data, f"{own}.{field.name}"))
        found.append(row)
    return found


def shown_groups(
    form: PartForm, part: Any, *, currency: str, trees: Mapping[str, Any], told: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Lay the groups of a form out for its template; `trees` are conditions in the middle of being built."""
    return [
        {
            "heading": heading,
            "fields": [
                _shown_rows(field, part, told)
                if isinstance(field, PartRows)
                else _shown(field, part, field.name, told, currency=currency, trees=trees)
                for field in fields
            ],
        }
        for heading, fields in form.groups
    ]


def _shown(
    field: PartField,
    part: Any,
    sent_name: str,
    told: Mapping[str, Sequence[str]],
    *,
    currency: str = "",
    trees: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    value = at(part, field.name)
    value = field.default if value is None else value
    found = {
        "name": sent_name,
        "slot": sent_name.replace(".", "-"),
        "label": field.label,
        "kind": field.kind,
        "choices": _choices(field, value),
        "help": field.help,
        "suffix": field.suffix,
        "value": "" if value is None else value,
        "is_required": field.is_required,
        "told": told.get(sent_name, ()),
    }
    if field.kind == "several":
        known = value if isinstance(value, list) else []
        found["values"] = [(place, known[place] if place < len(known) else "") for place in range(_SEVERAL)]
    if field.kind == "condition":
        tree = (trees or {}).get(field.name) or plan_conditions.tree_of(at(part, field.name))
        found["tree"] = (
            plan_conditions.shown(tree, name=sent_name, currency=currency) if tree is not None else None
        )
    return found


def _choices(field: PartField, value: Any) -> tuple[tuple[str, Any], ...]:
    """Offer what stands in the file too, where it is none of the choices: it is not lost by looking at it."""
    if field.kind != "select" or value in (None, "") or value in dict(field.choices):
        return field.choices
    return (*field.choices, (str(value), str(value)))


def _shown_rows(rows: PartRows, part: Any, told: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    known = at(part, rows.name)
    known = known if isinstance(known, list) else []
    shown = [
        {
            "place": place,
            "is_new": place >= len(known),
            "drop": f"{rows.name}.{place}.drop",
            "told": told.get(f"{rows.name}.{place}", ()),
            "fields": [
                _shown(field, row, f"{rows.name}.{place}.{field.name}", told) for field in rows.fields
            ],
        }
        for place, row in enumerate([*known, {}])
    ]
    return {
        "name": rows.name,
        "slot": rows.name.replace(".", "-"),
        "label": rows.label,
        "help": rows.help,
        "kind": "rows",
        "rows": shown,
        "told": told.get(rows.name, ()),
    }


def told_by_field(form: PartForm, faults: Sequence[Fault], sentences: Sequence[str]) -> dict[str, list[str]]:
    """Lay what is wrong with this part beside its fields; what is about the whole of it is under the empty name."""
    names = {name for field in form.fields() for name in _slots(field)}
    found: dict[str, list[str]] = {}
    for fault, sentence in zip(faults, sentences, strict=True):
        if fault.path[: len(form.path)] != form.path:
            continue
        own = [str(step) for step in fault.path[len(form.path) :]]
        if not form.path and (not own or own[0] not in {name.partition(".")[0] for name in names}):
            # Of another part: a form of the plan itself is about a few of its names.
            continue
        while own and ".".join(own) not in names:
            own.pop()
        found.setdefault(".".join(own), []).append(sentence)
    return found


def _slots(field: PartField | PartRows) -> list[str]:
    if isinstance(field, PartField):
        return [field.name]
    places = [f"{field.name}.{place}" for place in range(_ROWS_MAX)]
    return [field.name, *places, *(f"{place}.{one.name}" for place in places for one in field.fields)]

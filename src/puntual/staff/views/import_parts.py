"""The parts of an import's page, put as its templates take them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.intake import queries as intake_rows
from puntual.intake.types import (
    AMOUNT_FIELDS,
    Field,
    FittedProfile,
    ImportCard,
    ImportPhase,
    ImportState,
    Progress,
    QuestionCode,
)
from puntual.lib.days import BUCKETS
from puntual.staff.forms.imports import (
    ATTRIBUTE,
    DATE_ORDERS,
    DECIMAL_SIGNS,
    FREQUENCIES,
    KINDS,
    LOAN_AMOUNTS,
    LOAN_BALANCES,
    NEGATIVES,
    ChoicesForm,
)
from puntual.web.ageing import LABELS

_REJECTED_SHOWN = 50
_CENTS = re.compile(r"\s*[-(]?\s*\$?\s*\d{1,3}([., ]?\d{3})*[.,]\d{2}\s*\)?\s*")
# Questions that a choice of the form answers, and the words of its options; a sheet is its own word.
_ANSWERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "kind": ("kind", dict(KINDS)),
    "date-order": ("date_order", dict(DATE_ORDERS)),
    "decimal-sign": ("decimal_sign", dict(DECIMAL_SIGNS)),
    "negative-amounts": ("negatives", dict(NEGATIVES)),
    "loan-frequency": ("frequency", dict(FREQUENCIES)),
    "loan-amount": ("loan_amount", dict(LOAN_AMOUNTS)),
    "loan-balance": ("loan_balance", dict(LOAN_BALANCES)),
    "sheet": ("sheet", {}),
    "cfdi-terms": ("terms_days", {}),
}
_DATE_WORDS = {"DMY": lazy("día/mes/año"), "MDY": lazy("mes/día/año"), "YMD": lazy("año-mes-día")}
_SIGN_WORDS = {"POINT": lazy("centavos con punto"), "COMMA": lazy("centavos con coma")}
_NOTE_WORDS = {
    "chosen": lazy("Lo eligió una persona"),
    "empty": lazy("La columna está vacía"),
    "values-differ": lazy("El nombre lo sugiere, pero los valores no"),
    "taken": lazy("Ya hay otra columna con ese dato"),
    "instalment": lazy("Parte de las cuotas de un crédito"),
    "by-values": lazy("Por los valores de la columna"),
}
# How sure a meaning is, from which share on.
_SURE, _PROBABLE = 0.9, 0.7
# Where on the bar each phase begins, and how long it is, of 100.
_STRETCHES = {
    ImportPhase.READING: (0, 40),
    ImportPhase.JUDGING: (40, 15),
    ImportPhase.WRITING: (55, 40),
    ImportPhase.CLOSING: (95, 5),
}
_READING_WHOLE = 60
_TABLES = ("CSV", "FIXED", "XLSX", "XLS", "ODS", "HTML", "XML")
_SEPARATORS = {",": lazy("coma"), ";": lazy("punto y coma"), "\t": lazy("tabulador"), "|": lazy("barra")}


def sheets_of(preview: Mapping[str, Any]) -> tuple[str, ...]:
    """List the sheets of a file that has several, the one that is read first."""
    dialect = preview.get("dialect") or {}
    others = dialect.get("other_sheets") or ()
    return (dialect["sheet"], *others) if others else ()


def is_table(preview: Mapping[str, Any]) -> bool:
    """Say whether the file is a table whose headers stand in some row."""
    return (preview.get("dialect") or {}).get("format") in _TABLES


def steps(card: ImportCard, *, is_read: bool, is_asked: bool) -> list[dict[str, str]]:
    """Say how far an import came."""
    place = {ImportState.APPLYING: 3, ImportState.APPLIED: 5}.get(card.state, 1)
    if card.state is ImportState.PREVIEWED and is_read and not is_asked:
        place = 2
    labels = (_("Subir"), _("Entender"), _("Revisar"), _("Cargar"), _("Resultado"))
    is_refused = card.state is ImportState.REFUSED
    return [
        {
            "label": label,
            "state": "failed"
            if is_refused and number == place
            else "done"
            if number < place
            else "current"
            if number == place
            else "todo",
        }
        for number, label in enumerate(labels)
    ]


def counts(previewed: Mapping[str, Any], card: ImportCard) -> dict[str, Any]:
    """Say what became, or would become, of the rows; once applied, what the import itself says."""
    names = ("rows_total", "rows_accepted", "rows_unchanged", "rows_rejected", "rows_ignored")
    is_applied = card.state is ImportState.APPLIED
    if not previewed and not is_applied:
        return {}
    kept = {**previewed, **({name: getattr(card, name) for name in names} if is_applied else {})}
    # Another file may have been applied since this one was seen: then only the import's own counts are true.
    is_known = "rows_changed" in kept and previewed.get("rows_accepted") == kept["rows_accepted"]
    kept["rows_new"] = kept["rows_accepted"] - kept["rows_changed"] if is_known else None
    return kept


def money_of(one: Mapping[str, Any]) -> dict[str, Any]:
    """Read the sum of one currency."""
    amounts = {name: Decimal(one[name]) for name in ("amount", "open_amount", "paid_amount")}
    return {"currency": one["currency"], "rows": one["rows"], **amounts}


def sums(preview: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read the sums of debts by currency, and those of what moves debts, each with its record."""
    moved = (preview.get("counts") or {}).get("movement_sums", ())
    debts = [money_of(one) for one in preview.get("sums", ())]
    return [
        *(one for one in debts if not moved or one["amount"] or one["open_amount"] or one["paid_amount"]),
        *({**one, "amount": Decimal(one["amount"])} for one in moved),
    ]


def aged(stored: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lay open amounts before and after side by side, a table for each currency, with its total."""
    tables: dict[str, dict[str, tuple[Decimal, Decimal]]] = {}
    for one in stored:
        of_currency = tables.setdefault(one["currency"], {})
        of_currency[one["bucket"]] = (Decimal(one["before"]), Decimal(one["after"]))
    nothing = (Decimal(0), Decimal(0))
    found = []
    for currency, buckets in sorted(tables.items()):
        lines = [
            {"label": LABELS[bucket], "tone": f"ageing-{place}", **_from_to(*buckets.get(bucket, nothing))}
            for place, bucket in enumerate(BUCKETS)
        ]
        before, after = (sum((pair[side] for pair in buckets.values()), Decimal(0)) for side in (0, 1))
        found.append({"currency": currency, "lines": lines, "total": _from_to(before, after)})
    return found


def _from_to(before: Decimal, after: Decimal) -> dict[str, Decimal]:
    return {"before": before, "after": after, "change": after - before}


def change(one: Mapping[str, Any]) -> dict[str, Any]:
    """Read one of the largest changes."""
    days = {
        name: date.fromisoformat(one[name]) if one[name] else None for name in ("due_before", "due_after")
    }
    return {**one, **days, **_from_to(Decimal(one["before"]), Decimal(one["after"]))}


def reading(preview: Mapping[str, Any], card: ImportCard) -> list[tuple[str, str]]:
    """Say in words how the file is written."""
    dialect = preview.get("dialect") or {}
    if not dialect:
        return []
    separator = dialect.get("separator") or ""
    told = [
        (_("Formato"), dialect.get("format", "")),
        (_("Hoja"), dialect.get("sheet", "")),
        (_("Codificación"), dialect.get("encoding", "")),
        (_("Separador"), str(_SEPARATORS.get(separator, separator))),
        (
            _("Encabezados"),
            _("fila %(row)s") % {"row": dialect["header_row"]} if dialect["header_row"] else _("no trae"),
        ),
        (_("Huella"), card.file_hash[:12]),
    ]
    return [(label, value) for label, value in told if value]


def columns(
    preview: Mapping[str, Any], choices: ChoicesForm, *, profile: FittedProfile | None
) -> list[dict[str, Any]]:
    """Say of every column what it is taken for, how sure that is and why."""
    asked = {one["column"] for one in preview.get("questions", ())}
    return [_column(one, choices, asked=asked, profile=profile) for one in preview.get("columns", ())]


def _column(
    column: Mapping[str, Any], choices: ChoicesForm, *, asked: set[str], profile: FittedProfile | None
) -> dict[str, Any]:
    """Say what a column is taken for, why, and what else it may be; what is still asked is not said."""
    name = f"column-{column['position']}"
    chosen = (choices.data.get(name) if choices.is_bound else "") or column["field"] or ATTRIBUTE
    note: Any = _NOTE_WORDS.get(column["note"])
    if column["note"] == "chosen" and profile is not None:
        note = _("Así está en el perfil «%(name)s»") % {"name": profile.name}
    is_told = column["header"] not in asked
    why = [
        str(words)
        for words in (
            note,
            _DATE_WORDS.get(column["date_order"] or "") if is_told else None,
            _SIGN_WORDS.get(column["decimal_sign"] or "") if is_told else None,
        )
        if words
    ]
    if column["evidence"]:
        # Of amounts the evidence is their shape, every digit a nine.
        proof = _("lo prueba la forma «%(value)s»") if column["decimal_sign"] else _("lo prueba «%(value)s»")
        why.append(proof % {"value": column["evidence"]})
    if not why and column["field"]:
        why.append(_("Por su nombre y sus valores"))
    return {
        **column,
        "name": name,
        "meaning": intake_rows.field_name(field=Field(column["field"])) if column["field"] else "",
        "sureness": _sureness(column, profile=profile),
        "options": [
            {
                "value": value,
                "label": intake_rows.field_name(field=Field(value)) if value != ATTRIBUTE else label,
                "is_chosen": value == chosen,
            }
            for value, label in choices.fields[name].choices  # type: ignore[attr-defined]
        ],
        "why": "; ".join(why),
    }


def _sureness(column: Mapping[str, Any], *, profile: FittedProfile | None) -> dict[str, Any]:
    """Say in words how sure a meaning is."""
    if not column["field"] and column["header"].startswith(intake_rows.OWN_HEADER):
        return {"label": _("Es de Puntual: no se guarda"), "tone": "quiet"}
    if not column["field"]:
        return {"label": _("Se guarda como dato extra"), "tone": "quiet"}
    if column["note"] == "chosen":
        return {"label": _("Del perfil") if profile else _("Elegida"), "tone": "good"}
    if column["confidence"] >= _SURE:
        return {"label": _("Segura"), "tone": "good"}
    if column["confidence"] >= _PROBABLE:
        return {"label": _("Probable"), "tone": "info"}
    return {"label": _("Revísela"), "tone": "warn"}


def questions(
    stored: Sequence[Mapping[str, Any]], choices: ChoicesForm, *, columns: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Put open questions with the answers that the form takes; one code is answered once."""
    asked: dict[str, dict[str, Any]] = {}
    for question in stored:
        code = question["code"]
        is_missing = code == QuestionCode.MISSING_COLUMN
        if code in asked and not is_missing:
            asked[code]["texts"].append(question["text"])
            continue
        field, words = _ANSWERS.get(code, ("", {}))
        asked[f"{code}{len(asked)}" if is_missing else code] = {
            "code": code,
            "texts": [question["text"]],
            "field": field,
            "options": [(value, words.get(value, value)) for value in question["options"] if field],
            "chosen": choices.data.get(field, "") if choices.is_bound and field else "",
            "is_confirmed": not field and not is_missing and code != QuestionCode.NAME_COLUMNS,
            "columns": _candidates(question, columns) if is_missing else [],
        }
    return list(asked.values())


def _candidates(question: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """List the columns that may be the missing one, each with some of its values; the free ones first."""
    listed = sorted(columns, key=lambda one: (one["field"] is not None, one["position"]))
    return [
        (f"{field}:{one['position']}", f"{one['header']} ({', '.join(one['samples'][:2])})")
        for field in question["options"][:1]
        for one in listed
    ]


def reasons(preview: Mapping[str, Any], card: ImportCard) -> list[dict[str, Any]]:
    """Count the rejected rows by reason, as long as the preview still says what happened."""
    counted = preview.get("reasons", ())
    if card.state is ImportState.APPLIED and sum(count for _code, count in counted) != card.rows_rejected:
        return []
    return [{"words": intake_rows.reason_text(reason=code), "count": count} for code, count in counted]


def headers(preview: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the columns of the file as it wrote them, and which of them hold amounts."""
    return [
        {
            "text": column["header"],
            "is_amount": bool(column["decimal_sign"]) or column["field"] in AMOUNT_FIELDS,
        }
        for column in preview.get("columns", ())
    ]


def headers_by_values(*, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """List the columns of a file without a preview: those hold amounts whose every cell is written with cents."""
    found = []
    for place, name in enumerate(names):
        values = [row[place] for row in rows if len(row) > place and row[place].strip()]
        found.append({"text": name, "is_amount": bool(values) and all(map(_CENTS.fullmatch, values))})
    return found


def cells(raw: Sequence[str], headers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Put the cells of one row below their columns; a row may have more of them, or fewer."""
    kinds = [one["is_amount"] for one in headers]
    return [
        {"text": text, "is_amount": is_amount}
        for text, is_amount in zip(raw, [*kinds, *([False] * len(raw))], strict=False)
    ]


def notes(preview: Mapping[str, Any], card: ImportCard) -> list[dict[str, Any]]:
    """List the first rejected rows, cells and reason: those kept once applied, else those of the preview."""
    columns = headers(preview)
    if card.state is ImportState.APPLIED:
        found = [asdict(one) for one in intake_rows.rejected_rows(import_id=card.id, limit=_REJECTED_SHOWN)]
    else:
        found = preview.get("rejected", [])
    return [
        {
            "row_number": one["row_number"],
            "words": intake_rows.reason_text(reason=one["reason"], detail=one["detail"]),
            "cells": cells(one["raw"], columns),
        }
        for one in found
    ]


def phase(told: Progress, *, is_reading: bool, is_begun: bool) -> dict[str, Any]:
    """
    Say what is being done with an import, how far it is in words, and where its bar stands.

    What was told of a try that was broken off does not count for the one that has not begun.
    """
    names = {
        ImportPhase.READING: _("Leyendo las filas"),
        ImportPhase.JUDGING: _("Comparando con lo registrado"),
        ImportPhase.WRITING: _("Guardando"),
        ImportPhase.CLOSING: _("Terminando"),
    }
    name = names.get(told.phase) if told.phase and is_begun else None
    waiting = _("En espera de lectura") if is_reading else _("En espera: las cargas van una tras otra")
    begins, length = _STRETCHES.get(told.phase or ImportPhase.WAITING, (0, 0))
    share = min(told.done / told.total, 1) if told.total else 0
    # Reading alone ends with the comparison.
    whole = _READING_WHOLE if is_reading else 100
    return {
        "name": name or waiting,
        "is_counted": is_begun and told.phase is ImportPhase.READING and told.total > 0,
        "percent": min(round((begins + length * share) * 100 / whole), 99) if name else None,
        "is_stoppable": told.phase is not ImportPhase.CLOSING and not told.is_cancel_requested,
    }

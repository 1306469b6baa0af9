"""Cartera › Importar › Filas: every row of a loaded file, as it stood and what it became."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from puntual.identity.types import Permission
from puntual.intake import queries as intake_rows
from puntual.intake.types import ImportCard, RowOutcome, RowResult
from puntual.portfolio import queries as portfolio_rows
from puntual.staff.access import Visit, page
from puntual.staff.views import import_parts as parts

_SHOWN = 50
_DIGITS_MAX = 9
_COUNTS = {
    RowOutcome.ACCEPTED: "rows_accepted",
    RowOutcome.UNCHANGED: "rows_unchanged",
    RowOutcome.REJECTED: "rows_rejected",
    RowOutcome.IGNORED: "rows_ignored",
}


@page(Permission.SEE_IMPORTS)
def rows(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """List the rows of an import from a number on, all or those of one outcome."""
    card = intake_rows.import_card(import_id=import_id)
    asked = request.GET.get("outcome", "")
    outcome = RowOutcome(asked) if asked in set(RowOutcome) else None
    typed = request.GET.get("row", "").strip()
    first = int(typed) if typed.isdecimal() and typed.isascii() and len(typed) <= _DIGITS_MAX else 0
    found = intake_rows.row_outcomes(import_id=import_id, first=first, limit=_SHOWN + 1, outcome=outcome)
    documents = portfolio_rows.receivables_by_id(
        receivable_ids=sorted({one.receivable_id for one in found if one.receivable_id is not None})
    )
    # A file that came in by itself was never looked at by a person, and has no preview.
    headers = parts.headers(intake_rows.stored_preview(import_id=import_id)) or parts.headers_by_values(
        names=intake_rows.headers_of(import_id=import_id), rows=[one.cells for one in found]
    )
    context = {
        "card": card,
        "headers": headers,
        "rows": [_row(one, documents, headers) for one in found[:_SHOWN]],
        "next_row": found[_SHOWN].row_number if len(found) > _SHOWN else None,
        "first": first,
        "outcome": outcome,
        "outcomes": _outcomes(card, chosen=outcome),
    }
    return render(request, "staff/import_rows.html", context)


def _outcomes(card: ImportCard, *, chosen: RowOutcome | None) -> list[dict[str, Any]]:
    return [
        {"code": one.value, "count": getattr(card, name), "is_active": one is chosen}
        for one, name in _COUNTS.items()
    ]


def _row(
    one: RowResult, documents: dict[int, dict[str, Any]], headers: list[dict[str, Any]]
) -> dict[str, Any]:
    document = documents.get(one.receivable_id) if one.receivable_id is not None else None
    return {
        "number": one.row_number,
        "outcome": one.outcome,
        "reason": intake_rows.reason_text(reason=one.reason, detail=one.detail) if one.reason else "",
        "document": document,
        "payment_id": one.payment_id,
        "cells": parts.cells(one.cells, headers),
    }

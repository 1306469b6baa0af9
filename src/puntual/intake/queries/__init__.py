"""Reads of intake: imports and their rows, and what lies staged in the current transaction."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.intake.models import Import, ImportRow
from puntual.intake.queries.files import ROWS_PER_PAGE as ROWS_PER_PAGE
from puntual.intake.queries.files import are_vouchers as are_vouchers
from puntual.intake.queries.files import content_of as content_of
from puntual.intake.queries.files import is_unread as is_unread
from puntual.intake.queries.files import place_of_headers as place_of_headers
from puntual.intake.queries.files import refusal_of as refusal_of
from puntual.intake.queries.files import row_outcome as row_outcome
from puntual.intake.queries.files import row_outcomes as row_outcomes
from puntual.intake.queries.files import rows_numbered as rows_numbered
from puntual.intake.queries.full_files import missing as missing
from puntual.intake.queries.movements import Ready as Ready
from puntual.intake.queries.movements import anything_waits as anything_waits
from puntual.intake.queries.movements import movement as movement
from puntual.intake.queries.movements import movement_list as movement_list
from puntual.intake.queries.movements import movement_totals as movement_totals
from puntual.intake.queries.movements import one_ready as one_ready
from puntual.intake.queries.movements import payments_brought as payments_brought
from puntual.intake.queries.movements import payments_spread as payments_spread
from puntual.intake.queries.movements import ready_movements as ready_movements
from puntual.intake.queries.movements import sources_of_payments as sources_of_payments
from puntual.intake.queries.movements import staged_consents as staged_consents
from puntual.intake.queries.movements import staged_movement_counts as staged_movement_counts
from puntual.intake.queries.movements import staged_movement_sums as staged_movement_sums
from puntual.intake.queries.movements import waiting_of_import as waiting_of_import
from puntual.intake.queries.profiles import choices_of_json as choices_of_json
from puntual.intake.queries.profiles import columns_of as columns_of
from puntual.intake.queries.profiles import fitted_profile as fitted_profile
from puntual.intake.queries.profiles import is_said
from puntual.intake.queries.profiles import profile_card as profile_card
from puntual.intake.queries.profiles import profile_list as profile_list
from puntual.intake.queries.profiles import profile_named as profile_named
from puntual.intake.queries.profiles import shape_question as shape_question
from puntual.intake.queries.progress import progress as progress
from puntual.intake.queries.wording import field_name as field_name
from puntual.intake.queries.wording import reason_text as reason_text
from puntual.intake.queries.wording import refusal_text as refusal_text
from puntual.intake.queries.wording import reworded
from puntual.intake.queries.wording import worded_questions as worded_questions
from puntual.intake.queries.wording import worded_remarks as worded_remarks
from puntual.intake.rules import unnamed
from puntual.intake.rules.fields import OWN_HEADER as OWN_HEADER
from puntual.intake.types import (
    REPEATABLE_FIELDS,
    AgedChange,
    Choices,
    CurrencySum,
    DocumentChange,
    FileKind,
    ImportCard,
    ImportState,
    MovementCount,
    Preview,
    Record,
    RowNote,
    RowOutcome,
    Tally,
)
from puntual.lib.errors import NotFound
from puntual.plans.types import PromptTerms

_STAGED = named.load(Path(__file__).resolve().parents[1] / "sql" / "staged.sql")
_EFFECT = named.load(Path(__file__).resolve().parents[1] / "sql" / "effect.sql")
_CHUNK = 10_000
_CARD = (
    "id",
    "file_name",
    "file_hash",
    "file_bytes",
    "kind",
    "state",
    "rows_total",
    "rows_accepted",
    "rows_unchanged",
    "rows_rejected",
    "rows_ignored",
    "error",
    "actor_label",
    "uploaded_at",
    "applied_at",
)


def _card(row: dict[str, Any]) -> ImportCard:
    kind = FileKind(row["kind"]) if row["kind"] else None
    return ImportCard(**{**row, "kind": kind, "state": ImportState(row["state"])})


def import_card(*, import_id: int) -> ImportCard:
    """
    Return one import.

    Raises: NotFound.
    """
    row = Import.objects.filter(pk=import_id).values(*_CARD).first()
    if row is None:
        raise NotFound(_("No existe esa carga."))
    return _card(row)


def import_list(*, limit: int, offset: int = 0) -> list[ImportCard]:
    """List imports, newest first."""
    found = Import.objects.order_by("-uploaded_at", "-id").values(*_CARD)[offset : offset + limit]
    return [_card(row) for row in found]


def import_count() -> int:
    """Count imports."""
    return Import.objects.count()


def stored_preview(*, import_id: int) -> dict[str, Any]:
    """Return the last preview of an import as plain JSON in the reader's words, empty when there was none."""
    kept = Import.objects.filter(pk=import_id).values_list("preview", flat=True).first() or {}
    return reworded(preview=kept)


def stored_choices(*, import_id: int) -> Choices:
    """Return what a person chose at the last preview."""
    return choices_of_json(said=stored_preview(import_id=import_id).get("choices") or {})


def merged_choices(*, import_id: int, given: Choices) -> Choices:
    """Lay what is said now over what an import brings along (its profile, the last preview)."""
    kept = stored_choices(import_id=import_id)
    claimed = {field for _position, field in given.columns if field} - REPEATABLE_FIELDS
    columns = {position: field for position, field in kept.columns if field not in claimed}
    said = {field.name: getattr(given, field.name) for field in fields(Choices)}
    return replace(
        kept,
        **{
            name: value
            for name, value in said.items()
            if is_said(value=value) and name not in ("columns", "confirmed")
        },
        columns=tuple(sorted((columns | dict(given.columns)).items())),
        confirmed=given.confirmed | kept.confirmed,
    )


def rejected_rows(*, import_id: int, limit: int | None = None, offset: int = 0) -> list[RowNote]:
    """List the rows of an import that were rejected, in the order of the file."""
    found = (
        ImportRow.objects.filter(source_id=import_id, outcome=RowOutcome.REJECTED)
        .order_by("row_number")
        .values_list("row_number", "outcome", "reason", "detail", "raw")
    )
    end = None if limit is None else offset + limit
    return [
        RowNote(number, RowOutcome(outcome), reason, detail, tuple(raw))
        for number, outcome, reason, detail, raw in found[offset:end]
    ]


def headers_of(*, import_id: int) -> list[str]:
    """List the headers of the file of an import."""
    columns = Import.objects.filter(pk=import_id).values_list("mapping", flat=True).first() or {}
    return [column["header"] for column in columns.get("columns", ())]


def titles_of(*, import_id: int) -> list[str]:
    """List the headers of the file of an import; where it had none, what its columns were said to be."""
    columns = columns_of(import_id=import_id)
    are_unnamed = unnamed.are_own_names([column.header for column in columns])
    return [
        field_name(field=column.field) if are_unnamed and column.field else column.header
        for column in columns
    ]


def applied_before(*, file_hash: str, import_id: int) -> datetime | None:
    """Say when another import of the very same bytes was applied last."""
    return (
        Import.objects.filter(file_hash=file_hash, state=ImportState.APPLIED)
        .exclude(pk=import_id)
        .order_by("-applied_at")
        .values_list("applied_at", flat=True)
        .first()
    )


def plain(*, value: Any) -> Any:
    """Turn what intake returns into what JSON knows."""
    if isinstance(value, dict):
        return {str(key): plain(value=one) for key, one in value.items()}
    if isinstance(value, Decimal | date | datetime):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(value=one) for one in value]
    return value


def preview_json(*, preview: Preview, choices: Choices) -> str:
    """Write a preview and the choices behind it as JSON, to be kept with the import."""
    return json.dumps(
        {**plain(value=asdict(preview)), "choices": plain(value=asdict(choices))}, ensure_ascii=False
    )


def staged_tally() -> Tally:
    """Count what the staged file brings."""
    outcomes = dict(rows.fetch_all(_STAGED["tally_rows"]))
    documents = dict(rows.fetch_all(_STAGED["tally_receivables"]))
    payments = dict(rows.fetch_all(_STAGED["tally_payments"]))
    customers = rows.fetch_all(_STAGED["tally_customers"])[0]
    movements = staged_movement_counts()
    beside = next((one for one in movements if one.record is Record.PAYMENT), MovementCount(Record.PAYMENT))
    return Tally(
        rows_total=sum(outcomes.values()),
        rows_accepted=outcomes.get("ACCEPTED", 0),
        rows_unchanged=outcomes.get("UNCHANGED", 0),
        rows_rejected=outcomes.get("REJECTED", 0),
        rows_ignored=outcomes.get("IGNORED", 0),
        customers_new=customers[0],
        customers_changed=customers[1],
        customers_unchanged=customers[2],
        receivables_new=documents.get("NEW", 0),
        receivables_changed=documents.get("CHANGED", 0),
        receivables_unchanged=documents.get("SAME", 0),
        payments_new=payments.get("NEW", 0) + beside.posted,
        payments_unchanged=payments.get("SAME", 0) + beside.unchanged,
        points_new=int(customers[3]),
        rows_changed=rows.fetch_all(_EFFECT["changed_rows"])[0][0],
        movements=movements,
        movement_sums=staged_movement_sums() if movements else (),
    )


def touched_customers() -> list[int]:
    """Return the customers who were there before the staged file and of whom it brings something new."""
    return [row[0] for row in rows.fetch_all(_STAGED["touched_customers"])]


def tally_with_waiting(*, import_id: int, tally: Tally) -> Tally:
    """Say of the movements of an import that was written how many really wait."""
    if not tally.movements:
        return tally
    waiting = waiting_of_import(import_id=import_id)
    counts = tuple(
        replace(
            one,
            posted=one.posted + one.waiting - waiting.get(one.record, 0),
            waiting=waiting.get(one.record, 0),
        )
        for one in tally.movements
    )
    before = sum(one.posted for one in tally.movements if one.record is Record.PAYMENT)
    now = sum(one.posted for one in counts if one.record is Record.PAYMENT)
    return replace(tally, movements=counts, payments_new=tally.payments_new - before + now)


def staged_sums() -> tuple[CurrencySum, ...]:
    """Add the money of the staged file by currency, rejected rows left out."""
    return tuple(CurrencySum(*row) for row in rows.fetch_all(_STAGED["tally_sums"]))


def staged_effect(*, today: date, limit: int) -> tuple[tuple[AgedChange, ...], tuple[DocumentChange, ...]]:
    """Say what the staged file does to the open debts: by currency and age, and its largest changes."""
    aged: list[AgedChange] = []
    largest: list[DocumentChange] = []
    found = rows.fetch_all(_EFFECT["effect"], {"today": today, "limit": limit})
    for part, currency, bucket, before, after, number, key, name, document, due_before, due_after in found:
        if part == "AGED":
            aged.append(AgedChange(currency, bucket, before, after))
        else:
            largest.append(
                DocumentChange(number, key, name, document, currency, before, after, due_before, due_after)
            )
    largest.sort(key=lambda one: (-abs(one.after - one.before), one.row_number))
    return tuple(aged), tuple(largest)


def staged_early_rows(*, terms: Sequence[PromptTerms]) -> list[int]:
    """List the rows of the staged file with payments that may earn a discount for paying early."""
    params = {
        "percents": [one.percent for one in terms],
        "days": [one.days_before_due for one in terms],
        "sinces": [one.since for one in terms],
        "untils": [one.until for one in terms],
    }
    return [row[0] for row in rows.fetch_all(_STAGED["early_rows"], params)]


def staged_reasons() -> tuple[tuple[str, int], ...]:
    """Count the rejected rows of the staged file by reason."""
    return tuple((reason, count) for reason, count in rows.fetch_all(_STAGED["tally_reasons"]))


def staged_odd_dates(*, last_day: date) -> tuple[int, int, int]:
    """Count the staged file's readable rows, those due before they were issued, and debts issued after a day."""
    read, impossible, ahead = rows.fetch_all(_STAGED["odd_dates"], {"last_day": last_day})[0]
    return read, impossible, ahead


def staged_unreadable(*, limit: int) -> list[RowNote]:
    """List the first rows of the staged file that could not be read."""
    return [
        RowNote(number, RowOutcome(outcome), reason, detail, tuple(json.loads(raw)))
        for number, outcome, reason, detail, raw in rows.fetch_all(
            _STAGED["rejected_sample"], {"limit": limit}
        )
    ]


def staged_rejections(*, limit: int | None) -> dict[int, tuple[str, str]]:
    """Return {row number: (reason, detail)} of readable rows that are rejected all the same."""
    found = rows.fetch_all(_STAGED["rejected_numbers"], {"limit": limit})
    return {number: (reason, detail) for number, reason, detail in found}


def _chunks(sql: str, *, start: Any, key: int, **params: Any) -> Iterator[list[tuple[Any, ...]]]:
    """Read a staged list piece by piece, each piece after the last key of the one before."""
    after = start
    while found := rows.fetch_all(sql, {"after": after, "limit": _CHUNK, **params}):
        yield found
        after = found[-1][key]


def staged_customers(*, is_new_left: bool) -> Iterator[list[tuple[Any, ...]]]:
    """Read the staged customers that are changed, and those that are new where not all are written, in pieces."""
    return _chunks(_STAGED["customers_to_write"], start="", key=0, is_new_left=is_new_left)


def staged_receivables(*, states: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """Read the staged documents in one of these states (NEW, CHANGED), in pieces."""
    return _chunks(_STAGED["receivables_to_write"], start=0, key=0, states=list(states))


def staged_payments(*, is_named: bool) -> Iterator[list[tuple[Any, ...]]]:
    """Read the staged new payments that name a document, or those that name none, in pieces."""
    return _chunks(_STAGED["payments_to_write"], start=0, key=0, is_named=is_named)


def staged_balances(*, today: date) -> Iterator[list[tuple[Any, ...]]]:
    """Read the staged documents whose balance is lower than the one stored, in pieces."""
    return _chunks(_STAGED["balances_to_write"], start=0, key=0, today=today)

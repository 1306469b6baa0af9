"""Reads of what cancelled vouchers (CFDI) had done: payments and credit notes."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from puntual.db import named, rows
from puntual.intake.types import MovementState, Record

_SQL = named.load(Path(__file__).resolve().parents[1] / "sql" / "cfdi.sql")


class CancelledMovement(NamedTuple):
    """A payment or credit note whose voucher was cancelled, and the cancellation that says so."""

    cancellation_id: int
    id: int
    record: Record
    state: MovementState
    payment_id: int | None
    customer_id: int | None


class StandingCredit(NamedTuple):
    """An entry of the ledger that a credit note made and nobody took back."""

    id: int
    key: str
    receivable_id: int
    amount: Decimal
    currency: str
    effective_date: date


def cancelled_movements() -> list[CancelledMovement]:
    """List the payments and credit notes that cancellations are about which wait."""
    return [
        CancelledMovement(
            cancellation_id, movement_id, Record(record), MovementState(state), payment_id, customer_id
        )
        for cancellation_id, movement_id, record, state, payment_id, customer_id in rows.fetch_all(
            _SQL["cancelled_movements"]
        )
    ]


def standing_credits(*, movement_ids: Sequence[int]) -> list[StandingCredit]:
    """List what these credit notes have lowered, as it stands in the ledger."""
    found = rows.fetch_all(_SQL["standing_credits"], {"ids": list(movement_ids)})
    return [StandingCredit(*row) for row in found]

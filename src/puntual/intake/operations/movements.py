"""
Movements that files brought: kept, resolved, and marked with what became of them.

Reads: intake.Movement, portfolio.Customer, portfolio.Receivable, the staging tables of the current transaction
Writes: intake.Movement, audit.Event
Guarantees: a row that moves a debt is kept once, whatever becomes of it; what waits keeps its amount; parts of a
movement add up to it; what a person decided is in the audit trail.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.db import named, rows
from puntual.intake.types import Dismissal, MovementState, Record
from puntual.lib.errors import DomainError, NotFound
from puntual.lib.money import ZERO, to_cents, total

_FOLDER = Path(__file__).parent.parent / "sql"
_SQL = named.load(_FOLDER / "movements.sql")
_JUDGING = named.load(_FOLDER / "judging_movements.sql")
_FEW = 200
_LABEL_LENGTH_MAX = 120
_ANSWER_LENGTH_MAX = 300


class UnableToSettle(DomainError):
    """A movement cannot be assigned, parted or put aside as asked; nothing was written."""

    code = "unable-to-settle"


class Settled(NamedTuple):
    """What became of one movement: posted when `reason` is empty."""

    id: int
    remaining: Decimal | None
    payment_id: int | None = None
    reason: str = ""


class Waiting(NamedTuple):
    """A movement that this transaction holds."""

    id: int
    record: Record
    amount: Decimal | None
    remaining: Decimal | None
    currency: str


def keep_movements(*, import_id: int, today: date, at: datetime) -> int:
    """Keep the accepted rows of the staged file that move debts, all of them waiting, and return how many."""
    kept = rows.execute(_JUDGING["keep_movements"], {"import_id": import_id, "today": today, "at": at})
    if kept > _FEW:
        # The planner still believes that hardly any wait, and would look each one up among all the others.
        rows.execute("analyze intake_movement")
    return kept


def resolve_movements() -> int:
    """Find customers and documents of all that waits, and return of how many that changed."""
    return rows.execute(_SQL["resolve"])


def mark_settled(*, settled: Sequence[Settled], settled_by: str = "", at: datetime) -> None:
    """Note what became of movements that were posted, in whole or in part."""
    if settled:
        rows.execute(
            _SQL["mark_posted"],
            {
                "id": [one.id for one in settled],
                "remaining": [one.remaining for one in settled],
                "payment_id": [one.payment_id for one in settled],
                "reason": [one.reason for one in settled],
                "settled_by": settled_by[:_LABEL_LENGTH_MAX],
                "at": at,
            },
        )


def free_credit_notes(*, receivable_ids: Sequence[int]) -> int:
    """
    Let credit notes wait again with what they have laid on documents that become void, and return how many.

    Called while it still stands in the ledger, in the transaction that takes it back. Those that name none but void
    documents are void with them.
    """
    return rows.execute(_SQL["free_credit_notes"], {"receivable_ids": list(receivable_ids)})


def mark_cancelled(*, ids: Sequence[int], at: datetime) -> None:
    """Put aside movements whose document was cancelled."""
    if ids:
        rows.execute(
            _SQL["mark_dismissed"],
            {
                "ids": list(ids),
                "dismissal": Dismissal.CANCELLED.value,
                "answer": "",
                "settled_by": "",
                "at": at,
            },
        )


def lock_waiting(*, movement_id: int) -> Waiting:
    """
    Hold a movement that waits until the transaction ends.

    Raises: NotFound; UnableToSettle when it does not wait.
    """
    found = rows.fetch_all(_SQL["locked"], {"movement_id": movement_id})
    if not found:
        raise NotFound(_("No existe ese movimiento."))
    if found[0][2] != MovementState.WAITING:
        raise UnableToSettle(_("Ese movimiento ya no está por identificar."))
    return Waiting(found[0][0], Record(found[0][1]), found[0][3], found[0][4], found[0][5])


def assign_movement(
    *, movement_id: int, customer_id: int, receivable_id: int | None, actor: Actor, at: datetime
) -> None:
    """Note whose a movement is and what it is about; the flow then posts it."""
    rows.execute(
        _SQL["assign"],
        {"movement_id": movement_id, "customer_id": customer_id, "receivable_id": receivable_id},
    )
    audit.record(
        actor=actor,
        action="assign-movement",
        subject_type="movement",
        subject_id=movement_id,
        customer_id=customer_id,
        after={"receivable_id": receivable_id},
        at=at,
    )


def split_movement(*, movement_id: int, amounts: Sequence[Decimal], actor: Actor, at: datetime) -> list[int]:
    """
    Part a payment that waits into parts that wait, and return their ids; they add up to it.

    Raises: NotFound; UnableToSettle.
    """
    waiting = lock_waiting(movement_id=movement_id)
    if waiting.record is not Record.PAYMENT or waiting.amount is None:
        raise UnableToSettle(_("Solo se puede dividir un pago."))
    if len(amounts) < 2 or any(amount <= ZERO or amount != to_cents(amount) for amount in amounts):
        raise UnableToSettle(_("Indique dos partes o más, cada una mayor que cero y con dos decimales."))
    if total(amounts) != waiting.amount:
        raise UnableToSettle(_("Las partes deben sumar el importe del pago."))
    ids = [
        int(
            rows.fetch_all(
                _SQL["add_part"],
                {"movement_id": movement_id, "number": number, "amount": amount, "at": at},
            )[0][0]
        )
        for number, amount in enumerate(amounts, 1)
    ]
    rows.execute(
        _SQL["mark_split"],
        {"movement_id": movement_id, "settled_by": actor.label[:_LABEL_LENGTH_MAX], "at": at},
    )
    audit.record(
        actor=actor,
        action="split-movement",
        subject_type="movement",
        subject_id=movement_id,
        after={"parts": [str(amount) for amount in amounts], "ids": ids},
        at=at,
    )
    return ids


def dismiss_movement(
    *, movement_id: int, dismissal: Dismissal, answer: str, actor: Actor, at: datetime
) -> None:
    """
    Put a movement aside that is none of ours, was given back, or came twice.

    Raises: NotFound; UnableToSettle when it does not wait, was posted in part, or no reason is given.
    """
    waiting = lock_waiting(movement_id=movement_id)
    if not answer.strip():
        raise UnableToSettle(_("Escriba el motivo."))
    if waiting.remaining != waiting.amount:
        raise UnableToSettle(_("Una parte ya se aplicó; no se puede descartar."))
    rows.execute(
        _SQL["mark_dismissed"],
        {
            "ids": [movement_id],
            "dismissal": dismissal.value,
            "answer": answer.strip()[:_ANSWER_LENGTH_MAX],
            "settled_by": actor.label[:_LABEL_LENGTH_MAX],
            "at": at,
        },
    )
    audit.record(
        actor=actor,
        action="dismiss-movement",
        subject_type="movement",
        subject_id=movement_id,
        before={"state": MovementState.WAITING.value},
        after={"state": MovementState.DISMISSED.value, "dismissal": dismissal.value},
        at=at,
    )


def reopen_movement(*, movement_id: int, actor: Actor, at: datetime) -> None:
    """
    Let a movement that was put aside wait again.

    Raises: NotFound; UnableToSettle when it was not put aside.
    """
    found = rows.fetch_all(_SQL["locked"], {"movement_id": movement_id})
    if not found:
        raise NotFound(_("No existe ese movimiento."))
    if found[0][2] != MovementState.DISMISSED:
        raise UnableToSettle(_("Ese movimiento no está descartado."))
    rows.execute(_SQL["mark_waiting"], {"movement_id": movement_id})
    audit.record(
        actor=actor,
        action="reopen-movement",
        subject_type="movement",
        subject_id=movement_id,
        before={"state": MovementState.DISMISSED.value},
        after={"state": MovementState.WAITING.value},
        at=at,
    )


def erase_movements(*, external_id: str, words: Sequence[str]) -> int:
    """Take away what names a person in movements, and return of how many."""
    return rows.execute(_SQL["erase_customer"], {"external_id": external_id, "words": list(words)})

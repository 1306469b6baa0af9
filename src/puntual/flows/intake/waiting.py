"""What waits for its customer or document, decided by a person: assign it, part it, put it aside, take that back."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit.types import Actor
from puntual.db.locks import Lock, lock_in_transaction, try_lock_in_transaction
from puntual.flows import money_in, placing
from puntual.flows.intake.previewing import company_facts
from puntual.flows.intake.settling import (
    post_adjustments,
    post_credit_notes,
    post_disputes,
    post_payments,
    settle_debts,
    settle_disputes,
    settle_payments,
)
from puntual.intake import operations as intake
from puntual.intake import queries as intake_rows
from puntual.intake.types import Dismissal, MovementState, Record
from puntual.portfolio import queries as portfolio

_REASON = "import"


@placing.change()
def assign_movement(
    *,
    movement_id: int,
    customer_id: int,
    receivable_id: int | None,
    actor: Actor,
    today: date,
    at: datetime,
) -> MovementState:
    """
    Say whose a movement is and which document it is about (None: oldest first), post it, and return its state.

    What cannot be posted in whole still waits: a credit note of a customer who owes nothing, an adjustment below zero.

    Raises: NotFound; intake.operations.UnableToSettle; what payments and portfolio refuse.
    """
    _assign(
        movement_id=movement_id,
        customer_id=customer_id,
        receivable_id=receivable_id,
        actor=actor,
        today=today,
        at=at,
    )
    return intake_rows.movement(movement_id=movement_id).state


def _assign(
    *,
    movement_id: int,
    customer_id: int,
    receivable_id: int | None,
    actor: Actor,
    today: date,
    at: datetime,
) -> None:
    company = company_facts()
    _keep_from_imports()
    waiting = intake.lock_waiting(movement_id=movement_id)
    portfolio.customer_card(customer_id=customer_id)
    if receivable_id is None and waiting.record in (Record.ADJUSTMENT, Record.CANCELLATION):
        raise intake.UnableToSettle(_("Elija el documento."))
    if receivable_id is not None:
        items = portfolio.open_items(customer_id=customer_id)
        item = next((one for one in items if one.id == receivable_id), None)
        if item is None:
            raise intake.UnableToSettle(_("El documento no tiene saldo de ese cliente."))
        if waiting.currency and item.currency != waiting.currency:
            raise intake.UnableToSettle(_("La moneda no es la del documento."))
    intake.assign_movement(
        movement_id=movement_id, customer_id=customer_id, receivable_id=receivable_id, actor=actor, at=at
    )
    placing.touch(customer_ids=[customer_id])
    one = intake_rows.one_ready(movement_id=movement_id, currency=company.currency)
    if waiting.record is Record.PAYMENT:
        # What a person says counts, also of money that a receipt left over.
        post_payments(piece=[one._replace(code="")], settled_by=actor.label, today=today, at=at)
    elif waiting.record is Record.DISPUTE:
        post_disputes(piece=[one], country=company.country, today=today, at=at)
    elif waiting.record is Record.CREDIT_NOTE:
        touched = post_credit_notes(piece=[one], at=at)
        money_in.follow(customer_ids=sorted(touched), reason=_REASON, at=at, today=today)
    elif waiting.record is Record.ADJUSTMENT:
        touched = post_adjustments(piece=[one], at=at)
        money_in.follow(customer_ids=sorted(touched), reason=_REASON, at=at, today=today)
    else:
        raise intake.UnableToSettle(_("Una cancelación espera a su documento; solo se puede descartar."))


def _keep_from_imports() -> None:
    """Keep away from an import that is under way: it may post the same movement."""
    if not try_lock_in_transaction(lock=Lock.IMPORT_FILE, key=intake.APPLY_KEY):
        raise intake.UnableToSettle(_("Hay una carga en curso. Intente de nuevo en un momento."))


@transaction.atomic(durable=True)
def split_movement(*, movement_id: int, amounts: Sequence[Decimal], actor: Actor, at: datetime) -> list[int]:
    """
    Part a payment that waits; its parts wait in its place and can be assigned one by one. Return their ids.

    Raises: NotFound; intake.operations.UnableToSettle.
    """
    _keep_from_imports()
    return intake.split_movement(movement_id=movement_id, amounts=amounts, actor=actor, at=at)


@transaction.atomic(durable=True)
def dismiss_movement(
    *, movement_id: int, dismissal: Dismissal, answer: str, actor: Actor, at: datetime
) -> None:
    """
    Put a movement aside: none of ours, given back, or come twice; the same row again stays known.

    Raises: NotFound; intake.operations.UnableToSettle.
    """
    _keep_from_imports()
    intake.dismiss_movement(movement_id=movement_id, dismissal=dismissal, answer=answer, actor=actor, at=at)


@transaction.atomic(durable=True)
def reopen_movement(*, movement_id: int, actor: Actor, at: datetime) -> None:
    """
    Let a movement that was put aside wait again.

    Raises: NotFound; intake.operations.UnableToSettle.
    """
    _keep_from_imports()
    intake.reopen_movement(movement_id=movement_id, actor=actor, at=at)


def settle_waiting(*, today: date, at: datetime) -> None:
    """
    Post all that waits for nothing any more: customers and documents also come by other doors than files.

    Needs a transaction: all of it, or nothing.
    """
    if not intake_rows.anything_waits():
        return
    lock_in_transaction(lock=Lock.IMPORT_FILE, key=intake.APPLY_KEY)
    company = company_facts()
    settle_debts(currency=company.currency, today=today, at=at)
    settle_payments(currency=company.currency, today=today, at=at)
    settle_disputes(today=today, at=at)

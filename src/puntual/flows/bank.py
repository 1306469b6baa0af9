"""
The bank's word: read a statement → keep its credits → those that carry a customer's reference become payments.

What no reference explains waits for a person, who matches it with a customer or puts it aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.companies import queries as companies
from puntual.flows import money_in, placing
from puntual.payments import queries as payment_rows
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as portfolio_rows
from puntual.reconciliation import operations as reconciliation
from puntual.reconciliation import queries as bank_rows
from puntual.reconciliation.types import BankLine


@dataclass(frozen=True, slots=True)
class BankImport:
    """What became of a statement. Of the new lines, `linked` were payments known before, `paid` are new ones."""

    new: int
    unchanged: int
    charges: int
    linked: int
    paid: int
    unmatched: int


@placing.change()
def import_bank_csv(
    *, name: str, content: bytes, actor: Actor, today: date, at: datetime, bank_account: str = ""
) -> BankImport:
    """
    Take a statement in: all of it, or nothing. The same statement again changes nothing.

    Raises: reconciliation.queries.UnableToReadStatement; money_in.UnableToReceive for a day to come.
    """
    company = companies.current_company(base_url=settings.BASE_URL)
    statement = bank_rows.read_statement(
        content=content, currency=company.currency, bank_account=bank_account
    )
    loaded = reconciliation.load_bank_lines(lines=statement.lines, at=at)
    lines = reconciliation.lock_lines(line_ids=loaded.new_ids)
    owners = bank_rows.owners_of(lines=lines)
    linked, paid = _match(lines=lines, owners=owners, at=at, today=today)
    summary = BankImport(
        new=len(lines),
        unchanged=loaded.unchanged,
        charges=statement.charges,
        linked=linked,
        paid=paid,
        unmatched=len(lines) - linked - paid,
    )
    if lines:
        audit.record(
            actor=actor,
            action="import-bank-statement",
            subject_type="bank_statement",
            subject_id=None,
            after={"name": name[:200], "new": summary.new, "linked": linked, "paid": paid},
            at=at,
        )
    return summary


@placing.change()
def match_line(*, line_id: int, customer_id: int, actor: Actor, at: datetime, today: date) -> int:
    """
    Say by hand whose money a line is, and return the payment: one known before, or a new one.

    Raises: NotFound; reconciliation.operations.UnableToMatch when the line does not wait for it.
    """
    customer = portfolio_rows.customer_card(customer_id=customer_id)
    line = reconciliation.lock_unmatched_line(line_id=line_id)
    _match(lines=[line], owners={line.id: customer.id}, at=at, today=today)
    payment_id = int(bank_rows.line(line_id=line_id)["payment_id"])
    audit.record(
        actor=actor,
        action="match-bank-line",
        subject_type="bank_line",
        subject_id=line_id,
        customer_id=customer_id,
        after={"payment_id": payment_id},
        at=at,
    )
    return payment_id


@transaction.atomic(durable=True)
def ignore_line(*, line_id: int, actor: Actor, at: datetime) -> None:
    """
    Put a line aside: it is no customer's money.

    Raises: NotFound; reconciliation.operations.UnableToMatch when the line does not wait for it.
    """
    reconciliation.ignore_line(line_id=line_id, actor=actor, at=at)


@transaction.atomic(durable=True)
def restore_line(*, line_id: int, actor: Actor, at: datetime) -> None:
    """
    Take back a line that was put aside.

    Raises: NotFound; reconciliation.operations.UnableToMatch when it is not put aside.
    """
    reconciliation.restore_line(line_id=line_id, actor=actor, at=at)


def _match(
    *, lines: Sequence[BankLine], owners: Mapping[int, int], at: datetime, today: date
) -> tuple[int, int]:
    """Give each line that has an owner its payment; return how many were known and how many are new."""
    # Held from here on, so that nobody notes the same money by another way meanwhile.
    portfolio.lock_open_items(customer_ids=sorted(set(owners.values())))
    known = bank_rows.known_payments(lines=lines, owners=dict(owners))
    fresh = {line.id: line for line in lines if line.id in owners and line.id not in known}
    keys = {line_id: f"bank:{line_id}:{at.isoformat()}" for line_id in fresh}
    money_in.receive_within(
        given=[
            _payment(line=line, customer_id=owners[line.id], key=keys[line.id]) for line in fresh.values()
        ],
        at=at,
        today=today,
    )
    ids = payment_rows.payment_ids_of(keys=list(keys.values()))
    made = {line_id: ids[key] for line_id, key in keys.items()}
    reconciliation.mark_matched(pairs={**known, **made})
    return len(known), len(made)


def _payment(*, line: BankLine, customer_id: int, key: str) -> NewPayment:
    return NewPayment(
        key=key,
        customer_id=customer_id,
        amount=line.amount,
        currency=line.currency,
        value_date=line.booked_date,
        method=PaymentMethod.TRANSFER,
        reference=line.reference or line.description[:120],
    )

"""Write what was judged, piece by piece."""

import json
from datetime import date, datetime

from django.utils.translation import gettext as _

from puntual.audit.types import Actor
from puntual.contacts import operations as contacts
from puntual.contacts.types import Channel, ConsentDecision
from puntual.flows import money_in
from puntual.intake import operations as intake
from puntual.intake import queries as intake_rows
from puntual.lib.money import ZERO
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio import operations as portfolio
from puntual.portfolio.types import (
    BALANCE_KEY,
    CustomerKind,
    EntryKind,
    NewCustomer,
    NewEntry,
    NewReceivable,
    ReceivableKind,
)

_SOURCE_LENGTH_MAX = 80


def write_customers(*, source: str, new: int, at: datetime) -> None:
    """
    Write the staged customers that are new or changed, then their contact points.

    New ones go in by one statement. Where that leaves some out, all are compared one by one.
    """
    intake.give_rows()
    is_new_left = new > 0 and portfolio.add_given_customers(at=at) < new
    for piece in intake_rows.staged_customers(is_new_left=is_new_left):
        customers = [
            NewCustomer(
                external_id=external_id,
                name=name,
                kind=CustomerKind(kind) if kind else None,
                short_name=short_name,
                tax_id=tax_id,
                language=language,
                time_zone=time_zone,
                state=state,
                city=city,
                postal_code=postal_code,
                sector=sector,
                tags=tuple(tags),
                attributes=tuple(json.loads(attributes).items()),
            )
            for (
                external_id,
                name,
                kind,
                short_name,
                tax_id,
                language,
                time_zone,
                state,
                city,
                postal_code,
                sector,
                tags,
                attributes,
            ) in piece
        ]
        portfolio.upsert_customers(customers=customers, at=at)
    contacts.add_given_points(source=source[:_SOURCE_LENGTH_MAX], at=at)


def write_consents(*, source: str, actor: Actor, at: datetime) -> None:
    """Keep what the file says of channels; no counts more than yes."""
    for customer_id, channel, is_out in intake_rows.staged_consents():
        contacts.set_consent(
            customer_id=customer_id,
            channel=Channel(channel),
            decision=ConsentDecision.OPTED_OUT if is_out else ConsentDecision.GRANTED,
            source=source[:_SOURCE_LENGTH_MAX],
            note="",
            actor=actor,
            at=at,
        )


def write_receivables(*, new: int, at: datetime) -> None:
    """Write the staged documents that are new, by one statement, and those that are changed."""
    is_whole = new == 0 or portfolio.add_given_receivables(at=at) == new
    states = ("CHANGED",) if is_whole else ("NEW", "CHANGED")
    for piece in intake_rows.staged_receivables(states=states):
        receivables = [
            NewReceivable(
                key=key,
                customer_id=customer_id,
                kind=ReceivableKind(kind),
                document_number=document_number,
                currency=currency,
                issue_date=issue_date,
                due_date=due_date,
                amount=amount,
                account=account,
                product=product,
                attributes=tuple(json.loads(attributes).items()),
            )
            for (
                _row_number,
                key,
                customer_id,
                kind,
                document_number,
                currency,
                issue_date,
                due_date,
                amount,
                account,
                product,
                attributes,
            ) in piece
        ]
        portfolio.upsert_receivables(receivables=receivables, at=at)


def write_payments(*, today: date, at: datetime) -> None:
    """Payments that name a document go first: what is left of the debts is for those that name none."""
    for is_named in (True, False):
        for piece in intake_rows.staged_payments(is_named=is_named):
            payments = [
                NewPayment(
                    key=key,
                    customer_id=customer_id,
                    amount=amount,
                    currency=currency,
                    value_date=value_date,
                    method=PaymentMethod(method),
                    reference=reference,
                    note=note,
                    allocations=((receivable_id, allocated),) if is_named else (),
                )
                for (
                    _row_number,
                    key,
                    customer_id,
                    amount,
                    currency,
                    value_date,
                    method,
                    reference,
                    note,
                    receivable_id,
                    allocated,
                ) in piece
            ]
            money_in.receive_within(given=payments, at=at, today=today)


def write_balances(*, import_id: int, today: date, at: datetime) -> None:
    """Post what the file says was settled elsewhere, so that the open amount is the balance of the file."""
    for piece in intake_rows.staged_balances(today=today):
        entries = [
            NewEntry(
                key=f"{BALANCE_KEY}{import_id}:{receivable_id}",
                receivable_id=receivable_id,
                kind=EntryKind.ADJUSTMENT,
                amount=change,
                currency=currency,
                effective_date=effective_date,
                note=_("Saldo según el archivo de cartera"),
            )
            for _row_number, receivable_id, currency, effective_date, change in piece
            if change < ZERO
        ]
        portfolio.post_entries(entries=entries, at=at)

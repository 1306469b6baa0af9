"""Two customers with a life of their own, united, and every row of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from puntual.agreements import operations as agreements
from puntual.agreements.types import DisputeReason, HoldReason
from puntual.audit.types import Actor, ActorKind
from puntual.contacts import operations as contacts
from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    ConsentDecision,
    Direction,
    NewAttempt,
    Purpose,
    ResponseKind,
    Wish,
)
from puntual.duplicates.models import Proposal
from puntual.flows import daily_run, intake, merging, money_in
from puntual.outreach import operations as outreach
from puntual.payments import operations as payments
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer
from tests.factories import make_point
from tests.outreach_factories import make_message

ANA = Actor(kind=ActorKind.STAFF, id=1, label="Ana")
LUIS = Actor(kind=ActorKind.STAFF, id=2, label="Luis")
# Tables of the record, what only grows, and what is looked at anew: what is wrong with the data.
NOT_COMPARED = ("duplicates_", "audit_", "django_", "procrastinate_", "insights_")


def snapshot() -> dict[str, list[str]]:
    """Read every row of every table of the company as text."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.tables"
            " where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1"
        )
        for (table,) in cursor.fetchall():
            if not table.startswith(NOT_COMPARED):
                # Up to when a state knows everything moves on with every change that is looked at.
                shown = "(to_jsonb(t) - 'known_at')" if table == "assessment_customerstate" else "t"
                cursor.execute(f'select {shown}::text from "{table}" t order by 1')
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, Any]:
    """Name the tables in which something differs, with what differs."""
    return {
        table: (sorted(set(before[table]) ^ set(after[table])))
        for table in before
        if before[table] != after[table]
    }


def propose(first: Customer, second: Customer) -> int:
    """Find the pair and return the proposal that waits."""
    merging.find_duplicates(at=first.created_at, is_forced=True)
    return Proposal.objects.get(
        low_customer_id=min(first.pk, second.pk), high_customer_id=max(first.pk, second.pk)
    ).pk


def unite(source: Customer, target: Customer, today: date, now: datetime) -> int:
    """Unite two customers whose tax id is the same."""
    return merging.confirm(
        proposal_id=propose(source, target), survivor_id=target.pk, actor=ANA, today=today, at=now
    )


def pay(customer: Customer, amount: str, today: date, now: datetime, **fields: Any) -> int:
    """Record money of a customer."""
    return money_in.receive_payment(
        payment=NewPayment(
            key=fields.pop("key", f"pago:{customer.pk}:{amount}"),
            customer_id=customer.pk,
            amount=Decimal(amount),
            currency="MXN",
            value_date=today,
            method=PaymentMethod.TRANSFER,
        ),
        actor=ANA,
        at=now,
        today=today,
    )


def live(customer: Customer, acts: set[str], today: date, now: datetime) -> None:
    """Let some things happen to a customer."""
    items = portfolio.open_items(customer_id=customer.pk)
    whole: dict[str, Any] = {"customer_id": customer.pk, "actor": ANA, "at": now}
    lives: dict[str, Callable[[], Any]] = {
        "pay": lambda: pay(customer, "250.00", today, now),
        "report": lambda: payments.report_payment(
            key=f"aviso:{customer.pk}",
            customer_id=customer.pk,
            amount=Decimal(10),
            currency="MXN",
            paid_on=today,
            reference="R",
            note="",
            at=now,
        ),
        "promise": lambda: agreements.make_promise(
            key=f"promesa:{customer.pk}",
            amount=Decimal(100),
            currency="MXN",
            due_date=today + timedelta(days=3),
            channel=Channel.CALL,
            note="",
            today=today,
            **whole,
        ),
        "dispute": lambda: agreements.open_dispute(
            receivable_id=items[0].id,
            reason=DisputeReason.QUALITY,
            note="",
            amount=None,
            channel=Channel.CALL,
            today=today,
            country="MX",
            **whole,
        ),
        "whole-dispute": lambda: agreements.open_dispute(
            receivable_id=None,
            reason=DisputeReason.NOT_MINE,
            note="",
            amount=None,
            channel=Channel.CALL,
            today=today,
            country="MX",
            **whole,
        ),
        "hold": lambda: agreements.place_hold(
            receivable_id=None,
            reason=HoldReason.HARDSHIP,
            note="",
            from_date=today,
            until_date=today,
            **whole,
        ),
        "stop": lambda: contacts.set_consent(
            channel=Channel.EMAIL, decision=ConsentDecision.OPTED_OUT, source="portal", note="", **whole
        ),
        "grant": lambda: contacts.set_consent(
            channel=Channel.EMAIL,
            decision=ConsentDecision.GRANTED,
            source="staff",
            note="",
            **(whole | {"at": now - timedelta(days=customer.pk % 3)}),
        ),
        "preference": lambda: contacts.set_wish(
            customer_id=customer.pk,
            wish=Wish(channel=Channel.EMAIL, hours=None),
            source="portal",
            note="",
            actor=LUIS,
            at=now - timedelta(days=1),
        ),
        "call": lambda: contacts.record_attempts(
            attempts=[
                NewAttempt(
                    f"llamada:{customer.pk}",
                    customer.pk,
                    None,
                    Channel.CALL,
                    Direction.OUTBOUND,
                    Purpose.COLLECTION,
                    AttemptOutcome.NO_ANSWER,
                    now - timedelta(days=1),
                )
            ]
        ),
        "reply": lambda: contacts.record_response(
            key=f"respuesta:{customer.pk}",
            customer_id=customer.pk,
            kind=ResponseKind.REPLIED,
            channel=Channel.EMAIL,
            at=now,
        ),
        "link": lambda: outreach.make_portal_link(customer_id=customer.pk, at=now),
        "message": lambda: make_message(customer=customer),
        "shared-point": lambda: make_point(customer=customer, value="los.dos@correo.example"),
        "run": lambda: daily_run.run_day(today=today, at=now),
    }
    for name, act in lives.items():
        if name in acts:
            act()


HEADERS = "Cliente,Nombre,RFC,Factura,Fecha factura,Vencimiento,Importe"


def load(*lines: str, today: date, now: datetime, name: str = "cartera.csv") -> Any:
    """Bring a portfolio file in."""
    content = "\n".join([HEADERS, *lines, ""]).encode()
    import_id = intake.load_file(name=name, content=content, kind=None, actor=ANA, at=now)
    return intake.apply_import(import_id=import_id, actor=ANA, today=today, at=now)

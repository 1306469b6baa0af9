"""The smallest valid rows, written through the product's own operations."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from puntual.contacts import operations as contacts
from puntual.contacts.models import ContactPoint
from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    Direction,
    NewAttempt,
    NewPoint,
    OwnerRole,
    PointKind,
    Purpose,
)
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import Customer, Receivable
from puntual.portfolio.types import CustomerKind, NewCustomer, NewReceivable, ReceivableKind
from tests.conftest import NOW

_number = count(1)


def make_customer(*, at: datetime = NOW, email: str | None = "", **fields: object) -> Customer:
    """Create a customer with a debtor's e-mail (pass email=None for none)."""
    number = next(_number)
    external_id = str(fields.pop("external_id", f"C{number:06d}"))
    values: dict[str, object] = {
        "name": f"Cliente {number}",
        "kind": CustomerKind.PERSON,
        "short_name": "María",
        "tax_id": "GODE561231GR8",
        "time_zone": "America/Mexico_City",
        "state": "CDMX",
    }
    values.update(fields)
    portfolio.upsert_customers(customers=[NewCustomer(external_id=external_id, **values)], at=at)  # type: ignore[arg-type]
    customer = Customer.objects.get(external_id=external_id)
    if email is not None:
        make_point(customer=customer, value=email or f"cliente{number}@correo.example")
    return customer


def make_point(
    *,
    customer: Customer,
    value: str,
    kind: PointKind = PointKind.EMAIL,
    owner_role: OwnerRole = OwnerRole.DEBTOR,
) -> ContactPoint:
    """Create a contact point."""
    point = NewPoint(
        customer_id=customer.pk,
        kind=kind,
        value=value,
        normalized=value.lower(),
        owner_role=owner_role,
        source="prueba",
    )
    contacts.upsert_points(points=[point], at=NOW)
    return ContactPoint.objects.get(customer=customer, normalized=value.lower(), owner_role=owner_role)


def make_reached(*, customer: Customer, at: datetime = NOW - timedelta(days=60)) -> None:
    """Record that the company already spoke to a customer about an earlier debt: no step is a first word."""
    attempt = NewAttempt(
        key=f"llamada:{next(_number)}",
        customer_id=customer.pk,
        contact_point_id=None,
        channel=Channel.CALL,
        direction=Direction.OUTBOUND,
        purpose=Purpose.COLLECTION,
        outcome=AttemptOutcome.NO_ANSWER,
        at=at,
    )
    contacts.record_attempts(attempts=[attempt])


def make_receivable(
    *,
    customer: Customer,
    due: date,
    amount: str = "1000.00",
    currency: str = "MXN",
    issue: date | None = None,
    at: datetime = NOW,
    **fields: object,
) -> Receivable:
    """Create an open receivable with its ISSUE entry."""
    number = next(_number)
    document = str(fields.pop("document_number", f"A-{number}"))
    portfolio.upsert_receivables(
        receivables=[
            NewReceivable(
                key=f"test:{document}",
                customer_id=customer.pk,
                kind=ReceivableKind.INVOICE,
                document_number=document,
                currency=currency,
                issue_date=issue or min(due, date(2026, 1, 1)),
                due_date=due,
                amount=Decimal(amount),
            )
        ],
        at=at,
    )
    return Receivable.objects.get(key=f"test:{document}")

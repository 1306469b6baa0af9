"""Whom there is to write to, and one call of the dispatcher."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from puntual.flows import dispatch
from puntual.outreach.models import Message
from puntual.outreach.providers.contract import (
    TransportError,
)
from puntual.outreach.providers.fake import FakeTransport
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_receivable


def due(now: datetime, transport: FakeTransport | None = None, **options: object) -> dispatch.DispatchSummary:
    values: dict[str, object] = {"limit": 1000, "worker": "w1", **options}
    return dispatch.dispatch_due(at=now, transport=transport or FakeTransport(), **values)  # type: ignore[arg-type]


def owing(*, days_late: int = 3, amount: str = "1250.00", **fields: object) -> Customer:
    """Make a customer who owes one document."""
    customer = make_customer(**fields)
    day = date(2026, 11, 23) - timedelta(days=days_late)
    make_receivable(customer=customer, due=day, amount=amount)
    return customer


def failing(error: TransportError) -> FakeTransport:
    return FakeTransport(script=lambda _envelope: error)


def pay(customer: Customer, amount: str, today: date, *, key: str = "p1") -> NewPayment:
    return NewPayment(
        key=key,
        customer_id=customer.pk,
        amount=Decimal(amount),
        currency="MXN",
        value_date=today,
        method=PaymentMethod.TRANSFER,
    )


def state(message: Message) -> tuple[str, str]:
    stored = Message.objects.get(pk=message.pk)
    return stored.state, stored.reason

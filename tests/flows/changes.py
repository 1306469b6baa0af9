"""What can change where a customer stands, each through its own door."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from puntual.agreements import queries as agreed
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
from puntual.assessment import queries as assessed
from puntual.audit.types import SYSTEM
from puntual.contacts.types import Channel, OwnerRole, PointKind, Purpose
from puntual.db import rows
from puntual.flows import (
    case_acts,
    debtor_acts,
    feed,
    money_in,
    quality,
    reach_acts,
)
from puntual.flows.case_acts import ContactResult, GivenPromise, MadeContact
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio.models import Customer
from puntual.portfolio.types import CustomerKind, NewCustomer, NewReceivable, ReceivableKind

OWED = "1000.00"


def stands(customer: Customer) -> tuple[str, str]:
    """Return the stage and segment of a customer."""
    state = assessed.state_of(customer_id=customer.pk)
    assert state is not None
    return state["stage_key"], state["segment"]


def pay(customer: Customer, amount: str, today: date, at: datetime, key: str = "") -> int:
    return money_in.receive_payment(
        payment=NewPayment(
            key=key or f"pago:{customer.pk}:{amount}:{at}",
            customer_id=customer.pk,
            amount=Decimal(amount),
            currency="MXN",
            value_date=today,
            method=PaymentMethod.TRANSFER,
        ),
        actor=SYSTEM,
        at=at,
        today=today,
    )


def promise(customer: Customer, today: date, at: datetime, days: int = 5) -> int:
    return case_acts.take_promise(
        key=f"promesa:{customer.pk}:{at}",
        customer_id=customer.pk,
        promise=GivenPromise(Decimal("100.00"), "MXN", today + timedelta(days=days)),
        channel=Channel.CALL,
        note="",
        actor=SYSTEM,
        country="MX",
        today=today,
        at=at,
    )


def dispute(customer: Customer, today: date, at: datetime) -> None:
    items = rows.fetch_all(
        "select id from portfolio_receivable where customer_id = %s and open_amount > 0 order by id limit 1",
        [customer.pk],
    )
    case_acts.open_dispute(
        key=f"aclaracion:{customer.pk}:{at}",
        customer_id=customer.pk,
        receivable_id=items[0][0] if items else None,
        reason=DisputeReason.OTHER,
        amount=None,
        note="No llegó",
        channel=Channel.CALL,
        actor=SYSTEM,
        country="MX",
        today=today,
        at=at,
    )


def close_disputes(customer: Customer, today: date, at: datetime) -> None:
    for one in agreed.disputes_of(customer_id=customer.pk):
        if one["closed_at"] is None:
            case_acts.close_dispute(
                dispute_id=one["id"],
                state=DisputeState.WITHDRAWN,
                resolution="",
                actor=SYSTEM,
                today=today,
                at=at,
            )


def hold(customer: Customer, today: date, at: datetime) -> int:
    return case_acts.pause(
        customer_id=customer.pk,
        receivable_id=None,
        reason=HoldReason.OTHER,
        note="",
        until_date=today + timedelta(days=3),
        actor=SYSTEM,
        today=today,
        at=at,
    )


def lift_holds(customer: Customer, today: date, at: datetime) -> None:
    for one in agreed.holds_of(customer_id=customer.pk, today=today):
        if one["is_active"]:
            case_acts.resume(hold_id=one["id"], actor=SYSTEM, at=at)


def send_tags(customer: Customer, _today: date, at: datetime) -> None:
    changed = NewCustomer(external_id=customer.external_id, name=customer.name, tags=("vip",))
    feed.take_customers(customers=[changed], points=[], source="api", at=at)


def send_debt(customer: Customer, today: date, at: datetime) -> None:
    debt = NewReceivable(
        key="api:nueva",
        customer_id=customer.pk,
        kind=ReceivableKind.INVOICE,
        document_number="N-1",
        currency="MXN",
        issue_date=today,
        due_date=today,
        amount=Decimal("9000.00"),
    )
    feed.take_receivables(receivables=[debt], today=today, at=at)


def move_to_jalisco(customer: Customer, _today: date, at: datetime) -> None:
    data = quality.CustomerData(
        name=customer.name,
        kind=CustomerKind.PERSON,
        tax_id=customer.tax_id,
        state="Jalisco",
        city="",
        postal_code="",
        time_zone="",
    )
    assert quality.change_customer(customer_id=customer.pk, data=data, actor=SYSTEM, at=at)


def add_phone(customer: Customer, _today: date, at: datetime) -> None:
    assert reach_acts.add_point(
        customer_id=customer.pk,
        kind=PointKind.PHONE,
        value="33 1234 5678",
        owner_role=OwnerRole.DEBTOR,
        owner_name="",
        source="llamada",
        actor=SYSTEM,
        at=at,
    )


def speak(customer: Customer, today: date, at: datetime) -> None:
    contact = MadeContact(
        key=f"contacto:{at}",
        customer_id=customer.pk,
        contact_point_id=None,
        channel=Channel.CALL,
        purpose=Purpose.COLLECTION,
        result=ContactResult.NO_ANSWER,
    )
    assert case_acts.record_contact(contact=contact, actor=SYSTEM, country="MX", today=today, at=at)


def report(customer: Customer, today: date, at: datetime) -> None:
    debtor_acts.report_payment(
        key="aviso",
        customer_id=customer.pk,
        amount=Decimal("10.00"),
        currency="MXN",
        paid_on=today,
        reference="R",
        note="",
        actor=SYSTEM,
        country="MX",
        today=today,
        at=at,
    )


def pay_all(customer: Customer, today: date, at: datetime) -> None:
    pay(customer, OWED, today, at)


def pay_and_reverse(customer: Customer, today: date, at: datetime) -> None:
    payment_id = pay(customer, OWED, today, at)
    assert stands(customer)[0] == ""
    money_in.reverse(payment_id=payment_id, reason="Rebotó", actor=SYSTEM, at=at, today=today)


def promise_and_cancel(customer: Customer, today: date, at: datetime) -> None:
    promise_id = promise(customer, today, at)
    assert stands(customer)[1] == "prometidos"
    case_acts.cancel_promise(promise_id=promise_id, actor=SYSTEM, at=at)


def dispute_and_close(customer: Customer, today: date, at: datetime) -> None:
    dispute(customer, today, at)
    # What is in dispute is still owed: it does not leave its stage.
    assert stands(customer) == ("temprana", "aclaraciones")
    close_disputes(customer, today, at)


def hold_and_lift(customer: Customer, today: date, at: datetime) -> None:
    hold(customer, today, at)
    assert stands(customer)[1] == "pausados"
    lift_holds(customer, today, at)

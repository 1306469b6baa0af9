"""A file or a program says what is owed now: promises, what was queued and credit follow in the same stroke."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from puntual.agreements import operations as agreements
from puntual.agreements.models import Promise
from puntual.agreements.types import PromiseState
from puntual.audit import queries as audit
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import Channel
from puntual.db import rows
from puntual.flows import daily_run, feed, intake, money_in
from puntual.intake.types import Choices
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message
from puntual.outreach.types import MessageState
from puntual.payments import queries as payment_rows
from puntual.payments.models import Payment
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import ActionState
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from puntual.portfolio.types import NewReceivable, ReceivableKind
from tests.factories import make_customer
from tests.unit.intake.files import csv_bytes

HEADERS = ("Número de cliente", "Nombre", "Folio", "Fecha", "Vencimiento", "Importe", "Saldo")


def take(*lines: list[str], today: date, at: datetime) -> None:
    """Apply a file of documents with what is left of each."""
    import_id = intake.load_file(
        name="saldos.csv", content=csv_bytes(HEADERS, lines), kind=None, actor=SYSTEM, at=at
    )
    intake.apply_import(import_id=import_id, choices=Choices(), actor=SYSTEM, today=today, at=at)


def document(customer: str, folio: str, amount: str, left: str) -> list[str]:
    return [customer, f"Cliente {customer}", folio, "2026-10-01", "2026-11-20", amount, left]


def sent(customer: Customer, folio: str, amount: str) -> NewReceivable:
    """Say what a program says of a document, under the key that a file gives it too."""
    return NewReceivable(
        key=f"{customer.external_id}|{folio}",
        customer_id=customer.pk,
        kind=ReceivableKind.INVOICE,
        document_number=folio,
        currency="MXN",
        issue_date=date(2026, 10, 1),
        due_date=date(2026, 11, 20),
        amount=Decimal(amount),
    )


def promise(customer: Customer, amount: str, today: date, at: datetime) -> int:
    return agreements.make_promise(
        key=f"promise:{customer.pk}",
        customer_id=customer.pk,
        amount=Decimal(amount),
        currency="MXN",
        due_date=today + timedelta(days=2),
        channel=Channel.CALL,
        note="",
        actor=SYSTEM,
        today=today,
        at=at,
    )


def pay(customer: Customer, amount: str, day: date, at: datetime) -> None:
    payment = NewPayment(
        key="p",
        customer_id=customer.pk,
        amount=Decimal(amount),
        currency="MXN",
        value_date=day,
        method=PaymentMethod.TRANSFER,
    )
    money_in.receive_payment(payment=payment, actor=SYSTEM, at=at, today=day)


def of(folio: str) -> Decimal:
    return Receivable.objects.get(document_number=folio).open_amount


def waiting() -> dict[str, tuple[str, str, str]]:
    """Return {customer: (state of the action, why it ended, state of the message)}."""
    return {
        one.customer.external_id: (one.action.state, one.action.closed_reason, one.state)
        for one in Message.objects.select_related("customer", "action")
        if one.action
    }


STOPPED = (ActionState.CANCELLED, "import", MessageState.CANCELLED)
QUEUED = (ActionState.QUEUED, "", MessageState.QUEUED)


@pytest.fixture
def queued(company: Company, today: date, now: datetime) -> dict[str, Customer]:
    """Return customers A and B, who owe 1,000 each, with an e-mail waiting from today's run."""
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=now)
    outreach.load_templates(at=now)
    customers = {one: make_customer(name=f"Cliente {one}", external_id=one) for one in ("A", "B")}
    feed.take_receivables(
        receivables=[sent(customer, f"F-{one}", "1000.00") for one, customer in customers.items()],
        today=today,
        at=now,
    )
    daily_run.run_day(today=today, at=now)
    assert waiting() == {"A": QUEUED, "B": QUEUED}
    return customers


@pytest.mark.parametrize("left", ["0.00", "400.00"])
def test_a_lower_balance_in_a_file_stops_what_was_queued_for_that_customer_alone(
    queued: dict[str, Customer], left: str, today: date, now: datetime
) -> None:
    take(
        document("A", "F-A", "1000.00", left),
        document("B", "F-B", "1000.00", "1000.00"),
        document("B", "F-B2", "70.00", "70.00"),
        today=today,
        at=now,
    )

    assert of("F-A") == Decimal(left)
    assert waiting() == {"A": STOPPED, "B": QUEUED}


def test_a_lower_amount_from_a_program_stops_what_was_queued_for_that_customer_alone(
    queued: dict[str, Customer], today: date, now: datetime
) -> None:
    feed.take_receivables(
        receivables=[sent(queued["A"], "F-A", "600.00"), sent(queued["B"], "F-B", "1500.00")],
        today=today,
        at=now,
    )

    assert waiting() == {"A": STOPPED, "B": QUEUED}


@pytest.mark.parametrize(("left", "state"), [("400.00", PromiseState.KEPT), ("900.00", PromiseState.ACTIVE)])
def test_a_promise_is_kept_by_what_the_balance_of_a_file_says_was_settled(
    company: Company, left: str, state: PromiseState, today: date, now: datetime
) -> None:
    take(document("A", "F-A", "1000.00", "1000.00"), today=today, at=now)
    customer = Customer.objects.get()
    promise(customer, "600.00", today, now)
    later = now + timedelta(days=1)

    take(document("A", "F-A", "1000.00", left), today=today + timedelta(days=1), at=later)

    found = Promise.objects.get()
    assert (found.state, found.paid_amount) == (state, Decimal("1000.00") - Decimal(left))
    agreements.settle_promises(today=today + timedelta(days=30), country="MX")
    assert Promise.objects.get().state == (
        PromiseState.KEPT if state is PromiseState.KEPT else PromiseState.PARTLY_KEPT
    )


def test_a_promise_whose_debt_is_gone_without_money_is_cancelled_and_never_broken(
    company: Company, today: date, now: datetime
) -> None:
    customer = make_customer(external_id="A")
    feed.take_receivables(
        receivables=[sent(customer, "F-A", "300.00"), sent(customer, "F-A2", "700.00")], today=today, at=now
    )
    promise_id = promise(customer, "1000.00", today, now)
    feed.take_receivables(receivables=[sent(customer, "F-A2", "200.00")], today=today, at=now)
    assert Promise.objects.get().state == PromiseState.ACTIVE

    pay(customer, "500.00", today, now)

    found = Promise.objects.get()
    assert (found.state, found.paid_amount, found.settled_on) == (PromiseState.CANCELLED, Decimal(0), today)
    events = audit.customer_events(customer_id=customer.pk, limit=9)
    event = next(one for one in events if one["action"] == "promise-cancelled")
    assert (event["subject_id"], rows.as_json(event["after"])["reason"]) == (promise_id, "nothing-owed")
    assert agreements.settle_promises(today=today + timedelta(days=30), country="MX").total == 0
    assert Promise.objects.get().state == PromiseState.CANCELLED


def test_credit_settles_the_next_invoice_of_a_program_and_stops_what_waits(
    queued: dict[str, Customer], today: date, now: datetime
) -> None:
    pay(queued["A"], "1300.00", today, now)

    feed.take_receivables(receivables=[sent(queued["A"], "F-NEW", "200.00")], today=today, at=now)

    assert (of("F-NEW"), Payment.objects.get().unapplied_amount) == (Decimal("0.00"), Decimal("100.00"))
    assert portfolio.open_items(customer_id=queued["A"].pk) == []
    assert waiting() == {"A": (ActionState.CANCELLED, "payment", MessageState.CANCELLED), "B": QUEUED}


@pytest.mark.parametrize(
    ("left", "owed"),
    [
        # The file does not know of the credit.
        ("500.00", "200.00"),
        # The client's books have used it already: it is not used twice.
        ("200.00", "200.00"),
        ("100.00", "100.00"),
    ],
)
def test_credit_settles_the_next_invoice_of_a_file_once(
    company: Company, left: str, owed: str, today: date, now: datetime
) -> None:
    take(document("A", "F-A", "1000.00", "1000.00"), today=today, at=now)
    pay(Customer.objects.get(), "1300.00", today, now)

    take(document("A", "F-NEW", "500.00", left), today=today, at=now)
    entries = LedgerEntry.objects.count()
    take(document("A", "F-NEW", "500.00", left), document("A", "F-A", "1000.00", "0.00"), today=today, at=now)

    assert (of("F-NEW"), LedgerEntry.objects.count()) == (Decimal(owed), entries)
    assert Payment.objects.get().unapplied_amount == Decimal("0.00")
    assert portfolio.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []

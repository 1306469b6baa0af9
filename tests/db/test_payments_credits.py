"""Credit that is used by itself for what its customer owes later."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from puntual.audit import queries as audit
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.db import rows
from puntual.payments import operations as payments
from puntual.payments import queries
from puntual.payments.models import Allocation, Payment
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Customer, Receivable
from puntual.portfolio.types import EntryKind, NewEntry
from tests.factories import make_customer, make_receivable

LATER = timedelta(hours=2)


def _record(customer: Customer, amount: str, at: datetime, key: str = "p") -> int:
    payment = NewPayment(
        key=key,
        customer_id=customer.pk,
        amount=Decimal(amount),
        currency="MXN",
        value_date=date(2026, 11, 20),
        method=PaymentMethod.TRANSFER,
    )
    return payments.record_payment(payment=payment, actor=SYSTEM, at=at)


def _owed() -> dict[str, Decimal]:
    return dict(Receivable.objects.order_by("id").values_list("document_number", "open_amount"))


def _assert_sound() -> None:
    assert portfolio_rows.ledger_mismatches() == []
    assert queries.payment_mismatches() == []


@pytest.fixture
def debtor(company: Company) -> Customer:
    """Return a customer who owes 100 since October and 100 since November."""
    customer = make_customer(email=None)
    make_receivable(customer=customer, due=date(2026, 11, 1), amount="100.00", document_number="NOV")
    make_receivable(customer=customer, due=date(2026, 10, 1), amount="100.00", document_number="OCT")
    return customer


def test_credits_of_all_customers_settle_what_they_owe_anew(
    debtor: Customer,
    now: datetime,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    """A customer who paid too much owes nothing of a later invoice while the credit lasts."""
    payment_id = _record(debtor, "500.00", now)
    other = make_customer(name="otra")
    _record(other, "70.00", now, key="o")
    make_receivable(
        customer=other, due=date(2026, 12, 1), amount="100.00", document_number="USD", currency="USD"
    )
    make_receivable(customer=debtor, due=date(2026, 12, 1), amount="120.00", document_number="DIC")
    make_receivable(customer=debtor, due=date(2027, 1, 1), amount="250.00", document_number="ENE")

    lowered = payments.apply_credits(customer_ids=None, at=now + LATER)

    assert lowered == [debtor.pk]
    assert _owed() == {
        "NOV": Decimal("0.00"),
        "OCT": Decimal("0.00"),
        "USD": Decimal("100.00"),
        "DIC": Decimal("0.00"),
        "ENE": Decimal("70.00"),
    }
    assert dict(Payment.objects.values_list("key", "unapplied_amount")) == {
        "p": Decimal("0.00"),
        "o": Decimal("70.00"),
    }
    newest = audit.customer_events(customer_id=debtor.pk, limit=1)[0]
    assert (newest["action"], newest["subject_id"]) == ("apply-credit", payment_id)
    assert rows.as_json(newest["after"]) == {"unapplied_amount": "0.00"}
    _assert_sound()
    with django_assert_num_queries(1):
        assert payments.apply_credits(customer_ids=None, at=now + LATER) == []


def test_credit_used_in_turns_is_used_once_and_of_the_customers_asked_for(
    debtor: Customer, now: datetime
) -> None:
    _record(debtor, "230.00", now)
    invoice = make_receivable(customer=debtor, due=date(2026, 12, 1), amount="20.00", document_number="DIC")
    stranger = make_customer(name="otra")

    assert payments.apply_credits(customer_ids=[stranger.pk], at=now) == []
    assert payments.apply_credits(customer_ids=[debtor.pk, debtor.pk], at=now) == [debtor.pk]
    portfolio.post_entries(
        entries=[
            NewEntry("fee", invoice.pk, EntryKind.FEE, Decimal("25.00"), "MXN", date(2026, 12, 1)),
        ],
        at=now,
    )
    assert payments.apply_credits(customer_ids=[debtor.pk], at=now) == [debtor.pk]

    assert _owed()["DIC"] == Decimal("15.00")
    assert Payment.objects.get().unapplied_amount == Decimal("0.00")
    assert Allocation.objects.filter(receivable=invoice).count() == 2
    _assert_sound()
    payments.reverse_payment(
        payment_id=Payment.objects.get().pk, reason="rebotó", actor=SYSTEM, at=now + LATER
    )
    assert payments.apply_credits(customer_ids=None, at=now + LATER) == []
    _assert_sound()

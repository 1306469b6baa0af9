"""Payments that arrive at the same moment, on real commits."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.payments import operations as payments
from puntual.payments import queries as payment_rows
from puntual.payments.models import Payment
from puntual.payments.types import NewPayment, PaymentMethod, PaymentState
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Receivable
from puntual.portfolio.types import EntryKind, NewEntry, NewReceivable, ReceivableKind
from tests.committed import Hand, together
from tests.factories import make_customer, make_receivable


def _payment(key: str, customer_id: int, amount: str) -> NewPayment:
    return NewPayment(
        key=key,
        customer_id=customer_id,
        amount=Decimal(amount),
        currency="MXN",
        value_date=date(2026, 11, 20),
        method=PaymentMethod.TRANSFER,
    )


def test_second_payment_of_a_customer_waits_for_the_first_and_sees_it(
    committed_company: Company, now: datetime
) -> None:
    customer = make_customer(email=None)
    first = make_receivable(customer=customer, due=date(2026, 10, 1), amount="600.00")
    second = make_receivable(customer=customer, due=date(2026, 11, 1), amount="400.00")
    hand = Hand(
        company=committed_company,
        work=lambda: payments.record_payment(
            payment=_payment("b", customer.pk, "700.00"), actor=SYSTEM, at=now
        ),
    )

    with transaction.atomic():
        payments.record_payment(payment=_payment("a", customer.pk, "600.00"), actor=SYSTEM, at=now)
        hand.start()
        hand.wait_until_blocked()
    hand.finish()

    assert dict(Receivable.objects.values_list("id", "open_amount")) == {
        first.pk: Decimal("0.00"),
        second.pk: Decimal("0.00"),
    }
    assert dict(Payment.objects.values_list("key", "unapplied_amount")) == {
        "a": Decimal("0.00"),
        "b": Decimal("300.00"),
    }
    assert portfolio_rows.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []


def test_eight_hands_paying_at_once_apply_exactly_what_is_owed(
    committed_company: Company, now: datetime
) -> None:
    customers = [make_customer(email=None) for _ in range(3)]
    for customer in customers:
        for month in (8, 9, 10):
            make_receivable(customer=customer, due=date(2026, month, 1), amount="100.00")

    def pay(number: int) -> None:
        # Each hand pays every customer, in its own order.
        batch = [_payment(f"{number}-{one.pk}", one.pk, "50.00") for one in customers]
        payments.record_payments(payments=batch if number % 2 else batch[::-1], at=now)

    hands = together(company=committed_company, works=[lambda n=n: pay(n) for n in range(8)])

    assert [hand.error for hand in hands] == [None] * 8
    assert set(Receivable.objects.values_list("open_amount", flat=True)) == {Decimal("0.00")}
    assert sum(Payment.objects.values_list("unapplied_amount", flat=True)) == Decimal("300.00")
    assert portfolio_rows.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []


def test_one_key_recorded_by_many_hands_is_one_payment(committed_company: Company, now: datetime) -> None:
    customer = make_customer(email=None)
    make_receivable(customer=customer, due=date(2026, 10, 1), amount="100.00")
    payment = _payment("once", customer.pk, "40.00")

    hands = together(
        company=committed_company,
        works=[lambda: payments.record_payment(payment=payment, actor=SYSTEM, at=now)] * 6,
    )

    assert [hand.error for hand in hands] == [None] * 6
    assert len({hand.result for hand in hands}) == 1
    assert Payment.objects.count() == 1
    assert Receivable.objects.get().open_amount == Decimal("60.00")


def test_payment_reversed_by_many_hands_is_reversed_once(committed_company: Company, now: datetime) -> None:
    customer = make_customer(email=None)
    make_receivable(customer=customer, due=date(2026, 10, 1), amount="100.00")
    payment_id = payments.record_payment(payment=_payment("a", customer.pk, "100.00"), actor=SYSTEM, at=now)

    hands = together(
        company=committed_company,
        works=[
            lambda: payments.reverse_payment(payment_id=payment_id, reason="devuelto", actor=SYSTEM, at=now)
        ]
        * 5,
    )

    refused = [hand.error for hand in hands if hand.error is not None]
    assert len(refused) == 4
    assert all(isinstance(error, payments.UnableToReversePayment) for error in refused)
    assert Receivable.objects.get().open_amount == Decimal("100.00")
    assert Payment.objects.get().state == PaymentState.REVERSED
    assert portfolio_rows.ledger_mismatches() == []


def test_entries_posted_in_crossed_orders_never_lock_each_other_out(
    committed_company: Company, now: datetime
) -> None:
    customer = make_customer(email=None)
    ids = [
        make_receivable(customer=customer, due=date(2026, 10, day), amount="1000.00").pk
        for day in range(1, 9)
    ]

    def post(number: int) -> int:
        order = ids if number % 2 else ids[::-1]
        entries = [
            NewEntry(f"fee:{number}:{one}", one, EntryKind.FEE, Decimal("1.00"), "MXN", date(2026, 11, 1))
            for one in order
        ]
        return portfolio.post_entries(entries=entries, at=now)

    hands = together(company=committed_company, works=[lambda n=n: post(n) for n in range(8)])

    assert [hand.error for hand in hands] == [None] * 8
    assert set(Receivable.objects.values_list("open_amount", flat=True)) == {Decimal("1008.00")}
    assert portfolio_rows.ledger_mismatches() == []


def test_correction_and_payment_of_one_customer_never_lock_each_other_out(
    committed_company: Company, now: datetime
) -> None:
    customer = make_customer(email=None)
    receivable = make_receivable(customer=customer, due=date(2026, 10, 1), document_number="F-1")
    hand = Hand(
        company=committed_company,
        work=lambda: payments.record_payment(
            payment=_payment("a", customer.pk, "700.00"), actor=SYSTEM, at=now
        ),
    )

    with transaction.atomic():
        # What an import does in one transaction: correct the document, then bring a payment.
        corrected = NewReceivable(
            key=receivable.key,
            customer_id=customer.pk,
            kind=ReceivableKind.INVOICE,
            document_number="F-1",
            currency="MXN",
            issue_date=receivable.issue_date,
            due_date=receivable.due_date,
            amount=Decimal("1200.00"),
        )
        portfolio.upsert_receivables(receivables=[corrected], at=now)
        hand.start()
        hand.wait_until_blocked()
        payments.record_payments(payments=[_payment("b", customer.pk, "100.00")], at=now)
    hand.finish()

    assert Receivable.objects.get().open_amount == Decimal("400.00")
    assert portfolio_rows.ledger_mismatches() == []


def test_overdrawing_by_two_hands_is_refused_to_the_second(committed_company: Company, now: datetime) -> None:
    customer = make_customer(email=None)
    receivable = make_receivable(customer=customer, due=date(2026, 10, 1), amount="100.00")
    entry = NewEntry("a", receivable.pk, EntryKind.CREDIT_NOTE, Decimal("-80.00"), "MXN", date(2026, 11, 1))
    other = NewEntry("b", receivable.pk, EntryKind.CREDIT_NOTE, Decimal("-80.00"), "MXN", date(2026, 11, 1))
    hand = Hand(company=committed_company, work=lambda: portfolio.post_entries(entries=[other], at=now))

    with transaction.atomic():
        portfolio.post_entries(entries=[entry], at=now)
        hand.start()
        hand.wait_until_blocked()

    with pytest.raises(portfolio.UnableToPostEntry):
        hand.finish()
    receivable.refresh_from_db()
    assert receivable.open_amount == Decimal("20.00")


def test_customers_added_by_many_hands_at_once_are_one(committed_company: Company, now: datetime) -> None:
    def add(number: int) -> object:
        fields = {"tax_id": "GODE561231GR8"} if number % 2 else {"city": "Mérida"}
        return make_customer(email=None, external_id="UNO", name="Uno", **fields).pk

    hands = together(company=committed_company, works=[lambda n=n: add(n) for n in range(6)])

    assert [hand.error for hand in hands] == [None] * 6
    card = portfolio_rows.customer_card(customer_id=hands[0].result)
    assert (card.tax_id, card.city) == ("GODE561231GR8", "Mérida")

"""Payments recorded, applied, taken back and reported."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from puntual.audit import queries as audit
from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.companies.models import Company
from puntual.lib.errors import NotFound
from puntual.payments import operations as payments
from puntual.payments import queries
from puntual.payments.models import Allocation, Payment, ReportedPayment
from puntual.payments.types import (
    CollectedRow,
    NewPayment,
    PaymentCounts,
    PaymentMethod,
    PaymentState,
    Refusal,
    ReportState,
)
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from puntual.portfolio.types import NewCustomer
from tests.factories import make_customer, make_receivable

ANA = Actor(kind=ActorKind.STAFF, id=7, label="Ana")
LATER = timedelta(hours=2)


def _payment(customer: Customer, amount: str, key: str = "p", **fields: object) -> NewPayment:
    payment = NewPayment(
        key=key,
        customer_id=customer.pk,
        amount=Decimal(amount),
        currency="MXN",
        value_date=date(2026, 11, 20),
        method=PaymentMethod.TRANSFER,
    )
    return replace(payment, **fields)  # type: ignore[arg-type]


def _record(customer: Customer, amount: str, at: datetime, key: str = "p", **fields: object) -> int:
    return payments.record_payment(payment=_payment(customer, amount, key, **fields), actor=ANA, at=at)


def _owed() -> dict[str, Decimal]:
    return dict(Receivable.objects.order_by("id").values_list("document_number", "open_amount"))


def _assert_sound() -> None:
    assert portfolio_rows.ledger_mismatches() == []
    assert queries.payment_mismatches() == []


@pytest.fixture
def debtor(company: Company) -> Customer:
    """Return a customer who owes 100 since October and 100 since November."""
    customer = make_customer(name="Peña Ortiz, Luz", external_id="C-77", email=None)
    make_receivable(customer=customer, due=date(2026, 11, 1), amount="100.00", document_number="NOV")
    make_receivable(customer=customer, due=date(2026, 10, 1), amount="100.00", document_number="OCT")
    return customer


def test_payment_is_applied_to_the_oldest_due_first(debtor: Customer, now: datetime) -> None:
    payment_id = _record(debtor, "150.00", now, reference="SPEI 9")

    assert _owed() == {"NOV": Decimal("50.00"), "OCT": Decimal("0.00")}
    card = queries.payment(payment_id=payment_id)
    assert (card["customer"], card["amount"], card["unapplied_amount"], card["state"]) == (
        "C-77",
        Decimal("150.00"),
        Decimal("0.00"),
        "POSTED",
    )
    assert [(one["document_number"], one["amount"]) for one in card["allocations"]] == [
        ("OCT", Decimal("100.00")),
        ("NOV", Decimal("50.00")),
    ]
    entries = LedgerEntry.objects.filter(kind="PAYMENT").order_by("id")
    assert [(one.amount, one.effective_date, one.recorded_at, one.note) for one in entries] == [
        (Decimal("-50.00"), date(2026, 11, 20), now, ""),
        (Decimal("-100.00"), date(2026, 11, 20), now, ""),
    ]
    events = audit.customer_events(customer_id=debtor.pk, limit=5)
    assert [(one["action"], one["actor_label"], one["subject_id"]) for one in events] == [
        ("record-payment", "Ana", payment_id)
    ]
    _assert_sound()


def test_same_key_again_returns_the_same_payment_and_writes_nothing(debtor: Customer, now: datetime) -> None:
    first = _record(debtor, "150.00", now)
    entries, before = LedgerEntry.objects.count(), _owed()

    again = _record(debtor, "175.00", now + LATER)

    assert again == first
    assert (LedgerEntry.objects.count(), _owed()) == (entries, before)
    assert len(audit.customer_events(customer_id=debtor.pk, limit=5)) == 1


def test_overpayment_stays_as_credit_until_it_is_applied(debtor: Customer, now: datetime) -> None:
    payment_id = _record(debtor, "250.00", now)
    assert [row["unapplied_amount"] for row in queries.unapplied()] == [Decimal("50.00")]
    assert payments.apply_credit(payment_id=payment_id, actor=ANA, at=now) == Decimal("0.00")
    make_receivable(
        customer=debtor, due=date(2027, 1, 1), issue=date(2026, 12, 1), amount="80.00", document_number="DIC"
    )

    applied = payments.apply_credit(payment_id=payment_id, actor=ANA, at=now + LATER)

    assert applied == Decimal("50.00")
    assert _owed() == {"NOV": Decimal("0.00"), "OCT": Decimal("0.00"), "DIC": Decimal("30.00")}
    # The document did not exist when the money came: it counts from the day of issue.
    entry = LedgerEntry.objects.order_by("-id")[0]
    assert (entry.effective_date, entry.recorded_at) == (date(2026, 12, 1), now + LATER)
    assert queries.unapplied(customer_id=debtor.pk) == []
    with pytest.raises(payments.UnableToApplyCredit):
        payments.apply_credit(payment_id=payment_id, actor=ANA, at=now + LATER)
    _assert_sound()


def test_credit_goes_to_a_debt_that_the_payment_had_paid_in_part(debtor: Customer, now: datetime) -> None:
    november = Receivable.objects.get(document_number="NOV")
    payment_id = _record(debtor, "90.00", now, allocations=((november.pk, Decimal("40.00")),))
    assert _owed() == {"NOV": Decimal("60.00"), "OCT": Decimal("100.00")}
    _record(debtor, "100.00", now, key="october")

    assert payments.apply_credit(payment_id=payment_id, actor=ANA, at=now) == Decimal("50.00")

    assert _owed() == {"NOV": Decimal("10.00"), "OCT": Decimal("0.00")}
    assert Allocation.objects.filter(payment_id=payment_id, receivable=november).count() == 2
    _assert_sound()


@pytest.mark.feature("INT-06")
def test_reversal_adds_entries_and_restores_every_debt(debtor: Customer, now: datetime) -> None:
    before = _owed()
    payment_id = _record(debtor, "250.00", now)
    paid = list(LedgerEntry.objects.filter(kind="PAYMENT").order_by("id"))

    payments.reverse_payment(payment_id=payment_id, reason="Cheque devuelto", actor=ANA, at=now + LATER)

    assert _owed() == before
    reversals = LedgerEntry.objects.filter(kind="REVERSAL").order_by("reverses_id")
    assert [(one.reverses_id, one.amount, one.effective_date, one.recorded_at) for one in reversals] == [
        (one.pk, -one.amount, one.effective_date, now + LATER) for one in paid
    ]
    stored = Payment.objects.get()
    assert (stored.state, stored.reversed_at, stored.reversal_reason, stored.unapplied_amount) == (
        PaymentState.REVERSED,
        now + LATER,
        "Cheque devuelto",
        Decimal("0.00"),
    )
    assert [one["is_reversed"] for one in queries.payment(payment_id=payment_id)["allocations"]] == [
        True,
        True,
    ]
    events = audit.customer_events(customer_id=debtor.pk, limit=5)
    assert [one["action"] for one in events] == ["reverse-payment", "record-payment"]
    assert queries.unapplied() == []
    _assert_sound()


def test_payment_is_taken_back_only_once(debtor: Customer, now: datetime) -> None:
    payment_id = _record(debtor, "250.00", now)
    payments.reverse_payment(payment_id=payment_id, reason="x", actor=ANA, at=now)
    entries, before = LedgerEntry.objects.count(), _owed()

    with pytest.raises(payments.UnableToReversePayment):
        payments.reverse_payment(payment_id=payment_id, reason="y", actor=ANA, at=now)
    with pytest.raises(payments.UnableToApplyCredit):
        payments.apply_credit(payment_id=payment_id, actor=ANA, at=now)

    assert (LedgerEntry.objects.count(), _owed()) == (entries, before)
    assert Payment.objects.get().reversal_reason == "x"


def test_payment_with_nothing_applied_is_taken_back_too(company: Company, now: datetime) -> None:
    customer = make_customer(email=None)
    payment_id = _record(customer, "10.00", now)

    payments.reverse_payment(payment_id=payment_id, reason="x", actor=ANA, at=now)

    assert Payment.objects.get().state == PaymentState.REVERSED
    assert LedgerEntry.objects.count() == 0


def test_unknown_payment_is_not_found(company: Company, now: datetime) -> None:
    with pytest.raises(NotFound):
        payments.reverse_payment(payment_id=404, reason="x", actor=ANA, at=now)
    with pytest.raises(NotFound):
        payments.apply_credit(payment_id=404, actor=ANA, at=now)


def test_payment_of_another_company_is_not_found(debtor: Customer, outsider: Company, now: datetime) -> None:
    payment_id = _record(debtor, "10.00", now)

    connection.set_tenant(outsider)

    with pytest.raises(NotFound):
        queries.payment(payment_id=payment_id)
    assert queries.payment_list(search="", page=1, page_size=10).total == 0


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"amount": Decimal("0.00")}, Refusal.NOT_POSITIVE),
        ({"amount": Decimal("1.001")}, Refusal.NOT_CENTS),
        ({"currency": "$"}, Refusal.NO_CURRENCY),
        ({"customer_id": 404}, Refusal.UNKNOWN_CUSTOMER),
        ({"allocations": ((404, Decimal("1.00")),)}, Refusal.NOT_OWED),
    ],
)
def test_payment_that_cannot_be_writes_nothing(
    debtor: Customer, now: datetime, fields: dict[str, object], refusal: Refusal
) -> None:
    before = _owed()
    wrong = replace(_payment(debtor, "10.00", "wrong"), **fields)  # type: ignore[arg-type]

    with pytest.raises(payments.UnableToRecordPayment) as refused:
        payments.record_payments(payments=[_payment(debtor, "10.00", "good"), wrong], at=now)

    assert refused.value.refused == {"wrong": refusal}
    assert refused.value.messages["wrong"] == refused.value.message
    assert (Payment.objects.count(), _owed()) == (0, before)


def test_debt_of_another_customer_is_never_paid_by_name(debtor: Customer, now: datetime) -> None:
    other = make_customer(email=None)
    october = Receivable.objects.get(document_number="OCT")

    with pytest.raises(payments.UnableToRecordPayment) as refused:
        _record(other, "10.00", now, allocations=((october.pk, Decimal("10.00")),))

    assert refused.value.refused == {"p": Refusal.NOT_OWED}


def test_file_of_payments_ends_as_if_each_came_alone(debtor: Customer, now: datetime) -> None:
    other = make_customer(email=None)
    make_receivable(customer=other, due=date(2026, 10, 1), amount="30.00", document_number="OTRO")
    batch = [
        _payment(debtor, "60.00", "2", value_date=date(2026, 11, 2)),
        _payment(debtor, "70.00", "1", value_date=date(2026, 11, 1)),
        _payment(other, "40.00", "3"),
        _payment(debtor, "60.00", "2"),
    ]

    first = payments.record_payments(payments=batch, at=now)
    second = payments.record_payments(payments=batch, at=now + LATER)
    mixed = payments.record_payments(payments=[*batch, _payment(other, "5.00", "4")], at=now + LATER)

    assert (first, second, mixed) == (PaymentCounts(3, 0), PaymentCounts(0, 3), PaymentCounts(1, 3))
    assert _owed() == {"NOV": Decimal("70.00"), "OCT": Decimal("0.00"), "OTRO": Decimal("0.00")}
    shares = (
        Allocation.objects.filter(payment__key="2")
        .order_by("receivable__due_date")
        .values_list("receivable__document_number", "amount")
    )
    assert list(shares) == [("OCT", Decimal("30.00")), ("NOV", Decimal("30.00"))]
    _assert_sound()


@pytest.mark.feature("PAY-13")
def test_reported_payment_is_confirmed_once(debtor: Customer, now: datetime) -> None:
    report = {
        "key": "r1",
        "customer_id": debtor.pk,
        "amount": Decimal("100.00"),
        "currency": "MXN",
        "paid_on": date(2026, 11, 19),
        "reference": "SPEI 5",
        "note": "",
    }
    report_id = payments.report_payment(**report, at=now)
    assert payments.report_payment(**report, at=now + LATER) == report_id
    assert [one["id"] for one in queries.reports_waiting()] == [report_id]
    assert _owed()["OCT"] == Decimal("100.00")

    payment_id = payments.confirm_report(report_id=report_id, actor=ANA, at=now)

    assert payments.confirm_report(report_id=report_id, actor=ANA, at=now) == payment_id
    assert _owed()["OCT"] == Decimal("0.00")
    card = queries.payment(payment_id=payment_id)
    assert (card["value_date"], card["reference"]) == (date(2026, 11, 19), "SPEI 5")
    assert queries.reports_waiting() == []
    stored = queries.reports_of(customer_id=debtor.pk)
    assert [(one["state"], one["payment_id"]) for one in stored] == [("CONFIRMED", payment_id)]
    with pytest.raises(payments.UnableToAnswerReport):
        payments.reject_report(report_id=report_id, answer="No", actor=ANA, at=now)


@pytest.mark.feature("PAY-13")
def test_rejected_report_moves_no_money(debtor: Customer, now: datetime) -> None:
    report_id = _report(debtor, now)

    payments.reject_report(report_id=report_id, answer="No aparece en el banco.", actor=ANA, at=now)

    with pytest.raises(payments.UnableToAnswerReport):
        payments.confirm_report(report_id=report_id, actor=ANA, at=now)
    stored = ReportedPayment.objects.get()
    assert (stored.state, stored.answer, stored.answered_at) == (
        ReportState.REJECTED,
        "No aparece en el banco.",
        now,
    )
    assert Payment.objects.count() == 0
    with pytest.raises(NotFound):
        payments.confirm_report(report_id=404, actor=ANA, at=now)


def _report(customer: Customer, now: datetime, **fields: object) -> int:
    values: dict[str, object] = {
        "key": "r1",
        "amount": Decimal("100.00"),
        "currency": "MXN",
        "paid_on": now.date(),
        "reference": "",
        "note": "",
    }
    return payments.report_payment(customer_id=customer.pk, at=now, **{**values, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": Decimal("0.00")},
        {"amount": Decimal("1.999")},
        {"currency": "peso"},
        {"paid_on": date(2026, 11, 24)},
    ],
)
def test_report_that_cannot_be_is_refused(debtor: Customer, now: datetime, fields: dict[str, object]) -> None:
    with pytest.raises(payments.UnableToAnswerReport):
        _report(debtor, now, **fields)

    assert ReportedPayment.objects.count() == 0


def test_key_of_a_report_belongs_to_its_customer(debtor: Customer, now: datetime) -> None:
    _report(debtor, now)

    with pytest.raises(payments.UnableToAnswerReport):
        _report(make_customer(email=None), now)

    assert ReportedPayment.objects.count() == 1


def test_list_finds_by_customer_and_by_reference_and_pages_within_what_exists(
    debtor: Customer, now: datetime
) -> None:
    other = make_customer(name="Zapata", email=None)
    _record(debtor, "10.00", now, key="1", reference="ABC_123")
    _record(debtor, "20.00", now, key="2", value_date=date(2026, 11, 21))
    _record(other, "30.00", now, key="3")

    def found(search: str, page: int = 1) -> list[str]:
        return [row["key"] for row in queries.payment_list(search=search, page=page, page_size=2).rows]

    assert found("") == ["2", "3"]
    assert found("", page=2) == ["1"]
    assert found("", page=99) == ["1"]
    assert queries.payment_list(search="", page=99, page_size=2).number == 2
    assert found("pena LUZ") == ["2", "1"]
    assert found("c-77") == ["2", "1"]
    assert found("abc_1") == ["1"]
    assert found("c_123") == found("abcx123") == []
    assert found("%") == []
    assert queries.payment_list(search="nadie", page=1, page_size=2).total == 0
    assert queries.payment_list(search="pena", page=1, page_size=1).totals == [
        {
            "currency": "MXN",
            "payments": 2,
            "amount": Decimal("30.00"),
            "unapplied_amount": Decimal("0.00"),
        }
    ]
    pages = queries.payment_page(customer_id=None, since=None, until=date(2026, 11, 20), after=0, limit=9)
    assert [row["key"] for row in pages] == ["1", "3"]
    assert [row["key"] for row in queries.payments_of(customer_id=debtor.pk)] == ["2", "1"]


def test_collected_by_day_leaves_out_what_was_taken_back(debtor: Customer, now: datetime) -> None:
    _record(debtor, "10.00", now, key="1")
    _record(debtor, "20.00", now, key="2")
    _record(debtor, "5.00", now, key="3", currency="USD")
    bounced = _record(debtor, "40.00", now, key="4")
    payments.reverse_payment(payment_id=bounced, reason="x", actor=ANA, at=now)
    day = date(2026, 11, 20)

    assert queries.collected_by_day(since=day, until=day) == [
        CollectedRow(day, "MXN", Decimal("30.00"), 2),
        CollectedRow(day, "USD", Decimal("5.00"), 1),
    ]
    assert queries.collected_by_day(since=date(2026, 11, 21), until=date(2026, 11, 30)) == []


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"amount": Decimal("0")}, "payments_payment_amount"),
        ({"unapplied_amount": Decimal("10.01")}, "payments_payment_unapplied"),
        ({"unapplied_amount": Decimal("-0.01")}, "payments_payment_unapplied"),
        ({"state": "GONE"}, "payments_payment_state"),
        ({"method": "BARTER"}, "payments_payment_method"),
        ({"currency": "mx"}, "payments_payment_currency"),
    ],
)
def test_database_refuses_impossible_payments(
    debtor: Customer, now: datetime, values: dict[str, object], constraint: str
) -> None:
    _record(debtor, "10.00", now)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Payment.objects.update(**values)


def test_database_refuses_a_confirmed_report_without_its_payment(debtor: Customer, now: datetime) -> None:
    _report(debtor, now)

    with pytest.raises(IntegrityError, match="payments_report_answered"), transaction.atomic():
        ReportedPayment.objects.update(state="CONFIRMED")


def test_forged_payment_is_found_out(debtor: Customer, now: datetime) -> None:
    payment_id = _record(debtor, "10.00", now)
    Payment.objects.update(amount=Decimal("11.00"))

    assert [row["id"] for row in queries.payment_mismatches()] == [payment_id]


@pytest.mark.parametrize("count", [1, 1000])
def test_number_of_statements_does_not_grow_with_the_payments(
    company: Company,
    now: datetime,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
    count: int,
) -> None:
    customers = [NewCustomer(external_id=f"N{number}", name="Cliente") for number in range(count)]
    portfolio.upsert_customers(customers=customers, at=now)
    debtors = list(Customer.objects.all())
    batch = []
    for number, debtor in enumerate(debtors):
        batch.append(_payment(debtor, "10.00", f"n{number}"))
        if number < 3:
            make_receivable(customer=debtor, due=date(2026, 10, 1), amount="8.00")

    with django_assert_num_queries(14):
        payments.record_payments(payments=batch, at=now)
    with django_assert_num_queries(3):
        payments.record_payments(payments=batch, at=now)

    assert Payment.objects.count() == count
    _assert_sound()


@pytest.mark.parametrize("count", [1, 300])
def test_reversal_takes_as_many_statements_for_many_debts_as_for_one(
    company: Company,
    now: datetime,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
    count: int,
) -> None:
    customer = make_customer(email=None)
    for number in range(count):
        make_receivable(customer=customer, due=date(2026, 10, 1) + timedelta(days=number), amount="1.00")
    payment_id = _record(customer, f"{count}.00", now)

    with django_assert_num_queries(16):
        payments.reverse_payment(payment_id=payment_id, reason="x", actor=SYSTEM, at=now)

    assert Receivable.objects.filter(open_amount=Decimal("1.00")).count() == count

"""The ledger: append-only, two dates, and always the sum of what is owed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import Error, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.lib.days import Bucket, bucket_of
from puntual.lib.money import ZERO
from puntual.payments import operations as payments
from puntual.payments import queries as payment_rows
from puntual.payments.models import Payment
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from puntual.portfolio.types import AgeingRow, EntryKind, NewEntry, NewReceivable, ReceivableKind
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable


@contextmanager
def undone() -> Iterator[None]:
    """Forget what was written inside: each example of a property begins with the same tables."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _refused(sql: str, params: list[object]) -> str:
    """Run a bad write as somebody with a database prompt would, and return what the database says."""
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return str(refused.value)


def _pay(customer: Customer, key: str, amount: str, day: date, at: datetime) -> int:
    payment = NewPayment(key, customer.pk, Decimal(amount), "MXN", day, PaymentMethod.TRANSFER)
    return payments.record_payment(payment=payment, actor=SYSTEM, at=at)


@pytest.mark.feature("N-08")
@pytest.mark.parametrize(
    "sql",
    [
        "update portfolio_ledgerentry set amount = amount + 1 where id = %s",
        "update portfolio_ledgerentry set effective_date = effective_date - 1 where id = %s",
        "delete from portfolio_ledgerentry where id = %s",
    ],
)
def test_database_refuses_to_change_the_past(company: Company, sql: str) -> None:
    make_receivable(customer=make_customer(email=None), due=date(2026, 10, 1))
    entry = LedgerEntry.objects.get()

    assert "append-only" in _refused(sql, [entry.pk])
    assert LedgerEntry.objects.values_list("amount", "effective_date").get() == (
        entry.amount,
        entry.effective_date,
    )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("open_amount = -0.01", "portfolio_receivable_open"),
        ("original_amount = 0", "portfolio_receivable_original"),
        ("currency = 'mxn'", "portfolio_receivable_currency"),
        ("kind = 'LOAN'", "portfolio_receivable_kind"),
    ],
)
def test_database_refuses_impossible_receivables(company: Company, change: str, constraint: str) -> None:
    receivable = make_receivable(customer=make_customer(email=None), due=date(2026, 10, 1))

    said = _refused(f"update portfolio_receivable set {change} where id = %s", [receivable.pk])

    assert constraint in said


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ("'x', %s, 'FEE', 0, 'MXN', null", "portfolio_entry_amount"),
        ("'x', %s, 'GIFT', 1, 'MXN', null", "portfolio_entry_kind"),
        ("'x', %s, 'REVERSAL', 1, 'MXN', null", "portfolio_entry_reversal"),
        ("(select key from portfolio_ledgerentry limit 1), %s, 'FEE', 1, 'MXN', null", "key"),
    ],
)
def test_database_refuses_impossible_entries(company: Company, values: str, constraint: str) -> None:
    receivable = make_receivable(customer=make_customer(email=None), due=date(2026, 10, 1))

    said = _refused(
        "insert into portfolio_ledgerentry (key, receivable_id, kind, amount, currency, reverses_id, "
        f"effective_date, recorded_at) select {values}, '2026-11-01', now()",
        [receivable.pk],
    )

    assert constraint in said


def test_database_refuses_a_second_reversal_of_one_entry(company: Company, now: datetime) -> None:
    customer = make_customer(email=None)
    receivable = make_receivable(customer=customer, due=date(2026, 10, 1))
    payment_id = _pay(customer, "p", "10.00", date(2026, 11, 1), now)
    payments.reverse_payment(payment_id=payment_id, reason="devuelto", actor=SYSTEM, at=now)
    paid = LedgerEntry.objects.get(kind="PAYMENT")

    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            key="again",
            receivable=receivable,
            kind=EntryKind.REVERSAL,
            amount=Decimal("10.00"),
            currency="MXN",
            effective_date=paid.effective_date,
            recorded_at=now,
            reverses=paid,
        )


def test_a_forged_open_amount_is_found_out(company: Company) -> None:
    receivable = make_receivable(customer=make_customer(email=None), due=date(2026, 10, 1))
    Receivable.objects.update(open_amount=Decimal("1.00"))

    found = queries.ledger_mismatches()

    assert [(one.receivable_id, one.open_amount, one.ledger_amount) for one in found] == [
        (receivable.pk, Decimal("1.00"), Decimal("1000.00"))
    ]


@pytest.mark.feature("X-26")
@pytest.mark.feature("MON-06")
def test_ageing_puts_open_amounts_in_the_bucket_of_their_days_past_due(company: Company) -> None:
    customer, other = make_customer(email=None), make_customer(email=None)
    for days, owner, currency in (
        (-5, customer, "MXN"),
        (0, customer, "MXN"),
        (1, customer, "MXN"),
        (30, other, "MXN"),
        (31, customer, "MXN"),
        (60, customer, "USD"),
        (61, customer, "MXN"),
        (90, customer, "MXN"),
        (91, other, "MXN"),
        (4000, other, "MXN"),
    ):
        make_receivable(
            customer=owner,
            due=TODAY - timedelta(days=days),
            amount="10.00",
            currency=currency,
            issue=date(2010, 1, 1),
        )

    assert queries.ageing(as_of=TODAY, known_at=None) == [
        AgeingRow(Bucket.CURRENT, "MXN", Decimal("20.00"), 2, 1),
        AgeingRow(Bucket.D1_30, "MXN", Decimal("20.00"), 2, 2),
        AgeingRow(Bucket.D31_60, "MXN", Decimal("10.00"), 1, 1),
        AgeingRow(Bucket.D61_90, "MXN", Decimal("20.00"), 2, 1),
        AgeingRow(Bucket.D91_PLUS, "MXN", Decimal("20.00"), 2, 1),
        AgeingRow(Bucket.D31_60, "USD", Decimal("10.00"), 1, 1),
    ]
    assert queries.ageing(as_of=date(2009, 12, 31), known_at=None) == []


@pytest.mark.feature("N-08")
@pytest.mark.feature("X-26")
@pytest.mark.complaint(28)
def test_ageing_of_a_past_day_asked_on_two_later_days_gives_both_answers(company: Company) -> None:
    customer = make_customer(email=None)
    make_receivable(customer=customer, due=date(2026, 9, 1), amount="1000.00", at=NOW - timedelta(days=60))
    end_of_october = date(2026, 10, 31)
    # The bank tells on 5 November of money that came on 30 October, and on 20 November that it went back.
    told = datetime.fromisoformat("2026-11-05T18:00:00+00:00")
    taken_back = datetime.fromisoformat("2026-11-20T18:00:00+00:00")
    payment_id = _pay(customer, "late", "400.00", date(2026, 10, 30), told)
    payments.reverse_payment(payment_id=payment_id, reason="rebotado", actor=SYSTEM, at=taken_back)

    def owed(as_of: date, known_at: datetime | None) -> list[Decimal]:
        return [row.amount for row in queries.ageing(as_of=as_of, known_at=known_at)]

    second = timedelta(seconds=1)
    assert owed(end_of_october, told - second) == [Decimal("1000.00")]
    assert owed(end_of_october, told) == [Decimal("600.00")]
    assert owed(date(2026, 10, 29), told) == [Decimal("1000.00")]
    assert owed(end_of_october, taken_back) == [Decimal("1000.00")]
    assert owed(end_of_october, None) == [Decimal("1000.00")]


CENTS = st.integers(1, 300_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.integers(0, 200)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("issue"), CENTS, DAYS, st.sampled_from(["MXN", "USD"])),
        st.tuples(st.just("adjust"), CENTS, DAYS, st.integers(0, 20)),
        st.tuples(st.just("fee"), CENTS, DAYS, st.integers(0, 20)),
        st.tuples(st.just("credit note"), CENTS, DAYS, st.integers(0, 20)),
        st.tuples(st.just("pay"), CENTS, DAYS, st.sampled_from(["MXN", "USD"])),
        st.tuples(st.just("reverse"), CENTS, DAYS, st.integers(0, 20)),
        st.tuples(st.just("apply credit"), CENTS, DAYS, st.integers(0, 20)),
    ),
    min_size=1,
    max_size=14,
)


class Story:
    """Acts on two customers, one after the other; what the product refuses does not happen."""

    def __init__(self) -> None:
        self.customers = [make_customer(email=None, external_id=f"S{number}") for number in (1, 2)]
        self.number = 0

    def act(self, name: str, amount: Decimal, days: int, pick: object) -> None:
        """Do one act."""
        self.number += 1
        day = TODAY - timedelta(days=days)
        at = NOW + timedelta(minutes=self.number)
        customer = self.customers[days % 2]
        try:
            if name == "issue":
                self._issue(customer, amount, day, str(pick), at)
            elif name == "pay":
                payment = NewPayment(
                    f"s{self.number}", customer.pk, amount, str(pick), day, PaymentMethod.CASH
                )
                payments.record_payments(payments=[payment], at=at)
            elif name in ("reverse", "apply credit"):
                self._on_payment(name, int(str(pick)), at)
            else:
                self._on_receivable(name, int(str(pick)), amount, day, at)
        except (
            portfolio.UnableToPostEntry,
            payments.UnableToReversePayment,
            payments.UnableToApplyCredit,
        ):
            return

    def _issue(self, customer: Customer, amount: Decimal, day: date, currency: str, at: datetime) -> None:
        portfolio.upsert_receivables(
            receivables=[
                NewReceivable(
                    f"s{self.number}",
                    customer.pk,
                    ReceivableKind.NOTE,
                    "N",
                    currency,
                    day,
                    day + timedelta(days=30),
                    amount,
                )
            ],
            at=at,
        )

    def _on_payment(self, name: str, pick: int, at: datetime) -> None:
        ids = list(Payment.objects.order_by("id").values_list("id", flat=True))
        if ids and name == "reverse":
            payments.reverse_payment(payment_id=ids[pick % len(ids)], reason="x", actor=SYSTEM, at=at)
        elif ids:
            payments.apply_credit(payment_id=ids[pick % len(ids)], actor=SYSTEM, at=at)

    def _on_receivable(self, name: str, pick: int, amount: Decimal, day: date, at: datetime) -> None:
        found = list(Receivable.objects.order_by("id"))
        if not found:
            return
        one = found[pick % len(found)]
        if name == "adjust":
            given = NewReceivable(
                one.key,
                one.customer_id,
                ReceivableKind.NOTE,
                "N",
                one.currency,
                one.issue_date,
                one.due_date,
                amount,
            )
            portfolio.upsert_receivables(receivables=[given], at=at)
            return
        kind, signed = (EntryKind.FEE, amount) if name == "fee" else (EntryKind.CREDIT_NOTE, -amount)
        entry = NewEntry(f"s{self.number}", one.pk, kind, signed, one.currency, day)
        portfolio.post_entries(entries=[entry], at=at)


def _balances() -> dict[int, Decimal]:
    return dict(Receivable.objects.order_by("id").values_list("id", "open_amount"))


def _aged_by_hand(as_of: date, known_at: datetime | None) -> dict[tuple[str, str], Decimal]:
    """Age the ledger the slow way, entry by entry."""
    open_amounts: dict[int, Decimal] = {}
    receivables = {one.pk: one for one in Receivable.objects.all()}
    for entry in LedgerEntry.objects.all():
        if entry.effective_date <= as_of and (known_at is None or entry.recorded_at <= known_at):
            open_amounts[entry.receivable_id] = open_amounts.get(entry.receivable_id, ZERO) + entry.amount
    aged: dict[tuple[str, str], Decimal] = {}
    for key, amount in open_amounts.items():
        if amount:
            one = receivables[key]
            bucket = bucket_of(days_past_due=(as_of - one.due_date).days)
            place = (bucket.value, one.currency)
            aged[place] = aged.get(place, ZERO) + amount
    return aged


@pytest.mark.feature("INT-06")
@pytest.mark.feature("X-26")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, days_back=DAYS, minutes=st.integers(0, 15))
def test_after_any_story_the_ledger_is_what_is_owed(
    company: Company, acts: list[tuple[str, Decimal, int, object]], days_back: int, minutes: int
) -> None:
    with undone():
        story = Story()
        for act in acts:
            story.act(*act)

        assert queries.ledger_mismatches() == []
        assert payment_rows.payment_mismatches() == []
        for as_of, known_at in (
            (date(2100, 1, 1), None),
            (TODAY - timedelta(days=days_back), None),
            (TODAY - timedelta(days=days_back), NOW + timedelta(minutes=minutes)),
        ):
            aged = queries.ageing(as_of=as_of, known_at=known_at)
            assert {(row.bucket.value, row.currency): row.amount for row in aged} == _aged_by_hand(
                as_of, known_at
            )
        everything = queries.ageing(as_of=date(2100, 1, 1), known_at=None)
        assert sum((row.amount for row in everything), ZERO) == sum(_balances().values(), ZERO)


@pytest.mark.feature("INT-06")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, amount=CENTS, days=DAYS, currency=st.sampled_from(["MXN", "USD"]))
def test_reversal_restores_what_was_owed_exactly(
    company: Company,
    acts: list[tuple[str, Decimal, int, object]],
    amount: Decimal,
    days: int,
    currency: str,
) -> None:
    with undone():
        story = Story()
        for act in acts:
            story.act(*act)
        before = _balances()
        aged = queries.ageing(as_of=TODAY, known_at=None)

        story.act("pay", amount, days, currency)
        story.act("reverse", amount, days, Payment.objects.count() - 1)

        assert _balances() == before
        assert queries.ageing(as_of=TODAY, known_at=None) == aged


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, paid=st.lists(CENTS, min_size=2, max_size=5), days=DAYS, order=st.randoms())
def test_order_of_payments_of_a_day_does_not_matter(
    company: Company,
    acts: list[tuple[str, Decimal, int, object]],
    paid: list[Decimal],
    days: int,
    order: object,
) -> None:
    with undone():
        story = Story()
        for act in acts:
            story.act(*act)
        ends = []
        shuffled = list(paid)
        order.shuffle(shuffled)  # type: ignore[attr-defined]
        for amounts in (paid, shuffled):
            with undone():
                for amount in amounts:
                    story.act("pay", amount, days, "MXN")
                ends.append(_balances())

        assert ends[0] == ends[1]

"""Promises on the real database: made, kept by value date, corrected, told."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from puntual.agreements import operations as agreements
from puntual.agreements import queries
from puntual.agreements.models import Promise
from puntual.agreements.types import PromiseBoard, PromiseCounts, PromiseState
from puntual.audit.models import Event
from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.contacts.types import Channel
from puntual.lib.errors import NotFound
from puntual.payments import operations as payments
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import Customer, Receivable
from puntual.portfolio.types import NewReceivable, ReceivableKind
from tests.factories import make_customer, make_receivable

pytestmark = pytest.mark.usefixtures("company")
COLLECTOR = Actor(kind=ActorKind.STAFF, id=1, label="Gestora")
# Monday 23 November; due on Friday the 27th, the last day is Monday the 30th.
DUE = date(2026, 11, 27)
LAST = date(2026, 11, 30)
AFTER = date(2026, 12, 1)


def count_rows() -> dict[str, int]:
    """Count what promises and the audit trail hold."""
    with connection.cursor() as cursor:
        return {
            name: cursor.execute(f"select count(*) from {name}").fetchone()[0]
            for name in ("agreements_promise", "audit_event", "portfolio_ledgerentry")
        }


def promise(customer: Customer, today: date, at: datetime, **fields: object) -> int:
    """Promise 500 pesos for Friday."""
    values: dict[str, object] = {
        "key": f"p:{customer.pk}:{Promise.objects.count()}",
        "customer_id": customer.pk,
        "amount": Decimal("500.00"),
        "currency": "MXN",
        "due_date": DUE,
        "channel": Channel.CALL,
        "note": "Lo confirma por teléfono",
        "actor": COLLECTOR,
        "today": today,
        "at": at,
    }
    values.update(fields)
    return agreements.make_promise(**values)  # type: ignore[arg-type]


def pay(customer: Customer, amount: str, value_date: date, at: datetime, currency: str = "MXN") -> int:
    """Record a payment, oldest debt first."""
    return payments.record_payment(
        payment=NewPayment(
            key=f"pago:{connection.cursor().execute('select count(*) from payments_payment').fetchone()[0]}",
            customer_id=customer.pk,
            amount=Decimal(amount),
            currency=currency,
            value_date=value_date,
            method=PaymentMethod.TRANSFER,
        ),
        actor=SYSTEM,
        at=at,
    )


def settle(today: date, *customers: Customer) -> PromiseCounts:
    """Settle all, or the promises of some customers."""
    ids = [one.pk for one in customers] or None
    return agreements.settle_promises(today=today, country="MX", customer_ids=ids)


def state_of(promise_id: int) -> tuple[str, str, date | None]:
    """Read what a promise is."""
    found = Promise.objects.get(pk=promise_id)
    return found.state, str(found.paid_amount), found.settled_on


@pytest.fixture
def debtor(company: object, today: date) -> Customer:
    """Return a customer who owes 1,000 pesos."""
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=20))
    return customer


@pytest.mark.feature("PRM-01")
def test_a_promise_says_who_how_much_when_through_which_channel(
    debtor: Customer, today: date, now: datetime
) -> None:
    promise_id = promise(debtor, today, now)

    (found,) = queries.promises_of(customer_id=debtor.pk)
    assert (found["id"], found["amount"], found["currency"]) == (promise_id, Decimal("500.00"), "MXN")
    assert (found["made_on"], found["due_date"], found["state"]) == (today, DUE, "ACTIVE")
    assert (found["channel"], found["actor_label"]) == ("CALL", "Gestora")
    assert (found["note"], found["created_at"]) == ("Lo confirma por teléfono", now)
    event = Event.objects.get(customer_id=debtor.pk)
    assert (event.action, event.actor_label, event.at, event.subject_id) == (
        "promise-made",
        "Gestora",
        now,
        promise_id,
    )
    assert event.after == {
        "amount": "500.00",
        "currency": "MXN",
        "due_date": "2026-11-27",
        "channel": "CALL",
    }


def test_the_same_key_again_returns_the_promise_and_writes_nothing(
    debtor: Customer, today: date, now: datetime
) -> None:
    promise_id = promise(debtor, today, now, key="portal:1")
    before = count_rows()

    again = promise(debtor, today, now, key="portal:1")
    with pytest.raises(agreements.UnableToPromise) as refused:
        promise(debtor, today, now, key="portal:1", amount=Decimal("1.00"))

    assert again == promise_id
    # Another sum is another promise: whoever changed it must not read that it was taken.
    assert refused.value.code == "promise-key-taken"
    assert count_rows() == before
    assert state_of(promise_id) == ("ACTIVE", "0.00", None)


def test_a_key_of_another_customer_is_refused(debtor: Customer, today: date, now: datetime) -> None:
    promise(debtor, today, now, key="portal:1")
    other = make_customer()
    before = count_rows()

    with pytest.raises(agreements.UnableToPromise) as refused:
        promise(other, today, now, key="portal:1")

    assert refused.value.code == "promise-key-taken"
    assert count_rows() == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"amount": Decimal("1000.01")}, "promise-more-than-owed"),
        ({"amount": Decimal("0.00")}, "promise-not-positive"),
        ({"amount": Decimal("10.001")}, "promise-not-cents"),
        ({"currency": "USD"}, "promise-nothing-owed"),
        ({"due_date": date(2026, 11, 22)}, "promise-in-the-past"),
        ({"due_date": date(2027, 1, 23)}, "promise-too-late"),
    ],
)
def test_what_cannot_be_promised_is_refused_and_nothing_is_written(
    fields: dict[str, object], code: str, debtor: Customer, today: date, now: datetime
) -> None:
    standing = promise(debtor, today, now)
    before = count_rows()

    with pytest.raises(agreements.UnableToPromise) as refused:
        promise(debtor, today, now, **fields)

    assert refused.value.code == code
    assert refused.value.message
    assert count_rows() == before
    assert state_of(standing) == ("ACTIVE", "0.00", None)


def test_nobody_promises_for_a_customer_that_does_not_exist(today: date, now: datetime) -> None:
    ghost = Customer(pk=10**9)
    before = count_rows()

    with pytest.raises(NotFound):
        promise(ghost, today, now)

    assert count_rows() == before


def test_a_new_promise_takes_the_place_of_the_active_one_of_its_currency(
    debtor: Customer, today: date, now: datetime
) -> None:
    make_receivable(customer=debtor, due=today, currency="USD")
    dollars = promise(debtor, today, now, currency="USD")
    old = promise(debtor, today, now)

    new = promise(debtor, today, now, amount=Decimal("700.00"), due_date=DUE + timedelta(days=7))

    assert state_of(old) == ("SUPERSEDED", "0.00", today)
    assert state_of(new) == ("ACTIVE", "0.00", None)
    assert state_of(dollars) == ("ACTIVE", "0.00", None)
    told = Event.objects.filter(customer_id=debtor.pk, subject_id=old).order_by("id")
    assert [one.action for one in told] == ["promise-made", "promise-superseded"]


def test_the_debts_that_a_promise_covers_carry_its_date(debtor: Customer, today: date, now: datetime) -> None:
    newer = make_receivable(customer=debtor, due=today, amount="300.00")
    older = Receivable.objects.exclude(pk=newer.pk).get(customer=debtor)

    promise(debtor, today, now, amount=Decimal("1000.01"))
    both = promise(debtor, today, now, amount=Decimal("1000.00"))

    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.promised_date, newer.promised_date) == (DUE, None)
    agreements.cancel_promise(promise_id=both, actor=COLLECTOR, at=now)
    older.refresh_from_db()
    assert older.promised_date is None


def test_an_active_promise_can_be_taken_back_once(debtor: Customer, today: date, now: datetime) -> None:
    promise_id = promise(debtor, today, now)
    agreements.cancel_promise(promise_id=promise_id, actor=COLLECTOR, at=now)
    before = count_rows()

    agreements.cancel_promise(promise_id=promise_id, actor=COLLECTOR, at=now)

    assert state_of(promise_id)[0] == "CANCELLED"
    assert count_rows() == before
    pay(debtor, "500.00", today, now)
    assert settle(AFTER).total == 0
    assert state_of(promise_id) == ("CANCELLED", "0.00", None)


def test_a_settled_promise_cannot_be_taken_back(debtor: Customer, today: date, now: datetime) -> None:
    promise_id = promise(debtor, today, now)
    settle(AFTER)
    before = count_rows()

    with pytest.raises(agreements.UnableToPromise) as refused:
        agreements.cancel_promise(promise_id=promise_id, actor=COLLECTOR, at=now)
    with pytest.raises(NotFound):
        agreements.cancel_promise(promise_id=10**9, actor=COLLECTOR, at=now)

    assert refused.value.code == "promise-not-active"
    assert count_rows() == before


@pytest.mark.feature("PRM-02")
@pytest.mark.parametrize(
    ("_case", "paid", "looked_at", "expected"),
    [
        ("paid in full at once", [("500.00", "2026-11-23")], "2026-11-23", ("KEPT", "500.00", "2026-11-23")),
        ("paid on the last day", [("500.00", "2026-11-30")], "2026-12-01", ("KEPT", "500.00", "2026-11-30")),
        ("paid in two parts", [("200.00", "2026-11-24"), ("300.00", "2026-11-26")], "2026-11-26",
         ("KEPT", "500.00", "2026-11-26")),
        ("paid more", [("900.00", "2026-11-24")], "2026-11-24", ("KEPT", "500.00", "2026-11-24")),
        ("paid in part, still time", [("200.00", "2026-11-24")], "2026-11-30", ("ACTIVE", "200.00", None)),
        ("paid in part", [("200.00", "2026-11-24")], "2026-12-01", ("PARTLY_KEPT", "200.00", "2026-12-01")),
        ("paid too late", [("500.00", "2026-12-01")], "2026-12-02", ("BROKEN", "0.00", "2026-12-01")),
        ("paid before", [("500.00", "2026-11-22")], "2026-12-01", ("BROKEN", "0.00", "2026-12-01")),
        ("not paid, still time", [], "2026-11-30", ("ACTIVE", "0.00", None)),
        ("not paid", [], "2026-12-01", ("BROKEN", "0.00", "2026-12-01")),
        ("not paid, nobody looked for two weeks", [], "2026-12-15", ("BROKEN", "0.00", "2026-12-01")),
    ],
)  # fmt: skip
def test_a_promise_is_judged_by_value_date(
    _case: str,
    paid: list[tuple[str, str]],
    looked_at: str,
    expected: tuple[str, str, str | None],
    debtor: Customer,
    today: date,
    now: datetime,
) -> None:
    promise_id = promise(debtor, today, now)
    for amount, day in paid:
        pay(debtor, amount, date.fromisoformat(day), now + timedelta(minutes=5))

    settle(date.fromisoformat(looked_at))

    state, amount, settled_on = state_of(promise_id)
    assert (state, amount, settled_on and settled_on.isoformat()) == expected


def test_settling_again_writes_nothing(debtor: Customer, today: date, now: datetime) -> None:
    other = make_customer()
    make_receivable(customer=other, due=today)
    promise(debtor, today, now)
    promise(other, today, now)
    pay(debtor, "500.00", today, now)

    assert settle(AFTER) == PromiseCounts(kept=1, broken=1)

    before = count_rows()
    assert settle(AFTER) == PromiseCounts()
    assert settle(AFTER + timedelta(days=3)) == PromiseCounts()
    assert settle(AFTER, debtor, other) == PromiseCounts()
    assert count_rows() == before


@pytest.mark.feature("X-09")
def test_money_recorded_late_corrects_a_broken_promise(debtor: Customer, today: date, now: datetime) -> None:
    promise_id = promise(debtor, today, now)
    settle(AFTER)
    assert state_of(promise_id) == ("BROKEN", "0.00", AFTER)

    pay(debtor, "200.00", LAST, now + timedelta(days=20))
    assert settle(AFTER + timedelta(days=12)) == PromiseCounts(partly_kept=1)
    assert state_of(promise_id) == ("PARTLY_KEPT", "200.00", AFTER)

    pay(debtor, "300.00", DUE, now + timedelta(days=21))
    assert settle(AFTER + timedelta(days=13)) == PromiseCounts(kept=1)
    assert state_of(promise_id) == ("KEPT", "500.00", LAST)


@pytest.mark.feature("X-09")
def test_a_reversal_reopens_a_promise_while_there_is_time(
    debtor: Customer, today: date, now: datetime
) -> None:
    promise_id = promise(debtor, today, now)
    payment_id = pay(debtor, "500.00", today, now)
    settle(today)
    assert state_of(promise_id) == ("KEPT", "500.00", today)

    payments.reverse_payment(payment_id=payment_id, reason="rebotó", actor=SYSTEM, at=now + timedelta(days=2))

    assert settle(today + timedelta(days=2), debtor) == PromiseCounts(reopened=1)
    assert state_of(promise_id) == ("ACTIVE", "0.00", None)


@pytest.mark.feature("X-09")
def test_a_reversal_breaks_a_promise_whose_time_is_over(debtor: Customer, today: date, now: datetime) -> None:
    promise_id = promise(debtor, today, now)
    payment_id = pay(debtor, "500.00", today, now)
    settle(today)
    seen = date(2027, 6, 1)

    payments.reverse_payment(
        payment_id=payment_id, reason="rebotó", actor=SYSTEM, at=now + timedelta(days=190)
    )

    # The nightly look at recent promises leaves one so old alone; the flow that reversed the money names its customer.
    assert settle(seen) == PromiseCounts()
    assert settle(seen, debtor) == PromiseCounts(broken=1)
    assert state_of(promise_id) == ("BROKEN", "0.00", seen)


@pytest.mark.feature("X-09")
def test_a_payment_counts_toward_one_promise_only(debtor: Customer, today: date, now: datetime) -> None:
    first = promise(debtor, today, now)
    pay(debtor, "500.00", today, now + timedelta(minutes=1))
    settle(today)
    second = promise(debtor, today, now + timedelta(minutes=2))

    assert settle(LAST) == PromiseCounts()
    assert state_of(first) == ("KEPT", "500.00", today)
    assert state_of(second) == ("ACTIVE", "0.00", None)

    pay(debtor, "500.00", DUE, now + timedelta(days=4))
    assert settle(LAST) == PromiseCounts(kept=1)
    assert state_of(second) == ("KEPT", "500.00", DUE)


def test_money_that_was_known_before_a_promise_does_not_keep_it(
    debtor: Customer, today: date, now: datetime
) -> None:
    pay(debtor, "500.00", today, now - timedelta(hours=1))

    promise_id = promise(debtor, today, now)

    settle(AFTER)
    assert state_of(promise_id) == ("BROKEN", "0.00", AFTER)


def test_an_older_promise_reopened_beside_a_newer_one_is_superseded(
    debtor: Customer, today: date, now: datetime
) -> None:
    old = promise(debtor, today, now, due_date=DUE + timedelta(days=7))
    payment_id = pay(debtor, "500.00", today, now)
    settle(today)
    new = promise(debtor, today, now + timedelta(minutes=1))

    payments.reverse_payment(
        payment_id=payment_id, reason="rebotó", actor=SYSTEM, at=now + timedelta(hours=1)
    )

    assert settle(today, debtor) == PromiseCounts(superseded=1)
    assert state_of(old) == ("SUPERSEDED", "0.00", today)
    assert state_of(new) == ("ACTIVE", "0.00", None)


def test_a_reopened_promise_and_one_just_kept_change_places(
    debtor: Customer, today: date, now: datetime
) -> None:
    late = promise(debtor, today, now, due_date=DUE + timedelta(days=20))
    payment_id = pay(debtor, "500.00", today, now)
    settle(today)
    soon = promise(debtor, today, now + timedelta(minutes=1))
    payments.reverse_payment(
        payment_id=payment_id, reason="rebotó", actor=SYSTEM, at=now + timedelta(hours=1)
    )
    pay(debtor, "500.00", today, now + timedelta(hours=2))

    assert settle(today, debtor) == PromiseCounts(kept=1, reopened=1)

    assert state_of(late) == ("ACTIVE", "0.00", None)
    assert state_of(soon) == ("KEPT", "500.00", today)


def test_only_money_of_the_customer_and_currency_counts(debtor: Customer, today: date, now: datetime) -> None:
    other = make_customer()
    make_receivable(customer=other, due=today)
    make_receivable(customer=debtor, due=today, currency="USD")
    promise_id = promise(debtor, today, now)
    pay(other, "900.00", today, now)
    pay(debtor, "900.00", today, now, currency="USD")

    settle(AFTER)

    assert state_of(promise_id) == ("BROKEN", "0.00", AFTER)


def test_a_smaller_debt_is_no_payment(debtor: Customer, today: date, now: datetime) -> None:
    promise_id = promise(debtor, today, now)
    receivable = Receivable.objects.get(customer=debtor)
    portfolio.upsert_receivables(
        receivables=[
            NewReceivable(
                key=receivable.key,
                customer_id=debtor.pk,
                kind=ReceivableKind.INVOICE,
                document_number=receivable.document_number,
                currency="MXN",
                issue_date=receivable.issue_date,
                due_date=receivable.due_date,
                amount=Decimal("100.00"),
            )
        ],
        at=now,
    )

    settle(AFTER)

    assert state_of(promise_id) == ("BROKEN", "0.00", AFTER)


def test_every_change_is_told(debtor: Customer, today: date, now: datetime) -> None:
    promise_id = promise(debtor, today, now)
    pay(debtor, "200.00", today, now)
    settle(today)
    settle(AFTER)
    pay(debtor, "300.00", today, now)
    agreements.settle_promises(today=AFTER, country="MX", customer_ids=[debtor.pk], at=now)

    told = Event.objects.filter(subject_type="promise", subject_id=promise_id).order_by("id")

    assert [(one.action, one.after and one.after.get("paid_amount")) for one in told] == [
        ("promise-made", None),
        ("promise-progress", "200.00"),
        ("promise-partly-kept", "200.00"),
        ("promise-kept", "500.00"),
    ]
    assert told[3].before == {"state": "PARTLY_KEPT", "paid_amount": "200.00"}
    assert (told[3].actor_kind, told[3].at, told[3].customer_id) == ("SYSTEM", now, debtor.pk)


def test_a_day_before_what_is_known_changes_nothing(debtor: Customer, today: date, now: datetime) -> None:
    promise_id = promise(debtor, today, now)
    settle(AFTER)
    before = count_rows()

    assert settle(today) == PromiseCounts()

    assert state_of(promise_id) == ("BROKEN", "0.00", AFTER)
    assert count_rows() == before


def test_nobody_named_settles_nobody(debtor: Customer, today: date, now: datetime) -> None:
    promise_id = promise(debtor, today, now)

    assert agreements.settle_promises(today=AFTER, country="MX", customer_ids=[]) == PromiseCounts()

    assert state_of(promise_id)[0] == "ACTIVE"


def many_promises(count: int, today: date, at: datetime) -> list[int]:
    """Make debtors who promised, a third of whom paid, a third in part."""
    ids = []
    for number in range(count):
        customer = make_customer(email=None, external_id=f"muchos-{number}")
        make_receivable(customer=customer, due=today)
        promise(customer, today, at, key=f"muchos-{number}")
        ids.append(customer.pk)
    payments.record_payments(
        payments=[
            NewPayment(
                key=f"muchos-{number}",
                customer_id=customer_id,
                amount=Decimal("500.00") if number % 3 == 0 else Decimal("100.00"),
                currency="MXN",
                value_date=today,
                method=PaymentMethod.TRANSFER,
            )
            for number, customer_id in enumerate(ids)
            if number % 3 < 2
        ],
        at=at,
    )
    return ids


@pytest.mark.parametrize("count", [3, 300])
def test_the_statements_do_not_grow_with_the_promises(
    count: int, today: date, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many_promises(count, today, now)

    # Savepoint, facts, lock, facts again, apply, audit, release.
    with django_assert_num_queries(7):
        counts = settle(AFTER)
    with django_assert_num_queries(1):
        again = settle(AFTER)

    third = count // 3
    assert counts == PromiseCounts(kept=third, partly_kept=third, broken=third)
    assert again == PromiseCounts()


def test_boards_and_lists(debtor: Customer, today: date, now: datetime) -> None:
    others = [make_customer() for _number in range(4)]
    for other in others:
        make_receivable(customer=other, due=today)
    kept, broken, soon, far = others
    promise(kept, today, now)
    pay(kept, "500.00", today, now)
    missed = promise(broken, today, now, due_date=today)
    due_today = promise(debtor, today, now, due_date=today + timedelta(days=3))
    due_soon = promise(soon, today, now, due_date=today + timedelta(days=9))
    promise(far, today, now, due_date=today + timedelta(days=40))
    day = today + timedelta(days=3)

    assert settle(day) == PromiseCounts(kept=1, broken=1)

    assert queries.promise_counts(today=day) == PromiseBoard(
        active=3, due_today=1, due_within_7_days=2, kept_30_days=1, partly_kept_30_days=0, broken_30_days=1
    )
    waiting = queries.open_promises(limit=10, due_until=today + timedelta(days=9))
    assert [one["id"] for one in waiting] == [due_today, due_soon]
    assert waiting[0]["name"] == debtor.name
    assert len(queries.open_promises(limit=2)) == 2
    assert len(queries.open_promises(limit=2, offset=2)) == 1
    assert [one["id"] for one in queries.missed_promises(since=today, limit=10)] == [missed]
    assert queries.missed_promises(since=day + timedelta(days=1), limit=10) == []
    active = queries.active_promises(customer_ids=[debtor.pk, kept.pk])
    assert [(key, [one.state for one in value]) for key, value in active.items()] == [
        (debtor.pk, [PromiseState.ACTIVE])
    ]

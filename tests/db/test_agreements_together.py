"""Two hands on the agreements of one customer at the same moment, with real commits."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from django.db import transaction

from puntual.agreements import operations as agreements
from puntual.agreements import queries
from puntual.agreements.models import Promise
from puntual.agreements.types import DisputeReason, PromiseCounts
from puntual.audit.models import Event
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import Channel
from puntual.portfolio import operations as portfolio
from puntual.portfolio.types import EntryKind, NewEntry
from tests.committed import Hand, together
from tests.factories import make_customer, make_receivable

AFTER = date(2026, 12, 1)


def promise(*, customer_id: int, key: str, today: date, at: datetime) -> int:
    """Promise 500 pesos for Friday."""
    return agreements.make_promise(
        key=key,
        customer_id=customer_id,
        amount=Decimal("500.00"),
        currency="MXN",
        due_date=today + timedelta(days=4),
        channel=Channel.PORTAL,
        note="",
        actor=SYSTEM,
        today=today,
        at=at,
    )


def test_two_promises_at_the_same_moment_leave_one_active(
    today: date, now: datetime, committed_company: Company
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today)

    hands = together(
        company=committed_company,
        works=[
            partial(promise, customer_id=customer.pk, key=key, today=today, at=now) for key in ("a", "b", "c")
        ],
    )

    assert len({hand.finish() for hand in hands}) == 3
    states = sorted(one["state"] for one in queries.promises_of(customer_id=customer.pk))
    assert states == ["ACTIVE", "SUPERSEDED", "SUPERSEDED"]


def test_the_same_promise_sent_twice_at_once_is_one(
    today: date, now: datetime, committed_company: Company
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today)

    hands = together(
        company=committed_company,
        works=[partial(promise, customer_id=customer.pk, key="portal:1", today=today, at=now)] * 4,
    )

    assert len({hand.finish() for hand in hands}) == 1
    assert Promise.objects.count() == 1
    assert Event.objects.filter(action="promise-made").count() == 1


def test_two_runs_settle_each_promise_once(today: date, now: datetime, committed_company: Company) -> None:
    for number in range(20):
        customer = make_customer()
        make_receivable(customer=customer, due=today)
        promise(customer_id=customer.pk, key=str(number), today=today, at=now)

    hands = together(
        company=committed_company,
        works=[partial(agreements.settle_promises, today=AFTER, country="MX")] * 3,
    )

    counts = sorted(hand.finish().broken for hand in hands)
    assert counts == [0, 0, 20]
    assert Event.objects.filter(action="promise-broken").count() == 20


def test_a_run_that_meets_a_payment_waits_for_it_and_counts_it(
    today: date, now: datetime, committed_company: Company
) -> None:
    customer = make_customer()
    receivable = make_receivable(customer=customer, due=today)
    promise_id = promise(customer_id=customer.pk, key="a", today=today, at=now)
    run = Hand(company=committed_company, work=partial(agreements.settle_promises, today=AFTER, country="MX"))

    with transaction.atomic():
        portfolio.lock_open_items(customer_ids=[customer.pk])
        portfolio.post_entries(
            entries=[NewEntry("pago", receivable.pk, EntryKind.PAYMENT, Decimal("-500.00"), "MXN", today)],
            at=now,
        )
        run.start()
        run.wait_until_blocked()

    # The run saw no money at first; what it wrote it read again after the payment was there.
    assert run.finish() == PromiseCounts(kept=1)
    assert Promise.objects.get(pk=promise_id).state == "KEPT"


def test_two_disputes_of_one_debt_at_the_same_moment_are_one(
    today: date, now: datetime, committed_company: Company
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today)

    def dispute() -> int:
        return agreements.open_dispute(
            customer_id=customer.pk,
            receivable_id=None,
            reason=DisputeReason.OTHER,
            note="",
            amount=None,
            channel=Channel.PORTAL,
            actor=SYSTEM,
            today=today,
            at=now,
            country="MX",
        )

    hands = together(company=committed_company, works=[dispute] * 3)

    refused = [hand.error for hand in hands if hand.error]
    assert [type(one) for one in refused] == [agreements.UnableToDispute] * 2
    assert len(queries.disputes_of(customer_id=customer.pk)) == 1

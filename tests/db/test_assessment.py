"""Facts are gathered by one statement for any number of customers, now and as of a past day."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from puntual.assessment import operations, queries
from puntual.assessment.rules import conditions
from puntual.assessment.types import NOWHERE, Facts, SegmentSpec, Stage, StageSpec
from puntual.companies.models import Company
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import Customer
from puntual.portfolio.types import EntryKind, NewEntry
from tests.conftest import NOW
from tests.factories import make_customer, make_receivable

ZONE = "America/Mexico_City"


def gather(
    *, as_of: date, is_live: bool = True, known_at: datetime = NOW, wants_profile: bool = False
) -> dict[int, Facts]:
    """Gather the facts of everybody by customer."""
    found = queries.facts_of_chunk(
        after=0,
        up_to=10**9,
        as_of=as_of,
        known_at=known_at,
        time_zone=ZONE,
        is_live=is_live,
        wants_profile=wants_profile,
    )
    return {one.customer_id: one for one in found}


STAGES = (
    StageSpec("preventiva", "Preventiva", Stage.PREVENTIVE),
    StageSpec(
        "administrativa", "Administrativa", Stage.ADMINISTRATIVE, conditions.read(["dias_de_atraso", ">=", 1])
    ),
    StageSpec(
        "extrajudicial", "Extrajudicial", Stage.EXTRAJUDICIAL, conditions.read(["dias_de_atraso", ">=", 31])
    ),
)
SEGMENTS = (
    SegmentSpec("moroso", "Moroso", conditions.read(["dias_de_atraso", ">=", 20])),
    SegmentSpec("todos", "Todos"),
)


def record(day: date) -> int:
    """Gather, place and keep everybody on a day, as a run does; return how many are new."""
    facts = list(gather(as_of=day).values())
    placements = operations.place_all(
        placer=operations.placer(stages=STAGES, segments=SEGMENTS),
        facts=facts,
        before=queries.placements(after=0, up_to=10**9, before=day),
        moved_to={},
    )
    return operations.record_facts(facts=facts, placements=placements, as_of=day, known_at=NOW)


def pay(receivable_id: int, amount: str, day: date, at: datetime) -> None:
    """Post a payment movement."""
    portfolio.post_entries(
        entries=[
            NewEntry(
                key=f"pay:{receivable_id}:{day}:{amount}",
                receivable_id=receivable_id,
                kind=EntryKind.PAYMENT,
                amount=-Decimal(amount),
                currency="MXN",
                effective_date=day,
            )
        ],
        at=at,
    )


def test_amounts_counts_and_dates(company: Company, today: date) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=40), amount="100.00")
    make_receivable(customer=customer, due=today - timedelta(days=2), amount="50.00", currency="USD")
    make_receivable(customer=customer, due=today + timedelta(days=7), amount="25.00")

    facts = gather(as_of=today)[customer.pk]

    assert facts.open_amounts == (("MXN", Decimal("125.00")), ("USD", Decimal("50.00")))
    assert facts.overdue_amounts == (("MXN", Decimal("100.00")), ("USD", Decimal("50.00")))
    assert (facts.open_count, facts.overdue_count) == (3, 2)
    assert facts.oldest_due_date == today - timedelta(days=40)
    assert facts.coming_due_dates == (today + timedelta(days=7),)
    assert facts.days_past_due == 40


def test_a_partly_paid_item_counts_with_its_open_amount(company: Company, today: date, now: datetime) -> None:
    customer = make_customer()
    receivable = make_receivable(customer=customer, due=today - timedelta(days=5), amount="100.00")

    pay(receivable.pk, "99.99", today, now)

    assert gather(as_of=today)[customer.pk].overdue_amounts == (("MXN", Decimal("0.01")),)


def test_a_customer_without_debt_has_facts_too(company: Company, today: date, now: datetime) -> None:
    customer = make_customer()
    receivable = make_receivable(customer=customer, due=today - timedelta(days=5), amount="100.00")
    pay(receivable.pk, "100.00", today, now)

    facts = gather(as_of=today)[customer.pk]

    assert (facts.open_count, facts.last_payment_on) == (0, today)
    assert (facts.paid_count_12m, facts.late_count_12m) == (1, 1)


def test_kept_amounts_and_the_ledger_say_the_same(company: Company, today: date, now: datetime) -> None:
    for offset in (-200, -31, -1, 0, 7):
        customer = make_customer()
        receivable = make_receivable(customer=customer, due=today + timedelta(days=offset), amount="80.00")
        pay(receivable.pk, "30.00", today - timedelta(days=1), now)

    assert gather(as_of=today, is_live=True) == gather(as_of=today, is_live=False)


@pytest.mark.feature("X-26")
def test_a_past_day_does_not_know_later_payments(company: Company, today: date, now: datetime) -> None:
    customer = make_customer()
    receivable = make_receivable(customer=customer, due=today - timedelta(days=10), amount="80.00")
    pay(receivable.pk, "80.00", today, now)
    yesterday = today - timedelta(days=1)

    assert queries.is_live(as_of=today)
    assert not queries.is_live(as_of=yesterday)
    assert gather(as_of=yesterday, is_live=False)[customer.pk].overdue_amounts == (("MXN", Decimal("80.00")),)
    assert gather(as_of=today)[customer.pk].open_count == 0


def test_statements_do_not_grow_with_customers(company: Company, today: date) -> None:
    counts = []
    for _round in range(2):
        for _one in range(20):
            make_receivable(customer=make_customer(email=None), due=today)
        with CaptureQueriesContext(connection) as context:
            record(today + timedelta(days=_round))
        counts.append(len(context))

    assert counts[0] == counts[1]


def test_recording_again_changes_nothing_and_a_state_keeps_its_beginning(
    company: Company, today: date
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=5))
    tomorrow = today + timedelta(days=1)

    first = record(today)
    again = record(today)
    record(tomorrow)

    assert (first, again) == (Customer.objects.count(), 0)
    state = queries.state_of(customer_id=customer.pk)
    assert state is not None
    assert (state["stage"], state["stage_since"], state["as_of"]) == ("ADMINISTRATIVE", today, tomorrow)


def test_an_older_day_does_not_overwrite_the_state(company: Company, today: date) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=5))
    record(today)

    earlier = today - timedelta(days=10)
    record(earlier)

    state = queries.state_of(customer_id=customer.pk)
    assert state is not None
    assert state["as_of"] == today


@pytest.mark.feature("SEG-03")
def test_what_a_customer_was_in_is_kept_with_its_days(company: Company, today: date) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=5))
    for ahead in (0, 10, 15, 30, 31):
        record(today + timedelta(days=ahead))

    def day(ahead: int) -> date:
        return today + timedelta(days=ahead)

    assert [tuple(one.values()) for one in queries.memberships_of(customer_id=customer.pk)] == [
        ("STAGE", "extrajudicial", "EXTRAJUDICIAL", day(30), None),
        ("SEGMENT", "moroso", "", day(15), None),
        ("SEGMENT", "todos", "", day(0), day(15)),
        ("STAGE", "administrativa", "ADMINISTRATIVE", day(0), day(30)),
    ]
    stood = {
        ahead: queries.placements(after=0, up_to=10**9, before=day(ahead))[customer.pk]
        for ahead in (0, 1, 15, 16, 30, 31)
    }
    assert stood[0] == NOWHERE
    assert [(one.stage_key, one.segment_key) for one in list(stood.values())[1:]] == [
        ("administrativa", "todos"),
        ("administrativa", "todos"),
        ("administrativa", "moroso"),
        ("administrativa", "moroso"),
        ("extrajudicial", "moroso"),
    ]
    assert (stood[16].entered_on, stood[16].segment_since) == (day(0), day(15))


def test_who_goes_back_on_the_same_day_has_not_left(company: Company, today: date, now: datetime) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=10))
    extra = make_receivable(customer=customer, due=today - timedelta(days=39))
    record(today - timedelta(days=9))
    record(today)
    pay(extra.pk, "1000.00", today, now)
    extra.refresh_from_db()
    assert extra.open_amount == 0

    record(today)

    memberships = queries.memberships_of(customer_id=customer.pk)
    stages = [(one["key"], one["since"], one["until"]) for one in memberships if one["kind"] == "STAGE"]
    assert stages == [("administrativa", today - timedelta(days=9), None)]
    state = queries.state_of(customer_id=customer.pk)
    assert state is not None
    assert (state["stage_key"], state["segment"]) == ("administrativa", "todos")

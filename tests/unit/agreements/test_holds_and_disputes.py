"""Pauses of every overlap, and what a dispute may claim."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.agreements import rules
from puntual.agreements.types import HoldFacts, HoldReason

TODAY = date(2026, 11, 23)


def hold(
    start: int, end: int, number: int = 1, receivable_id: int | None = None, customer_id: int = 1
) -> HoldFacts:
    """Make a hold by days from today."""
    return HoldFacts(
        number,
        customer_id,
        receivable_id,
        HoldReason.REQUESTED,
        TODAY + timedelta(days=start),
        TODAY + timedelta(days=end),
    )


@pytest.mark.parametrize(
    ("_case", "spans", "until", "active"),
    [
        ("none", [], None, []),
        ("one, today inside", [(-2, 5)], 5, [0]),
        ("one, its first day", [(0, 5)], 5, [0]),
        ("one, its last day", [(-5, 0)], 0, [0]),
        ("one day long", [(0, 0)], 0, [0]),
        ("over since yesterday", [(-5, -1)], None, []),
        ("from tomorrow", [(1, 5)], None, []),
        ("a new one contains the old", [(-2, 2), (-5, 10)], 10, [0, 1]),
        ("the old one contains the new", [(-5, 10), (-2, 2)], 10, [0, 1]),
        ("same start, later end", [(-2, 2), (-2, 6)], 6, [0, 1]),
        ("same start, earlier end", [(-2, 6), (-2, 2)], 6, [0, 1]),
        ("same end, earlier start", [(-2, 6), (-4, 6)], 6, [0, 1]),
        ("the same twice", [(-2, 6), (-2, 6)], 6, [0, 1]),
        ("overlap on the left", [(-2, 6), (-8, 1)], 6, [0, 1]),
        ("overlap on the right, not yet begun", [(-2, 3), (2, 9)], 9, [0]),
        ("overlap on one day", [(-2, 3), (3, 9)], 9, [0]),
        ("the next begins the day after", [(-2, 3), (4, 9)], 9, [0]),
        ("a free day between", [(-2, 3), (5, 9)], 3, [0]),
        ("a chain of three", [(-2, 3), (4, 6), (6, 12)], 12, [0]),
        ("a chain in the wrong order", [(6, 12), (4, 6), (-2, 3)], 12, [2]),
        ("a chain with a gap", [(-2, 3), (4, 6), (8, 12)], 6, [0]),
        ("a later one inside the first", [(-2, 9), (2, 4)], 9, [0]),
        ("only a later chain", [(2, 4), (5, 9)], None, []),
        ("one ended, one goes on", [(-9, -1), (-3, 2)], 2, [1]),
    ],
)
@pytest.mark.feature("X-04")
def test_holds_of_every_overlap(
    _case: str, spans: list[tuple[int, int]], until: int | None, active: list[int]
) -> None:
    holds = [hold(start, end, number) for number, (start, end) in enumerate(spans)]

    found = rules.active_holds(holds=holds, today=TODAY)

    if until is None:
        assert found == []
    else:
        assert [one.until_date for one in found] == [TODAY + timedelta(days=until)]
        assert found[0].hold_ids == tuple(active)


def test_each_receivable_and_the_whole_customer_are_paused_apart() -> None:
    holds = [
        hold(-1, 5, 1),
        hold(-1, 9, 2, receivable_id=7),
        hold(-1, 3, 3, receivable_id=8),
        hold(-1, 1, 4, None, 2),
    ]

    found = rules.active_holds(holds=holds, today=TODAY)

    assert [(one.customer_id, one.receivable_id, (one.until_date - TODAY).days) for one in found] == [
        (1, None, 5),
        (1, 7, 9),
        (1, 8, 3),
        (2, None, 1),
    ]


def test_the_reasons_are_those_of_today() -> None:
    holds = [
        HoldFacts(1, 1, None, HoldReason.LEGAL, TODAY, TODAY),
        HoldFacts(2, 1, None, HoldReason.HARDSHIP, TODAY, TODAY),
        HoldFacts(3, 1, None, HoldReason.HARDSHIP, TODAY, TODAY),
        HoldFacts(4, 1, None, HoldReason.OTHER, TODAY + timedelta(days=1), TODAY + timedelta(days=2)),
    ]

    found = rules.active_holds(holds=holds, today=TODAY)

    assert found[0].reasons == (HoldReason.HARDSHIP, HoldReason.LEGAL)


spans = st.tuples(st.integers(-15, 15), st.integers(0, 12)).map(lambda one: (one[0], one[0] + one[1]))


@given(drawn=st.lists(spans, max_size=8))
def test_the_pause_is_what_a_calendar_shows(drawn: list[tuple[int, int]]) -> None:
    holds = [hold(start, end, number) for number, (start, end) in enumerate(drawn)]

    found = rules.active_holds(holds=holds, today=TODAY)

    calendar = {day for start, end in drawn for day in range(start, end + 1)}
    if 0 not in calendar:
        assert found == []
    else:
        last = next(day for day in range(60) if day + 1 not in calendar)
        assert (found[0].until_date - TODAY).days == last


@pytest.mark.parametrize(
    ("_case", "amount", "owed", "expected"),
    [
        ("all of it", None, "100.00", None),
        ("all of several currencies", None, None, None),
        ("a part", "40.00", "100.00", None),
        ("exactly what is owed", "100.00", "100.00", None),
        ("more than owed", "100.01", "100.00", "dispute-more-than-owed"),
        ("zero", "0.00", "100.00", "dispute-not-positive"),
        ("half a cent", "1.005", "100.00", "dispute-not-cents"),
        ("an amount of several currencies", "1.00", None, "dispute-needs-document"),
    ],
)
def test_what_may_be_disputed(_case: str, amount: str | None, owed: str | None, expected: str | None) -> None:
    refusal = rules.dispute_refusal(
        amount=None if amount is None else Decimal(amount), owed=None if owed is None else Decimal(owed)
    )

    assert refusal == expected


def test_an_answer_is_owed_in_ten_business_days() -> None:
    assert rules.answer_due_date(today=TODAY, country="MX") == date(2026, 12, 7)
    assert rules.answer_due_date(today=date(2026, 12, 18), country="MX") == date(2027, 1, 5)

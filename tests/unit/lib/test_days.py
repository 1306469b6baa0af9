"""Ageing buckets and the working days of Mexico."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.lib import days
from puntual.lib.days import Bucket

dates = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))


@pytest.mark.parametrize(
    ("days_past_due", "expected"),
    [
        (-400, Bucket.CURRENT),
        (0, Bucket.CURRENT),
        (1, Bucket.D1_30),
        (30, Bucket.D1_30),
        (31, Bucket.D31_60),
        (60, Bucket.D31_60),
        (61, Bucket.D61_90),
        (90, Bucket.D61_90),
        (91, Bucket.D91_PLUS),
        (5000, Bucket.D91_PLUS),
    ],
)
def test_a_bucket_starts_the_day_after_the_one_before(days_past_due: int, expected: Bucket) -> None:
    assert days.bucket_of(days_past_due=days_past_due) is expected


@pytest.mark.parametrize(
    ("_case", "day"),
    [
        ("new year", date(2026, 1, 1)),
        ("constitution, moved to Monday", date(2026, 2, 2)),
        ("Juárez, moved to Monday", date(2026, 3, 16)),
        ("Holy Thursday", date(2026, 4, 2)),
        ("Good Friday", date(2026, 4, 3)),
        ("labour day", date(2026, 5, 1)),
        ("independence", date(2026, 9, 16)),
        ("the dead", date(2026, 11, 2)),
        ("revolution, moved to Monday", date(2026, 11, 16)),
        ("Guadalupe", date(2026, 12, 12)),
        ("Christmas", date(2026, 12, 25)),
        ("Holy Thursday of another year", date(2027, 3, 25)),
        ("change of federal power", date(2030, 10, 1)),
    ],
)
def test_a_mexican_holiday_is_no_working_day(_case: str, day: date) -> None:
    assert days.is_holiday(day=day, country="MX")
    assert not days.is_business_day(day=day, country="MX")


@pytest.mark.parametrize(
    ("_case", "day", "expected"),
    [
        ("Monday", date(2026, 11, 23), True),
        ("Friday", date(2026, 11, 27), True),
        ("Saturday", date(2026, 11, 28), False),
        ("Sunday", date(2026, 11, 29), False),
        ("the real anniversary of the revolution", date(2026, 11, 20), True),
        ("Easter Monday", date(2026, 4, 6), True),
    ],
)
def test_weekdays_work_unless_they_are_holidays(_case: str, day: date, expected: bool) -> None:
    assert days.is_business_day(day=day, country="MX") is expected


def test_banks_of_another_country_keep_their_own_calendar() -> None:
    assert days.is_holiday(day=date(2026, 7, 20), country="CO")
    assert not days.is_holiday(day=date(2026, 7, 20), country="MX")
    assert not days.is_holiday(day=date(2026, 12, 12), country="CO")


@pytest.mark.parametrize(
    ("_case", "day", "count", "expected"),
    [
        ("none", date(2026, 11, 28), 0, date(2026, 11, 28)),
        ("one in the week", date(2026, 11, 23), 1, date(2026, 11, 24)),
        ("over the weekend", date(2026, 11, 27), 1, date(2026, 11, 30)),
        ("over a long weekend", date(2026, 11, 13), 1, date(2026, 11, 17)),
        ("over Easter", date(2026, 4, 1), 1, date(2026, 4, 6)),
        ("over Christmas and new year", date(2026, 12, 24), 5, date(2027, 1, 4)),
    ],
)
def test_business_days_are_counted_over_weekends_and_holidays(
    _case: str, day: date, count: int, expected: date
) -> None:
    assert days.add_business_days(day=day, count=count, country="MX") == expected


@given(day=dates)
def test_the_next_business_day_is_the_nearest(day: date) -> None:
    found = days.next_business_day(day=day, country="MX")

    assert days.is_business_day(day=found, country="MX")
    assert not any(
        days.is_business_day(day=day + timedelta(days=number), country="MX")
        for number in range((found - day).days)
    )


@given(day=dates, first=st.integers(0, 15), second=st.integers(0, 15))
def test_counting_in_two_parts_is_counting_once(day: date, first: int, second: int) -> None:
    half = days.add_business_days(day=day, count=first, country="MX")

    assert days.add_business_days(day=half, count=second, country="MX") == days.add_business_days(
        day=day, count=first + second, country="MX"
    )

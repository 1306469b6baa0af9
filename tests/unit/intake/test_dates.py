"""Dates as files write them: every form is read, no order is guessed."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.intake.rules.dates import DateProblem, looks_like_date, parse_date, weigh_order
from puntual.intake.types import DateOrder

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2020-03-30", DateOrder.DMY, date(2020, 3, 30)),
        ("31 de março de 2024", DateOrder.DMY, date(2024, 3, 31)),
        ("1º de janeiro de 2024", DateOrder.DMY, date(2024, 1, 1)),
        ("segunda-feira, 30 de setembro de 2024", DateOrder.DMY, date(2024, 9, 30)),
        ("31MAR2024", DateOrder.DMY, date(2024, 3, 31)),
        ("31-dez-24", DateOrder.DMY, date(2024, 12, 31)),
        ("2024-mar-05", DateOrder.DMY, date(2024, 3, 5)),
        ("03042024", DateOrder.DMY, date(2024, 4, 3)),
        ("03042024", DateOrder.MDY, date(2024, 3, 4)),
        ("2020/3/5", DateOrder.MDY, date(2020, 3, 5)),
        ("30/03/2020", DateOrder.DMY, date(2020, 3, 30)),
        ("30-03-2020", DateOrder.DMY, date(2020, 3, 30)),
        ("30.03.20", DateOrder.DMY, date(2020, 3, 30)),
        ("03/04/2020", DateOrder.DMY, date(2020, 4, 3)),
        ("03/04/2020", DateOrder.MDY, date(2020, 3, 4)),
        ("20/03/04", DateOrder.YMD, date(2020, 3, 4)),
        ("20200330", DateOrder.DMY, date(2020, 3, 30)),
        ("30032020", DateOrder.DMY, date(2020, 3, 30)),
        ("20200330.0", DateOrder.DMY, date(2020, 3, 30)),
        ("30032020.0", DateOrder.DMY, date(2020, 3, 30)),
        (20200330.0, DateOrder.DMY, date(2020, 3, 30)),
        ("43920", DateOrder.DMY, date(2020, 3, 30)),
        ("43920.5", DateOrder.DMY, date(2020, 3, 30)),
        (43920.0, DateOrder.DMY, date(2020, 3, 30)),
        ("30-mar-2020", DateOrder.DMY, date(2020, 3, 30)),
        ("5 de enero de 2024", DateOrder.DMY, date(2024, 1, 5)),
        ("lunes, 5 de febrero del 2024", DateOrder.DMY, date(2024, 2, 5)),
        ("Dec 31, 2023", DateOrder.DMY, date(2023, 12, 31)),
        ("2020-10-07 17:04:55.750000000", DateOrder.DMY, date(2020, 10, 7)),
        ("2020-10-07T17:04:55Z", DateOrder.DMY, date(2020, 10, 7)),
        ("07/10/2020 05:04 p.m.", DateOrder.DMY, date(2020, 10, 7)),
        (datetime(2020, 3, 30, 12, tzinfo=UTC), DateOrder.DMY, date(2020, 3, 30)),
        (date(2020, 3, 30), DateOrder.MDY, date(2020, 3, 30)),
    ],
)
def test_every_form_is_read(text: object, order: DateOrder, expected: date) -> None:
    assert parse_date(text, order=order) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31/02/2020", DateProblem.INVALID),
        ("2020-13-01", DateProblem.INVALID),
        ("20201301.0", DateProblem.INVALID),
        (20201301.0, DateProblem.INVALID),
        (12345678.0, DateProblem.INVALID),
        ("mañana", DateProblem.INVALID),
        ("00/00/0000", DateProblem.INVALID),
        ("30/03-2020", DateProblem.INVALID),
        ("01/01/1899", DateProblem.OUT_OF_RANGE),
        ("2920-03-30", DateProblem.OUT_OF_RANGE),
        (1.0, DateProblem.OUT_OF_RANGE),
    ],
)
def test_what_is_no_date_says_so(text: object, problem: DateProblem) -> None:
    assert parse_date(text, order=DateOrder.DMY) is problem


def test_days_of_a_workbook_of_1904_are_counted_from_there() -> None:
    assert parse_date(42458.0, order=DateOrder.DMY, is_1904=True) == date(2020, 3, 30)


@given(day=DAYS, order=st.sampled_from([DateOrder.DMY, DateOrder.MDY]), sign=st.sampled_from("/-."))
def test_a_day_written_in_its_order_comes_back(day: date, order: DateOrder, sign: str) -> None:
    form = "%d{0}%m{0}%Y" if order is DateOrder.DMY else "%m{0}%d{0}%Y"

    assert parse_date(day.strftime(form.format(sign)), order=order) == day


@given(days=st.lists(DAYS, min_size=1, max_size=30))
def test_the_evidence_never_rules_out_the_order_of_the_writer(days: list[date]) -> None:
    evidence = weigh_order((day.strftime("%d/%m/%Y"), 1) for day in days)

    assert DateOrder.DMY in evidence.orders
    assert evidence.orders == (DateOrder.DMY,) or all(day.day <= 12 for day in days)


@given(text=st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(parse_date(text, order=DateOrder.DMY), date | DateProblem)
    looks_like_date(text)


def test_one_value_decides_its_column() -> None:
    evidence = weigh_order([("03/04/2020", 900), ("13/04/2020", 1)])

    assert evidence.orders == (DateOrder.DMY,)
    assert evidence.examples[DateOrder.DMY] == "13/04/2020"


def test_values_that_contradict_each_other_leave_both_orders() -> None:
    evidence = weigh_order([("13/04/2020", 500), ("04/13/2020", 1)])

    assert set(evidence.orders) == {DateOrder.DMY, DateOrder.MDY}


def test_dates_that_read_the_same_both_ways_need_no_answer() -> None:
    assert weigh_order([("05/05/2020", 3)]).orders == (DateOrder.DMY,)


def test_a_year_of_two_digits_in_front_is_asked_for() -> None:
    evidence = weigh_order([("24/03/31", 1), ("24/02/28", 1), ("24/01/15", 1)])

    assert evidence.orders == (DateOrder.DMY, DateOrder.MDY, DateOrder.YMD)


def test_a_column_that_a_spreadsheet_flipped_is_noticed() -> None:
    flipped = [(date(2020, 4, 3), 2), (date(2020, 5, 12), 2), ("13/04/2020", 2), ("28/04/2020", 2)]

    assert weigh_order(flipped).looks_flipped
    assert not weigh_order([*flipped, (date(2020, 4, 28), 1)]).looks_flipped

"""Whose money a bank line is, and when it is money that was noted before."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from puntual.reconciliation.rules import matching
from puntual.reconciliation.types import BankLine, LinePayment, LineState

DAY = date(2026, 11, 10)


def _line(number: int = 1, **fields: object) -> BankLine:
    line = BankLine(
        id=number,
        booked_date=DAY,
        amount=Decimal("100.00"),
        currency="MXN",
        reference="",
        description="",
        state=LineState.UNMATCHED,
    )
    return replace(line, **fields)  # type: ignore[arg-type]


def _payment(number: int = 1, **fields: object) -> LinePayment:
    payment = LinePayment(id=number, customer_id=7, amount=Decimal("100.00"), currency="MXN", value_date=DAY)
    return replace(payment, **fields)  # type: ignore[arg-type]


def test_numbers_are_read_whole_from_reference_and_description() -> None:
    line = _line(reference="0090000012314", description="SPEI 90000012314 de CLABE 012345678901234567, 123")

    assert matching.numbers_in(line=line) == {"0090000012314", "90000012314", "012345678901234567"}


@pytest.mark.feature("PAY-12")
def test_line_belongs_to_the_one_customer_that_it_names() -> None:
    lines = [
        _line(1, reference="111111"),
        _line(2, description="pago 222222 y 222222"),
        _line(3, reference="111111", description="222222"),
        _line(4, reference="333333"),
    ]

    owners = matching.customers_of_lines(lines=lines, references={"111111": 7, "222222": 8})

    assert owners == {1: 7, 2: 8}


@pytest.mark.parametrize(
    ("fields", "is_same"),
    [
        ({}, True),
        ({"value_date": DAY + timedelta(days=5)}, True),
        ({"value_date": DAY - timedelta(days=5)}, True),
        ({"value_date": DAY - timedelta(days=6)}, False),
        ({"amount": Decimal("100.01")}, False),
        ({"currency": "USD"}, False),
        ({"customer_id": 8}, False),
    ],
)
def test_known_money_is_the_same_customer_amount_and_about_the_same_day(
    fields: dict[str, object], is_same: bool
) -> None:
    pairs = matching.known_money(lines=[_line()], owners={1: 7}, payments=[_payment(9, **fields)])

    assert pairs == ({1: 9} if is_same else {})


def test_each_payment_serves_one_line_and_the_nearest_day_wins() -> None:
    lines = [_line(1), _line(2), _line(3)]
    payments = [_payment(5, value_date=DAY - timedelta(days=2)), _payment(6)]

    pairs = matching.known_money(lines=lines, owners={1: 7, 2: 7, 3: 7}, payments=payments)

    assert pairs == {1: 6, 2: 5}


def test_line_without_owner_is_nobody_s_money() -> None:
    assert matching.known_money(lines=[_line()], owners={}, payments=[_payment()]) == {}

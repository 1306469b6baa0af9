"""What is owed, laid out: sums, order, what comes next."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from puntual.lib.money import total
from puntual.portal import balance
from puntual.portfolio.types import OpenItem, ReceivableKind

TODAY = date(2026, 11, 23)


def item(number: int, *, late: int, amount: str = "100.00", currency: str = "MXN") -> OpenItem:
    return OpenItem(
        id=number,
        customer_id=1,
        document_number=f"F-{number}",
        kind=ReceivableKind.INVOICE,
        currency=currency,
        issue_date=date(2026, 1, 1),
        due_date=TODAY - timedelta(days=late),
        original_amount=Decimal("100.00"),
        open_amount=Decimal(amount),
    )


def test_balance_tells_what_is_late_and_what_comes_next() -> None:
    found = balance.balances(
        items=[item(1, late=-4, amount="30.00"), item(2, late=12), item(3, late=40, amount="99.99")],
        today=TODAY,
        home_currency="MXN",
    )

    assert len(found) == 1
    one = found[0]
    assert (one.amount, one.overdue_amount, one.upcoming_amount) == (
        Decimal("229.99"),
        Decimal("199.99"),
        Decimal("30.00"),
    )
    assert (one.overdue_count, one.upcoming_count, one.oldest_days_late) == (2, 1, 40)
    assert (one.oldest_due_date, one.next_due_date) == (date(2026, 10, 14), date(2026, 11, 27))
    assert [document.number for document in one.documents] == ["F-3", "F-2", "F-1"]
    assert [document.is_partly_paid for document in one.documents] == [True, False, True]


def test_what_is_due_today_is_not_late() -> None:
    found = balance.balances(items=[item(1, late=0)], today=TODAY, home_currency="MXN")

    assert found[0].overdue_count == 0
    assert found[0].next_due_date == TODAY


def test_own_currency_comes_first_and_currencies_never_mix() -> None:
    found = balance.balances(
        items=[item(1, late=1, currency="EUR"), item(2, late=1, currency="USD"), item(3, late=1)],
        today=TODAY,
        home_currency="MXN",
    )

    assert [(one.currency, one.amount) for one in found] == [
        ("MXN", Decimal("100.00")),
        ("EUR", Decimal("100.00")),
        ("USD", Decimal("100.00")),
    ]


def test_nothing_owed_is_no_balance() -> None:
    assert balance.balances(items=[], today=TODAY, home_currency="MXN") == ()


@given(
    some.lists(
        some.tuples(
            some.integers(-90, 400),
            some.decimals("0.01", "999999999999.99", places=2),
            some.sampled_from(["MXN", "USD"]),
        ),
        max_size=30,
    )
)
def test_late_and_coming_always_add_to_the_balance(rows: list[tuple[int, Decimal, str]]) -> None:
    items = [
        item(number, late=late, amount=str(amount), currency=currency)
        for number, (late, amount, currency) in enumerate(rows)
    ]

    found = balance.balances(items=items, today=TODAY, home_currency="MXN")

    for one in found:
        assert one.overdue_amount + one.upcoming_amount == one.amount
        assert one.amount == total(each.open_amount for each in items if each.currency == one.currency)
        assert one.overdue_count + one.upcoming_count == len(one.documents)


@pytest.mark.parametrize(
    ("today", "payday"),
    [
        (date(2026, 11, 1), date(2026, 11, 15)),
        (date(2026, 11, 15), date(2026, 11, 30)),
        (date(2026, 11, 29), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 12, 15)),
        (date(2026, 12, 31), date(2027, 1, 15)),
        (date(2027, 2, 15), date(2027, 2, 28)),
        (date(2028, 2, 28), date(2028, 2, 29)),
        (date(2027, 2, 28), date(2027, 3, 15)),
    ],
)
def test_next_payday_is_the_next_quincena(today: date, payday: date) -> None:
    assert balance.next_payday(today=today) == payday


def test_numbers_are_written_in_groups() -> None:
    assert balance.grouped_clabe("002010077777777771") == "002 010 07777777777 1"
    assert balance.grouped_clabe("1234567") == "1234 567"
    assert balance.grouped_clabe("ES91 2100") == "ES91 2100"
    assert balance.grouped_digits("9000000123") == "9000 0001 23"

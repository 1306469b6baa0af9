"""Arithmetic of money: nothing is made and nothing is lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.lib import money

cents = st.integers(min_value=0, max_value=10**12).map(lambda whole: Decimal(whole) / 100)
debts = st.lists(cents, max_size=12)


@pytest.mark.parametrize(
    ("_case", "amount", "expected"),
    [
        ("half a cent goes up", "0.005", "0.01"),
        ("half a cent below zero goes away from zero", "-0.005", "-0.01"),
        ("just below half goes down", "1.00499999", "1.00"),
        ("an even cent is not preferred", "2.675", "2.68"),
        ("whole amounts gain their cents", "7", "7.00"),
        ("the largest amount stays exact", "9999999999999999.99", "9999999999999999.99"),
    ],
)
def test_rounding_is_half_up(_case: str, amount: str, expected: str) -> None:
    rounded = money.to_cents(Decimal(amount))

    assert rounded == Decimal(expected)
    assert rounded.as_tuple().exponent == -2


def test_the_total_of_nothing_is_zero_with_cents() -> None:
    assert str(money.total([])) == "0.00"


@given(amounts=st.lists(cents, max_size=20))
def test_the_total_is_exact_whatever_the_order(amounts: list[Decimal]) -> None:
    assert money.total(amounts) == money.total(reversed(amounts)) == sum(amounts)


@pytest.mark.parametrize(
    ("_case", "amount", "owed", "expected"),
    [
        ("less than the first debt", "30", ["100", "50"], ["30", "0"]),
        ("exactly the first debt", "100", ["100", "50"], ["100", "0"]),
        ("into the second debt", "120", ["100", "50"], ["100", "20"]),
        ("more than everything", "200", ["100", "50"], ["100", "50"]),
        ("nothing", "0", ["100", "50"], ["0", "0"]),
        ("a paid debt in the middle", "120", ["100", "0", "50"], ["100", "0", "20"]),
        ("no debts", "10", [], []),
    ],
)
def test_an_amount_fills_debts_in_order(
    _case: str, amount: str, owed: list[str], expected: list[str]
) -> None:
    shares = money.spread(amount=Decimal(amount), debts=[Decimal(debt) for debt in owed])

    assert shares == [Decimal(share) for share in expected]


@given(amount=cents, owed=debts)
def test_spreading_conserves_money(amount: Decimal, owed: list[Decimal]) -> None:
    shares = money.spread(amount=amount, debts=owed)

    assert money.total(shares) == min(amount, money.total(owed))
    assert all(0 <= share <= debt for share, debt in zip(shares, owed, strict=True))


@given(amount=cents, owed=debts)
def test_a_later_debt_gets_nothing_while_an_earlier_one_still_owes(
    amount: Decimal, owed: list[Decimal]
) -> None:
    shares = money.spread(amount=amount, debts=owed)

    for position, (share, debt) in enumerate(zip(shares, owed, strict=True)):
        if share < debt:
            assert not any(shares[position + 1 :])
            break


@given(first=cents, second=cents, owed=debts)
def test_two_payments_fill_the_same_as_one(first: Decimal, second: Decimal, owed: list[Decimal]) -> None:
    early = money.spread(amount=first, debts=owed)
    left = [debt - share for debt, share in zip(owed, early, strict=True)]
    late = money.spread(amount=second, debts=left)

    together = money.spread(amount=first + second, debts=owed)

    assert [one + two for one, two in zip(early, late, strict=True)] == together


@pytest.mark.parametrize(("amount", "owed"), [("-0.01", ["1"]), ("1", ["1", "-0.01"])])
def test_negative_amounts_are_refused(amount: str, owed: list[str]) -> None:
    with pytest.raises(ValueError, match="negative"):
        money.spread(amount=Decimal(amount), debts=[Decimal(debt) for debt in owed])

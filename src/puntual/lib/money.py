"""Arithmetic of money: Decimal with two places, never floats."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
# What one document or payment may be: sums of a billion of them still fit where sums are kept.
LARGEST = Decimal("9999999999999.99")


def to_cents(amount: Decimal) -> Decimal:
    """Round half up to two places, as invoices in Mexico do."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add amounts of one currency."""
    return sum(amounts, ZERO)


def spread(*, amount: Decimal, debts: Sequence[Decimal]) -> list[Decimal]:
    """
    Allocate an amount over debts in the order given; each gets at most what it owes.

    The results never add to more than `amount`; what is left over is `amount - total(result)`.

    Raises: ValueError when the amount or a debt is negative.
    """
    if amount < ZERO or any(debt < ZERO for debt in debts):
        raise ValueError("amounts to spread must not be negative")
    left = amount
    shares = []
    for debt in debts:
        share = min(left, debt)
        shares.append(share)
        left -= share
    return shares


def currencies_in_order(*, amounts: Mapping[str, Decimal], home: str) -> list[str]:
    """List the currencies that have money: the home one first, then the largest; of equal ones by their code."""
    having = [code for code, amount in amounts.items() if amount]
    return sorted(having, key=lambda code: (code != home, -amounts[code], code))

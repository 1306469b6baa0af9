"""The days and amounts of the instalments of a loan. Exact: they add up to it, to the cent."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from puntual.intake.types import Frequency
from puntual.lib.money import CENT, ZERO, spread, total

# Ten years of weeks and some more; a longer loan is a number in the wrong column.
COUNT_MAX = 600
_MIDDLE = 15
_DAYS = {Frequency.BIWEEKLY: timedelta(days=14), Frequency.WEEKLY: timedelta(days=7)}


def due_dates(*, first: date, count: int, frequency: Frequency) -> list[date]:
    """
    List the days on which instalments fall due.

    A month that is too short ends on its last day, and the next one has the day of the first again. Twice a month
    means the 15th and the last day where the loan begins on one of them, else a day and the one 15 days later.
    """
    step = _DAYS.get(frequency)
    if step is not None:
        return [first + step * place for place in range(count)]
    if frequency is Frequency.MONTHLY:
        return [_day(first, months, first.day) for months in range(count)]
    return _halves(first, count)


def _halves(first: date, count: int) -> list[date]:
    is_end = first.day > _MIDDLE and first.day == _last_day(first.year, first.month)
    early = _MIDDLE if is_end else first.day if first.day <= _MIDDLE else first.day - _MIDDLE
    # A month has no day 99: its last one stands for it.
    late = 99 if is_end or first.day == _MIDDLE else early + _MIDDLE
    begins_late = first.day > _MIDDLE
    return [
        _day(first, (place + begins_late) // 2, late if (place + begins_late) % 2 else early)
        for place in range(count)
    ]


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _day(first: date, months: int, day: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(day, _last_day(year, month + 1)))


def split(*, amount: Decimal, count: int) -> list[Decimal]:
    """
    Part an amount into equal instalments; the last one takes what rounding leaves.

    Raises: ValueError when there is less than a cent for each.
    """
    each = (amount / count).quantize(CENT, rounding=ROUND_DOWN)
    if each <= ZERO:
        raise ValueError("less than a cent for each instalment")
    return [each] * (count - 1) + [amount - each * (count - 1)]


def fits(*, each: Decimal, count: int, amount: Decimal) -> bool:
    """Say whether so many instalments are that amount, but for what rounding each to cents takes or adds."""
    return abs(amount - each * count) <= CENT * count and amount > each * (count - 1)


def still_open(*, amounts: Sequence[Decimal], balance: Decimal) -> list[Decimal]:
    """Say what of each instalment is open when so much is left of all: what was paid, was paid on the oldest."""
    shares = spread(amount=total(amounts) - balance, debts=amounts)
    return [amount - share for amount, share in zip(amounts, shares, strict=True)]

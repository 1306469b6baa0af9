"""
The formulas of the KPIs that goals are measured by, over plain amounts.

Each names its source; all are those of the trade that people compare with. None where its divisor is nothing.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

HUNDRED = Decimal(100)


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return a part of a whole in percent: the overdue share (IMOR), the kept, recovery, roll and cure rates."""
    return Decimal(part) * HUNDRED / Decimal(whole) if whole else None


def exhaustion_days(*, owed: Decimal, months: Iterable[tuple[Decimal, int]]) -> Decimal | None:
    """
    Return the days of sales that what is owed stands for (DSO, countback), or None where it exceeds all sales.

    `months`: what was sold in each month and its days, the newest first; of the running month the days so far. From
    what is owed the sales of one month after the other are taken off; of the last one counts its part.

    Source: Oracle, Days Sales Outstanding (docs.oracle.com/cd/E64585_01); Upflow, How does Upflow calculate your DSO.
    """
    left, days = owed, Decimal(0)
    for sold, length in months:
        if left <= 0:
            break
        if sold >= left:
            return days + left * length / sold
        left -= sold
        days += length
    return days if left <= 0 else None


def effectiveness(
    *, owed_before: Decimal, sold: Decimal, owed_after: Decimal, current_after: Decimal
) -> Decimal | None:
    """
    Return how much of what could be collected in a period was, in percent (CEI).

    (owed before + sales - owed after) / (owed before + sales - not yet due after) x 100.

    Source: Rex, Collection effectiveness index; Billtrust, the same.
    """
    return share(owed_before + sold - owed_after, owed_before + sold - current_after)


def cost_of_one(*, cost: Decimal, collected: Decimal) -> Decimal | None:
    """
    Return what it costs to collect one unit of money (cost to collect): cost of collection / amount collected.

    Source: Shiai, Optimizing debt collection KPIs; its rule of thumb is less than 0.10.
    """
    return cost / collected if collected > 0 else None


def is_on_course(
    *, start: Decimal, aim: Decimal, value: Decimal, first: date, last: date, today: date
) -> bool:
    """Say whether a value is as far on the straight way from its start to its aim as the period is."""
    length = (last - first).days
    done = min(max((today - first).days, 0), length)
    expected = start + (aim - start) * done / length if length else aim
    return value <= expected if aim <= start else value >= expected

"""
What issue and due days say about each other: debts fall due after they are issued, and on equal terms.

Firms give few terms: cash, a week, 15, 30, 60 or 90 days, so many months. Read rightly, the days between issue
and due are such numbers; with day and month exchanged, they are not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from puntual.intake.rules import dates
from puntual.intake.types import DateOrder

_Terms = Mapping[tuple[object, object], int]
# A reading of the dates is believed when the other one puts so many rows due before they were issued.
_IMPOSSIBLE_ROWS_MIN = 3
_IMPOSSIBLE_SHARE_MIN = 0.05
# Days of credit that firms give; months are 28 to 31 days long. One to four days are seldom given, but exchanged
# they are as many months: between the two only a person can choose.
_USUAL = frozenset(
    {*range(6), 7, 8, 10, 14, 15, 20, 21, *range(28, 32), 45, *range(59, 63), *range(89, 93), 120}
)
# An order is right whose terms are usual so often, where those of the others are so seldom.
_RIGHT_SHARE_MIN = 0.8
_WRONG_SHARE_MAX = 0.4
_ROWS_MIN = 8
# Rows that cannot be read wrongly must keep usual terms so often to say what the others should be.
_USUAL_SHARE_MIN = 0.6
_USUAL_TERM_SHARE_MIN = 0.02
# So many rows of those that may be changed must ask for it.
_FLIPPED_SHARE_MIN = 0.2
# Nobody's books are without a slip.
_SOUND_SHARE_MAX = 0.005


@dataclass(frozen=True, slots=True)
class Flipped:
    """How many rows make sense only with day and month changed, of how many that could be, and one of them."""

    rows: int
    of: int
    issue: str
    due: str


@dataclass(frozen=True, slots=True)
class _Reading:
    rows: int
    impossible: int
    usual_share: float

    @property
    def is_sound(self) -> bool:
        """Say whether hardly any debt falls due before it was issued."""
        return self.rows > 0 and self.impossible <= self.rows * _SOUND_SHARE_MAX


def possible_orders(terms: _Terms, orders: Sequence[DateOrder]) -> list[DateOrder]:
    """
    Keep the orders under which debts fall due on or after the day they were issued, and on usual terms.

    An order is ruled out only when another one has no impossible row and it has many, or where the terms of
    another one are usual and its own are not.
    """
    readings = {order: _read(terms, order) for order in orders}
    sound = [
        order
        for order, found in readings.items()
        if found.rows and found.impossible <= found.rows * _SOUND_SHARE_MAX
    ]
    if not sound:
        return list(orders)
    left = [
        order
        for order, found in readings.items()
        if found.impossible < max(_IMPOSSIBLE_ROWS_MIN, found.rows * _IMPOSSIBLE_SHARE_MIN)
    ]
    usual = [order for order in left if _is_usual(readings[order])]
    others = [order for order in left if order not in usual]
    if len(usual) == 1 and all(readings[order].usual_share <= _WRONG_SHARE_MAX for order in others):
        return usual
    return left


def _is_usual(found: _Reading) -> bool:
    return found.rows >= _ROWS_MIN and found.is_sound and found.usual_share >= _RIGHT_SHARE_MIN


def _read(terms: _Terms, order: DateOrder) -> _Reading:
    between: Counter[int] = Counter()
    for (issued, falls_due), count in terms.items():
        first = dates.parse_date(issued, order=order)
        last = dates.parse_date(falls_due, order=order)
        if isinstance(first, date) and isinstance(last, date):
            between[(last - first).days] += count
    rows = between.total()
    usual = sum(count for days, count in between.items() if days in _USUAL)
    impossible = sum(count for days, count in between.items() if days < 0)
    return _Reading(rows=rows, impossible=impossible, usual_share=usual / rows if rows else 0.0)


def find_flipped(
    terms: _Terms, *, issue_order: DateOrder, due_order: DateOrder, is_1904: bool
) -> Flipped | None:
    """
    Find out whether a program before us changed day and month where it could.

    Days above 12 cannot be changed: their rows show the terms. Where the other rows do not keep these terms,
    and do keep them with day and month changed, the file is not to be believed.
    """
    sure: Counter[int] = Counter()
    open_to_both: list[tuple[date, date, int]] = []
    for (issued, falls_due), count in terms.items():
        first = dates.parse_date(issued, order=issue_order, is_1904=is_1904)
        last = dates.parse_date(falls_due, order=due_order, is_1904=is_1904)
        if not isinstance(first, date) or not isinstance(last, date):
            continue
        if first.day > 12 and last.day > 12:
            sure[(last - first).days] += count
        elif first != _changed(first) or last != _changed(last):
            open_to_both.append((first, last, count))
    usual = {
        days for days, count in sure.items() if days >= 0 and count >= sure.total() * _USUAL_TERM_SHARE_MIN
    }
    if sure.total() < _ROWS_MIN or sum(sure[days] for days in usual) < sure.total() * _USUAL_SHARE_MIN:
        return None
    of = sum(count for _, _, count in open_to_both)
    odd = [(first, last, count) for first, last, count in open_to_both if (last - first).days not in usual]
    mended = [(first, last, count) for first, last, count in odd if _keeps_terms(first, last, usual)]
    rows = sum(count for _, _, count in mended)
    if rows < max(_ROWS_MIN, of * _FLIPPED_SHARE_MIN) or rows * 2 < sum(count for *_, count in odd):
        return None
    return Flipped(rows=rows, of=of, issue=mended[0][0].isoformat(), due=mended[0][1].isoformat())


def _changed(day: date) -> date:
    return date(day.year, day.day, day.month) if day.day <= 12 else day


def _keeps_terms(first: date, last: date, usual: set[int]) -> bool:
    """Say whether a row keeps the usual terms with day and month changed in either day, or in both."""
    pairs = ((_changed(first), last), (first, _changed(last)), (_changed(first), _changed(last)))
    return any((due - issue).days in usual for issue, due in pairs)

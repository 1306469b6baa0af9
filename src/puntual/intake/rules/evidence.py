"""What whole columns say: one pass over the file, few distinct shapes kept."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from puntual.intake.rules import amounts, cells, dates
from puntual.intake.rules.amounts import SignEvidence
from puntual.intake.rules.dates import OrderEvidence
from puntual.intake.rules.reading import Cell, Row
from puntual.intake.types import AMOUNT_FIELDS, DATE_FIELDS, ID_FIELDS, DateOrder, DecimalSign, Field

_DATE_LENGTH_MAX = 40
_AMOUNT_LENGTH_MAX = 40
_CHUNK = 10_000
# A reading of the dates is believed when the other one puts so many rows due before they were issued.
_IMPOSSIBLE_ROWS_MIN = 3
_IMPOSSIBLE_SHARE_MIN = 0.05


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the columns of a file say, by position."""

    orders: Mapping[int, OrderEvidence]
    signs: Mapping[int, SignEvidence]
    float_ids: frozenset[int]


def weigh(rows: Iterator[Row], fields: Mapping[int, Field]) -> Evidence:
    """Read all rows once and weigh the columns whose values may be read in more than one way."""
    days: dict[int, Counter[object]] = {p: Counter() for p, field in fields.items() if field in DATE_FIELDS}
    shapes: dict[int, Counter[str]] = {p: Counter() for p, field in fields.items() if field in AMOUNT_FIELDS}
    # True while every value seen is a whole number and at least one ends in .0
    ids: dict[int, bool | None] = {p: None for p, field in fields.items() if field in ID_FIELDS}
    while chunk := [row for _, row in islice(rows, _CHUNK)]:
        for position, counter in days.items():
            _count_days(_column(chunk, position), counter)
        for position, shape_counter in shapes.items():
            shape_counter.update(amounts.shapes(_short_texts(_column(chunk, position))))
        for position, state in ids.items():
            if state is not False:
                ids[position] = _float_id_state(_column(chunk, position), state)
    return Evidence(
        orders={position: dates.weigh_order(counter.items()) for position, counter in days.items()},
        signs={position: amounts.weigh_sign(counter.items()) for position, counter in shapes.items()},
        float_ids=frozenset(position for position, state in ids.items() if state),
    )


def _column(chunk: Sequence[Sequence[Cell]], position: int) -> list[Cell]:
    """List what stands in one column of some rows, blanks left out."""
    return [row[position] for row in chunk if position < len(row) and row[position] != ""]


def _short_texts(values: Sequence[Cell]) -> list[str]:
    return [value.strip() for value in values if isinstance(value, str) and len(value) <= _AMOUNT_LENGTH_MAX]


def _count_days(values: Sequence[Cell], counter: Counter[object]) -> None:
    """Count cells by day, so that moments of one day count together."""
    for value, count in Counter(values).items():
        if isinstance(value, datetime):
            counter[value.date()] += count
        elif not isinstance(value, str):
            counter[value] += count
        elif len(value) <= _DATE_LENGTH_MAX:
            counter[dates.without_time(value)] += count


def _float_id_state(values: Sequence[Cell], state: bool | None) -> bool | None:
    for value in values:
        text = value.strip() if isinstance(value, str) else ""
        if not text or text.isdigit():
            continue
        if not cells.is_float_id(text):
            return False
        state = True
    return state


def possible_by_terms(
    rows: Iterator[Row], *, issue: int, due: int, orders: Sequence[DateOrder]
) -> list[DateOrder]:
    """
    Keep the orders under which debts fall due on or after the day they were issued.

    An order is ruled out only when another one has no impossible row and it has many.
    """
    impossible = dict.fromkeys(orders, 0)
    read = 0
    for _, row in rows:
        if max(issue, due) >= len(row):
            continue
        counted = False
        for order in orders:
            issued = dates.parse_date(row[issue], order=order)
            falls_due = dates.parse_date(row[due], order=order)
            if isinstance(issued, date) and isinstance(falls_due, date):
                counted = True
                impossible[order] += falls_due < issued
        read += counted
    enough = max(_IMPOSSIBLE_ROWS_MIN, read * _IMPOSSIBLE_SHARE_MIN)
    if 0 not in impossible.values():
        return list(orders)
    return [order for order in orders if impossible[order] < enough]


def sure_sign(evidence: Mapping[int, SignEvidence], position: int) -> tuple[DecimalSign, ...]:
    """Name the signs possible in a column; what its sister columns demand counts where it says nothing."""
    own = evidence[position].signs
    if len(own) == 1 or evidence[position].only:
        return own
    sisters = {sign for other in evidence.values() for sign in other.only}
    return tuple(sisters) if len(sisters) == 1 else own


def sister_order(evidence: Mapping[int, OrderEvidence], position: int) -> DateOrder | None:
    """Name the order that the other date columns of the file demand, None when they do not agree on one."""
    demanded = {order for other, found in evidence.items() if other != position for order in found.only}
    return next(iter(demanded)) if len(demanded) == 1 else None

"""What whole columns say: one pass over the file, few distinct shapes kept."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from puntual.intake.rules import amounts, cells, dates
from puntual.intake.rules.amounts import SignEvidence
from puntual.intake.rules.dates import OrderEvidence
from puntual.intake.rules.reading import Cell, Row
from puntual.intake.types import AMOUNT_FIELDS, DATE_FIELDS, ID_FIELDS, DateOrder, DecimalSign, Field

_DATE_LENGTH_MAX = 40
_AMOUNT_LENGTH_MAX = 40
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
    date_values: dict[int, Counter[object]] = {
        position: Counter() for position, field in fields.items() if field in DATE_FIELDS
    }
    shapes: dict[int, Counter[str]] = {
        position: Counter() for position, field in fields.items() if field in AMOUNT_FIELDS
    }
    # True while every value seen is a whole number and at least one ends in .0
    ids: dict[int, bool | None] = {position: None for position, field in fields.items() if field in ID_FIELDS}
    for _, row in rows:
        width = len(row)
        for position, counter in date_values.items():
            if position < width and row[position] != "":
                counter[_day_of(row[position])] += 1
        for position, shape_counter in shapes.items():
            if position < width:
                value = row[position]
                if isinstance(value, str) and 0 < len(value) <= _AMOUNT_LENGTH_MAX:
                    shape_counter[amounts.shape(value.strip())] += 1
        for position, state in ids.items():
            if state is not False and position < width:
                ids[position] = _float_id_state(row[position], state)
    return Evidence(
        orders={position: dates.weigh_order(counter.items()) for position, counter in date_values.items()},
        signs={position: amounts.weigh_sign(counter.items()) for position, counter in shapes.items()},
        float_ids=frozenset(position for position, state in ids.items() if state),
    )


def _day_of(value: Cell) -> object:
    """Reduce a cell to its day, so that moments of one day count together."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        return dates.without_time(value) if len(value) <= _DATE_LENGTH_MAX else ""
    return value


def _float_id_state(value: Cell, state: bool | None) -> bool | None:
    if not isinstance(value, str) or not value:
        return state
    text = value.strip()
    if cells.is_float_id(text):
        return True
    return state if not text or cells.is_digits(text) else False


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

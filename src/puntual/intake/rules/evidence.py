"""What whole columns say: one pass over the file, few distinct shapes kept."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import itemgetter

from puntual.intake.rules import amounts, cells, dates
from puntual.intake.rules.amounts import SignEvidence
from puntual.intake.rules.dates import OrderEvidence
from puntual.intake.rules.reading import Cell, Row
from puntual.intake.types import AMOUNT_FIELDS, DATE_FIELDS, ID_FIELDS, DateOrder, DecimalSign, Field

_DATE_LENGTH_MAX = 40
_AMOUNT_LENGTH_MAX = 40
# Rows of so few are still in the processor's cache when their columns are weighed.
_CHUNK = 250
# A million rows have few terms; a column that is no date may have as many as there are rows.
_TERMS_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the columns of a file say, by position."""

    orders: Mapping[int, OrderEvidence]
    signs: Mapping[int, SignEvidence]
    float_ids: frozenset[int]
    # How often which day of issue stands beside which due day, as they are written.
    terms: Mapping[tuple[object, object], int]


def weigh(rows: Iterator[Row], fields: Mapping[int, Field]) -> Evidence:
    """Read all rows once and weigh the columns whose values may be read in more than one way."""
    by_field = {field: position for position, field in fields.items()}
    issue, due = by_field.get(Field.ISSUE_DATE), by_field.get(Field.DUE_DATE)
    terms: Counter[tuple[object, object]] = Counter()
    days: dict[int, Counter[object]] = {p: Counter() for p, field in fields.items() if field in DATE_FIELDS}
    shapes: dict[int, Counter[str]] = {p: Counter() for p, field in fields.items() if field in AMOUNT_FIELDS}
    # True while every value seen is a whole number and at least one ends in .0
    ids: dict[int, bool | None] = {p: None for p, field in fields.items() if field in ID_FIELDS}
    wanted = sorted({*days, *shapes, *ids})
    while wanted and (chunk := [row for _, row in islice(rows, _CHUNK)]):
        columns = _columns(chunk, wanted)
        for position, counter in days.items():
            _count_days(columns[position], counter)
        if issue is not None and due is not None and len(terms) < _TERMS_MAX:
            terms.update(zip(columns[issue], columns[due], strict=True))
        for position, shape_counter in shapes.items():
            shape_counter.update(_shapes(columns[position]))
        for position, state in ids.items():
            if state is not False:
                ids[position] = _float_id_state(columns[position], state)
    return Evidence(
        orders={position: dates.weigh_order(counter.items()) for position, counter in days.items()},
        signs={position: amounts.weigh_sign(counter.items()) for position, counter in shapes.items()},
        float_ids=frozenset(position for position, state in ids.items() if state),
        terms=terms,
    )


def _columns(chunk: Sequence[list[Cell]], wanted: Sequence[int]) -> dict[int, Sequence[Cell]]:
    """Turn rows into columns; a row that is too short has blanks there."""
    width = wanted[-1] + 1
    if min(map(len, chunk)) < width:
        chunk = [row if len(row) >= width else [*row, *[""] * (width - len(row))] for row in chunk]
    if len(wanted) == 1:
        return {wanted[0]: [row[wanted[0]] for row in chunk]}
    return dict(zip(wanted, zip(*map(itemgetter(*wanted), chunk), strict=True), strict=True))


def _shapes(values: Sequence[Cell]) -> list[str]:
    """List the shapes of amounts that are text; numbers of a spreadsheet have but one reading."""
    try:
        is_short = max(map(len, values)) <= _AMOUNT_LENGTH_MAX  # type: ignore[arg-type]
    except TypeError:
        is_short = False
    if is_short:
        return amounts.shapes(values)  # type: ignore[arg-type]
    texts = [value for value in values if isinstance(value, str) and len(value) <= _AMOUNT_LENGTH_MAX]
    return amounts.shapes(texts) if texts else []


def _count_days(values: Sequence[Cell], counter: Counter[object]) -> None:
    """Count cells by day, so that moments of one day count together."""
    for value, count in Counter(values).items():
        if isinstance(value, datetime):
            counter[value.date()] += count
        elif not isinstance(value, str):
            counter[value] += count
        elif 0 < len(value) <= _DATE_LENGTH_MAX:
            counter[dates.without_time(value)] += count


def _float_id_state(values: Sequence[Cell], state: bool | None) -> bool | None:
    try:
        if "".join(values).isdigit():  # type: ignore[arg-type]
            return state
    except TypeError:
        pass
    for value in values:
        text = value.strip() if isinstance(value, str) else ""
        if not text or text.isdigit():
            continue
        if not cells.is_float_id(text):
            return False
        state = True
    return state


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

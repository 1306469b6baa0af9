"""Tables whose columns no header names: where their rows begin, told by days and amounts that stand in columns."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from puntual.intake.rules import amounts, cells, dates, shapes
from puntual.intake.rules.reading import Cell

# A document, a day and an amount; below a header that nobody knows, whose it is as well.
_COLUMNS_MIN = 3
_COLUMNS_BELOW_HEADER_MIN = 4
_HEADER_ROWS_MAX = 20
_SHARE_MIN = 0.8
_NUMBER = re.compile(r"^\d+$")
_COMPACT_DAY_LENGTH = 8
_OWN_NAME = re.compile(r"^Columna \d+$")


@dataclass(frozen=True, slots=True)
class Start:
    """Where the rows of a table begin, from 0, and whether the row above is a header, its words unknown."""

    row: int
    has_header: bool


def own_name(position: int) -> str:
    """Name a column that has no name, counted from 0."""
    return f"Columna {position + 1}"


def are_own_names(headers: Sequence[str]) -> bool:
    """Say whether all names are ours, because the file has none."""
    return bool(headers) and all(map(_OWN_NAME.match, headers))


def is_day(value: Cell) -> bool:
    """Say whether a cell is a day as a person writes it; a bare number may be anything but a day of eight digits."""
    if isinstance(value, float):
        return False
    if isinstance(value, date):
        return True
    text = value.strip()
    if _NUMBER.match(text) and len(text) != _COMPACT_DAY_LENGTH:
        return False
    return dates.looks_like_date(text)


def find_start(rows: Sequence[Sequence[Cell]]) -> Start | None:
    """Find the first row of data in a table without a header that we know; None where there are no such rows."""
    filled = [index for index, row in enumerate(rows) if any(not cells.is_blank(cell) for cell in row)]
    for place, index in enumerate(filled[:_HEADER_ROWS_MAX]):
        width = _looks_like_data([rows[one] for one in filled[place:]])
        if not width:
            continue
        if not place:
            return Start(index, has_header=False)
        is_header = width >= _COLUMNS_BELOW_HEADER_MIN and _may_be_header(rows[filled[place - 1]], width)
        return Start(index, has_header=True) if is_header else None
    return None


def width_of(rows: Sequence[Sequence[Cell]]) -> int:
    """Say how many columns most rows have."""
    lengths = Counter(len(row) for row in rows if any(not cells.is_blank(cell) for cell in row))
    return max(lengths.items(), key=lambda item: (item[1], item[0]))[0] if lengths else 0


def _looks_like_data(rows: Sequence[Sequence[Cell]]) -> int:
    """Count the columns of rows of data, the first one included; 0 when they are none."""
    width = width_of(rows)
    if width < _COLUMNS_MIN:
        return 0
    columns = [
        [row[place] for row in rows if place < len(row) and not cells.is_blank(row[place])]
        for place, cell in enumerate(rows[0][:width])
        if not cells.is_blank(cell)
    ]
    days = [column for column in columns if _are(column, is_day)]
    has_money = any(_are(column, amounts.looks_like_amount) for column in columns if column not in days)
    return width if (days and has_money) or any(_are(column, _is_email) for column in columns) else 0


def _are(column: Sequence[Cell], is_one: Callable[[Cell], bool]) -> bool:
    """Say whether the first value of a column and most others are of a kind; the word beside a sum is none."""
    return is_one(column[0]) and sum(map(is_one, column)) >= min(len(column) - 1, _SHARE_MIN * len(column))


def _is_email(value: Cell) -> bool:
    return isinstance(value, str) and shapes.is_email(value.strip())


def _may_be_header(row: Sequence[Cell], width: int) -> bool:
    """Say whether a row holds a name for each column of the rows below it, each its own."""
    names = [cells.text_of(cell) for cell in row if isinstance(cell, str) and not cells.is_blank(cell)]
    are_words = not any(amounts.looks_like_amount(name) or is_day(name) for name in names)
    return are_words and len(set(names)) == len(names) and len(names) >= width - 1

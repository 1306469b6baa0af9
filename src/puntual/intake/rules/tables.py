"""Where the table of a file is: which sheet, which header row, how many columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from puntual.intake.rules import amounts, cells, dates, mapping, unnamed
from puntual.intake.rules.reading import Cell, OpenedFile, Row
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import Choices, Dialect, Field, FileFormat

_HEADER_ROWS_MAX = 60
_SAMPLE_ROWS = 200
_SHEETS_MAX = 30
_HEADER_LENGTH_MAX = 60
_WORDS_SHOWN = 8
_WORD_LENGTH_MAX = 40
# These name their columns themselves.
_NAMED = (FileFormat.JSON, FileFormat.DBF)
# A row with more cells than the header was broken on the way.
_TEXTS = (FileFormat.CSV, FileFormat.FIXED, FileFormat.HTML)


@dataclass(frozen=True, slots=True)
class Table:
    """A header, the rows just below it, and how many meanings the header names."""

    dialect: Dialect
    headers: tuple[str, ...]
    samples: tuple[tuple[Cell, ...], ...]
    named: frozenset[Field]
    score: int
    has_rows: bool
    # No header names the columns, or none that is known: a person has to.
    is_unnamed: bool = False


def body_of(file: OpenedFile, dialect: Dialect) -> Iterator[Row]:
    """Yield the rows below the header."""
    return islice(file.rows(dialect), dialect.header_row, None)


def find_table(file: OpenedFile, *, choices: Choices) -> tuple[Table, tuple[str, ...]]:
    """
    Find the table of a file: where a person says it is, else the sheet that says most.

    Returns it with the names of all sheets that would do as well, when there are several.

    Raises: Unreadable.
    """
    dialects = file.dialects()
    dialects = [one for one in dialects if choices.sheet and one.sheet == choices.sheet] or dialects
    tables = [
        table
        for dialect in dialects[:_SHEETS_MAX]
        if (table := _table(file, dialect, header_row=choices.header_row))
    ]
    if not tables and choices.header_row is None:
        tables = [table for dialect in dialects[:_SHEETS_MAX] if (table := _unnamed_table(file, dialect))]
    if tables and not any(table.has_rows for table in tables):
        raise Unreadable("file-no-rows")
    if not tables:
        raise _refusal(file, dialects)
    # A line cut in the middle says more by chance than one that is cut where its columns end.
    best = max(tables, key=lambda table: (table.has_rows, not table.is_unnamed, table.score))
    alike = tuple(table.dialect.sheet for table in tables if _would_do(table, best))
    file.forget_others(best.dialect)
    return best, alike if len(alike) > 1 else ()


def find_named(file: OpenedFile, *, headers: Sequence[str]) -> tuple[str, int] | None:
    """Find the sheet and the row, counted from 1, in which all these headers stand; None where they stand in none."""
    for dialect in file.dialects()[:_SHEETS_MAX]:
        for number, row in islice(file.rows(dialect), _HEADER_ROWS_MAX):
            if {_name_of(cells.text_of(cell)) for cell in row}.issuperset(headers):
                return dialect.sheet, number
    return None


def _would_do(table: Table, best: Table) -> bool:
    """Say whether a sheet holds the same kind of rows as the one that was chosen."""
    is_sheet = bool(table.dialect.sheet) and table.has_rows
    return is_sheet and (table.named == best.named or table.score >= best.score)


def _refusal(file: OpenedFile, dialects: Sequence[Dialect]) -> Unreadable:
    """Say what a file is in which no table was found: nothing, a single column, or columns of something else."""
    for dialect in dialects[:_SHEETS_MAX]:
        head = [row for _, row in islice(file.rows(dialect), _HEADER_ROWS_MAX + _SAMPLE_ROWS)]
        filled = [row for row in head if _filled(row)]
        if filled:
            is_narrow = dialect.format is FileFormat.CSV and all(len(_filled(row)) == 1 for row in filled)
            seen = [cells.text_of(filled[0][position]) for position in _filled(filled[0])]
            return Unreadable("one-column" if is_narrow else "wrong-columns", shown(seen))
    return Unreadable("file-no-cells")


def shown(texts: Sequence[str]) -> str:
    """Write the first words of a file, long ones cut, on one line."""
    words = [" ".join(cells.raw_of(text).split()) for text in texts[:_WORDS_SHOWN]]
    cut = [
        word if len(word) <= _WORD_LENGTH_MAX else f"{word[: _WORD_LENGTH_MAX - 1].rstrip()}…"
        for word in words
    ]
    return ", ".join([*cut, "…"] if len(texts) > _WORDS_SHOWN else cut)


def _unnamed_table(file: OpenedFile, dialect: Dialect) -> Table | None:
    """Take a table whose rows carry days and amounts although no header says what they are."""
    if dialect.format in _NAMED:
        return None
    head = [row for _, row in islice(file.rows(dialect), _HEADER_ROWS_MAX + _SAMPLE_ROWS)]
    start = unnamed.find_start(head)
    if start is None:
        return None
    header_row = start.row if start.has_header else 0
    table = _table(file, dialect, header_row=header_row)
    return replace(table, is_unnamed=True) if table else None


def _headless(dialect: Dialect, head: Sequence[Sequence[Cell]]) -> Table:
    """Take all rows of a file that has no header; its columns have our names."""
    is_text = dialect.format in _TEXTS
    width = (
        unnamed.width_of(head) if is_text else max((p + 1 for row in head for p in _filled(row)), default=0)
    )
    return Table(
        dialect=replace(dialect, header_row=0, header_rows=0),
        headers=_unique([], width),
        samples=_samples(head, width),
        named=frozenset(),
        score=width,
        has_rows=any(_filled(row) for row in head),
        is_unnamed=True,
    )


def _samples(rows: Sequence[Sequence[Cell]], width: int) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        tuple(row[position] if position < len(row) else "" for row in rows) for position in range(width)
    )


def _table(file: OpenedFile, dialect: Dialect, *, header_row: int | None) -> Table | None:
    head = [row for _, row in islice(file.rows(dialect), _HEADER_ROWS_MAX + _SAMPLE_ROWS)]
    if header_row == 0 and dialect.format not in _NAMED:
        return _headless(dialect, head)
    place = _header_place(head, dialect, header_row)
    if place is None:
        return None
    index, depth = place
    header, rows = head[index], head[index + 1 :]
    if dialect.format is FileFormat.CSV and _swallowed_a_row(header, rows):
        raise Unreadable("file-broken-row", str(index + 1))
    # A text file has as many columns as its header: one more is a separator too many in some row.
    shown = (header,) if dialect.format in _TEXTS else (header, *rows)
    width = max((position + 1 for row in shown for position in _filled(row)), default=0)
    if dialect.format in _TEXTS:
        width = max(width, len(header))
    texts = mapping.joined_header(head[index - 1], header) if depth > 1 else map(cells.text_of, header)
    headers = _unique(list(texts)[:width], width)
    named = frozenset(field for one in headers for field in mapping.name_scores(one))
    return Table(
        dialect=replace(dialect, header_row=index + 1, header_rows=depth),
        headers=headers,
        samples=_samples(rows, width),
        named=named,
        score=sum(1 for one in headers if mapping.name_scores(one)),
        has_rows=any(_filled(row) for row in rows),
        # Whoever points out a header does not say yet what its words mean.
        is_unnamed=header_row is not None and mapping.count_named(headers) < mapping.FIELDS_MIN,
    )


def _header_place(
    head: Sequence[Sequence[Cell]], dialect: Dialect, header_row: int | None
) -> tuple[int, int] | None:
    """Return where the last row of the header is, from 0, and how many rows it has."""
    if dialect.format is FileFormat.DBF:
        return (0, 1) if head else None
    if dialect.format is FileFormat.JSON:
        return (0, 1) if head and mapping.count_named(head[0]) >= mapping.FIELDS_MIN else None
    if header_row is None:
        return mapping.find_header(head[:_HEADER_ROWS_MAX])
    index = header_row - 1
    if not 0 <= index < len(head):
        return None
    return index, 2 if index and _is_double(head[index - 1], head[index]) else 1


def _is_double(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Say whether two rows are one header: together they name more, as a title above the header does not."""
    if not mapping.is_double_header(above, below):
        return False
    joined = mapping.count_named(mapping.joined_header(above, below))
    return joined > max(mapping.count_named(below), mapping.FIELDS_MIN - 1)


def _swallowed_a_row(header: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> bool:
    """Say whether the header runs on into the first row: cells that no row has, and data in them."""
    width = max((len(row) for row in rows), default=len(header))
    return any(dates.looks_like_date(cell) or amounts.looks_like_amount(cell) for cell in header[width:])


def _filled(row: Sequence[Cell]) -> list[int]:
    return [position for position, cell in enumerate(row) if not cells.is_blank(cell)]


def _name_of(text: str) -> str:
    """Write a header the way it is shown."""
    return cells.raw_of(" ".join(text.split()))[:_HEADER_LENGTH_MAX]


def _unique(names: list[str], width: int) -> tuple[str, ...]:
    """Give every column a name of its own: blank ones their place, repeated ones a number."""
    unique: list[str] = []
    for position in range(width):
        name = names[position] if position < len(names) else ""
        name = _name_of(name) or unnamed.own_name(position)
        number, base = 2, name
        while name in unique:
            name, number = f"{base} ({number})", number + 1
        unique.append(name)
    return tuple(unique)

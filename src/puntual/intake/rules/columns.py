"""
The plain rows of a file of debts, read by column instead of by row.

A column has few distinct values, or values of one shape: each is read once. Whatever is not plain (a mark beside an
amount, a damaged cell, a payment, a word that nobody knows) is left to the row parser, whose word is the only one: a
plain row comes out as it would from there, and a test compares the two.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import compress, islice, repeat
from typing import Any, NamedTuple

from puntual.intake.rules import words
from puntual.intake.rules.reading import Cell, Row
from puntual.intake.rules.rows import RowParser
from puntual.intake.rules.staged import CustomerFacts, RowRefused, StagedRow
from puntual.intake.types import DecimalSign, Field, FileKind, Layout, RemarkCode
from puntual.lib.money import ZERO

# Rows of so few are still in the processor's cache when they are read by column.
_ROWS_AT_ONCE = 250
# Ids that no spreadsheet has touched, and amounts as most files write them; a column of them is read at one stroke.
_SIMPLE_IDS = re.compile(r"(?>[A-Za-z0-9]++(?:[-_/][A-Za-z0-9]++)*+\n)*+", re.ASCII)
_SIMPLE_ID_LENGTH_MAX = 30
# No text can be matched in two ways, and nothing is tried twice: a column that is not simple is told at once.
_SIMPLE_AMOUNTS = re.compile(r"(?>(?:[1-9]\d{0,2}(?:,\d{3}){1,3}|[1-9]\d{0,11})\.\d\d\n)*+", re.ASCII)
# Values of a column with few of them; more would fill the memory with what never comes again.
_KEPT_MAX = 2_000
_KEY_LENGTH_MAX = 160
# Cells of these fields make a row one for the row parser, unless they are empty.
_UNCOMMON = frozenset(
    {Field.PAID_DATE, Field.PAID_AMOUNT, Field.PAYMENT_METHOD, Field.PAYMENT_REFERENCE, Field.DISPUTED}
)
_NULL = "\\N"
Read = Callable[[Any], str | None]
ReadWhole = Callable[[Sequence[Cell]], Sequence[str] | None]


class Chunk(NamedTuple):
    """
    Some rows of a file, and what they say of customers.

    `lines` are plain rows as COPY reads them, in the order of StagedRow; `rows` are the others.
    """

    lines: list[str]
    rows: list[StagedRow]
    customers: list[tuple[int, CustomerFacts]]


class _Memo(dict[Any, str | None]):
    """What each value of a column is read as; None where the value is not plain."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, value: Any) -> str | None:
        if len(self) >= _KEPT_MAX:
            self.clear()
        found = self[value] = self._read(value) if _is_plain(value) else None
        return found


class _Column:
    """Reads one column of some rows: at one stroke where all values are simple, else each value once."""

    def __init__(self, read: Read, whole: ReadWhole | None = None) -> None:
        self._memo = _Memo(read)
        self._whole = whole

    def read(self, values: Sequence[Cell]) -> Sequence[str | None]:
        """Read some values; None for those that are not plain."""
        found = self._whole(values) if self._whole else None
        return list(map(self._memo.__getitem__, values)) if found is None else found


def _is_plain(value: Any) -> bool:
    """Say whether a cell can be sent as it stands: nothing hidden, damaged or to be escaped."""
    return not isinstance(value, str) or (value.isprintable() and "\ufffd" not in value and "\\" not in value)


def _joined(values: Sequence[Cell]) -> str | None:
    """Write texts one to a line; None where not all values are texts of one line."""
    try:
        text = "\n".join(values) + "\n"  # type: ignore[arg-type]
    except TypeError:
        return None
    return text if text.count("\n") == len(values) else None


def _simple_ids(values: Sequence[Cell]) -> Sequence[str] | None:
    text = _joined(values)
    if text is None or not _SIMPLE_IDS.fullmatch(text):
        return None
    return values if max(map(len, values)) <= _SIMPLE_ID_LENGTH_MAX else None  # type: ignore[arg-type, return-value]


def _simple_amounts(values: Sequence[Cell]) -> Sequence[str] | None:
    text = _joined(values)
    if text is None or not _SIMPLE_AMOUNTS.fullmatch(text):
        return None
    return text.replace(",", "").split("\n")[:-1]


def _only_empty(value: Any) -> str | None:
    return "" if value == "" else None


def chunks_of(
    rows: Iterator[Row], *, layout: Layout, parser: RowParser, size: int = _ROWS_AT_ONCE
) -> Iterator[Chunk]:
    """Read the rows of a file in pieces, by column where that may be."""
    reader = ColumnReader(layout, parser) if _reads_by_column(layout, parser) else None
    while piece := list(islice(rows, size)):
        if reader is not None:
            yield reader.read(piece)
            continue
        chunk = Chunk([], [], [])
        _parse(parser, piece, chunk)
        yield chunk


def _reads_by_column(layout: Layout, parser: RowParser) -> bool:
    """Say whether rows of a file may be read by column at all."""
    named = {column.field for column in layout.columns}
    needed = {Field.DUE_DATE, Field.DOCUMENT_NUMBER, Field.AMOUNT, parser.who}
    return layout.kind is FileKind.RECEIVABLES and layout.issuing is None and needed <= named


def _parse(parser: RowParser, rows: Sequence[Row], chunk: Chunk) -> None:
    """Leave rows to the row parser."""
    for number, row in rows:
        for staged, customer in parser.parse_all(number, row):
            chunk.rows.append(staged)
            if customer is not None:
                chunk.customers.append((number, customer))


class ColumnReader:
    """Reads the plain rows of one file of debts by column; a row parser of the same file reads the others."""

    def __init__(self, layout: Layout, parser: RowParser) -> None:
        self._parser = parser
        self._fields = parser.fields
        self._width = len(layout.columns)
        self._currency = layout.currency
        # What COPY writes for what a plain row does not tell.
        defaults = {name: StagedRow._field_defaults.get(name) for name in StagedRow._fields}
        self._same = {name: _NULL if value is None else str(value) for name, value in defaults.items()}
        self._same |= {"method": "OTHER", "currency": layout.currency}
        self._at = {field: places[0] for field, places in self._fields.places.items()}
        self._is_point = {c.position: c.decimal_sign in (None, DecimalSign.POINT) for c in layout.columns}
        readers: dict[Field, _Column] = {
            Field.DOCUMENT_NUMBER: _Column(self._id(Field.DOCUMENT_NUMBER, is_needed=True), _simple_ids),
            Field.DOCUMENT_KIND: _Column(self._kind),
            Field.ACCOUNT: _Column(self._id(Field.ACCOUNT), _simple_ids),
            Field.PRODUCT: _Column(self._text(Field.PRODUCT)),
            Field.CURRENCY: _Column(self._currency_of),
            Field.ISSUE_DATE: _Column(self._day(Field.ISSUE_DATE)),
            Field.DUE_DATE: _Column(self._day(Field.DUE_DATE, is_needed=True)),
            Field.AMOUNT: self._amounts(Field.AMOUNT, is_needed=True),
            Field.OPEN_AMOUNT: self._amounts(Field.OPEN_AMOUNT),
            **{field: _Column(_only_empty) for field in _UNCOMMON},
        }
        self._columns = {self._at[field]: column for field, column in readers.items() if field in self._at}
        self._others = [place for place in range(self._width) if place not in self._columns]
        who = parser.who
        self._who = _Column(self._key(self._text(who) if who is Field.NAME else self._id(who)), _simple_ids)
        self._attributes: dict[tuple[Cell, ...], str] = {}

    def read(self, rows: Sequence[Row]) -> Chunk:
        """Read some rows."""
        even, rest = self._even(rows)
        chunk = Chunk([], [], [])
        if not even:
            _parse(self._parser, rest, chunk)
            return chunk
        # Cells beyond the columns are empty, and left out.
        columns = list(zip(*[row for _number, row in even], strict=False))[: self._width]
        found = {place: column.read(columns[place]) for place, column in self._columns.items()}
        who = self._who.read(columns[self._at[self._parser.who]])
        documents = found[self._at[Field.DOCUMENT_NUMBER]]
        keys = list(map("|".join, zip(_texts(who), _texts(documents), strict=True)))
        odd = self._odd(columns, found, who, keys)
        rest = sorted([*rest, *(even[at] for at in odd)], key=lambda row: row[0])
        odd |= self._tell_customers(even, columns, who, odd, rest, chunk)
        lines = map("\t".join, zip(*self._staged(even, columns, found, who, keys)))  # noqa: B905
        chunk.lines.extend(compress(lines, [at not in odd for at in range(len(even))]) if odd else lines)
        return chunk

    def _tell_customers(
        self,
        even: Sequence[Row],
        columns: Sequence[Sequence[Cell]],
        who: Sequence[str | None],
        odd: set[int],
        rest: list[Row],
        chunk: Chunk,
    ) -> set[int]:
        """
        Read what rows say of customers, where no row before said the very same, in the order of the file.

        The rows of `rest` are parsed on the way. Returns the places of rows that are refused for their customer.
        """
        own = [columns[place] for place in self._parser.customer_places]
        before, refused, parsed = None, set(), 0
        for at, said in enumerate(zip(*own, strict=True)):
            if said == before or at in odd:
                continue
            number, row = even[at]
            while parsed < len(rest) and rest[parsed][0] < number:
                _parse(self._parser, rest[parsed : parsed + 1], chunk)
                parsed += 1
            odd_before = self._parser.remarks[RemarkCode.ODD_VALUES]
            try:
                facts = self._parser.customer(row, str(who[at]))
            except RowRefused:
                self._parser.remarks[RemarkCode.ODD_VALUES] = odd_before
                refused.add(at)
                _parse(self._parser, [even[at]], chunk)
                continue
            before = said
            if facts is not None:
                chunk.customers.append((number, facts))
        _parse(self._parser, rest[parsed:], chunk)
        return refused

    def _even(self, rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
        """Part the rows that have a cell for each column, and no more, from the others."""
        width = self._width
        if all(len(row) == width for _number, row in rows):
            return list(rows), []
        even: list[Row] = []
        rest: list[Row] = []
        for number, row in rows:
            if len(row) == width or (len(row) > width and not any(row[width:])):
                even.append((number, row))
            else:
                rest.append((number, row))
        return even, rest

    def _odd(
        self,
        columns: Sequence[Sequence[Cell]],
        found: Mapping[int, Sequence[str | None]],
        who: Sequence[str | None],
        keys: Sequence[str],
    ) -> set[int]:
        """Find the places of rows that are not plain."""
        odd = {
            at
            for column in (*found.values(), who)
            if None in column
            for at, value in enumerate(column)
            if value is None
        }
        for column in (columns[place] for place in self._others):
            if (text := _joined(column)) is None or not _is_plain(text.replace("\n", "")):
                odd |= {at for at, value in enumerate(column) if not _is_plain(value)}
        if max(map(len, keys)) > _KEY_LENGTH_MAX:
            odd |= {at for at, key in enumerate(keys) if len(key) > _KEY_LENGTH_MAX}
        if Field.OPEN_AMOUNT in self._at:
            pairs = zip(found[self._at[Field.OPEN_AMOUNT]], found[self._at[Field.AMOUNT]], strict=True)
            odd |= {
                at
                for at, (left, whole) in enumerate(pairs)
                if left and whole and left != _NULL and left != whole and Decimal(left) > Decimal(whole)
            }
        return odd

    def _staged(
        self,
        even: Sequence[Row],
        columns: Sequence[Sequence[Cell]],
        found: Mapping[int, Sequence[str | None]],
        who: Sequence[str | None],
        keys: Sequence[str],
    ) -> Iterator[Iterable[str]]:
        """Give the columns of the staging table, as COPY writes them; what is the same in all rows is one of them."""
        named: dict[str, Iterable[str]] = {
            "row_number": [str(number) for number, _row in even],
            "customer_key": _texts(who),
            "receivable_key": keys,
            **{
                name: _texts(found[self._at[field]])
                for name, field in _STAGED_AS.items()
                if field in self._at
            },
        }
        if self._fields.free_places:
            named["attributes"] = self._free(columns)
        same: list[str] = []
        for name in StagedRow._fields:
            if name not in named:
                same.append(self._same[name])
                continue
            if same:
                yield repeat("\t".join(same))
                same = []
            yield named[name]
        if same:
            yield repeat("\t".join(same))

    def _free(self, columns: Sequence[Sequence[Cell]]) -> Iterator[str]:
        """Write what stands in columns without a meaning, as the row parser would."""
        places = self._fields.free_places
        return map(self._free_of, zip(*(columns[place] for place in places), strict=True))

    def _free_of(self, values: tuple[Cell, ...]) -> str:
        written = self._attributes.get(values)
        if written is None:
            row = self._row_with(dict(zip(self._fields.free_places, values, strict=True)))
            free = self._fields.free(row)
            written = json.dumps(free, ensure_ascii=False).replace("\\", "\\\\") if free else "{}"
            if len(self._attributes) >= _KEPT_MAX:
                self._attributes.clear()
            self._attributes[values] = written
        return written

    def _row_with(self, cells_of: dict[int, Cell]) -> list[Cell]:
        row: list[Cell] = [""] * self._width
        for place, cell in cells_of.items():
            row[place] = cell
        return row

    def _key(self, read: Read) -> Read:
        def key(value: Any) -> str | None:
            found = read(value)
            return found if found and "|" not in found and len(found) <= _WHO_LENGTH_MAX else None

        return key

    def _id(self, field: Field, *, is_needed: bool = False) -> Read:
        place = self._at.get(field)

        def read(value: Any) -> str | None:
            try:
                found = self._fields.id(self._row_with({place: value}), field)  # type: ignore[dict-item]
            except RowRefused:
                return None
            return found or (None if is_needed else "")

        return read

    def _text(self, field: Field) -> Read:
        place = self._at.get(field)

        def read(value: Any) -> str | None:
            try:
                return self._fields.text(self._row_with({place: value}), field)  # type: ignore[dict-item]
            except RowRefused:
                return None

        return read

    def _day(self, field: Field, *, is_needed: bool = False) -> Read:
        place = self._at.get(field)

        def read(value: Any) -> str | None:
            try:
                found = self._fields.day(self._row_with({place: value}), field)  # type: ignore[dict-item]
            except RowRefused:
                return None
            if found is None:
                return None if is_needed else _NULL
            return found.isoformat()

        return read

    def _amounts(self, field: Field, *, is_needed: bool = False) -> _Column:
        place = self._at.get(field)

        def read(value: Any) -> str | None:
            try:
                found, mark = self._fields.amount(self._row_with({place: value}), field)  # type: ignore[dict-item]
            except RowRefused:
                return None
            if found is None:
                return None if is_needed else _NULL
            if mark or found < ZERO or (is_needed and found == ZERO):
                return None
            return f"{found:f}"

        is_point = place is not None and self._is_point[place]
        return _Column(read, _simple_amounts if is_point else None)

    def _kind(self, value: Any) -> str | None:
        text = self._text(Field.DOCUMENT_KIND)(value)
        if not text:
            return text
        code = words.value_code("document_kind", text)
        return None if code == "CREDIT_NOTE" else code

    def _currency_of(self, value: Any) -> str | None:
        try:
            found = self._fields.currency(self._row_with({self._at[Field.CURRENCY]: value}), set())
        except RowRefused:
            return None
        return found or self._currency


def _texts(values: Sequence[str | None]) -> Sequence[str]:
    """Write values so that they can be joined; rows with a None among them are left out later."""
    return list(map(str, values)) if None in values else values  # type: ignore[return-value]


_WHO_LENGTH_MAX = 80
_STAGED_AS = {
    "document_number": Field.DOCUMENT_NUMBER,
    "document_kind": Field.DOCUMENT_KIND,
    "account": Field.ACCOUNT,
    "product": Field.PRODUCT,
    "currency": Field.CURRENCY,
    "issue_date": Field.ISSUE_DATE,
    "due_date": Field.DUE_DATE,
    "amount": Field.AMOUNT,
    "open_amount": Field.OPEN_AMOUNT,
}

"""
The plain rows of a file of debts, read by column instead of by row.

A column has few distinct values, or values of one shape: each is read once. Whatever is not plain (a mark beside an
amount, a damaged cell, a payment, a word that nobody knows) is left to the row parser, whose word is the only one: a
plain row comes out as it would from there, and a test compares the two.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import compress, islice, repeat
from typing import Any, NamedTuple

from puntual.intake.rules import words
from puntual.intake.rules.reading import Cell, Row
from puntual.intake.rules.rows import RowParser
from puntual.intake.rules.staged import CustomerFacts, RowRefused, StagedRow
from puntual.intake.types import DecimalSign, Field, FileKind, Layout, RemarkCode
from puntual.lib.money import ZERO

# Ids that no spreadsheet has touched.
_SIMPLE_ID = re.compile(r"(?=.{1,30}$)[A-Za-z0-9]+(?:[-_/][A-Za-z0-9]+)*", re.ASCII)
_KEPT_MAX = 20_000
_KEY_LENGTH_MAX = 160
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3}){1,3}\.\d\d")
_UNGROUPED = re.compile(r"[1-9]\d{0,11}\.\d\d")
# Cells of these fields make a row one for the row parser, unless they are empty.
_UNCOMMON = frozenset(
    {Field.PAID_DATE, Field.PAID_AMOUNT, Field.PAYMENT_METHOD, Field.PAYMENT_REFERENCE, Field.DISPUTED}
)
_NULL = "\\N"
Read = Callable[[Any], str | None]


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


def _is_plain(value: Any) -> bool:
    """Say whether a cell can be sent as it stands: nothing hidden, damaged or to be escaped."""
    return not isinstance(value, str) or (value.isprintable() and "\ufffd" not in value and "\\" not in value)


def _only_empty(value: Any) -> str | None:
    return "" if value == "" else None


def _as_it_stands(_value: Any) -> str | None:
    return ""


def chunks_of(rows: Iterator[Row], *, layout: Layout, parser: RowParser, size: int) -> Iterator[Chunk]:
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
        self._at = {field: places[0] for field, places in self._fields.places.items()}
        self._is_point = {c.position: c.decimal_sign in (None, DecimalSign.POINT) for c in layout.columns}
        readers: dict[Field, Read] = {
            Field.DOCUMENT_NUMBER: self._id(Field.DOCUMENT_NUMBER, is_needed=True),
            Field.DOCUMENT_KIND: self._kind,
            Field.ACCOUNT: self._id(Field.ACCOUNT),
            Field.PRODUCT: self._text(Field.PRODUCT),
            Field.CURRENCY: self._currency_of,
            Field.ISSUE_DATE: self._day(Field.ISSUE_DATE),
            Field.DUE_DATE: self._day(Field.DUE_DATE, is_needed=True),
            Field.AMOUNT: self._amount(Field.AMOUNT, is_needed=True),
            Field.OPEN_AMOUNT: self._amount(Field.OPEN_AMOUNT),
        }
        readers |= dict.fromkeys(_UNCOMMON, _only_empty)
        of_place = {self._at[field]: read for field, read in readers.items() if field in self._at}
        self._memos = [_Memo(of_place.get(place, _as_it_stands)) for place in range(self._width)]
        who = parser.who
        self._who_memo = _Memo(self._who(self._text(who) if who is Field.NAME else self._id(who)))
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
        found = [
            list(map(memo.__getitem__, column)) for memo, column in zip(self._memos, columns, strict=True)
        ]
        who = list(map(self._who_memo.__getitem__, columns[self._at[self._parser.who]]))
        documents = found[self._at[Field.DOCUMENT_NUMBER]]
        keys = list(map("|".join, zip(map(str, who), map(str, documents), strict=True)))
        odd = self._odd(found, who, keys)
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
        own = [map(str, columns[place]) for place in self._parser.customer_places]
        before, refused, parsed = None, set(), 0
        for at, said in enumerate(map("\x1f".join, zip(*own, strict=True))):
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

    def _odd(self, found: Sequence[list[str | None]], who: list[str | None], keys: list[str]) -> set[int]:
        """Find the places of rows that are not plain."""
        odd = {
            at
            for column in (*found, who)
            if None in column
            for at, value in enumerate(column)
            if value is None
        }
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
        found: Sequence[list[str | None]],
        who: list[str | None],
        keys: list[str],
    ) -> Iterator[Any]:
        """Give the columns of the staging table, as COPY writes them."""
        named = {
            "row_number": [str(number) for number, _row in even],
            "customer_key": map(str, who),
            "receivable_key": keys,
            "method": repeat("OTHER"),
            "attributes": self._free(columns),
            **{
                name: map(str, found[self._at[field]])
                for name, field in _STAGED_AS.items()
                if field in self._at
            },
        }
        if Field.CURRENCY not in self._at:
            named["currency"] = repeat(self._currency)
        for name in StagedRow._fields:
            default = StagedRow._field_defaults.get(name)
            yield named.get(name, repeat(_NULL if default is None else str(default)))

    def _free(self, columns: Sequence[Sequence[Cell]]) -> Iterator[str]:
        """Write what stands in columns without a meaning, as the row parser would."""
        places = self._fields.free_places
        if not places:
            return repeat("{}")
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

    def _who(self, read: Read) -> Read:
        def key(value: Any) -> str | None:
            found = read(value)
            return found if found and "|" not in found and len(found) <= _WHO_LENGTH_MAX else None

        return key

    def _id(self, field: Field, *, is_needed: bool = False) -> Read:
        place = self._at.get(field)

        def read(value: Any) -> str | None:
            if isinstance(value, str) and _SIMPLE_ID.fullmatch(value):
                return value
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

    def _amount(self, field: Field, *, is_needed: bool = False) -> Read:
        place = self._at.get(field)
        is_point = self._is_point.get(place, False) if place is not None else False

        def read(value: Any) -> str | None:
            if is_point and isinstance(value, str):
                if _GROUPED.fullmatch(value):
                    return value.replace(",", "")
                if _UNGROUPED.fullmatch(value):
                    return value
            try:
                found, mark = self._fields.amount(self._row_with({place: value}), field)  # type: ignore[dict-item]
            except RowRefused:
                return None
            if found is None:
                return None if is_needed else _NULL
            if mark or found < ZERO or (is_needed and found == ZERO):
                return None
            return f"{found:f}"

        return read

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

"""The cells of a row by what they mean: text, ids, days, amounts, codes."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from puntual.intake.rules import amounts, cells, dates, words
from puntual.intake.rules.dates import DateProblem
from puntual.intake.rules.reading import Cell
from puntual.intake.rules.staged import RowRefused
from puntual.intake.types import DateOrder, DecimalSign, Field, Layout, Reason, RemarkCode
from puntual.lib.money import LARGEST

_LENGTHS = {
    Field.CUSTOMER_ID: 80,
    Field.DOCUMENT_NUMBER: 80,
    Field.ACCOUNT: 80,
    Field.PRODUCT: 120,
    Field.NAME: 250,
    Field.SHORT_NAME: 120,
    Field.TAX_ID: 30,
    Field.STATE: 60,
    Field.CITY: 120,
    Field.POSTAL_CODE: 12,
    Field.SECTOR: 120,
    Field.PAYMENT_REFERENCE: 120,
    Field.GUARANTOR_NAME: 200,
    Field.RELATED_DOCUMENT: 80,
    Field.PAYMENT_GROUP: 80,
    Field.INSTALMENT_NUMBER: 20,
    Field.CONTACT_NAME: 200,
}
_LENGTH_MAX = 300
_DAYS_KEPT_MAX = 100_000
# Columns that we add to a file of rejected rows; they mean nothing when it comes back mended.
OWN_HEADER = "Puntual: "


class FieldReader:
    """Reads the cells of one file by their meaning; `remarks` counts what looked odd on the way."""

    def __init__(self, layout: Layout) -> None:
        self.headers = [column.header for column in layout.columns]
        self.places: dict[Field, list[int]] = {}
        for column in layout.columns:
            if column.field is not None:
                self.places.setdefault(column.field, []).append(column.position)
        self.remarks: Counter[RemarkCode] = Counter()
        self._layout = layout
        self._first = {field: positions[0] for field, positions in self.places.items()}
        self._free = [
            column.position
            for column in layout.columns
            if column.field is None and not column.header.startswith(OWN_HEADER)
        ]
        self._orders = {c.position: c.date_order or DateOrder.DMY for c in layout.columns}
        self._signs = {c.position: c.decimal_sign or DecimalSign.POINT for c in layout.columns}
        self._days: dict[tuple[int, Cell], date | DateProblem] = {}

    @property
    def free_places(self) -> list[int]:
        """List the columns without a meaning, from 0."""
        return self._free

    def position(self, field: Field) -> int | None:
        """Return where a field stands, from 0."""
        return self._first.get(field)

    def cell(self, row: Sequence[Cell], field: Field) -> Cell:
        """Return the cell of a field, empty where the file has none."""
        position = self._first.get(field)
        return row[position] if position is not None and position < len(row) else ""

    def told(self, row: Sequence[Cell], field: Field) -> str:
        """Name a cell for a refusal: its header and what stood there."""
        position = self._first.get(field)
        return str(field) if position is None else self._told_at(row, position)

    def _told_at(self, row: Sequence[Cell], place: int) -> str:
        value, header = row[place] if place < len(row) else "", self.headers[place]
        return header if cells.is_blank(value) else f"{header}: {cells.raw_of(value)}"

    def text(self, row: Sequence[Cell], field: Field) -> str:
        """Read a text. Raises: RowRefused when it is longer than we keep."""
        position = self._first.get(field)
        if position is None or position >= len(row) or (value := row[position]) == "":
            return ""
        text = cells.text_of(value)
        if len(text) > _LENGTHS.get(field, _LENGTH_MAX):
            raise RowRefused(Reason.TOO_LONG, self.told(row, field))
        return text

    def id(self, row: Sequence[Cell], field: Field) -> str:
        """Read an id, exactly. Raises: RowRefused when a spreadsheet lost digits of it."""
        position = self._first.get(field)
        if position is None or position >= len(row) or (value := row[position]) == "":
            return ""
        try:
            text = cells.id_of(value, is_float_column=position in self._layout.float_ids)
        except cells.MangledId as mangled:
            raise RowRefused(Reason.ID_MANGLED, self.told(row, field)) from mangled
        if len(text) > _LENGTHS[field]:
            raise RowRefused(Reason.TOO_LONG, self.told(row, field))
        return text

    def ids(self, row: Sequence[Cell], field: Field) -> tuple[str, ...]:
        """
        Read the ids of a cell that may name several, in an order that is always the same.

        Raises: RowRefused, as for one.
        """
        value = self.cell(row, field)
        parts = cells.list_of(value) if isinstance(value, str) else ()
        if len(parts) < 2:
            found = self.id(row, field)
            return (found,) if found else ()
        position = self._first[field]
        return tuple(sorted({self.id([*[""] * position, part], field) for part in parts}))

    def day(self, row: Sequence[Cell], field: Field) -> date | None:
        """Read a day. Raises: RowRefused when there is something else."""
        place = self._first.get(field)
        return None if place is None else self.day_at(row, place)

    def day_at(self, row: Sequence[Cell], place: int) -> date | None:
        """Read the day in a column. Raises: RowRefused when there is something else."""
        value = row[place] if place < len(row) else ""
        if cells.is_blank(value):
            return None
        key = (place, value)
        found = self._days.get(key)
        if found is None:
            found = dates.parse_date(value, order=self._orders[key[0]], is_1904=self._layout.dialect.is_1904)
            if len(self._days) < _DAYS_KEPT_MAX:
                self._days[key] = found
        if isinstance(found, DateProblem):
            is_invalid = found is DateProblem.INVALID
            reason = Reason.DATE_INVALID if is_invalid else Reason.DATE_OUT_OF_RANGE
            raise RowRefused(reason, self._told_at(row, place))
        return found

    def amount(self, row: Sequence[Cell], field: Field) -> tuple[Decimal | None, str | None]:
        """Read an amount and the currency it names. Raises: RowRefused when there is something else."""
        place = self._first.get(field)
        return (None, None) if place is None else self.amount_at(row, place)

    def amount_at(self, row: Sequence[Cell], place: int) -> tuple[Decimal | None, str | None]:
        """Read the amount in a column and the currency it names. Raises: RowRefused when there is something else."""
        value = row[place] if place < len(row) else ""
        if cells.is_blank(value):
            return None, None
        found = amounts.parse_amount(value, sign=self._signs[place])
        if found is None:
            raise RowRefused(Reason.AMOUNT_INVALID, self._told_at(row, place))
        if abs(found[0]) > LARGEST:
            raise RowRefused(Reason.AMOUNT_TOO_LARGE, self._told_at(row, place))
        return found

    def currency(self, row: Sequence[Cell], marks: set[str]) -> str:
        """Name the currency of a row: its column's, else that of its amounts, else empty."""
        value = self.cell(row, Field.CURRENCY)
        code = ""
        if not cells.is_blank(value):
            code = amounts.currency_code(cells.text_of(value)) or ""
            if not code:
                raise RowRefused(Reason.CURRENCY_UNKNOWN, self.told(row, Field.CURRENCY))
        named = marks | ({code} if code else set())
        if len(named) > 1:
            raise RowRefused(Reason.CURRENCY_DIFFERS, ", ".join(sorted(named)))
        return next(iter(named), "")

    def coded(self, row: Sequence[Cell], field: Field, group: str, free: dict[str, str]) -> str:
        """Find the code of a value; one that nobody knows is kept in `free` and counted."""
        text = self.text(row, field)
        if not text:
            return ""
        code = words.value_code(group, text)
        if code is None:
            self.keep(field, text, free)
        return code or ""

    def keep(self, field: Field, text: str, free: dict[str, str]) -> None:
        """Keep a value that nobody understood under its header, and count it."""
        self.remarks[RemarkCode.ODD_VALUES] += 1
        free[self.headers[self._first[field]]] = text

    def free(self, row: Sequence[Cell]) -> dict[str, str]:
        """Collect what stands in columns without a meaning, under the headers of the file."""
        width = len(row)
        return {
            self.headers[position]: cells.raw_of(text)
            for position in self._free
            if position < width and (text := cells.text_of(row[position]))
        }

    def several(self, row: Sequence[Cell], field: Field) -> tuple[tuple[str, str], ...]:
        """List the values of a field that may stand in several columns, each with its header."""
        return tuple(
            (self.headers[position], text)
            for position in self.places.get(field, ())
            if position < len(row) and (text := cells.text_of(row[position]))
        )

"""Rows read by column come out as the row parser reads them, whatever stands in them."""

from collections.abc import Sequence
from datetime import date

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puntual.contacts.rules import normalize_phone
from puntual.db import rows as database
from puntual.intake.rules import layout
from puntual.intake.rules.columns import ColumnReader, chunks_of
from puntual.intake.rules.rows import RowParser
from puntual.intake.rules.staged import Parsed
from puntual.intake.types import Choices, FileKind, Layout
from tests.unit.intake.files import DEMO_HEADERS, csv_bytes, demo_row

LAST_DAY = date(2026, 11, 23)
HEADERS = (*DEMO_HEADERS, "Saldo", "Fecha de pago", "Vendedor")
ODD = (
    "",
    " ",
    "\u00a0",
    "TOTAL",
    "0",
    "-5",
    "(5.00)",
    "1,2",
    "1.234,56",
    "$ 10.00",
    "USD 10.00",
    "10.5",
    "1,٢٣٤.٥٦",
    "abc",
    "\\",
    "a\\tb",
    "a|b",
    "a\tb",
    "\u200bX",
    "'0012",
    '="0045"',
    "1.5E+10",
    "2960623488.0",
    "31/02/2025",
    "2025-05-05",
    "05/06/1975",
    "x" * 130,
    "x" * 301,
    "\udcf1",
    "a\ufffdb",
    "Nota de crédito",
    "Factura",
    "MXN",
    "pesos",
    "EUR",
    "Sí",
    "<ñandú>",
    "ana@x.mx; b@x.mx",
    "America/Lima",
    "Nowhere",
    "Física",
    "\x00",
    "a\nb",
    "No. Cliente",
    "Fecha de vencimiento",
    '"',
    "{",
    "é\u0301",
)
CELLS = st.one_of(st.sampled_from(ODD), st.text(max_size=6))


def found() -> Layout:
    row = [*demo_row(1), "", "", ""]
    return layout.understand(
        csv_bytes(HEADERS, [row] * 3), choices=Choices(kind=FileKind.RECEIVABLES), company_currency="MXN"
    )


LAYOUT = found()


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Draw tables of mostly plain rows, some with odd cells, some too short or too long."""
    rows = []
    for number in range(draw(st.integers(1, 8))):
        row = [*map(str, demo_row(draw(st.integers(1, 3)), Folio=f"A-{number}")), "", "", ""]
        for place in draw(st.lists(st.integers(0, len(HEADERS) - 1), max_size=3)):
            row[place] = draw(CELLS)
        length = draw(st.sampled_from([len(row)] * 8 + [len(row) - 1, len(row) + 1]))
        rows.append([*row, draw(CELLS)][:length])
    return rows


def by_row(rows: Sequence[list[str]]) -> tuple[list[str], list[object], dict[object, int]]:
    parser = RowParser(LAYOUT, last_day=LAST_DAY)
    parsed: list[Parsed] = [parser.parse(number, row) for number, row in enumerate(rows, 2)]
    lines = sorted(database.copy_line(one.row) for one in parsed)
    customers = [(one.row.row_number, one.customer) for one in parsed if one.customer is not None]
    return lines, customers, {code: count for code, count in parser.remarks.items() if count}


def by_column(rows: Sequence[list[str]], size: int) -> tuple[list[str], list[object], dict[object, int]]:
    parser = RowParser(LAYOUT, last_day=LAST_DAY)
    lines, customers = [], []
    for chunk in chunks_of(iter(enumerate(rows, 2)), layout=LAYOUT, parser=parser, size=size):
        lines += [*chunk.lines, *map(database.copy_line, chunk.rows)]
        customers += chunk.customers
    return sorted(lines), customers, {code: count for code, count in parser.remarks.items() if count}


@settings(max_examples=400, deadline=None)
@given(tables(), st.integers(1, 9))
def test_any_table_comes_out_as_row_by_row(table: list[list[str]], size: int) -> None:
    assert by_column(table, size) == by_row(table)


@pytest.mark.parametrize("cell", ODD)
@pytest.mark.parametrize("header", HEADERS)
def test_an_odd_cell_anywhere_comes_out_as_row_by_row(header: str, cell: str) -> None:
    odd = [*map(str, demo_row(2)), "", "", ""]
    odd[HEADERS.index(header)] = cell
    table = [[*map(str, demo_row(1)), "", "", ""], odd, [*map(str, demo_row(2)), "", "", ""]]

    assert by_column(table, 9) == by_row(table)


def test_plain_rows_are_not_left_to_the_row_parser() -> None:
    rows = [[*map(str, demo_row(number)), "", "", ""] for number in range(5)]

    chunk = ColumnReader(LAYOUT, RowParser(LAYOUT, last_day=LAST_DAY)).read(list(enumerate(rows, 2)))

    assert (len(chunk.lines), len(chunk.rows), len(chunk.customers)) == (5, 0, 5)


@settings(max_examples=500, deadline=None)
@given(st.text("0123456789", min_size=10, max_size=10))
def test_a_mexican_number_is_what_the_library_says(digits: str) -> None:
    number = phonenumbers.parse(f"+52{digits}")
    is_valid = phonenumbers.is_valid_number(number) and len(set(digits)) > 1

    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert (normalize_phone(digits) == f"+52{digits}") == (is_valid and written == f"+52{digits}")

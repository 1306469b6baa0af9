"""Any portfolio, written in any form that Puntual reads, comes back equal or is asked about: never wrong."""

import csv
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from puntual.intake.rules import layout
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.rules.rows import RowParser
from puntual.intake.rules.staged import CustomerFacts, StagedRow
from puntual.intake.types import Choices, DateOrder, DecimalSign, FileFormat, Layout, QuestionCode
from tests.unit.intake import writers
from tests.unit.intake.writers import Debt

HEADERS = ("No. Cliente", "Razón social", "Folio", "Fec. Emisión", "Fec. Vto.", "Importe", "Saldo")
AMOUNTS = frozenset({5, 6})
# Names as Spanish and Portuguese write them: letters that an old encoding must not change.
WORDS = (
    "Muñoz",
    "PEÑA",
    "José",
    "Ángel",
    "IBÁÑEZ",
    "Güemes",
    "María",
    "Compañía",
    "RAZÓN",
    "São",
    "João",
    "Ação",
    "Conceição",
    "Ferretería",
    "Núñez",
    "Ópticas",
    "del",
    "Norte",
    "y",
    "Hermanos",
    "S.A. de C.V.",
    "Ltda.",
)
SPANISH_NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
ANY_NAMES = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=30).filter(
    lambda text: bool(text.strip()) and not text.strip().lower().startswith(("total", "sub", "sum", "gran"))
)
TERMS = st.sampled_from((0, 7, 15, 30, 30, 30, 45, 60, 90))


ONE_DEBT = Debt("082027", "José y y S.A. de C.V.", "A-00469", date(2024, 12, 3), 30, 694043, 64)
ONE_SHORT_DEBT = Debt("069669", "RAZÓN", "A-02608", date(2020, 4, 29), 0, 727, 71)


def debts_of(names: st.SearchStrategy[str], *, max_size: int = 14) -> st.SearchStrategy[list[Debt]]:
    """Make portfolios: every folio once, customers again and again, as portfolios are."""
    one = st.builds(
        Debt,
        customer=st.integers(1, 99_999).map(lambda number: f"{number:06d}"),
        name=names,
        folio=st.integers(0, 10**15).map(lambda number: f"A-{number:05d}"),
        issue=st.dates(date(2020, 1, 1), date(2026, 1, 31)),
        days=TERMS,
        cents=st.integers(100, 10**11),
        open_cents=st.integers(1, 100),
    )
    return st.lists(one, min_size=1, max_size=max_size, unique_by=lambda debt: debt.folio)


def table_of(debts: Sequence[Debt], day_style: str, amount_style: str) -> list[list[str]]:
    day, amount = writers.DAY_STYLES[day_style], writers.AMOUNT_STYLES[amount_style]
    return [
        list(HEADERS),
        *(
            [
                one.customer,
                one.name,
                one.folio,
                day(one.issue),
                day(one.due),
                amount(one.amount),
                amount(one.open_amount),
            ]
            for one in debts
        ),
    ]


def read(
    content: bytes, *, choices: Choices | None = None
) -> tuple[Layout, list[StagedRow], list[CustomerFacts]]:
    found = layout.understand(content, choices=choices or Choices(), company_currency="MXN")
    parser = RowParser(found, last_day=date(2026, 12, 31))
    parsed = [parser.parse(number, row) for number, row in layout.body_of(content, found.dialect)]
    return found, [one.row for one in parsed], [one.customer for one in parsed if one.customer]


def read_answering(content: bytes, day_style: str, amount_style: str) -> tuple[Layout, list[StagedRow], Any]:
    """Read a file; where it asks for the order of days or the sign of amounts, answer as it was written."""
    found, rows, customers = read(content)
    if not found.questions:
        return found, rows, customers
    asked = {question.code for question in found.questions}
    assert asked <= {QuestionCode.DATE_ORDER, QuestionCode.DECIMAL_SIGN}
    order = {"d": DateOrder.DMY, "m": DateOrder.MDY, "y": DateOrder.YMD}.get(day_style[0])
    is_comma = amount_style in ("comma", "european")
    sign = DecimalSign.COMMA if is_comma else DecimalSign.POINT
    return read(content, choices=Choices(date_order=order, decimal_sign=sign))


def assert_equal(rows: Sequence[StagedRow], debts: Sequence[Debt]) -> None:
    assert [
        (row.customer_key, row.document_number, row.issue_date, row.due_date, row.amount, row.open_amount)
        for row in rows
        if row.outcome != "IGNORED"
    ] == [(one.customer, one.folio, one.issue, one.due, one.amount, one.open_amount) for one in debts]


@pytest.mark.feature("INT-07")
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    debts=debts_of(SPANISH_NAMES),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "cp850"]
    ),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\r\n", "\n", "\r"]),
    day_style=st.sampled_from(sorted(writers.DAY_STYLES)),
    amount_style=st.sampled_from(sorted(writers.AMOUNT_STYLES)),
    has_hint=st.booleans(),
)
# With one row, blanks within words stand above one another as gaps between columns do.
@example([ONE_DEBT], "\t", "utf-8", csv.QUOTE_ALL, "\n", "portuguese", "peso", False)
@example([ONE_SHORT_DEBT], "\t", "utf-8", csv.QUOTE_MINIMAL, "\n", "portuguese", "grouped", False)
def test_separated_text_comes_back_equal(
    debts: list[Debt],
    separator: str,
    encoding: str,
    quoting: int,
    line_end: str,
    day_style: str,
    amount_style: str,
    has_hint: bool,
) -> None:
    content = writers.delimited(
        table_of(debts, day_style, amount_style),
        separator=separator,
        encoding=encoding,
        quoting=quoting,
        line_end=line_end,
        has_hint=has_hint,
    )

    found, rows, customers = read_answering(content, day_style, amount_style)

    assert found.dialect.separator == separator
    assert_equal(rows, debts)
    named = {one.external_id: one.name for one in customers}
    assert named == {one.customer: one.name for one in debts}


@settings(deadline=None, max_examples=25)
@given(
    debts=debts_of(ANY_NAMES),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_unicode_text_keeps_any_name(debts: list[Debt], separator: str, encoding: str) -> None:
    content = writers.delimited(
        table_of(debts, "iso", "plain"),
        separator=separator,
        encoding=encoding,
        quoting=csv.QUOTE_ALL,
        line_end="\n",
    )

    _, rows, _ = read(content)

    assert_equal(rows, debts)


@settings(deadline=None, max_examples=25)
@given(
    debts=debts_of(SPANISH_NAMES).filter(lambda debts: len(debts) > 2),
    encoding=st.sampled_from(["utf-8", "cp1252", "cp850"]),
    day_style=st.sampled_from(["iso", "dmy", "spanish"]),
    amount_style=st.sampled_from(["plain", "grouped", "european"]),
    line_end=st.sampled_from(["\r\n", "\n"]),
)
def test_columns_of_fixed_width_come_back_equal_or_are_refused(
    debts: list[Debt], encoding: str, day_style: str, amount_style: str, line_end: str
) -> None:
    content = writers.fixed(
        table_of(debts, day_style, amount_style), encoding=encoding, right=AMOUNTS, line_end=line_end
    )

    found, rows, _ = read_answering(content, day_style, amount_style)

    assert found.dialect.format is FileFormat.FIXED
    assert_equal(rows, debts)


def sheet_of(debts: Sequence[Debt], *, is_typed: bool, day_style: str, amount_style: str) -> list[list[Any]]:
    if not is_typed:
        return list(table_of(debts, day_style, amount_style))
    return [
        list(HEADERS),
        *(
            [
                one.customer,
                one.name,
                one.folio,
                one.issue,
                one.due,
                float(one.amount),
                float(one.open_amount),
            ]
            for one in debts
        ),
    ]


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(
    debts=debts_of(SPANISH_NAMES, max_size=8),
    kind=st.sampled_from(["xlsx", "xlsx 1904", "xls", "xls 1904", "ods", "xml", "xml latin"]),
    is_typed=st.booleans(),
    is_titled=st.booleans(),
    has_totals=st.booleans(),
    day_style=st.sampled_from(sorted(writers.DAY_STYLES)),
    amount_style=st.sampled_from(sorted(writers.AMOUNT_STYLES)),
)
def test_workbooks_come_back_equal(
    debts: list[Debt],
    kind: str,
    is_typed: bool,
    is_titled: bool,
    has_totals: bool,
    day_style: str,
    amount_style: str,
) -> None:
    table = sheet_of(debts, is_typed=is_typed, day_style=day_style, amount_style=amount_style)
    title = [["Cartera al 31/01/2026"], [""]] if is_titled else []
    total = [["", "Total", "", "", "", table[1][5], table[1][6]]] if has_totals else []
    rows = [*title, *table, *total]
    content = {
        "xlsx": lambda: writers.xlsx(rows),
        "xlsx 1904": lambda: writers.xlsx(rows, is_1904=True),
        "xls": lambda: writers.xls(rows),
        "xls 1904": lambda: writers.xls(rows, is_1904=True),
        "ods": lambda: writers.ods(rows),
        "xml": lambda: writers.spreadsheet_xml({"Cartera": rows}),
        "xml latin": lambda: writers.spreadsheet_xml({"Cartera": rows}, encoding="iso-8859-1", prefix="x"),
    }[kind]()

    found, staged, _ = read_answering(content, day_style, amount_style)

    assert found.dialect.format.value == kind.partition(" ")[0].upper()
    assert_equal(staged, debts)
    assert len(staged) == len(debts) + has_totals


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    debts=debts_of(SPANISH_NAMES),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-1", "cp850"]),
    shape=st.sampled_from(sorted(writers.PAGES)),
    is_closed=st.booleans(),
    day_style=st.sampled_from(sorted(writers.DAY_STYLES)),
    amount_style=st.sampled_from(sorted(writers.AMOUNT_STYLES)),
)
def test_tables_of_pages_come_back_equal(
    debts: list[Debt], encoding: str, shape: str, is_closed: bool, day_style: str, amount_style: str
) -> None:
    table = table_of(debts, day_style, amount_style)
    content = writers.page(table, encoding=encoding, shape=shape, is_closed=is_closed)

    found, rows, customers = read_answering(content, day_style, amount_style)

    assert found.dialect.format is FileFormat.HTML
    assert_equal(rows, debts)
    assert {one.external_id: one.name for one in customers} == {one.customer: one.name for one in debts}


DBF_FIELDS = (
    writers.DbfField("CLIENTE", "C", 6),
    writers.DbfField("NOMBRE", "C", 100),
    writers.DbfField("FOLIO", "C", 20),
    writers.DbfField("FEC_EMI", "D", 8),
    writers.DbfField("FEC_VTO", "D", 8),
    writers.DbfField("IMPORTE", "N", 20, 2),
    writers.DbfField("SALDO", "N", 20, 2),
)


def records_of(debts: Sequence[Debt]) -> list[list[object]]:
    return [
        [one.customer, one.name, one.folio, one.issue, one.due, one.amount, one.open_amount] for one in debts
    ]


@settings(deadline=None, max_examples=25)
@given(
    debts=debts_of(SPANISH_NAMES),
    encoding=st.sampled_from(["cp850", "cp1252", "utf-8"]),
    is_declared=st.booleans(),
    data=st.data(),
)
def test_records_of_dbase_come_back_equal_but_for_those_deleted(
    debts: list[Debt], encoding: str, is_declared: bool, data: st.DataObject
) -> None:
    deleted = data.draw(st.sets(st.integers(1, len(debts)), max_size=len(debts) - 1))
    content = writers.dbf(
        DBF_FIELDS,
        records_of(debts),
        encoding=encoding,
        codepage=None if is_declared else 0,
        deleted=frozenset(deleted),
    )

    found, rows, _ = read(content)

    assert found.dialect.format is FileFormat.DBF
    assert_equal(rows, [one for number, one in enumerate(debts) if number not in deleted])
    assert len(rows) == len(debts)


@settings(deadline=None, max_examples=20)
@given(
    debts=debts_of(ANY_NAMES),
    shape=st.sampled_from(["list", "lines", "inside"]),
    day_style=st.sampled_from(["iso", "moment"]),
)
def test_objects_come_back_equal(debts: list[Debt], shape: str, day_style: str) -> None:
    table = table_of(debts, day_style, "plain")
    content = writers.json_objects(table[0], table[1:], shape=shape)

    found, rows, _ = read(content)

    assert found.dialect.format is FileFormat.JSON
    assert_equal(rows, debts)


def test_numbers_of_json_stay_as_they_are_written() -> None:
    content = (
        b'[{"cliente": 12345678901234567890, "folio": "F-1", "vencimiento": "2026-02-28", '
        b'"importe": 100000000000.10, "cliente_info": {"rfc": null, "activo": true}}]'
    )

    found, rows, _ = read(content)

    assert [column.header for column in found.columns][-2:] == ["cliente_info.rfc", "cliente_info.activo"]
    assert (rows[0].customer_key, rows[0].amount) == ("12345678901234567890", Decimal("100000000000.10"))


@pytest.mark.feature("INT-07")
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    debts=debts_of(SPANISH_NAMES).filter(lambda debts: len(debts) > 3),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16", "cp850"]),
    data=st.data(),
)
def test_corruption_never_loses_a_row_silently(
    debts: list[Debt], separator: str, encoding: str, data: st.DataObject
) -> None:
    table = table_of(debts, "iso", "plain")
    lines = [
        writers.delimited(
            [row], separator=separator, encoding=encoding, quoting=csv.QUOTE_MINIMAL, line_end="\n"
        )
        for row in table
    ]
    if encoding == "utf-16":
        lines = [line[2:] for line in lines]
    content, hit = broken_in(lines, data)
    if encoding == "utf-16":
        content = b"\xff\xfe" + content

    assert_nothing_lost(content, debts, hit=hit)


@pytest.mark.feature("INT-07")
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    debts=debts_of(SPANISH_NAMES).filter(lambda debts: len(debts) > 3),
    kind=st.sampled_from(["page", "page without ends", "page in a page", "xml", "dbf"]),
    data=st.data(),
)
def test_corruption_of_an_export_never_loses_a_row_silently(
    debts: list[Debt], kind: str, data: st.DataObject
) -> None:
    table = table_of(debts, "iso", "plain")
    whole = {
        "page": lambda: writers.page(table, encoding="cp1252"),
        "page without ends": lambda: writers.page(table, encoding="utf-8", shape="piece", is_closed=False),
        "page in a page": lambda: writers.page(table, encoding="utf-8", shape="laid out"),
        "xml": lambda: writers.spreadsheet_xml({"Cartera": table}),
        "dbf": lambda: writers.dbf(DBF_FIELDS, records_of(debts)),
    }[kind]()

    content, hit = broken_in(parts_of(whole, kind), data)

    assert_nothing_lost(content, debts, hit=hit)


def parts_of(content: bytes, kind: str) -> list[bytes]:
    """Part a file in what stands before its first row, header included, and its rows."""
    if kind == "dbf":
        start, length = 32 * (len(DBF_FIELDS) + 1) + 1, 1 + sum(one.length for one in DBF_FIELDS)
        return [content[:start], *(content[at : at + length] for at in range(start, len(content), length))]
    parts = re.split(rb"(?<=\n)(?=<tr>|<Row>|</table>|</Table>)", content)
    # The header of a page begins on a line of its own.
    return parts if kind == "xml" else [parts[0] + parts[1], *parts[2:]]


def broken_in(parts: Sequence[bytes], data: st.DataObject) -> tuple[bytes, int]:
    """Damage some bytes of one part of a file, and say which part."""
    hit = data.draw(st.integers(0, len(parts) - 1))
    broken = bytearray(parts[hit])
    place = data.draw(st.integers(0, len(broken) - 1))
    noise = data.draw(st.binary(min_size=1, max_size=3))
    act = data.draw(st.sampled_from(["replace", "insert", "delete"]))
    end = place if act == "insert" else place + len(noise)
    broken[place:end] = b"" if act == "delete" else noise
    return b"".join([*parts[:hit], bytes(broken), *parts[hit + 1 :]]), hit


def assert_nothing_lost(content: bytes, debts: Sequence[Debt], *, hit: int) -> None:
    """A damaged file is refused, asked about, or every row that was not hit is accounted for."""
    try:
        found, rows, _ = read(content)
    except Unreadable:
        return
    if found.questions:
        return
    untouched = [debt for index, debt in enumerate(debts, 1) if index != hit]
    assert_accounted(content, found, rows, untouched, is_header_whole=hit > 0)


def assert_accounted(
    content: bytes,
    found: Layout,
    rows: Sequence[StagedRow],
    untouched: Sequence[Debt],
    *,
    is_header_whole: bool,
) -> None:
    """
    Every row that was not touched came in as it was, or lies in a rejected row that a person sees.

    A column whose header was hit may lose its meaning, which is shown; its values are kept as attributes.
    """
    body = list(layout.body_of(content, found.dialect))
    assert [row.row_number for row in rows] == [number for number, _ in body]
    accepted = {row.document_number: row for row in rows if not row.outcome}
    refused = " ".join(row.raw or "" for row in rows if row.outcome == "REJECTED")
    for one in untouched:
        row = accepted.get(one.folio)
        if row is None:
            assert one.folio in refused
        elif is_header_whole:
            assert (row.customer_key, row.due_date, row.amount) == (one.customer, one.due, one.amount)

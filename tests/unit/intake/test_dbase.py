"""Tables of dBase, FoxPro and Clipper."""

import struct
from datetime import date, datetime

import pytest

from puntual.intake.queries import refusal_text
from puntual.intake.rules import layout, reading
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.rules.rows import RowParser
from puntual.intake.types import Choices, FileFormat, Layout, Reason, RemarkCode
from tests.unit.intake import writers
from tests.unit.intake.files import csv_bytes
from tests.unit.intake.writers import DbfField

FIELDS = (
    DbfField("CLIENTE", "C", 10),
    DbfField("NOMBRE", "C", 30),
    DbfField("FOLIO", "C", 12),
    DbfField("FEC_VENC", "D", 8),
    DbfField("IMPORTE", "N", 14, 2),
)
RECORDS = [
    ["00012", "MUEBLERÍA NÚÑEZ", "A-1", date(2026, 1, 31), 1234.5],
    ["00013", "PEÑA Y CÍA", "0007", date(2026, 2, 28), 7],
    ["00014", "Óptica", "A-3", "", ""],
]


def understood(content: bytes) -> Layout:
    return layout.understand(content, choices=Choices(), company_currency="MXN")


def rows(content: bytes) -> list[list[object]]:
    return [list(row) for _, row in reading.rows_of(content, reading.find_dialects(content)[0])]


def one_value(kind: str, raw: bytes, *, version: int = 0x30, decimals: int = 0) -> object:
    """Read one value of a table that FoxPro would write."""
    fields = [DbfField("CLAVE", "C", 5), DbfField("VALOR", kind, len(raw), decimals)]
    return rows(writers.dbf(fields, [["00001", raw]], version=version))[1][1]


def test_a_table_is_read_with_its_names_days_numbers_and_zeros() -> None:
    content = writers.dbf(FIELDS, RECORDS)

    found = understood(content)

    assert (found.dialect.format, found.dialect.encoding, found.dialect.header_row) == (
        FileFormat.DBF,
        "cp850",
        1,
    )
    assert [str(column.field) for column in found.columns] == [
        "CUSTOMER_ID",
        "NAME",
        "DOCUMENT_NUMBER",
        "DUE_DATE",
        "AMOUNT",
    ]
    assert rows(content)[1:] == [
        ["00012", "MUEBLERÍA NÚÑEZ", "A-1", date(2026, 1, 31), 1234.5],
        ["00013", "PEÑA Y CÍA", "0007", date(2026, 2, 28), 7.0],
        ["00014", "Óptica", "A-3", "", ""],
    ]


@pytest.mark.parametrize(
    ("written", "codepage", "found"),
    [
        ("cp850", None, "cp850"),
        ("cp1252", None, "cp1252"),
        ("cp1252", 0x57, "cp1252"),
        ("cp850", 0, "cp850"),
        ("cp1252", 0, "cp1252"),
        ("cp1252", 0x01, "cp1252"),
        ("cp850", 0x03, "cp850"),
        ("utf-8", 0, "utf-8"),
    ],
)
def test_the_codepage_of_the_header_counts_unless_the_words_say_otherwise(
    written: str, codepage: int | None, found: str
) -> None:
    content = writers.dbf(FIELDS, RECORDS, encoding=written, codepage=codepage)

    assert reading.find_dialects(content)[0].encoding == found
    assert rows(content)[1][1] == "MUEBLERÍA NÚÑEZ"


def test_deleted_records_are_counted_as_ignored_and_say_nothing_of_the_rest() -> None:
    content = writers.dbf(FIELDS, RECORDS, deleted=frozenset({0}))

    found = understood(content)
    parser = RowParser(found, last_day=date(2026, 12, 31))
    staged = [parser.parse(number, row).row for number, row in layout.body_of(content, found.dialect)]

    assert [(row.row_number, row.outcome, row.reason) for row in staged] == [
        (2, "IGNORED", Reason.DELETED),
        (3, "", ""),
        (4, "REJECTED", Reason.DUE_DATE_MISSING),
    ]
    assert "00012" not in found.columns[0].samples


def test_memos_are_left_out_and_named() -> None:
    fields = (*FIELDS, DbfField("NOTAS", "M", 10), DbfField("FOTO", "G", 10))
    content = writers.dbf(fields, [[*row, "3", "4"] for row in RECORDS], version=0x83)

    found = understood(content)

    assert [column.header for column in found.columns] == [one.name for one in FIELDS]
    assert {one.code: dict(one.values) for one in found.assumptions}[RemarkCode.UNREAD_COLUMNS] == {
        "columns": "NOTAS, FOTO"
    }


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("N", b"   1234.50", 1234.5),
        ("N", b"-12.00    ", -12.0),
        ("N", b"0000012345", "0000012345"),
        ("N", b"12345678901234567.89", "12345678901234567.89"),
        ("N", b"**********", "**********"),
        ("N", b"          ", ""),
        ("N", b"\0\0\0\0", ""),
        ("F", b"1.5E+03 ", 1500.0),
        ("D", b"20260131", date(2026, 1, 31)),
        ("D", b"00000000", ""),
        ("D", b"20261331", "20261331"),
        ("D", b"31/01/26", "31/01/26"),
        ("L", b"T", "true"),
        ("L", b"n", "false"),
        ("L", b"?", ""),
        ("I", struct.pack("<i", -5), -5.0),
        ("B", struct.pack("<d", 10.25), 10.25),
        ("B", struct.pack("<d", float("nan")), "nan"),
        ("Y", struct.pack("<q", 12_345_600), 1234.56),
        ("T", struct.pack("<ii", 2_461_072, 0), date(2026, 1, 31)),
        ("T", struct.pack("<ii", 2_461_072, 3_600_000), datetime.fromisoformat("2026-01-31T01:00")),
        ("T", struct.pack("<ii", 0, 0), ""),
        ("T", struct.pack("<ii", -7, 5), "-7 5"),
    ],
)
def test_a_value_is_read_by_its_type_and_otherwise_stays_as_it_is_written(
    kind: str, raw: bytes, value: object
) -> None:
    found = one_value(kind, raw)

    assert found == value
    assert type(found) is type(value)


def test_a_long_text_of_clipper_is_as_long_as_its_two_bytes_say() -> None:
    name = "N" * 300
    fields = [DbfField("CLAVE", "C", 5), DbfField("NOMBRE", "C", 300)]
    content = bytearray(writers.dbf([fields[0], DbfField("NOMBRE", "C", 44)], [["1", name[:44]]]))
    start = 32 + 64 + 1
    content[10:12] = struct.pack("<H", 1 + 5 + 300)
    content[64 + 17] = 1
    content[start:] = b" " + b"00001" + name.encode() + b"\x1a"

    assert rows(bytes(content))[1] == ["00001", name]


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (0, 0x04, "file-dbase-7"),
        (4, 9, "file-dbase-count"),
        (4, 1, "file-dbase-count"),
        (8, 0xC2, "file-dbase-count"),
        (193, ord("x"), "file-broken-row"),
        (-1, ord("x"), "file-broken"),
        (10, 0x10, "file-broken"),
        (15, 1, "file-encrypted"),
        (32, 0x07, "file-broken"),
        (32 + 11, ord("z"), "file-broken"),
        (32 + 16, 11, "file-broken"),
    ],
)
def test_a_header_that_does_not_fit_its_records_is_refused(place: int, value: int, code: str) -> None:
    content = bytearray(writers.dbf(FIELDS, RECORDS))
    content[place] = value

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(bytes(content))

    assert refused.value.code == code
    assert refusal_text(code=code, detail=refused.value.detail)


def test_a_table_that_was_cut_off_is_refused_and_says_what_is_there() -> None:
    content = writers.dbf(FIELDS, RECORDS)

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(content[:-40])

    assert (refused.value.code, refused.value.detail) == ("file-dbase-count", "3 / 2")


@pytest.mark.parametrize("start", ["Cliente", "cliente", "0folio", "1", "2"])
def test_letters_that_begin_a_text_are_no_sign_of_a_table(start: str) -> None:
    content = csv_bytes(
        [start, "Cliente", "Folio", "Vencimiento", "Importe"], [["x", "1", "F", "2026-01-31", "5.00"]]
    )

    assert reading.find_dialects(content)[0].format is FileFormat.CSV

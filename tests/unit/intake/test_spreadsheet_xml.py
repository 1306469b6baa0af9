"""Workbooks of Excel 2003 as XML."""

from datetime import date, datetime

import pytest

from puntual.intake.rules import layout, reading, spreadsheet_xml
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import Choices, FileFormat, Layout, QuestionCode
from tests.unit.intake import writers
from tests.unit.intake.files import SIMPLE_HEADERS, simple_row

SPACE = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
TABLE = [list(SIMPLE_HEADERS), simple_row(1, Cliente="00012", Nombre="Peña & Cía <Norte>")]


def understood(content: bytes, **choices: object) -> Layout:
    return layout.understand(content, choices=Choices(**choices), company_currency="MXN")  # type: ignore[arg-type]


def body(content: bytes, found: Layout) -> list[list[object]]:
    return [list(row) for _, row in layout.body_of(content, found.dialect)]


def sheet(rows: str) -> bytes:
    return (
        f'<Workbook {SPACE}><Worksheet ss:Name="Hoja1"><Table>{rows}</Table></Worksheet></Workbook>'.encode()
    )


def read(rows: str) -> list[list[object]]:
    content = sheet(rows)
    return [list(row) for _, row in reading.rows_of(content, reading.find_dialects(content)[0])]


def read_all(content: bytes) -> None:
    for dialect in reading.find_dialects(content):
        list(reading.rows_of(content, dialect))


@pytest.mark.parametrize("prefix", ["", "x"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "windows-1252", "utf-16"])
def test_a_workbook_is_read_in_any_encoding_it_declares(encoding: str, prefix: str) -> None:
    content = writers.spreadsheet_xml({"Cartera": TABLE}, encoding=encoding, prefix=prefix)

    found = understood(content)

    assert (found.dialect.format, found.dialect.sheet) == (FileFormat.XML, "Cartera")
    assert body(content, found)[0][:3] == ["00012", "Peña & Cía <Norte>", "F-1"]


def test_letters_of_windows_in_xml_that_declares_utf8_are_read() -> None:
    content = writers.spreadsheet_xml({"Cartera": TABLE}).decode().encode("cp1252")

    assert body(content, understood(content))[0][1] == "Peña & Cía <Norte>"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("String", "00123", "00123"),
        ("Number", "1234.5", 1234.5),
        ("Number", "-7", -7.0),
        ("Number", "1.5E+3", 1500.0),
        ("Number", "00123", "00123"),
        ("Number", "12345678901234567890", "12345678901234567890"),
        ("Number", "1,234.50", "1,234.50"),
        ("DateTime", "2026-01-31T00:00:00.000", date(2026, 1, 31)),
        ("DateTime", "2026-01-31T10:30:00.000", datetime.fromisoformat("2026-01-31T10:30")),
        ("DateTime", "31/01/2026", "31/01/2026"),
        ("Boolean", "1", "true"),
        ("Error", "#N/A", "#N/A"),
        ("", "suelto", "suelto"),
        ("String", "<B>Pe</B><I>&#241;a</I>", "Peña"),
        ("String", "<![CDATA[a < b]]>", "a < b"),
    ],
)
def test_a_cell_is_read_by_its_type_and_otherwise_stays_as_it_is_written(
    kind: str, text: str, value: object
) -> None:
    typed = f' ss:Type="{kind}"' if kind else ""

    found = read(f"<Row><Cell><Comment><Data>nota</Data></Comment><Data{typed}>{text}</Data></Cell></Row>")

    assert found == [[value]]
    assert type(found[0][0]) is type(value)


def test_cells_and_rows_that_are_left_out_are_blank() -> None:
    rows = (
        '<Column ss:Width="50"/><Row ss:Index="3"><Cell ss:MergeAcross="2"><Data>a</Data></Cell>'
        '<Cell ss:Index="6"><Data>b</Data></Cell><Cell/></Row><Row/><Row ss:Index="6"><Cell><Data>c</Data></Cell></Row>'
    )

    assert read(rows) == [[], [], ["a", "", "", "", "", "b", ""], [], [], ["c"]]


def test_sheets_of_the_same_rows_are_asked_about_and_can_be_chosen() -> None:
    content = writers.spreadsheet_xml(
        {"Enero": TABLE, "Notas": [["Nada"]], "Febrero & más": [TABLE[0], simple_row(2)]}
    )

    asked, chosen = understood(content), understood(content, sheet="Febrero & más")

    assert [(one.code, one.options) for one in asked.questions] == [
        (QuestionCode.SHEET, ("Enero", "Febrero & más"))
    ]
    assert chosen.dialect.other_sheets == ("Enero", "Notas")
    assert body(content, chosen)[0][2] == "F-2"


BOMB = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB.encode() + sheet("<Row/>"), "xml-unsafe"),
        ((BOMB + sheet("<Row/>").decode()).encode("utf-16"), "xml-unsafe"),
        (b'<?xml version="1.0" encoding="utf-7"?>' + BOMB.encode() + sheet("<Row/>"), "xml-unsafe"),
        (sheet("<Row><Cell><Data>&nada;</Data></Cell></Row>"), "xml-broken"),
        (sheet("<Row><Cell><Data>x</Cell></Row>"), "xml-broken"),
        (sheet("<Row><Cell><Data>\x01</Data></Cell></Row>"), "xml-broken"),
        (sheet("<Row>" + "<a>" * 5000), "xml-broken"),
        (sheet("<Row/>")[:-30], "xml-broken"),
        (sheet('<Row ss:Index="2"/><Row ss:Index="2"/>'), "file-broken-row"),
        (sheet('<Row><Cell ss:Index="2"/><Cell ss:Index="1"/></Row>'), "xml-broken"),
        (sheet('<Row><Cell ss:Index="99999999999"/></Row>'), "file-too-many-cells"),
        (sheet('<Row><Cell ss:MergeAcross="999999999"/></Row>'), "file-too-many-cells"),
        (sheet('<Row ss:Index="9999999999"/>'), "file-too-many-cells"),
        (f"<Workbook {SPACE}></Workbook>".encode(), "file-no-rows"),
    ],
)
def test_xml_that_is_unsafe_damaged_or_too_large_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_all(content)

    assert refused.value.code == code


def test_one_far_cell_in_many_rows_cannot_take_all_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet_xml, "WORKBOOK_CELLS_MAX", 50_000)
    content = sheet('<Row><Cell ss:Index="16384"/></Row>' * 4)

    with pytest.raises(Unreadable) as refused:
        list(reading.rows_of(content, reading.find_dialects(content)[0]))

    assert refused.value.code == "file-too-many-cells"


def test_days_counted_from_1904_are_known() -> None:
    content = sheet("<Row/>").replace(
        b"<Worksheet", b"<x:ExcelWorkbook xmlns:x='y'><x:Date1904/></x:ExcelWorkbook><Worksheet"
    )

    assert reading.find_dialects(content)[0].is_1904

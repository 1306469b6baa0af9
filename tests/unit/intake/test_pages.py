"""Tables of web pages that a program calls its export to Excel."""

import pytest

from puntual.intake.queries import refusal_text
from puntual.intake.rules import layout, reading
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import Choices, Field, FileFormat, Layout, QuestionCode
from tests.unit.intake import writers
from tests.unit.intake.files import SIMPLE_HEADERS, simple_row

HEADER = "<tr>" + "".join(f"<th>{name}</th>" for name in SIMPLE_HEADERS) + "</tr>"
ROW = "<tr><td>00012<td>Peña &amp; Hijos<td>F-1<td>13/01/2026<td>28/02/2026<td>1,000.50</tr>"


def understood(page: str | bytes, **choices: object) -> Layout:
    content = page.encode() if isinstance(page, str) else page
    return layout.understand(content, choices=Choices(**choices), company_currency="MXN")  # type: ignore[arg-type]


def rows(page: str | bytes, **choices: object) -> list[list[object]]:
    content = page.encode() if isinstance(page, str) else page
    return [list(row) for _, row in layout.body_of(content, understood(content, **choices).dialect)]


def cells(table: str) -> list[list[object]]:
    """Read a table as it stands, whatever its columns are called."""
    content = table.encode()
    dialect = reading.find_dialects(content)[0]
    return [list(row) for _, row in reading.rows_of(content, dialect)]


def test_a_page_is_read_as_a_table_whatever_its_name() -> None:
    found = understood(f"<html><body><table>{HEADER}{ROW}</table></body></html>")

    assert found.dialect.format is FileFormat.HTML
    assert (found.dialect.header_row, found.dialect.sheet) == (1, "")
    assert rows(f"<table>{HEADER}{ROW}</table>") == [
        ["00012", "Peña & Hijos", "F-1", "13/01/2026", "28/02/2026", "1,000.50"]
    ]


@pytest.mark.parametrize(
    "start",
    [
        "\ufeff<table>",
        "<TABLE BORDER=1>",
        "<!-- hecho por el ERP -->\n<style>td {color: red}</style><table>",
        "<meta charset=utf-8><div><table>",
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html><table>',
        "Reporte de cartera<br><table>",
        "",
    ],
)
def test_a_page_may_begin_in_many_ways(start: str) -> None:
    assert len(rows(f"{start}{HEADER}{ROW}")) == 1


def test_merged_headers_are_read_as_those_of_a_workbook() -> None:
    header = (
        "<tr><td rowspan=2>Cliente<td rowspan='2'>Nombre<td colspan=2>Documento<td rowspan=2>Vencimiento"
        '<td colspan="2">Importes</tr><tr><td>Folio<td>Emisión<td>Original<td>Saldo</tr>'
    )

    found = understood(
        f"<table>{header}<tr><td>7<td>Ana<td>F-1<td>13/01/26<td>28/02/26<td>10.00<td>4.00</table>"
    )

    assert (found.dialect.header_row, found.dialect.header_rows) == (2, 2)
    assert [column.field for column in found.columns] == [
        Field.CUSTOMER_ID,
        Field.NAME,
        Field.DOCUMENT_NUMBER,
        Field.ISSUE_DATE,
        Field.DUE_DATE,
        Field.AMOUNT,
        Field.OPEN_AMOUNT,
    ]
    assert [column.header for column in found.columns][:2] == ["Cliente", "Nombre"]


def test_what_spans_rows_at_the_left_counts_in_each_and_an_amount_only_once() -> None:
    table = (
        "<table><tr><td rowspan=3>C1</td><td rowspan=2>Ana</td><td>F-1</td><td rowspan=2>30.00</td></tr>"
        "<tr><td>F-2</td></tr><tr><td>Eva</td><td>F-3</td><td>5.00</td></tr><tr><td>C2</td><td>x</td></tr></table>"
    )

    assert cells(table) == [
        ["C1", "Ana", "F-1", "30.00"],
        ["C1", "Ana", "F-2", ""],
        ["C1", "Eva", "F-3", "5.00"],
        ["C2", "x"],
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Pe&ntilde;a&nbsp;&#38; C&iacute;a", "Peña\xa0& Cía"),
        ("A&NOTAS &copy", "A&NOTAS &copy"),
        ("&nbsp", "\xa0"),
        ("  a\r\n   b  ", "a b"),
        ("a@x.example<br>b@x.example", "a@x.example\nb@x.example"),
        ("<p>uno</p><p>dos</p>", "uno\n\ndos"),
        ("<b>1,000</b>.<font color='red'>50</font>", "1,000.50"),
        ("<span style='display:none'>0001 <span>2</span></span>1,234.50", "1,234.50"),
        ("<script>alert('<td>1</td>')</script>7", "7"),
        ("<!-- <td>vieja</td> -->7", "7"),
        ("menos < que", "menos < que"),
        ("<a title='a > b'>x</a>", "x"),
        ("<a title='sin cerrar>x</a>", "x"),
        ("<![if !supportEmptyParas]>&nbsp;<![endif]>", "\xa0"),
        ("00012345678901234567", "00012345678901234567"),
    ],
)
def test_a_cell_is_what_a_person_sees_in_it(cell: str, text: str) -> None:
    assert cells(f"<table><tr><td>{cell}</td><td>fin</td><td>y</td></tr></table>")[0] == [text, "fin", "y"]


@pytest.mark.parametrize(
    ("declared", "written", "found"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("iso-8859-1", "cp1252", "cp1252"),
        ("windows-1252", "cp1252", "cp1252"),
        ("utf-8", "cp1252", "cp1252"),
        ("iso-8859-1", "utf-8", "utf-8"),
        ("no-se-conoce", "cp1252", "cp1252"),
        ("cp850", "cp850", "cp850"),
    ],
)
def test_the_encoding_is_what_the_page_declares_unless_its_words_say_otherwise(
    declared: str, written: str, found: str
) -> None:
    page = f"<meta charset='{declared}'><table>{HEADER}{ROW}{ROW.replace('Peña', 'RAZÓN')}</table>".encode(
        written
    )

    assert understood(page).dialect.encoding == found
    assert rows(page)[0][1] == "Peña & Hijos"


def test_a_page_of_two_bytes_a_letter_is_read() -> None:
    content = f"<html><table>{HEADER}{ROW}</table></html>".encode("utf-16")

    assert understood(content).dialect.encoding == "utf-16"
    assert rows(content)[0][1] == "Peña & Hijos"


def test_several_tables_are_asked_about_as_sheets_are() -> None:
    page = (
        f"<table><tr><td>Menú</td></tr></table><table>{HEADER}{ROW}</table>"
        f"<table>{HEADER}{ROW.replace('F-1', 'F-2')}</table><table><tr><td>Elaboró<td>Rosa</table>"
    )

    asked, chosen = understood(page), understood(page, sheet="Tabla 3")

    assert [(one.code, one.options) for one in asked.questions] == [
        (QuestionCode.SHEET, ("Tabla 2", "Tabla 3"))
    ]
    assert chosen.questions == ()
    assert chosen.dialect.other_sheets == ("Tabla 2", "Tabla 4")
    assert rows(page, sheet="Tabla 3")[0][2] == "F-2"


def test_a_table_inside_the_table_that_lays_the_page_out_is_found() -> None:
    page = (
        f"<table><tr><td>Menú<table><tr><td>a<td>b</table></td><td><table>{HEADER}{ROW}</table></td></tr>"
        "<tr><td>pie</td></tr></table>"
    )

    assert rows(page)[0][2] == "F-1"


def test_a_table_that_was_never_closed_does_not_swallow_the_next() -> None:
    page = "<table><tr><td>a</td></tr>" * 100 + f"<table>{HEADER}{ROW}</table>"

    assert rows(page) == [["00012", "Peña & Hijos", "F-1", "13/01/2026", "28/02/2026", "1,000.50"]]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<html><form action='/login'><input name=clave></form></html>", "file-html"),
        ("<!DOCTYPE html><html><h1>502 Bad Gateway</h1></html>", "file-html"),
        ("<html><table><tr><td>Sesión expirada</td></tr></table></html>", "file-html"),
        ("<html>" + "<table><tr><td>" * 100, "file-html-nested"),
        ("<html>" + "<table></table>" * 1000, "file-html-nested"),
        ("<table><tr>" + "<td colspan=1000>x</td>" * 20, "file-too-many-cells"),
        (
            f"<table>{HEADER}" + "<tr><td colspan=1000 rowspan=9>x</td><td>y</td></tr>" * 40_000,
            "file-too-many-cells",
        ),
        (f"<table>{HEADER}{ROW}<!-- <tr><td>1</td></tr>", "file-broken-row"),
        (f"<table>{HEADER}<!-- a --{ROW}<!-- b -->{ROW}</table>", "file-broken-row"),
        (f"<style>td<table>{HEADER}{ROW}</table>", "file-broken"),
        ("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x", "file-mhtml"),
    ],
)
def test_what_is_no_table_or_not_whole_is_refused_by_name(page: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        list(rows(page))

    assert refused.value.code == code
    assert refusal_text(code=code, detail=refused.value.detail)


@pytest.mark.parametrize("cut", ["<td>F-", "<td", "</t", "<td class='x"])
def test_a_page_that_was_cut_off_within_a_row_is_refused_with_its_row(cut: str) -> None:
    closed = "<tr>" + "".join(f"<td>{value}</td>" for value in simple_row(1)) + "</tr>"
    page = f"<table>{HEADER}{closed}<tr><td>C2</td>{cut}"

    with pytest.raises(Unreadable) as refused:
        rows(page)

    assert (refused.value.code, refused.value.detail) == ("file-broken-row", "3")


def test_a_page_whose_table_nobody_closed_is_read_to_its_end() -> None:
    assert len(rows(f"<html><table>{HEADER}{ROW}{ROW}")) == 2


def test_a_row_with_more_cells_than_the_header_is_not_spread_over_new_columns() -> None:
    found = understood(f"<table>{HEADER}{ROW}{ROW.replace('<tr>', '').replace('</tr>', ROW[4:])}</table>")

    assert len(found.columns) == len(SIMPLE_HEADERS)


def test_a_large_page_of_plain_rows_and_one_of_marked_up_rows_are_the_same() -> None:
    table = [list(SIMPLE_HEADERS), *(simple_row(number) for number in range(300))]
    plain = writers.page(table, encoding="cp1252")

    assert rows(plain) == rows(
        plain.replace(b"<td class=x>", b"<td class=x><b>").replace(b"</td>", b"</b></td>")
    )

"""The forms that a file may have: each is read as what it is, or refused by its name."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from puntual.intake.queries import refusal_text
from puntual.intake.rules import archives, encodings, fixed_width, layout, reading
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import (
    Choices,
    DateOrder,
    Field,
    FileFormat,
    Layout,
    OrderSource,
    QuestionCode,
)
from tests.unit.intake import writers
from tests.unit.intake.books import book_of, days_of_a_year, flipped
from tests.unit.intake.files import SIMPLE_HEADERS, csv_bytes, simple_row

CHINESE = "\n".join(f"{chr(one)}{chr(one + 9)};{chr(one + 5)}" for one in range(0x4E00, 0x4E80))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def understood(content: bytes, **choices: object) -> Layout:
    return layout.understand(content, choices=Choices(**choices), company_currency="MXN")  # type: ignore[arg-type]


def body(content: bytes, found: Layout) -> list[list[object]]:
    return [list(row) for _, row in layout.body_of(content, found.dialect)]


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped(word__document_dot_xml=b"<w/>"), "file-document"),
        (zipped(ppt__presentation_dot_xml=b"<p/>"), "file-document"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "file-document"),
        (zipped(xl__workbook_dot_bin=b"x"), "file-xlsb"),
        (zipped(Index__Document_dot_iwa=b"x"), "file-numbers"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "file-encrypted"),
        (OLE + "WordDocument".encode("utf-16-le"), "file-document"),
        (b"SQLite format 3\x00" + b"\x00" * 100, "file-database"),
        (b"\x00\x01\x00\x00Standard ACE DB\x00", "file-database"),
        (b"PAR1\x15\x04", "file-parquet"),
        (b"ORC\x08\x03\x00", "file-parquet"),
        (b"BM\x36\x00\x00\x00\x00", "file-image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "file-image"),
        (b"{\\rtf1\\ansi", "file-document"),
        (b"Rar!\x1a\x07", "file-archive"),
        (b"OFXHEADER:100\r\nDATA:OFXSGML\r\n<OFX>", "file-bank-statement"),
        (b":20:STARTUMS\r\n:25:123/456\r\n:28C:1/1\r\n", "file-bank-statement"),
        (b"02RETORNO01COBRANCA".ljust(400) + b"\r\n" + b"1".ljust(400) + b"\r\n", "file-bank-statement"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"/>', "file-bank-statement"),
        (CHINESE.encode("gbk"), "file-encoding"),
        (b'{"cliente": "1", "folio": ', "file-json-broken"),
        (b"[]", "file-json-no-list"),
        (b"[1, 2, 3]", "file-json-no-list"),
        (b'[{"a": {"b": ' + b"[" * 5000, "file-json-broken"),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        understood(content)

    assert refused.value.code == code


@pytest.mark.parametrize("start", ["BMO", "ORCA", "MZ-1", "BZhek"])
def test_letters_that_begin_a_text_are_no_sign_of_a_binary(start: str) -> None:
    content = csv_bytes([start, *SIMPLE_HEADERS], [["x", *simple_row(1)]])

    assert reading.find_dialects(content)[0].format is FileFormat.CSV


def ods_with(cell: TableCell, *, rows_repeated: int = 1) -> bytes:
    book = OpenDocumentSpreadsheet()
    table = Table(name="Cartera")
    line = TableRow(numberrowsrepeated=rows_repeated)
    line.addElement(cell)
    table.addElement(line)
    book.spreadsheet.addElement(table)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_one_cell_repeated_a_million_times_cannot_take_all_memory() -> None:
    cell = TableCell(valuetype="string", numbercolumnsrepeated=16_384)
    cell.addElement(P(text="x"))

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(ods_with(cell, rows_repeated=1_048_576))

    assert refused.value.code == "file-too-many-cells"


def test_blank_cells_to_the_end_of_the_sheet_are_what_every_sheet_has() -> None:
    content = ods_with(TableCell(numbercolumnsrepeated=16_384), rows_repeated=1_048_576)

    assert [one.format for one in reading.find_dialects(content)] == [FileFormat.ODS]


def test_a_locked_ods_is_refused() -> None:
    content = writers.ods([["a"]])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            extra = b"<manifest:encryption-data/>" if name == "META-INF/manifest.xml" else b""
            new.writestr(name, old.read(name) + extra)

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(buffer.getvalue())

    assert refused.value.code == "file-encrypted"


def test_a_sheet_hidden_under_another_name_is_measured_too() -> None:
    content = writers.xlsx([list(SIMPLE_HEADERS), simple_row(1)])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/hoja.xml", b"<c r='XFD1048576'/>")

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(buffer.getvalue())

    assert refused.value.code == "file-too-many-cells"


def workbook_with(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    sheet = writers.xlsx([list(SIMPLE_HEADERS), simple_row(1)])
    with (
        zipfile.ZipFile(io.BytesIO(sheet)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, old.read(member))
        new.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("before", [b"", b" \n", b"\xef\xbb\xbf<a>"])
def test_a_text_that_no_cell_can_hold_is_refused_before_it_is_read(before: bytes) -> None:
    content = workbook_with(
        "xl/imagen.png", before + b"<worksheet><t>" + b"x" * 3_000_000 + b"</t></worksheet>"
    )

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(content)

    assert refused.value.code == "file-too-large-inside"


def test_a_large_picture_and_long_texts_are_no_attack() -> None:
    for name, inside in (
        ("xl/media/foto.bmp", b"BM" + b"\0" * 3_000_000),
        ("xl/otra.xml", b"<si><t>" + b"</t></si><si><t>".join([b"&quot;" * 32_767] * 20) + b"</t></si>"),
    ):
        assert archives.check_workbook(workbook_with(name, inside), file_format=FileFormat.XLSX) is False


def test_a_wide_sheet_with_few_rows_is_no_attack() -> None:
    content = writers.xlsx([[f"c{place}" for place in range(500)], ["x"] * 500])

    assert archives.check_workbook(content, file_format=FileFormat.XLSX) is False


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("RAZÓN SOCIAL;PEÑA", "cp850"),
        ("Razón social;Peña", "cp850"),
        ("JOSÉ;MARÍA", "cp1252"),
        ("José;María", "cp1252"),
        ("Conceição;São João", "cp850"),
        ("Conceição;São João", "cp1252"),
        ("Importe €;Peña", "cp1252"),
        ("│ CLIENTE │ PEÑA │ ──────", "cp850"),
        ("José Ibáñez;Núñez", "mac_roman"),
    ],
)
def test_an_encoding_is_told_by_how_its_words_read(text: str, encoding: str) -> None:
    found, is_whole = encodings.find_encoding(text.encode(encoding))

    assert is_whole
    assert text.encode(encoding).decode(found) == text


def test_what_a_file_declares_adds_an_encoding_that_its_words_alone_do_not_suggest() -> None:
    content = "CONCEIÇÃO;SÃO JOÃO".encode("cp860")

    assert encodings.find_encoding(content, declared="cp860")[0] == "cp860"
    assert encodings.find_encoding(content)[0] != "cp860"


def test_a_header_of_two_rows_is_read_as_one() -> None:
    rows = [
        ["Cartera al 31/01/2026"],
        ["Cliente", "", "Documento", "", "Vencimiento", "Importes", ""],
        ["Clave", "Nombre", "Folio", "Emisión", "Fecha", "Original", "Saldo"],
        ["00012", "Ana", "F-1", date(2026, 1, 13), date(2026, 2, 28), 100.0, 40.0],
    ]

    found = understood(writers.xlsx(rows))

    assert (found.dialect.header_row, found.dialect.header_rows) == (3, 2)
    assert [column.field for column in found.columns] == [
        Field.CUSTOMER_ID,
        Field.NAME,
        Field.DOCUMENT_NUMBER,
        Field.ISSUE_DATE,
        Field.DUE_DATE,
        Field.AMOUNT,
        Field.OPEN_AMOUNT,
    ]
    assert len(body(writers.xlsx(rows), found)) == 1


def test_sheets_of_the_same_rows_are_asked_about_and_can_be_chosen() -> None:
    table = [list(SIMPLE_HEADERS), simple_row(1)]
    content = book_of(Enero=table, Febrero=[list(SIMPLE_HEADERS), simple_row(2)], Notas=[["Nada", "más"]])

    asked = understood(content)
    chosen = understood(content, sheet="Febrero")

    assert [(one.code, one.options) for one in asked.questions] == [
        (QuestionCode.SHEET, ("Enero", "Febrero"))
    ]
    assert chosen.questions == ()
    assert body(content, chosen)[0][2] == "F-2"


def test_a_list_within_an_object_is_found_and_flattened() -> None:
    one = {
        "cliente": {"id": "00123", "nombre": "Peña", "correos": ["a@x.example", "b@x.example"]},
        "folio": "F-1",
        "vencimiento": "2026-02-28",
        "importe": 10.50,
    }
    content = json.dumps({"pagina": 1, "datos": {"facturas": [one, {"folio": "F-2"}]}}).encode("utf-16")

    found = understood(content)

    assert (found.dialect.sheet, found.dialect.encoding) == ("datos.facturas", "utf-16")
    assert [column.header for column in found.columns][:2] == ["cliente.id", "cliente.nombre"]
    assert body(content, found) == [
        ["00123", "Peña", "a@x.example; b@x.example", "F-1", "2026-02-28", "10.5"],
        ["", "", "", "F-2", "", ""],
    ]


REPORT = """REPORTE DE CARTERA                             PAG 1

Cliente  Nombre                    Folio   Fecha Venc   Imp. Pend.
-------  ------------------------  ------  ----------  -----------
00001    MUEBLERIA NUÑEZ SA CV     A-1     31/01/2026     1,234.56
00002    PEÑA Y ASOCIADOS SC       A-2     15/02/2026       500.00
00003    JOSE                      A-333   28/02/2026 1,000,000.00
                                           TOTAL      1,001,734.56
"""


def test_a_printed_report_is_read_by_its_columns() -> None:
    found = understood(REPORT.encode("cp850"))

    assert (found.dialect.format, found.dialect.encoding) == (FileFormat.FIXED, "cp850")
    assert [column.field for column in found.columns] == [
        Field.CUSTOMER_ID,
        Field.NAME,
        Field.DOCUMENT_NUMBER,
        Field.DUE_DATE,
        Field.OPEN_AMOUNT,
    ]
    assert body(REPORT.encode("cp850"), found)[1:4] == [
        ["00001", "MUEBLERIA NUÑEZ SA CV", "A-1", "31/01/2026", "1,234.56"],
        ["00002", "PEÑA Y ASOCIADOS SC", "A-2", "15/02/2026", "500.00"],
        ["00003", "JOSE", "A-333", "28/02/2026", "1,000,000.00"],
    ]


def test_a_value_that_runs_over_its_column_is_shown_and_not_misread() -> None:
    gaps = fixed_width.find_gaps(REPORT)

    row = fixed_width.cut("00001    MUEBLERIA NUÑEZ DEL NORTE SA DE CV-A-1 31/01/2026     1,234.56", gaps)

    assert len(row) == len(gaps) // 2 + 2


def test_usual_terms_decide_the_order_of_days_that_say_nothing() -> None:
    found = understood(csv_bytes(SIMPLE_HEADERS, _debts_due_after(7)))

    assert found.questions == ()
    assert {(one.date_order, one.order_source) for one in found.columns if one.date_order} == {
        (DateOrder.MDY, OrderSource.TERMS)
    }


def test_two_days_or_two_months_are_asked_about() -> None:
    found = understood(csv_bytes(SIMPLE_HEADERS, _debts_due_after(2)))

    assert {question.code for question in found.questions} == {QuestionCode.DATE_ORDER}


def _debts_due_after(days: int) -> list[list[str]]:
    """Make debts whose days are all 12 or less, months first."""
    starts = [(3, 1), (4, 2), (5, 3), (6, 4), (7, 5), (8, 5), (9, 3), (2, 1)]
    return [
        simple_row(number, Fecha=f"0{month}/0{day}/2026", Vencimiento=f"0{month}/{day + days:02}/2026")
        for number, (month, day) in enumerate(starts)
    ]


def test_days_that_another_program_flipped_are_asked_about() -> None:
    rows = [
        simple_row(number, Fecha=flipped(issue).isoformat(), Vencimiento=flipped(due).isoformat())
        for number, (issue, due) in enumerate(days_of_a_year())
    ]
    content = csv_bytes(SIMPLE_HEADERS, rows)

    asked = understood(content)
    confirmed = understood(content, confirmed=frozenset({QuestionCode.FLIPPED_DATES}))

    assert [question.code for question in asked.questions] == [QuestionCode.FLIPPED_DATES]
    assert confirmed.questions == ()


def test_days_as_they_were_written_are_not_asked_about() -> None:
    rows = [
        simple_row(number, Fecha=issue.isoformat(), Vencimiento=due.isoformat())
        for number, (issue, due) in enumerate(days_of_a_year())
    ]

    assert understood(csv_bytes(SIMPLE_HEADERS, rows)).questions == ()


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("", ["a@x.example", "b@x.example", "c@x.example"], Field.EMAIL),
        ("Dato 4", ["MNU010101AB1", "GODE561231GR8", "XIQB891116QE4"], Field.TAX_ID),
        ("", ["USD", "MXN", "USD"], Field.CURRENCY),
        ("Correo del vendedor", ["a@x.example", "b@x.example", "c@x.example"], None),
        ("RFC del agente", ["MNU010101AB1", "GODE561231GR8", "XIQB891116QE4"], None),
        ("", ["1", "2", "3"], None),
    ],
)
def test_values_name_a_column_only_where_its_header_says_nothing(
    header: str, values: list[str], field: Field | None
) -> None:
    rows = [[*simple_row(number), value] for number, value in enumerate(values)]

    found = understood(csv_bytes([*SIMPLE_HEADERS, header], rows))

    assert found.columns[-1].field is field
    assert found.columns[-1].confidence < 0.8


def test_a_file_kept_open_is_parsed_once() -> None:
    content = writers.xlsx([list(SIMPLE_HEADERS), simple_row(1)])

    with reading.kept_open():
        first, second = reading.opened(content), reading.opened(bytes(bytearray(content)))
    after = reading.opened(content)

    assert first is second
    assert after is not first


SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
# Real files beside the repository; where they are not, there is nothing to walk.
SHARED_FILES = sorted(
    path
    for folder in ("ar", "messy", "cfdi", "bank")
    for path in (SHARED / folder).rglob("*")
    if path.is_file()
)


@pytest.mark.feature("INT-07")
@pytest.mark.parametrize("path", SHARED_FILES, ids=lambda path: str(path.relative_to(SHARED)))
def test_every_shared_file_is_understood_or_refused_by_name(path: Path) -> None:
    refusal, rows = read_to_the_end(path.read_bytes())

    assert refusal or rows > 0
    assert not (refusal and path.relative_to(SHARED).parts[0] == "ar")


def read_to_the_end(content: bytes) -> tuple[str, int]:
    """Read a file as an import does: the words of its refusal, or the number of its rows."""
    try:
        found = understood(content)
        return "", sum(1 for _ in layout.body_of(content, found.dialect))
    except Unreadable as error:
        return refusal_text(code=error.code, detail=error.detail), 0

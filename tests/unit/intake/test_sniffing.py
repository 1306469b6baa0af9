"""What a file is, from its bytes alone."""

import hashlib
import io
import zipfile

import pytest

from puntual.intake.rules import archives, encodings, reading, sniffing
from puntual.intake.rules.sniffing import Unreadable
from tests.unit.intake.files import SIMPLE_HEADERS, csv_bytes, simple_row, xlsx_bytes

NAMES = ["Ñañez y Compañía", "Peña Güemes", "José Ángel Muñoz", "María de la O"]


def _rows() -> list[list[str]]:
    return [simple_row(number, Nombre=name) for number, name in enumerate(NAMES, 1)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_text_is_read_in_any_encoding_with_any_separator(encoding: str, separator: str) -> None:
    content = csv_bytes(SIMPLE_HEADERS, _rows(), separator=separator, encoding=encoding)

    sniffing.refuse_at_a_glance(content)
    dialect = reading.find_dialects(content)[0]

    assert dialect.separator == separator
    assert [row for _, row in reading.rows_of(content, dialect)] == [list(SIMPLE_HEADERS), *_rows()]


def test_spanish_letters_decide_where_statistics_do_not() -> None:
    content = csv_bytes(SIMPLE_HEADERS, [simple_row(1, Nombre="PEÑA")], encoding="cp850")

    assert encodings.find_encoding(content) == ("cp850", True)


def test_a_few_broken_bytes_leave_a_utf8_file_what_it_is() -> None:
    content = csv_bytes(SIMPLE_HEADERS, _rows() * 5).replace("Muñoz".encode(), b"Mu\xc3oz", 1)

    assert encodings.find_encoding(content) == ("utf-8", False)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_end_parts_rows(line_end: str) -> None:
    content = csv_bytes(SIMPLE_HEADERS, _rows(), line_end=line_end)

    dialect = reading.find_dialects(content)[0]

    assert len(list(reading.rows_of(content, dialect))) == len(NAMES) + 1


def test_the_separator_is_taken_from_the_hint_of_a_spreadsheet() -> None:
    content = b"sep=;\r\n" + csv_bytes(SIMPLE_HEADERS, _rows(), separator=";")

    assert reading.find_dialects(content)[0].separator == ";"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b" \r\n \n", "file-empty"),
        (b"%PDF-1.7 ...", "file-pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file-broken"),
        (b"\x89PNG\r\n", "file-image"),
        (b"\x1f\x8b\x08\x00", "file-archive"),
        (b"MZ\x90\x00", "file-binary"),
        (b"abc\x00\x01\x02\x00def" * 50, "file-binary"),
        (b"  <!DOCTYPE html><html>", "file-html"),
        (b'<?xml version="1.0"?><cfdi/>', "file-xml"),
        (b'{"a": 1', "file-json-broken"),
        (b"PK\x03\x04 broken", "file-broken"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(content)

    assert refused.value.code == code


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("cartera.csv", "a,b")

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(buffer.getvalue())

    assert refused.value.code == "file-archive"


def test_a_workbook_cut_short_is_refused() -> None:
    content = xlsx_bytes(SIMPLE_HEADERS, _rows())

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(content[: len(content) // 2])

    assert refused.value.code == "file-broken"


def test_one_cell_far_away_cannot_take_all_memory() -> None:
    content = xlsx_bytes(SIMPLE_HEADERS, _rows())
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                body = body.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>'
                )
            new.writestr(name, body)

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(buffer.getvalue())

    assert refused.value.code == "file-too-many-cells"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "UNPACKED_BYTES_MAX", 32 * 1024 * 1024)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            block = b"0" * (16 * 1024 * 1024)
            for _ in range(archives.UNPACKED_BYTES_MAX // len(block) + 1):
                sheet.write(block)

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(buffer.getvalue())

    assert refused.value.code == "file-too-large-inside"


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_text_that_no_cell_can_hold_is_not_read(name: str) -> None:
    content = xlsx_bytes(SIMPLE_HEADERS, _rows())
    buffer = io.BytesIO()
    # Nothing that a machine could shrink: only its length gives it away.
    text = hashlib.shake_128(b"x").hexdigest(400_000).encode()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in {*old.namelist(), name}:
            body = old.read(one) if one in old.namelist() else b"<sst></sst>"
            if one == name:
                body = body.replace(b"</", b"<t>" + text + b"</t></", 1)
            new.writestr(one, body)

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(buffer.getvalue())

    assert refused.value.code == "file-too-large-inside"


def test_a_sheet_that_says_one_thing_over_and_over_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_SHRINKS_FROM", 1024 * 1024)
    content = xlsx_bytes(SIMPLE_HEADERS, _rows())
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            body = old.read(one)
            if one == "xl/worksheets/sheet1.xml":
                body = body.replace(b"</sheetData>", b"<row/>" * 2_000_000 + b"</sheetData>")
            new.writestr(one, body)

    with pytest.raises(Unreadable) as refused:
        reading.find_dialects(buffer.getvalue())

    assert refused.value.code == "file-too-large-inside"


def test_rows_of_a_workbook_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    content = xlsx_bytes(SIMPLE_HEADERS, _rows(), title=[[], ["Cartera al 31 de enero"], []])

    dialect = reading.find_dialects(content)[0]
    rows = dict(reading.rows_of(content, dialect))

    assert rows[2][0] == "Cartera al 31 de enero"
    assert rows[4] == list(SIMPLE_HEADERS)


def test_at_a_glance_nothing_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("metadatos.txt", "Uuid~Rfc")

    workbook = xlsx_bytes(SIMPLE_HEADERS, _rows())

    def unpacked(*_given: object) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "open", unpacked)
    sniffing.refuse_at_a_glance(packed.getvalue())
    sniffing.refuse_at_a_glance(workbook)
    with pytest.raises(AssertionError, match="unpacked"):
        sniffing.find_format(packed.getvalue())

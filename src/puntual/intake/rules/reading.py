"""Rows of cells out of the bytes of a file, one at a time."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

from python_calamine import CalamineError, CalamineWorkbook

from puntual.intake.rules import sniffing
from puntual.intake.rules.sniffing import Unreadable
from puntual.intake.types import Dialect, FileFormat

Cell = str | float | date
Row = tuple[int, list[Cell]]
_SAMPLE_CHARACTERS = 128 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CONTROLS_SHARE_MAX = 0.02


def open_text(content: bytes, *, encoding: str) -> io.TextIOWrapper:
    """Decode a file as it is read. Bytes that do not fit stay visible as lone surrogates."""
    errors = "strict" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors=errors, newline="")


def find_dialects(content: bytes) -> list[Dialect]:
    """
    Say how a file is written, the header row still open; a workbook has one dialect per sheet.

    Raises: Unreadable.
    """
    if sniffing.find_format(content) is FileFormat.CSV:
        encoding, _ = sniffing.find_encoding(content)
        try:
            sample = open_text(content, encoding=encoding).read(_SAMPLE_CHARACTERS)
        except UnicodeError as error:
            raise Unreadable("file-binary") from error
        if len(_CONTROLS.findall(sample)) > len(sample) * _CONTROLS_SHARE_MAX:
            raise Unreadable("file-binary")
        # The last line of a sample is cut off.
        whole = sample if len(sample) < _SAMPLE_CHARACTERS else sample[: sample.rfind("\n") + 1]
        separator = sniffing.find_separator(whole or sample)
        return [Dialect(format=FileFormat.CSV, header_row=0, encoding=encoding, separator=separator)]
    is_1904 = sniffing.check_workbook(content)
    try:
        names = [sheet.name for sheet in CalamineWorkbook.from_object(io.BytesIO(content)).sheets_metadata]
    except CalamineError as error:
        raise Unreadable("file-broken") from error
    return [
        Dialect(
            format=FileFormat.XLSX,
            header_row=0,
            sheet=name,
            other_sheets=tuple(other for other in names if other != name),
            is_1904=is_1904,
        )
        for name in names
    ]


def rows_of(content: bytes, dialect: Dialect) -> Iterator[Row]:
    """
    Yield every row with its number, counted from 1 as a spreadsheet does, blank rows included.

    Raises: Unreadable when the file breaks off in the middle.
    """
    if dialect.format is FileFormat.CSV:
        yield from _text_rows(content, dialect)
    else:
        yield from _sheet_rows(content, dialect)


def _text_rows(content: bytes, dialect: Dialect) -> Iterator[Row]:
    number = 0
    reader = csv.reader(open_text(content, encoding=dialect.encoding), delimiter=dialect.separator)
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells  # type: ignore[misc]
    except (csv.Error, UnicodeError) as error:
        raise Unreadable("file-broken-row", str(number + 1)) from error


def _sheet_rows(content: bytes, dialect: Dialect) -> Iterator[Row]:
    try:
        sheet = CalamineWorkbook.from_object(io.BytesIO(content)).get_sheet_by_name(dialect.sheet)
        for number, cells in enumerate(sheet.iter_rows(), 1):
            yield number, [_plain(cell) for cell in cells]
    except CalamineError as error:
        raise Unreadable("file-broken") from error


def _plain(cell: object) -> Cell:
    """Keep text, numbers and days; write anything else as text."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (str, float, date)):
        return cell
    if isinstance(cell, int):
        return float(cell)
    return str(cell)

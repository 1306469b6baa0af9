"""Rows of cells out of the bytes of a file, one at a time; whatever its format, nothing after differs."""

import csv
import hashlib
import io
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import TypeVar, cast

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from puntual.intake.rules import (
    archives,
    dbase,
    encodings,
    fixed_width,
    pages,
    records,
    sniffing,
    spreadsheet_xml,
)
from puntual.intake.rules.cfdi import reading as cfdi
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import Dialect, FileFormat

Cell = str | float | date
Row = tuple[int, list[Cell]]
Found = TypeVar("Found")
_SAMPLE_CHARACTERS = 128 * 1024
_KEPT = frozenset({str, float, date, datetime})
_WORKBOOKS = (FileFormat.XLSX, FileFormat.XLS, FileFormat.ODS)


class OpenedFile:
    """The bytes of a file, with what was found and parsed of them kept, so that nothing is parsed twice."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._digest = ""
        self._dialects: list[Dialect] | None = None
        self._book: CalamineWorkbook | None = None
        self._sheets: dict[str, CalamineSheet] = {}
        self._text = ""
        # A page or an XML in bytes of ASCII tags, and the encoding of its words.
        self._plain: tuple[bytes, str] | None = None
        self._tables: dict[str, pages.PageTable] = {}
        self._table: dbase.Table | None = None
        self._headers: dict[str, list[str]] = {}
        self._found: dict[Hashable, object] = {}

    @property
    def digest(self) -> str:
        """Return the hash by which the file is known where it is kept."""
        if not self._digest:
            self._digest = _hashed(self.content)
        return self._digest

    def dialects(self) -> list[Dialect]:
        """
        Say how the file is written, the header row still open; one dialect for every way to read it.

        Raises: Unreadable.
        """
        if self._dialects is None:
            self._dialects = self._find_dialects()
        return self._dialects

    def rows(self, dialect: Dialect) -> Iterator[Row]:
        """
        Yield every row with its number, counted from 1 as a spreadsheet does, blank rows included.

        Raises: Unreadable when the file breaks off in the middle.
        """
        if dialect.format in _WORKBOOKS:
            return self._sheet_rows(dialect)
        if dialect.format is FileFormat.CFDI:
            return cfdi.rows_of(self.content)  # type: ignore[return-value]
        others = {
            FileFormat.JSON: self._object_rows,
            FileFormat.HTML: self._page_rows,
            FileFormat.XML: self._xml_rows,
            FileFormat.DBF: self._record_rows,
        }
        return others.get(dialect.format, self._text_rows)(dialect)

    def once(self, key: Hashable, make: Callable[[], Found]) -> Found:
        """Return what was found under a key before, or find it: whoever asks again asks the same bytes."""
        if key not in self._found:
            self._found[key] = make()
        return cast(Found, self._found[key])

    def _find_dialects(self) -> list[Dialect]:
        file_format = sniffing.find_format(self.content)
        if file_format in _WORKBOOKS:
            return self._sheets_of(file_format)
        if file_format is FileFormat.CFDI:
            return [Dialect(format=FileFormat.CFDI, header_row=1)]
        others = {
            FileFormat.JSON: self._lists_of,
            FileFormat.HTML: self._tables_of,
            FileFormat.XML: self._xml_sheets_of,
            FileFormat.DBF: self._records_of,
        }
        return others.get(file_format, self._texts_of)()

    def _texts_of(self) -> list[Dialect]:
        encoding, _ = encodings.find_encoding(self.content)
        try:
            sample = open_text(self.content, encoding=encoding).read(_SAMPLE_CHARACTERS)
        except UnicodeError as error:
            raise Unreadable("file-binary") from error
        sniffing.refuse_controls(sample)
        sniffing.refuse_statement(sample)
        # The last line of a sample is cut off.
        whole = sample if len(sample) < _SAMPLE_CHARACTERS else sample[: sample.rfind("\n") + 1] or sample
        separator, evenness = sniffing.find_separator(whole)
        found = [Dialect(format=FileFormat.CSV, header_row=0, encoding=encoding, separator=separator)]
        gaps = fixed_width.find_gaps(whole) if len(whole.splitlines()) > 1 and evenness < float("inf") else ()
        if gaps and len(gaps) / 2 > evenness:
            found.append(Dialect(format=FileFormat.FIXED, header_row=0, encoding=encoding, cuts=gaps))
        return found

    def _text_rows(self, dialect: Dialect) -> Iterator[Row]:
        return text_rows(io.BytesIO(self.content), dialect)

    def _sheets_of(self, file_format: FileFormat) -> list[Dialect]:
        is_1904 = archives.check_workbook(self.content, file_format=file_format)
        try:
            self._book = CalamineWorkbook.from_object(io.BytesIO(self.content))
            names = [
                sheet.name for sheet in self._book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet
            ]
        except PasswordError as error:
            raise Unreadable("file-encrypted") from error
        except (CalamineError, ValueError, OSError) as error:
            raise Unreadable("file-broken") from error
        return _one_for_each(names, Dialect(format=file_format, header_row=0, is_1904=is_1904))

    def _sheet_rows(self, dialect: Dialect) -> Iterator[Row]:
        for number, cells in enumerate(self._sheet(dialect.sheet).iter_rows(), 1):
            is_kept = _KEPT.issuperset(map(type, cells))
            yield number, cells if is_kept else [_plain(cell) for cell in cells]

    def _sheet(self, name: str) -> CalamineSheet:
        if name not in self._sheets:
            self.dialects()
            if self._book is None:
                raise Unreadable("file-broken")
            try:
                self._sheets[name] = self._book.get_sheet_by_name(name)
            except (CalamineError, ValueError, OSError) as error:
                raise Unreadable("file-broken") from error
        return self._sheets[name]

    def forget_others(self, dialect: Dialect) -> None:
        """Let go of the sheets that were looked at and not chosen."""
        self._sheets = {name: sheet for name, sheet in self._sheets.items() if name == dialect.sheet}

    def _lists_of(self) -> list[Dialect]:
        encoding, _ = encodings.find_encoding(self.content)
        names = records.find_lists(self._decoded(encoding))
        return _one_for_each(names, Dialect(format=FileFormat.JSON, header_row=1, encoding=encoding))

    def _object_rows(self, dialect: Dialect) -> Iterator[Row]:
        """Yield the names of a list of objects as the first row, then one row for each object."""
        text = self._decoded(dialect.encoding)
        if dialect.sheet not in self._headers:
            self._headers[dialect.sheet] = records.header_of(text, name=dialect.sheet)
        header = self._headers[dialect.sheet]
        yield 1, list(header)
        for number, one in enumerate(records.objects_of(text, name=dialect.sheet), 2):
            cells = records.flat(one)
            yield number, [cells.get(name, "") for name in header]

    def _tables_of(self) -> list[Dialect]:
        page, encoding = self._page()
        self._tables = {}
        found = pages.find_tables(page, encoding=encoding)
        for table in found:
            self._tables[f"Tabla {table.number}" if len(found) > 1 else ""] = table
        return _one_for_each(
            list(self._tables), Dialect(format=FileFormat.HTML, header_row=0, encoding=encoding)
        )

    def _page(self) -> tuple[bytes, str]:
        if self._plain is None:
            self._plain = pages.in_bytes(self.content)
        return self._plain

    def _page_rows(self, dialect: Dialect) -> Iterator[Row]:
        page, encoding = self._page()
        self.dialects()
        if dialect.sheet not in self._tables:
            raise Unreadable("file-broken")
        table = self._tables[dialect.sheet]
        for number, row in enumerate(pages.rows_of(page, encoding=encoding, table=table), 1):
            yield number, cast(list[Cell], row)

    def _xml_sheets_of(self) -> list[Dialect]:
        self._plain = (spreadsheet_xml.in_utf8(self.content), "utf-8")
        names = spreadsheet_xml.find_sheets(self._plain[0])
        is_1904 = spreadsheet_xml.is_1904(self._plain[0])
        return _one_for_each(names, Dialect(format=FileFormat.XML, header_row=0, is_1904=is_1904))

    def _xml_rows(self, dialect: Dialect) -> Iterator[Row]:
        names = [one.sheet for one in self.dialects()]
        if self._plain is None or dialect.sheet not in names:
            raise Unreadable("file-broken")
        rows = spreadsheet_xml.rows_of(self._plain[0], sheet=names.index(dialect.sheet))
        return enumerate(rows, 1)

    def _records_of(self) -> list[Dialect]:
        table = self._records()
        return [Dialect(format=FileFormat.DBF, header_row=1, encoding=table.encoding, unread=table.unread)]

    def _records(self) -> dbase.Table:
        if self._table is None:
            self._table = dbase.Table(self.content)
        return self._table

    def _record_rows(self, _dialect: Dialect) -> Iterator[Row]:
        """Yield the names of the columns as the first row, then one row for each record."""
        table = self._records()
        yield 1, list(table.headers)
        yield from enumerate(table.rows(), 2)

    def _decoded(self, encoding: str) -> str:
        if not self._text:
            try:
                self._text = open_text(self.content, encoding=encoding).read()
            except UnicodeError as error:
                raise Unreadable("file-binary") from error
        return self._text


class _Kept(threading.local):
    """The files that this thread keeps open; None where it keeps none."""

    files: list[OpenedFile] | None = None


_kept = _Kept()


@contextmanager
def kept_open() -> Iterator[None]:
    """Keep what is opened within the block open until its end: loading, preview and apply parse a file once."""
    if _kept.files is not None:
        yield
        return
    _kept.files = []
    try:
        yield
    finally:
        _kept.files = None


def opened(content: bytes | OpenedFile) -> OpenedFile:
    """Return a file as it was opened, or open its bytes."""
    if isinstance(content, OpenedFile):
        return content
    for file in _kept.files or ():
        if file.content == content:
            return file
    file = OpenedFile(content)
    if _kept.files is not None:
        _kept.files.append(file)
    return file


def kept_content(*, digest: str) -> bytes | None:
    """Return the bytes of a file that this thread keeps open, so that a large one does not stand in memory twice."""
    return next((file.content for file in _kept.files or () if file.digest == digest), None)


def digest_of(content: bytes) -> str:
    """Return the hash of a file, worked out once where this thread keeps it open."""
    kept = next((file for file in _kept.files or () if file.content is content), None)
    return kept.digest if kept else _hashed(content)


def _hashed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def open_text(content: bytes, *, encoding: str) -> io.TextIOWrapper:
    """Decode a file as it is read. Bytes that do not fit stay visible as lone surrogates."""
    return _decoded_text(io.BytesIO(content), encoding=encoding)


def _decoded_text(source: io.BytesIO | io.BufferedReader, *, encoding: str) -> io.TextIOWrapper:
    errors = "strict" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    return io.TextIOWrapper(source, encoding=encoding, errors=errors, newline="")


def text_rows(source: io.BytesIO | io.BufferedReader, dialect: Dialect) -> Iterator[Row]:
    """
    Yield every row of a text with its number, as its bytes come.

    Raises: Unreadable when it breaks off in the middle.
    """
    text = _decoded_text(source, encoding=dialect.encoding)
    lines: Iterable[list[str]] = csv.reader(text, delimiter=dialect.separator or ",")
    if dialect.format is FileFormat.FIXED:
        lines = (fixed_width.cut(line.rstrip("\r\n"), dialect.cuts) for line in text)
    numbers = count(1)
    try:
        yield from zip(numbers, lines, strict=False)
    except (csv.Error, UnicodeError) as error:
        raise Unreadable("file-broken-row", str(next(numbers) - 1)) from error


def find_dialects(content: bytes | OpenedFile) -> list[Dialect]:
    """
    Say how a file is written, the header row still open; a workbook has one dialect per sheet.

    Raises: Unreadable.
    """
    return opened(content).dialects()


def rows_of(content: bytes | OpenedFile, dialect: Dialect) -> Iterator[Row]:
    """
    Yield every row with its number, counted from 1 as a spreadsheet does, blank rows included.

    Raises: Unreadable when the file breaks off in the middle.
    """
    return opened(content).rows(dialect)


def _one_for_each(names: Sequence[str], dialect: Dialect) -> list[Dialect]:
    """Give every sheet, table or list of a file its own dialect."""
    return [
        replace(dialect, sheet=name, other_sheets=tuple(other for other in names if other != name))
        for name in names
    ]


def _plain(cell: object) -> Cell:
    """Keep text, numbers and days; write anything else as text."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (str, float, date)):
        return cell
    if isinstance(cell, int):
        return float(cell)
    return str(cell)

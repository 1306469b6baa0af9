"""Files that are boxes of files: what kind of box, and whether it may be opened at all."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import FileFormat

# A workbook that unpacks to more than this, or spans more cells, is an attack or a mistake.
UNPACKED_BYTES_MAX = 1024 * 1024 * 1024
WORKBOOK_CELLS_MAX = 30_000_000
# Sheets shrink to a tenth or a fiftieth; what shrinks so much more says one thing over and over.
_SHRINKS_MAX = 200
_SHRINKS_FROM = 64 * 1024 * 1024
# A cell holds 32,767 characters, each written with six at most: longer than this, nothing stands between two tags.
_TEXT_LENGTH_MAX = 256 * 1024
_PIECE = 1024 * 1024
# A tag longer than this is none that a spreadsheet writes.
_TAG_LENGTH_MAX = 4 * _PIECE
# What may stand before the first tag: blanks, and the mark of an encoding.
_BEFORE_XML = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"
# All rows of a sheet fit into so few columns.
_ROWS_AT_A_GLANCE, _COLUMNS_AT_A_GLANCE = 99_999, 26
_FAR_CELL = re.compile(rb'r="([A-Z]{2,3}|[A-Z](?=\d{6}))(\d{1,7})"')
_CELL = re.compile(rb'r="([A-Z]{1,3})(\d{1,7})"')
_DATE_1904 = re.compile(rb'date1904="(1|true)"')
_DIRECTORY = re.compile(rb"Workbook|Book|EncryptedPackage|WordDocument|PowerPoint Document|__substg1")
_DATE_MODE = re.compile(rb"\x22\x00\x02\x00([\x00\x01])\x00")
_ODS_TAG = re.compile(
    rb"""<table:(table|table-row|table-cell|covered-table-cell)((?:\s(?:[^>"']|"[^"]*"|'[^']*')*?)?)(/?)>"""
)
_ODS_ROWS = re.compile(rb"number-rows-repeated=[\"'](\d{1,9})[\"']")
_ODS_COLUMNS = re.compile(rb"number-columns-repeated=[\"'](\d{1,9})[\"']")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


def format_of_zip(content: bytes) -> FileFormat:
    """
    Tell workbooks from other archives.

    Raises: Unreadable.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (*_BROKEN, RuntimeError) as error:
        raise Unreadable("file-broken") from error
    if "xl/workbook.xml" in names:
        return FileFormat.XLSX
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return FileFormat.ODS
    if "xl/workbook.bin" in names:
        raise Unreadable("file-xlsb")
    if kind.startswith(b"application/vnd.oasis.opendocument") or any(
        name.startswith(("word/", "ppt/")) for name in names
    ):
        raise Unreadable("file-document")
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise Unreadable("file-numbers")
    raise Unreadable("file-archive")


def format_of_ole(content: bytes) -> FileFormat:
    """
    Tell old workbooks from everything else that old Office wrote, and from workbooks with a password.

    Raises: Unreadable.
    """
    names = {found[0] for found in _DIRECTORY.finditer(content.replace(b"\0", b""))}
    if b"EncryptedPackage" in names:
        raise Unreadable("file-encrypted")
    if names & {b"Workbook", b"Book"}:
        return FileFormat.XLS
    if names:
        raise Unreadable("file-document")
    raise Unreadable("file-broken")


def check_workbook(content: bytes, *, file_format: FileFormat) -> bool:
    """
    Make sure that a workbook may be opened, and say whether its days count from 1904.

    A sheet is laid out as a rectangle in memory: one cell far away can take all of it.

    Raises: Unreadable.
    """
    if file_format is FileFormat.XLS:
        # Not compressed, and 65,536 rows of 256 columns at most.
        mode = _DATE_MODE.search(content)
        return bool(mode and mode[1] == b"\x01")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if any(member.flag_bits & 1 for member in members):
                raise Unreadable("file-encrypted")
            if sum(member.file_size for member in members) > UNPACKED_BYTES_MAX:
                raise Unreadable("file-too-large-inside")
            _check_shrinking(members)
            if file_format is FileFormat.ODS:
                _check_ods(archive)
                return False
            for member in members:
                # Wherever it lies: a workbook names its sheets' places itself.
                _check_sheet(archive, member)
            return bool(_DATE_1904.search(archive.read("xl/workbook.xml")))
    except Unreadable:
        raise
    except (*_BROKEN, KeyError, RuntimeError) as error:
        raise Unreadable("file-broken") from error


def _check_shrinking(members: Sequence[zipfile.ZipInfo]) -> None:
    for member in members:
        if member.file_size > _SHRINKS_FROM and member.file_size > _SHRINKS_MAX * member.compress_size:
            raise Unreadable("file-too-large-inside")


def _check_sheet(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """
    Make sure that the rectangle of a sheet fits.

    Most sheets show at a glance that it does: few columns, or few rows; only the others are measured.
    """
    row_max, column_max = _ROWS_AT_A_GLANCE, _COLUMNS_AT_A_GLANCE
    for text in _overlapping(archive, member):
        for letters, digits in set(_FAR_CELL.findall(text)):
            column_max = max(column_max, _column_number(letters))
            row_max = max(row_max, int(digits))
    if row_max * column_max <= WORKBOOK_CELLS_MAX:
        return
    row_max = column_max = 0
    for text in _overlapping(archive, member):
        found = set(_CELL.findall(text))
        column_max = max(column_max, max((_column_number(one) for one, _ in found), default=0))
        row_max = max(row_max, max((int(digits) for _, digits in found), default=0))
        if row_max * column_max > WORKBOOK_CELLS_MAX:
            raise Unreadable("file-too-many-cells")


def _overlapping(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a member in pieces that overlap by more than the name of a cell; only double quotes are left."""
    rest = b""
    for piece in _without_long_texts(_pieces(archive, member)):
        text = (rest + piece).replace(b"'", b'"')
        yield text
        rest = text[-24:]


def _without_long_texts(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """
    Pass on pieces of XML in which no text is longer than a cell may be: it would be held in memory several times.

    What does not begin as XML, a picture, is passed on as it is. Raises: Unreadable.
    """
    length, is_xml = 0, None
    for piece in pieces:
        begin = piece.lstrip(_BEFORE_XML)[:1]
        is_xml = begin in (b"<", b"") if is_xml is None else is_xml
        if is_xml:
            _check_text(piece)
        first = piece.find(b"<")
        if is_xml and length + (len(piece) if first < 0 else first) > _TEXT_LENGTH_MAX:
            raise Unreadable("file-too-large-inside")
        length = length + len(piece) if first < 0 else len(piece) - piece.rfind(b"<")
        yield piece


def _check_text(piece: bytes) -> None:
    """Refuse a long text within a piece, whatever stands at its ends."""
    for start in range(0, len(piece) - _TEXT_LENGTH_MAX + 1, _TEXT_LENGTH_MAX):
        if piece.find(b"<", start, start + _TEXT_LENGTH_MAX) < 0:
            raise Unreadable("file-too-large-inside")


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    read = 0
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            read += len(piece)
            if read > UNPACKED_BYTES_MAX:
                raise Unreadable("file-too-large-inside")
            yield piece


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class _Rectangle:
    """How far the filled cells of a sheet of an OpenDocument workbook reach, repeats counted."""

    def __init__(self) -> None:
        self.rows = self.width = self._row = self._column = self._repeat = 0
        self._is_filled = False

    def see(self, name: bytes, attributes: bytes, is_closed: bool) -> None:
        """Take one tag into account."""
        if name == b"table":
            self._row, self.rows = 0, 0
        elif name == b"table-row":
            self._end_row()
            self._repeat = _repeated(_ODS_ROWS, attributes)
        else:
            self._column += _repeated(_ODS_COLUMNS, attributes)
            if not is_closed or b"value-type" in attributes or b"formula" in attributes:
                self._is_filled, self.width = True, max(self.width, self._column)
            if self._is_filled:
                self.rows = self._row + self._repeat

    def _end_row(self) -> None:
        self._row += self._repeat
        self._column, self._is_filled, self._repeat = 0, False, 0


def _repeated(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes) if b"repeated" in attributes else None
    return int(found[1]) if found else 1


def _check_ods(archive: zipfile.ZipFile) -> None:
    """Make sure that the rectangles of an OpenDocument workbook fit: one tag may stand for a million cells."""
    names = archive.namelist()
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Unreadable("file-encrypted")
    rectangle, rest = _Rectangle(), b""
    for piece in _pieces(archive, archive.getinfo("content.xml")):
        text = rest + piece
        end = text.rfind(b"<")
        for found in _ODS_TAG.finditer(text, 0, end):
            rectangle.see(found[1], found[2], found[3] == b"/")
            if rectangle.rows * rectangle.width > WORKBOOK_CELLS_MAX:
                raise Unreadable("file-too-many-cells")
        rest = text[end:]
        if len(rest) > _TAG_LENGTH_MAX:
            raise Unreadable("file-too-large-inside")

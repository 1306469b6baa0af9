"""What a file is: its format, encoding and separator. Everything that is no table is refused here."""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections import Counter

from charset_normalizer import from_bytes

from puntual.intake.types import FileFormat

_HEAD = 64 * 1024
_PIECE = 1024 * 1024
# A workbook that unpacks to more than this, or spans more cells, is an attack or a mistake.
UNPACKED_BYTES_MAX = 1024 * 1024 * 1024
WORKBOOK_CELLS_MAX = 30_000_000
SEPARATORS = (",", ";", "\t", "|")
_SEPARATOR_HINT = re.compile(r"^sep=(.)\s*$", re.IGNORECASE)
_CELL = re.compile(rb'\sr="([A-Z]{1,3})(\d{1,7})"')
_DATE_1904 = re.compile(rb'date1904="(1|true)"')
# Letters and signs of Spanish and Portuguese text: what a wrong encoding hardly ever shows.
_AT_HOME = frozenset("áéíóúüñÁÉÍÓÚÜÑ¿¡ªº°çÇãõâêôàÃÕÂÊÔÀ€–—“”‘’«»´·$")
_SINGLE_BYTE = ("cp1252", "latin-1", "cp850", "mac_roman")
_MAGIC = {
    b"%PDF": "file-pdf",
    b"\xd0\xcf\x11\xe0": "file-old-excel",
    b"\x89PNG": "file-image",
    b"\xff\xd8\xff": "file-image",
    b"GIF8": "file-image",
    b"\x1f\x8b": "file-archive",
    b"7z\xbc\xaf": "file-archive",
    b"Rar!": "file-archive",
    b"MZ": "file-binary",
    b"\x7fELF": "file-binary",
}


class Unreadable(ValueError):
    """The file is no table that we can read; `code` says why, `detail` what was seen."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def find_format(content: bytes) -> FileFormat:
    """
    Tell a workbook from a text file.

    Raises: Unreadable.
    """
    if not content.strip():
        raise Unreadable("file-empty")
    for magic, code in _MAGIC.items():
        if content.startswith(magic):
            raise Unreadable(code)
    if content.startswith(b"PK"):
        return FileFormat.XLSX
    start = content[:512].lstrip(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        raise Unreadable("file-html")
    if start.startswith(b"<"):
        raise Unreadable("file-xml")
    if start.startswith((b"{", b"[")):
        raise Unreadable("file-json")
    return FileFormat.CSV


def check_workbook(content: bytes) -> bool:
    """
    Make sure that a workbook may be opened, and say whether its days count from 1904.

    A sheet is laid out as a rectangle in memory: one cell far away can take all of it.

    Raises: Unreadable.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise Unreadable("file-archive")
            if sum(member.file_size for member in members) > UNPACKED_BYTES_MAX:
                raise Unreadable("file-too-large-inside")
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    _check_sheet(archive, member)
            return bool(_DATE_1904.search(archive.read("xl/workbook.xml")))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Unreadable("file-broken") from error


def _check_sheet(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    row_max = column_max = read = 0
    rest = b""
    with archive.open(member) as sheet:
        while piece := sheet.read(_PIECE):
            read += len(piece)
            if read > UNPACKED_BYTES_MAX:
                raise Unreadable("file-too-large-inside")
            text = rest + piece
            for letters, digits in _farthest(text):
                column_max = max(column_max, letters)
                row_max = max(row_max, digits)
            if row_max * column_max > WORKBOOK_CELLS_MAX:
                raise Unreadable("file-too-many-cells")
            rest = text[-24:]


def _farthest(text: bytes) -> list[tuple[int, int]]:
    found = set(_CELL.findall(text))
    columns = {letters for letters, _ in found}
    widest = max((_column_number(letters) for letters in columns), default=0)
    lowest = max((int(digits) for _, digits in found), default=0)
    return [(widest, lowest)]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def find_encoding(content: bytes) -> tuple[str, bool]:
    """
    Name the encoding of a text file, and say whether every byte of it fits.

    Raises: Unreadable when it is no text.
    """
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", True
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", True
    head = content[:_HEAD]
    if b"\0" in head:
        return _wide_encoding(head), True
    good, bad = _weigh_utf8(content)
    name = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    if bad == 0:
        return name, True
    if good >= 4 * bad:
        return name, False
    return _single_byte_encoding(content), True


def _wide_encoding(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    raise Unreadable("file-binary")


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE], start + _PIECE >= len(content))
    except UnicodeDecodeError:
        return False
    return True


def _weigh_utf8(content: bytes) -> tuple[int, int]:
    """Count characters beyond ASCII that are good UTF-8, and bytes that are none."""
    if _is_utf8(content):
        return 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = 0
    for start in range(0, len(content), _PIECE):
        text = decoder.decode(content[start : start + _PIECE], start + _PIECE >= len(content))
        if text.isascii():
            continue
        broken = sum(1 for char in text if "\udc80" <= char <= "\udcff")
        bad += broken
        good += sum(1 for char in text if char > "\x7f") - broken
    return good, bad


def _single_byte_encoding(content: bytes) -> str:
    """Choose among the encodings of one byte; Spanish letters weigh more than what statistics say."""
    counts = Counter(byte for byte in content[: 4 * _PIECE] if byte > 0x7F)
    fit = {name: _fit(counts, name) for name in _SINGLE_BYTE}
    best = max(_SINGLE_BYTE, key=lambda name: fit[name])
    beyond = [start for start, byte in enumerate(content[: 4 * _PIECE]) if byte > 0x7F]
    start = max(0, (beyond[0] if beyond else 0) - 1024)
    guess = from_bytes(content[start : start + _HEAD], cp_isolation=list(_SINGLE_BYTE)).best()
    name = {"cp1252": "cp1252", "latin_1": "latin-1", "cp850": "cp850", "mac_roman": "mac_roman"}.get(
        guess.encoding if guess else "", ""
    )
    return name if name and fit[name] >= fit[best] else best


def _fit(counts: Counter[int], encoding: str) -> int:
    total = 0
    for byte, count in counts.items():
        try:
            char = bytes((byte,)).decode(encoding)
        except UnicodeDecodeError:
            return -(10**12)
        if char in _AT_HOME:
            total += 2 * count
        elif not char.isalpha():
            total -= count
    return total


def find_separator(text: str) -> str:
    """Name the separator of which the lines of a sample make the most even and widest table."""
    hint = _SEPARATOR_HINT.match(text.partition("\n")[0])
    if hint:
        return hint[1]
    scores = {separator: _evenness(text, separator) for separator in SEPARATORS}
    return max(SEPARATORS, key=lambda separator: scores[separator])


def _evenness(text: str, separator: str) -> float:
    widths: Counter[int] = Counter()
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(cells):
                widths[len(cells)] += 1
    except csv.Error:
        pass
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (count / widths.total()) * (width - 1)

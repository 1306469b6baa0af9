"""What a file is: its format and separator. Everything that is no table is refused here, by its name."""

import codecs
import csv
import io
import re
from collections import Counter

from puntual.intake.rules import archives, dbase, encodings, pages, spreadsheet_xml
from puntual.intake.rules.cfdi import reading as cfdi
from puntual.intake.rules.refusals import Unreadable as Unreadable
from puntual.intake.types import FileFormat

SEPARATORS = (",", ";", "\t", "|")
# Tried only where none of the usual ones makes a table.
_RARE_SEPARATORS = ("~", "^", "\x1f", "¦", "│")
_SEPARATOR_HINT = re.compile(r"^\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)
# Anything but blanks and marks; `strip` would copy a large file.
_FILLED = re.compile(rb"[^ \t\r\n\0\xef\xbb\xbf]")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_START = 4096
_MAGIC = (
    (0, b"%PDF", "file-pdf"),
    (0, b"{\\rtf", "file-document"),
    (0, b"\x89PNG", "file-image"),
    (0, b"\xff\xd8\xff", "file-image"),
    (0, b"GIF8", "file-image"),
    (0, b"II*\0", "file-image"),
    (0, b"MM\0*", "file-image"),
    (0, b"BM", "file-image-bmp"),
    (8, b"WEBP", "file-image"),
    (4, b"ftyphei", "file-image"),
    (4, b"ftypmif", "file-image"),
    (0, b"SQLite format 3\0", "file-database"),
    (4, b"Standard Jet DB", "file-database"),
    (4, b"Standard ACE DB", "file-database"),
    (0, b"PAR1", "file-parquet"),
    (0, b"ORC", "file-parquet-orc"),
    (0, b"ARROW1", "file-parquet"),
    (0, b"\x1f\x8b", "file-archive"),
    (0, b"BZh", "file-archive-bz"),
    (0, b"\xfd7zXZ\0", "file-archive"),
    (0, b"(\xb5/\xfd", "file-archive"),
    (0, b"7z\xbc\xaf", "file-archive"),
    (0, b"Rar!", "file-archive"),
    (257, b"ustar", "file-archive"),
    (0, b"MZ", "file-binary-mz"),
    (0, b"\x7fELF", "file-binary"),
)
# So few letters may also begin a text: a column "BMO", a firm "ORCA".
_ALSO_TEXT = {
    "file-image-bmp": "file-image",
    "file-parquet-orc": "file-parquet",
    "file-archive-bz": "file-archive",
    "file-binary-mz": "file-binary",
}
_STATEMENTS = (
    (re.compile(r"^\s*(OFXHEADER|<OFX>|<\?OFX)", re.IGNORECASE), "OFX"),
    (re.compile(r"^(\{1:F01|:(20|25|28C?|60[FM]|61|62[FM]|86|940):)"), "MT940"),
    (re.compile(r"^!Type:", re.IGNORECASE), "QIF"),
    (re.compile(r"^0[12](RETORNO|REMESSA)|^\d{8}\s{6,}.{100}"), "CNAB"),
)
_XML_STATEMENTS = (("iso:std:iso:20022", "camt"), ("<spei_tercero", "CEP"), ("<ofx>", "OFX"))
_STATEMENT_LINES = 60
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1e]")
_CONTROLS_SHARE_MAX = 0.02


def refuse_at_a_glance(content: bytes) -> None:
    """
    Refuse what its first letters, or the names in its archive, tell to be no table.

    No row is read and nothing unpacked: what else may be wrong with a file shows when it is read.

    Raises: Unreadable.
    """
    if find_format(content, at_a_glance=True) is not FileFormat.CSV:
        return
    start = content[:_START]
    if b"\0" in start:
        encodings.find_encoding(start)
        return
    text = start.decode("latin-1")
    refuse_controls(text)
    refuse_statement(text)


def find_format(content: bytes, *, at_a_glance: bool = False) -> FileFormat:
    """
    Tell workbooks, tables, JSON and text from each other; at a glance, an archive of texts is taken for lists of
    the SAT.

    Raises: Unreadable when it is anything else.
    """
    if not _FILLED.search(content):
        raise Unreadable("file-empty")
    for place, magic, code in _MAGIC:
        if content.startswith(magic, place):
            if code in _ALSO_TEXT and b"\0" not in content[:_START]:
                continue
            raise Unreadable(_ALSO_TEXT.get(code, code))
    if cfdi.is_cfdi(content, at_a_glance=at_a_glance):
        return FileFormat.CFDI
    if content.startswith(_OLE):
        return archives.format_of_ole(content)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return archives.format_of_zip(content)
    if dbase.is_table(content):
        return FileFormat.DBF
    if spreadsheet_xml.is_spreadsheet(content):
        return FileFormat.XML
    start = _opening(content)
    if start.startswith("mime-version:") and "multipart/related" in start:
        raise Unreadable("file-mhtml")
    if start.startswith("<"):
        for mark, name in _XML_STATEMENTS:
            if mark in start:
                raise Unreadable("file-bank-statement", name)
    if pages.is_page(start.encode("latin-1")):
        return FileFormat.HTML
    if start.startswith("<"):
        raise Unreadable("file-xml")
    if start.startswith(("{", "[")) and not start.startswith("{1:"):
        return FileFormat.JSON
    return FileFormat.CSV


def _opening(content: bytes) -> str:
    """Return the first letters of a text, whatever its width."""
    start = content[:_START]
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").decode("latin-1").lstrip().lower()


def refuse_controls(text: str) -> None:
    """
    Refuse what has more control characters than any text.

    Raises: Unreadable.
    """
    if len(_CONTROLS.findall(text)) > len(text) * _CONTROLS_SHARE_MAX:
        raise Unreadable("file-binary")


def refuse_statement(text: str) -> None:
    """
    Refuse what banks send: it is read where payments are reconciled, not as a portfolio.

    Raises: Unreadable.
    """
    lines = [line for line in text[:_START].splitlines() if line.strip()][:_STATEMENT_LINES]
    for pattern, name in _STATEMENTS:
        if any(pattern.match(line) for line in lines):
            raise Unreadable("file-bank-statement", name)


def find_separator(text: str) -> tuple[str, float]:
    """Name the separator of which the lines of a sample make the most even and widest table, and how even."""
    hint = _SEPARATOR_HINT.match(text.partition("\n")[0].rstrip("\r"))
    if hint:
        return hint[1], float("inf")
    for separators in (SEPARATORS, _RARE_SEPARATORS):
        scores = {separator: _evenness(text, separator) for separator in separators if separator in text}
        best = max(scores, key=lambda separator: scores[separator], default="")
        if best and scores[best] > 0:
            return best, scores[best]
    return SEPARATORS[0], 0.0


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

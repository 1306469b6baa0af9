"""
Tables of dBase, FoxPro and Clipper (DBF) as rows of cells.

A record that was deleted is still in the file with a mark: it is given as a row that is no row. What the table keeps in
another file (memos, pictures) cannot be read; its columns are left out and named.
"""

import math
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from puntual.intake.rules import encodings
from puntual.intake.rules.cells import number_of
from puntual.intake.rules.refusals import Unreadable

Cell = str | float | date
_HEADER = struct.Struct("<BBBBIHH")
_FIELD = struct.Struct("<11sc4xBB14x")
_HEADER_BYTES = _FIELD_BYTES = 32
_END_OF_FIELDS = 0x0D
_DELETED = b"*"
# FoxBASE, dBase III, dBase IV, FoxPro; with and without memos.
_VERSIONS = frozenset({0x02, 0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0xCB, 0xF5, 0xFB})
_FOXPRO = frozenset({0x30, 0x31, 0x32})
# dBase 7 has another header.
_DBASE_7 = frozenset({0x04, 0x8C})
_TYPES = frozenset(b"CNFDLMGPBITYVWQ0@+O")
_NAME = re.compile(rb"^[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*$")
_CODEPAGES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x10: "cp850",
    0x12: "cp850",
    0x14: "cp850",
    0x16: "cp850",
    0x1A: "cp850",
    0x24: "cp860",
    0x25: "cp850",
    0x37: "cp850",
    0x57: "cp1252",
    0x58: "cp1252",
    0x59: "cp1252",
}
# What FoxPro keeps for itself: which values are null.
_OWN = "0"
_LENGTHS = {"I": 4, "B": 8, "Y": 8, "T": 8}
# After the fields come the end sign and, by program, nothing, a zero, or the place of FoxPro's database.
_AFTER_FIELDS = frozenset({1, 2, 264})
_END_OF_FILE = b"\x1a"
_BEHIND = (b"", _END_OF_FILE, b"\0")
_WEIGHED_BYTES = 4 * 1024 * 1024
# Day 1 of Julian days in the calendar of `date`.
_JULIAN = 1_721_425
_MILLISECONDS = 86_400_000
_TRUTH = {"T": "true", "Y": "true", "S": "true", "V": "true", "F": "false", "N": "false"}


class DeletedRow(list[Cell]):
    """A record that was deleted and still lies in the file."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class _Header:
    version: int
    records: int
    start: int
    length: int
    codepage: str
    fields: tuple[_Field, ...]


def is_table(content: bytes) -> bool:
    """Say whether a file begins as a table of dBase does; many texts begin with one of its letters."""
    if len(content) < _HEADER_BYTES + _FIELD_BYTES or content[0] not in _VERSIONS | _DBASE_7:
        return False
    _version, _year, month, day, _records, start, length = _HEADER.unpack_from(content)
    has_nothing = content[12:14] == b"\0\0" and not content[_HEADER_BYTES - 2 : _HEADER_BYTES].strip(b"\0")
    return month <= 12 and day <= 31 and start > _HEADER_BYTES and length > 0 and has_nothing


class Table:
    """
    One table, its header read.

    Raises: Unreadable when the header is damaged, or names more than the file holds.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._header = _header_of(content)
        self._fields = tuple(
            one
            for one in self._header.fields
            if one.kind in _KINDS_READ and (one.kind != "B" or self._header.version in _FOXPRO)
        )
        self.headers = tuple(one.name for one in self._fields)
        self.unread = tuple(
            one.name for one in self._header.fields if one not in self._fields and one.kind != _OWN
        )
        if not self._fields:
            raise Unreadable("file-no-rows")
        self.encoding = self._encoding()

    def rows(self) -> Iterator[list[Cell]]:
        """Yield one row for each record, deleted ones as rows that are none."""
        header, content = self._header, self._content
        readers = [(one.start, one.start + one.length, self._reader(one)) for one in self._fields]
        for place in range(header.start, header.start + header.records * header.length, header.length):
            record = content[place : place + header.length]
            if record[:1] == _DELETED:
                yield DeletedRow([""] * len(readers))
            else:
                yield [read(record[begin:end]) for begin, end, read in readers]

    def _reader(self, one: _Field) -> Callable[[bytes], Cell]:
        return self._text if one.kind == "C" else _READERS[one.kind]

    def _text(self, raw: bytes) -> Cell:
        return raw.rstrip(b"\0 ").decode(self.encoding, "surrogateescape")

    def _encoding(self) -> str:
        """Name the encoding of the texts: what the header says, unless they read better in another one."""
        header = self._header
        places = [(one.start, one.start + one.length) for one in self._fields if one.kind == "C"]
        texts: list[bytes] = []
        end = header.start + min(header.records * header.length, _WEIGHED_BYTES)
        for place in range(header.start, end, header.length):
            record = self._content[place : place + header.length]
            texts += [record[begin:stop].strip(b"\0 ") for begin, stop in places]
        sample = b"\n".join(text for text in texts if not text.isascii())
        encoding, _ = encodings.find_encoding(sample.replace(b"\0", b""), declared=header.codepage)
        # ASCII alone says nothing: what it declares is shown.
        return encoding if sample else header.codepage or "cp1252"


def _header_of(content: bytes) -> _Header:
    version, _year, _month, _day, records, start, length = _HEADER.unpack_from(content)
    if version in _DBASE_7:
        raise Unreadable("file-dbase-7")
    fields: list[_Field] = []
    place, offset = _HEADER_BYTES, 1
    while place + _FIELD_BYTES <= min(start, len(content)) and content[place] != _END_OF_FIELDS:
        raw, kind, size, decimals = _FIELD.unpack_from(content, place)
        name = raw.partition(b"\0")[0].rstrip()
        if not _NAME.match(name) or kind[0] not in _TYPES or size != _LENGTHS.get(chr(kind[0]), size):
            raise Unreadable("file-broken")
        # Clipper and FoxPro write the length of a long text in two bytes.
        size += decimals * 256 if kind == b"C" else 0
        fields.append(_Field(name.decode("cp1252", "replace"), kind.decode("ascii"), offset, size))
        place, offset = place + _FIELD_BYTES, offset + size
    is_whole = place < len(content) and content[place] == _END_OF_FIELDS and offset == length
    if not fields or not is_whole or start - place not in _AFTER_FIELDS:
        raise Unreadable("file-broken")
    if content[15]:
        raise Unreadable("file-encrypted")
    _check_records(content, records, start, length)
    return _Header(version, records, start, length, _CODEPAGES.get(content[29], ""), tuple(fields))


def _check_records(content: bytes, records: int, start: int, length: int) -> None:
    """
    Refuse a file whose records are not where its header says, or that holds fewer or more of them.

    Each begins with its mark, and behind the last one there is nothing.
    """
    end = start + records * length
    behind = content[end : end + 1]
    is_cut = end > len(content) or (end == len(content) and content.endswith(_END_OF_FILE))
    if is_cut or ((len(content) - start) // length > records and behind not in _BEHIND):
        held = max((len(content) - start) // length - is_cut * (end == len(content)), 0)
        raise Unreadable("file-dbase-count", f"{records} / {held}")
    marks = content[start:end:length]
    if marks.strip(b" *"):
        wrong = next(place for place, mark in enumerate(marks) if mark not in b" *")
        raise Unreadable("file-broken-row", str(wrong + 2))
    if behind not in _BEHIND:
        raise Unreadable("file-broken")


def _number(raw: bytes) -> Cell:
    return number_of(raw.decode("ascii", "surrogateescape").strip(" \0"))


def _day(raw: bytes) -> Cell:
    text = raw.decode("ascii", "surrogateescape").strip(" \0")
    if not text.strip("0"):
        return ""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])) if len(text) == 8 else text
    except ValueError:
        return text


def _truth(raw: bytes) -> Cell:
    text = raw.decode("ascii", "surrogateescape").strip(" \0?")
    return _TRUTH.get(text.upper(), text)


def _moment(raw: bytes) -> Cell:
    day, milliseconds = struct.unpack("<ii", raw)
    if not day:
        return ""
    if not 1 <= day - _JULIAN <= date.max.toordinal() or not 0 <= milliseconds < _MILLISECONDS:
        return f"{day} {milliseconds}"
    found = datetime.fromordinal(day - _JULIAN) + timedelta(milliseconds=milliseconds)
    return found if milliseconds else found.date()


def _double(raw: bytes) -> Cell:
    found: float = struct.unpack("<d", raw)[0]
    return found if math.isfinite(found) else str(found)


def _money(raw: bytes) -> Cell:
    """Read money, which is counted in ten thousandths."""
    return number_of(f"{Decimal(struct.unpack('<q', raw)[0]).scaleb(-4):f}")


_READERS: dict[str, Callable[[bytes], Cell]] = {
    "N": _number,
    "F": _number,
    "D": _day,
    "L": _truth,
    "T": _moment,
    "I": lambda raw: float(struct.unpack("<i", raw)[0]),
    "B": _double,
    "Y": _money,
}
_KINDS_READ = frozenset({"C", *_READERS})

"""The members of a ZIP, one after the other, each unpacked only as far as it may be."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from puntual.intake.rules.refusals import Unreadable

MEMBERS_MAX = 200_000
MEMBER_BYTES_MAX = 16 * 1024 * 1024
# The SAT gives up to a million lines of metadata in one text.
TEXT_BYTES_MAX = 256 * 1024 * 1024
UNPACKED_BYTES_MAX = 4 * 1024 * 1024 * 1024
# What text and XML never reach; below the first bytes a ratio says nothing.
RATIO_MAX = 250
_RATIO_BYTES_MIN = 1024 * 1024
_PIECE = 256 * 1024
_CENTRAL = b"PK\x01\x02"
_END = b"PK\x05\x06"
# From its end record: the size of the list of members and where it begins.
_END_RECORD = struct.Struct("<12sLL")
_END_SEARCHED = 66_000
_ENTRY_BYTES, _ENTRY_LENGTHS_AT = 46, 28
_ENTRY_LENGTHS = struct.Struct("<HHH")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_LABEL_LENGTH_MAX = 160


class Fault(StrEnum):
    """Why a member could not be unpacked."""

    NONE = ""
    TOO_LARGE = "TOO_LARGE"
    BROKEN = "BROKEN"
    NESTED = "NESTED"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive. Its name is a label and nothing else: it is never a path of ours."""

    label: str
    content: bytes
    fault: Fault = Fault.NONE


def label_of(name: str) -> str:
    """Write the name of a member so that it can be shown."""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in name)
    return shown[-_LABEL_LENGTH_MAX:]


def open_archive(content: bytes) -> zipfile.ZipFile:
    """
    Open a ZIP, its list of members counted before it is believed.

    Raises: Unreadable.
    """
    if content.count(_CENTRAL) > MEMBERS_MAX:
        raise Unreadable("archive-too-many", str(MEMBERS_MAX))
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable("file-broken") from error
    if any(member.flag_bits & 0x1 for member in archive.infolist()):
        archive.close()
        raise Unreadable("archive-encrypted")
    return archive


def members_of(archive: zipfile.ZipFile, *, ending: str = "") -> Iterator[Member]:
    """
    Unpack the files of an archive one after the other; folders are no files. With `ending`, only those named so.

    Raises: Unreadable when the whole of it is an attack, or broken.
    """
    unpacked = 0
    for info in archive.infolist():
        if info.is_dir() or not info.filename.lower().endswith(ending):
            continue
        member = _unpack(archive, info)
        unpacked += len(member.content)
        if unpacked > UNPACKED_BYTES_MAX:
            raise Unreadable("file-too-large-inside")
        yield member


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    label = label_of(info.filename)
    if stat.S_ISLNK(info.external_attr >> 16) or info.compress_type not in _METHODS:
        return Member(label, b"", Fault.BROKEN)
    is_text = info.filename.lower().endswith((".txt", ".csv"))
    bytes_max = TEXT_BYTES_MAX if is_text else MEMBER_BYTES_MAX
    pieces: list[bytes] = []
    read = 0
    try:
        with archive.open(info) as file:
            # What was unpacked counts, never what the header says.
            while piece := file.read(_PIECE):
                read += len(piece)
                if read > bytes_max:
                    return Member(label, b"", Fault.TOO_LARGE)
                if read > _RATIO_BYTES_MIN and read > RATIO_MAX * max(info.compress_size, 1):
                    raise Unreadable("file-too-large-inside")
                pieces.append(piece)
    except Unreadable:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return Member(label, b"", Fault.BROKEN)
    content = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    if content.startswith(_ARCHIVES):
        return Member(label, b"", Fault.NESTED)
    return Member(label, content)


def names_of(content: bytes) -> list[bytes]:
    """
    List the names in an archive as they are written; empty when it is none, or one too large to be plain.

    Only its list is walked: opening it costs twenty times as much.
    """
    end = content.rfind(_END, -_END_SEARCHED)
    if end < 0 or len(content) < end + _END_RECORD.size:
        return []
    _mark, size, place = _END_RECORD.unpack_from(content, end)
    # What was put before an archive moves all that it counts from its own start.
    place = end - size if place + size != end else place
    names: list[bytes] = []
    while 0 <= place <= end - _ENTRY_BYTES and content.startswith(_CENTRAL, place):
        name, extra, comment = _ENTRY_LENGTHS.unpack_from(content, place + _ENTRY_LENGTHS_AT)
        names.append(content[place + _ENTRY_BYTES : place + _ENTRY_BYTES + name])
        place += _ENTRY_BYTES + name + extra + comment
    return names

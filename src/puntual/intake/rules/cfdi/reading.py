"""Rows out of one CFDI, a list of the SAT, or an archive of them."""

import codecs
import re
from collections.abc import Iterator
from hashlib import blake2b
from zipfile import ZipFile

from puntual.intake.rules.cfdi import archive, markup, metadata, vouchers
from puntual.intake.rules.cfdi.archive import Fault, Member
from puntual.intake.rules.cfdi.columns import HEADERS, Line, verdict
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import Reason, Record, RowOutcome

Row = tuple[int, list[str]]
_HEAD = 64 * 1024
_SEEN_BYTES = 12
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:Comprobante|Retenciones)[\s>/]")
_SAT = b"http://www.sat.gob.mx/"
_XML = re.compile(rb"\.xml$", re.IGNORECASE)
_TEXT = re.compile(rb"\.txt$", re.IGNORECASE)
# What other programs keep as archives of XML, and a workbook among them.
_OTHER_ARCHIVES = re.compile(rb"^(?:\[Content_Types\]\.xml|mimetype|META-INF/|xl/|word/|ppt/|Index/)")
_FAULTS = {
    Fault.TOO_LARGE: Reason.MEMBER_TOO_LARGE,
    Fault.BROKEN: Reason.MEMBER_BROKEN,
    Fault.NESTED: Reason.MEMBER_NESTED,
}
_SYSTEM_FILES = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\.[^/]+$)")


def is_cfdi(content: bytes, *, at_a_glance: bool = False) -> bool:
    """
    Say whether a file is a CFDI, a list of the SAT, or an archive that may hold some.

    At a glance no member is unpacked: any archive of texts may hold one.
    """
    if content.startswith(b"PK"):
        names = archive.names_of(content)
        if any(map(_OTHER_ARCHIVES.match, names)):
            return False
        if any(map(_XML.search, names)):
            return True
        return any(map(_TEXT.search, names)) and (at_a_glance or _holds_list(content))
    head = content[:_HEAD]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", errors="ignore").encode()
    return metadata.is_metadata(content) or (_SAT in head and bool(_ROOT.search(head)))


def _holds_list(content: bytes) -> bool:
    """Say whether any text of an archive is a list of the SAT; an archive of other texts is none of ours."""
    try:
        with archive.open_archive(content) as opened:
            return any(metadata.is_metadata(one.content) for one in archive.members_of(opened, ending=".txt"))
    except Unreadable:
        return False


def rows_of(content: bytes) -> Iterator[Row]:
    """
    Yield the header and then every row with its number, counted from 1.

    Raises: Unreadable.
    """
    reader = _Reader(content)
    yield reader.row, list(HEADERS)
    for line in reader.lines():
        reader.row += 1
        yield reader.row, list(line)


class _Reader:
    """
    Reads one file; remembers what it has seen, because a document that is there twice counts once.

    `row` is the number of the last row that was taken, the header's at first.
    """

    def __init__(self, content: bytes) -> None:
        self.row = 1
        self._content = content
        self._parser = markup.make_parser()
        # What every document said, under its UUID or, where it has none, under what it said; and its first row.
        self._said: dict[str | bytes, tuple[bytes, int]] = {}
        self._listed_before: set[str] = set()
        self._cancelled: frozenset[str] = frozenset()

    def lines(self) -> Iterator[Line]:
        if not self._content.startswith(b"PK"):
            yield from self._alone()
            return
        with archive.open_archive(self._content) as opened:
            self._cancelled = _cancelled_in(opened)
            for member in archive.members_of(opened):
                yield from self._member(member)

    def _alone(self) -> Iterator[Line]:
        if metadata.is_metadata(self._content):
            yield from self._listed(self._content, "")
            return
        try:
            root = markup.parse(self._content, self._parser)
        except markup.UnsafeXml as error:
            raise Unreadable("xml-unsafe") from error
        except markup.BrokenXml as error:
            raise Unreadable("xml-broken", str(error)) from error
        yield from vouchers.lines_of(root, file="")

    def _member(self, member: Member) -> Iterator[Line]:
        label, content = member.label, member.content
        if member.fault:
            yield _unread(label, RowOutcome.REJECTED, _FAULTS[member.fault])
        elif _SYSTEM_FILES.search(label) or not content.strip():
            yield _unread(label, RowOutcome.IGNORED, Reason.OTHER_FILE)
        elif metadata.is_metadata(content):
            yield from self._listed(content, label)
        elif label.lower().endswith(".xml") or content[:256].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
            b"<?xml"
        ):
            yield from self._document(content, label)
        else:
            yield _unread(label, RowOutcome.IGNORED, Reason.OTHER_FILE)

    def _document(self, content: bytes, label: str) -> Iterator[Line]:
        try:
            lines = list(vouchers.lines_of(markup.parse(content, self._parser), file=label))
        except markup.UnsafeXml:
            yield _unread(label, RowOutcome.REJECTED, Reason.CFDI_UNSAFE)
            return
        except markup.BrokenXml as error:
            yield _unread(label, RowOutcome.REJECTED, Reason.CFDI_BROKEN, f"({error})")
            return
        uuid = lines[0].uuid
        said = _digest_of(lines)
        before = self._said.get(uuid or said)
        if before is not None:
            yield from _again(lines, is_copy=before[0] == said, first_row=before[1])
            return
        # Without a stamp, what is no debt tells nothing by which a copy could be told from another one.
        if uuid or lines[0].record:
            self._said[uuid or said] = (said, self.row + 1)
        # A cancelled invoice comes in and is closed; what a cancelled payment or credit note did was never so.
        if uuid in self._cancelled and lines[0].record in (Record.PAYMENT, Record.CREDIT_NOTE):
            told = verdict(RowOutcome.IGNORED, Reason.CFDI_CANCELLED, uuid)
            lines = [line._replace(verdict=told) for line in lines]
        yield from lines

    def _listed(self, content: bytes, label: str) -> Iterator[Line]:
        for line in metadata.lines_of(content, file=label):
            if line.record and line.uuid in self._listed_before:
                told = verdict(RowOutcome.IGNORED, Reason.CFDI_REPEATED, line.uuid)
                yield line._replace(verdict=told)
            else:
                self._listed_before.add(line.uuid)
                yield line


def _digest_of(lines: list[Line]) -> bytes:
    """Shorten what a document says, wherever it stands, to a few bytes: an archive may hold many thousands."""
    said = repr([line._replace(file="") for line in lines])
    return blake2b(said.encode(errors="replace"), digest_size=_SEEN_BYTES).digest()


def _again(lines: list[Line], *, is_copy: bool, first_row: int) -> Iterator[Line]:
    """Lay out a document that came before: a copy says nothing new; of two that differ nobody knows which is right."""
    first = lines[0]
    if is_copy:
        known = f"{first.uuid or first.document} {first.file}".strip()
        yield first._replace(verdict=verdict(RowOutcome.IGNORED, Reason.CFDI_REPEATED, known))
        return
    # The rows of the first one are rejected when all are read: "reject_conflicting" in cfdi.sql goes by these words.
    told = verdict(RowOutcome.REJECTED, Reason.CONFLICTING_ROWS, f"{first.uuid} ({first_row})")
    yield from (line._replace(verdict=told) for line in lines)


def _unread(label: str, outcome: RowOutcome, reason: Reason, detail: str = "") -> Line:
    return Line(file=label, verdict=verdict(outcome, reason, f"{label} {detail}".strip()))


def _cancelled_in(opened: ZipFile) -> frozenset[str]:
    """Find what the lists in an archive say was cancelled."""
    return frozenset(
        line.uuid
        for member in archive.members_of(opened, ending=".txt")
        if metadata.is_metadata(member.content)
        for line in metadata.lines_of(member.content, file="")
        if line.record
    )

"""A file below its header, read from the first row to the last, in this process or in one that helps it."""

import gc
import pickle
import signal
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import BufferedReader, RawIOBase
from itertools import islice
from multiprocessing.connection import Connection
from typing import NamedTuple

from puntual.intake.rules import reading
from puntual.intake.rules.columns import chunks_of
from puntual.intake.rules.loans.unfolding import LoanParser
from puntual.intake.rules.reading import Row
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.rules.rows import RowParser
from puntual.intake.rules.staged import CustomerFacts, StagedRow
from puntual.intake.types import Layout, Question, Remark, RemarkCode

# Chunks that are handed on at once: few, so that who takes them begins soon; several, for each costs a call.
_CHUNKS_AT_ONCE = 4
_BUFFER = 1 << 18


class Piece(NamedTuple):
    """
    Some rows of a file, and what they say of customers.

    `lines` are plain rows as COPY reads them, `rows` the others, `size` how many there are of both.
    """

    lines: str
    rows: list[StagedRow]
    size: int
    customers: list[tuple[int, CustomerFacts]]


class Said(NamedTuple):
    """What is to be told of a file as a whole, once its last row was read."""

    remarks: Counter[RemarkCode]
    questions: tuple[Question, ...]
    notes: tuple[Remark, ...]


class Refused(NamedTuple):
    """What a helper says of a file that breaks off."""

    code: str
    detail: str


class HelperFailed(Exception):
    """The process that read a file for this one ended before the last row; the message is its trace, if it left one."""


def parse(rows: Iterator[Row], *, found: Layout, last_day: date) -> Iterator[Piece | Said]:
    """
    Read the rows of a file below the header; after the last one comes what is to be told of all.

    Raises: Unreadable when the file breaks off in the middle.
    """
    parser = _parser_of(found, last_day)
    chunks = chunks_of(rows, layout=found, parser=parser)
    while some := list(islice(chunks, _CHUNKS_AT_ONCE)):
        lines = [line for chunk in some for line in chunk.lines]
        odd = [row for chunk in some for row in chunk.rows]
        customers = [customer for chunk in some for customer in chunk.customers]
        yield Piece("\n".join(lines), odd, len(lines) + len(odd), customers)
    yield _said(parser)


def said_before_rows(*, found: Layout, last_day: date) -> Said:
    """Tell what is to be told of a file of which no row is read."""
    return _said(_parser_of(found, last_day))


def _parser_of(found: Layout, last_day: date) -> RowParser:
    return (LoanParser if found.loan else RowParser)(found, last_day=last_day)


def _said(parser: RowParser) -> Said:
    return Said(Counter(parser.remarks), parser.questions(), parser.notes())


def send(to: Connection, rows: Iterator[Row], *, found: Layout, last_day: date) -> None:
    """
    Be a helper: read rows as `parse` does and send what comes of them, in order; `receive` at the other end gives it.

    Who is helped decides when to stop.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # What was there before is not looked through again: that would copy the memory of who was forked.
    gc.freeze()
    try:
        for item in parse(rows, found=found, last_day=last_day):
            to.send_bytes(pickle.dumps(item, pickle.HIGHEST_PROTOCOL))
    except (BrokenPipeError, EOFError):
        # Who is helped is gone.
        return
    except Unreadable as error:
        to.send(Refused(error.code, error.detail))
    except Exception:
        to.send(traceback.format_exc())


def send_text(to: Connection, source: Connection, found: Layout, last_day: date) -> None:
    """Do the same with the text that comes through another line, piece by piece."""
    lines = reading.text_rows(BufferedReader(_Arriving(source), _BUFFER), found.dialect)
    send(to, islice(lines, found.dialect.header_row, None), found=found, last_day=last_day)


def receive(line: Connection) -> Iterator[Piece | Said]:
    """
    Give what `send` sends.

    Raises: Unreadable when the file breaks off in the middle; HelperFailed when who sends does.
    """
    item = None
    while not isinstance(item, Said):
        try:
            item = line.recv()
        except EOFError as error:
            raise HelperFailed from error
        if isinstance(item, Refused):
            raise Unreadable(item.code, item.detail)
        if isinstance(item, str):
            raise HelperFailed(item)
        yield item


class _Arriving(RawIOBase):
    """The bytes that come through a line until an empty piece, as a stream."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer with the next bytes, and return how many; 0 at the end."""
        if not self._left:
            self._left = memoryview(self._line.recv_bytes())
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

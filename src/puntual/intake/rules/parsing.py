"""A file below its header, read from the first row to the last, in this process or in one that helps it."""

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
from puntual.intake.rules.columns import Chunk, chunks_of
from puntual.intake.rules.loans.unfolding import LoanParser
from puntual.intake.rules.reading import Row
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.rules.rows import RowParser
from puntual.intake.types import Layout, Question, Remark, RemarkCode

# Chunks that are sent at once: few, so that who takes them begins soon; several, for each costs a call.
_SENT_AT_ONCE = 4
_BUFFER = 1 << 18


class Said(NamedTuple):
    """What is to be told of a file as a whole, once its last row was read."""

    remarks: Counter[RemarkCode]
    questions: tuple[Question, ...]
    notes: tuple[Remark, ...]


class HelperFailed(Exception):
    """The process that read a file for this one ended before the last row; the message is its trace, if it left one."""


def parse(rows: Iterator[Row], *, found: Layout, last_day: date) -> Iterator[Chunk | Said]:
    """
    Read the rows of a file below the header; after the last one comes what is to be told of all.

    Raises: Unreadable when the file breaks off in the middle.
    """
    parser = _parser_of(found, last_day)
    yield from chunks_of(rows, layout=found, parser=parser)
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
    try:
        items = parse(rows, found=found, last_day=last_day)
        while piece := list(islice(items, _SENT_AT_ONCE)):
            to.send_bytes(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL))
    except (BrokenPipeError, EOFError):
        # Who is helped is gone.
        return
    except Unreadable as error:
        to.send((error.code, error.detail))
    except Exception:
        to.send(traceback.format_exc())


def send_text(to: Connection, source: Connection, found: Layout, last_day: date) -> None:
    """Do the same with the text that comes through another line, piece by piece."""
    lines = reading.text_rows(BufferedReader(_Arriving(source), _BUFFER), found.dialect)
    send(to, islice(lines, found.dialect.header_row, None), found=found, last_day=last_day)


def receive(line: Connection) -> Iterator[Chunk | Said]:
    """
    Give what `send` sends.

    Raises: Unreadable when the file breaks off in the middle; HelperFailed when who sends does.
    """
    while True:
        try:
            piece = line.recv()
        except EOFError as error:
            raise HelperFailed from error
        if isinstance(piece, tuple):
            raise Unreadable(*piece)
        if isinstance(piece, str):
            raise HelperFailed(piece)
        yield from piece
        if isinstance(piece[-1], Said):
            return


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

"""
A process that reads a large file while this one sends what was read to the database.

Reads: nothing
Writes: nothing
Guarantees: rows come in the order of the file, as they would without help; no more of them is ahead than fits into a
pipe; the helper ends with the block, however it ends. It never touches a connection to the database.
"""

import fcntl
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from puntual.intake.rules import layout, parsing
from puntual.intake.rules.parsing import Piece, Said
from puntual.intake.types import FileFormat, Layout

# A smaller file is read before a helper has begun.
_BYTES_MIN = 1 << 20
# A process that does not begin as a copy of this one loads what it needs first.
_BYTES_MIN_ANEW = 8 << 20
_PIPE_BYTES = 1 << 20
_PIECE = 1 << 18
_TEXTS = (FileFormat.CSV, FileFormat.FIXED)
Items = Iterator[Piece | Said]


@contextmanager
def reading_ahead(*, content: bytes, found: Layout, last_day: date) -> Iterator[Items]:
    """
    Give what comes of a file's rows, read by a helper where that is worth it, else here.

    A command forks its helper, which shares the bytes of the file and what was parsed of them. A service that has
    threads may not be forked: there the helper is a new process to which a text is sent, so that it never stands in
    memory twice; other formats are read here.

    Raises, as rows are taken: rules.refusals.Unreadable; rules.parsing.HelperFailed.
    """
    is_alone = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    is_text = found.dialect.format in _TEXTS
    if is_alone and len(content) >= _BYTES_MIN:
        with _forked(content=content, found=found, last_day=last_day) as items:
            yield items
    elif not is_alone and is_text and len(content) >= _BYTES_MIN_ANEW:
        with _anew(content=content, found=found, last_day=last_day) as items:
            yield items
    else:
        yield parsing.parse(layout.body_of(content, found.dialect), found=found, last_day=last_day)


@contextmanager
def _forked(*, content: bytes, found: Layout, last_day: date) -> Iterator[Items]:
    context = multiprocessing.get_context("fork")
    here, there = _pipe(context)

    def help_on() -> None:
        # Only so does the helper see that this process was killed.
        here.close()
        parsing.send(there, layout.body_of(content, found.dialect), found=found, last_day=last_day)

    with _running(context, help_on, here, there):
        yield parsing.receive(here)


@contextmanager
def _anew(*, content: bytes, found: Layout, last_day: date) -> Iterator[Items]:
    context = multiprocessing.get_context("spawn")
    here, there = _pipe(context)
    source, out = context.Pipe(duplex=False)
    help_on = partial(parsing.send_text, there, source, found, last_day)
    with _running(context, help_on, here, there, source):
        feeder = threading.Thread(target=_feed, args=(out, content), daemon=True)
        feeder.start()
        try:
            yield parsing.receive(here)
        finally:
            here.close()
    feeder.join()


def _pipe(context: Any) -> tuple[Connection, Connection]:
    here, there = context.Pipe(duplex=False)
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(there.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return here, there


def _feed(out: Connection, content: bytes) -> None:
    whole = memoryview(content)
    try:
        for start in range(0, len(content), _PIECE):
            out.send_bytes(whole[start : start + _PIECE])
        out.send_bytes(b"")
    except OSError:
        # The helper has ended; who takes its rows is told.
        pass
    finally:
        out.close()


@contextmanager
def _running(
    context: Any, help_on: Callable[[], None], here: Connection, *theirs: Connection
) -> Iterator[None]:
    """Let a helper run until the block ends; the ends of lines that are its own are closed here."""
    helper = context.Process(target=help_on, daemon=True)
    helper.start()
    for line in theirs:
        line.close()
    try:
        yield
    finally:
        here.close()
        helper.terminate()
        helper.join()

"""Rows of another system as the bytes of a CSV file, written piece by piece, every figure exactly as it came."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

# So much of a large result is one file.
PIECE_BYTES_MAX = 48 * 1024**2


def cell(value: object) -> str:
    """Write a value as text: days as 2026-11-23, figures in full with a point, nothing rounded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # The shortest figure that means this very number.
        return format(Decimal(repr(value)), "f") if isfinite(value) else repr(value)
    if isinstance(value, Decimal):
        return _figure(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def _figure(value: Decimal) -> str:
    """Write a figure with at least two decimals where it has any: 1234.500 could be read as thousands."""
    if not value.is_finite():
        return str(value)
    text = format(value, "f")
    if "." not in text:
        return text
    whole, _point, cents = text.partition(".")
    return f"{whole}.{cents.rstrip('0').ljust(2, '0')}"


def pieces(
    *, headers: Sequence[str], rows: Iterable[Sequence[object]], bytes_max: int = PIECE_BYTES_MAX
) -> Iterator[bytes]:
    """Yield files of so many bytes, each with its headers. No rows, no file."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    empty = True
    size = 0
    for row in rows:
        if not empty and size >= bytes_max:
            yield _bytes(buffer)
            buffer, size, empty = io.StringIO(newline=""), 0, True
            writer = csv.writer(buffer)
        if empty:
            writer.writerow(headers)
            empty = False
        # Letters of other scripts take more, so a piece may be somewhat larger than asked.
        size += writer.writerow([cell(value) for value in row])
    if not empty:
        yield _bytes(buffer)


def _bytes(buffer: io.StringIO) -> bytes:
    return buffer.getvalue().encode("utf-8", "surrogateescape")

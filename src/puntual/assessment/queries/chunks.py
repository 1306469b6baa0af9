"""The customers that a run goes through, in pieces."""

from datetime import date
from pathlib import Path

from puntual.db import named, rows

_SQL = named.load(Path(__file__).parents[1] / "sql" / "chunks.sql")


def is_live(*, as_of: date) -> bool:
    """Say whether the ledger knows nothing after a day, so that the kept open amounts are those of the day."""
    return not rows.fetch_all(_SQL["has_later_entries"], {"as_of": as_of})[0][0]


def chunk_end(*, after: int, size: int) -> tuple[int, int] | None:
    """Return the last customer id of the next chunk and its size, or None when no customer is left."""
    last, count = rows.fetch_all(_SQL["chunk_end"], {"after": after, "size": size})[0]
    return (last, count) if count else None


def has_undecided(*, as_of: date) -> bool:
    """Say whether somebody came after the day's run had passed."""
    return bool(rows.fetch_all(_SQL["has_undecided"], {"as_of": as_of})[0][0])


def undecided_ranges(*, up_to: int, as_of: date, size: int) -> list[tuple[int, int, int]]:
    """
    List customers that a day's run passed without seeing, as (after, up to, how many), at most `size` in each.

    A customer whose import commits late has a lower number than others that were decided before.
    """
    ranges = []
    for after, last, count in rows.fetch_all(_SQL["undecided"], {"as_of": as_of, "up_to": up_to}):
        while count > size:
            found = chunk_end(after=after, size=size)
            if found is None:
                break
            ranges.append((after, *found))
            after, count = found[0], count - found[1]
        ranges.append((after, last, count))
    return ranges

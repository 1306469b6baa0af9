"""The customers that a run goes through, in pieces."""

from datetime import date
from pathlib import Path

from puntual.db import named, rows

_SQL = named.load(Path(__file__).parents[1] / "sql" / "chunks.sql")


def is_live(*, as_of: date) -> bool:
    """Say whether the ledger knows nothing after a day, so that the kept open amounts are those of the day."""
    return not rows.fetch_all(_SQL["has_later_entries"], {"as_of": as_of})[0][0]


def ranges(*, size: int) -> list[tuple[int, int, int]]:
    """List all customers as (after, up to, how many), `size` in each but the last."""
    return rows.fetch_all(_SQL["ranges"], {"size": size})


def has_undecided(*, as_of: date) -> bool:
    """Say whether somebody came after the day's run had passed."""
    return bool(rows.fetch_all(_SQL["has_undecided"], {"as_of": as_of})[0][0])


def undecided_ranges(*, as_of: date, size: int) -> list[tuple[int, int, int]]:
    """
    List customers whom a day's run has not seen, as (after, up to, how many), at most `size` in each.

    A customer whose import commits late has a lower number than others that were decided before.
    """
    if not has_undecided(as_of=as_of):
        return []
    return rows.fetch_all(_SQL["undecided"], {"as_of": as_of, "size": size})

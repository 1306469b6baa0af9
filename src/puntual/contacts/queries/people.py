"""Reads of what is known of people: their circumstances, now and at earlier moments."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from puntual.contacts.types import Circumstance, CircumstanceInTime, CircumstanceKind
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent.parent / "sql" / "circumstances.sql")


def circumstances_of(*, customer_id: int) -> list[Circumstance]:
    """Return all that was ever known of a customer, what counts before what is over, each the newest first."""
    return circumstances_for(customer_ids=[customer_id]).get(customer_id, [])


def circumstances_for(*, customer_ids: Sequence[int]) -> dict[int, list[Circumstance]]:
    """Return all that was ever known of many customers; one of whom nothing is known is absent."""
    found: dict[int, list[Circumstance]] = defaultdict(list)
    for row in rows.fetch_dicts(_SQL["circumstances_for"], {"customer_ids": list(customer_ids)}):
        found[row["customer_id"]].append(Circumstance(**{**row, "kind": CircumstanceKind(row["kind"])}))
    return dict(found)


def circumstances_known(*, after: int, up_to: int) -> dict[int, list[CircumstanceInTime]]:
    """Return when what was known of the customers with after < id <= up_to; most of them are absent."""
    found: dict[int, list[CircumstanceInTime]] = defaultdict(list)
    for customer_id, kind, at, ended_at, until_date in rows.fetch_all(
        _SQL["circumstances_known"], {"after": after, "up_to": up_to}
    ):
        found[customer_id].append(CircumstanceInTime(CircumstanceKind(kind), at, ended_at, until_date))
    return dict(found)


def circumstance_page(
    *, kind: CircumstanceKind | None, is_open: bool | None, today: date, limit: int, offset: int = 0
) -> list[dict[str, Any]]:
    """Return circumstances of the whole portfolio, of one kind or all, open, over or both."""
    return rows.fetch_dicts(
        _SQL["circumstance_page"],
        {"kind": kind, "is_open": is_open, "today": today, "limit": limit, "offset": offset},
    )


def circumstance_counts(*, today: date) -> dict[tuple[CircumstanceKind, bool], int]:
    """Count circumstances by kind and by whether they count today."""
    return {
        (CircumstanceKind(kind), is_open): count
        for kind, is_open, count in rows.fetch_all(_SQL["circumstance_counts"], {"today": today})
    }

"""Reads of what is known of people: their circumstances, now and at earlier moments."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from puntual.contacts.types import (
    AgreedHours,
    Channel,
    Circumstance,
    CircumstanceInTime,
    CircumstanceKind,
    Wish,
    WishInTime,
)
from puntual.db import named, rows

_FOLDER = Path(__file__).parent.parent / "sql"
_SQL = named.load(_FOLDER / "circumstances.sql")
_WISHES = named.load(_FOLDER / "consents.sql")


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


def wishes_of(*, customer_id: int) -> list[WishInTime]:
    """Return all that a customer ever asked for of how to be contacted, the newest first."""
    return [_wish(row) for row in rows.fetch_dicts(_WISHES["wishes_for"], {"customer_ids": [customer_id]})]


def wish_of(*, customer_id: int) -> Wish:
    """Return how a customer asks to be contacted; of one who asked for nothing, that all is alike."""
    found = [one for one in wishes_of(customer_id=customer_id) if one.is_current]
    return found[0].wish if found else Wish(channel=None, hours=None)


def wishes_known(*, after: int, up_to: int) -> dict[int, list[WishInTime]]:
    """Return all that the customers with after < id <= up_to ever asked for, the oldest first."""
    found: dict[int, list[WishInTime]] = defaultdict(list)
    for row in rows.fetch_dicts(_WISHES["wishes_known"], {"after": after, "up_to": up_to}):
        found[row["customer_id"]].append(_wish(row))
    return dict(found)


def _wish(row: dict[str, Any]) -> WishInTime:
    hours = AgreedHours(tuple(row["weekdays"]), row["starts"], row["ends"]) if row["weekdays"] else None
    return WishInTime(
        wish=Wish(channel=Channel(row["channel"]) if row["channel"] else None, hours=hours),
        source=row["source"],
        note=row["note"],
        actor_label=row["actor_label"],
        at=row["at"],
        is_current=row["is_current"],
    )

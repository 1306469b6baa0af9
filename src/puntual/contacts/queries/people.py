"""Reads of what is known of people: their circumstances, now and at earlier moments."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from puntual.contacts.types import (
    AgreedHours,
    Channel,
    Circumstance,
    CircumstanceInTime,
    CircumstanceKind,
    KnownPerson,
    ListingInTime,
    ListKind,
    Wish,
    WishInTime,
)
from puntual.db import named, rows

_FOLDER = Path(__file__).parent.parent / "sql"
_SQL = named.load(_FOLDER / "circumstances.sql")
_WISHES = named.load(_FOLDER / "consents.sql")
_PAST = named.load(_FOLDER / "past.sql")


def circumstances_of(*, customer_id: int) -> list[Circumstance]:
    """Return all that was ever known of a customer, what counts before what is over, each the newest first."""
    return circumstances_for(customer_ids=[customer_id]).get(customer_id, [])


def circumstances_for(*, customer_ids: Sequence[int]) -> dict[int, list[Circumstance]]:
    """Return all that was ever known of many customers; one of whom nothing is known is absent."""
    found: dict[int, list[Circumstance]] = defaultdict(list)
    for row in rows.fetch_dicts(_SQL["circumstances_for"], {"customer_ids": list(customer_ids)}):
        found[row["customer_id"]].append(Circumstance(**{**row, "kind": CircumstanceKind(row["kind"])}))
    return dict(found)


def people_known(*, after: int, up_to: int) -> dict[int, KnownPerson]:
    """Return what was known of each customer with after < id <= up_to, and when. One query."""
    return {
        row[0]: KnownPerson(
            known_from=row[1],
            time_zone=row[2],
            state=row[3],
            city=row[4],
            circumstances=tuple(
                CircumstanceInTime(CircumstanceKind(kind), at, ended_at, until_date)
                for kind, at, ended_at, until_date in zip(*(one or () for one in row[5:9]), strict=True)
            ),
            wishes=tuple(
                (at, _asked(channel, [int(one) for one in days.split(",") if one], start, end))
                for at, channel, days, start, end in zip(*(one or () for one in row[9:14]), strict=True)
            ),
            listings=tuple(
                ListingInTime(point_id, ListKind(kind), *times)
                for point_id, kind, *times in zip(*(one or () for one in row[14:20]), strict=True)
            ),
        )
        for row in rows.fetch_all(_PAST["people_known"], {"after": after, "up_to": up_to})
    }


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


def _wish(row: dict[str, Any]) -> WishInTime:
    return WishInTime(
        wish=_asked(row["channel"], row["weekdays"], row["starts"], row["ends"]),
        source=row["source"],
        note=row["note"],
        actor_label=row["actor_label"],
        at=row["at"],
        is_current=row["is_current"],
    )


def _asked(channel: str, weekdays: Sequence[int], start: time, end: time) -> Wish:
    return Wish(
        channel=Channel(channel) if channel else None,
        hours=AgreedHours(tuple(weekdays), start, end) if weekdays else None,
    )

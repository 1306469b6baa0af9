"""Reads of contacts: points, consents, attempts, responses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from puntual.contacts.rules import OWN_ROLES as OWN_ROLES
from puntual.contacts.rules import best_point as best_point
from puntual.contacts.rules import normalize as normalize
from puntual.contacts.rules import normalize_email as normalize_email
from puntual.contacts.rules import normalize_phone as normalize_phone
from puntual.contacts.rules import zone_candidates as zone_candidates
from puntual.contacts.types import AttemptOutcome, Channel, Direction, OwnerRole, Point, PointKind, PointState
from puntual.db import named, rows

_FOLDER = Path(__file__).parent / "sql"
_POINTS = named.load(_FOLDER / "points.sql")
_CONSENTS = named.load(_FOLDER / "consents.sql")
_ATTEMPTS = named.load(_FOLDER / "attempts.sql")


def points_of(*, customer_id: int) -> list[Point]:
    """Return every contact point of one customer, oldest first."""
    return points_for(customer_ids=[customer_id]).get(customer_id, [])


def points_for(*, customer_ids: Sequence[int]) -> dict[int, list[Point]]:
    """Return the contact points of many customers; a customer without any is absent."""
    found: dict[int, list[Point]] = defaultdict(list)
    for row in rows.fetch_all(_POINTS["points_for"], {"customer_ids": rows.as_array(customer_ids)}):
        point = Point(
            id=row[0],
            customer_id=row[1],
            kind=PointKind(row[2]),
            value=row[3],
            normalized=row[4],
            owner_role=OwnerRole(row[5]),
            owner_name=row[6],
            source=row[7],
            state=PointState(row[8]),
        )
        found[point.customer_id].append(point)
    return dict(found)


def attempts_of(*, customer_id: int, limit: int) -> list[dict[str, Any]]:
    """Return the newest attempts on a customer, each with the point that was used."""
    return rows.fetch_dicts(_ATTEMPTS["attempts_of"], {"customer_id": customer_id, "limit": limit})


def recent_attempts(
    *, customer_ids: Sequence[int], since: datetime
) -> dict[int, list[tuple[datetime, Channel, Direction, AttemptOutcome]]]:
    """Return what was tried with many customers since a moment, newest first; nothing tried is absent."""
    found: dict[int, list[tuple[datetime, Channel, Direction, AttemptOutcome]]] = defaultdict(list)
    params = {"customer_ids": list(customer_ids), "since": since}
    for customer_id, at, channel, direction, outcome in rows.fetch_all(_ATTEMPTS["recent_attempts"], params):
        found[customer_id].append((at, Channel(channel), Direction(direction), AttemptOutcome(outcome)))
    return dict(found)


def responses_of(*, customer_id: int, limit: int) -> list[dict[str, Any]]:
    """Return the newest reactions of a customer."""
    return rows.fetch_dicts(_ATTEMPTS["responses_of"], {"customer_id": customer_id, "limit": limit})


def consents_of(*, customer_id: int) -> list[dict[str, Any]]:
    """Return everything that a customer said about channels, newest first; `is_current` marks what holds."""
    return rows.fetch_dicts(_CONSENTS["consents_of"], {"customer_id": customer_id})


def opted_out(*, customer_ids: Sequence[int]) -> dict[int, set[Channel]]:
    """Return the channels that customers do not want; a customer who refused none is absent."""
    found = rows.fetch_all(_CONSENTS["opted_out"], {"customer_ids": list(customer_ids)})
    return {customer_id: {Channel(channel) for channel in channels} for customer_id, channels in found}


def preference_of(*, customer_id: int) -> Channel | None:
    """Return the channel that a customer likes, or None."""
    return preferences_for(customer_ids=[customer_id]).get(customer_id)


def preferences_for(*, customer_ids: Sequence[int]) -> dict[int, Channel]:
    """Return the channels that customers like; a customer who named none is absent."""
    found = rows.fetch_all(_CONSENTS["preferences_for"], {"customer_ids": list(customer_ids)})
    return {customer_id: Channel(channel) for customer_id, channel in found}


def zones_for(*, customer_ids: Sequence[int], country: str) -> dict[int, tuple[str, ...]]:
    """
    Return every time zone in which each customer may be.

    The zone that the client gave decides alone; else the address, else the debtor's own telephone. A customer
    of whom nothing is known is absent: nobody may contact them.
    """
    found = {}
    for customer_id, time_zone, state, city, phone in rows.fetch_all(
        _POINTS["zone_facts"], {"customer_ids": rows.as_array(customer_ids)}
    ):
        zones = (
            (time_zone,)
            if time_zone
            else zone_candidates(country=country, state=state, city=city, phone=phone or "")
        )
        if zones:
            found[customer_id] = zones
    return found

"""Reads of contacts: points, consents, attempts, responses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from puntual.contacts.queries.exclusions import entry_counts as entry_counts
from puntual.contacts.queries.exclusions import exclusion_list as exclusion_list
from puntual.contacts.queries.exclusions import exclusion_lists as exclusion_lists
from puntual.contacts.queries.exclusions import list_matches as list_matches
from puntual.contacts.queries.exclusions import listed_points as listed_points
from puntual.contacts.queries.exclusions import listings_for as listings_for
from puntual.contacts.queries.exclusions import lists_to_count as lists_to_count
from puntual.contacts.queries.exclusions import read_entries as read_entries
from puntual.contacts.queries.people import circumstance_counts as circumstance_counts
from puntual.contacts.queries.people import circumstance_page as circumstance_page
from puntual.contacts.queries.people import circumstances_for as circumstances_for
from puntual.contacts.queries.people import circumstances_of as circumstances_of
from puntual.contacts.queries.people import people_known as people_known
from puntual.contacts.queries.people import wish_of as wish_of
from puntual.contacts.queries.people import wishes_of as wishes_of
from puntual.contacts.rules import OWN_ROLES as OWN_ROLES
from puntual.contacts.rules import best_point as best_point
from puntual.contacts.rules import normalize as normalize
from puntual.contacts.rules import normalize_email as normalize_email
from puntual.contacts.rules import normalize_phone as normalize_phone
from puntual.contacts.rules import zone_candidates as zone_candidates
from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    Direction,
    OwnerRole,
    Point,
    PointInTime,
    PointKind,
    PointState,
    Touch,
    WordInTime,
)
from puntual.db import named, rows

_FOLDER = Path(__file__).parent.parent / "sql"
_POINTS = named.load(_FOLDER / "points.sql")
_CONSENTS = named.load(_FOLDER / "consents.sql")
_PAST = named.load(_FOLDER / "past.sql")
_ATTEMPTS = named.load(_FOLDER / "attempts.sql")


def points_of(*, customer_id: int) -> list[Point]:
    """Return every contact point of one customer, oldest first."""
    return points_for(customer_ids=[customer_id]).get(customer_id, [])


def customer_ids_at(*, text: str, country: str, limit: int) -> list[int]:
    """Return the customers who have a text, written in any way, as an e-mail or a telephone of that country."""
    found = rows.fetch_all(
        _POINTS["customer_ids_at"],
        {
            "email": normalize_email(text),
            "phone": normalize_phone(text, country),
            "limit": limit,
        },
    )
    return [customer_id for (customer_id,) in found]


def points_for(*, customer_ids: Sequence[int]) -> dict[int, list[Point]]:
    """Return the contact points of many customers; a customer without any is absent."""
    found: dict[int, list[Point]] = defaultdict(list)
    for row in rows.fetch_all(_POINTS["points_for"], {"customer_ids": rows.as_array(customer_ids)}):
        found[row[1]].append(_point(row))
    return dict(found)


def _point(row: Sequence[Any]) -> Point:
    return Point(
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
        zones = zones_at(time_zone=time_zone, state=state, city=city, phone=phone or "", country=country)
        if zones:
            found[customer_id] = zones
    return found


def zones_at(*, time_zone: str, state: str, city: str, phone: str, country: str) -> tuple[str, ...]:
    """Return every time zone in which somebody may be; see zones_for."""
    if time_zone:
        return (time_zone,)
    return zone_candidates(country=country, state=state, city=city, phone=phone)


def points_known(*, after: int, up_to: int) -> dict[int, list[PointInTime]]:
    """Return every point of the customers with after < id <= up_to, oldest first, and what was known of it when."""
    found: dict[int, list[PointInTime]] = defaultdict(list)
    for row in rows.fetch_all(_PAST["points_known"], {"after": after, "up_to": up_to}):
        pasts = tuple((until, PointState(state)) for until, state in zip(row[10], row[11], strict=True))
        found[row[1]].append(PointInTime(point=_point(row), known_from=row[9], pasts=pasts))
    return dict(found)


def words_known(*, after: int, up_to: int) -> dict[int, list[WordInTime]]:
    """Return all that customers said about channels; the word that holds today stands last of its channel."""
    found: dict[int, list[WordInTime]] = defaultdict(list)
    for customer_id, channel, at, is_opted_out, is_current in rows.fetch_all(
        _PAST["words_known"], {"after": after, "up_to": up_to}
    ):
        found[customer_id].append(WordInTime(Channel(channel), at, is_opted_out, is_current))
    return dict(found)


def touches_known(*, after: int, up_to: int, since: datetime) -> dict[int, list[Touch]]:
    """Return contacts and reactions since a moment, the oldest first; a customer without any is absent."""
    found: dict[int, list[Touch]] = defaultdict(list)
    params = {"after": after, "up_to": up_to, "since": since}
    for customer_id, *touch in rows.fetch_all(_PAST["touches_known"], params):
        found[customer_id].append(Touch(*touch))
    return dict(found)


def place_until(*, key: str, at: datetime) -> datetime | None:
    """Say until when a place in somebody's budget is taken for a contact; None where it is not, or no longer."""
    found = rows.fetch_all(_ATTEMPTS["place_until"], {"key": key, "at": at})
    return found[0][0] if found else None

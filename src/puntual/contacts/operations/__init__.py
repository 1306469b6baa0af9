"""
Contacts: whom may we reach, by which channel, and how did it go?

Reads: contacts.ContactPoint, contacts.Consent, portfolio.Customer
Writes: contacts.ContactPoint, contacts.PointPast, contacts.Consent, contacts.Wish, contacts.Attempt,
contacts.Response, contacts.Reservation, contacts.Circumstance, audit.Event
Guarantees: a point, an attempt or a response that is there already is not written again; what was known of a point
before, and when an outcome was learned, stays known; a customer has one current word per channel and every earlier
word stays; an opt-out holds as soon as its transaction ends.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.contacts.operations.circumstances import UnableToRecord as UnableToRecord
from puntual.contacts.operations.circumstances import end_circumstance as end_circumstance
from puntual.contacts.operations.circumstances import record_circumstance as record_circumstance
from puntual.contacts.operations.exclusions import UnableToList as UnableToList
from puntual.contacts.operations.exclusions import apply_list as apply_list
from puntual.contacts.operations.exclusions import count_matches as count_matches
from puntual.contacts.operations.exclusions import erase_matches as erase_matches
from puntual.contacts.operations.exclusions import take_list as take_list
from puntual.contacts.operations.exclusions import withdraw_list as withdraw_list
from puntual.contacts.operations.wishes import UnableToAgree as UnableToAgree
from puntual.contacts.operations.wishes import set_wish as set_wish
from puntual.contacts.types import (
    Channel,
    ConsentDecision,
    NewAttempt,
    NewPlace,
    NewPoint,
    PointCounts,
    PointState,
    ResponseKind,
)
from puntual.db import named, rows
from puntual.db.locks import Lock, lock_many_in_transaction
from puntual.lib.errors import NotFound

_FOLDER = Path(__file__).parent.parent / "sql"
_PLACES_KEPT = timedelta(days=1)
_POINTS = named.load(_FOLDER / "points.sql")
_CONSENTS = named.load(_FOLDER / "consents.sql")
_ATTEMPTS = named.load(_FOLDER / "attempts.sql")
_MERGING = named.load(_FOLDER / "merging.sql")
_CIRCUMSTANCES = named.load(_FOLDER / "circumstances.sql")


def upsert_points(*, points: Sequence[NewPoint], at: datetime) -> PointCounts:
    """
    Keep the contact points that are not yet known; a known one keeps its state, and its value as first given.

    One statement whatever the number of points.
    """
    if not points:
        return PointCounts(new=0, unchanged=0)
    new = rows.execute(
        _POINTS["insert_points"],
        {
            "customer_ids": [point.customer_id for point in points],
            "kinds": [point.kind for point in points],
            "point_values": [point.value for point in points],
            "normalized": [point.normalized for point in points],
            "owner_roles": [point.owner_role for point in points],
            "owner_names": [point.owner_name for point in points],
            "sources": [point.source for point in points],
            "at": at,
        },
    )
    return PointCounts(new=new, unchanged=len(points) - new)


def add_given_points(*, source: str, at: datetime) -> int:
    """
    Keep the contact points of `contacts_given_point` that are not yet known, and return how many.

    The caller lays a temporary view of that name over its rows; of several alike the first row counts.
    """
    with rows.checked_at_once():
        return rows.execute(_POINTS["add_given_points"], {"source": source, "at": at})


def set_point_state(*, point_id: int, state: PointState, note: str, actor: Actor, at: datetime) -> None:
    """
    Change what is known of a contact point; the same again changes nothing.

    Raises: NotFound.
    """
    with transaction.atomic():
        found = rows.fetch_all(
            _POINTS["set_point_state"], {"point_id": point_id, "state": state, "note": note[:200], "at": at}
        )
        if not found:
            raise NotFound(_("No existe ese medio de contacto."))
        customer_id, before, is_changed = found[0]
        if is_changed:
            audit.record(
                actor=actor,
                action="contact-point-state",
                subject_type="contact_point",
                subject_id=point_id,
                customer_id=customer_id,
                before={"state": before},
                after={"state": str(state)},
                at=at,
            )


def record_attempts(*, attempts: Sequence[NewAttempt]) -> int:
    """
    Record contacts and return how many were written. One statement.

    One with a known key changes nothing, but a message's (`message:…`) takes the newest moment and outcome.
    """
    if not attempts:
        return 0
    return rows.execute(
        _ATTEMPTS["insert_attempts"],
        {
            "keys": [attempt.key for attempt in attempts],
            "customer_ids": [attempt.customer_id for attempt in attempts],
            "contact_point_ids": [attempt.contact_point_id for attempt in attempts],
            "channels": [attempt.channel for attempt in attempts],
            "directions": [attempt.direction for attempt in attempts],
            "purposes": [attempt.purpose for attempt in attempts],
            "outcomes": [attempt.outcome for attempt in attempts],
            "outcome_ats": [attempt.outcome_at for attempt in attempts],
            "ats": [attempt.at for attempt in attempts],
            "notes": [attempt.note for attempt in attempts],
            "actor_labels": [attempt.actor_label[:120] for attempt in attempts],
        },
    )


def hold_people(*, customer_ids: Collection[int]) -> None:
    """
    Let nobody else take a place in the budgets of these people until the transaction ends.

    Whoever is about to contact somebody holds them, looks at what counts, and takes the place: so no two take the last.
    """
    lock_many_in_transaction(lock=Lock.CONTACT_BUDGET, keys=map(str, customer_ids))


def reserve(*, places: Sequence[NewPlace], actor: Actor, at: datetime, until: datetime) -> None:
    """Take places in the budgets of people who are held, each until it is recorded, given up or over. One statement."""
    if places:
        rows.execute(
            _ATTEMPTS["reserve"],
            {
                "keys": [one.key for one in places],
                "customer_ids": [one.customer_id for one in places],
                "channels": [one.channel for one in places],
                "actor_label": actor.label[:120],
                "at": at,
                "until": until,
            },
        )


def give_up(*, keys: Sequence[str], at: datetime) -> None:
    """Give up places whose contact was not made, and forget those that are over for a day."""
    rows.execute(_ATTEMPTS["give_up"], {"keys": list(keys), "before": at - _PLACES_KEPT})


def record_response(
    *,
    key: str,
    customer_id: int,
    kind: ResponseKind,
    channel: Channel,
    at: datetime,
    note: str = "",
    attempt_id: int | None = None,
) -> bool:
    """Record a reaction of a debtor and say whether it is new; one with a known key changes nothing."""
    params = {
        "key": key,
        "customer_id": customer_id,
        "attempt_id": attempt_id,
        "channel": channel,
        "kind": kind,
        "at": at,
        "note": note,
    }
    return rows.execute(_ATTEMPTS["insert_response"], params) == 1


def set_consent(
    *,
    customer_id: int,
    channel: Channel,
    decision: ConsentDecision,
    source: str,
    note: str,
    actor: Actor,
    at: datetime,
) -> bool:
    """
    Keep what a customer said about a channel and say whether anything was written.

    The newest word by `at` is current. A word older than the current one is kept as history only. The same
    word from the same source again writes nothing, so a form sent twice leaves one row.

    Raises: NotFound.
    """
    params = {"customer_id": customer_id, "channel": channel}
    with transaction.atomic():
        if not rows.fetch_all(_CONSENTS["lock_customer"], {"customer_id": customer_id}):
            raise NotFound(_("No existe ese cliente."))
        found = rows.fetch_dicts(_CONSENTS["current_consent"], params)
        current = found[0] if found else None
        word = {"decision": str(decision), "source": source[:80], "note": note[:300]}
        if current and {name: current[name] for name in word} == word:
            return False
        is_current = current is None or current["at"] <= at
        if current and is_current:
            rows.execute(_CONSENTS["retire_consent"], {"consent_id": current["id"]})
        new = rows.fetch_all(
            _CONSENTS["insert_consent"], {**params, **word, "at": at, "is_current": is_current}
        )
        audit.record(
            actor=actor,
            action="consent-set",
            subject_type="consent",
            subject_id=new[0][0],
            customer_id=customer_id,
            before={"decision": current["decision"]} if current else None,
            after={
                "channel": str(channel),
                "decision": str(decision),
                "source": source[:80],
                "is_current": is_current,
            },
            at=at,
        )
    return True


def erase_customer(*, customer_id: int) -> None:
    """Take away every address, name and note of a customer; what they said about channels stays."""
    rows.execute(_POINTS["erase_customer"], {"customer_id": customer_id})
    erase_matches(customer_id=customer_id)


def move_customer(*, source_id: int, target_id: int) -> dict[str, list[Any]]:
    """
    Give addresses, words and contacts of one customer to another, and return which rows moved, by table.

    Where both said something about a channel a refusal stays current, else the newer word.
    """
    params = {"source_id": source_id, "target_id": target_id}
    retired = dict(rows.fetch_all(_MERGING["retire_lesser_words"], params))
    return {**retired, **dict(rows.fetch_all(_MERGING["move_customer"], params))}


def return_customer(
    *,
    source_id: int,
    target_id: int,
    moved: Mapping[str, Sequence[Any]],
    merged_at: datetime,
    actor: Actor,
    at: datetime,
) -> None:
    """
    Give back what moved. A refusal, a circumstance or a wish that was told meanwhile holds for both: nobody knows which
    of them it was.
    """
    names = {
        "points": "contacts_contactpoint",
        "consents": "contacts_consent",
        "current_words": "contacts_consent_current",
        "retired": "contacts_consent_retired",
        "attempts": "contacts_attempt",
        "responses": "contacts_response",
    }
    params: dict[str, Any] = {name: list(moved.get(table, ())) for name, table in names.items()}
    params |= {"source_id": source_id, "target_id": target_id, "merged_at": merged_at}
    refusals = rows.fetch_all(
        _MERGING["refusals_since"],
        {"customer_id": target_id, "since": merged_at, "moved": params["consents"]},
    )
    rows.execute(_MERGING["return_customer"], params)
    rows.execute(_MERGING["revive_words"], params)
    for name in ("keep_for_both", "retire_older_wish", "wish_for_both"):
        rows.execute(_CIRCUMSTANCES[name], {**params, "since": merged_at})
    for channel, source, note, said_at in refusals:
        set_consent(
            customer_id=source_id,
            channel=Channel(channel),
            decision=ConsentDecision.OPTED_OUT,
            source=source,
            note=note,
            actor=actor,
            at=said_at,
        )

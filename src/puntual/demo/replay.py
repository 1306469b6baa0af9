"""
What happened with the demo's customers, told to the product through the operations that staff would use.

Each event carries its own day; the clock of the machine is never asked. What is later than now is not told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from puntual.agreements import operations as agreements
from puntual.agreements import queries as agreed
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
from puntual.audit.types import Actor, ActorKind
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_reads
from puntual.contacts.types import (
    POINT_OF_CHANNEL,
    AttemptOutcome,
    Channel,
    ConsentDecision,
    Direction,
    NewAttempt,
    Point,
    Purpose,
)
from puntual.lib.errors import DomainError, NotFound
from puntual.portfolio import queries as portfolio

COLLECTOR = Actor(kind=ActorKind.STAFF, label="Gabriela Gestora")
_OFFICE_OPENS = time(9, 5)
# Contacts of a day are spread over the office hours, one after the other.
_MINUTES_BETWEEN = 7
_MINUTES_A_DAY = 8 * 60
# Messages of the days that are played are sent by the product itself.
_SENT_BY_PRODUCT = frozenset({"EMAIL", "SMS", "WHATSAPP"})


@dataclass(slots=True)
class Told:
    """How many events were told, and how many the product refused."""

    attempts: int = 0
    promises: int = 0
    disputes: int = 0
    holds: int = 0
    opt_outs: int = 0
    refused: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


class Teller:
    """Tells events in the order of their days."""

    def __init__(self, *, time_zone: str, country: str, now: datetime) -> None:
        self._zone = ZoneInfo(time_zone)
        self._country = country
        self._now = now
        self._number = 0
        self.told = Told()

    def tell(self, *, events: Sequence[Mapping[str, Any]], is_played: bool) -> None:
        """Tell the events of a month or a day."""
        events = [
            event
            for event in events
            if not is_played or event.get("channel") not in _SENT_BY_PRODUCT or event["kind"] != "contact"
        ]
        numbers = sorted({str(event["customer"]) for event in events})
        ids = portfolio.customer_ids_of(external_ids=numbers)
        timed = [self._timed(event) for event in events if event["customer"] in ids]
        known = [event for event in timed if event["at"] <= self._now]
        self._contacts([event for event in known if event["kind"] == "contact"], ids=ids)
        acts = {
            "promise": self._promise,
            "dispute_opened": self._dispute,
            "dispute_closed": self._answer,
            "hold": self._hold,
            "opt_out": self._opt_out,
        }
        # One transaction for all: each act is a savepoint, so a refusal undoes only itself.
        with transaction.atomic():
            for event in known:
                act = acts.get(str(event["kind"]))
                if act is None:
                    continue
                try:
                    act(event, customer_id=ids[event["customer"]])
                except DomainError as refusal:
                    self.told.refused += 1
                    self.told.reasons[refusal.code] = self.told.reasons.get(refusal.code, 0) + 1

    def _timed(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Give an event its moment within the office hours of its day, and a key."""
        self._number += 1
        minutes = self._number * _MINUTES_BETWEEN % _MINUTES_A_DAY
        opens = datetime.combine(date.fromisoformat(event["date"]), _OFFICE_OPENS, tzinfo=self._zone)
        return {**event, "at": opens + timedelta(minutes=minutes), "key": f"demo:{self._number}"}

    def _contacts(self, events: Iterable[Mapping[str, Any]], *, ids: Mapping[str, int]) -> None:
        events = list(events)
        points = contact_reads.points_for(customer_ids=sorted({ids[event["customer"]] for event in events}))
        attempts = []
        for event in events:
            customer_id = ids[event["customer"]]
            channel = Channel(event["channel"])
            is_reminder = str(event["note"]).startswith("Recordatorio")
            is_inbound = event["direction"] == "INBOUND"
            attempts.append(
                NewAttempt(
                    key=event["key"],
                    customer_id=customer_id,
                    contact_point_id=_point_id(points.get(customer_id, []), channel=channel),
                    channel=channel,
                    direction=Direction(event["direction"]),
                    purpose=Purpose.INFORMATION
                    if is_inbound
                    else Purpose.REMINDER
                    if is_reminder
                    else Purpose.COLLECTION,
                    outcome=AttemptOutcome(event["result"]),
                    at=event["at"],
                    note=event["note"],
                    actor_label="" if is_inbound else COLLECTOR.label,
                )
            )
        self.told.attempts += contacts.record_attempts(attempts=attempts)

    def _promise(self, event: Mapping[str, Any], *, customer_id: int) -> None:
        today = date.fromisoformat(event["date"])
        waiting = agreed.active_promises(customer_ids=[customer_id]).get(customer_id, [])
        if any(promise.due_date < today for promise in waiting):
            # What is past is judged first: a new promise must not make a broken one vanish.
            agreements.settle_promises(
                today=today, country=self._country, customer_ids=[customer_id], at=event["at"]
            )
        agreements.make_promise(
            key=event["key"],
            customer_id=customer_id,
            amount=Decimal(event["amount"]),
            currency=event["currency"],
            due_date=date.fromisoformat(event["due_date"]),
            channel=Channel(event["channel"]),
            note=event["note"],
            actor=COLLECTOR,
            today=today,
            at=event["at"],
            country=self._country,
        )
        self.told.promises += 1

    def _dispute(self, event: Mapping[str, Any], *, customer_id: int) -> None:
        receivable_id = _receivable_id(customer_id=customer_id, folio=str(event["folio"]))
        if receivable_id is None:
            raise NotFound(f"no document {event['folio']}", code="document-rejected")
        agreements.open_dispute(
            customer_id=customer_id,
            receivable_id=receivable_id,
            reason=DisputeReason(event["reason"]),
            note=event["note"],
            amount=None,
            channel=Channel.CALL,
            actor=COLLECTOR,
            today=date.fromisoformat(event["date"]),
            at=event["at"],
            country=self._country,
        )
        self.told.disputes += 1

    def _answer(self, event: Mapping[str, Any], *, customer_id: int) -> None:
        receivable_id = _receivable_id(customer_id=customer_id, folio=str(event["folio"]))
        for dispute in agreed.disputes_of(customer_id=customer_id):
            if dispute["receivable_id"] == receivable_id and dispute["closed_at"] is None:
                agreements.close_dispute(
                    dispute_id=dispute["id"],
                    state=DisputeState(event["resolution"]),
                    resolution=event["note"],
                    actor=COLLECTOR,
                    at=event["at"],
                )

    def _hold(self, event: Mapping[str, Any], *, customer_id: int) -> None:
        agreements.place_hold(
            customer_id=customer_id,
            receivable_id=None,
            reason=HoldReason(event["reason"]),
            note=event["note"],
            from_date=date.fromisoformat(event["date"]),
            until_date=date.fromisoformat(event["until"]),
            actor=COLLECTOR,
            at=event["at"],
        )
        self.told.holds += 1

    def _opt_out(self, event: Mapping[str, Any], *, customer_id: int) -> None:
        contacts.set_consent(
            customer_id=customer_id,
            channel=Channel(event["channel"]),
            decision=ConsentDecision.OPTED_OUT,
            source="cliente",
            note=event["note"],
            actor=COLLECTOR,
            at=event["at"],
        )
        self.told.opt_outs += 1


def _point_id(points: Sequence[Point], *, channel: Channel) -> int | None:
    """Choose the contact point that a contact by this channel went to."""
    kind = POINT_OF_CHANNEL.get(channel)
    return next((point.id for point in points if point.kind is kind), None)


def _receivable_id(*, customer_id: int, folio: str) -> int | None:
    rows = portfolio.receivables_of(customer_id=customer_id)
    return next((row["id"] for row in rows if row["document_number"] == folio), None)

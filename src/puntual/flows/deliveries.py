"""
What a mail provider tells of messages that left: they arrived, bounced, or were not wanted.

An address that bounced is not used again, and whoever did not want a message has opted out, from that moment on.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.contacts import operations as contacts
from puntual.contacts.types import Channel, ConsentDecision, PointState
from puntual.lib.errors import NotFound
from puntual.outreach import operations as outreach
from puntual.outreach.types import DeliveryKind, ProviderEvent


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """What became of a provider's events: taken in, known before, or about no message of ours."""

    new: int
    known: int
    unknown: int


def note_deliveries(*, events: Sequence[ProviderEvent], at: datetime) -> DeliveryCounts:
    """Take in what a provider told, each event in a transaction of its own; events of nobody are counted."""
    tally: Counter[str] = Counter()
    for event in events:
        try:
            tally["new" if note_delivery(event=event, at=at) else "known"] += 1
        except NotFound:
            tally["unknown"] += 1
    return DeliveryCounts(new=tally["new"], known=tally["known"], unknown=tally["unknown"])


def note_delivery(*, event: ProviderEvent, at: datetime) -> bool:
    """
    Take in what a provider told of a message; a second telling changes nothing and answers False.

    An address that bounced is not used again; whoever reports a message as unwanted has opted out.

    Raises: NotFound when the message is not ours.
    """
    with transaction.atomic(durable=True):
        result = outreach.record_event(event=event)
        if not result.is_new or result.customer_id is None or result.contact_point_id is None:
            return False
        if event.kind is DeliveryKind.BOUNCED:
            contacts.set_point_state(
                point_id=result.contact_point_id,
                state=PointState.BOUNCED,
                note=event.detail,
                actor=SYSTEM,
                at=at,
            )
        elif event.kind is DeliveryKind.COMPLAINED:
            contacts.set_consent(
                customer_id=result.customer_id,
                channel=Channel.EMAIL,
                decision=ConsentDecision.OPTED_OUT,
                source="correo",
                note=_("Marcó un mensaje como no deseado."),
                actor=Actor(kind=ActorKind.DEBTOR, id=result.customer_id, label=_("Cliente, por correo")),
                at=event.at,
            )
            outreach.cancel_messages(customer_ids=[result.customer_id], reason="opted-out", at=at)
    return True

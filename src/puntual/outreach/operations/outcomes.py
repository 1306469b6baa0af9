"""
Outcomes: what became of messages, for those who must know, and what is forgotten?

Reads: outreach.Message
Writes: outreach.Message, outreach.DeliveryEvent, outreach.PortalLink
Guarantees: an outcome waits until it was told; a provider's event is kept once; of a customer who is erased no
word, address or open link stays.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.contacts.types import Channel, Purpose
from puntual.db import named, rows
from puntual.lib.errors import NotFound
from puntual.outreach.types import DeliveryKind, EventResult, MessageState, Outcome, ProviderEvent

_MESSAGES = named.load(Path(__file__).parents[1] / "sql" / "messages.sql")


def unreported(*, limit: int) -> list[Outcome]:
    """Return outcomes that contacts and plans do not know yet."""
    found = rows.fetch_dicts(_MESSAGES["unreported"], {"limit": limit})
    return [
        Outcome(
            message_id=row["id"],
            key=row["key"],
            action_id=row["action_id"],
            customer_id=row["customer_id"],
            contact_point_id=row["contact_point_id"],
            channel=Channel(row["channel"]),
            purpose=Purpose(row["purpose"]),
            state=MessageState(row["state"]),
            reason=row["reason"],
            at=row["at"],
        )
        for row in found
    ]


def mark_reported(*, outcomes: Sequence[Outcome], at: datetime) -> int:
    """Note that outcomes were told; one that changed meanwhile is told again. One statement."""
    if not outcomes:
        return 0
    return rows.execute(
        _MESSAGES["mark_reported"],
        {
            "ids": [one.message_id for one in outcomes],
            "states": [one.state.value for one in outcomes],
            "at": at,
        },
    )


def record_event(*, event: ProviderEvent) -> EventResult:
    """
    Keep what a provider told of a message, once, and move the message where it says more than we knew.

    Raises: NotFound when no message has that key.
    """
    with transaction.atomic():
        found = rows.fetch_dicts(_MESSAGES["message_of_key"], {"message_key": event.message_key})
        if not found:
            raise NotFound(_("No existe ese mensaje."))
        message = found[0]
        is_new = bool(
            rows.fetch_all(
                _MESSAGES["record_event"],
                {
                    "key": event.key[:160],
                    "message_key": event.message_key,
                    "kind": event.kind.value,
                    "detail": event.detail,
                    "at": event.at,
                },
            )
        )
        if is_new and event.kind is DeliveryKind.BOUNCED:
            rows.execute(_MESSAGES["mark_bounced_later"], {"id": message["id"], "reason": event.detail[:200]})
        elif is_new:
            rows.execute(_MESSAGES["mark_delivered"], {"id": message["id"], "at": event.at})
    return EventResult(
        is_new=is_new,
        message_id=message["id"],
        customer_id=message["customer_id"],
        contact_point_id=message["contact_point_id"],
    )


def erase_customer(*, customer_id: int, at: datetime) -> None:
    """Take away addresses and words of a customer's messages and close their links; that they were sent stays."""
    rows.execute(_MESSAGES["erase_customer"], {"customer_id": customer_id, "at": at})

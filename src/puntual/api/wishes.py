"""How people ask to be contacted, over the API: read and kept."""

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from puntual.api.auth import READ, WRITE, Caller
from puntual.api.customers import require_customer
from puntual.api.fields import Text
from puntual.api.schemas import Error, ExternalId, HoursSent, Invalid, Sent
from puntual.contacts import queries as contacts
from puntual.contacts.types import AgreedHours, Channel, Wish, WishInTime
from puntual.flows import wishes

router = Router(tags=["Personas"])


class WishAsked(Sent):
    """Of whom."""

    customer: ExternalId


class WishSent(Sent):
    """How somebody asks to be contacted from now on; what is left out is not asked for any more."""

    customer: ExternalId
    channel: Channel | None = Field(None, description="El medio que prefiere; sin él, le da igual.")
    hours: HoursSent | None = Field(None, description="Sin él, en los días y horas que permite la ley.")
    note: Text = Field("", max_length=300, description="Cómo lo dijo.")


class HoursOut(Schema):
    """Hours of some days."""

    weekdays: list[int]
    start: str
    end: str


class WishOut(Schema):
    """A wish; the newest is the one that counts."""

    channel: Channel | None
    hours: HoursOut | None
    source: str
    recorded_at: datetime
    recorded_by: str
    is_current: bool


class WishesOut(Schema):
    """All that a customer ever asked for, the newest first."""

    wishes: list[WishOut]


class KeptOut(Schema):
    """Whether it was new."""

    changed: bool


@router.get(
    "/contact-wishes",
    auth=READ,
    response={200: WishesOut, 401: Error, 404: Error, 422: Invalid},
    summary="Cómo quiere un cliente que le contacten",
    description="El medio que prefiere y su horario, lo más reciente primero; lo anterior queda como historia.",
)
def list_wishes(request: HttpRequest, asked: Query[WishAsked]) -> dict[str, Any]:
    """List how a customer asked to be contacted."""
    customer_id = require_customer(asked.customer)
    return {"wishes": [_shown(one) for one in contacts.wishes_of(customer_id=customer_id)]}


def _shown(one: WishInTime) -> dict[str, Any]:
    hours = one.wish.hours
    return {
        "channel": one.wish.channel,
        "hours": {
            "weekdays": list(hours.weekdays),
            "start": f"{hours.start:%H:%M}",
            "end": f"{hours.end:%H:%M}",
        }
        if hours
        else None,
        "source": one.source,
        "recorded_at": one.at,
        "recorded_by": one.actor_label,
        "is_current": one.is_current,
    }


@router.post(
    "/contact-wishes",
    auth=WRITE,
    response={200: KeptOut, 401: Error, 403: Error, 404: Error, 422: Invalid},
    summary="Acordar horario y medio preferido",
    description=(
        "Vale desde ese momento, también para lo que ya está en cola. Cuenta lo más estricto entre lo que pide la "
        "persona y lo que permite la ley; un horario que no deja ningún momento lícito se rechaza."
    ),
)
def keep_wish(request: HttpRequest, sent: WishSent) -> dict[str, bool]:
    """Keep how a customer asks to be contacted."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    asked = sent.hours
    hours = (
        AgreedHours(tuple(asked.weekdays), time.fromisoformat(asked.start), time.fromisoformat(asked.end))
        if asked
        else None
    )
    country: str = request.company.country  # type: ignore[attr-defined]
    changed = wishes.agree(
        customer_id=require_customer(sent.customer),
        wish=Wish(channel=sent.channel, hours=hours),
        source=caller.actor.label,
        note=sent.note,
        actor=caller.actor,
        country=country,
        at=caller.at,
    )
    return {"changed": changed}

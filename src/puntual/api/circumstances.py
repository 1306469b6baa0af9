"""What is known of people over the API: read, recorded, ended."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import Field

from puntual.api.auth import READ, WRITE, Caller
from puntual.api.customers import require_customer
from puntual.api.days import today_of
from puntual.api.fields import Day, Text
from puntual.api.schemas import Error, ExternalId, Invalid, Sent
from puntual.contacts import queries as contacts
from puntual.contacts.types import RESERVED_KINDS, Circumstance, CircumstanceKind, NewCircumstance
from puntual.flows import circumstances as flow
from puntual.lib.errors import NotFound

_ID_MAX = 2**63 - 1
router = Router(tags=["Personas"])


class CircumstancesAsked(Sent):
    """Of whom."""

    customer: ExternalId


class CircumstanceSent(Sent):
    """Something that became known."""

    customer: ExternalId
    kind: CircumstanceKind
    reason: Text = Field(
        min_length=1,
        max_length=300,
        examples=["Perdió su empleo"],
        description="Qué se sabe o qué contó la persona.",
    )
    source: Text = Field(
        min_length=1, max_length=80, examples=["Llamada"], description="Quién lo dijo o de dónde se sabe."
    )
    until_date: Day | None = Field(None, description="Su último día; sin él, hasta que se termine.")
    lawyer_name: Text = Field("", max_length=200, description="Con REPRESENTED, y solo con ella.")
    lawyer_contact: Text = Field("", max_length=300)


class EndSent(Sent):
    """Why it no longer counts."""

    customer: ExternalId
    reason: Text = Field(min_length=1, max_length=300, examples=["Ya tiene trabajo"])


class CircumstanceOut(Schema):
    """A circumstance; of a reserved one only that it is there, where it may not be told."""

    id: int
    kind: CircumstanceKind | None = Field(description="Vacío si es reservada y la llave solo lee.")
    is_reserved: bool
    is_open: bool
    reason: str
    source: str
    until_date: Day | None
    lawyer_name: str
    lawyer_contact: str
    recorded_at: datetime
    recorded_by: str
    ended_at: datetime | None
    ended_by: str
    end_reason: str


class CircumstancesOut(Schema):
    """All that was ever known of a customer."""

    circumstances: list[CircumstanceOut]


class RecordedOut(Schema):
    """What was kept."""

    id: int


class EndedOut(Schema):
    """Whether it was ended now."""

    ended: bool


@router.get(
    "/circumstances",
    auth=READ,
    response={200: CircumstancesOut, 401: Error, 404: Error, 422: Invalid},
    summary="Circunstancias de un cliente",
    description=(
        "Lo que se sabe de la persona y cambia cómo se le contacta, lo vigente primero. De las reservadas "
        "(fallecimiento, discapacidad) y de lo que alguien contó, una llave de lectura solo sabe que las hay."
    ),
)
def list_circumstances(request: HttpRequest, asked: Query[CircumstancesAsked]) -> dict[str, Any]:
    """List what is known of a customer."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    found = contacts.circumstances_of(customer_id=require_customer(asked.customer))
    today = today_of(request)
    return {
        "circumstances": [
            _shown(one, is_open=one.holds_on(today), sees_reserved=caller.may_write) for one in found
        ]
    }


def _shown(one: Circumstance, *, is_open: bool, sees_reserved: bool) -> dict[str, Any]:
    is_reserved = one.kind in RESERVED_KINDS
    return {
        "id": one.id,
        "kind": one.kind if sees_reserved or not is_reserved else None,
        "is_reserved": is_reserved,
        "is_open": is_open,
        "reason": one.reason if sees_reserved else "",
        "source": one.source if sees_reserved else "",
        "until_date": one.until_date,
        "lawyer_name": one.lawyer_name,
        "lawyer_contact": one.lawyer_contact,
        "recorded_at": one.at,
        "recorded_by": one.actor_label,
        "ended_at": one.ended_at,
        "ended_by": one.ended_by,
        "end_reason": one.end_reason if sees_reserved else "",
    }


@router.post(
    "/circumstances",
    auth=WRITE,
    response={200: RecordedOut, 401: Error, 403: Error, 404: Error, 422: Invalid},
    summary="Registrar una circunstancia",
    description=(
        "Vale desde ese momento: lo planeado, lo que está en cola y lo que espera aprobación se detiene si ya no "
        "es lícito. De cada tipo hay a lo más una vigente; se termina antes de registrar otra."
    ),
)
def record_circumstance(request: HttpRequest, sent: CircumstanceSent) -> dict[str, int]:
    """Keep what became known of a customer."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    new = NewCircumstance(
        customer_id=require_customer(sent.customer), **sent.model_dump(exclude={"customer"})
    )
    country: str = request.company.country  # type: ignore[attr-defined]
    kept = flow.record(new=new, actor=caller.actor, country=country, today=today_of(request), at=caller.at)
    return {"id": kept}


@router.post(
    "/circumstances/{circumstance_id}/end",
    auth=WRITE,
    response={200: EndedOut, 401: Error, 403: Error, 404: Error, 422: Invalid},
    summary="Terminar una circunstancia",
    description="Queda en el historial con su motivo. Repetir la llamada no cambia nada.",
)
def end_circumstance(
    request: HttpRequest,
    circumstance_id: Path[Annotated[int, Field(ge=1, le=_ID_MAX, examples=[1])]],
    sent: EndSent,
) -> dict[str, bool]:
    """End a circumstance of a customer."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    customer_id = require_customer(sent.customer)
    if circumstance_id not in {one.id for one in contacts.circumstances_of(customer_id=customer_id)}:
        raise NotFound(_("Ese cliente no tiene esa circunstancia."))
    ended = flow.end(
        circumstance_id=circumstance_id,
        customer_id=customer_id,
        reason=sent.reason,
        actor=caller.actor,
        at=caller.at,
    )
    return {"ended": ended}

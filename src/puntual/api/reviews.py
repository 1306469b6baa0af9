"""Contacts that the law leaves to a person, over the API: what waits, and not letting it happen."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from puntual.api.auth import READ, WRITE
from puntual.api.days import today_of
from puntual.api.fields import Text
from puntual.api.schemas import Error, Invalid, Sent
from puntual.compliance.queries import reviewing
from puntual.contacts.types import Channel, Purpose
from puntual.flows import releasing

_SHOWN_MAX = 500

router = Router(tags=["Reglas"])


class ReviewsAsked(Sent):
    """How many."""

    limit: int = Field(100, ge=1, le=_SHOWN_MAX)


class ReviewGroupOut(Schema):
    """How many contacts wait for the same reason."""

    step: str
    template: str
    channel: Channel
    rules: list[str]
    total: int


class ReviewOut(Schema):
    """A contact that waits for a person."""

    id: int
    customer: str
    channel: Channel
    purpose: Purpose
    step: str
    template: str
    rules: list[str]
    text_digest: str = Field(description="SHA-256 de lo que diría; vacío si lo dice una persona.")
    asked_at: datetime


class ReviewsOut(Schema):
    """What waits today."""

    groups: list[ReviewGroupOut]
    reviews: list[ReviewOut]


class RefusalSent(Sent):
    """Contacts that are not to happen."""

    ids: Annotated[
        list[Annotated[int, Field(ge=1, lt=2**63)]],
        Field(min_length=1, max_length=_SHOWN_MAX, examples=[[1]]),
    ]
    reason: Annotated[
        Text,
        Field(
            min_length=releasing.REASON_LENGTH_MIN,
            max_length=releasing.REASON_LENGTH_MAX,
            examples=["Pidió que no se le llame esta semana"],
        ),
    ]


class RefusedOut(Schema):
    """What was refused."""

    refused: int
    not_waiting: int = Field(description="Ya no esperaban: otra persona contestó, o se pagaron.")


@router.get(
    "/reviews",
    auth=READ,
    response={200: ReviewsOut, 401: Error, 422: Invalid},
    summary="Contactos por liberar",
    description="Los que la ley deja a una persona y esperan hoy, contados por plantilla y regla.",
)
def list_reviews(request: HttpRequest, asked: Query[ReviewsAsked]) -> dict[str, Any]:
    """Return what waits today for a person."""
    today = today_of(request)
    return {
        "groups": [
            {
                "step": one.step_key,
                "template": one.template,
                "channel": one.channel,
                "rules": list(one.rule_ids),
                "total": one.total,
            }
            for one in reviewing.groups(today=today)
        ],
        "reviews": [
            {
                "id": one.id,
                "customer": one.customer_key,
                "channel": one.channel,
                "purpose": one.purpose,
                "step": one.step_key,
                "template": one.template,
                "rules": list(one.rule_ids),
                "text_digest": one.text_digest,
                "asked_at": one.asked_at,
            }
            for one in reviewing.waiting(today=today, limit=asked.limit)
        ],
    }


@router.post(
    "/reviews/refuse",
    auth=WRITE,
    response={200: RefusedOut, 401: Error, 403: Error, 422: Invalid},
    summary="No liberar contactos",
    description=(
        "No se harán, y el motivo queda en su prueba. Liberar es de una persona con ese permiso, en *Cumplimiento › "
        "Por liberar*: ningún programa lo hace."
    ),
)
def refuse_reviews(request: HttpRequest, sent: RefusalSent) -> dict[str, Any]:
    """Refuse contacts that wait for a person."""
    caller = request.auth  # type: ignore[attr-defined]
    done = releasing.answer(
        review_ids=sent.ids,
        is_released=False,
        reason=sent.reason,
        actor=caller.actor,
        country=request.company.country,  # type: ignore[attr-defined]
        today=today_of(request),
        at=caller.at,
    )
    return {"refused": done.done, "not_waiting": done.gone}

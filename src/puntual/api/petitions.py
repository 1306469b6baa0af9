"""Complaints and requests about data over the API: another system takes them in, and asks what became of them."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from puntual.api import paging
from puntual.api.auth import READ, WRITE, Caller
from puntual.api.customers import require_customer
from puntual.api.days import today_of
from puntual.api.errors import Refused
from puntual.api.fields import Day, Text
from puntual.api.schemas import Error, ExternalId, Invalid, OfCustomerAsked, Page, Sent
from puntual.flows import petitions
from puntual.rights import queries as rights
from puntual.rights.operations import UnableToHandle
from puntual.rights.types import IdentityCheck, Kind, NewPetition, Outcome, State, Way

router = Router(tags=["Quejas y solicitudes"])
# What the portal and staff alone may say of themselves.
_OWN_WAYS = (Way.PORTAL,)
Folio = Path[Annotated[str, Field(min_length=1, max_length=20, examples=["Q-2026-000001"])]]


class PetitionsAsked(OfCustomerAsked):
    """Which petitions."""

    kind: Kind | None = Field(None, description="Queja, o qué derecho; vacío, todas.")
    state: State | None = None


class PetitionSent(Sent):
    """A complaint or a request, as it came in elsewhere."""

    key: Text = Field(
        min_length=1, max_length=100, description="Clave única de la llamada.", examples=["crm-0001"]
    )
    customer: ExternalId
    kind: Kind
    way: Way = Field(Way.EMAIL, description="Cómo llegó; nunca PORTAL.")
    received_date: Day = Field(description="Desde este día corre el plazo; no puede ser futuro.")
    words: Text = Field(
        min_length=1,
        max_length=2000,
        description="Lo que dice la persona.",
        examples=["Me llamaron de noche."],
    )
    cause: Text = Field(
        "", max_length=30, description="Solo quejas: una de /petitions/causes.", examples=["HOURS"]
    )
    happened_date: Day | None = Field(None, description="El día del contacto del que se queja.")
    agency: Annotated[Text, Field(max_length=120)] = ""
    authority_folio: Annotated[Text, Field(max_length=60, description="El de REDECO u otra autoridad.")] = ""
    identity_check: IdentityCheck | None = Field(
        None, description="Solo solicitudes: cómo se comprobó quién pide."
    )


class ReopeningSent(Sent):
    """Why a petition is opened again."""

    key: Text = Field(
        min_length=1, max_length=100, description="Clave única de la llamada.", examples=["crm-0002"]
    )
    reason: Text = Field(
        min_length=1,
        max_length=2000,
        description="Lo que dice la persona, o lo que hay de nuevo.",
        examples=["No está de acuerdo: pide que se revise la grabación."],
    )


class CauseOut(Schema):
    """A cause of complaints of the company's country."""

    code: str
    text: str


class PetitionOut(Schema):
    """A petition and where it stands."""

    folio: str
    customer: str
    kind: Kind
    state: State
    way: Way
    cause: str
    agency: str
    authority_folio: str
    received_date: Day
    answer_due_date: Day
    outcome: Outcome | None
    answered_at: datetime | None
    carry_out_due_date: Day | None
    carried_out_at: datetime | None
    reopened_count: int


class PetitionPage(Page):
    """A page of petitions."""

    items: list[PetitionOut]


@router.get(
    "/petitions",
    auth=READ,
    response={200: PetitionPage, 401: Error, 404: Error, 422: Invalid},
    summary="Lista de quejas y solicitudes",
    description="De un cliente (`customer`) o de todos; `kind` y `state` acotan.",
)
def list_petitions(request: HttpRequest, asked: Query[PetitionsAsked]) -> dict[str, object]:
    """List petitions by cursor."""
    rows = rights.petition_page(
        customer_id=require_customer(asked.customer) if asked.customer else None,
        kind=asked.kind,
        state=asked.state,
        after=paging.id_of_cursor(asked.cursor),
        limit=asked.limit + 1,
    )
    return paging.page([_shown(row) for row in rows], limit=asked.limit)


@router.get(
    "/petitions/causes",
    auth=READ,
    response={200: list[CauseOut], 401: Error},
    summary="Causas de queja",
    description="Las del país de la empresa; en México, las que se informan a REDECO.",
)
def list_causes(request: HttpRequest) -> list[dict[str, str]]:
    """List the causes of complaints."""
    company: Any = request.company  # type: ignore[attr-defined]
    return [{"code": one.code, "text": one.text} for one in rights.causes(country=company.country)]


@router.post(
    "/petitions",
    auth=WRITE,
    response={201: PetitionOut, 401: Error, 403: Error, 404: Error, 409: Error, 422: Invalid},
    summary="Registro de una queja o solicitud",
    description=(
        "La cobranza al cliente se detiene desde ese momento, hasta que se conteste. Si la llamada se repite con la "
        "misma `key` no se registra dos veces y recibe la misma."
    ),
)
def create_petition(request: HttpRequest, payload: PetitionSent) -> Status[dict[str, object]]:
    """Keep a petition once."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    company: Any = request.company  # type: ignore[attr-defined]
    if payload.way in _OWN_WAYS:
        raise _invalid("way", _("Lo que llega por el portal se registra ahí."))
    if payload.kind is Kind.COMPLAINT and payload.identity_check is not None:
        raise _invalid("identity_check", _("Solo las solicitudes sobre datos la llevan."))
    new = NewPetition(
        **payload.model_dump(exclude={"customer", "key"}),
        key=f"api:{payload.key}",
        customer_id=require_customer(payload.customer),
    )
    try:
        kept = petitions.open_petition(
            new=new, country=company.country, actor=caller.actor, today=today_of(request), at=caller.at
        )
    except UnableToHandle as refused:
        status = 409 if refused.code == "petition-key-taken" else 422
        raise Refused(status=status, code=refused.code, message=refused.message) from None
    found = rights.petition_page(customer_id=None, kind=None, state=None, after=kept.id - 1, limit=1)
    return Status(201, _shown(found[0]))


@router.post(
    "/petitions/{folio}/reopen",
    auth=WRITE,
    response={200: PetitionOut, 401: Error, 403: Error, 404: Error, 409: Error, 422: Invalid},
    summary="Abrir de nuevo una queja o solicitud",
    description=(
        "Solo lo ya contestado. Corre otro plazo y la cobranza se detiene desde ese momento. Si la llamada se repite "
        "con la misma `key` no se abre dos veces."
    ),
)
def reopen_petition(request: HttpRequest, folio: Folio, sent: ReopeningSent) -> dict[str, object]:
    """Open a petition again once."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    company: Any = request.company  # type: ignore[attr-defined]
    known = rights.petition_of_folio(folio=folio)
    try:
        petitions.reopen_petition(
            petition_id=known.id,
            key=f"api:{sent.key}",
            words=sent.reason,
            country=company.country,
            actor=caller.actor,
            today=today_of(request),
            at=caller.at,
        )
    except UnableToHandle as refused:
        status = 422 if refused.code == "petition-no-reason" else 409
        raise Refused(status=status, code=refused.code, message=refused.message) from None
    found = rights.petition_page(customer_id=None, kind=None, state=None, after=known.id - 1, limit=1)
    return _shown(found[0])


def _invalid(field: str, message: str) -> Refused:
    return Refused(status=422, code="invalid", message=message, fields={field: message})


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "outcome": row["outcome"] or None}

"""Rehearsals over the API: a version tried on today, on the days to come, or on days that are over."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from puntual.api.auth import READ, WRITE, Caller
from puntual.api.days import today_of
from puntual.api.fields import Day
from puntual.api.plans import ID_MAX, VersionId
from puntual.api.schemas import Error, Invalid, Sent
from puntual.flows import rehearsal
from puntual.insights.queries import rehearsals
from puntual.insights.types import RehearsalCard, RehearsalKind, RehearsalState
from puntual.plans import queries as plans
from puntual.web import background

router = Router(tags=["Simulaciones"])

_SHOWN = 100
RehearsalId = Annotated[int, Field(ge=1, le=ID_MAX, examples=[1])]


class RehearsalIn(Sent):
    """What is to be rehearsed."""

    kind: RehearsalKind = Field(
        description="PREVIEW es hoy, CALENDAR los próximos 30 días, REPLAY un periodo que ya pasó."
    )
    version_id: VersionId | None = Field(None, description="Sin ella, la que está en vigor.")
    first: Day | None = Field(None, description="Primer día; solo para REPLAY.")
    last: Day | None = Field(None, description="Último día; solo para REPLAY.")


class RehearsalOut(Schema):
    """A rehearsal, and how far it is."""

    id: int
    kind: RehearsalKind
    version_id: int
    version: str
    first: date
    last: date
    state: RehearsalState
    done: int = Field(description="Clientes vistos.")
    total: int
    error: str = Field(description="Por qué no hay reporte; vacío si no falló.")
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None


class RehearsalsOut(Schema):
    """The newest rehearsals."""

    items: list[RehearsalOut]


class RehearsalWholeOut(RehearsalOut):
    """A rehearsal with its report."""

    report: dict[str, Any] | None = Field(
        None, description="Decisiones, carga, costo, impedimentos y diferencias; nulo mientras no termina."
    )
    limits: list[str] = Field([], description="Lo que la simulación no puede saber, en oraciones.")


@router.get(
    "/rehearsals",
    auth=READ,
    response={200: RehearsalsOut, 401: Error},
    summary="Simulaciones",
    description="Las últimas 100, la más nueva primero.",
)
def list_rehearsals(request: HttpRequest) -> dict[str, object]:
    """List the newest rehearsals."""
    return {"items": [_out(card) for card in rehearsals.rehearsals(limit=_SHOWN)]}


@router.post(
    "/rehearsals",
    auth=WRITE,
    response={202: RehearsalOut, 401: Error, 403: Error, 404: Error, 422: Invalid},
    summary="Simular una versión",
    description="Pide un ensayo de hoy, un calendario o una repetición; se hace aparte. No le llega nada a nadie.",
)
def start_rehearsal(request: HttpRequest, payload: RehearsalIn) -> Status[dict[str, object]]:
    """Ask for a rehearsal, and hand it to the workers."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    company: Any = request.company  # type: ignore[attr-defined]
    today = today_of(request)
    rehearsal_id = rehearsal.ask(
        kind=payload.kind,
        version_id=payload.version_id or plans.active_version()[0],
        first=payload.first or today,
        last=payload.last or today,
        today=today,
        actor=caller.actor,
        at=caller.at,
    )
    background.hand_over(
        task=background.REHEARSE_TASK,
        key=background.rehearsal_key(company=company.schema_name, rehearsal_id=rehearsal_id),
        company=company.schema_name,
        rehearsal_id=rehearsal_id,
    )
    return Status(202, _out(rehearsals.rehearsal(rehearsal_id=rehearsal_id)))


@router.get(
    "/rehearsals/{rehearsal_id}",
    auth=READ,
    response={200: RehearsalWholeOut, 401: Error, 404: Error, 422: Invalid},
    summary="Una simulación",
    description="Cómo va y, cuando termina, su reporte.",
)
def read_rehearsal(request: HttpRequest, rehearsal_id: RehearsalId) -> dict[str, object]:
    """Return a rehearsal with its report."""
    card = rehearsals.rehearsal(rehearsal_id=rehearsal_id)
    if card.report is None:
        return _out(card)
    report = rehearsal.named(document=card.report)
    limits = rehearsal.limit_sentences(limits=rehearsal.revived(document=report)["limits"])
    return {**_out(card), "report": report, "limits": list(limits)}


def _out(card: RehearsalCard) -> dict[str, object]:
    return {
        "id": card.id,
        "kind": card.kind,
        "version_id": card.version_id,
        "version": card.version,
        "first": card.first,
        "last": card.last,
        "state": card.state,
        "done": card.done,
        "total": card.total,
        "error": card.error,
        "asked_by": card.actor_label,
        "asked_at": card.asked_at,
        "finished_at": card.finished_at,
    }

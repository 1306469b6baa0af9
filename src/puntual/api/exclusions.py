"""Lists of people not to contact, over the API: taken in, put in force, withdrawn."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from puntual.api.auth import READ, WRITE, Caller
from puntual.api.days import today_of
from puntual.api.fields import Day, Text
from puntual.api.schemas import Error, Invalid, Sent
from puntual.contacts import queries as contacts
from puntual.contacts.types import ListKind
from puntual.flows import exclusions as flow

_ENTRIES_MAX = 100_000
_ID_MAX = 2**63 - 1
ListId = Path[Annotated[int, Field(ge=1, le=_ID_MAX, examples=[1])]]
router = Router(tags=["Personas"])


class ListSent(Sent):
    """A list: telephones, e-mails or tax ids, as they are written."""

    name: Text = Field(min_length=1, max_length=120, examples=["REPEP noviembre"])
    kind: ListKind
    from_date: Day | None = Field(None, description="Hoy, si no se dice.")
    until_date: Day | None = Field(None, description="Sin él, hasta que se retire o se sustituya.")
    entries: list[Annotated[Text, Field(max_length=300)]] = Field(
        min_length=1,
        max_length=_ENTRIES_MAX,
        examples=[["55 1111 2222", "ana@correo.example", "GODE561231GR8"]],
    )


class ApplySent(Sent):
    """How a list is put in force."""

    replaces: bool = Field(False, description="Sustituye a la que está en vigor con el mismo nombre.")


class WithdrawSent(Sent):
    """Why a list no longer counts."""

    reason: Text = Field(min_length=1, max_length=300, examples=["Llegó la de diciembre"])


class TakenOut(Schema):
    """What a list would do."""

    id: int
    is_new: bool = Field(description="false: la misma lista ya estaba y nada se escribió.")
    rows: int
    not_understood: int
    not_understood_rows: list[int] = Field(description="Los primeros; el primer elemento es 1.")
    customers: int = Field(description="A cuántos clientes toca.")


class AppliedOut(Schema):
    """What putting it in force did."""

    changed: bool
    customers: int


class ListOut(Schema):
    """A list and where it stands."""

    id: int
    name: str
    kind: ListKind
    from_date: date
    until_date: date | None
    rows: int
    in_force: bool
    counts_today: bool
    recorded_at: datetime
    applied_at: datetime | None
    withdrawn_at: datetime | None
    withdraw_reason: str


class ListsOut(Schema):
    """Every list, the newest first."""

    lists: list[ListOut]


class ChangedOut(Schema):
    """Whether anything changed."""

    changed: bool


@router.get(
    "/exclusion-lists",
    auth=READ,
    response={200: ListsOut, 401: Error},
    summary="Listas de exclusión",
    description="Las de registros contra la publicidad, órdenes judiciales y de la empresa; la más nueva primero.",
)
def list_exclusions(request: HttpRequest) -> dict[str, Any]:
    """List the lists."""
    return {
        "lists": [
            {
                **one,
                "rows": one["rows_total"],
                "in_force": one["is_in_force"],
                "counts_today": one["counts"],
                "recorded_at": one["at"],
            }
            for one in contacts.exclusion_lists(today=today_of(request))
        ]
    }


@router.post(
    "/exclusion-lists",
    auth=WRITE,
    response={200: TakenOut, 401: Error, 403: Error, 422: Invalid},
    summary="Cargar una lista de exclusión",
    description=(
        "Dice a cuántos clientes toca y qué no se entendió; no vale hasta ponerla en vigor. La misma lista con el "
        "mismo nombre y días dos veces no escribe nada."
    ),
)
def take_exclusions(request: HttpRequest, sent: ListSent) -> dict[str, Any]:
    """Take a list in."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    today = today_of(request)
    country: str = request.company.country  # type: ignore[attr-defined]
    taken = flow.take_values(
        values=sent.entries,
        name=sent.name,
        kind=sent.kind,
        from_date=sent.from_date or today,
        until_date=sent.until_date,
        actor=caller.actor,
        country=country,
        at=caller.at,
    )
    preview = flow.preview(list_id=taken.list_id, today=today)
    return {
        "id": taken.list_id,
        "is_new": taken.is_new,
        "rows": preview.rows_total,
        "not_understood": preview.rows_unread,
        "not_understood_rows": list(preview.unread_rows),
        "customers": preview.customers or 0,
    }


@router.post(
    "/exclusion-lists/{list_id}/apply",
    auth=WRITE,
    response={200: AppliedOut, 401: Error, 403: Error, 404: Error, 422: Invalid},
    summary="Poner una lista en vigor",
    description="Vale desde ese momento, entera; también para lo que ya está planeado o en cola.",
)
def apply_exclusions(request: HttpRequest, list_id: ListId, sent: ApplySent) -> dict[str, Any]:
    """Put a list in force."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    done = flow.apply(
        list_id=list_id,
        replaces=sent.replaces,
        actor=caller.actor,
        today=today_of(request),
        at=caller.at,
    )
    return {"changed": done.is_new, "customers": done.customers}


@router.post(
    "/exclusion-lists/{list_id}/withdraw",
    auth=WRITE,
    response={200: ChangedOut, 401: Error, 403: Error, 404: Error, 422: Invalid},
    summary="Retirar una lista",
    description="Deja de valer desde ese momento y queda en el historial con su motivo.",
)
def withdraw_exclusions(request: HttpRequest, list_id: ListId, sent: WithdrawSent) -> dict[str, bool]:
    """Take a list out of force."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    changed = flow.withdraw(list_id=list_id, reason=sent.reason, actor=caller.actor, at=caller.at)
    return {"changed": changed}

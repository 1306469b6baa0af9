"""Receivables over the API."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from puntual.api import paging
from puntual.api.auth import READ, WRITE, Caller
from puntual.api.customers import refuse_repeated, require_customer
from puntual.api.days import today_of
from puntual.api.errors import Refused
from puntual.api.schemas import Counts, Error, Invalid, ReceivablePage, ReceivablesAsked, ReceivablesIn
from puntual.flows import feed
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import NewReceivable

router = Router(tags=["Documentos por cobrar"])


@router.get(
    "/receivables",
    auth=READ,
    response={200: ReceivablePage, 401: Error, 404: Error, 422: Invalid},
    summary="Lista de documentos",
    description="De un cliente (`customer`) o de todos; con `open=true`, solo los que aún deben.",
)
def list_receivables(request: HttpRequest, asked: Query[ReceivablesAsked]) -> dict[str, object]:
    """List receivables by cursor."""
    rows = portfolio.receivable_page(
        customer_id=require_customer(asked.customer) if asked.customer else None,
        is_open=asked.is_open,
        after=paging.id_of_cursor(asked.cursor),
        limit=asked.limit + 1,
    )
    return paging.page(rows, limit=asked.limit)


@router.post(
    "/receivables",
    auth=WRITE,
    response={200: Counts, 401: Error, 403: Error, 422: Invalid},
    summary="Alta y cambio de documentos",
    description=(
        "Hasta 1,000 por llamada; todos o ninguno. Se reconocen por `key`: el que no existe se crea con su saldo "
        "completo; si cambia el importe se registra un ajuste, nunca se borra historia. El cliente debe existir."
    ),
)
def save_receivables(request: HttpRequest, payload: ReceivablesIn) -> dict[str, int]:
    """Add or change receivables."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    keys = [one.key for one in payload.receivables]
    refuse_repeated("receivables", keys, field="key")
    ids = portfolio.customer_ids_of(external_ids=sorted({one.customer for one in payload.receivables}))
    _refuse_unusable(payload, ids)
    receivables = [
        NewReceivable(
            **one.model_dump(exclude={"customer", "attributes"}),
            customer_id=ids[one.customer],
            attributes=tuple(one.attributes.items()),
        )
        for one in payload.receivables
    ]
    try:
        counts = feed.take_receivables(receivables=receivables, today=today_of(request), at=caller.at)
    except feed.UnableToTake as refused:
        fields = {f"receivables.{keys.index(key)}": said for key, said in refused.fields.items()}
        raise Refused(status=422, code=refused.code, message=refused.message, fields=fields) from None
    return {"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged}


def _refuse_unusable(payload: ReceivablesIn, ids: dict[str, int]) -> None:
    fields = {}
    for row, one in enumerate(payload.receivables):
        if one.customer not in ids:
            fields[f"receivables.{row}.customer"] = _("No existe ese cliente: mándelo primero a /customers.")
        if one.due_date < one.issue_date:
            fields[f"receivables.{row}.due_date"] = _("Vence antes de emitirse.")
    if fields:
        raise Refused(
            status=422, code="invalid", message=_("Hay datos que corregir; no se guardó nada."), fields=fields
        )

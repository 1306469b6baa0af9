"""Payments over the API."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Status

from puntual.api import paging
from puntual.api.auth import READ, WRITE, Caller
from puntual.api.customers import require_customer
from puntual.api.days import today_of
from puntual.api.errors import Refused
from puntual.api.schemas import (
    Error,
    Invalid,
    PaymentHeaders,
    PaymentIn,
    PaymentOut,
    PaymentPage,
    PaymentsAsked,
)
from puntual.flows import money_in
from puntual.payments import queries as payments
from puntual.payments.types import NewPayment
from puntual.portfolio import queries as portfolio

router = Router(tags=["Pagos"])
_KEY_HEAD = "api:"
_KEY_LENGTH_MAX = 120


@router.get(
    "/payments",
    auth=READ,
    response={200: PaymentPage, 401: Error, 404: Error, 422: Invalid},
    summary="Lista de pagos",
    description="De un cliente (`customer`) o de todos; `since` y `until` acotan la fecha valor.",
)
def list_payments(request: HttpRequest, asked: Query[PaymentsAsked]) -> dict[str, object]:
    """List payments by cursor."""
    rows = payments.payment_page(
        customer_id=require_customer(asked.customer) if asked.customer else None,
        since=asked.since,
        until=asked.until,
        after=paging.id_of_cursor(asked.cursor),
        limit=asked.limit + 1,
    )
    return paging.page([_shown(row) for row in rows], limit=asked.limit)


@router.post(
    "/payments",
    auth=WRITE,
    response={201: PaymentOut, 401: Error, 403: Error, 404: Error, 409: Error, 422: Invalid},
    summary="Registro de un pago",
    description=(
        "Mande siempre una clave que identifique el pago, en el encabezado `Idempotency-Key` o en `key`: si la "
        "llamada se repite con la misma clave no se registra dos veces y recibe el mismo pago. Sin `allocations` se "
        "aplica a lo más antiguo de su moneda que no esté en aclaración; lo que sobra queda a favor del cliente. Un "
        "documento del que solo falta su descuento por pronto pago, a tiempo, queda saldado."
    ),
)
def create_payment(
    request: HttpRequest,
    payload: PaymentIn,
    headers: Header[PaymentHeaders],
) -> Status[dict[str, object]]:
    """Record a payment once."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    key = _key_of(payload.key, headers.idempotency_key)
    customer_id = require_customer(payload.customer)
    today = today_of(request)
    if payload.value_date > today:
        raise _invalid({"value_date": _("La fecha valor no puede ser futura.")})
    try:
        payment_id = money_in.receive_payment(
            payment=NewPayment(
                **payload.model_dump(exclude={"key", "customer", "allocations"}),
                key=_KEY_HEAD + key,
                customer_id=customer_id,
                allocations=_allocations(payload),
            ),
            actor=caller.actor,
            at=caller.at,
            today=today,
        )
    except money_in.KeyAlreadyUsed as used:
        raise Refused(status=409, code=used.code, message=used.message) from None
    return Status(201, _shown(payments.payment(payment_id=payment_id)))


def _key_of(in_body: str, in_header: str) -> str:
    if in_body and in_header and in_body != in_header:
        raise _invalid({"key": _("La clave del cuerpo y la del encabezado no son la misma.")})
    key = in_body or in_header
    if not key:
        raise _invalid({"key": _("Falta la clave del pago: mándela en «key» o como Idempotency-Key.")})
    if len(key) > _KEY_LENGTH_MAX:
        raise _invalid({"key": _("La clave es demasiado larga.")})
    return key


def _allocations(payload: PaymentIn) -> tuple[tuple[int, Decimal], ...]:
    ids = portfolio.receivable_ids_of(keys=[one.receivable for one in payload.allocations])
    unknown = {
        f"allocations.{row}.receivable": _("No existe ese documento.")
        for row, one in enumerate(payload.allocations)
        if one.receivable not in ids
    }
    if unknown:
        raise _invalid(unknown)
    return tuple((ids[one.receivable], one.amount) for one in payload.allocations)


def _invalid(fields: dict[str, str]) -> Refused:
    return Refused(
        status=422, code="invalid", message=_("Hay datos que corregir; no se guardó nada."), fields=fields
    )


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "key": str(row["key"]).removeprefix(_KEY_HEAD)}

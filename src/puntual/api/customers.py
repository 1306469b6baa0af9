"""Customers over the API."""

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from puntual.api import paging
from puntual.api.auth import READ, WRITE, Caller
from puntual.api.days import today_of
from puntual.api.errors import Refused
from puntual.api.schemas import (
    BalanceOut,
    Counts,
    CustomerPage,
    CustomersAsked,
    CustomersIn,
    CustomerWithBalance,
    Error,
    ExternalId,
    Invalid,
)
from puntual.flows import feed
from puntual.lib.money import total
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import NewCustomer, OpenItem

router = Router(tags=["Clientes"])


@router.get(
    "/customers",
    auth=READ,
    response={200: CustomerPage, 401: Error, 422: Invalid},
    summary="Lista de clientes",
    description="Del más antiguo al más nuevo. `search` busca en nombre, número de cliente y RFC.",
)
def list_customers(request: HttpRequest, asked: Query[CustomersAsked]) -> dict[str, object]:
    """List customers by cursor."""
    rows = portfolio.customer_page(
        search=asked.search, after=paging.id_of_cursor(asked.cursor), limit=asked.limit + 1
    )
    return paging.page(rows, limit=asked.limit)


@router.get(
    "/customers/{path:external_id}",
    auth=READ,
    response={200: CustomerWithBalance, 401: Error, 404: Error},
    summary="Un cliente",
    description="Por su número en su sistema, con lo que debe en cada moneda.",
)
def read_customer(request: HttpRequest, external_id: Path[ExternalId]) -> dict[str, object]:
    """Return one customer with balances."""
    customer_id = require_customer(external_id)
    card = portfolio.customer_card(customer_id=customer_id)
    items = portfolio.open_items(customer_id=customer_id)
    return {
        **{name: getattr(card, name) for name in CustomerWithBalance.model_fields if hasattr(card, name)},
        "payment_reference": portfolio.payment_reference(customer_id=customer_id),
        "united_external_ids": [
            one["external_id"]
            for one in portfolio.united_with(customer_ids=[customer_id]).get(customer_id, [])
        ],
        "balances": _balances(items, today=today_of(request)),
    }


@router.post(
    "/customers",
    auth=WRITE,
    response={200: Counts, 401: Error, 403: Error, 422: Invalid},
    summary="Alta y cambio de clientes",
    description=(
        "Hasta 1,000 por llamada; todos o ninguno. Se reconocen por `external_id`: el que no existe se crea, el "
        "que existe se actualiza y lo que llega vacío se queda como estaba. Repetir la llamada no cambia nada."
    ),
)
def save_customers(request: HttpRequest, payload: CustomersIn) -> dict[str, int]:
    """Add or change customers with their contact points."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    refuse_repeated("customers", [one.external_id for one in payload.customers], field="external_id")
    customers = [
        NewCustomer(
            **one.model_dump(exclude={"contacts", "tags", "attributes"}),
            tags=tuple(one.tags),
            attributes=tuple(one.attributes.items()),
        )
        for one in payload.customers
    ]
    points = [
        feed.SentPoint(
            place=f"customers.{row}.contacts.{column}.value",
            external_id=one.external_id,
            **contact.model_dump(),
        )
        for row, one in enumerate(payload.customers)
        for column, contact in enumerate(one.contacts)
    ]
    try:
        counts = feed.take_customers(
            customers=customers, points=points, source=caller.actor.label, at=caller.at
        )
    except feed.UnableToTake as refused:
        raise Refused(status=422, code=refused.code, message=refused.message, fields=refused.fields) from None
    return {"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged}


def require_customer(external_id: str) -> int:
    """
    Return the row id of a customer.

    Raises: Refused when this company has none with that number.
    """
    customer_id = portfolio.customer_id_of(external_id=external_id)
    if customer_id is None:
        raise Refused(status=404, code="not-found", message=_("No existe el cliente «%s».") % external_id)
    return customer_id


def refuse_repeated(name: str, keys: list[str], *, field: str) -> None:
    """
    Refuse a call that names one thing twice: which of the two is right cannot be known.

    Raises: Refused.
    """
    seen: set[str] = set()
    repeated = {}
    for row, key in enumerate(keys):
        if key in seen:
            repeated[f"{name}.{row}.{field}"] = _("Está dos veces en la misma llamada.")
        seen.add(key)
    if repeated:
        raise Refused(
            status=422,
            code="invalid",
            message=_("Hay datos que corregir; no se guardó nada."),
            fields=repeated,
        )


def _balances(items: list[OpenItem], *, today: date) -> list[BalanceOut]:
    return [
        BalanceOut(
            currency=currency,
            open_amount=total(one.open_amount for one in items if one.currency == currency),
            overdue_amount=total(
                one.open_amount for one in items if one.currency == currency and one.due_date < today
            ),
            receivables=sum(one.currency == currency for one in items),
        )
        for currency in sorted({one.currency for one in items})
    ]

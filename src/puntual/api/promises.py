"""Promises to pay over the API."""

from django.http import HttpRequest
from ninja import Query, Router

from puntual.agreements import queries as agreements
from puntual.api import paging
from puntual.api.auth import READ
from puntual.api.customers import require_customer
from puntual.api.schemas import Error, Invalid, PromisePage, PromisesAsked

router = Router(tags=["Promesas"])


@router.get(
    "/promises",
    auth=READ,
    response={200: PromisePage, 401: Error, 404: Error, 422: Invalid},
    summary="Lista de promesas",
    description="De un cliente (`customer`) o de todos, en un estado (`state`) o en cualquiera.",
)
def list_promises(request: HttpRequest, asked: Query[PromisesAsked]) -> dict[str, object]:
    """List promises by cursor."""
    rows = agreements.promise_page(
        customer_id=require_customer(asked.customer) if asked.customer else None,
        state=asked.state,
        after=paging.id_of_cursor(asked.cursor),
        limit=asked.limit + 1,
    )
    return paging.page(rows, limit=asked.limit)

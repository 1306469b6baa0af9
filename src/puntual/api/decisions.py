"""Decisions over the API: why was this customer contacted on a day, or not?"""

from django.http import HttpRequest
from ninja import Query, Router

from puntual.api.auth import READ
from puntual.api.customers import require_customer
from puntual.api.days import today_of
from puntual.api.schemas import DecisionsAsked, DecisionsOut, Error, Invalid
from puntual.flows import explain
from puntual.lib.errors import NotFound

router = Router(tags=["Decisiones"])


@router.get(
    "/decisions",
    auth=READ,
    response={200: DecisionsOut, 401: Error, 404: Error, 422: Invalid},
    summary="Decisiones de un día",
    description=(
        "Qué se decidió para un cliente en cada paso del plan, con sus motivos: en la corrida de `date` o, si ese "
        "día no hubo, en la anterior. Sin `date`, hoy. Mientras ninguna corrida haya visto al cliente, `decisions` "
        "llega vacía."
    ),
)
def read_decisions(request: HttpRequest, asked: Query[DecisionsAsked]) -> dict[str, object]:
    """Return the decisions about one customer with their reasons in words; none where no run has looked yet."""
    customer_id = require_customer(asked.customer)
    today = today_of(request)
    as_of = today if asked.day is None else asked.day
    try:
        found = explain.explain(customer_id=customer_id, as_of=as_of, today=today)
    except NotFound as nothing:
        return {
            "customer": asked.customer,
            "date": as_of,
            "asked_date": as_of,
            "is_ahead": as_of > today,
            "note": "",
            "plan": "",
            "stage": "",
            "days_past_due": 0,
            "situation": [nothing.message],
            "decisions": [],
        }
    return {
        "customer": found.external_id,
        "date": found.as_of,
        "asked_date": found.asked_on,
        "is_ahead": found.is_ahead,
        "note": found.note,
        "plan": found.plan,
        "stage": found.stage,
        "days_past_due": found.days_past_due,
        "situation": list(found.situation),
        "decisions": [
            {
                "step": step.key,
                "name": step.name,
                "outcome": step.outcome,
                "reasons": list(step.reasons),
                "sentence": step.sentence,
                "next_date": step.next_date,
            }
            for step in found.steps
        ],
    }

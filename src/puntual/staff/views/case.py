"""The case of a customer: who, what happened, what is owed, and why."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from puntual.companies import queries as companies
from puntual.duplicates import queries as duplicates
from puntual.identity.types import Permission
from puntual.insights import queries as insights
from puntual.payments import queries as payments
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import CustomerCard
from puntual.staff import standing
from puntual.staff.access import Visit, page
from puntual.staff.views import history, quality

_EVENTS = 40
_EVENTS_MAX = 1000
_LEDGER_MAX = 1000


def may(request: HttpRequest) -> dict[str, bool]:
    """Say which acts this person may be offered, for templates."""
    user: Any = request.user
    return {permission.value: user.can(permission) for permission in Permission}


@page(Permission.SEE_CUSTOMERS, shows_history=True)
def customer(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Show a case; `kind` filters its timeline and `all` shows the whole of it."""
    card = portfolio.customer_card(customer_id=customer_id)
    if card.merged_into_id and "historia" not in request.GET:
        return redirect("staff:customer", card.merged_into_id)
    kind = request.GET.get("kind", "")
    limit = _EVENTS_MAX if request.GET.get("all") else _EVENTS
    events = insights.timeline(
        customer_id=customer_id,
        kinds=history.KINDS[kind][1] if kind in history.KINDS else None,
        limit=limit + 1,
    )
    case = standing.case_context(card=card, visit=visit)
    context = {
        **case,
        **_unions(card=card),
        "may": may(request) if card.merged_into_id is None else {},
        "findings": quality.rows_of_customer(request, customer_id=customer_id),
        "happenings": history.happenings(
            events=events[:limit],
            visit=visit,
            open_disputes={one["id"] for one in case["disputes"]},
        ),
        "has_more": len(events) > limit,
        "kind": kind,
        "kinds": [(key, str(label)) for key, (label, _codes) in history.KINDS.items()],
    }
    return render(request, "staff/customer.html", context)


def _unions(*, card: CustomerCard) -> dict[str, Any]:
    """Say with whom a customer was united, and who was united with it."""
    if card.merged_into_id is not None:
        return {"merged_into": portfolio.customer_card(customer_id=card.merged_into_id), "unions": []}
    unions = [
        {
            **row,
            "other_id": row["source_id"],
            "other_name": row["source_name"],
            "other_external_id": row["source_external_id"],
            "other_tax_id": row["source_tax_id"],
        }
        for row in duplicates.merges_of(customer_id=card.id)
        if row["target_id"] == card.id and row["undone_at"] is None
    ]
    return {"merged_into": None, "unions": unions}


@page(Permission.SEE_CUSTOMERS, shows_history=True)
def why(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Explain the decisions of a day, rule by rule: a fragment for the case page, or a page of its own."""
    card = portfolio.customer_card(customer_id=customer_id)
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = visit.today
    context = {
        "card": card,
        "day": day,
        "explanation": standing.explanation(customer_id=customer_id, as_of=day, visit=visit),
    }
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "staff/_why.html" if is_part else "staff/why.html", context)


@page(Permission.SEE_CUSTOMERS)
def documents(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Show every document of a customer, paid ones included, and the movements of the ledger."""
    card = portfolio.customer_card(customer_id=customer_id)
    found = portfolio.receivables_of(customer_id=customer_id)
    rows = [
        {**row, "days": (visit.today - row["due_date"]).days if row["open_amount"] else None} for row in found
    ]
    context = {
        "card": card,
        "rows": rows,
        "open_rows": [row for row in rows if row["open_amount"]],
        "entries": portfolio.ledger_of(customer_id=customer_id, limit=_LEDGER_MAX),
        "debts": standing.debts(items=portfolio.open_items(customer_id=customer_id), today=visit.today),
        "may": may(request),
    }
    return render(request, "staff/customer_documents.html", context)


@page(Permission.SEE_CUSTOMERS)
def statement(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Show the statement of a customer as paper."""
    items = portfolio.open_items(customer_id=customer_id)
    company = companies.current_company(base_url=request.build_absolute_uri("/").rstrip("/"))
    context = {
        "card": portfolio.customer_card(customer_id=customer_id),
        "tables": [
            {
                "debt": debt,
                "rows": [
                    {"item": item, "days": (visit.today - item.due_date).days}
                    for item in items
                    if item.currency == debt.currency
                ],
            }
            for debt in standing.debts(items=items, today=visit.today)
        ],
        "payments": [
            one for one in payments.payments_of(customer_id=customer_id) if one["state"] == "POSTED"
        ][:10],
        "reference": portfolio.payment_reference(customer_id=customer_id),
        "sender": company,
        "at": visit.at,
    }
    return render(request, "staff/statement.html", context)

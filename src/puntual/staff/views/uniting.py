"""Unir con otro cliente: a person knows that two are one, though no search proposed it."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from puntual.duplicates import queries as duplicate_rows
from puntual.flows import merging
from puntual.identity.types import Permission
from puntual.insights import queries as insights
from puntual.lib.errors import DomainError
from puntual.portfolio import queries as portfolio
from puntual.staff.access import Visit, form, page
from puntual.staff.views.case import may
from puntual.staff.views.customers import search_of
from puntual.staff.views.duplicates import DecisionForm, pair_shown

# One more tells that there are more; the customer itself is among them.
_HITS = 20


@page(Permission.MERGE_CUSTOMERS)
def unite(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Find the other customer by name, number, tax id or the number of a document."""
    card = portfolio.customer_card(customer_id=customer_id)
    asked = search_of(request)
    found = insights.find(search=asked, country=visit.country, limit=_HITS + 2) if len(asked) > 1 else []
    others = list(dict.fromkeys(hit["customer_id"] for hit in found if hit["customer_id"] != customer_id))
    context = {
        "card": card,
        "q": asked,
        "hits": duplicate_rows.shown(customer_ids=others[:_HITS]),
        "has_more": len(others) > _HITS,
        "is_only_itself": bool(found) and not others,
    }
    return render(request, "staff/unite.html", context)


@form(Permission.MERGE_CUSTOMERS)
def unite_with(request: HttpRequest, visit: Visit, customer_id: int, other_id: int) -> HttpResponse:
    """Show two customers side by side with what each has, and unite them into the one that is to stay."""
    card = portfolio.customer_card(customer_id=customer_id)
    portfolio.customer_card(customer_id=other_id)
    found = duplicate_rows.compared(first_id=customer_id, second_id=other_id)
    if found is None:
        notices.error(request, _("Estos dos no se pueden unir: uno ya no está, o ya son el mismo."))
        return redirect("staff:unite", customer_id)
    refusal = ""
    if request.method == "POST":
        given = DecisionForm(request.POST)
        if given.is_valid():
            try:
                return _united(request, visit, given.cleaned_data["survivor"], {customer_id, other_id})
            except DomainError as refused:
                refusal = refused.message
        else:
            refusal = _("Elija cuál de los dos clientes se queda.")
    pair = pair_shown(duplicate_rows.pair(found=found))
    holdings = insights.holdings(customer_ids=[customer_id, other_id])
    # The one whose page this was asked from stands first.
    sides = sorted(pair["sides"], key=lambda side: side["id"] != customer_id)
    pair["sides"] = [side | {"holds": holdings[side["id"]]} for side in sides]
    context = {"card": card, "pair": pair, "refusal": refusal, "may": may(request)}
    return render(request, "staff/unite_with.html", context, status=422 if refusal else 200)


def _united(request: HttpRequest, visit: Visit, survivor_id: int, ids: set[int]) -> HttpResponse:
    first_id, second_id = sorted(ids)
    merging.unite(
        customer_id=first_id,
        other_id=second_id,
        survivor_id=survivor_id,
        actor=visit.actor,
        today=visit.today,
        at=visit.at,
    )
    may_undo = may(request)[Permission.UNDO_MERGE.value]
    how = (
        _("Aquí mismo se puede deshacer la unión.") if may_undo else _("Un gerente puede deshacer la unión.")
    )
    notices.success(request, _("Los dos clientes ahora son uno.") + f" {how}")
    return redirect("staff:customer", survivor_id)

"""Cartera › Posibles duplicados: customers that may be one person, side by side, and what a person says of them."""

from typing import Any

from django import forms
from django.contrib import messages as notices
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from puntual.duplicates import queries as duplicate_rows
from puntual.duplicates.types import Strength
from puntual.flows import merging
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError
from puntual.staff import background
from puntual.staff.access import Visit, act, page
from puntual.staff.views.case import may
from puntual.staff.views.customers import chip
from puntual.web import paging, states

SEARCH_TASK = "find_duplicates"
_SIZE = 20
_DECIDED = 10


class DecisionForm(forms.Form):
    """Which of two customers stays."""

    survivor = forms.IntegerField(min_value=1)


class ReasonForm(forms.Form):
    """Why two customers are two, if somebody wants to say."""

    note = forms.CharField(max_length=300, required=False)


@page(Permission.SEE_DUPLICATES)
def duplicates(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the pairs that wait for a person, the strongest first."""
    asked = request.GET.get("strength", "")
    strength = Strength(asked) if asked in set(Strength) else None
    counts = duplicate_rows.pending_counts()
    total = counts.get(strength, 0) if strength else sum(counts.values())
    shown = paging.page_of(asked=request.GET.get("page", ""), total=total, size=_SIZE)
    found = duplicate_rows.pending(strength=strength, limit=shown.size, skip=shown.offset)
    words = states.VOCABULARIES["duplicate_strength"][1]
    context = {
        "pairs": [pair_shown(row) for row in found],
        "total": total,
        "page": shown,
        "chips": [
            {
                "chip": chip(
                    request, name="strength", value=one.value, label=str(words[one].label), now=asked
                ),
                "count": counts.get(one, 0),
            }
            for one in Strength
        ],
        "decided": duplicate_rows.decided(limit=_DECIDED),
        "last_search": duplicate_rows.last_search(),
        "is_searching": background.is_under_way(key=_search_key()),
        "may": may(request),
    }
    return render(request, "staff/duplicates.html", context)


def _search_key() -> str:
    return background.duplicates_key(company=connection.schema_name)  # type: ignore[attr-defined]


def pair_shown(row: dict[str, Any]) -> dict[str, Any]:
    """Add what keeps the two apart for now, and which should stay: the one with more behind it, else the older."""
    low, high = row["low"], row["high"]
    twice = duplicate_rows.same_documents(first_id=low["id"], second_id=high["id"])
    obstacles = merging.obstacles(source_id=high["id"], target_id=low["id"])
    stays = high if high["documents"] > low["documents"] else low
    sides = [side | {"stays": side is stays} for side in (low, high)]
    return row | {"sides": sides, "same_documents": twice, "obstacles": obstacles}


@act(Permission.MERGE_CUSTOMERS)
def search(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Have the workers look through the portfolio again."""
    background.hand_over(task=SEARCH_TASK, key=_search_key(), company=connection.schema_name)  # type: ignore[attr-defined]
    notices.success(request, _("La búsqueda empezó. Puede dejar esta página."))
    return redirect("staff:duplicates")


@act(Permission.MERGE_CUSTOMERS)
def confirm(request: HttpRequest, visit: Visit, proposal_id: int) -> HttpResponse:
    """Unite the two customers of a proposal."""
    given = DecisionForm(request.POST)
    if not given.is_valid():
        notices.error(request, _("Elija cuál de los dos clientes se queda."))
        return redirect("staff:duplicates")
    survivor_id = given.cleaned_data["survivor"]
    try:
        merging.confirm(
            proposal_id=proposal_id,
            survivor_id=survivor_id,
            actor=visit.actor,
            today=visit.today,
            at=visit.at,
        )
    except DomainError as refused:
        notices.error(request, refused.message)
        return redirect("staff:duplicates")
    may_undo = may(request)[Permission.UNDO_MERGE.value]
    how = (
        _("En su página se puede deshacer la unión.")
        if may_undo
        else _("Un gerente puede deshacer la unión.")
    )
    notices.success(request, _("Los dos clientes ahora son uno.") + f" {how}")
    return redirect("staff:duplicates")


@act(Permission.MERGE_CUSTOMERS)
def reject(request: HttpRequest, visit: Visit, proposal_id: int) -> HttpResponse:
    """Keep that two customers are two."""
    given = ReasonForm(request.POST)
    note = given.cleaned_data["note"] if given.is_valid() else ""
    try:
        merging.reject(proposal_id=proposal_id, note=note, actor=visit.actor, at=visit.at)
    except DomainError as refused:
        notices.error(request, refused.message)
    else:
        notices.success(request, _("Anotado: no son el mismo. No se volverán a proponer."))
    return redirect("staff:duplicates")


@act(Permission.UNDO_MERGE)
def undo(request: HttpRequest, visit: Visit, merge_id: int) -> HttpResponse:
    """Undo a union."""
    try:
        customer_id = merging.undo(merge_id=merge_id, actor=visit.actor, today=visit.today, at=visit.at)
    except DomainError as refused:
        notices.error(request, refused.message)
        return redirect("staff:duplicates")
    notices.success(
        request, _("La unión se deshizo: este cliente vuelve a estar aparte, con lo que era suyo.")
    )
    return redirect("staff:customer", customer_id)

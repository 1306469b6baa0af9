"""Hoy › Por aprobar: what the plan wants a person to look at before it is done."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.flows import approvals as flow
from puntual.identity.types import Permission
from puntual.plans import queries as plans
from puntual.staff.access import Visit, act, page

_SHOWN = 200
_NOTE_LENGTH_MAX = 300


@dataclass(frozen=True, slots=True)
class StepProposals:
    """What waits of one step: all of it counted, the first of it shown."""

    key: str
    name: str
    total: int
    rows: tuple[dict[str, Any], ...]


@page(Permission.START_RUN)
def approvals(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what waits for approval, step by step."""
    counts = plans.proposal_counts()
    shown: dict[str, list[dict[str, Any]]] = {}
    names: dict[str, str] = {}
    for row in plans.proposals(limit=_SHOWN):
        shown.setdefault(row["step_key"], []).append(row)
        names[row["step_key"]] = plans.step_names(version_id=row["version_id"]).get(row["step_number"], "")
    steps = [StepProposals(key, names[key], counts[key], tuple(rows)) for key, rows in shown.items()]
    return render(
        request,
        "staff/approvals.html",
        {"steps": steps, "total": sum(counts.values()), "shown": sum(len(step.rows) for step in steps)},
    )


@act(Permission.START_RUN)
def decide(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Approve or stop the actions that were chosen, or a whole step."""
    step_key = request.POST.get("step", "")[:60]
    chosen = (
        plans.proposals_of_step(step_key=step_key)
        if step_key
        else [int(one) for one in request.POST.getlist("action") if one.isdecimal() and len(one) < 19]
    )
    if not chosen:
        notices.error(request, _("Elija al menos una gestión."))
        return redirect("staff:approvals")
    if request.POST.get("decision") == "approve":
        count = flow.approve(action_ids=chosen, actor=visit.actor, at=visit.at)
        told = ngettext("Se aprobó %d gestión.", "Se aprobaron %d gestiones.", count)
    else:
        note = request.POST.get("note", "").strip()[:_NOTE_LENGTH_MAX]
        count = flow.stop(action_ids=chosen, note=note, actor=visit.actor, at=visit.at)
        told = ngettext("Se detuvo %d gestión.", "Se detuvieron %d gestiones.", count)
    notices.success(request, told % count)
    return redirect("staff:approvals")

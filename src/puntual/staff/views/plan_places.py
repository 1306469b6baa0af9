"""Plan › Planes › Editar › Etapas y segmentos: the places of a draft in their order, and how many fall into each."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from puntual.assessment import queries as assessment
from puntual.assessment.types import AllOf, Condition, Not
from puntual.identity.types import Permission
from puntual.lib.errors import NotFound
from puntual.plans.types import DraftEdit, EditKind
from puntual.staff import plan_drafts
from puntual.staff.access import Visit, act, page
from puntual.staff.forms import plan_specs

_OWNERS = {"etapa": "etapas", "segmento": "segmentos"}


@page(Permission.EDIT_PLAN)
def places(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """List the stages and segments of a draft in their order."""
    draft = plan_drafts.draft_of(version_id)
    if not draft.is_open:
        return redirect("staff:plan_version", version_id)
    if not draft.data:
        return redirect("staff:plan_draft_text", version_id)
    currency = plan_specs.currency_of(draft.data)
    context = plan_drafts.frame(draft, "places") | {
        "stages": _stages(draft.data, currency),
        "segments": _segments(draft.data, currency),
    }
    return render(request, "staff/plan_places.html", context)


def _words(raw: Any, currency: str) -> str:
    condition, wrong = assessment.understood(raw=raw, currency=currency)
    return assessment.condition_words(condition=condition) if condition is not None else " ".join(wrong)


def _stages(data: Any, currency: str) -> list[dict[str, Any]]:
    found = plan_specs.members(data, "etapas")
    return [
        {
            "at": at,
            "name": one.get("nombre") or one.get("clave"),
            "kind": str(one.get("tipo", "")),
            "kind_name": dict(plan_specs.KINDS).get(str(one.get("tipo", "")), one.get("tipo", "")),
            "words": _words(one.get("entra"), currency) if at else _("Todo el que debe empieza aquí"),
            "is_last": at == len(found) - 1,
        }
        for at, one in found
    ]


def _segments(data: Any, currency: str) -> list[dict[str, Any]]:
    """List the segments with how many customers fall into each: who fulfils its condition and none before it."""
    found = plan_specs.members(data, "segmentos")
    before: list[Condition] = []
    shown = []
    for at, one in found:
        condition, wrong = assessment.understood(raw=one.get("si"), currency=currency)
        falls = None
        if condition is not None:
            own = AllOf((*(Not(part) for part in before), condition))
            falls = assessment.matches(condition=own, limit=1)
            before.append(condition)
        shown.append(
            {
                "at": at,
                "name": one.get("nombre") or one.get("clave"),
                "words": " ".join(wrong) or _words(one.get("si"), currency) or _("Quien no cae en otro"),
                "falls": falls,
                "is_last": at == len(found) - 1,
            }
        )
    return shown


@act(Permission.EDIT_PLAN)
def edit(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Move a stage or a segment in its order, or take it away."""
    draft = plan_drafts.draft_of(version_id)
    owner = _OWNERS.get(request.POST.get("part", ""), "")
    count = len(plan_specs.members(draft.data, owner)) if owner else 0
    at, to = (request.POST.get(name, "") for name in ("at", "to"))
    if not (at.isdecimal() and len(at) < 4 and int(at) < count):
        raise NotFound(_("El plan no tiene esa parte."))
    if request.POST.get("act") == "remove":
        edit_asked = DraftEdit(EditKind.REMOVE, (owner, int(at)))
    elif to.isdecimal() and len(to) < 4 and int(to) < count:
        edit_asked = DraftEdit(EditKind.MOVE, (owner, int(at)), place=int(to))
    else:
        raise NotFound(_("El plan no tiene esa parte."))
    if plan_drafts.carry_out(request, visit, version_id=version_id, edits=[edit_asked]):
        notices.success(request, _("Se guardó en el borrador."))
    return redirect("staff:plan_places", version_id)

"""Plan › Planes › Editar: the matrix of a draft, its strategies on their timelines, and its text."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from puntual.assessment import queries as assessment
from puntual.flows import governing
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError, NotFound
from puntual.plans import queries as plans
from puntual.plans.types import DraftEdit, EditKind, Fault
from puntual.staff import plan_drafts
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms import plan_specs
from puntual.staff.plan_drafts import Draft
from puntual.staff.views.plan_parts import panel_of
from puntual.staff.views.plan_versions import UnreadableFile, uploaded_text

_NEW = "nuevo"
_DAYS_MIN, _DAYS_MAX = -365, 3650
_TEXT_LENGTH_MAX = 600_000


@page(Permission.EDIT_PLAN)
def editor(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Show a draft: which strategy is for which cell, and the steps of each; one step open beside them."""
    draft = plan_drafts.draft_of(version_id)
    if not draft.is_open:
        notices.info(request, _("Esta versión ya no es borrador: se puede leer, no cambiar."))
        return redirect("staff:plan_version", version_id)
    if not draft.data:
        return redirect("staff:plan_draft_text", version_id)
    context = plan_drafts.frame(draft, "strategies") | {
        "matrix": _matrix(draft.data),
        "strategies": _strategies(draft),
        "panel": panel_of(request, draft, wanted=request.GET.get("paso", "")),
    }
    return render(request, "staff/plan_editor.html", context)


def _names(keys: Any, known: dict[str, str]) -> list[str]:
    return [known.get(str(key), str(key)) for key in keys] if isinstance(keys, list) else []


def _matrix(data: Any) -> dict[str, Any]:
    """Lay out which strategies are for which stage and segment; those for all stages stand in every cell."""
    stages, segments = plan_specs.named(data, "etapas"), plan_specs.named(data, "segmentos")
    strategies = plan_specs.members(data, "estrategias")
    rows = []
    for segment, segment_name in segments:
        cells = []
        for stage, stage_name in stages:
            takes = [
                at
                for at, one in strategies
                if (not one.get("etapas") or stage in one["etapas"])
                and (not one.get("segmentos") or segment in one["segmentos"])
            ]
            own = [at for at in takes if _has_stages(data, at)]
            cells.append({"stage": stage_name, "own": own, "shared": [at for at in takes if at not in own]})
        rows.append({"name": segment_name, "cells": cells})
    kinds = {
        str(one.get("clave")): str(one.get("tipo", "")) for _at, one in plan_specs.members(data, "etapas")
    }
    return {"stages": [{"name": name, "kind": kinds.get(key, "")} for key, name in stages], "rows": rows}


def _has_stages(data: Any, at: int) -> bool:
    """Say whether a strategy is for stages of its own, not for all of them."""
    return bool(plans.part_of(data=data, path=("estrategias", at, "etapas")))


def _strategies(draft: Draft) -> list[dict[str, Any]]:
    data = draft.data
    stages, segments = dict(plan_specs.named(data, "etapas")), dict(plan_specs.named(data, "segmentos"))
    found = []
    for at, one in plan_specs.members(data, "estrategias"):
        steps = [
            _step(draft, at, place, step)
            for place, step in plan_specs.members(data, "estrategias", at, "pasos")
        ]
        own_stages, own_segments = one.get("etapas") or [], one.get("segmentos") or []
        found.append(
            {
                "at": at,
                "name": ", ".join(_names(own_stages, stages)) or _("En cualquier etapa"),
                "segments": ", ".join(_names(own_segments, segments)) or _("todos los segmentos"),
                "steps": steps,
                "last": len(steps) - 1,
                "lanes": _lanes(steps),
                "stage_boxes": [(key, name, key in own_stages) for key, name in stages.items()],
                "segment_boxes": [(key, name, key in own_segments) for key, name in segments.items()],
            }
        )
    return found


def _step(draft: Draft, at: int, place: int, step: dict[str, Any]) -> dict[str, Any]:
    path = ("estrategias", at, "pasos", place)
    channels = dict(plan_specs.CHANNELS)
    raw = step.get("canal")
    ways = [raw, *(step.get("alternativas") or [])] if raw else []
    condition, _wrong = assessment.understood(raw=step.get("si"), currency=plan_specs.currency_of(draft.data))
    days = step.get("dias")
    return {
        "at": at,
        "place": place,
        "key": str(step.get("clave", "")),
        "name": str(step.get("nombre") or step.get("clave") or _("Sin nombre")),
        "anchor": str(step.get("ancla", "")),
        "days": days if isinstance(days, int) and not isinstance(days, bool) else None,
        "how": ", ".join(str(channels.get(one, one)) for one in ways) or _("Mueve el caso"),
        "icon": _ICONS.get(str(raw), "arrow-right"),
        "needs_approval": step.get("por_aprobar") is True,
        "condition": assessment.condition_words(condition=condition) if condition is not None else "",
        "is_wrong": any(_is_under(fault, path) for fault in draft.faults),
    }


_ICONS = {
    "correo": "mail",
    "whatsapp": "brand-whatsapp",
    "sms": "device-mobile",
    "llamada": "phone",
    "carta": "mail-opened",
    "visita": "map-pin",
}


def _is_under(fault: Fault, path: tuple[str | int, ...]) -> bool:
    return fault.path[: len(path)] == path


def _lanes(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lay the steps that count from the same day on one line, with the days that it must show."""
    labels = dict(plan_specs.ANCHORS)
    found: dict[str, list[dict[str, Any]]] = {}
    for step in steps:
        if step["days"] is not None:
            found.setdefault(step["anchor"], []).append(step)
    return [
        {
            "anchor": anchor,
            "label": labels.get(anchor, anchor),
            "steps": own,
            "first": min(0, *(step["days"] for step in own)),
            "last": max(0, *(step["days"] for step in own)),
        }
        for anchor, own in found.items()
    ]


def _int(text: str, *, least: int = 0, most: int = 9999) -> int:
    """Read a place or a number of days that a page sent. Raises: NotFound."""
    try:
        found = int(text[:6])
    except ValueError as error:
        raise NotFound(_("El plan no tiene esa parte.")) from error
    if not least <= found <= most:
        raise NotFound(_("El plan no tiene esa parte."))
    return found


@act(Permission.EDIT_PLAN)
def edit(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Carry out a small edit of the editor's first page: move a step or a strategy, take one away, add one."""
    draft = plan_drafts.draft_of(version_id)
    wanted = request.POST.get("act", "")
    back = reverse("staff:plan_editor", args=[version_id])
    if wanted == "new_strategy":
        count = len(plan_specs.members(draft.data, "estrategias"))
        value = {**_cells(request), "pasos": []}
        edits = [DraftEdit(EditKind.INSERT, ("estrategias",), value, count)]
        back += f"?paso={count}.{_NEW}"
    else:
        at = _int(request.POST.get("strategy", ""))
        edits, anchor = _edits_of(request, draft, wanted, at)
        back += anchor
    if plan_drafts.carry_out(request, visit, version_id=version_id, edits=edits) and wanted.startswith(
        "remove"
    ):
        notices.success(request, _("Se quitó del borrador."))
    return redirect(back)


def _cells(request: HttpRequest) -> dict[str, Any]:
    chosen = {name: request.POST.getlist(name)[:50] for name in ("etapas", "segmentos")}
    return {name: keys for name, keys in chosen.items() if keys}


def _edits_of(request: HttpRequest, draft: Draft, wanted: str, at: int) -> tuple[list[DraftEdit], str]:
    """Say which edits a button means, and where the page goes on. Raises: NotFound."""
    strategy = ("estrategias", at)
    if wanted == "cells":
        cells = _cells(request)
        edits = [
            DraftEdit(EditKind.PUT, (*strategy, name), cells.get(name)) for name in ("etapas", "segmentos")
        ]
        return edits, f"#estrategia-{at}"
    if wanted == "remove_strategy":
        return [DraftEdit(EditKind.REMOVE, strategy)], ""
    if wanted == "move_strategy":
        to = _int(request.POST.get("to", ""))
        return [DraftEdit(EditKind.MOVE, strategy, place=to)], f"#estrategia-{to}"
    step = (*strategy, "pasos", _int(request.POST.get("step", "")))
    key = plans.part_of(data=draft.data, path=(*step, "clave"))
    if wanted == "days":
        days = _int(request.POST.get("days", ""), least=_DAYS_MIN, most=_DAYS_MAX)
        return [DraftEdit(EditKind.PUT, (*step, "dias"), days)], f"#paso-{key}"
    if wanted == "move":
        return [DraftEdit(EditKind.MOVE, step, place=_int(request.POST.get("to", "")))], f"#fila-{key}"
    if wanted == "remove":
        return [DraftEdit(EditKind.REMOVE, step)], f"#estrategia-{at}"
    raise NotFound(_("El plan no tiene esa parte."))


@form(Permission.EDIT_PLAN)
def text(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Show the draft's file, and save it as it was written or sent."""
    draft = plan_drafts.draft_of(version_id)
    if not draft.is_open:
        return redirect("staff:plan_text", version_id)
    context = plan_drafts.frame(draft, "text") | {"text": draft.text}
    if request.method == "POST":
        try:
            context["text"] = uploaded_text(request) if "file" in request.FILES else _sent_text(request)
            governing.rewrite_draft(
                version_id=version_id,
                text=context["text"],
                digest=request.POST.get("digest", ""),
                actor=visit.actor,
                at=visit.at,
            )
        except NotFound:
            raise
        except DomainError as refused:
            context |= {"refused": refused.message, "digest": request.POST.get("digest", "")}
            return render(request, "staff/plan_draft_text.html", context, status=422)
        notices.success(request, _("Se guardó el borrador."))
        return redirect("staff:plan_draft_text", version_id)
    return render(request, "staff/plan_draft_text.html", context)


def _sent_text(request: HttpRequest) -> str:
    found = request.POST.get("text", "").replace("\r\n", "\n")
    if len(found) > _TEXT_LENGTH_MAX:
        raise UnreadableFile(_("El archivo es demasiado grande para ser un plan."))
    return found


@act(Permission.EDIT_PLAN)
def check_text(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Say what is wrong with the text that is being written, each with its line. Saves nothing."""
    plans.version_card(version_id=version_id)
    _found, faults = governing.check_plan(text=request.POST.get("text", "").replace("\r\n", "\n"))
    told = plans.fault_lines(faults=faults)
    return render(request, "staff/_plan_text_faults.html", {"faults": told, "is_checked": True})

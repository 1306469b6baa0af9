"""Plan › Planes › Editar: the forms of the parts of a draft, checked by the plan's own rules as they are filled in."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from puntual.assessment import queries as assessment
from puntual.assessment.types import AllOf, Condition, Not
from puntual.flows import governing
from puntual.identity.types import Permission
from puntual.lib.errors import NotFound
from puntual.outreach import queries as outreach
from puntual.plans import queries as plans
from puntual.plans.types import DraftEdit, EditKind, MalformedPlan
from puntual.staff import plan_drafts
from puntual.staff.access import Visit, form
from puntual.staff.condition_effect import effect_of
from puntual.staff.forms import plan_conditions, plan_parts, plan_specs
from puntual.staff.forms.plan_parts import PartField, PartForm
from puntual.staff.plan_drafts import Draft

_NEW = "nuevo"
_NEW_STEP = {"nombre": "", "ancla": "atraso", "dias": 1, "canal": "correo"}
_LISTS = {"etapa": "etapas", "segmento": "segmentos"}


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A part that is being edited: its form, what it says now, and where a new one goes in its list."""

    name: str
    place: str
    form: PartForm
    value: dict[str, Any]
    inserts_at: int | None = None


def open_part(draft: Draft, name: str, place: str) -> OpenPart:
    """Find a part of a draft and its form. Raises: NotFound."""
    data = draft.data
    if name == "paso":
        return _step(data, place)
    if name in _LISTS:
        return _member(data, name, place)
    forms = {
        "general": plan_specs.plan_form,
        "politica": lambda: plan_specs.policy_form(data=data),
        "recursos": lambda: plan_specs.resources_form(data=data),
        "objetivos": lambda: plan_specs.goals_form(data=data),
    }
    if name not in forms:
        raise NotFound(_("El plan no tiene esa parte."))
    found = forms[name]()
    value = plans.part_of(data=data, path=found.path)
    return OpenPart(name, "", found, value if isinstance(value, dict) else {})


def _place_of(text: str, count: int) -> int:
    """Read a place in a list. Raises: NotFound."""
    if not text.isdecimal() or len(text) > 4 or int(text) >= count:
        raise NotFound(_("El plan no tiene esa parte."))
    return int(text)


def _count(data: Any, *path: str | int) -> int:
    found = plans.part_of(data=data, path=path)
    return len(found) if isinstance(found, list) else 0


def _step(data: Any, place: str) -> OpenPart:
    strategy, _dot, own = place.partition(".")
    at = _place_of(strategy, _count(data, "estrategias"))
    steps = ("estrategias", at, "pasos")
    count = _count(data, *steps)
    templates = template_choices()
    if own == _NEW:
        found = plan_specs.step_form(data=data, path=(*steps, count), templates=templates)
        return OpenPart("paso", place, found, dict(_NEW_STEP), count)
    path = (*steps, _place_of(own, count))
    value = plans.part_of(data=data, path=path)
    if not isinstance(value, dict):
        raise NotFound(_("El plan no tiene esa parte."))
    return OpenPart("paso", place, plan_specs.step_form(data=data, path=path, templates=templates), value)


def _member(data: Any, name: str, place: str) -> OpenPart:
    owner = _LISTS[name]
    count = _count(data, owner)
    if place == _NEW:
        # A new segment comes before the last one, into which falls whoever fits no other.
        at = max(0, count - 1) if name == "segmento" else count
        path: tuple[str | int, ...] = (owner, at)
        value: Any = {"nombre": "", **({"tipo": "administrativa"} if name == "etapa" else {})}
        inserts_at: int | None = at
    else:
        path, inserts_at = (owner, _place_of(place, count)), None
        value = plans.part_of(data=data, path=path)
        if not isinstance(value, dict):
            raise NotFound(_("El plan no tiene esa parte."))
    if name == "etapa":
        found = plan_specs.stage_form(data=data, path=path, is_first=path[1] == 0)
    else:
        found = plan_specs.segment_form(data=data, path=path, is_last=place != _NEW and path[1] == count - 1)
    return OpenPart(name, place, found, value, inserts_at)


def _edits(draft: Draft, part: OpenPart, value: dict[str, Any]) -> list[DraftEdit]:
    """Say which edits make a part what its form says."""
    path = part.form.path
    if part.inserts_at is not None:
        if part.name == "paso":
            members = [
                one
                for at, _one in plan_specs.members(draft.data, "estrategias")
                for _place, one in plan_specs.members(draft.data, "estrategias", at, "pasos")
            ]
        else:
            members = [one for _at, one in plan_specs.members(draft.data, str(path[0]))]
        taken = {str(one.get("clave")) for one in members}
        keyed = {"clave": new_key(str(value.get("nombre", "")), taken), **value}
        return [DraftEdit(EditKind.INSERT, path[:-1], keyed, part.inserts_at)]
    if not path:
        names = [name for name in {**part.value, **value} if part.value.get(name) != value.get(name)]
        return [DraftEdit(EditKind.PUT, (name,), value.get(name)) for name in names]
    return [DraftEdit(EditKind.PUT, path, value)] if value or part.value else []


@form(Permission.EDIT_PLAN)
def part(request: HttpRequest, visit: Visit, version_id: int, name: str) -> HttpResponse:
    """Show the form of a part; build its conditions, say what is wrong as it is filled in, and save it."""
    draft = plan_drafts.draft_of(version_id)
    if not draft.is_open:
        return redirect("staff:plan_version", version_id)
    if not draft.data:
        return redirect("staff:plan_draft_text", version_id)
    opened = open_part(draft, name, request.GET.get("en", ""))
    if request.method != "POST":
        return _page(request, draft, opened, shown_part(draft, opened))
    value = plan_parts.sent_part(opened.form, opened.value, request.POST)
    trees = _sent_trees(opened, request)
    if "armar" in request.POST:
        shown = shown_part(draft, opened, value=value, trees=trees)
        return _page(request, draft, opened, shown)
    edits = _edits(draft, opened, value)
    told = _told(draft, opened, edits)
    shown = shown_part(draft, opened, value=value, trees=trees, told=told)
    if "revisar" in request.GET:
        return render(request, "staff/_plan_checked.html", {"part": shown})
    if any(told.values()):
        return _page(request, draft, opened, shown, status=422)
    if not plan_drafts.carry_out(request, visit, version_id=version_id, edits=edits):
        return _page(request, draft, opened, shown, status=409)
    notices.success(request, _("Se guardó en el borrador."))
    return redirect(_back(version_id, opened, value))


def _back(version_id: int, opened: OpenPart, value: dict[str, Any]) -> str:
    if opened.name == "paso":
        return reverse("staff:plan_editor", args=[version_id]) + f"#fila-{value.get('clave', '')}"
    if opened.name in _LISTS:
        return reverse("staff:plan_places", args=[version_id])
    return reverse("staff:plan_part", args=[version_id, opened.name])


def _page(
    request: HttpRequest, draft: Draft, opened: OpenPart, shown: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    tab = "places" if opened.name in _LISTS else "strategies" if opened.name == "paso" else opened.name
    context = plan_drafts.frame(draft, tab) | {"part": shown}
    if request.method == "POST":
        # What was refused was written over the text that the person saw, not over a newer one.
        context["digest"] = request.POST.get("digest", "")
    return render(request, "staff/plan_part.html", context, status=status)


def _told(draft: Draft, opened: OpenPart, edits: Sequence[DraftEdit]) -> dict[str, list[str]]:
    """Say what would be wrong with this part."""
    try:
        faults = governing.faults_with(text=draft.text, edits=edits)
    except MalformedPlan as refused:
        faults = refused.faults
    sentences = [plans.fault_sentence(fault=one) for one in faults]
    return plan_parts.told_by_field(opened.form, faults, sentences)


def _conditions(opened: OpenPart) -> list[PartField]:
    return [one for one in opened.form.fields() if isinstance(one, PartField) and one.kind == "condition"]


def _sent_trees(opened: OpenPart, request: HttpRequest) -> dict[str, plan_conditions.Group]:
    """Read the conditions as they are being built, and carry out what a button asked for."""
    wanted, _colon, act = request.POST.get("armar", "").partition(":")
    found = {}
    for one in _conditions(opened):
        if plan_conditions.is_sent(request.POST, one.name):
            tree = plan_conditions.sent_tree(request.POST, one.name)
            found[one.name] = plan_conditions.changed(tree, act) if wanted == one.name else tree
    return found


def shown_part(
    draft: Draft,
    opened: OpenPart,
    *,
    value: dict[str, Any] | None = None,
    trees: dict[str, plan_conditions.Group] | None = None,
    told: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    """Lay a part out for its template, with whom its conditions are true of."""
    said = opened.value if value is None else value
    if told is None:
        told = _told(draft, opened, []) if value is None and opened.inserts_at is None else {}
    currency = plan_specs.currency_of(draft.data)
    effects = {}
    for one in _conditions(opened):
        raw = plan_parts.at(said, one.name)
        if trees and one.name in trees:
            raw = plan_conditions.raw_of(trees[one.name])
        effects[one.name] = _effect(draft, opened, raw, currency)
    groups = plan_parts.shown_groups(opened.form, said, currency=currency, trees=trees or {}, told=told)
    for group in groups:
        for field in group["fields"]:
            field["effect"] = effects.get(field["name"])
    address = reverse("staff:plan_part", args=[draft.id, opened.name])
    return {
        "name": opened.name,
        "is_new": opened.inserts_at is not None,
        "title": _title(opened, said),
        "address": f"{address}?en={opened.place}",
        "groups": groups,
        "told": told.get("", []),
        "facts": assessment.fact_cards() if effects else [],
        "template": said.get("plantilla") or "",
    }


def _title(opened: OpenPart, said: dict[str, Any]) -> str:
    titles = {
        "general": _("Datos del plan"),
        "politica": _("Política"),
        "recursos": _("Recursos"),
        "objetivos": _("Objetivos"),
    }
    if opened.name in titles:
        return titles[opened.name]
    if opened.inserts_at is None:
        return str(said.get("nombre") or said.get("clave") or _("Sin nombre"))
    return {"paso": _("Paso nuevo"), "etapa": _("Etapa nueva"), "segmento": _("Segmento nuevo")}[opened.name]


def _effect(draft: Draft, opened: OpenPart, raw: Any, currency: str) -> dict[str, Any]:
    """Say whom a condition is true of, in words and numbers; of a segment, who is not in one before it."""
    effect = effect_of(raw=raw, currency=currency)
    if "condition" in effect and opened.name == "segmento":
        before = _before(draft, opened, currency)
        if before:
            own = AllOf((*(Not(one) for one in before), effect["condition"]))
            effect["falls_here"] = assessment.matches(condition=own, limit=1).customers
    return effect


def _before(draft: Draft, opened: OpenPart, currency: str) -> list[Condition]:
    """Read the conditions of the segments before this one; one with faults takes nobody."""
    found = []
    for at, one in plan_specs.members(draft.data, "segmentos"):
        if at >= int(opened.form.path[1]):
            break
        condition, wrong = assessment.understood(raw=one.get("si"), currency=currency)
        if condition is not None and not wrong:
            found.append(condition)
    return found


def panel_of(request: HttpRequest, draft: Draft, *, wanted: str) -> dict[str, Any] | None:
    """Lay out the step that is open beside the strategies, if one is."""
    return shown_part(draft, open_part(draft, "paso", wanted)) if wanted else None


def new_key(name: str, taken: set[str]) -> str:
    """Make a key out of a name that no other part has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:36].strip("-") or "parte"
    found, number = base, 2
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    return found


def template_choices() -> list[tuple[str, str]]:
    """Offer the company's templates in Spanish."""
    return sorted(
        ((key, name) for (key, language), name in outreach.template_names().items() if language == "es"),
        key=lambda one: one[1],
    )

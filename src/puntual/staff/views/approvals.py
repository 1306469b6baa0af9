"""Hoy › Por aprobar and Hoy › En espera: what is planned passes through a person's hands, step by step."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel
from puntual.db import rows as tables
from puntual.flows import approvals as flow
from puntual.flows import endings
from puntual.flows.approvals import Stopped
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError
from puntual.lib.text import is_storable
from puntual.plans import queries as plans
from puntual.plans.types import ActionState, WaitingStep
from puntual.staff.access import BROKEN_TEXT, Visit, act, form, page
from puntual.staff.forms.approvals import ChangeForm
from puntual.staff.views.case import may
from puntual.staff.views.case_acts import Sheet, carry_out, sent

_SHOWN = 50
_NOTE_LENGTH_MAX = 300
_PAGES = {
    "approvals": (ActionState.PROPOSED,),
    "waiting_actions": (ActionState.QUEUED, ActionState.OPEN),
}


@dataclass(frozen=True, slots=True)
class StepWaiting:
    """What waits of one step: all of it counted with its amounts, the first of it shown."""

    key: str
    name: str
    total: int
    overdue: tuple[tuple[str, Any], ...]
    rows: tuple[dict[str, Any], ...]
    is_campaign: bool


def step_name(*, row: WaitingStep | dict[str, Any]) -> str:
    """Name the step of the plan that an action or a count is of."""
    version_id, number, key = (
        (row.version_id, row.number, row.key)
        if isinstance(row, WaitingStep)
        else (row["version_id"], row["step_number"], row["step_key"])
    )
    return plans.step_names(version_id=version_id).get(number, key) if version_id else key


def _steps(states: tuple[ActionState, ...]) -> list[StepWaiting]:
    counted: dict[str, list[WaitingStep]] = {}
    for one in plans.waiting_steps(states=states):
        counted.setdefault(one.key, []).append(one)
    found = []
    for key, parts in counted.items():
        overdue: dict[str, Any] = {}
        for part in parts:
            for currency, amount in part.overdue:
                overdue[currency] = overdue.get(currency, 0) + amount
        found.append(
            StepWaiting(
                key=key,
                name=step_name(row=parts[0]),
                total=sum(part.total for part in parts),
                overdue=tuple(sorted(overdue.items())),
                rows=tuple(
                    {**row, "overdue": _overdue(row["overdue_amounts"])}
                    for row in plans.waiting_of_step(step_key=key, states=states, limit=_SHOWN)
                ),
                is_campaign=parts[0].campaign_id is not None,
            )
        )
    return found


def _overdue(amounts: Any) -> list[tuple[str, Any]]:
    return sorted((tables.as_json(amounts) if amounts else {}).items())


def _page(request: HttpRequest, visit: Visit, *, name: str) -> HttpResponse:
    steps = _steps(_PAGES[name])
    stops = plans.stops_on(as_of=visit.today, known_at=visit.at)
    names = {one.key: one.name for one in plans.active_version()[1].steps} if stops else {}
    return render(
        request,
        "staff/approvals.html",
        {
            "steps": steps,
            "is_approving": name == "approvals",
            "here": name,
            "may": may(request),
            "stops": [(names.get(key, key), one) for key, one in stops.items()],
        },
    )


@page(Permission.SEE_AUDIT)
def approvals(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what waits for approval, step by step."""
    return _page(request, visit, name="approvals")


@page(Permission.SEE_AUDIT)
def waiting_actions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what needs no approval and still waits: messages for their hour, tasks for a person."""
    return _page(request, visit, name="waiting_actions")


@act(Permission.START_RUN)
def decide(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Approve or stop the actions that were chosen or all of a step, or stop a whole step for today."""
    back = request.POST.get("page", "")
    back = back if back in _PAGES else "approvals"
    step_key = request.POST.get("step", "")[:60]
    decision = request.POST.get("decision", "")
    note = request.POST.get("note", "").strip()[:_NOTE_LENGTH_MAX]
    if decision == "resume-step":
        if flow.resume_step(as_of=visit.today, step_key=step_key, actor=visit.actor, at=visit.at):
            notices.success(request, _("El paso sigue: lo detenido se vuelve a ver en la corrida de mañana."))
        return redirect(f"staff:{back}")
    is_whole = decision in {"approve-all", "stop-all"}
    chosen = (
        plans.ids_of_step(step_key=step_key, states=_PAGES[back])
        if is_whole
        else [int(one) for one in request.POST.getlist("action") if one.isdecimal() and len(one) < 19]
    )
    if decision in {"approve", "approve-all"} and chosen:
        count = flow.approve(action_ids=chosen, actor=visit.actor, at=visit.at)
        told = ngettext("Se aprobó %d gestión.", "Se aprobaron %d gestiones.", count)
        notices.success(request, told % count)
        _tell_gone(request, len(chosen) - count)
    elif not is_storable(note):
        notices.error(request, BROKEN_TEXT)
    elif decision in {"stop", "stop-all", "stop-step"} and not note:
        notices.error(request, _("Escriba el motivo: queda con cada gestión que se detiene."))
    elif decision == "stop-step" and step_key:
        stopped = flow.stop_step(
            as_of=visit.today, step_key=step_key, note=note, actor=visit.actor, at=visit.at
        )
        _tell(request, stopped)
    elif decision in {"stop", "stop-all"} and chosen:
        only_proposed = back == "approvals"
        done = flow.stop(
            action_ids=chosen, note=note, only_proposed=only_proposed, actor=visit.actor, at=visit.at
        )
        _tell(request, done)
        _tell_gone(request, len(chosen) - done.stopped if only_proposed else 0)
    else:
        notices.error(request, _("Elija al menos una gestión."))
    return redirect(f"staff:{back}")


def _tell_gone(request: HttpRequest, gone: int) -> None:
    """Say how many somebody else had approved or stopped since the page was opened."""
    if gone:
        told = ngettext(
            "%d gestión ya no esperaba aprobación: otra persona la aprobó o la detuvo. No se cambió.",
            "%d gestiones ya no esperaban aprobación: otra persona las aprobó o las detuvo. No se cambiaron.",
            gone,
        )
        notices.warning(request, told % gone)


def _tell(request: HttpRequest, done: Stopped) -> None:
    told = ngettext("Se detuvo %d gestión.", "Se detuvieron %d gestiones.", done.stopped) % done.stopped
    notices.success(request, told)
    if done.too_late:
        late = ngettext(
            "%d mensaje ya estaba saliendo o había salido: no se detuvo.",
            "%d mensajes ya estaban saliendo o habían salido: no se detuvieron.",
            done.too_late,
        )
        notices.warning(request, late % done.too_late)


@page(Permission.SEE_AUDIT)
def action_text(request: HttpRequest, visit: Visit, action_id: int) -> HttpResponse:
    """Show what one customer would get by a waiting action, as things stand."""
    found = plans.action(action_id=action_id)
    words, refusal = flow.sample_of(action_id=action_id, today=visit.today)
    is_mail = found["channel"] == Channel.EMAIL
    return render(
        request,
        "staff/action_text.html",
        {
            "action": found,
            "name": step_name(row=found),
            "words": words,
            "is_mail": is_mail,
            "why_not": endings.in_words(reason=refusal.value, country=visit.country) if refusal else "",
            "back_url": _back(found),
            "may": may(request),
        },
    )


def _back(found: dict[str, Any]) -> str:
    is_proposed = found["state"] == ActionState.PROPOSED
    return reverse("staff:approvals" if is_proposed else "staff:waiting_actions")


@form(Permission.START_RUN)
def change_action(request: HttpRequest, visit: Visit, action_id: int) -> HttpResponse:
    """Have one waiting action done at another moment, by another way or in other words; the law is asked."""
    found = plans.action(action_id=action_id)
    ways = [
        (channel, point)
        for channel in flow.channels_of(action_id=action_id)
        for point in contacts.points_of(customer_id=found["customer_id"])
        if point.kind is flow.KIND_OF.get(channel)
    ]
    zone = ZoneInfo(_time_zone(request))
    given = ChangeForm(
        sent(request),
        ways=ways,
        own=(found["channel"], found["contact_point_id"]),
        moment=max(found["not_before"], visit.at).astimezone(zone),
        today=visit.today,
        wordings=flow.wordings() if any(channel is Channel.EMAIL for channel, _point in ways) else {},
        template=found["template"],
    )

    def act_on(data: dict[str, Any]) -> str:
        channel, _sign, point_id = data["way"].partition(":")
        moment = datetime.combine(data["day"], data["hour"], tzinfo=zone)
        flow.change(
            action_id=action_id,
            channel=Channel(channel),
            contact_point_id=int(point_id),
            moment=max(moment, visit.at) if moment.date() == visit.today else moment,
            template=data.get("template", ""),
            actor=visit.actor,
            country=visit.country,
            today=visit.today,
            at=visit.at,
        )
        return str(_("La gestión de %s se cambió; la ley se revisa otra vez al hacerse.") % found["name"])

    verdict = _verdict(found, visit=visit)
    sheet = Sheet(
        title=_("Cambiar: %s") % step_name(row=found),
        button=_("Cambiar"),
        back_url=_back(found),
        about=f"{found['name']} · {verdict}",
    )
    return carry_out(request, form=given, sheet=sheet, act=act_on)


def _time_zone(request: HttpRequest) -> str:
    company: Any = request.company  # type: ignore[attr-defined]
    return str(company.time_zone)


def _verdict(found: dict[str, Any], *, visit: Visit) -> str:
    """Say what the law says of the action as it is planned."""
    if found["contact_point_id"] is None or not found["channel"]:
        return ""
    try:
        asked = flow.ask_again(
            action_id=found["id"],
            channel=Channel(found["channel"]),
            contact_point_id=found["contact_point_id"],
            moment=max(found["not_before"], visit.at),
            country=visit.country,
            today=visit.today,
        )
    except DomainError as refused:
        return refused.message
    if asked.is_allowed:
        return str(_("Como está planeada, la ley la permite."))
    said = " ".join(rule.text for rule in asked.rules)
    return str(_("Como está planeada, hoy no se permite: %s") % said)

"""Mensajes › Campañas: something done once for customers that a person chose, and what became of it."""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.assessment import queries as assessment
from puntual.assessment.types import Clock
from puntual.contacts.types import Channel
from puntual.flows import campaigns as flow
from puntual.flows.explain import said_of
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError
from puntual.lib.text import is_storable
from puntual.outreach import queries as outreach
from puntual.plans import queries as plans
from puntual.plans.types import CampaignAsk, CampaignState
from puntual.staff.access import BROKEN_TEXT, Visit, act, form, page
from puntual.staff.condition_effect import effect_of
from puntual.staff.forms import plan_conditions
from puntual.staff.forms.campaigns import CampaignForm
from puntual.staff.views.case_acts import sent

_SHOWN = 100
_CONDITION = "condition"
_NOTE_LENGTH_MAX = 300


def _may(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.can(Permission.START_RUN))


@page(Permission.SEE_MESSAGES)
def campaigns(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List campaigns, the newest first, with how far they got."""
    found = plans.campaigns(limit=_SHOWN)
    return render(request, "staff/campaigns.html", {"rows": found, "may_launch": _may(request)})


@form(Permission.START_RUN)
def new_campaign(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask for a campaign: build its condition, see what it would do, then the button with the numbers."""
    zone = ZoneInfo(_time_zone(request))
    tree = plan_conditions.sent_tree(request.POST, _CONDITION)
    is_building = "armar" in request.POST
    if is_building:
        tree = plan_conditions.changed(tree, request.POST["armar"].partition(":")[2])
    raw = plan_conditions.raw_of(tree)
    clock = Clock(today=visit.today, at=visit.at, time_zone=zone.key)
    condition = _shown_condition(tree, raw=raw, currency=visit.currency, clock=clock)
    if "revisar" in request.GET:
        return render(request, "staff/_plan_checked.html", {"part": {"groups": [{"fields": [condition]}]}})
    given = _form(request, visit, zone=zone, has_condition=raw is not None, is_building=is_building)
    part = {"address": reverse("staff:new_campaign"), "facts": assessment.fact_cards()}
    context: dict[str, Any] = {"form": given, "field": condition, "part": part}
    if given.is_bound and given.is_valid():
        ask = _ask(given.cleaned_data, condition=raw, zone=zone, at=visit.at)
        try:
            if "launch" in request.POST:
                key = f"staff:{given.cleaned_data['form_key']}"
                campaign_id = flow.ask_for(
                    key=key, ask=ask, actor=visit.actor, today=visit.today, at=visit.at
                )
                return redirect("staff:campaign", campaign_id)
            shown = flow.preview(ask=ask, today=visit.today, at=visit.at)
            context |= {"preview": shown, "others": _others(shown.others, country=visit.country)}
        except DomainError as refused:
            given.add_error(None, refused.message)
    status = 422 if given.is_bound and given.errors else 200
    return render(request, "staff/campaign_new.html", context, status=status)


def _form(
    request: HttpRequest, visit: Visit, *, zone: ZoneInfo, has_condition: bool, is_building: bool
) -> CampaignForm:
    """Make the form; while a condition is being built it keeps what was typed and finds no fault with it yet."""
    names = outreach.template_names()
    given = CampaignForm(
        None if is_building else sent(request),
        segments=list(plans.place_names()[1].items()),
        templates=[(key, names[key, "es"]) for key in flow.TEMPLATES if (key, "es") in names],
        teams=flow.teams(),
        moment=visit.at.astimezone(zone),
        has_condition=has_condition,
    )
    if is_building:
        given.initial = {name: request.POST[name] for name in given.fields if name in request.POST}
    return given


def _shown_condition(tree: plan_conditions.Group, *, raw: Any, currency: str, clock: Clock) -> dict[str, Any]:
    """Lay the condition out as the editor of plans does, with whom it is true of."""
    return {
        "kind": "condition",
        "name": _CONDITION,
        "slot": _CONDITION,
        "label": _("Condición"),
        "help": _("Sin comparaciones, la campaña es para todos los clientes."),
        "tree": plan_conditions.shown(tree, name=_CONDITION, currency=currency),
        "effect": effect_of(raw=raw, currency=currency, demanded_by=clock),
    }


def _ask(data: dict[str, Any], *, condition: Any, zone: ZoneInfo, at: datetime) -> CampaignAsk:
    is_mail = data["channel"] == Channel.EMAIL
    return CampaignAsk(
        name=data["name"],
        condition=condition,
        segment_key=data["segment"],
        channel=Channel(data["channel"]),
        purpose=flow.purpose_of(template=data["template"] if is_mail else ""),
        template=data["template"] if is_mail else "",
        team="" if is_mail else data["team"],
        instructions="" if is_mail else data["instructions"],
        not_before=max(datetime.combine(data["day"], data["hour"], tzinfo=zone), at),
    )


def _others(counts: Any, *, country: str) -> list[tuple[str, int]]:
    return [
        (said_of(outcome=outcome, reasons=why, country=country), times) for (outcome, why), times in counts
    ]


@page(Permission.SEE_MESSAGES)
def campaign(request: HttpRequest, visit: Visit, campaign_id: int) -> HttpResponse:
    """Show a campaign: whom it reached, why others not, and what became of it."""
    found = plans.campaign(campaign_id=campaign_id)
    # Different reasons may be told alike, as those of whoever is contacted are.
    times: Counter[str] = Counter()
    for row in plans.campaign_counts(campaign_id=campaign_id):
        words = said_of(outcome=row["outcome"], reasons=row["reasons"], country=visit.country)
        times[words] += row["times"]
    counts = times.most_common()
    segments = plans.place_names()[1]
    return render(
        request,
        "staff/campaign.html",
        {
            "campaign": found,
            "segment": segments.get(found.segment_key, found.segment_key),
            "condition": flow.words_of(ask=found.ask, currency=visit.currency),
            "template_name": outreach.template_names().get((found.template, "es"), ""),
            "counts": counts,
            "results": plans.campaign_results(campaign_id=campaign_id),
            "is_waiting": found.state is CampaignState.PROPOSED,
            "is_own": found.author_id == visit.actor.id,
            "is_stopped": found.state is CampaignState.STOPPED,
            "may_launch": _may(request),
        },
    )


@act(Permission.START_RUN)
def approve_campaign(request: HttpRequest, visit: Visit, campaign_id: int) -> HttpResponse:
    """Begin a campaign as the second person."""
    try:
        count = flow.approve(campaign_id=campaign_id, actor=visit.actor, today=visit.today, at=visit.at)
    except DomainError as refused:
        notices.error(request, refused.message)
    else:
        told = ngettext("Campaña lanzada: %d gestión.", "Campaña lanzada: %d gestiones.", count)
        notices.success(request, told % count)
    return redirect("staff:campaign", campaign_id)


@act(Permission.START_RUN)
def stop_campaign(request: HttpRequest, visit: Visit, campaign_id: int) -> HttpResponse:
    """End a campaign with what still waits of it."""
    note = request.POST.get("note", "").strip()[:_NOTE_LENGTH_MAX]
    if not note or not is_storable(note):
        notices.error(request, BROKEN_TEXT if note else _("Escriba el motivo para detener la campaña."))
        return redirect("staff:campaign", campaign_id)
    try:
        done = flow.stop(campaign_id=campaign_id, note=note, actor=visit.actor, at=visit.at)
    except DomainError as refused:
        notices.error(request, refused.message)
    else:
        told = ngettext("Se detuvo %d gestión.", "Se detuvieron %d gestiones.", done.stopped)
        notices.success(request, told % done.stopped)
        if done.too_late:
            notices.warning(request, _("%d ya estaban saliendo o habían salido.") % done.too_late)
    return redirect("staff:campaign", campaign_id)


def _time_zone(request: HttpRequest) -> str:
    company: Any = request.company  # type: ignore[attr-defined]
    return str(company.time_zone)

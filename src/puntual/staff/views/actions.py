"""Hoy › Acciones: what the run, and the campaigns of the day, planned to do, and how far it got."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from puntual.identity.types import Permission
from puntual.plans import queries as plans
from puntual.plans.types import ActionState, Outcome
from puntual.staff.access import Visit, page
from puntual.staff.views.runs import day_of

_STATES = tuple(ActionState)


@dataclass(frozen=True, slots=True)
class StepActions:
    """What was planned for one step or campaign through one channel, by state."""

    name: str
    channel: str
    states: tuple[int, ...]
    total: int
    url: str


@page(Permission.SEE_RUNS)
def actions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Count what a run planned by step, channel and state, and the campaigns of its day; each row opens its own."""
    asked = request.GET.get("dia", "")
    days = plans.run_days(limit=14)
    newest = days[0]["as_of"] if days else visit.today
    if plans.actions_of_campaigns(day=visit.today):
        newest = visit.today
    as_of = day_of(asked) if asked else newest
    found = plans.run_of(as_of=as_of)
    rows = plans.actions_of_run(run_id=found.id) if found else []
    steps = plans.plan_of_version(version_id=found.version_id).steps if found else ()
    lines = _lines(rows, names={step.number: step.name for step in steps}, as_of=as_of)
    lines += _campaign_lines(plans.actions_of_campaigns(day=as_of))
    return render(
        request,
        "staff/actions.html",
        {
            "as_of": as_of,
            "days": days,
            "lines": lines,
            "states": [state.value for state in _STATES],
            "totals": [sum(line.states[at] for line in lines) for at in range(len(_STATES))],
            "total": sum(line.total for line in lines),
            "is_empty": not lines,
        },
    )


def _lines(rows: list[dict[str, Any]], *, names: dict[int, str], as_of: date) -> list[StepActions]:
    counted: dict[tuple[int, str], dict[str, int]] = {}
    for row in rows:
        counted.setdefault((row["step_number"], row["channel"]), {})[row["state"]] = row["times"]
    address = reverse("staff:decided", args=[as_of.isoformat()])
    return [
        StepActions(
            name=names.get(number, ""),
            channel=channel,
            states=tuple(states.get(state, 0) for state in _STATES),
            total=sum(states.values()),
            url=f"{address}?{urlencode([('step', number), ('outcome', Outcome.ACT.value)])}",
        )
        for (number, channel), states in sorted(counted.items())
    ]


def _campaign_lines(rows: list[dict[str, Any]]) -> list[StepActions]:
    counted: dict[tuple[int, str, str], dict[str, int]] = {}
    for row in rows:
        counted.setdefault((row["campaign_id"], row["name"], row["channel"]), {})[row["state"]] = row["times"]
    return [
        StepActions(
            name=_("Campaña: %(name)s") % {"name": name},
            channel=channel,
            states=tuple(states.get(state, 0) for state in _STATES),
            total=sum(states.values()),
            url=reverse("staff:campaign", args=[campaign_id]),
        )
        for (campaign_id, name, channel), states in counted.items()
    ]

"""Cumplimiento › Bitácora: who did what, when, to whom, before and after."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from puntual.audit.types import ActorKind
from puntual.identity import queries as identities
from puntual.identity.types import Permission
from puntual.insights.queries import events as trail
from puntual.insights.queries.events import AskedEvents
from puntual.plans import queries as planned
from puntual.staff import event_words
from puntual.staff.access import Visit, page
from puntual.staff.views.customers import search_of
from puntual.web import paging
from puntual.web.fields import BoundDayField

_SIZE = 50
# Words are looked for in so many days unless one is chosen: no index holds them.
_SEARCH_DAYS = 90
_FIRST = date(1990, 1, 1)
_SUBJECTS = {
    "import": "staff:import",
    "payment": "staff:payment",
    "campaign": "staff:campaign",
    "message": "staff:message",
    "movement": "staff:movement",
}


class EventsForm(forms.Form):
    """Which events are asked for; everything may be left open."""

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        people = [(f"STAFF:{one['id']}", one["name"]) for one in identities.staff_list()]
        kinds = [(code, str(words)) for code, words in event_words.ACTORS.items()]
        groups = [(key, str(label)) for key, (label, _acts) in event_words.GROUPS.items()]
        self.fields["who"] = forms.ChoiceField(
            label=_("Quién"), required=False, choices=[("", _("Cualquiera")), *people, *kinds]
        )
        self.fields["what"] = forms.ChoiceField(
            label=_("Qué"), required=False, choices=[("", _("Todo")), *groups]
        )
        self.fields["day"] = BoundDayField(label=_("Qué día"), required=False, first=_FIRST, last=today)


@page(Permission.SEE_EVENTS)
def events(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the audit trail, newest first, by person, kind, day and search; words are found of the last days."""
    given = EventsForm(request.GET, today=visit.today)
    zone = ZoneInfo(request.company.time_zone)  # type: ignore[attr-defined]
    is_refused = not given.is_valid()
    asked = _asked(given.cleaned_data, search=search_of(request), zone=zone)
    is_recent = bool(asked.search) and asked.since is None
    if is_recent:
        asked = replace(asked, since=visit.at - timedelta(days=_SEARCH_DAYS))
    total = 0 if is_refused else trail.event_count(asked=asked)
    shown = paging.page_of(asked=request.GET.get("page"), total=total, size=_SIZE)
    people = {one["id"]: one["name"] for one in identities.staff_list()}
    rows = trail.event_page(asked=asked, limit=_SIZE, skip=shown.offset) if total else []
    steps = {
        version_id: planned.step_names(version_id=version_id)
        for version_id in {row["version_id"] for row in rows if row["version_id"] is not None}
    }
    return render(
        request,
        "staff/events.html",
        {
            "form": given,
            "q": search_of(request),
            "page": shown,
            "is_empty": not rows,
            "search_days": _SEARCH_DAYS if is_recent else None,
            "is_filtered": any(request.GET.get(name) for name in ("q", "who", "what", "day")),
            "rows": [
                {
                    **row,
                    **_subject(row, people=people, steps=steps),
                    "did": event_words.sentence(action=row["action"]),
                    "details": event_words.details(event=row),
                    "who": row["actor_label"] or event_words.ACTORS.get(row["actor_kind"], ""),
                }
                for row in rows
            ],
        },
        status=422 if is_refused else 200,
    )


def _subject(
    row: dict[str, Any], *, people: dict[int, str], steps: dict[int, dict[int, str]]
) -> dict[str, str]:
    """Name what was changed, with the page where it is seen, where it has one."""
    kind, number = row["subject_type"], row["subject_id"]
    if kind == "user":
        return {"subject": f"«{people[number]}»" if number in people else "", "url": ""}
    if kind == "action":
        step = row["campaign_name"] or steps.get(row["version_id"], {}).get(row["step_number"], "")
        return {"subject": f"«{step}»" if step else "", "url": ""}
    if kind not in _SUBJECTS or number is None:
        return {"subject": "", "url": ""}
    return {"subject": _("ver"), "url": reverse(_SUBJECTS[kind], args=[number])}


def _asked(data: dict[str, Any], *, search: str, zone: ZoneInfo) -> AskedEvents:
    kind, _colon, person = data.get("who", "").partition(":")
    day = data.get("day")
    since = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) if day else None
    until = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC) if day else None
    return AskedEvents(
        actions=tuple(event_words.GROUPS[data["what"]][1]) if data.get("what") else None,
        actor_kind=ActorKind(kind).value if kind else None,
        actor_id=int(person) if person else None,
        since=since,
        until=until,
        search=search,
    )

"""Plan › Simular: what a version would do today, in the days to come, and in days that are over."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from puntual.flows import rehearsal
from puntual.identity.types import Permission
from puntual.insights.queries import rehearsals
from puntual.insights.types import RehearsalCard, RehearsalKind, RehearsalState
from puntual.lib.errors import DomainError, NotFound
from puntual.plans import queries as plans
from puntual.portfolio import queries as portfolio
from puntual.staff import background, rehearsal_sheets
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.rehearsals import RehearsalForm
from puntual.web import states
from puntual.web.background import REHEARSE_TASK

_SHOWN = 30
_WEEK = 7


@form(Permission.SEE_RUNS)
def simulate(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what was rehearsed, and take what is to be rehearsed next."""
    versions = [
        (
            row["id"],
            f"{row['name']} v{row['number']} · {states.state(name=row['state'], kind='version').label}",
        )
        for row in plans.versions()
    ]
    asked = RehearsalForm(
        request.POST if request.method == "POST" else None,
        versions=versions,
        today=visit.today,
        initial={"kind": request.GET.get("kind", ""), "version": request.GET.get("version", "")},
    )
    if request.method == "POST":
        if not _may_ask(request):
            raise PermissionDenied
        if asked.is_valid():
            data = asked.cleaned_data
            try:
                return _begin(
                    request,
                    visit,
                    kind=RehearsalKind(data["kind"]),
                    version_id=int(data["version"]),
                    first=data["first"] or visit.today,
                    last=data["last"] or visit.today,
                )
            except DomainError as refused:
                asked.add_error(None, refused.message)
    return render(
        request,
        "staff/simulate.html",
        {
            "form": asked,
            "rows": rehearsals.rehearsals(limit=_SHOWN),
            "has_versions": bool(versions),
            "may_ask": _may_ask(request),
        },
        status=422 if asked.is_bound else 200,
    )


def _may_ask(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.can(Permission.EDIT_PLAN))


def _begin(
    request: HttpRequest, visit: Visit, *, kind: RehearsalKind, version_id: int, first: date, last: date
) -> HttpResponse:
    rehearsal_id = rehearsal.ask(
        kind=kind,
        version_id=version_id,
        first=first,
        last=last,
        today=visit.today,
        actor=visit.actor,
        at=visit.at,
    )
    company = _company_of(request)
    key = background.rehearsal_key(company=company, rehearsal_id=rehearsal_id)
    background.hand_over(task=REHEARSE_TASK, key=key, company=company, rehearsal_id=rehearsal_id)
    return redirect("staff:rehearsal", rehearsal_id)


def _company_of(request: HttpRequest) -> str:
    company: Any = request.company  # type: ignore[attr-defined]
    name: str = company.schema_name
    return name


@act(Permission.EDIT_PLAN)
def preview(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Rehearse today with a version; 0 is the one in force."""
    try:
        chosen = version_id or plans.active_version()[0]
        return _begin(
            request, visit, kind=RehearsalKind.PREVIEW, version_id=chosen, first=visit.today, last=visit.today
        )
    except NotFound:
        raise Http404 from None
    except DomainError as refused:
        notices.error(request, refused.message)
        return redirect("staff:simulate")


@act(Permission.EDIT_PLAN)
def again(request: HttpRequest, visit: Visit, rehearsal_id: int) -> HttpResponse:
    """Rehearse the same anew."""
    card = _card(rehearsal_id)
    try:
        return _begin(
            request, visit, kind=card.kind, version_id=card.version_id, first=card.first, last=card.last
        )
    except DomainError as refused:
        notices.error(request, refused.message)
        return redirect("staff:rehearsal", rehearsal_id)


def _card(rehearsal_id: int) -> RehearsalCard:
    try:
        return rehearsals.rehearsal(rehearsal_id=rehearsal_id)
    except NotFound:
        raise Http404 from None


@page(Permission.SEE_RUNS)
def report(request: HttpRequest, visit: Visit, rehearsal_id: int) -> HttpResponse:
    """Show a rehearsal: how far it is, or what came of it."""
    card = _card(rehearsal_id)
    context: dict[str, Any] = {**_standing(request, card), "may_ask": _may_ask(request)}
    if card.report is not None:
        found = rehearsal.revived(document=rehearsal.named(document=card.report))
        context |= {
            "report": found,
            "limits": rehearsal.limit_sentences(limits=found["limits"]),
            "weeks": _weeks(found["days"]) if card.kind is RehearsalKind.CALENDAR else (),
            "chart": _chart(found["days"]) if card.kind is RehearsalKind.REPLAY else {},
            "weekdays": [_("Lun"), _("Mar"), _("Mié"), _("Jue"), _("Vie"), _("Sáb"), _("Dom")],
        }
    return render(request, f"staff/rehearsal_{card.kind.value.lower()}.html", context)


def _standing(request: HttpRequest, card: RehearsalCard) -> dict[str, Any]:
    """Say how far a rehearsal is; one whose job is gone without an end is lost."""
    is_waiting = card.state in (RehearsalState.WAITING, RehearsalState.RUNNING)
    key = background.rehearsal_key(company=_company_of(request), rehearsal_id=card.id)
    is_under_way = is_waiting and background.is_under_way(key=key)
    return {
        "card": card,
        "is_under_way": is_under_way,
        "is_lost": is_waiting and not is_under_way,
    }


@page(Permission.SEE_RUNS)
def progress(request: HttpRequest, visit: Visit, rehearsal_id: int) -> HttpResponse:
    """Answer the page that waits for a rehearsal."""
    context = _standing(request, _card(rehearsal_id))
    answer = render(request, "staff/_rehearsal_progress.html", context)
    if not context["is_under_way"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _weeks(days: Sequence[dict[str, Any]]) -> list[list[dict[str, Any] | None]]:
    """Lay days out in weeks that begin on Monday."""
    first: date = days[0]["day"]
    cells: list[dict[str, Any] | None] = [None] * first.weekday()
    cells += [
        {**one, "is_over": any(cell["is_over"] for cell in (*one["channels"], *one["teams"]))} for one in days
    ]
    cells += [None] * (-len(cells) % _WEEK)
    return [cells[at : at + _WEEK] for at in range(0, len(cells), _WEEK)]


def _chart(days: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Draw what the version would have decided each day beside what was really planned."""
    series = [{"name": _("Con esta versión"), "values": [one["decided"] for one in days]}]
    if any(one["has_run"] for one in days):
        series.append({"name": _("De verdad"), "values": [one["real"] for one in days]})
    return {"categories": [one["day"].strftime("%d/%m") for one in days], "series": series}


@page(Permission.SEE_RUNS)
def workbook(request: HttpRequest, visit: Visit, rehearsal_id: int) -> HttpResponse:
    """Give a report as an Excel file."""
    card = _card(rehearsal_id)
    if card.report is None:
        raise Http404
    found = rehearsal.revived(document=rehearsal.named(document=card.report))
    return rehearsal_sheets.answer(card=card, report=found)


@page(Permission.SEE_CUSTOMERS)
def coming_steps(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """List the days of the next steps of a customer, if nothing is paid; a part of their page."""
    card = portfolio.customer_card(customer_id=customer_id)
    try:
        found = rehearsal.calendar_of_customer(external_id=card.external_id, today=visit.today, at=visit.at)
    except DomainError as refused:
        return render(request, "staff/_coming_steps.html", {"refused": refused.message})
    days = [one for one in found.days if one.carried]
    return render(
        request,
        "staff/_coming_steps.html",
        {"days": days, "last": visit.today + timedelta(days=len(found.days) - 1)},
    )

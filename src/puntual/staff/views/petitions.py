"""Cumplimiento: complaints and requests about data – what is due soon first, and one with its history."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from puntual.companies import queries as companies
from puntual.flows import petitions
from puntual.flows.petitions import lawful_address
from puntual.identity.types import Permission
from puntual.lib import formats
from puntual.rights import queries as rights
from puntual.rights.types import EventKind, Happened, Kind, Outcome, Petition, State
from puntual.staff.access import Visit, page
from puntual.staff.views.case import may
from puntual.staff.views.customers import search_of
from puntual.web import states
from puntual.web.own_data_files import json_of
from puntual.web.own_data_paper import paper_of
from puntual.web.papers import pdf_of

_ROWS_MAX = 500
_ICONS = {
    EventKind.OPENED: "message-report",
    EventKind.ANSWERED: "send",
    EventKind.REOPENED: "refresh",
    EventKind.CARRIED_OUT: "circle-check",
    EventKind.BLOCKED: "lock",
    EventKind.TAKEN: "user",
    EventKind.DATA_MAILED: "paperclip",
}
_TYPES = {"json": "application/json", "pdf": "application/pdf"}


@page(Permission.SEE_PETITIONS)
def complaints(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List complaints."""
    return _listed(request, visit, is_complaint=True)


@page(Permission.SEE_PETITIONS)
def requests(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List requests about data."""
    return _listed(request, visit, is_complaint=False)


def _listed(request: HttpRequest, visit: Visit, *, is_complaint: bool) -> HttpResponse:
    # Who looks for a folio wants it whatever became of it.
    asked = search_of(request)
    shows_all = request.GET.get("ver") == "todas" or bool(asked)
    found = rights.petition_list(
        is_complaint=is_complaint, is_waiting=not shows_all, folio=asked, limit=_ROWS_MAX
    )
    context = {
        "q": asked,
        "is_complaint": is_complaint,
        "shows_all": shows_all,
        "shows_waiting": not shows_all,
        "is_empty": not found,
        "rows": [shown(one, visit=visit) for one in found],
        "late": sum(1 for one in found if one.due_date and one.due_date < visit.today),
        "may": may(request),
    }
    return render(request, "staff/petitions.html", context)


def shown(petition: Petition, *, visit: Visit) -> dict[str, Any]:
    """Put a petition into the words of a row."""
    due = petition.due_date
    return {
        "petition": petition,
        "cause": rights.cause_text(code=petition.cause, country=visit.country) if petition.cause else "",
        "is_late": due is not None and due < visit.today,
        "is_reopened": petition.state is State.OPEN and petition.reopened_count > 0,
        "is_about_me": petition.collector_id is not None and petition.collector_id == visit.actor.id,
    }


@page(Permission.SEE_PETITIONS)
def petition(request: HttpRequest, visit: Visit, petition_id: int) -> HttpResponse:
    """Show one: what the person says, until when it is answered, what was done, and what can be done now."""
    one = rights.petition(petition_id=petition_id)
    row = shown(one, visit=visit)
    acts = _acts(request, one, is_about_me=row["is_about_me"])
    point = (
        lawful_address(customer_id=one.customer_id, country=visit.country, today=visit.today, at=visit.at)
        if acts["answer"]
        else None
    )
    context = {
        **row,
        "acts": acts,
        "address": point.value if point else "",
        "answers": rights.answers_of(petition_ids=[one.id]).get(one.id, []),
        "contacts": rights.contacts_of(petition_ids=[one.id]).get(one.id, []),
        "events": [_event(each) for each in rights.events_of(petition_ids=[one.id]).get(one.id, [])],
        "may": may(request),
    }
    return render(request, "staff/petition.html", context)


def _acts(request: HttpRequest, one: Petition, *, is_about_me: bool) -> dict[str, bool]:
    """Say what this person may do with it now; nobody decides a complaint about themself."""
    user: Any = request.user
    is_mine = user.can(Permission.ANSWER_PETITION) and not is_about_me
    waits = one.state is State.ANSWERED and one.carry_out_due_date is not None
    may_carry = user.can(Permission.CARRY_OUT_PETITION) and not is_about_me
    return {
        "take": is_mine and one.state is State.OPEN and one.owner_id != user.pk,
        "assign": is_mine and one.state is State.OPEN,
        "answer": is_mine and one.state is State.OPEN,
        "withdraw": is_mine and one.state is State.OPEN,
        "change": is_mine and one.is_complaint,
        "reopen": is_mine and rights.may_reopen(petition=one),
        "carry": waits and may_carry,
        "data": is_mine and one.kind in (Kind.ACCESS, Kind.PORTABILITY) and one.outcome in _GIVEN,
        "edit": is_mine and one.kind is Kind.RECTIFICATION and waits,
    }


_GIVEN = (Outcome.GRANTED, Outcome.PARTLY)


def _locale() -> str:
    return formats.locale_of(language=get_language() or "es-mx")


def _event(one: Happened) -> dict[str, Any]:
    word = states.state(name=one.kind, kind="petition_event")
    told = []
    if one.data.get("outcome"):
        told.append(str(states.state(name=one.data["outcome"], kind="petition_outcome").label))
    if one.kind is EventKind.ANSWERED:
        told.append(
            _("por correo") if one.data.get("is_sent") else _("sin correo lícito: en su portal o a mano")
        )
    if one.kind is EventKind.REOPENED:
        told.append(_("lo pidió la persona") if one.data.get("is_by_person") else "")
        until = date.fromisoformat(one.data["answer_due_date"])
        told.append(_("se contesta a más tardar el %s") % formats.day(value=until, locale=_locale()))
    if one.data.get("is_late"):
        told.append(_("fuera de plazo"))
    if one.data.get("identity_check"):
        told.append(str(states.state(name=one.data["identity_check"], kind="identity_check").label))
    if one.data.get("data_hash"):
        told.append(_("huella de los datos: %(hash)s") % {"hash": one.data["data_hash"][:16]})
    return {
        "title": word.label,
        "tone": word.tone,
        "icon": _ICONS.get(one.kind, "circle-dot"),
        "at": one.at,
        "who": one.actor_label,
        "text": " · ".join(filter(None, told)),
    }


@page(Permission.ANSWER_PETITION)
def petition_data(request: HttpRequest, visit: Visit, petition_id: int, kind: str) -> HttpResponse:
    """Hand over the data of who asked for them and was granted them, as the portal does."""
    if kind not in _TYPES:
        raise Http404
    one = rights.petition(petition_id=petition_id)
    kept = petitions.hand_over_data(
        petition_id=petition_id,
        company=companies.current_company(base_url=request.build_absolute_uri("/").rstrip("/")),
        actor=visit.actor,
        today=visit.today,
        at=visit.at,
    )
    if kept is None:
        raise Http404
    content = pdf_of(paper=paper_of(kept=kept), at=visit.at) if kind == "pdf" else json_of(kept=kept)
    response = HttpResponse(content, content_type=_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{one.folio}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response

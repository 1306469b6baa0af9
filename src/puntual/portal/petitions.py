"""«Presentar una queja» and «Mis datos y derechos»: to complain, to ask about one's data, and what became of it."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from puntual.contacts import queries as contact_rows
from puntual.contacts.types import Channel, Direction
from puntual.flows import petitions
from puntual.lib import formats
from puntual.lib.errors import DomainError
from puntual.portal import access
from puntual.portal.access import Visit
from puntual.portal.petition_forms import ComplaintForm, DisagreeForm, RequestForm
from puntual.portal.why import channel_word
from puntual.rights import queries as rights
from puntual.rights.types import IdentityCheck, Kind, NewPetition, Petition, Way

_CONTACTS_OFFERED = 6
_methods = require_http_methods(["GET", "HEAD", "POST"])


@_methods
@access.with_identity
def complaint(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Complain about contact or treatment; contact about the debt rests from this moment."""
    form = ComplaintForm(
        request.POST if request.method == "POST" else None,
        causes=rights.causes(country=visit.company.country),
        contacts=_contacts(visit),
        today=visit.today,
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        new = NewPetition(
            key=visit.act_key(data["form_key"]),
            customer_id=visit.customer_id,
            kind=Kind.COMPLAINT,
            way=Way.PORTAL,
            received_date=visit.today,
            words=data["words"],
            cause=data["cause"],
            happened_date=data["happened_date"],
            attempt_ids=tuple(int(one) for one in data.get("attempts", ())),
        )
        try:
            return redirect(visit.url("petition", _open(new, visit).folio))
        except DomainError as refused:
            form.add_error(None, refused.message)
    status = 422 if form.is_bound else 200
    context = {
        "form": form,
        "rights_url": visit.url("rights"),
        "authorities": _authorities(Kind.COMPLAINT, visit),
    }
    return access.show(request, visit, "portal/complaint.html", context, status=status)


@_methods
@access.with_identity
def my_rights(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask for one's data, their correction, deletion or that they be used no more; and see what was asked before."""
    form = RequestForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        new = NewPetition(
            key=visit.act_key(data["form_key"]),
            customer_id=visit.customer_id,
            kind=Kind(data["kind"]),
            way=Way.PORTAL,
            received_date=visit.today,
            words=data["words"],
            # Who is in here has proved who they are.
            identity_check=IdentityCheck.PORTAL,
        )
        try:
            return redirect(visit.url("petition", _open(new, visit).folio))
        except DomainError as refused:
            form.add_error(None, refused.message)
    found = rights.petitions_of(customer_id=visit.customer_id)
    context = {
        "form": form,
        "authorities": _authorities(Kind.ACCESS, visit),
        "petitions": [{"petition": one, "url": visit.url("petition", one.folio)} for one in found],
        "urls": {
            name: visit.url(name) for name in ("complaint", "own_data", "own_paper", "why", "preferences")
        },
    }
    return access.show(request, visit, "portal/rights.html", context, status=422 if form.is_bound else 200)


@require_safe
@access.with_identity
def petition(request: HttpRequest, visit: Visit, folio: str) -> HttpResponse:
    """Show one of one's own: its folio, until when it is answered, and the answer."""
    one = _own(folio, visit)
    context = {
        "petition": one,
        "disagree_until": _disagree_until(one, visit),
        "disagree_url": visit.url("disagree", folio),
        "authorities": _authorities(one.kind, visit),
        "cause": rights.cause_text(code=one.cause, country=visit.company.country) if one.cause else "",
        "answers": rights.answers_of(petition_ids=[one.id]).get(one.id, []),
        "rights_url": visit.url("rights"),
        "urls": {name: visit.url(name) for name in ("own_data", "own_paper")},
    }
    return access.show(request, visit, "portal/petition.html", context)


@_methods
@access.with_identity
def disagree(request: HttpRequest, visit: Visit, folio: str) -> HttpResponse:
    """Say that one does not agree with the answer: it is looked at again, and contact about the debt rests again."""
    one = _own(folio, visit)
    form = DisagreeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            petitions.reopen_petition(
                petition_id=one.id,
                key=visit.act_key(form.cleaned_data["form_key"]),
                words=form.cleaned_data["words"],
                country=visit.company.country,
                actor=visit.actor,
                today=visit.today,
                at=visit.at,
            )
            return redirect(visit.url("petition", folio))
        except DomainError as refused:
            form.add_error(None, refused.message)
    if not form.is_bound and _disagree_until(one, visit) is None:
        return redirect(visit.url("petition", folio))
    context = {
        "form": form,
        "petition": one,
        "petition_url": visit.url("petition", folio),
        "authorities": _authorities(one.kind, visit),
    }
    return access.show(request, visit, "portal/disagree.html", context, status=422 if form.is_bound else 200)


def _own(folio: str, visit: Visit) -> Petition:
    """Return one of one's own; what is another's does not exist here."""
    for one in rights.petitions_of(customer_id=visit.customer_id):
        if one.folio == folio:
            return one
    raise Http404


def _disagree_until(one: Petition, visit: Visit) -> date | None:
    """Return the last day on which one may disagree with the answer; None where that is not so, or no more."""
    country, zone = visit.company.country, visit.company.time_zone
    if not rights.may_disagree(petition=one, country=country, time_zone=zone, today=visit.today):
        return None
    return rights.disagree_until(petition=one, country=country, time_zone=zone)


def _authorities(kind: Kind, visit: Visit) -> tuple[str, ...]:
    return rights.authorities_for(kind=kind, country=visit.company.country, at=visit.at)


def _open(new: NewPetition, visit: Visit) -> Petition:
    return petitions.open_petition(
        new=new, country=visit.company.country, actor=visit.actor, today=visit.today, at=visit.at
    )


def _contacts(visit: Visit) -> list[tuple[str, str]]:
    """List the newest contacts that the company made, to point at."""
    locale = formats.locale_of(language=get_language() or "es-mx")
    found: list[Any] = contact_rows.attempts_of(customer_id=visit.customer_id, limit=_CONTACTS_OFFERED)
    return [
        (
            str(one["id"]),
            f"{channel_word(Channel(one['channel']))}, "
            f"{formats.moment(value=timezone.localtime(one['at']), locale=locale)}",
        )
        for one in found
        if one["direction"] == Direction.OUTBOUND
    ]

"""Cumplimiento › Listas de exclusión: files with people not to contact, shown before they count."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.contacts import queries as contacts
from puntual.contacts.operations import UnableToList
from puntual.contacts.types import ListKind
from puntual.flows import exclusions as flow
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.case import ReasonForm
from puntual.staff.forms.people import ListForm
from puntual.staff.views.case import may
from puntual.staff.views.case_acts import Sheet, carry_out, sent
from puntual.web import paging

_SIZE = 50


@page(Permission.SEE_LISTS)
def lists(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show every list, the newest first."""
    context = {"rows": contacts.exclusion_lists(today=visit.today), "may": may(request)}
    return render(request, "staff/exclusions.html", context)


@form(Permission.MANAGE_LISTS)
def upload(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take a file in and show whom it is about; it does not count yet."""
    given = ListForm(sent(request), request.FILES or None, today=visit.today)
    if given.is_bound and given.is_valid():
        data = given.cleaned_data
        try:
            taken = flow.take_file(
                content=data["file"].read(),
                file_name=data["file"].name,
                name=data["name"],
                kind=ListKind(data["kind"]),
                from_date=data["from_date"],
                until_date=data["until_date"],
                actor=visit.actor,
                country=visit.country,
                at=visit.at,
            )
        except DomainError as refused:
            given.add_error(None, refused.message)
        else:
            if not taken.is_new:
                notices.info(request, _("Ese archivo ya estaba cargado con ese nombre: nada se escribió."))
            return redirect("staff:exclusion", taken.list_id)
    status = 422 if given.is_bound else 200
    return render(request, "staff/exclusion_new.html", {"form": given}, status=status)


@page(Permission.SEE_LISTS)
def one(request: HttpRequest, visit: Visit, list_id: int) -> HttpResponse:
    """Show a list: what was understood, whom it is about, and what may be done with it."""
    known = contacts.exclusion_list(list_id=list_id, today=visit.today)
    preview = flow.preview(list_id=list_id, today=visit.today)
    shown = paging.page_of(asked=request.GET.get("page"), total=preview.customers or 0, size=_SIZE)
    others = [
        other
        for other in contacts.exclusion_lists(today=visit.today)
        if other["name"] == known["name"] and other["is_in_force"] and other["id"] != list_id
    ]
    context = {
        "list": known,
        "preview": preview,
        "entries": list(preview.entries.items()),
        "page": shown,
        "rows": contacts.list_matches(list_id=list_id, limit=_SIZE, offset=shown.offset),
        "replaced": others[0] if others else None,
        "is_waiting": not known["applied_at"] and not known["withdrawn_at"],
        "may": may(request),
    }
    return render(request, "staff/exclusion.html", context)


@act(Permission.MANAGE_LISTS)
def apply(request: HttpRequest, visit: Visit, list_id: int) -> HttpResponse:
    """Put a list in force."""
    try:
        done = flow.apply(
            list_id=list_id,
            replaces=bool(request.POST.get("replaces")),
            actor=visit.actor,
            today=visit.today,
            at=visit.at,
        )
    except UnableToList as refused:
        notices.error(request, refused.message)
        return redirect("staff:exclusion", list_id)
    if done.is_new:
        told = ngettext(
            "La lista está en vigor: toca a %d cliente.",
            "La lista está en vigor: toca a %d clientes.",
            done.customers,
        )
        notices.success(request, told % done.customers)
    else:
        notices.info(request, _("La lista ya estaba en vigor."))
    return redirect("staff:exclusion", list_id)


@act(Permission.MANAGE_LISTS)
def count(request: HttpRequest, visit: Visit, list_id: int) -> HttpResponse:
    """Count anew whom a list is about."""
    found = flow.count(list_id=list_id, at=visit.at)
    told = ngettext("La lista toca hoy a %d cliente.", "La lista toca hoy a %d clientes.", found)
    notices.success(request, told % found)
    return redirect("staff:exclusion", list_id)


@form(Permission.MANAGE_LISTS)
def withdraw(request: HttpRequest, visit: Visit, list_id: int) -> HttpResponse:
    """Take a list out of force, with the reason."""
    known = contacts.exclusion_list(list_id=list_id, today=visit.today)

    def carry(data: dict[str, Any]) -> str:
        if flow.withdraw(list_id=list_id, reason=data["reason"], actor=visit.actor, at=visit.at):
            return _("La lista se retiró: la siguiente corrida decide de nuevo.")
        return _("Esa lista ya se había retirado.")

    sheet = Sheet(
        title=_("Retirar «%s»") % known["name"],
        button=_("Retirar"),
        back_url=reverse("staff:exclusion", args=[list_id]),
        variant="danger",
        about=_("Deja de valer desde ahora. Queda en el historial con su motivo."),
    )
    return carry_out(request, form=ReasonForm(sent(request)), sheet=sheet, act=carry)

"""«Voy a llamar»: a place in the person's one budget of contacts is taken before somebody reaches for the telephone."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from puntual.compliance.types import IntendedContact, VerdictOutcome
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel
from puntual.flows import contact_now, reserving
from puntual.flows.reserving import Place
from puntual.identity.types import Permission
from puntual.lib import formats
from puntual.portfolio import queries as portfolio
from puntual.staff import standing
from puntual.staff.access import Visit, act, form
from puntual.staff.forms.case import GoForm
from puntual.staff.views.case_acts import Sheet, back_of, carry_out, sent, ways_of

_KEY_LENGTH_MAX = 60


def key_of(*, customer_id: int, form_key: str) -> str:
    """Name a contact, from its place to its record."""
    return f"staff:{customer_id}:{form_key}"


@form(Permission.RECORD_CONTACT)
def go(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Ask the law before a contact, and take its place or say everything that objects; writes nothing else."""
    card = portfolio.customer_card(customer_id=customer_id)
    points = contacts.points_of(customer_id=customer_id)
    asked = request.GET.get("way", "")
    channel = Channel(asked) if asked in Channel.__members__ else Channel.CALL
    best = contacts.best_point(points=points, channel=channel)
    given = GoForm(
        sent(request),
        ways=[one for one in ways_of(points) if one[0].partition(":")[2]],
        way=f"{channel}:{best.id}" if best else "",
    )
    if given.is_bound and given.is_valid():
        name, _colon, point_id = given.cleaned_data["way"].partition(":")
        items = portfolio.open_items(customer_id=customer_id)
        place = reserving.reserve(
            key=key_of(customer_id=customer_id, form_key=given.cleaned_data["form_key"]),
            contact=IntendedContact(
                customer_id,
                Channel(name),
                standing.purpose_of(items=items, today=visit.today),
                int(point_id),
            ),
            actor=visit.actor,
            country=visit.country,
            today=visit.today,
            at=visit.at,
        )
        if place.is_taken:
            query = {
                "lugar": given.cleaned_data["form_key"],
                "way": given.cleaned_data["way"],
                "next": request.POST.get("next", ""),
                "after": request.GET.get("after", ""),
            }
            url = f"{reverse('staff:record_contact', args=[customer_id])}?{urlencode(query)}"
            is_part = bool(request.headers.get("HX-Request"))
            return HttpResponse(headers={"HX-Redirect": url}) if is_part else redirect(url)
        given.add_error(None, _refusal(place, country=visit.country))
    sheet = Sheet(
        title=_("Voy a contactar"),
        button=_("Apartar y seguir"),
        back_url=back_of(request, customer_id),
        about=_(
            "Se pregunta a la ley y se aparta este contacto, para que nadie más lo gaste al mismo tiempo."
        ),
    )
    return carry_out(request, form=given, sheet=sheet, act=_nothing, context={"card": card})


def _nothing(_data: dict[str, Any]) -> str:
    raise AssertionError("a good form was answered before")


def _refusal(place: Place, *, country: str) -> str:
    rules = contact_now.rule_words(verdict=place.verdict, country=country)
    said = " ".join(f"{one.text} ({one.source})" if one.source else one.text for one in rules)
    if place.is_asked:
        return _("Una persona debe liberarlo primero; ya se pidió en Cumplimiento › Por liberar. %s") % said
    if place.verdict.outcome is VerdictOutcome.DEFER and place.verdict.not_before is not None:
        locale = formats.locale_of(language=get_language() or "es-mx")
        when = formats.moment(value=timezone.localtime(place.verdict.not_before), locale=locale)
        return _("Ahora no: se puede desde el %(when)s. %(rules)s") % {"when": when, "rules": said}
    return _("No se debe hacer, y esperar no basta. %s") % said


@act(Permission.RECORD_CONTACT)
def let_go(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Free the place of a contact that was not made."""
    portfolio.customer_card(customer_id=customer_id)
    form_key = request.POST.get("lugar", "")[:_KEY_LENGTH_MAX]
    reserving.give_up(key=key_of(customer_id=customer_id, form_key=form_key), at=visit.at)
    messages.success(request, _("El lugar quedó libre: no cuenta como contacto."))
    return redirect(back_of(request, customer_id))

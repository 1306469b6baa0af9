"""Cumplimiento › Probador: would this contact be lawful? Nothing is written."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from puntual.compliance import queries as compliance
from puntual.compliance.operations.trying import try_contact
from puntual.compliance.types.trying import Tried
from puntual.identity.types import Permission
from puntual.lib import formats
from puntual.staff.access import Visit, form
from puntual.staff.forms.law_tester import TesterForm


@form(Permission.SEE_AUDIT)
def tester(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Judge a contact in words as it is typed: the answer alone for a part of the page, else the whole page."""
    packs = [compliance.law_pack(country=one) for one in compliance.countries()]
    countries = sorted(((one.country, one.file.name) for one in packs), key=lambda one: one[1])
    zone = ZoneInfo(request.company.time_zone)  # type: ignore[attr-defined]
    now = visit.at.astimezone(zone)
    given = TesterForm(
        request.POST if request.method == "POST" else None,
        countries=countries,
        products=compliance.products_of_rules(),
        initial={
            "country": visit.country,
            "state": "Ciudad de México" if visit.country == "MX" else "",
            "channel": "WHATSAPP",
            "owner": "DEBTOR",
            "purpose": "COLLECTION",
            "day": now.date(),
            "hour": now.time().replace(second=0, microsecond=0),
        },
    )
    is_good = given.is_bound and given.is_valid()
    answer = None
    if is_good:
        trial = given.trial()
        try:
            law = compliance.law_of_trial(country=trial.country, day=trial.at.date(), now=visit.at)
            answer = _shown(try_contact(trial=trial, law=law))
        except compliance.BrokenLaw:
            given.add_error(
                None, _("Las reglas de la empresa no se pueden leer: mientras tanto no se contacta a nadie.")
            )
    is_part = bool(request.headers.get("HX-Request"))
    # What is half typed is no failure of a part: its answer says what it waits for.
    status = 422 if given.is_bound and not is_good and not is_part else 200
    template = "staff/_law_answer.html" if is_part else "staff/law_tester.html"
    return render(request, template, {"form": given, "answer": answer}, status=status)


def _shown(tried: Tried) -> dict[str, Any]:
    locale = formats.locale_of(language=get_language() or "es-mx")
    return {
        "tried": tried,
        # In the person's own hour, whatever the company's.
        "next": formats.moment(value=tried.next_at, locale=locale) if tried.next_at else "",
    }

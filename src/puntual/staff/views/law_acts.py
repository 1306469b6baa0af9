"""Cumplimiento › Probador › Buró y gastos: may a bureau be told, may so much be charged? Nothing is written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from puntual.compliance import queries as compliance
from puntual.compliance.operations.acts import try_act
from puntual.identity.types import Permission
from puntual.staff.access import Visit, form
from puntual.staff.forms.law_acts import BUREAU, ActForm


@form(Permission.SEE_AUDIT)
def acts(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Judge an act as it is typed: the answer alone for a part of the page, else the whole page."""
    packs = [compliance.law_pack(country=one) for one in compliance.countries()]
    given = ActForm(
        request.POST if request.method == "POST" else None,
        countries=sorted(((one.country, one.file.name) for one in packs), key=lambda one: one[1]),
        initial={"act": BUREAU, "country": visit.country, "day": visit.today},
    )
    is_good = given.is_bound and given.is_valid()
    is_part = bool(request.headers.get("HX-Request"))
    status = 422 if given.is_bound and not is_good and not is_part else 200
    answer = try_act(trial=given.trial()) if is_good else None
    is_bureau = given["act"].value() == BUREAU
    template = "staff/_law_act_answer.html" if is_part else "staff/law_acts.html"
    return render(request, template, {"form": given, "answer": answer, "is_bureau": is_bureau}, status=status)

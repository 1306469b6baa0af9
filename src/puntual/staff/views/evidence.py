"""The evidence about a customer, for an authority: a paper, its data, or both."""

import io
import json
import zipfile
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from puntual.companies import queries as companies
from puntual.compliance.queries.authorities import authorities
from puntual.flows import evidence as flow
from puntual.identity.types import Permission
from puntual.portfolio import queries as portfolio
from puntual.staff.access import Visit, form
from puntual.staff.forms.case import choice_field
from puntual.web.evidence_paper import paper_of
from puntual.web.papers import pdf_of

_TYPES = {"zip": "application/zip", "pdf": "application/pdf", "json": "application/json"}


class EvidenceForm(forms.Form):
    """To whom it is addressed, and as what."""

    def __init__(self, data: Any = None, *, country: str) -> None:
        super().__init__(data)
        names = [(one.key, one.name) for one in authorities(country=country)]
        self.fields["authority"] = forms.ChoiceField(
            label=_("Dirigido a"), required=False, choices=[("", _("Nadie en particular")), *names]
        )
        self.fields["file"] = choice_field(
            label=_("Archivo"),
            choices=[
                ("zip", _("PDF y datos (JSON), juntos en un ZIP")),
                ("pdf", _("Solo el PDF")),
                ("json", _("Solo los datos (JSON)")),
            ],
        )


@form(Permission.SEE_AUDIT)
def evidence(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Ask for whom, and hand the evidence over; each one made is in the audit log."""
    card = portfolio.customer_card(customer_id=customer_id)
    given = EvidenceForm(request.POST if request.method == "POST" else None, country=visit.country)
    if not given.is_bound or not given.is_valid():
        status = 422 if given.is_bound else 200
        return render(request, "staff/evidence.html", {"card": card, "form": given}, status=status)
    key, kind = given.cleaned_data["authority"], given.cleaned_data["file"]
    company = companies.current_company(base_url=request.build_absolute_uri("/").rstrip("/"))
    found = flow.make_evidence(
        customer_id=customer_id,
        authority=key,
        company=company,
        actor=visit.actor,
        today=visit.today,
        at=visit.at,
    )
    to = next((one.lines for one in authorities(country=visit.country) if one.key == key), ())
    # A number from outside may hold any sign; the row's own is safe in a file name.
    name = f"evidencia-{customer_id}-{visit.today.isoformat()}"
    response = HttpResponse(_file(found, to=to, kind=kind, name=name, visit=visit), content_type=_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _file(found: dict[str, Any], *, to: tuple[str, ...], kind: str, name: str, visit: Visit) -> bytes:
    data = json.dumps(found, ensure_ascii=False, indent=2).encode()
    if kind == "json":
        return data
    pdf = pdf_of(paper=paper_of(evidence=found, to=to), at=visit.at)
    if kind == "pdf":
        return pdf
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.pdf", pdf)
        archive.writestr(f"{name}.json", data)
    return packed.getvalue()

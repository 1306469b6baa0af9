"""Plan › Planes › Editar: the message of a step as a real customer would receive it today."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from puntual.assessment import queries as assessment
from puntual.assessment.types import ALWAYS
from puntual.companies import queries as companies
from puntual.identity.types import Permission
from puntual.lib.errors import NotFound
from puntual.outreach import queries as outreach
from puntual.plans import queries as plans
from puntual.portfolio import queries as portfolio
from puntual.staff.access import Visit, page
from puntual.staff.views.messages import framed
from puntual.staff.views.plan_versions import title_of

_FOUND_MAX = 12


def _preview(request: HttpRequest, visit: Visit, key: str, customer_id: int) -> outreach.Preview:
    company = companies.current_company(base_url=request.build_absolute_uri("/").rstrip("/"))
    return outreach.customer_preview(key=key, customer_id=customer_id, company=company, today=visit.today)


def _chosen(request: HttpRequest) -> int | None:
    asked = request.GET.get("cliente", "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


@page(Permission.EDIT_PLAN)
def preview(request: HttpRequest, visit: Visit, version_id: int, key: str) -> HttpResponse:
    """Show a template with the data of a customer that a person chooses; the most overdue one to begin with."""
    card = plans.version_card(version_id=version_id)
    names = {
        name_key: name for (name_key, language), name in outreach.template_names().items() if language == "es"
    }
    if key not in names:
        raise NotFound(_("No existe esa plantilla."))
    search = request.GET.get("q", "").strip()[:80]
    context: dict[str, Any] = {
        "card": card,
        "title": title_of(card),
        "key": key,
        "name": names[key],
        "q": search,
        "found": portfolio.customer_page(search=search, after=0, limit=_FOUND_MAX) if search else [],
    }
    customer_id = _chosen(request)
    if customer_id is None:
        first = assessment.matches(condition=ALWAYS, limit=1).first_customers
        customer_id = first[0].id if first else None
    if customer_id is not None:
        context["customer"] = portfolio.customer_card(customer_id=customer_id)
        context["customer_id"] = customer_id
        context["preview"] = _preview(request, visit, key, customer_id)
    return render(request, "staff/plan_preview.html", context)


@xframe_options_sameorigin
@page(Permission.EDIT_PLAN)
def body(request: HttpRequest, visit: Visit, version_id: int, key: str) -> HttpResponse:
    """Give the HTML of a preview for its frame."""
    plans.version_card(version_id=version_id)
    customer_id = _chosen(request)
    if customer_id is None:
        raise NotFound(_("No existe ese cliente."))
    return framed(_preview(request, visit, key, customer_id).words.html)

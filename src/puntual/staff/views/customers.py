"""Cartera: who owes, and on which documents."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from puntual.assessment.types import Stage
from puntual.identity.types import Permission
from puntual.insights import queries as insights
from puntual.insights.queries import CustomerPage, ReceivablePage
from puntual.lib.days import Bucket
from puntual.plans import queries as plans
from puntual.plans.types import MoveTarget
from puntual.staff import sheets
from puntual.staff.access import Visit, page
from puntual.staff.places import named, target_name
from puntual.staff.sheets import Column
from puntual.web import navigation, paging, states
from puntual.web.ageing import LABELS

_SIZE = 50
_TAGS = 4
_FILTERS = ("owing", "overdue")
_DOCUMENT_STATES = ("open", "overdue", "paid", "all")
_DOCUMENT_SORTS = ("due", "-due", "open", "-open", "document", "-document")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the portfolio was asked for; whatever an address says that does not exist is left out."""

    search: str
    shown: str
    stage: str
    segment: str
    tag: str
    # Where a move holds the case: an agency or legal; empty for anywhere.
    moved_to: str
    sort: str
    # One currency alone, or none for all of them.
    currency: str
    currencies: tuple[str, ...]
    number: int

    def rows(self, *, visit: Visit, limit: int, skip: int) -> CustomerPage:
        """Read customers of this selection."""
        return insights.customer_list(
            search=self.search,
            country=visit.country,
            stage=self.stage or None,
            segment=self.segment or None,
            tag=self.tag or None,
            moved_to=self.moved_to or None,
            overdue_only=self.shown == "overdue",
            owing_only=self.shown == "owing" or bool(self.currency),
            sort=self.sort,
            currencies=self.currencies,
            today=visit.today,
            limit=limit,
            skip=skip,
        )


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter of a list: what it says, where it leads, and whether it is on."""

    label: str
    href: str
    active: bool


def _one_of(text: str, allowed: Any) -> str:
    return text if text in set(allowed) else ""


def page_number(request: HttpRequest) -> int:
    """Read the page of an address; anything else is the first."""
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def search_of(request: HttpRequest) -> str:
    """Read what is searched for: short, and without what no table can hold."""
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


def _asked(request: HttpRequest, visit: Visit, *, currencies: list[str]) -> Asked:
    given = request.GET
    currency = _one_of(given.get("currency", ""), currencies)
    return Asked(
        search=search_of(request),
        shown=_one_of(given.get("filter", ""), _FILTERS),
        stage=_one_of(given.get("stage", ""), Stage),
        segment=_one_of(given.get("segment", ""), plans.place_names()[1]),
        tag=given.get("tag", "").replace("\0", "")[:60],
        moved_to=_one_of(given.get("moved_to", ""), MoveTarget),
        sort=_one_of(given.get("sort", ""), insights.SORTS) or "-overdue",
        currency=currency,
        currencies=(currency,) if currency else tuple(currencies or [visit.currency]),
        number=page_number(request),
    )


@page(Permission.SEE_CUSTOMERS)
def customers(request: HttpRequest, visit: Visit) -> HttpResponse:
    """
    List customers with what they owe in every currency, or in one; totals are of the whole selection.

    `format=xlsx` exports it.
    """
    currencies = insights.open_currencies(home=visit.currency)
    asked = _asked(request, visit, currencies=currencies)
    if request.GET.get("format") == "xlsx":
        return _export(asked, visit)
    found = asked.rows(visit=visit, limit=_SIZE, skip=(asked.number - 1) * _SIZE)
    if not found.rows and asked.number > 1:
        asked = replace(asked, number=1)
        found = asked.rows(visit=visit, limit=_SIZE, skip=0)
    context = {
        "asked": asked,
        "rows": [
            {**row, "overdue": [one for one in row["debts"] if one["overdue_amount"]]}
            for row in named(found.rows)
        ],
        "found": found,
        "page": paging.page_of(asked=str(asked.number), total=found.total_rows, size=_SIZE),
        "is_filtered": bool(
            asked.search
            or asked.shown
            or asked.stage
            or asked.segment
            or asked.tag
            or asked.currency
            or asked.moved_to
        ),
        "is_empty": not found.rows,
        "chips": _chips(request, asked, currencies=currencies),
        "imports_url": navigation.address_of(url_name="staff:imports"),
        "only_currency": asked.currencies[0] if len(asked.currencies) == 1 else "",
    }
    return render(request, "staff/customers.html", context)


def _chips(request: HttpRequest, asked: Asked, *, currencies: list[str]) -> list[Chip]:
    """List the filters: a click turns one on, a second click turns it off."""
    stages = states.VOCABULARIES["stage"][1]
    wanted = [
        ("filter", "overdue", _("Vencidos"), asked.shown),
        ("filter", "owing", _("Con saldo"), asked.shown),
    ]
    wanted += [
        ("stage", one.value, str(stages[one.value].label), asked.stage)
        for one in Stage
        if one is not Stage.NONE
    ]
    wanted += [
        ("moved_to", one, _("En %s") % target_name(key=one), asked.moved_to)
        for one in insights.places_held()
        if one in set(MoveTarget)
    ]
    wanted += [("segment", key, name, asked.segment) for key, name in plans.place_names()[1].items()]
    wanted += [("tag", one["tag"], one["tag"], asked.tag) for one in insights.tag_list()[:_TAGS]]
    chips = [
        chip(request, name=name, value=value, label=label, now=now) for name, value, label, now in wanted
    ]
    if len(currencies) > 1 or asked.currency:
        chips += [
            chip(request, name="currency", value=code, label=code, now=asked.currency) for code in currencies
        ]
    return chips


def chip(request: HttpRequest, *, name: str, value: str, label: str, now: str) -> Chip:
    """Make a filter of an address: the same address with it on, or off when it is on."""
    given = request.GET.copy()
    for gone in ("page", "format", name):
        given.pop(gone, None)
    if now != value:
        given[name] = value
    return Chip(label=label, href=f"?{given.urlencode()}", active=now == value)


def _export(asked: Asked, visit: Visit) -> HttpResponse:
    """Write the whole selection, in the order shown: a line for each currency that a customer owes."""
    found = asked.rows(visit=visit, limit=sheets.ROWS_MAX, skip=0)
    nothing = {"currency": asked.currencies[0], "open_amount": Decimal(0), "overdue_amount": Decimal(0)}
    columns = [
        Column(_("Cliente"), "external_id"),
        Column(_("Nombre"), "name"),
        Column(_("RFC"), "tax_id"),
        Column(_("Etapa"), "stage_name"),
        Column(_("Segmento"), "segment_name"),
        Column(_("Etiquetas"), "tag_words"),
        Column(_("Moneda"), "currency"),
        Column(_("Saldo"), "open_amount", "amount"),
        Column(_("Vencido"), "overdue_amount", "amount"),
        Column(_("Días de atraso"), "days_past_due", "number"),
        Column(_("Documentos"), "open_count", "number"),
    ]
    rows = (
        {
            **row,
            "tag_words": ", ".join(row["tags"]),
            **debt,
        }
        for row in named(found.rows)
        for debt in row["debts"] or [nothing]
    )
    return sheets.answer(name=_("clientes"), columns=columns, rows=rows, today=visit.today)


@page(Permission.SEE_CUSTOMERS)
def receivables(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List documents, those with a balance unless others are asked for; totals are of the whole selection."""
    search = search_of(request)
    asked = _one_of(request.GET.get("filter", ""), _DOCUMENT_STATES)
    state = asked or ("all" if search else "open")
    sort = _one_of(request.GET.get("sort", ""), _DOCUMENT_SORTS) or "due"
    band = _one_of(request.GET.get("band", ""), Bucket)
    currency = _one_of(request.GET.get("currency", ""), insights.open_currencies(home=visit.currency))

    def read(*, limit: int, skip: int) -> ReceivablePage:
        return insights.receivable_list(
            search=search,
            state=state,
            sort=sort,
            today=visit.today,
            limit=limit,
            skip=skip,
            band=Bucket(band) if band else None,
            currency=currency,
        )

    if request.GET.get("format") == "xlsx":
        found = read(limit=sheets.ROWS_MAX, skip=0)
        return _export_documents(found, visit)
    found = read(limit=_SIZE, skip=(page_number(request) - 1) * _SIZE)
    here = paging.page_of(asked=request.GET.get("page"), total=found.total_rows, size=_SIZE)
    if found.total_rows and not found.rows:
        found = read(limit=_SIZE, skip=here.offset)
    context = {
        "q": search,
        "asked": asked,
        "sort": sort,
        "rows": found.rows,
        "totals": found.totals,
        "page": here,
        "is_filtered": bool(search or asked or band or currency),
        "is_empty": not found.rows,
        "band": band,
        "currency": currency,
        "chips": _document_chips(request, state, band=band, currency=currency),
    }
    return render(request, "staff/receivables.html", context)


def _document_chips(request: HttpRequest, state: str, *, band: str, currency: str) -> list[Chip]:
    """List the filters of documents; turning one off shows all. An age and a currency are there when asked for."""
    labels = (("overdue", _("Vencidos")), ("open", _("Con saldo")), ("paid", _("Pagados")))
    off = chip(request, name="filter", value="all", label="", now="")
    more = [("band", band, str(LABELS[Bucket(band)]))] if band else []
    more += [("currency", currency, currency)] if currency else []
    return [
        Chip(label, off.href, True)
        if value == state
        else chip(request, name="filter", value=value, label=label, now="")
        for value, label in labels
    ] + [chip(request, name=name, value=value, label=label, now=value) for name, value, label in more]


def _export_documents(found: ReceivablePage, visit: Visit) -> HttpResponse:
    """Write the whole selection, in the order shown."""
    columns = [
        Column(_("Documento"), "document_number"),
        Column(_("Cliente"), "external_id"),
        Column(_("Nombre"), "name"),
        Column(_("Emisión"), "issue_date", "day"),
        Column(_("Vencimiento"), "due_date", "day"),
        Column(_("Moneda"), "currency"),
        Column(_("Importe"), "original_amount", "amount"),
        Column(_("Saldo"), "open_amount", "amount"),
        Column(_("Días de atraso"), "days_past_due", "number"),
    ]
    return sheets.answer(name=_("documentos"), columns=columns, rows=found.rows, today=visit.today)

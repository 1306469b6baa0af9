"""Pagos › Por identificar: what files brought and found no customer or document, for a person to settle."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.flows import intake
from puntual.identity.types import Permission
from puntual.insights import queries as insights
from puntual.intake import queries as intake_rows
from puntual.intake.types import Dismissal, MovementRow, MovementState, Record, WaitReason
from puntual.lib import formats
from puntual.lib.errors import DomainError
from puntual.portfolio import queries as portfolio
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.waiting import AssignForm, DismissForm, SplitForm
from puntual.staff.views.case import may
from puntual.staff.views.case_acts import Sheet, carry_out, sent
from puntual.staff.views.customers import search_of
from puntual.web import paging

_SIZE = 50
_CUSTOMERS_SHOWN = 6
_DOCUMENTS_SHOWN = 8
_REASONS = {
    WaitReason.NEW: lazy("Todavía no se busca a quién corresponde."),
    WaitReason.CUSTOMER_UNKNOWN: lazy("El cliente no está en la cartera."),
    WaitReason.DOCUMENT_UNKNOWN: lazy("El documento no está en la cartera."),
    WaitReason.DOCUMENT_AMBIGUOUS: lazy("Varios clientes tienen un documento con ese folio."),
    WaitReason.CURRENCY_DIFFERS: lazy("El documento está en otra moneda."),
    WaitReason.NOTHING_OWED: lazy("El cliente no debe nada a lo cual aplicarlo."),
    WaitReason.NAMED_SETTLED: lazy("Los documentos que nombra ya no deben nada."),
    WaitReason.ABOVE_OPEN: lazy("Es más de lo que debe el documento."),
}
_STATES = {
    "": (MovementState.WAITING,),
    "descartados": (MovementState.DISMISSED,),
    "aplicados": (MovementState.POSTED,),
}
_STATE_LABELS = {
    "": lazy("Por identificar"),
    "descartados": lazy("Descartados"),
    "aplicados": lazy("Aplicados"),
}


@page(Permission.SEE_PAYMENTS)
def waiting_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what waits, oldest first, with what of it is money by currency."""
    search = search_of(request)
    state = request.GET.get("estado", "")
    state = state if state in _STATES else ""
    kind = request.GET.get("tipo", "")
    record = Record(kind) if kind in set(Record) else None
    totals = intake_rows.movement_totals(states=_STATES[state], record=record, words=search)
    count = sum(number for _currency, number, _amount in totals)
    found = paging.page_of(asked=request.GET.get("page"), total=count, size=_SIZE)
    listed = intake_rows.movement_list(
        states=_STATES[state], record=record, words=search, limit=found.size, offset=found.offset
    )
    context = {
        "q": search,
        "state": state,
        "states": [
            {"code": code, "label": label, "is_chosen": code == state}
            for code, label in _STATE_LABELS.items()
        ],
        "rows": [{"movement": one, "why": _why(one), "amount": _amount(one)} for one in listed],
        "is_empty": not listed,
        "page": found,
        "count": count,
        "totals": [(currency or visit.currency, amount) for currency, _number, amount in totals if amount],
    }
    return render(request, "staff/waiting.html", context)


@page(Permission.SEE_PAYMENTS)
def movement(request: HttpRequest, visit: Visit, movement_id: int) -> HttpResponse:
    """Show one movement and whose it may be."""
    return _show(request, visit, movement_id=movement_id)


def _show(request: HttpRequest, visit: Visit, *, movement_id: int, status: int = 200) -> HttpResponse:
    found = intake_rows.movement(movement_id=movement_id)
    search = search_of(request) or found.customer_key or found.document_number.partition("; ")[0]
    is_waiting = found.state is MovementState.WAITING
    context = {
        "movement": found,
        "currency": found.currency or visit.currency,
        "why": _why(found),
        "q": search,
        "is_waiting": is_waiting,
        "is_payment": found.record is Record.PAYMENT,
        "needs_document": found.record is Record.ADJUSTMENT,
        "can_assign": is_waiting and found.record is not Record.CANCELLATION,
        "hits": _hits(search, found, country=visit.country) if is_waiting else [],
        "may": may(request),
    }
    return render(request, "staff/waiting_movement.html", context, status=status)


def _hits(search: str, found: MovementRow, *, country: str) -> list[dict[str, Any]]:
    """List the customers that fit a search, each with what it owes in the currency of the movement."""
    if len(search) < 2:
        return []
    hits = insights.find(search=search, country=country, limit=_CUSTOMERS_SHOWN)
    ids = list(dict.fromkeys(hit["customer_id"] for hit in hits))
    items = portfolio.open_items_of(customer_ids=ids)
    shown = []
    for customer_id in ids:
        own = [
            item
            for item in items.get(customer_id, ())
            if not found.currency or item.currency == found.currency
        ]
        shown.append(
            {
                "card": portfolio.customer_card(customer_id=customer_id),
                "items": own[:_DOCUMENTS_SHOWN],
                "more": max(len(own) - _DOCUMENTS_SHOWN, 0),
            }
        )
    return shown


def _amount(one: MovementRow) -> Decimal | None:
    """Say what of a movement still waits, or what it came to once it was posted."""
    return one.amount if one.state is MovementState.POSTED else one.remaining


def _why(found: MovementRow) -> str:
    if found.state is not MovementState.WAITING:
        return found.answer
    return str(_REASONS.get(WaitReason(found.reason), "")) if found.reason in set(WaitReason) else ""


@act(Permission.RECORD_PAYMENT)
def assign(request: HttpRequest, visit: Visit, movement_id: int) -> HttpResponse:
    """Say whose a movement is, and post it."""
    intake_rows.movement(movement_id=movement_id)
    given = AssignForm(request.POST)
    if not given.is_valid():
        messages.error(request, _("Elija un cliente o un documento."))
        return redirect("staff:movement", movement_id)
    try:
        state = intake.assign_movement(
            movement_id=movement_id,
            customer_id=given.cleaned_data["customer_id"],
            receivable_id=given.cleaned_data["receivable_id"],
            actor=visit.actor,
            today=visit.today,
            at=visit.at,
        )
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("staff:movement", movement_id)
    if state is MovementState.POSTED:
        messages.success(request, _("Se aplicó."))
        return redirect("staff:waiting")
    messages.info(request, _("Lo que no se pudo aplicar sigue esperando."))
    return redirect("staff:movement", movement_id)


@form(Permission.RECORD_PAYMENT)
def split(request: HttpRequest, visit: Visit, movement_id: int) -> HttpResponse:
    """Part a payment that belongs to several customers or documents."""
    found = intake_rows.movement(movement_id=movement_id)
    shown = SplitForm(sent(request))

    def carry(data: dict[str, Any]) -> str:
        intake.split_movement(
            movement_id=movement_id, amounts=shown.amounts(), actor=visit.actor, at=visit.at
        )
        return _("Se dividió: cada parte se identifica por separado.")

    sheet = Sheet(
        title=_("Dividir el pago"),
        button=_("Dividir"),
        back_url=reverse("staff:waiting"),
        about=_("Las partes deben sumar %(amount)s.")
        % {
            "amount": formats.money(
                amount=found.amount,
                currency=found.currency or visit.currency,
                locale=formats.locale_of(language=get_language() or "es-mx"),
            )
        },
    )
    return carry_out(request, form=shown, sheet=sheet, act=carry, context={})


@form(Permission.RECORD_PAYMENT)
def dismiss(request: HttpRequest, visit: Visit, movement_id: int) -> HttpResponse:
    """Put a movement aside with the reason."""
    intake_rows.movement(movement_id=movement_id)

    def carry(data: dict[str, Any]) -> str:
        intake.dismiss_movement(
            movement_id=movement_id,
            dismissal=Dismissal(data["dismissal"]),
            answer=data["reason"],
            actor=visit.actor,
            at=visit.at,
        )
        return _("Se descartó. Está en «Descartados» y puede volver a la lista.")

    sheet = Sheet(
        title=_("Descartar"),
        button=_("Descartar"),
        back_url=reverse("staff:waiting"),
        variant="danger",
        about=_("No se borra: el mismo renglón en otro archivo tampoco se vuelve a cargar."),
    )
    return carry_out(request, form=DismissForm(sent(request)), sheet=sheet, act=carry, context={})


@act(Permission.RECORD_PAYMENT)
def reopen(request: HttpRequest, visit: Visit, movement_id: int) -> HttpResponse:
    """Let a movement that was put aside wait again."""
    intake_rows.movement(movement_id=movement_id)
    try:
        intake.reopen_movement(movement_id=movement_id, actor=visit.actor, at=visit.at)
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Volvió a la lista."))
    return redirect("staff:movement", movement_id)

"""
What a person does on a case: each act is a form, in a dialog of the case page or on a page of its own.

A good form is carried out once and leads back to where the person was; any other is shown again with what was
typed (status 422).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from puntual.agreements.types import DisputeReason, HoldReason
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel, ConsentDecision, OwnerRole, Point, PointKind, PointState
from puntual.flows import case_acts, reach_acts
from puntual.flows.case_acts import ContactResult, GivenPromise, MadeContact
from puntual.flows.promise_terms import PromiseTerms, promise_terms
from puntual.identity.types import Permission
from puntual.insights.types import FindingCode
from puntual.lib import formats
from puntual.lib.errors import DomainError
from puntual.plans import queries as plans
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import OpenItem
from puntual.staff import places, standing
from puntual.staff.access import Visit, form
from puntual.staff.forms import case as forms
from puntual.web import states

_WAYS = {
    PointKind.PHONE: (Channel.CALL, Channel.WHATSAPP, Channel.SMS),
    PointKind.EMAIL: (Channel.EMAIL,),
    PointKind.ADDRESS: (Channel.VISIT, Channel.LETTER),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """An act as shown: its title, its button, and where one goes after it."""

    title: str
    button: str
    back_url: str
    template: str = "staff/_act.html"
    variant: str = "primary"
    about: str = ""


def sent(request: HttpRequest) -> Any:
    """Return what was posted, or nothing for a form that is only shown."""
    return request.POST if request.method == "POST" else None


def back_of(request: HttpRequest, customer_id: int) -> str:
    """Say where one goes after an act: the task that follows for who came from the tray, else the case."""
    wanted = request.POST.get("next") or request.GET.get("next")
    if wanted == "quality":
        code = request.GET.get("code", "")
        return reverse("staff:quality_findings") + (f"?code={code}" if code in set(FindingCode) else "")
    if wanted not in {"inbox", "disputes", "promises", "payments"}:
        return reverse("staff:customer", args=[customer_id])
    after = request.GET.get("after", "")
    task = f"?task={after}" if wanted == "inbox" and after.isascii() and after.isdigit() else ""
    return reverse(f"staff:{wanted}") + task


def carry_out(
    request: HttpRequest,
    *,
    form: Form,
    sheet: Sheet,
    act: Callable[[dict[str, Any]], str],
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Do what a good form asks and say so; show any other again. `act` returns what to say."""
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, act(form.cleaned_data))
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            if request.headers.get("HX-Request"):
                return HttpResponse(headers={"HX-Redirect": sheet.back_url})
            return redirect(sheet.back_url)
    is_part = bool(request.headers.get("HX-Request"))
    shown = {"form": form, "sheet": sheet, "next": request.POST.get("next") or request.GET.get("next", "")}
    template = sheet.template if is_part else "staff/act.html"
    return render(request, template, {**shown, **(context or {})}, status=422 if form.is_bound else 200)


def _place(text: str) -> UUID | None:
    """Read the name of a place that was taken for a contact."""
    try:
        return UUID(text)
    except ValueError:
        return None


def ways_of(points: list[Point]) -> list[tuple[str, str]]:
    """List by what means a contact may have been made: each point with its channels, and others."""
    found = [
        (
            f"{channel}:{point.id}",
            f"{states.state(name=channel, kind='channel').label} · {point.value}"
            f" ({states.state(name=point.owner_role, kind='owner').label})",
        )
        for point in points
        for channel in _WAYS[point.kind]
    ]
    others = [(Channel.CALL, _("Llamada a otro número")), (Channel.VISIT, _("Visita o en persona"))]
    return found + [(f"{channel}:", str(label)) for channel, label in others]


def _owed(items: list[OpenItem]) -> dict[str, Any]:
    owed: dict[str, Any] = {}
    for item in items:
        owed[item.currency] = owed.get(item.currency, 0) + item.open_amount
    return owed


def _suggested(items: list[OpenItem], terms: PromiseTerms, visit: Visit) -> dict[str, Any]:
    """Suggest to promise what is overdue in the currency that has most of it."""
    found = standing.debts(items=items, today=visit.today)
    if not found:
        return {}
    return {
        "amount": found[0].overdue_amount or found[0].open_amount,
        "currency": found[0].currency,
        "due_date": min(standing.suggested_day(today=visit.today), terms.last_day or date.max),
    }


def _document_choices(items: list[OpenItem]) -> list[tuple[str, str]]:
    locale = formats.locale_of(language=get_language() or "es-mx")
    return [
        (
            str(item.id),
            f"{item.document_number} · "
            f"{formats.money(amount=item.open_amount, currency=item.currency, locale=locale)}",
        )
        for item in items
    ]


@form(Permission.RECORD_CONTACT)
def record_contact(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Write down a contact, its result, and the promise it ended in."""
    card = portfolio.customer_card(customer_id=customer_id)
    items = portfolio.open_items(customer_id=customer_id)
    points = contacts.points_of(customer_id=customer_id)
    best = contacts.best_point(points=points, channel=Channel.CALL)
    asked = request.GET.get("way") or (f"{Channel.CALL}:{best.id}" if best else f"{Channel.CALL}:")
    purpose = standing.purpose_of(items=items, today=visit.today)
    terms = promise_terms(customer_id=customer_id, actor=visit.actor, today=visit.today)
    shown = forms.ContactForm(
        sent(request),
        ways=ways_of(points),
        way=asked,
        owed=_owed(items),
        suggested=_suggested(items, terms, visit),
        terms=terms,
        today=visit.today,
    )

    place = _place(request.GET.get("lugar", ""))
    until = contacts.place_until(key=f"staff:{customer_id}:{place}", at=visit.at) if place else None
    if until is not None:
        shown.initial["form_key"] = place

    def act(data: dict[str, Any]) -> str:
        channel, _colon, point_id = data["way"].partition(":")
        key = f"staff:{customer_id}:{data['form_key']}"
        is_kept = contacts.place_until(key=key, at=visit.at) is not None
        promise = (
            GivenPromise(data["promise_amount"], data["promise_currency"], data["promise_date"])
            if data["promise_amount"]
            else None
        )
        case_acts.record_contact(
            contact=MadeContact(
                key=key,
                customer_id=customer_id,
                contact_point_id=int(point_id) if point_id else None,
                channel=Channel(channel),
                purpose=purpose,
                result=ContactResult(data["result"]),
                note=data["note"],
                promise=promise,
            ),
            actor=visit.actor,
            country=visit.country,
            today=visit.today,
            at=visit.at,
        )
        if is_kept or data["result"] == ContactResult.THEY_CALLED:
            return _("El contacto con %s quedó registrado.") % card.name
        return (
            _("El contacto con %s quedó registrado. No se apartó antes: cuenta igual en su tope.") % card.name
        )

    sheet = Sheet(
        title=_("Registrar contacto"),
        button=_("Registrar"),
        back_url=back_of(request, customer_id),
        template="staff/_act_contact.html",
    )
    context = {
        "card": card,
        "body": sheet.template,
        "points": standing.points_now(points=points, purpose=purpose, visit=visit),
        "has_debt": bool(items),
        "place": place if until is not None else None,
        "until": until,
    }
    return carry_out(request, form=shown, sheet=sheet, act=act, context=context)


@form(Permission.RECORD_PROMISE)
def take_promise(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Take a promise to pay."""
    card = portfolio.customer_card(customer_id=customer_id)
    items = portfolio.open_items(customer_id=customer_id)
    terms = promise_terms(customer_id=customer_id, actor=visit.actor, today=visit.today)
    shown = forms.PromiseForm(
        sent(request),
        owed=_owed(items),
        suggested=_suggested(items, terms, visit),
        terms=terms,
        today=visit.today,
    )

    def act(data: dict[str, Any]) -> str:
        case_acts.take_promise(
            key=f"staff:{customer_id}:{data['form_key']}",
            customer_id=customer_id,
            promise=GivenPromise(data["amount"], data["currency"], data["due_date"]),
            channel=Channel(data["channel"]),
            note=data["note"],
            actor=visit.actor,
            country=visit.country,
            today=visit.today,
            at=visit.at,
        )
        return _("Promesa registrada: lo que estaba en espera se detuvo hasta su fecha.")

    sheet = Sheet(
        title=_("Tomar promesa de pago"),
        button=_("Registrar promesa"),
        back_url=back_of(request, customer_id),
        about=_("Sustituye a la promesa vigente en la misma moneda, si la hay."),
    )
    return carry_out(request, form=shown, sheet=sheet, act=act, context={"card": card})


@form(Permission.RECORD_DISPUTE)
def open_dispute(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Open a dispute on a document or on the whole debt."""
    card = portfolio.customer_card(customer_id=customer_id)
    items = portfolio.open_items(customer_id=customer_id)
    shown = forms.DisputeForm(
        sent(request), documents=_document_choices(items), receivable=request.GET.get("doc", "")
    )

    def act(data: dict[str, Any]) -> str:
        case_acts.open_dispute(
            key=f"staff:{customer_id}:{data['form_key']}",
            customer_id=customer_id,
            receivable_id=int(data["receivable"]) if data["receivable"] else None,
            reason=DisputeReason(data["reason"]),
            amount=data["amount"],
            note=data["note"],
            channel=Channel.CALL,
            actor=visit.actor,
            country=visit.country,
            today=visit.today,
            at=visit.at,
        )
        return _("Aclaración abierta: lo que estaba en espera se detuvo.")

    sheet = Sheet(
        title=_("Abrir aclaración"),
        button=_("Abrir aclaración"),
        back_url=back_of(request, customer_id),
        about=_("La respuesta se debe en 10 días hábiles; mientras tanto no se cobra lo que está en duda."),
    )
    return carry_out(request, form=shown, sheet=sheet, act=act, context={"card": card})


@form(Permission.PAUSE)
def pause(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Pause contact about a document or the whole debt."""
    card = portfolio.customer_card(customer_id=customer_id)
    items = portfolio.open_items(customer_id=customer_id)
    shown = forms.PauseForm(sent(request), documents=_document_choices(items), today=visit.today)
    shown.fields["receivable"].initial = request.GET.get("receivable", "")
    shown.fields["reason"].initial = request.GET.get("reason", "")

    def act(data: dict[str, Any]) -> str:
        case_acts.pause(
            customer_id=customer_id,
            receivable_id=int(data["receivable"]) if data["receivable"] else None,
            reason=HoldReason(data["reason"]),
            note=data["note"],
            until_date=data["until_date"],
            actor=visit.actor,
            today=visit.today,
            at=visit.at,
        )
        return _("Gestión en pausa: lo que estaba en espera se detuvo.")

    sheet = Sheet(
        title=_("Pausar gestión"), button=_("Pausar gestión"), back_url=back_of(request, customer_id)
    )
    return carry_out(request, form=shown, sheet=sheet, act=act, context={"card": card})


@form(Permission.EDIT_CONTACTS)
def add_point(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Add a contact point."""
    card = portfolio.customer_card(customer_id=customer_id)

    def act(data: dict[str, Any]) -> str:
        is_new = reach_acts.add_point(
            customer_id=customer_id,
            kind=PointKind(data["kind"]),
            value=data["value"],
            owner_role=OwnerRole(data["owner_role"]),
            owner_name=data["owner_name"],
            source=data["source"],
            actor=visit.actor,
            at=visit.at,
        )
        return _("Medio de contacto agregado.") if is_new else _("Ese medio de contacto ya estaba.")

    sheet = Sheet(
        title=_("Agregar medio de contacto"), button=_("Agregar"), back_url=back_of(request, customer_id)
    )
    return carry_out(
        request, form=forms.PointForm(sent(request)), sheet=sheet, act=act, context={"card": card}
    )


@form(Permission.EDIT_CONTACTS)
def mark_point(request: HttpRequest, visit: Visit, customer_id: int, point_id: int) -> HttpResponse:
    """Say what is known of a contact point."""
    card = portfolio.customer_card(customer_id=customer_id)
    own = {point.id: point for point in contacts.points_of(customer_id=customer_id)}
    if point_id not in own:
        raise Http404
    shown = forms.PointStateForm(sent(request), initial={"state": own[point_id].state.value})

    def act(data: dict[str, Any]) -> str:
        reach_acts.mark_point(
            customer_id=customer_id,
            point_id=point_id,
            state=PointState(data["state"]),
            note=data["note"],
            actor=visit.actor,
            at=visit.at,
        )
        return _("Medio de contacto actualizado.")

    sheet = Sheet(title=own[point_id].value, button=_("Guardar"), back_url=back_of(request, customer_id))
    return carry_out(request, form=shown, sheet=sheet, act=act, context={"card": card})


@form(Permission.EDIT_CONTACTS)
def set_channel(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Keep what a customer said about a channel."""
    card = portfolio.customer_card(customer_id=customer_id)

    def act(data: dict[str, Any]) -> str:
        is_new = reach_acts.set_channel(
            key=f"staff:{customer_id}:{data['form_key']}",
            customer_id=customer_id,
            channel=Channel(data["channel"]),
            decision=ConsentDecision(data["decision"]),
            note=data["note"],
            actor=visit.actor,
            at=visit.at,
        )
        return _("Preferencia guardada.") if is_new else _("Esa preferencia ya estaba guardada.")

    sheet = Sheet(
        title=_("Preferencia de contacto"),
        button=_("Guardar"),
        back_url=back_of(request, customer_id),
        about=_("Una baja vale desde este momento y detiene lo que estaba en espera."),
    )
    return carry_out(
        request, form=forms.ChannelForm(sent(request)), sheet=sheet, act=act, context={"card": card}
    )


@form(Permission.RECORD_CONTACT)
def put_aside(request: HttpRequest, visit: Visit, customer_id: int, action_id: int) -> HttpResponse:
    """Put a task aside with the reason."""
    card = portfolio.customer_card(customer_id=customer_id)

    def act(data: dict[str, Any]) -> str:
        closed = case_acts.close_task(
            action_id=action_id, customer_id=customer_id, note=data["reason"], actor=visit.actor, at=visit.at
        )
        return _("Tarea descartada.") if closed else _("La tarea ya no estaba en espera.")

    sheet = Sheet(title=_("Descartar tarea"), button=_("Descartar"), back_url=back_of(request, customer_id))
    return carry_out(
        request, form=forms.ReasonForm(sent(request)), sheet=sheet, act=act, context={"card": card}
    )


@form(Permission.START_RUN)
def move(request: HttpRequest, visit: Visit, customer_id: int, action_id: int) -> HttpResponse:
    """Move a customer where a task of the plan proposes, with the reason."""
    card = portfolio.customer_card(customer_id=customer_id)
    task = plans.action(action_id=action_id)
    if task["customer_id"] != customer_id or not task["moves_to"]:
        raise Http404
    target = places.target_name(key=task["moves_to"])

    def act(data: dict[str, Any]) -> str:
        moved = case_acts.move_customer(
            action_id=action_id, customer_id=customer_id, note=data["reason"], actor=visit.actor, at=visit.at
        )
        said = _("%(name)s pasa a %(stage)s.") % {"name": card.name, "stage": target}
        return said if moved else _("La tarea ya no estaba en espera.")

    sheet = Sheet(
        title=_("Pasar a %s") % target,
        button=_("Pasar a %s") % target,
        back_url=back_of(request, customer_id),
        about=_(
            "Lo que estaba en espera para este cliente se cancela; la siguiente corrida decide qué sigue."
        ),
    )
    return carry_out(
        request, form=forms.ReasonForm(sent(request)), sheet=sheet, act=act, context={"card": card}
    )


@form(Permission.START_RUN)
def take_back(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Take a case back from where a move had led it, with the reason."""
    card = portfolio.customer_card(customer_id=customer_id)

    def act(data: dict[str, Any]) -> str:
        is_back = case_acts.take_back(
            customer_id=customer_id, note=data["reason"], actor=visit.actor, at=visit.at
        )
        return _("El caso se retomó.") if is_back else _("El caso ya no estaba en otras manos.")

    sheet = Sheet(
        title=_("Retomar el caso"),
        button=_("Retomar"),
        back_url=back_of(request, customer_id),
        about=_("Desde la siguiente corrida el plan vuelve a decidir por este cliente."),
    )
    return carry_out(
        request, form=forms.ReasonForm(sent(request)), sheet=sheet, act=act, context={"card": card}
    )

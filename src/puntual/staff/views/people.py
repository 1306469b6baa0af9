"""Circumstances of people: the acts on a case, and Cumplimiento › Circunstancias."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from puntual.contacts import queries as contacts
from puntual.contacts.types import Circumstance, CircumstanceKind, NewCircumstance
from puntual.flows import circumstances as flow
from puntual.flows import wishes
from puntual.identity.types import Permission
from puntual.portfolio import queries as portfolio
from puntual.staff import people
from puntual.staff.access import Visit, form, page
from puntual.staff.forms.case import ReasonForm
from puntual.staff.forms.people import CircumstanceForm, WishForm
from puntual.staff.views.case_acts import Sheet, back_of, carry_out, sent
from puntual.web import paging, states

_SIZE = 50
_STANDS = {"": None, "vigentes": True, "terminadas": False}


def _label(kind: CircumstanceKind) -> str:
    return str(states.state(name=kind, kind="circumstance").label)


@form(Permission.RECORD_CIRCUMSTANCE)
def record(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Write down what became known of a person."""
    card = portfolio.customer_card(customer_id=customer_id)
    by_law = people.effects(visit=visit)
    given = CircumstanceForm(
        sent(request),
        kinds=[
            (one.value, f"{_label(one)}. {people.effect_words(by_law.get(one))}") for one in CircumstanceKind
        ],
        kind=request.GET.get("kind", ""),
        today=visit.today,
    )

    def act(data: dict[str, Any]) -> str:
        kind = CircumstanceKind(data["kind"])
        flow.record(
            new=NewCircumstance(
                customer_id=customer_id,
                kind=kind,
                reason=data["reason"],
                source=data["source"],
                until_date=data["until_date"],
                lawyer_name=data["lawyer_name"],
                lawyer_contact=data["lawyer_contact"],
            ),
            actor=visit.actor,
            country=visit.country,
            today=visit.today,
            at=visit.at,
        )
        return _("Queda registrado. %s") % people.effect_words(by_law.get(kind))

    sheet = Sheet(
        title=_("Registrar una circunstancia"),
        button=_("Registrar"),
        back_url=back_of(request, customer_id),
        template="staff/_act_circumstance.html",
        about=_(
            "Escuche primero; anote después. Vale desde que se guarda y detiene lo que estaba en espera."
        ),
    )
    return carry_out(request, form=given, sheet=sheet, act=act, context={"card": card})


@form(Permission.END_CIRCUMSTANCE)
def end(request: HttpRequest, visit: Visit, customer_id: int, circumstance_id: int) -> HttpResponse:
    """End a circumstance, with the reason."""
    card = portfolio.customer_card(customer_id=customer_id)
    own = {one.id: one for one in contacts.circumstances_of(customer_id=customer_id)}
    if circumstance_id not in own:
        raise Http404

    def act(data: dict[str, Any]) -> str:
        is_ended = flow.end(
            circumstance_id=circumstance_id,
            customer_id=customer_id,
            reason=data["reason"],
            actor=visit.actor,
            at=visit.at,
        )
        if is_ended:
            return _("La circunstancia terminó: la siguiente corrida decide de nuevo.")
        return _("Esa circunstancia ya había terminado.")

    sheet = Sheet(
        title=_label(own[circumstance_id].kind),
        button=_("Terminar"),
        back_url=back_of(request, customer_id),
        about=_("Deja de valer desde ahora y queda en el historial. ¿Por qué ya no es así?"),
    )
    return carry_out(request, form=ReasonForm(sent(request)), sheet=sheet, act=act, context={"card": card})


@form(Permission.EDIT_CONTACTS)
def wish(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Keep how a customer asks to be contacted."""
    card = portfolio.customer_card(customer_id=customer_id)
    given = WishForm(sent(request), wish=contacts.wish_of(customer_id=customer_id))

    def act(data: dict[str, Any]) -> str:
        is_new = wishes.agree(
            customer_id=customer_id,
            wish=given.wish(),
            source="staff",
            note=data["note"],
            actor=visit.actor,
            country=visit.country,
            at=visit.at,
        )
        return _("Queda acordado y vale desde ahora.") if is_new else _("Así estaba acordado ya.")

    sheet = Sheet(
        title=_("Horario y medio preferido"),
        button=_("Guardar"),
        back_url=back_of(request, customer_id),
        template="staff/_act_wish.html",
        about=_("Vale lo más estricto entre lo que pide la persona y lo que permite la ley."),
    )
    return carry_out(request, form=given, sheet=sheet, act=act, context={"card": card})


@page(Permission.SEE_CIRCUMSTANCES)
def circumstances(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what is known of people over the whole portfolio, by kind and by whether it counts."""
    asked, stands = request.GET.get("tipo", ""), request.GET.get("estado", "vigentes")
    if (asked and asked not in CircumstanceKind.__members__) or stands not in _STANDS:
        raise Http404
    kind, is_open = CircumstanceKind(asked) if asked else None, _STANDS[stands]
    counts = contacts.circumstance_counts(today=visit.today)
    total = sum(
        count
        for (one, opened), count in counts.items()
        if (kind is None or one is kind) and (is_open is None or opened is is_open)
    )
    shown = paging.page_of(asked=request.GET.get("page"), total=total, size=_SIZE)
    rows = contacts.circumstance_page(
        kind=kind, is_open=is_open, today=visit.today, limit=_SIZE, offset=shown.offset
    )
    by_law = people.effects(visit=visit)
    context = {
        "kind": asked,
        "stands": stands,
        "page": shown,
        "chips": [
            (one.value, sum(counts.get((one, opened), 0) for opened in _opened(is_open)))
            for one in CircumstanceKind
        ],
        "rows": [{**row, "known": _known(row, visit=visit, by_law=by_law)} for row in rows],
        "is_first": not counts,
    }
    return render(request, "staff/circumstances.html", context)


def _opened(is_open: bool | None) -> tuple[bool, ...]:
    return (True, False) if is_open is None else (is_open,)


def _known(row: dict[str, Any], *, visit: Visit, by_law: people.Effects) -> people.Known:
    fields = {name: row[name] for name in Circumstance.__dataclass_fields__}
    known = Circumstance(**{**fields, "kind": CircumstanceKind(row["kind"])})
    return people.shown(known, visit=visit, by_law=by_law)

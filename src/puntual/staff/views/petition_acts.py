"""Acts on complaints and requests about data: received, assigned, answered, opened again, carried out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from puntual.contacts import queries as contacts
from puntual.contacts.types import Direction, Point
from puntual.flows import petitions
from puntual.flows.data_by_mail import is_safe
from puntual.identity import queries as identity
from puntual.identity.types import Permission, Role
from puntual.lib import formats
from puntual.lib.errors import DomainError
from puntual.portfolio import queries as portfolio
from puntual.rights import queries as rights
from puntual.rights.types import IdentityCheck, Kind, NewPetition, Outcome, Petition, Way
from puntual.staff.access import Visit, act, form
from puntual.staff.forms import petitions as forms
from puntual.staff.forms.case import SureForm
from puntual.staff.views.case_acts import Sheet, carry_out, sent
from puntual.web import states

_CONTACTS_OFFERED = 6


@form(Permission.RECEIVE_PETITION)
def receive_complaint(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Take a complaint of a customer."""
    card = portfolio.customer_card(customer_id=customer_id)
    given = forms.ComplaintForm(
        sent(request),
        causes=rights.causes(country=visit.country),
        contacts=_contacts(customer_id),
        staff=_staff(),
        today=visit.today,
    )

    def carry(data: dict[str, Any]) -> str:
        new = NewPetition(
            key=f"staff:{data['form_key']}",
            customer_id=customer_id,
            kind=Kind.COMPLAINT,
            way=Way(data["way"]),
            received_date=data["received_date"],
            words=data["words"],
            cause=data["cause"],
            happened_date=data["happened_date"],
            attempt_ids=tuple(int(one) for one in data.get("attempts", ())),
            agency=data["agency"],
            collector_id=int(data["collector"]) if data["collector"] else None,
            authority_folio=data["authority_folio"],
        )
        return _received(new, visit)

    sheet = Sheet(
        title=_("Recibir queja"),
        button=_("Guardar la queja"),
        back_url=reverse("staff:customer", args=[customer_id]),
        about=_("La cobranza a esta persona se detiene ahora mismo, hasta que se conteste."),
    )
    return carry_out(request, form=given, sheet=sheet, act=carry, context={"card": card})


@form(Permission.RECEIVE_PETITION)
def receive_request(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Take a request about data of a customer."""
    card = portfolio.customer_card(customer_id=customer_id)

    def carry(data: dict[str, Any]) -> str:
        new = NewPetition(
            key=f"staff:{data['form_key']}",
            customer_id=customer_id,
            kind=Kind(data["kind"]),
            way=Way(data["way"]),
            received_date=data["received_date"],
            words=data["words"],
            authority_folio=data["authority_folio"],
            identity_check=_check(data),
            identity_note=data["identity_note"],
        )
        return _received(new, visit)

    sheet = Sheet(
        title=_("Recibir solicitud sobre datos"),
        button=_("Guardar la solicitud"),
        back_url=reverse("staff:customer", args=[customer_id]),
        about=_("La cobranza a esta persona se detiene ahora mismo, hasta que se conteste."),
    )
    given = forms.RequestForm(sent(request), today=visit.today)
    return carry_out(request, form=given, sheet=sheet, act=carry, context={"card": card})


def _received(new: NewPetition, visit: Visit) -> str:
    kept = petitions.open_petition(
        new=new, country=visit.country, actor=visit.actor, today=visit.today, at=visit.at
    )
    day = formats.day(value=kept.answer_due_date, locale=_locale())
    return _("Folio %(folio)s: se contesta a más tardar el %(day)s.") % {"folio": kept.folio, "day": day}


def _locale() -> str:
    return formats.locale_of(language=get_language() or "es-mx")


def _check(data: dict[str, Any]) -> IdentityCheck | None:
    return IdentityCheck(data["identity_check"]) if data.get("identity_check") else None


def _contacts(customer_id: int) -> list[tuple[str, str]]:
    """List the newest contacts made, for a person to say which ones are complained of."""
    found = contacts.attempts_of(customer_id=customer_id, limit=_CONTACTS_OFFERED)
    return [
        (
            str(one["id"]),
            f"{states.state(name=one['channel'], kind='channel').label} · "
            f"{formats.moment(value=timezone.localtime(one['at']), locale=_locale())} · {one['actor_label']}",
        )
        for one in found
        if one["direction"] == Direction.OUTBOUND
    ]


def _staff(*roles: Role) -> list[tuple[str, str]]:
    """List the members of staff who are still there, by name; those of some roles, or all."""
    return [
        (str(one["id"]), one["name"])
        for one in identity.staff_list()
        if one["is_active"] and (not roles or one["role"] in roles)
    ]


def _sheet(one: Petition, *, title: str, button: str, about: str = "", variant: str = "primary") -> Sheet:
    return Sheet(
        title=title,
        button=button,
        back_url=reverse("staff:petition", args=[one.id]),
        about=about,
        variant=variant,
    )


def _mine(petition_id: int, visit: Visit) -> Petition:
    """Return a petition that this person may decide; a complaint about themself is another one's."""
    one = rights.petition(petition_id=petition_id)
    if one.collector_id is not None and one.collector_id == visit.actor.id:
        raise PermissionDenied
    return one


@act(Permission.ANSWER_PETITION)
def take(request: HttpRequest, visit: Visit, petition_id: int) -> HttpResponse:
    """Take a petition to answer it."""
    user: Any = request.user
    _mine(petition_id, visit)
    try:
        petitions.take_petition(petition_id=petition_id, owner_id=user.pk, actor=visit.actor, at=visit.at)
        messages.success(request, _("La respuesta es suya."))
    except DomainError as refused:
        messages.error(request, refused.message)
    return redirect("staff:petition", petition_id)


@form(Permission.ANSWER_PETITION)
def assign(request: HttpRequest, visit: Visit, petition_id: int) -> HttpResponse:
    """Give a petition to somebody who may answer it."""
    one = _mine(petition_id, visit)

    def carry(data: dict[str, Any]) -> str:
        petitions.take_petition(
            petition_id=petition_id, owner_id=int(data["owner"]), actor=visit.actor, at=visit.at
        )
        return _("Asignada.")

    answering = [role for role in Role if identity.can(role=role, permission=Permission.ANSWER_PETITION)]
    people = [each for each in _staff(*answering) if each[0] != str(one.collector_id)]
    given = forms.AssignForm(sent(request), staff=people, owner_id=one.owner_id)
    sheet = _sheet(one, title=_("Asignar %(folio)s") % {"folio": one.folio}, button=_("Asignar"))
    return carry_out(request, form=given, sheet=sheet, act=carry)


@form(Permission.ANSWER_PETITION)
def change(request: HttpRequest, visit: Visit, petition_id: int) -> HttpResponse:
    """Say better what a complaint is about."""
    one = _mine(petition_id, visit)

    def carry(data: dict[str, Any]) -> str:
        petitions.change_petition(
            petition_id=petition_id,
            cause=data["cause"],
            agency=data["agency"],
            collector_id=int(data["collector"]) if data["collector"] else None,
            country=visit.country,
            actor=visit.actor,
            at=visit.at,
        )
        return _("Corregida. Lo que se sabía antes queda en su historia.")

    given = forms.ChangeForm(
        sent(request), causes=rights.causes(country=visit.country), staff=_staff(), petition=one
    )
    sheet = _sheet(one, title=_("Corregir %(folio)s") % {"folio": one.folio}, button=_("Guardar"))
    return carry_out(request, form=given, sheet=sheet, act=carry)


@form(Permission.ANSWER_PETITION)
def answer(request: HttpRequest, visit: Visit, petition_id: int) -> HttpResponse:
    """Answer in words for the person."""
    one = _mine(petition_id, visit)

    def carry(data: dict[str, Any]) -> str:
        done = petitions.answer_petition(
            petition_id=petition_id,
            outcome=Outcome(data["outcome"]),
            text=data["text"],
            identity_check=_check(data),
            identity_note=data.get("identity_note", ""),
            country=visit.country,
            actor=visit.actor,
            today=visit.today,
            at=visit.at,
        )
        if done.recipient:
            return _("Contestada: sale por correo a %(address)s en cuanto la ley lo permita.") % {
                "address": done.recipient
            }
        return _("Contestada. No hay un correo lícito: la ve en su portal; entréguela también a mano.")

    point = petitions.lawful_address(
        customer_id=one.customer_id, country=visit.country, today=visit.today, at=visit.at
    )
    given = forms.AnswerForm(sent(request), petition=one, outcomes=rights.outcomes_of(kind=one.kind))
    sheet = _sheet(
        one,
        title=_("Contestar %(folio)s") % {"folio": one.folio},
        button=_("Contestar"),
        about=_about_answer(one, point=point),
    )
    return carry_out(request, form=given, sheet=sheet, act=carry)


def _about_answer(one: Petition, *, point: Point | None) -> str:
    """Say how the answer will reach the person, and their data with it."""
    if point is None:
        return _("No hay un correo lícito: queda en su portal; entréguela también a mano.")
    told = _("Sale por correo a %(address)s y queda en su portal.") % {"address": point.value}
    if one.kind not in (Kind.ACCESS, Kind.PORTABILITY):
        return told
    if is_safe(point=point):
        return f"{told} " + _("Si la concede, lleva adjuntos sus datos en PDF y JSON.")
    return f"{told} " + _(
        "No consta que ese correo sea de la persona: si la concede, le dice cómo descargar sus datos de su portal. "
        "Para adjuntarlos, márquelo antes como verificado."
    )


@form(Permission.ANSWER_PETITION)
def reopen(request: HttpRequest, visit: Visit, petition_id: int) -> HttpResponse:
    """Open an answered petition again."""
    one = _mine(petition_id, visit)

    def carry(data: dict[str, Any]) -> str:
        petitions.reopen_petition(
            petition_id=petition_id,
            key=f"staff:{data['form_key']}",
            words=data["reason"],
            country=visit.country,
            actor=visit.actor,
            today=visit.today,
            at=visit.at,
        )
        return _("Abierta de nuevo: corre otro plazo y la cobranza se detiene.")

    about = _("La persona no está de acuerdo o hay algo nuevo. Corre otro plazo y la cobranza se detiene.")
    sheet = _sheet(
        one, title=_("Abrir de nuevo %(folio)s") % {"folio": one.folio}, button=_("Abrir"), about=about
    )
    return carry_out(request, form=forms.ReopenForm(sent(request)), sheet=sheet, act=carry)


@form(Permission.ANSWER_PETITION)
def withdraw(request: HttpRequest, visit: Visit, petition_id: int) -> HttpResponse:
    """Note that the person took it back."""
    one = _mine(petition_id, visit)

    def carry(data: dict[str, Any]) -> str:
        petitions.withdraw_petition(petition_id=petition_id, actor=visit.actor, at=visit.at)
        return _("Retirada por la persona.")

    about = _("Solo si la persona lo pidió. La siguiente corrida decide de nuevo sobre la cobranza.")
    sheet = _sheet(
        one,
        title=_("Retirar %(folio)s") % {"folio": one.folio},
        button=_("La persona la retiró"),
        about=about,
        variant="danger",
    )
    return carry_out(request, form=SureForm(sent(request)), sheet=sheet, act=carry)


@form(Permission.CARRY_OUT_PETITION)
def carry(request: HttpRequest, visit: Visit, petition_id: int) -> HttpResponse:
    """Do what was granted."""
    one = _mine(petition_id, visit)
    is_deletion = one.kind is Kind.CANCELLATION

    def done(data: dict[str, Any]) -> str:
        if petitions.carry_out_petition(
            petition_id=petition_id, actor=visit.actor, today=visit.today, at=visit.at
        ):
            return _("Se borraron los datos personales.") if is_deletion else _("Cumplida.")
        return _(
            "Todavía hay adeudo: los datos quedan bloqueados, solo para cobrarlo y para la ley, "
            "y se borran cuando no se deba nada."
        )

    about = (
        _(
            "Se borran para siempre nombre, domicilios, teléfonos, correos y textos. Quedan, bajo un número, "
            "adeudos, movimientos y dictámenes. Si todavía debe algo, los datos quedan bloqueados."
        )
        if is_deletion
        else _("Anote que ya se hizo lo que se concedió.")
    )
    sheet = _sheet(
        one,
        title=_("Cumplir %(folio)s") % {"folio": one.folio},
        button=_("Borrar sus datos") if is_deletion else _("Ya se cumplió"),
        about=about,
        variant="danger" if is_deletion else "primary",
    )
    return carry_out(request, form=SureForm(sent(request)), sheet=sheet, act=done)

"""Acts on what was agreed: promises, disputes, pauses, portal links."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from puntual.agreements import queries as agreements
from puntual.agreements.types import DisputeState
from puntual.companies import queries as companies
from puntual.flows import case_acts, reach_acts
from puntual.identity.types import Permission
from puntual.insights import queries as insights
from puntual.outreach import queries as outreach
from puntual.portfolio import queries as portfolio
from puntual.staff.access import Visit, act, form
from puntual.staff.forms import case as forms
from puntual.staff.forms.texts import about_customer
from puntual.staff.views.case_acts import Sheet, back_of, carry_out, sent


@form(Permission.RECORD_PROMISE)
def cancel_promise(request: HttpRequest, visit: Visit, customer_id: int, promise_id: int) -> HttpResponse:
    """Take back a promise that still waits."""
    card = portfolio.customer_card(customer_id=customer_id)
    if promise_id not in {one["id"] for one in agreements.promises_of(customer_id=customer_id)}:
        raise Http404

    def carry(data: dict[str, Any]) -> str:
        case_acts.cancel_promise(promise_id=promise_id, actor=visit.actor, at=visit.at)
        return _("Promesa cancelada.")

    sheet = Sheet(
        title=_("Cancelar promesa"),
        button=_("Cancelar la promesa"),
        back_url=back_of(request, customer_id),
        variant="danger",
        about=_("Deja de contar como cumplida o incumplida; la siguiente corrida decide de nuevo."),
    )
    return carry_out(
        request, form=forms.SureForm(sent(request)), sheet=sheet, act=carry, context={"card": card}
    )


@form(Permission.RECORD_DISPUTE)
def answer_dispute(request: HttpRequest, visit: Visit, customer_id: int, dispute_id: int) -> HttpResponse:
    """Answer a dispute."""
    card = portfolio.customer_card(customer_id=customer_id)
    found = [one for one in agreements.disputes_of(customer_id=customer_id) if one["id"] == dispute_id]
    if not found:
        raise Http404

    def carry(data: dict[str, Any]) -> str:
        case_acts.close_dispute(
            dispute_id=dispute_id,
            state=DisputeState(data["state"]),
            resolution=data["resolution"],
            actor=visit.actor,
            today=visit.today,
            at=visit.at,
        )
        if data["state"] == DisputeState.ACCEPTED:
            return _(
                "Aclaración contestada. No se le cobra mientras se corrige; después, reanude la gestión."
            )
        return _("Aclaración contestada.")

    sheet = Sheet(
        title=_("Contestar aclaración"),
        button=_("Contestar"),
        back_url=back_of(request, customer_id),
        about=found[0]["note"],
    )
    answer = forms.AnswerForm(sent(request))
    about_customer(answer, name="resolution", customer_id=customer_id)
    return carry_out(request, form=answer, sheet=sheet, act=carry, context={"card": card})


@act(Permission.RECORD_DISPUTE)
def take_dispute(request: HttpRequest, visit: Visit, customer_id: int, dispute_id: int) -> HttpResponse:
    """Take a dispute to answer it."""
    if dispute_id not in {one["id"] for one in agreements.disputes_of(customer_id=customer_id)}:
        raise Http404
    user: Any = request.user
    case_acts.review_dispute(dispute_id=dispute_id, owner_id=user.pk, actor=visit.actor, at=visit.at)
    messages.success(request, _("La aclaración es suya."))
    return redirect(back_of(request, customer_id))


@act(Permission.PAUSE)
def resume(request: HttpRequest, visit: Visit, customer_id: int, hold_id: int) -> HttpResponse:
    """Lift a pause."""
    if hold_id not in {one["id"] for one in agreements.holds_of(customer_id=customer_id, today=visit.today)}:
        raise Http404
    case_acts.resume(hold_id=hold_id, actor=visit.actor, at=visit.at)
    messages.success(request, _("Pausa levantada: la siguiente corrida decide de nuevo."))
    return redirect(back_of(request, customer_id))


@act(Permission.EDIT_CONTACTS)
def make_link(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Show a portal link to copy; a link that is still good is given again."""
    card = portfolio.customer_card(customer_id=customer_id)
    company = companies.current_company(base_url=request.build_absolute_uri("/").rstrip("/"))
    template = "staff/_link.html" if request.headers.get("HX-Request") else "staff/link.html"
    try:
        token = reach_acts.make_portal_link(customer_id=customer_id, actor=visit.actor, at=visit.at)
    except reach_acts.NothingToProve as refused:
        return render(request, template, {"card": card, "refusal": refused.message}, status=422)
    url, _stop = outreach.portal_urls(base_url=company.base_url, token=token)
    return render(request, template, {"card": card, "url": url})


@act(Permission.EDIT_CONTACTS)
def revoke_link(request: HttpRequest, visit: Visit, customer_id: int, link_id: UUID) -> HttpResponse:
    """Close a portal link for ever."""
    if link_id not in {one["id"] for one in insights.portal_links(customer_id=customer_id, at=visit.at)}:
        raise Http404
    reach_acts.revoke_portal_link(link_id=link_id, actor=visit.actor, at=visit.at)
    messages.success(request, _("El enlace ya no abre."))
    return redirect(back_of(request, customer_id))

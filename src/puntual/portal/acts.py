"""What a debtor does in the portal: each page shows a form, carries it out once, and ends in a receipt."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from puntual.agreements.types import DisputeReason
from puntual.contacts import queries as contact_rows
from puntual.contacts.types import Channel, ConsentDecision, Wish
from puntual.flows import debtor_acts
from puntual.flows.promise_terms import promise_terms
from puntual.lib import formats
from puntual.lib.errors import DomainError
from puntual.lib.money import ZERO, to_cents
from puntual.portal import access, balance
from puntual.portal.access import Visit
from puntual.portal.forms import (
    ALL_DOCUMENTS,
    CHANNELS,
    DisputeForm,
    HardshipForm,
    PreferencesForm,
    PromiseForm,
    ReportForm,
)
from puntual.portal.standing import active_promises, balances_of, hardship_hold
from puntual.web.hours import hours_in

_DOCUMENTS_LISTED = 100
_methods = require_http_methods(["GET", "HEAD", "POST"])


@_methods
@access.with_identity
def promise(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Choose how much and when."""
    owed = _owed(visit)
    if not owed:
        return redirect(visit.home_url)
    terms = promise_terms(customer_id=visit.customer_id, actor=visit.actor, today=visit.today)
    suggested = {
        "amount": to_cents(
            max(balance.suggested_amount(owed[0]), terms.amount_min.get(owed[0].currency, ZERO))
        ),
        "currency": owed[0].currency,
        "due_date": min(balance.next_payday(today=visit.today), terms.last_day or date.max),
    }
    form = PromiseForm(
        _sent(request),
        owed=balance.owed_by_currency(owed),
        suggested=suggested,
        terms=terms,
        today=visit.today,
    )

    def act(data: dict[str, Any]) -> HttpResponse:
        promise_id = debtor_acts.promise(
            key=visit.act_key(data["form_key"]),
            customer_id=visit.customer_id,
            amount=data["amount"],
            currency=data["currency"],
            due_date=data["due_date"],
            actor=visit.actor,
            country=visit.company.country,
            today=visit.today,
            at=visit.at,
        )
        return redirect(visit.url("receipt", "promesa", promise_id))

    return _answer(request, visit, "portal/promise.html", form, act, {"promises": active_promises(visit)})


@_methods
@access.with_identity
def report(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Tell of a payment already made."""
    owed = _owed(visit)
    currencies = [one.currency for one in owed] or [visit.company.currency]
    suggested = {"amount": balance.suggested_amount(owed[0]) if owed else "", "currency": currencies[0]}
    form = ReportForm(_sent(request), currencies=currencies, suggested=suggested, today=visit.today)

    def act(data: dict[str, Any]) -> HttpResponse:
        report_id = debtor_acts.report_payment(
            key=visit.act_key(data["form_key"]),
            customer_id=visit.customer_id,
            amount=data["amount"],
            currency=data["currency"],
            paid_on=data["paid_on"],
            reference=data["reference"],
            note=data["note"],
            actor=visit.actor,
            country=visit.company.country,
            today=visit.today,
            at=visit.at,
        )
        return redirect(visit.url("receipt", "pago", report_id))

    return _answer(request, visit, "portal/report.html", form, act)


@_methods
@access.with_identity
def dispute(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what is wrong, with one document, several or all."""
    documents = [one for each in _owed(visit) for one in each.documents]
    if not documents:
        return redirect(visit.home_url)
    listed = documents[:_DOCUMENTS_LISTED]
    form = DisputeForm(
        _sent(request),
        documents=[(str(one.id), _document_label(one)) for one in listed],
        initial={"documents": [ALL_DOCUMENTS]} if len(documents) == 1 else None,
    )

    def act(data: dict[str, Any]) -> HttpResponse:
        dispute_ids = debtor_acts.dispute(
            key=visit.act_key(data["form_key"]),
            customer_id=visit.customer_id,
            receivable_ids=form.receivable_ids(),
            reason=DisputeReason(data["reason"]),
            note=data["note"],
            actor=visit.actor,
            country=visit.company.country,
            today=visit.today,
            at=visit.at,
        )
        return redirect(visit.url("receipt", "aclaracion", "-".join(map(str, dispute_ids))))

    return _answer(
        request,
        visit,
        "portal/dispute.html",
        form,
        act,
        {"documents_left": len(documents) - len(listed)},
    )


@_methods
@access.with_identity
def hardship(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask for a pause in a difficult moment; one that lasts is shown, not made longer."""
    form = HardshipForm(_sent(request))
    hold = hardship_hold(visit)
    if hold is not None:
        return redirect(visit.url("receipt", "pausa", hold["id"]))

    def act(data: dict[str, Any]) -> HttpResponse:
        debtor_acts.hardship(
            key=visit.act_key(data["form_key"]),
            customer_id=visit.customer_id,
            note=data["note"],
            actor=visit.actor,
            today=visit.today,
            at=visit.at,
        )
        placed = hardship_hold(visit)
        return redirect(visit.url("receipt", "pausa", placed["id"]) if placed else visit.home_url)

    return _answer(request, visit, "portal/hardship.html", form, act)


@_methods
@access.with_link
def preferences(request: HttpRequest, visit: Visit) -> HttpResponse:
    """
    Choose channels and hours; without proof of identity, only stop e-mails.

    Stopping must be as easy as opening the link that every message carries, so it asks for nothing and
    tells nothing.
    """
    if visit.session is None:
        return _stop_emails(request, visit)
    response = _channels(request, visit)
    access.keep_session(response, visit)
    return response


def _channels(request: HttpRequest, visit: Visit) -> HttpResponse:
    refused = contact_rows.opted_out(customer_ids=[visit.customer_id]).get(visit.customer_id, set())
    wish = contact_rows.wish_of(customer_id=visit.customer_id)
    is_liked = wish.channel is not None and wish.channel not in refused
    form = PreferencesForm(
        _sent(request),
        hours=wish.hours,
        initial={
            "channels": [channel.value for channel in CHANNELS if channel not in refused],
            "preferred": wish.channel.value if wish.channel is not None and is_liked else "",
            "none": debtor_acts.wants_none(customer_id=visit.customer_id, today=visit.today),
        },
    )

    def act(data: dict[str, Any]) -> HttpResponse:
        wanted = {Channel(name) for name in data["channels"]}
        # Only what changed is said: a box that was ticked before is no consent.
        changes = dict.fromkeys(set(CHANNELS) - wanted - refused, ConsentDecision.OPTED_OUT)
        changes.update(dict.fromkeys(wanted & refused, ConsentDecision.GRANTED))
        debtor_acts.set_channels(
            key=visit.act_key(data["form_key"]),
            customer_id=visit.customer_id,
            changes=changes,
            wish=Wish(
                channel=Channel(data["preferred"]) if data["preferred"] else None, hours=hours_in(data)
            ),
            wants_none=data["none"],
            actor=visit.actor,
            country=visit.company.country,
            today=visit.today,
            at=visit.at,
        )
        return redirect(visit.url("receipt", "preferencias", "hoy"))

    return _answer(request, visit, "portal/preferences.html", form, act)


def _stop_emails(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method == "POST":
        _leave_emails(visit)
        return redirect(visit.url("preferences"))
    return access.show(request, visit, "portal/stop.html", {"is_done": _has_left_emails(visit)})


def _has_left_emails(visit: Visit) -> bool:
    refused = contact_rows.opted_out(customer_ids=[visit.customer_id]).get(visit.customer_id, set())
    return Channel.EMAIL in refused


def _leave_emails(visit: Visit) -> None:
    """Stop e-mails; who has stopped them before changes nothing."""
    if _has_left_emails(visit):
        return
    debtor_acts.set_channels(
        key=visit.act_key(uuid4()),
        customer_id=visit.customer_id,
        changes={Channel.EMAIL: ConsentDecision.OPTED_OUT},
        wish=None,
        wants_none=None,
        actor=visit.actor,
        country=visit.company.country,
        today=visit.today,
        at=visit.at,
    )


# A mail program posts for its reader and holds no token against forgery; it needs none, for the link is a secret
# and all that it may do here is to stop e-mails. An old link serves as well: the right to be left alone does not
# expire.
@csrf_exempt
@_methods
@access.with_any_link
def unsubscribe(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Stop e-mails at one click in a mail program (RFC 8058); whoever opens the address sees the preferences."""
    if request.method != "POST":
        return redirect(visit.url("preferences"))
    if request.POST.get("List-Unsubscribe") != "One-Click":
        return HttpResponse(status=400)
    _leave_emails(visit)
    return HttpResponse(status=204)


def _owed(visit: Visit) -> tuple[balance.Balance, ...]:
    return balances_of(visit)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _document_label(document: balance.Document) -> str:
    locale = formats.locale_of(language=get_language() or "es-mx")
    amount = formats.money(amount=document.open_amount, currency=document.currency, locale=locale)
    return f"{document.number} · {amount}"


def _answer(
    request: HttpRequest,
    visit: Visit,
    template: str,
    form: Form,
    act: Callable[[dict[str, Any]], HttpResponse],
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Carry a good form out and go to its receipt; show any other again with what was typed."""
    if form.is_bound and form.is_valid():
        try:
            return act(form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
    status = 422 if form.is_bound else 200
    return access.show(request, visit, template, {"form": form, **(context or {})}, status=status)

"""Pages of the portal that are only read: identity, balance, how to pay."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from puntual.contacts import operations as contacts
from puntual.contacts.types import Channel, ResponseKind
from puntual.outreach import operations as outreach
from puntual.outreach import queries as proofs
from puntual.outreach.types import ProofKind
from puntual.portal import access, balance, identity, qr
from puntual.portal import session as sessions
from puntual.portal.access import Visit
from puntual.portal.forms import IdentityForm
from puntual.portal.standing import balances_of, offers_of, standing_of
from puntual.portfolio import queries as portfolio

DOCUMENTS_SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@access.with_link
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the balance to whom proved identity; ask anybody else for it, telling nothing."""
    if visit.session is None:
        return _identity(request, visit)
    if request.method == "POST":
        return redirect(visit.home_url)
    response = access.show(request, visit, "portal/home.html", _home_facts(request, visit))
    access.keep_session(response, visit)
    return response


def _home_facts(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    standing = standing_of(visit)
    owed = balances_of(visit, standing=standing)
    documents = [one for each in owed for one in each.documents]
    shown = documents if request.GET.get("todos") else documents[:DOCUMENTS_SHOWN]
    return {
        # A firm's name ends with a full stop of its own.
        "greeting": visit.link.greeting.removesuffix("."),
        "balances": owed,
        "offers": offers_of(visit, owed=owed),
        "documents": shown,
        "documents_left": len(documents) - len(shown),
        "urls": {name: visit.url(name) for name in ("pay", "promise", "report", "dispute", "hardship")},
        "leave_url": visit.url("leave"),
        **standing,
    }


def _identity(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask for what only the debtor knows; of whom we know no such thing, say how to reach a person."""
    policy = visit.company.portal_identity
    proof = proofs.proofs_of(customer_ids=[visit.customer_id], policy=policy).get(visit.customer_id)
    if proof is None:
        return access.show(request, visit, "portal/unproven.html")
    locked_until = visit.link.locked_until
    is_locked = locked_until is not None
    form = IdentityForm(request.POST if request.method == "POST" and not is_locked else None)
    is_wrong = False
    if form.is_bound and form.is_valid():
        is_proven = identity.is_proven(proof=proof, given=form.cleaned_data["proof"])
        # A right answer among many sent at once comes too late when the link was closed meanwhile.
        if is_proven and outreach.note_visit(link_id=visit.link.link_id, at=visit.at):
            return _let_in(request, visit)
        try:
            locked_until = outreach.note_failed_identity(link_id=visit.link.link_id, at=visit.at)
        except outreach.LinkRefused:
            return access.gone(request, company=visit.company, is_known=True)
        is_wrong, is_locked = True, locked_until is not None
    return access.show(
        request,
        visit,
        "portal/identity.html",
        {
            "form": form,
            "wanted": wanted if (wanted := request.GET.get("ir", "")) in access.RETURN_TO else "",
            "is_wrong": is_wrong,
            "is_locked": is_locked,
            "locked_until": locked_until,
            "by_tax_id": proof.kind is ProofKind.TAX_ID,
        },
        status=429 if is_locked else 422 if form.is_bound else 200,
    )


def _let_in(request: HttpRequest, visit: Visit) -> HttpResponse:
    contacts.record_response(
        key=f"portal-visit:{uuid4()}",
        customer_id=visit.customer_id,
        kind=ResponseKind.PORTAL_VISIT,
        channel=Channel.PORTAL,
        at=visit.at,
    )
    wanted = request.GET.get("ir", "")
    response = redirect(visit.url(wanted) if wanted in access.RETURN_TO else visit.home_url)
    sessions.start(
        response=response,
        path=visit.home_url,
        session=sessions.Session(
            schema_name=visit.company.schema_name,
            link_id=str(visit.link.link_id),
            started_at=visit.at,
            seen_at=visit.at,
        ),
    )
    return response


@require_POST
@access.with_link
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    """End the session of this link on this device."""
    response = redirect(visit.home_url)
    sessions.end(response=response, path=visit.home_url)
    return response


@require_safe
@access.with_identity
def pay(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Tell how to pay by transfer: bank, account, beneficiary, reference, amount."""
    owed = balances_of(visit)
    if not owed:
        return redirect(visit.home_url)
    home = next((one for one in owed if one.currency == visit.company.currency), None)
    has_account = home is not None and bool(visit.company.bank_account)
    return access.show(
        request,
        visit,
        "portal/pay.html",
        {
            "account": _account(visit, home) if home is not None and has_account else None,
            "elsewhere": [one for one in owed if not has_account or one is not home],
            "beneficiary": visit.company.legal_name,
            "urls": {"report": visit.url("report")},
        },
    )


def _account(visit: Visit, owed: balance.Balance) -> dict[str, Any]:
    """Lay out the transfer; what is copied is bare, what is read is grouped."""
    company = visit.company
    reference = portfolio.payment_reference(customer_id=visit.customer_id)
    amount = balance.suggested_amount(owed)
    whole = owed.asked_amount or owed.amount
    lines = (
        f"{_('Banco')}: {company.bank_name}",
        f"CLABE: {company.bank_account}",
        f"{_('Beneficiario')}: {company.legal_name}",
        f"{_('Referencia')}: {reference}",
        f"{_('Importe')}: {amount} {owed.currency}",
    )
    return {
        "bank": company.bank_name,
        "beneficiary": company.legal_name,
        "number": company.bank_account,
        "number_shown": balance.grouped_clabe(company.bank_account),
        "reference": reference,
        "reference_shown": balance.grouped_digits(reference),
        "currency": owed.currency,
        "overdue": str(owed.overdue_amount) if 0 < owed.overdue_amount < whole else "",
        "amount": str(whole),
        "early": str(owed.early_amount) if owed.early_day else "",
        "early_day": owed.early_day,
        "is_reviewed": "1" if whole != owed.amount else "",
        "qr": qr.data_uri(text="\n".join(lines)),
    }


@require_safe
@access.with_link
def manifest(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Let the portal be put on the first screen of a telephone; it names the creditor and nothing else."""
    response = JsonResponse(
        {
            "name": visit.company.name,
            "short_name": visit.company.name[:24],
            "lang": "es-MX",
            "start_url": visit.home_url,
            "scope": visit.home_url,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#0f766e",
            "icons": [{"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
        }
    )
    response.headers["Content-Type"] = "application/manifest+json"
    return response

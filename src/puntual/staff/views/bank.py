"""Pagos › Conciliación: the bank's credits, and whose money each one is."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from puntual.flows import bank
from puntual.identity.types import Permission
from puntual.insights import queries as insights
from puntual.lib.errors import DomainError, NotFound
from puntual.portfolio import queries as portfolio
from puntual.reconciliation import queries as bank_rows
from puntual.reconciliation.types import LineState
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.payments import MatchForm, StatementForm
from puntual.staff.views.case import may
from puntual.staff.views.case_acts import Sheet, carry_out, sent
from puntual.staff.views.customers import chip, page_number
from puntual.web import paging, states

_SIZE = 50
_NAMED = 6


class SeveralCustomers(DomainError):
    """What was typed names more than one customer."""

    code = "several-customers"


@page(Permission.SEE_PAYMENTS)
def lines(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the bank's credits: those that wait first."""
    asked = request.GET.get("filter", "UNMATCHED")
    state = LineState(asked) if asked in set(LineState) else None
    found = bank_rows.line_list(state=state, page=page_number(request), page_size=_SIZE)
    counts = bank_rows.line_counts()
    labels = states.VOCABULARIES["bank_line"][1]
    context = {
        "rows": found.rows,
        "is_empty": not found.rows,
        "has_any": bool(counts),
        "counts": [one for one in counts if state is None or one["state"] == state],
        "state": state.value if state else "ALL",
        "page": paging.page_of(asked=str(found.number), total=found.total, size=_SIZE),
        "chips": [
            chip(request, name="filter", value=one.value, label=str(labels[one.value].label), now=str(state))
            for one in LineState
        ],
        "form": StatementForm(),
        "may": may(request),
    }
    return render(request, "staff/reconciliation.html", context)


@form(Permission.RECORD_PAYMENT)
def upload(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take a bank statement in: all of it, or nothing."""
    shown = StatementForm(sent(request), request.FILES or None)
    if shown.is_bound and shown.is_valid():
        given = shown.cleaned_data["file"]
        try:
            done = bank.import_bank_csv(
                name=given.name,
                content=given.read(),
                actor=visit.actor,
                today=visit.today,
                at=visit.at,
                bank_account=shown.cleaned_data["bank_account"],
            )
        except DomainError as refused:
            shown.add_error("file", refused.message)
        else:
            messages.success(
                request,
                _(
                    "%(new)d abonos nuevos: %(paid)d se registraron como pagos, %(linked)d ya se conocían y"
                    " %(left)d esperan. %(same)d ya estaban cargados."
                )
                % {
                    "new": done.new,
                    "paid": done.paid,
                    "linked": done.linked,
                    "left": done.unmatched,
                    "same": done.unchanged,
                },
            )
            return redirect("staff:reconciliation")
    status = 422 if shown.is_bound else 200
    return render(request, "staff/bank_upload.html", {"form": shown}, status=status)


@form(Permission.RECORD_PAYMENT)
def match(request: HttpRequest, visit: Visit, line_id: int) -> HttpResponse:
    """Say whose money a line is."""
    line = bank_rows.line(line_id=line_id)

    def carry(data: dict[str, Any]) -> str:
        bank.match_line(
            line_id=line_id,
            customer_id=_customer_named(data["customer"], country=visit.country),
            actor=visit.actor,
            at=visit.at,
            today=visit.today,
        )
        return _("Abono conciliado.")

    sheet = Sheet(
        title=_("¿De quién es este abono?"),
        button=_("Conciliar"),
        back_url=reverse("staff:reconciliation"),
        template="staff/_act_match.html",
    )
    return carry_out(request, form=MatchForm(sent(request)), sheet=sheet, act=carry, context={"line": line})


def _customer_named(text: str, *, country: str) -> int:
    """Find the one customer of a number, or of a name or tax id that only one customer has."""
    known = portfolio.customer_id_of(external_id=text.strip())
    if known is not None:
        return known
    hits = insights.find(search=text, country=country, limit=_NAMED)
    found = [hit for hit in hits if hit["kind"] == "CUSTOMER"]
    if not found:
        raise NotFound(_("No hay un cliente «%s».") % text)
    if len(found) > 1:
        named = "; ".join(f"{hit['title']} ({hit['detail']})" for hit in found)
        raise SeveralCustomers(_("Hay varios: %s. Escriba el número.") % named)
    return int(found[0]["customer_id"])


@act(Permission.RECORD_PAYMENT)
def ignore(request: HttpRequest, visit: Visit, line_id: int) -> HttpResponse:
    """Put a line aside, or take it back."""
    try:
        if request.POST.get("restore"):
            bank.restore_line(line_id=line_id, actor=visit.actor, at=visit.at)
            messages.success(request, _("El abono espera otra vez."))
        else:
            bank.ignore_line(line_id=line_id, actor=visit.actor, at=visit.at)
            messages.success(request, _("Abono descartado: no es de ningún cliente."))
    except NotFound:
        raise
    except DomainError as refused:
        messages.error(request, refused.message)
    return redirect("staff:reconciliation")

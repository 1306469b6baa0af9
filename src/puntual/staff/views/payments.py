"""Pagos: money received, how it was applied, and what debtors say they paid."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from puntual.flows import money_in
from puntual.identity.types import Permission
from puntual.lib import formats
from puntual.lib.errors import DomainError
from puntual.lib.money import ZERO
from puntual.payments import operations as payment_acts
from puntual.payments import queries as payments
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.portfolio import queries as portfolio
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.case import ReasonForm, SureForm
from puntual.staff.forms.payments import PaymentForm, RejectForm
from puntual.staff.views.case import may
from puntual.staff.views.case_acts import Sheet, carry_out, sent
from puntual.staff.views.customers import page_number, search_of
from puntual.web import paging

_SIZE = 50
_REPORTS_SHOWN = 5


@page(Permission.SEE_PAYMENTS)
def payment_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List payments, newest first, with totals of the whole selection by currency."""
    search = search_of(request)
    found = payments.payment_list(search=search, page=page_number(request), page_size=_SIZE)
    reports = payments.reports_waiting()
    context = {
        "q": search,
        "rows": found.rows,
        "is_empty": not found.rows,
        "totals": found.totals,
        "page": paging.page_of(asked=str(found.number), total=found.total, size=_SIZE),
        "reports": reports[:_REPORTS_SHOWN],
        "reports_total": len(reports),
        "may": may(request),
    }
    return render(request, "staff/payments.html", context)


@page(Permission.SEE_PAYMENTS)
def payment(request: HttpRequest, visit: Visit, payment_id: int) -> HttpResponse:
    """Show one payment with what each document took of it."""
    found = payments.payment(payment_id=payment_id)
    owed = [
        item
        for item in portfolio.open_items(customer_id=found["customer_id"])
        if item.currency == found["currency"]
    ]
    context = {
        "payment": found,
        # What a reversal took back is applied to nothing.
        "applied": sum((one["amount"] for one in found["allocations"] if not one["is_reversed"]), ZERO),
        "can_apply": bool(owed) and found["unapplied_amount"] > ZERO and found["state"] == "POSTED",
        "may": may(request),
    }
    return render(request, "staff/payment.html", context)


@form(Permission.RECORD_PAYMENT)
def record_payment(request: HttpRequest, visit: Visit, customer_id: int) -> HttpResponse:
    """Record a payment of a customer; `preview` shows how it would be applied and writes nothing."""
    card = portfolio.customer_card(customer_id=customer_id)
    items = portfolio.open_items(customer_id=customer_id)
    currencies = list(dict.fromkeys([*[item.currency for item in items], visit.currency]))
    shown = PaymentForm(sent(request), items=items, currencies=currencies, today=visit.today)
    is_preview = "preview" in request.POST or bool(request.headers.get("HX-Request"))
    status = 200
    if shown.is_bound and shown.is_valid() and not is_preview:
        try:
            payment_id = money_in.receive_payment(
                payment=_new_payment(shown, customer_id=customer_id),
                actor=visit.actor,
                at=visit.at,
                today=visit.today,
            )
        except money_in.KeyAlreadyUsed:
            shown.add_error(
                None,
                _(
                    "Este formulario ya registró un pago con otros datos; ábralo de nuevo para registrar otro."
                ),
            )
        except DomainError as refused:
            shown.add_error(None, refused.message)
        else:
            messages.success(request, _("Pago registrado."))
            return redirect("staff:payment", payment_id)
    if shown.is_bound and not is_preview:
        status = 422
    context = {
        "card": card,
        "form": shown,
        "items": [(item, shown[f"item_{item.id}"]) for item in items],
        "preview": _preview(shown, customer_id=customer_id) if shown.is_bound else None,
    }
    is_part = bool(request.headers.get("HX-Request"))
    template = "staff/_payment_preview.html" if is_part else "staff/record_payment.html"
    return render(request, template, context, status=status)


def _new_payment(shown: PaymentForm, *, customer_id: int) -> NewPayment:
    data = shown.cleaned_data
    return NewPayment(
        key=f"staff:{customer_id}:{data['form_key']}",
        customer_id=customer_id,
        amount=data["amount"],
        currency=data["currency"],
        value_date=data["value_date"],
        method=PaymentMethod(data["method"]),
        reference=data["reference"],
        note=data["note"],
        allocations=shown.allocations(),
    )


def _preview(shown: PaymentForm, *, customer_id: int) -> dict[str, Any] | None:
    """Say which documents would take how much, and what would be left as credit."""
    if not shown.is_valid():
        return None
    data = shown.cleaned_data
    taken = money_in.preview_shares(payment=_new_payment(shown, customer_id=customer_id))
    lines: list[dict[str, Any]] = [
        {
            "item": item,
            "taken": share.amount,
            "discount": share.discount,
            "left": item.open_amount - share.amount - share.discount,
        }
        for item in shown.items.values()
        if (share := taken.get(item.id)) is not None
    ]
    applied = sum((line["taken"] for line in lines), ZERO)
    return {
        "lines": lines,
        "credit": data["amount"] - applied,
        "currency": data["currency"],
    }


@form(Permission.REVERSE_PAYMENT)
def reverse_payment(request: HttpRequest, visit: Visit, payment_id: int) -> HttpResponse:
    """Take a payment back with the reason; the ledger keeps both."""
    found = payments.payment(payment_id=payment_id)
    card = portfolio.customer_card(customer_id=found["customer_id"])

    def carry(data: dict[str, Any]) -> str:
        money_in.reverse(
            payment_id=payment_id, reason=data["reason"], actor=visit.actor, at=visit.at, today=visit.today
        )
        return _("Pago revertido: los documentos deben otra vez lo que el pago cubría.")

    sheet = Sheet(
        title=_("Revertir pago"),
        button=_("Revertir el pago"),
        back_url=reverse("staff:payment", args=[payment_id]),
        variant="danger",
        about=_("Úselo si el cheque rebotó o el pago no era de este cliente. Nada se borra."),
    )
    return carry_out(request, form=ReasonForm(sent(request)), sheet=sheet, act=carry, context={"card": card})


@act(Permission.RECORD_PAYMENT)
def apply_credit(request: HttpRequest, visit: Visit, payment_id: int) -> HttpResponse:
    """Apply what is left of a payment to the oldest documents."""
    try:
        applied = money_in.apply_credit(
            payment_id=payment_id, actor=visit.actor, at=visit.at, today=visit.today
        )
    except payment_acts.UnableToApplyCredit as refused:
        messages.error(request, refused.message)
    else:
        if applied > Decimal(0):
            messages.success(request, _("Saldo a favor aplicado."))
        else:
            messages.warning(
                request,
                _(
                    "El cliente no debe nada en esa moneda que no esté en aclaración: el saldo a favor se queda."
                ),
            )
    back = "staff:unapplied" if request.POST.get("next") == "unapplied" else None
    return redirect(back) if back else redirect("staff:payment", payment_id)


@page(Permission.SEE_PAYMENTS)
def unapplied(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List payments that left a credit, with what their customers still owe."""
    rows = payments.unapplied()
    owed = portfolio.open_items_of(customer_ids=list({row["customer_id"] for row in rows}))
    shown = [
        {
            **row,
            "owed": sum(
                (
                    item.open_amount
                    for item in owed.get(row["customer_id"], [])
                    if item.currency == row["currency"]
                ),
                ZERO,
            ),
        }
        for row in rows
    ]
    totals: dict[str, Decimal] = {}
    for row in rows:
        totals[row["currency"]] = totals.get(row["currency"], ZERO) + row["unapplied_amount"]
    context = {
        "rows": shown,
        "is_empty": not shown,
        "totals": sorted(totals.items()),
        "may": may(request),
    }
    return render(request, "staff/unapplied.html", context)


@page(Permission.SEE_PAYMENTS)
def reports(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List payments that debtors report, oldest first."""
    rows = payments.reports_waiting()
    context = {"rows": rows, "is_empty": not rows, "may": may(request)}
    return render(request, "staff/reports.html", context)


def _report(report_id: int) -> dict[str, Any]:
    for row in payments.reports_waiting():
        if row["id"] == report_id:
            return row
    raise Http404


def _told(report: dict[str, Any]) -> dict[str, str]:
    """Write what a debtor reported, to be compared with the bank."""
    locale = formats.locale_of(language=get_language() or "es-mx")
    return {
        "amount": formats.money(
            amount=report["amount"], currency=report["currency"], locale=locale, with_code=True
        ),
        "day": formats.long_day(value=report["paid_on"], locale=locale),
        "reference": report["reference"] or _("no la dijo"),
    }


@form(Permission.RECORD_PAYMENT)
def confirm_report(request: HttpRequest, visit: Visit, report_id: int) -> HttpResponse:
    """Record the payment that a debtor reported."""
    found = _report(report_id)
    card = portfolio.customer_card(customer_id=found["customer_id"])

    def carry(data: dict[str, Any]) -> str:
        money_in.confirm_report(report_id=report_id, actor=visit.actor, at=visit.at, today=visit.today)
        return _("Pago de %s confirmado y aplicado.") % card.name

    sheet = Sheet(
        title=_("Confirmar pago"),
        button=_("Confirmar y aplicar"),
        back_url=reverse("staff:reports"),
        about=_(
            "%(amount)s que avisó haber pagado el %(day)s, referencia %(reference)s. "
            "Se registra como transferencia y se aplica a lo más antiguo primero, salvo lo que esté en aclaración."
        )
        % _told(found),
    )
    return _answered(request, found, SureForm(sent(request)), sheet, carry, card)


@form(Permission.RECORD_PAYMENT)
def reject_report(request: HttpRequest, visit: Visit, report_id: int) -> HttpResponse:
    """Say that a reported payment was not found."""
    found = _report(report_id)
    card = portfolio.customer_card(customer_id=found["customer_id"])

    def carry(data: dict[str, Any]) -> str:
        money_in.reject_report(
            report_id=report_id, answer=data["answer"], actor=visit.actor, at=visit.at, today=visit.today
        )
        return _("Aviso rechazado: el cliente verá la respuesta en su portal.")

    sheet = Sheet(title=_("Rechazar aviso"), button=_("Rechazar"), back_url=reverse("staff:reports"))
    return _answered(request, found, RejectForm(sent(request)), sheet, carry, card)


def _answered(
    request: HttpRequest, found: dict[str, Any], shown: Form, sheet: Sheet, carry: Any, card: Any
) -> HttpResponse:
    return carry_out(request, form=shown, sheet=sheet, act=carry, context={"card": card, "report": found})

"""
Reporting: what a debtor says was paid, and what staff answered?

Reads: payments.ReportedPayment
Writes: payments.ReportedPayment, payments.Payment (through posting), audit.Event
Guarantees: a report is answered once; the payment that it became is recorded with it.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.db import named, rows
from puntual.lib.errors import DomainError, NotFound
from puntual.payments import rules
from puntual.payments.operations.posting import REFUSALS, record_payment
from puntual.payments.types import LockedReport, NewPayment, PaymentMethod, ReportState
from puntual.plans.types import PromptTerms

_SQL = named.load(Path(__file__).parents[1] / "sql" / "payments.sql")


class UnableToAnswerReport(DomainError):
    """The report cannot be taken, or was answered already in another way."""

    code = "unable-to-answer-report"


def report_payment(
    *,
    key: str,
    customer_id: int,
    amount: Decimal,
    currency: str,
    paid_on: date,
    reference: str,
    note: str,
    at: datetime,
) -> int:
    """
    Note a payment that a debtor says was made, and return the report's id; the same key returns the same.

    Raises: UnableToAnswerReport for an amount that is none, a day to come, or a key of another report.
    """
    refusal = rules.amount_refusal(amount=amount, currency=currency)
    if refusal is not None:
        raise UnableToAnswerReport(str(REFUSALS[refusal]))
    # No country we serve is ahead of UTC: a later day than UTC's is to come everywhere.
    if paid_on > at.date():
        raise UnableToAnswerReport(_("La fecha del pago no puede ser futura."))
    with transaction.atomic():
        rows.execute(
            _SQL["add_report"],
            {
                "key": key,
                "customer_id": customer_id,
                "amount": amount,
                "currency": currency,
                "paid_on": paid_on,
                "reference": reference[:120],
                "note": note[:300],
                "at": at,
            },
        )
        report_id, *told = rows.fetch_all(_SQL["report_of_key"], {"key": key})[0]
        if told != [customer_id, amount, currency, paid_on]:
            raise UnableToAnswerReport(
                _("Este formulario ya avisó de otro pago; ábralo de nuevo para avisar de uno más.")
            )
    return int(report_id)


def _lock_report(*, report_id: int) -> LockedReport:
    found = rows.fetch_all(_SQL["report_locked"], {"report_id": report_id})
    if not found:
        raise NotFound(_("No existe ese aviso de pago."))
    row = found[0]
    return LockedReport(*(*row[:-2], ReportState(row[-2]), row[-1]))


def confirm_report(
    *,
    report_id: int,
    in_dispute: Collection[int] = (),
    terms: Sequence[PromptTerms] = (),
    actor: Actor,
    at: datetime,
) -> int:
    """
    Record the payment that a debtor reported and return its id; confirming again returns the same.

    Receivables `in_dispute` take nothing of it. Of what is wholly paid early the discount of the `terms` is let go.

    Raises: NotFound; UnableToAnswerReport when it was rejected.
    """
    with transaction.atomic():
        report = _lock_report(report_id=report_id)
        if report.payment_id is not None:
            return report.payment_id
        if report.state is not ReportState.REPORTED:
            raise UnableToAnswerReport(_("Ese aviso de pago ya fue rechazado."))
        payment_id = record_payment(
            payment=NewPayment(
                key=f"report:{report.id}",
                customer_id=report.customer_id,
                amount=report.amount,
                currency=report.currency,
                value_date=report.paid_on,
                method=PaymentMethod.TRANSFER,
                reference=report.reference,
                note=report.note,
            ),
            in_dispute=in_dispute,
            terms=terms,
            actor=actor,
            at=at,
        )
        _answer(
            report=report, state=ReportState.CONFIRMED, payment_id=payment_id, answer="", actor=actor, at=at
        )
    return payment_id


def reject_report(*, report_id: int, answer: str, actor: Actor, at: datetime) -> int:
    """
    Say that a reported payment was not found, with an answer for the debtor; return whose it was.

    Raises: NotFound; UnableToAnswerReport when it was answered already.
    """
    with transaction.atomic():
        report = _lock_report(report_id=report_id)
        if report.state is not ReportState.REPORTED:
            raise UnableToAnswerReport(_("Ese aviso de pago ya fue contestado."))
        _answer(report=report, state=ReportState.REJECTED, payment_id=None, answer=answer, actor=actor, at=at)
    return report.customer_id


def _answer(
    *,
    report: LockedReport,
    state: ReportState,
    payment_id: int | None,
    answer: str,
    actor: Actor,
    at: datetime,
) -> None:
    rows.execute(
        _SQL["answer_report"],
        {
            "report_id": report.id,
            "state": state.value,
            "payment_id": payment_id,
            "answer": answer[:300],
            "at": at,
        },
    )
    audit.record(
        actor=actor,
        action="answer-report",
        subject_type="reported_payment",
        subject_id=report.id,
        customer_id=report.customer_id,
        before={"state": report.state.value},
        after={"state": state.value, "payment_id": payment_id},
        at=at,
    )

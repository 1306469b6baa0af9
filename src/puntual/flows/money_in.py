"""
Money comes in, or is taken back: record → settle promises → stop what was queued. One transaction each.

The next run reads the new balances; until then nothing that was planned on the old ones goes out. Money that names no
document goes to the oldest that its debtor does not dispute.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from puntual.agreements import operations as agreements
from puntual.agreements import queries as agreement_rows
from puntual.agreements.types import HoldReason
from puntual.audit.types import Actor
from puntual.companies import queries as companies
from puntual.flows import placing, wording
from puntual.lib.errors import DomainError
from puntual.lib.money import ZERO
from puntual.outreach import operations as outreach
from puntual.payments import operations as payments
from puntual.payments import queries as payment_rows
from puntual.payments.types import NewPayment, PaymentCounts, ReportState, Share
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import PromptTerms
from puntual.portfolio import operations as portfolio_acts
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import EntryKind
from puntual.reconciliation import operations as reconciliation

_REASON = "payment"
_SOURCE_REASON = "import"
_CUSTOMERS_AT_ONCE = 5_000


class UnableToReceive(DomainError):
    """Money cannot have come on a day that is still to come."""

    code = "unable-to-receive"


class KeyAlreadyUsed(DomainError):
    """The key names another payment; nothing was written."""

    code = "key-already-used"


@placing.change()
def receive_payment(*, payment: NewPayment, actor: Actor, at: datetime, today: date) -> int:
    """
    Record one payment with all that follows from it, and return its id; a key that is known changes nothing.

    Raises: UnableToReceive; KeyAlreadyUsed when the key names a payment of other data;
    payments.operations.UnableToRecordPayment.
    """
    _refuse_days_to_come(payments=[payment], today=today)
    known = payment_rows.payment_ids_of(keys=[payment.key])
    if payment.key in known:
        return _known(payment=payment, payment_id=known[payment.key])
    payment_id = payments.record_payment(
        payment=payment,
        in_dispute=_in_dispute([payment.customer_id]),
        terms=prompt_terms(),
        actor=actor,
        at=at,
    )
    follow(customer_ids=[payment.customer_id], at=at, today=today)
    # Another hand may have recorded the key between the look and the lock.
    return _known(payment=payment, payment_id=payment_id)


def _known(*, payment: NewPayment, payment_id: int) -> int:
    """Return the payment of a key if it is this one: whoever changed it and sent it again must not read success."""
    stored = payment_rows.payment(payment_id=payment_id)
    told = ("customer_id", "amount", "currency", "value_date")
    if any(stored[name] != getattr(payment, name) for name in told):
        raise KeyAlreadyUsed(
            _("Esa clave ya identifica otro pago, con otros datos. No se registró nada nuevo.")
        )
    return payment_id


def preview_shares(*, payment: NewPayment) -> dict[int, Share]:
    """Say what each receivable would take of a payment if it came in now; writes nothing."""
    return payment_rows.shares_of(
        payment=payment, in_dispute=_in_dispute([payment.customer_id]), terms=prompt_terms()
    )


@placing.change()
def receive_payments(*, given: Sequence[NewPayment], at: datetime, today: date) -> PaymentCounts:
    """
    Record many payments with all that follows from them, by the same few statements.

    Raises: UnableToReceive; payments.operations.UnableToRecordPayment, with the keys at fault.
    """
    return receive_within(given=given, at=at, today=today)


def receive_within(*, given: Sequence[NewPayment], at: datetime, today: date) -> PaymentCounts:
    """
    Do the same inside the transaction of another flow.

    Raises: UnableToReceive; payments.operations.UnableToRecordPayment, with the keys at fault.
    """
    _refuse_days_to_come(payments=given, today=today)
    known = payment_rows.payment_ids_of(keys=[payment.key for payment in given])
    paid = sorted({payment.customer_id for payment in given if payment.key not in known})
    counts = payments.record_payments(
        payments=given, in_dispute=_in_dispute(paid), terms=prompt_terms(), at=at
    )
    if paid:
        follow(customer_ids=paid, at=at, today=today)
    return counts


@placing.change()
def confirm_report(*, report_id: int, actor: Actor, at: datetime, today: date) -> int:
    """
    Record the payment that a debtor reported, with all that follows from it, and return its id.

    The pause that the report brought ends with the last one that waits.

    Raises: NotFound; payments.operations.UnableToAnswerReport when the report was rejected.
    """
    payment_id = payments.confirm_report(
        report_id=report_id, in_dispute=_in_dispute(None), terms=prompt_terms(), actor=actor, at=at
    )
    payment = payment_rows.payment(payment_id=payment_id)
    _end_pause_of_reports(customer_id=payment["customer_id"], actor=actor, at=at, today=today)
    follow(customer_ids=[payment["customer_id"]], at=at, today=today)
    return payment_id


@placing.change()
def reject_report(*, report_id: int, answer: str, actor: Actor, at: datetime, today: date) -> None:
    """
    Say that a reported payment was not found; the pause that it brought ends with the last one that waits.

    Raises: NotFound; payments.operations.UnableToAnswerReport when it was answered already; wording.UnlawfulText.
    """
    wording.refuse_unlawful(text=answer)
    customer_id = payments.reject_report(report_id=report_id, answer=answer, actor=actor, at=at)
    _end_pause_of_reports(customer_id=customer_id, actor=actor, at=at, today=today)
    placing.touch(customer_ids=[customer_id])


def _end_pause_of_reports(*, customer_id: int, actor: Actor, at: datetime, today: date) -> None:
    # Of two answers at the same moment the second one sees the first.
    portfolio_acts.lock_open_items(customer_ids=[customer_id])
    reports = payment_rows.reports_of(customer_id=customer_id)
    if any(one["state"] == ReportState.REPORTED for one in reports):
        return
    for hold in agreement_rows.holds_of(customer_id=customer_id, today=today):
        if hold["is_active"] and hold["reason"] == HoldReason.PAYMENT_REPORTED:
            agreements.lift_hold(hold_id=hold["id"], actor=actor, at=at)


@placing.change()
def apply_credit(*, payment_id: int, actor: Actor, at: datetime, today: date) -> Decimal:
    """
    Apply what is left of a payment, with all that follows from it, and return how much was applied.

    Raises: NotFound; payments.operations.UnableToApplyCredit.
    """
    applied = payments.apply_credit(
        payment_id=payment_id, in_dispute=_in_dispute(None), terms=prompt_terms(), actor=actor, at=at
    )
    if applied > ZERO:
        payment = payment_rows.payment(payment_id=payment_id)
        follow(customer_ids=[payment["customer_id"]], at=at, today=today)
    return applied


@placing.change()
def reverse(*, payment_id: int, reason: str, actor: Actor, at: datetime, today: date) -> None:
    """
    Take a payment back, and the word on the promises that it had kept; its bank line waits to be matched anew.

    Raises: NotFound; payments.operations.UnableToReversePayment when it was taken back already.
    """
    payments.reverse_payment(payment_id=payment_id, reason=reason, actor=actor, at=at)
    reconciliation.release_line(payment_id=payment_id)
    payment = payment_rows.payment(payment_id=payment_id)
    follow(customer_ids=[payment["customer_id"]], at=at, today=today)


def prompt_terms() -> tuple[PromptTerms, ...]:
    """Return what the plans that are or were in force give to who pays early, by the days of the company."""
    company = companies.current_company(base_url=settings.BASE_URL)
    return planned.prompt_terms(time_zone=company.time_zone)


def _in_dispute(customer_ids: Sequence[int] | None) -> frozenset[int]:
    """
    Name what these customers, or all, object to now.

    Asked before what they owe is held: a dispute that comes in between counts as one that came after the money.
    """
    return agreement_rows.disputed_documents(customer_ids=customer_ids)


def _refuse_days_to_come(*, payments: Sequence[NewPayment], today: date) -> None:
    if any(payment.value_date > today for payment in payments):
        raise UnableToReceive(_("La fecha valor del pago no puede ser futura."))


def follow(*, customer_ids: Sequence[int], reason: str = _REASON, at: datetime, today: date) -> None:
    """Judge the promises of customers whose balance fell, and stop what was planned on the old balance."""
    country = companies.current_company(base_url=settings.BASE_URL).country
    ids = sorted(set(customer_ids))
    placing.touch(customer_ids=ids)
    for start in range(0, len(ids), _CUSTOMERS_AT_ONCE):
        chunk = ids[start : start + _CUSTOMERS_AT_ONCE]
        agreements.settle_promises(today=today, country=country, customer_ids=chunk, at=at)
        plans.close_actions(customer_ids=chunk, reason=reason, at=at)
        outreach.cancel_messages(customer_ids=chunk, reason=reason, at=at)


def use_credits(*, customer_ids: Sequence[int] | None, at: datetime, today: date) -> int:
    """
    Apply all credit of these customers, or of all, with what follows; return how many customers owe less by it.

    Belongs into the transaction of another flow.
    """
    lowered = payments.apply_credits(
        customer_ids=customer_ids, in_dispute=_in_dispute(customer_ids), terms=prompt_terms(), at=at
    )
    follow(customer_ids=lowered, at=at, today=today)
    return len(lowered)


def use_credits_since(*, after: int, at: datetime, today: date) -> int:
    """
    Apply the credit of customers who owe something new since the entry `after`; return how many owe less by it.

    Costs next to nothing while nobody has credit. Belongs into the transaction of another flow.
    """
    if not payment_rows.has_anyone_credit():
        return 0
    return use_credits(customer_ids=portfolio.customers_of_entries(after=after), at=at, today=today)


def follow_ledger(*, after: int, at: datetime, today: date) -> None:
    """
    Do what follows from a source that moved balances since the entry `after` of the ledger.

    The credit of customers who owe something new is used, and those whose debt the source says is lower are followed.
    Belongs into the transaction of the flow that wrote.
    """
    use_credits_since(after=after, at=at, today=today)
    lowered = portfolio.customers_of_entries(after=after, lowering=EntryKind.ADJUSTMENT)
    follow(customer_ids=lowered, reason=_SOURCE_REASON, at=at, today=today)

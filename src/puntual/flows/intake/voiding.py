"""
Take back what a cancelled payment complement or credit note (CFDI) did.

A complement that was stamped wrong is cancelled and stamped anew: without this the invoice would be paid twice.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from puntual.audit.types import SYSTEM
from puntual.intake import operations as intake
from puntual.intake.operations import Settled
from puntual.intake.queries import vouchers
from puntual.intake.queries.vouchers import StandingCredit
from puntual.intake.types import MovementState, Record
from puntual.payments import operations as payments
from puntual.payments import queries as payment_rows
from puntual.payments.types import PaymentState
from puntual.portfolio import operations as portfolio
from puntual.portfolio.types import EntryKind, NewEntry
from puntual.reconciliation import operations as reconciliation


def void_movements(*, at: datetime) -> int:
    """
    Take back the payments and credit notes whose voucher was cancelled, and return how many movements that were.

    Belongs into the transaction of an import, once its movements are kept and before payments are posted: what is not
    posted yet never will be. A second time finds nothing.
    """
    found = vouchers.cancelled_movements()
    if not found:
        return 0
    _reverse_payments(
        ids=sorted({one.payment_id for one in found if one.payment_id and one.record is Record.PAYMENT}),
        at=at,
    )
    notes = [one.id for one in found if one.record is Record.CREDIT_NOTE]
    reverse_credits(found=vouchers.standing_credits(movement_ids=notes), at=at)
    waiting = [one.id for one in found if one.state is MovementState.WAITING]
    intake.mark_cancelled(ids=waiting, at=at)
    done = sorted({one.cancellation_id for one in found})
    intake.mark_settled(settled=[Settled(one, None) for one in done], at=at)
    return len(found)


def _reverse_payments(*, ids: list[int], at: datetime) -> None:
    for payment_id in ids:
        if payment_rows.payment(payment_id=payment_id)["state"] == PaymentState.POSTED:
            reason = _("El SAT informa que su CFDI se canceló.")
            payments.reverse_payment(payment_id=payment_id, reason=reason, actor=SYSTEM, at=at)
            reconciliation.release_line(payment_id=payment_id)


def reverse_credits(*, found: Sequence[StandingCredit], at: datetime) -> None:
    """Take back in the ledger what credit notes have lowered."""
    portfolio.post_entries(
        entries=[
            NewEntry(
                key=f"void:{one.id}",
                receivable_id=one.receivable_id,
                kind=EntryKind.REVERSAL,
                amount=-one.amount,
                currency=one.currency,
                effective_date=one.effective_date,
                reverses_id=one.id,
            )
            for one in found
        ],
        at=at,
    )

"""
Payments: what was paid, and which debts did it settle?

Reads: payments.Payment, payments.Allocation, payments.ReportedPayment, portfolio.Customer, portfolio.Receivable,
portfolio.LedgerEntry
Writes: payments.Payment, payments.Allocation, payments.ReportedPayment, portfolio.Receivable, portfolio.LedgerEntry
(through portfolio), audit.Event
Guarantees: those of its parts: posting (a payment is its allocations plus its credit, recorded once), reporting (a
report is answered once), owning (what moved can be given back, what a person wrote can be forgotten).
"""

from puntual.payments.operations.owning import (
    erase_customer,
    move_customer,
    return_customer,
)
from puntual.payments.operations.posting import (
    UnableToApplyCredit,
    UnableToRecordPayment,
    UnableToReversePayment,
    apply_credit,
    apply_credits,
    give_payments,
    record_payment,
    record_payments,
    release_allocations,
    reverse_payment,
)
from puntual.payments.operations.reporting import (
    UnableToAnswerReport,
    confirm_report,
    reject_report,
    report_payment,
)

__all__ = [
    "UnableToAnswerReport",
    "UnableToApplyCredit",
    "UnableToRecordPayment",
    "UnableToReversePayment",
    "apply_credit",
    "apply_credits",
    "confirm_report",
    "erase_customer",
    "give_payments",
    "move_customer",
    "record_payment",
    "record_payments",
    "reject_report",
    "release_allocations",
    "report_payment",
    "return_customer",
    "reverse_payment",
]

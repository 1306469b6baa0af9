"""Words of payments."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class PaymentState(StrEnum):
    """Life of a payment."""

    POSTED = "POSTED"
    REVERSED = "REVERSED"


class PaymentMethod(StrEnum):
    """Through which door the money came."""

    TRANSFER = "TRANSFER"
    CARD = "CARD"
    CASH = "CASH"
    CHEQUE = "CHEQUE"
    DIRECT_DEBIT = "DIRECT_DEBIT"
    OTHER = "OTHER"


class ReportState(StrEnum):
    """Life of a payment that a debtor says was made."""

    REPORTED = "REPORTED"
    CONFIRMED = "CONFIRMED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class NewPayment:
    """
    Money received. `key` is the idempotency key: a second posting with it changes nothing.

    `allocations` names receivables and amounts; empty means oldest due first.
    """

    key: str
    customer_id: int
    amount: Decimal
    currency: str
    value_date: date
    method: PaymentMethod
    reference: str = ""
    note: str = ""
    allocations: tuple[tuple[int, Decimal], ...] = ()

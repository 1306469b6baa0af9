"""Words of payments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from puntual.lib.money import ZERO
from puntual.plans.types import PromptTerms


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

    `allocations` names receivables and amounts; empty means oldest due first, or none at all where it `is_credit`.
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
    is_credit: bool = False


class Refusal(StrEnum):
    """Why a payment cannot be taken as it is given."""

    NOT_POSITIVE = "not-positive"
    NOT_CENTS = "not-cents"
    NO_CURRENCY = "no-currency"
    UNKNOWN_CUSTOMER = "unknown-customer"
    NOT_OWED = "not-owed"
    MORE_THAN_OWED = "more-than-owed"
    MORE_THAN_PAID = "more-than-paid"


@dataclass(frozen=True, slots=True)
class PaymentCounts:
    """What became of the distinct payments given."""

    new: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a payment that one receivable takes, true from `effective_date`."""

    receivable_id: int
    amount: Decimal
    effective_date: date
    # What is let go beside it because the whole rest of the document was paid early.
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class PromptPay:
    """
    What is let go of documents that are paid early, and of which nothing is.

    `paid_until` is the last day of the money that documents have taken already: a debt is paid when all of it is.
    """

    terms: tuple[PromptTerms, ...] = ()
    excluded: frozenset[int] = frozenset()
    paid_until: Mapping[int, date] = field(default_factory=dict)


NO_PROMPT_PAY = PromptPay()


@dataclass(frozen=True, slots=True)
class Applied:
    """A payment and how it is spread; what no receivable takes is the customer's credit."""

    payment: NewPayment
    shares: tuple[Share, ...]
    unapplied_amount: Decimal


@dataclass(frozen=True, slots=True)
class PaymentList:
    """One page of a list of payments and the totals of all of it; `number` is within the pages that exist."""

    rows: list[dict[str, Any]]
    total: int
    number: int
    # By currency; reversed payments are counted and not added.
    totals: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CollectedRow:
    """What was paid on one day in one currency, reversed payments left out."""

    value_date: date
    currency: str
    amount: Decimal
    payments: int


@dataclass(frozen=True, slots=True)
class LockedPayment:
    """A payment that this transaction holds."""

    id: int
    key: str
    customer_id: int
    amount: Decimal
    unapplied_amount: Decimal
    currency: str
    value_date: date
    state: PaymentState
    # How many parts of it were allocated, whenever that was.
    parts: int


@dataclass(frozen=True, slots=True)
class AppliedCredit:
    """A payment that was there already, and what debts take now of what was left of it."""

    payment: LockedPayment
    shares: tuple[Share, ...]
    unapplied_amount: Decimal


@dataclass(frozen=True, slots=True)
class LockedReport:
    """A reported payment that this transaction holds."""

    id: int
    customer_id: int
    amount: Decimal
    currency: str
    paid_on: date
    reference: str
    note: str
    state: ReportState
    payment_id: int | None

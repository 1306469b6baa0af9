"""Words of agreements: promises, disputes, holds."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class PromiseState(StrEnum):
    """Life of a promise to pay."""

    ACTIVE = "ACTIVE"
    KEPT = "KEPT"
    PARTLY_KEPT = "PARTLY_KEPT"
    BROKEN = "BROKEN"
    CANCELLED = "CANCELLED"
    SUPERSEDED = "SUPERSEDED"


class DisputeState(StrEnum):
    """Life of a dispute (aclaración)."""

    OPENED = "OPENED"
    IN_REVIEW = "IN_REVIEW"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


OPEN_DISPUTES = (DisputeState.OPENED, DisputeState.IN_REVIEW)


class DisputeReason(StrEnum):
    """Why a debtor objects."""

    NOT_MINE = "NOT_MINE"
    ALREADY_PAID = "ALREADY_PAID"
    WRONG_AMOUNT = "WRONG_AMOUNT"
    NOT_DELIVERED = "NOT_DELIVERED"
    QUALITY = "QUALITY"
    OTHER = "OTHER"


class HoldReason(StrEnum):
    """Why contact is paused."""

    REQUESTED = "REQUESTED"
    HARDSHIP = "HARDSHIP"
    NEGOTIATION = "NEGOTIATION"
    PAYMENT_REPORTED = "PAYMENT_REPORTED"
    LEGAL = "LEGAL"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """An active promise and what was paid toward it, as the rule sees them."""

    id: int
    customer_id: int
    amount: Decimal
    currency: str
    made_on: date
    due_date: date
    tolerance_days: int
    paid_amount: Decimal
    state: PromiseState

"""Words of agreements: promises, disputes, holds."""

from dataclasses import dataclass
from datetime import date, datetime
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
    # The debtor was right, and the document is not corrected yet.
    CORRECTION = "CORRECTION"
    # A complaint or a request about data waits for its answer.
    PETITION = "PETITION"
    OTHER = "OTHER"


# How the reason of a pause of the portfolio begins, where it stands among the reasons of holds.
PORTFOLIO_HOLD = "PORTFOLIO:"


class PauseScope(StrEnum):
    """What part of the portfolio a pause is for."""

    ALL = "ALL"
    # A segment of the plan, by its key.
    SEGMENT = "SEGMENT"
    TAG = "TAG"
    PRODUCT = "PRODUCT"
    # Where customers live.
    STATE = "STATE"


class PauseReason(StrEnum):
    """Why a part of the portfolio is paused."""

    DISASTER = "DISASTER"
    STRIKE = "STRIKE"
    MIGRATION = "MIGRATION"
    LEGAL = "LEGAL"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class PortfolioPause:
    """A pause of a part of the portfolio; both days are included. `value` is empty for all of it."""

    id: int
    scope: PauseScope
    value: str
    reason: PauseReason
    note: str
    from_date: date
    until_date: date
    actor_label: str
    created_at: datetime
    lifted_at: datetime | None
    lifted_by: str

    def holds(self, *, day: date, known_at: datetime) -> bool:
        """Say whether it was in force on a day, as it was known at a moment."""
        is_known = self.created_at <= known_at and (self.lifted_at is None or self.lifted_at > known_at)
        return is_known and self.from_date <= day <= self.until_date


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """A promise and what was paid toward it, as the rule sees them."""

    id: int
    customer_id: int
    amount: Decimal
    currency: str
    made_on: date
    due_date: date
    tolerance_days: int
    paid_amount: Decimal
    state: PromiseState
    settled_on: date | None = None
    # Whether the customer owes anything in its currency.
    is_owed: bool = True


@dataclass(frozen=True, slots=True)
class CountablePayment:
    """Money of the ledger that may count toward a promise: what is left of an entry after its reversal."""

    entry_id: int
    value_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a promise is today: its state, the money that counts, and the day on which it was settled."""

    promise_id: int
    state: PromiseState
    paid_amount: Decimal
    settled_on: date | None


@dataclass(frozen=True, slots=True)
class PromiseCounts:
    """How many promises came into each state."""

    kept: int = 0
    partly_kept: int = 0
    broken: int = 0
    # A settled promise whose payment was reversed before its last day is active again.
    reopened: int = 0
    superseded: int = 0
    # What it was about is owed no more, and not because of money that keeps it.
    cancelled: int = 0

    @property
    def total(self) -> int:
        """Return how many promises changed their state."""
        return self.kept + self.partly_kept + self.broken + self.reopened + self.superseded + self.cancelled


@dataclass(frozen=True, slots=True)
class PromiseBoard:
    """Promises at a glance: those that wait, and those settled in the last 30 days."""

    active: int
    due_today: int
    due_within_7_days: int
    kept_30_days: int
    partly_kept_30_days: int
    broken_30_days: int


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """A pause that was not lifted, as the rule sees it; both days are included."""

    id: int
    customer_id: int
    receivable_id: int | None
    reason: HoldReason
    from_date: date
    until_date: date


@dataclass(frozen=True, slots=True)
class ActiveHold:
    """
    A pause that holds today for a customer or one receivable, whatever number of holds it is made of.

    `until_date` is the last day without a gap: a hold that overlaps or follows at once prolongs it.
    """

    customer_id: int
    receivable_id: int | None
    until_date: date
    reasons: tuple[HoldReason, ...]
    hold_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WaitingPromise:
    """A promise that waits for its money; after its last day it is broken."""

    made_on: date
    due_date: date
    last_day: date

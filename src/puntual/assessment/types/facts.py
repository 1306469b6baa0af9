"""Words of assessment: what kind of case a debtor is on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Stage(StrEnum):
    """Stages of collection; NONE owes nothing."""

    NONE = "NONE"
    PREVENTIVE = "PREVENTIVE"
    ADMINISTRATIVE = "ADMINISTRATIVE"
    EXTRAJUDICIAL = "EXTRAJUDICIAL"
    JUDICIAL = "JUDICIAL"


class Segment(StrEnum):
    """First segments: by behaviour in the last twelve months."""

    NEW = "NEW"
    PUNCTUAL = "PUNCTUAL"
    SLOW = "SLOW"
    RISKY = "RISKY"


@dataclass(frozen=True, slots=True)
class Facts:
    """
    Everything that a decision about one customer on one day may look at.

    Amounts are keyed by currency; dates are days of the company's calendar. Disputed and held
    receivables are left out of the contactable amounts and counted apart.
    """

    customer_id: int
    open_amounts: tuple[tuple[str, Decimal], ...]
    overdue_amounts: tuple[tuple[str, Decimal], ...]
    open_count: int
    overdue_count: int
    disputed_count: int
    held_count: int
    # Oldest due date among contactable open items, also when it lies in the future; None: nothing owed.
    oldest_due_date: date | None
    # Due dates of contactable items from today on, ascending, at most the next ten.
    coming_due_dates: tuple[date, ...]
    days_past_due: int
    promise_due_date: date | None
    promise_made_on: date | None
    broken_promise_on: date | None
    last_payment_on: date | None
    hold_until: date | None
    hold_reason: str | None
    has_customer_dispute: bool
    broken_count_12m: int
    paid_count_12m: int
    late_count_12m: int
    average_days_late_12m: Decimal | None
    stage: Stage
    segment: Segment


@dataclass(frozen=True, slots=True)
class StageBounds:
    """Days past due from which each stage begins."""

    administrative_from: int
    extrajudicial_from: int
    judicial_from: int

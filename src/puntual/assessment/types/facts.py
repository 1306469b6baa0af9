"""What is known of a debtor on a day."""

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


@dataclass(frozen=True, slots=True)
class Facts:
    """
    Everything that a decision about one customer on one day may look at.

    Amounts are keyed by currency; dates are days of the company's calendar. They tell of all that is owed, also of
    documents in dispute or on hold: what kind of case it is does not change by an objection. What of it may be asked
    for stands in `contactable`.
    """

    customer_id: int
    as_of: date
    open_amounts: tuple[tuple[str, Decimal], ...]
    overdue_amounts: tuple[tuple[str, Decimal], ...]
    open_count: int
    overdue_count: int
    disputed_count: int
    held_count: int
    # Oldest due date among open items, also when it lies in the future; None: nothing owed.
    oldest_due_date: date | None
    # Due dates of open items from today on, ascending, at most the next ten.
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
    # Open amounts by currency and age: not yet due, 1-30, 31-60, 61-90 and more than 90 days late.
    buckets: tuple[tuple[str, tuple[Decimal, Decimal, Decimal, Decimal, Decimal]], ...] = ()
    paid_count_3m: int = 0
    late_count_3m: int = 0
    paid_count_6m: int = 0
    late_count_6m: int = 0
    # From the day of issue to the day on which the last of it was paid.
    average_days_to_pay_12m: Decimal | None = None
    partial_count_12m: int = 0
    # Payments that were taken back: bounced cheques, returned debits.
    returned_count_12m: int = 0
    kept_count_12m: int = 0
    first_issue_date: date | None = None
    # Months of the year (1-12) in which this customer is late more often than in the rest.
    late_months: tuple[int, ...] = ()
    last_contact_on: date | None = None
    contact_count_30d: int = 0
    # Attempts since the customer last answered in any way.
    unanswered_count: int = 0
    answer_count_90d: int = 0
    portal_visit_count_90d: int = 0
    bounced_count_90d: int = 0
    # The channel and the hour of the day (0-23) by which the customer answered most in the last year.
    answering_channel: str = ""
    answering_hour: int | None = None
    has_email: bool = False
    has_phone: bool = False
    profile: "Profile | None" = None
    # Where a document is in dispute or on hold, what is left to be asked for; None: all that is owed.
    contactable: "Contactable | None" = None


@dataclass(frozen=True, slots=True)
class Contactable:
    """What may be asked for of what is owed: no document in dispute or on hold. The words are those of `Facts`."""

    open_amounts: tuple[tuple[str, Decimal], ...] = ()
    overdue_amounts: tuple[tuple[str, Decimal], ...] = ()
    buckets: tuple[tuple[str, tuple[Decimal, Decimal, Decimal, Decimal, Decimal]], ...] = ()
    open_count: int = 0
    overdue_count: int = 0
    oldest_due_date: date | None = None
    coming_due_dates: tuple[date, ...] = ()
    # The last day of the hold that ends first, of documents that nothing else keeps; None: none, or no end is known.
    held_until: date | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a company's files say of a customer; read only where a plan asks for it."""

    kind: str = ""
    state: str = ""
    city: str = ""
    sector: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

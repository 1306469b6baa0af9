"""Words of rights: what a person demands of the company, by when it is answered, and how it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a petition is: a complaint about contact or treatment, or a right over one's own data."""

    COMPLAINT = "COMPLAINT"
    ACCESS = "ACCESS"
    RECTIFICATION = "RECTIFICATION"
    CANCELLATION = "CANCELLATION"
    OPPOSITION = "OPPOSITION"
    PORTABILITY = "PORTABILITY"


REQUESTS = tuple(one for one in Kind if one is not Kind.COMPLAINT)


class State(StrEnum):
    """Life of a petition. A request that was granted is ANSWERED until it is carried out, then DONE."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    DONE = "DONE"
    WITHDRAWN = "WITHDRAWN"


class Outcome(StrEnum):
    """What the answer was: to complaints FOUNDED, PARTLY, UNFOUNDED; to requests GRANTED, PARTLY, DENIED."""

    FOUNDED = "FOUNDED"
    UNFOUNDED = "UNFOUNDED"
    GRANTED = "GRANTED"
    DENIED = "DENIED"
    PARTLY = "PARTLY"


COMPLAINT_OUTCOMES = (Outcome.FOUNDED, Outcome.PARTLY, Outcome.UNFOUNDED)
REQUEST_OUTCOMES = (Outcome.GRANTED, Outcome.PARTLY, Outcome.DENIED)


class Way(StrEnum):
    """How a petition came in."""

    PORTAL = "PORTAL"
    CALL = "CALL"
    EMAIL = "EMAIL"
    WHATSAPP = "WHATSAPP"
    LETTER = "LETTER"
    OFFICE = "OFFICE"
    # CONDUSEF (REDECO), PROFECO, SERNAC and the like handed it over.
    AUTHORITY = "AUTHORITY"


class IdentityCheck(StrEnum):
    """How it was made sure that a request comes from whose data it is about."""

    PORTAL = "PORTAL"
    DOCUMENT = "DOCUMENT"
    KNOWN_DATA = "KNOWN_DATA"
    REPRESENTATIVE = "REPRESENTATIVE"


class EventKind(StrEnum):
    """What happened to a petition."""

    OPENED = "OPENED"
    CHANGED = "CHANGED"
    TAKEN = "TAKEN"
    IDENTIFIED = "IDENTIFIED"
    ANSWERED = "ANSWERED"
    REOPENED = "REOPENED"
    WITHDRAWN = "WITHDRAWN"
    # A deletion waits: what is still owed keeps the data, and nobody uses them for anything else.
    BLOCKED = "BLOCKED"
    CARRIED_OUT = "CARRIED_OUT"
    # What was granted went with the e-mail of the answer.
    DATA_MAILED = "DATA_MAILED"


@dataclass(frozen=True, slots=True)
class Term:
    """
    In how many days something is due, and who says so.

    `rule_id` is the rule of the law pack, empty where the term is a policy of the product's own data file.
    """

    days: int
    is_calendar: bool
    source: str
    status: str
    rule_id: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of complaints, in the words in which it is told to the authority."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class NewPetition:
    """
    What a person demands, as it came in.

    `received_date` is the first day of the deadline; `happened_date` the day complained of, where no stored contact
    (`attempt_ids`) is it; `collector_id` the member of staff complained of.
    """

    key: str
    customer_id: int
    kind: Kind
    way: Way
    received_date: date
    words: str
    cause: str = ""
    happened_date: date | None = None
    attempt_ids: tuple[int, ...] = ()
    agency: str = ""
    collector_id: int | None = None
    authority_folio: str = ""
    identity_check: IdentityCheck | None = None
    identity_note: str = ""


@dataclass(frozen=True, slots=True)
class Petition:
    """A petition as it stands."""

    id: int
    folio: str
    kind: Kind
    customer_id: int
    customer_name: str
    customer_external_id: str
    state: State
    way: Way
    cause: str
    words: str
    happened_date: date | None
    agency: str
    collector_id: int | None
    collector_name: str
    authority_folio: str
    received_date: date
    received_by: str
    answer_due_date: date
    term_source: str
    owner_id: int | None
    owner_name: str
    identity_check: str
    identity_note: str
    outcome: str
    answered_at: datetime | None
    carry_out_due_date: date | None
    carried_out_at: datetime | None
    blocked_at: datetime | None
    reopened_count: int
    hold_id: int | None
    opened_at: datetime
    # A deletion waits because something is still owed.
    is_blocked: bool

    @property
    def is_complaint(self) -> bool:
        """Say whether it is a complaint, else it is a request about data."""
        return self.kind is Kind.COMPLAINT

    @property
    def due_date(self) -> date | None:
        """Return the day by which the company must do what comes next: answer, or carry out; None while nothing."""
        if self.state is State.OPEN:
            return self.answer_due_date
        return self.carry_out_due_date if self.state is State.ANSWERED and not self.is_blocked else None


@dataclass(frozen=True, slots=True)
class Happened:
    """A row of the history of a petition; `data` holds codes and days, never a person's words."""

    petition_id: int
    kind: EventKind
    at: datetime
    actor_label: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownComplaint:
    """A complaint as it was known at a moment."""

    folio: str
    customer_external_id: str
    is_person: bool
    state_of_country: str
    products: tuple[str, ...]
    received_date: date
    way: Way
    authority_folio: str
    cause: str
    agency: str
    collector_id: int | None
    answer_due_date: date
    state: State
    outcome: str
    answered_date: date | None
    reopened_count: int

    @property
    def is_late(self) -> bool:
        """Say whether it was answered after its last day."""
        return self.answered_date is not None and self.answered_date > self.answer_due_date


@dataclass(frozen=True, slots=True)
class GrantedByMail:
    """An answer on its way that grants a customer their data."""

    petition_id: int
    folio: str
    customer_id: int


@dataclass(frozen=True, slots=True)
class DueCounts:
    """What waits for the company, at a glance: what is overdue, and what is due soon."""

    overdue_complaints: int
    soon_complaints: int
    open_complaints: int
    overdue_requests: int
    soon_requests: int
    open_requests: int

    @property
    def pressing(self) -> int:
        """Return how many are overdue or due soon."""
        return self.overdue_complaints + self.soon_complaints + self.overdue_requests + self.soon_requests

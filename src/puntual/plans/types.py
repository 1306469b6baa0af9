"""Words of plans: steps, decisions, actions."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from puntual.assessment.types import Stage, StageBounds
from puntual.contacts.types import Channel, Purpose


class Anchor(StrEnum):
    """The day that a step counts from."""

    DUE_DATE = "DUE_DATE"
    OLDEST_DUE_DATE = "OLDEST_DUE_DATE"
    PROMISE_DUE_DATE = "PROMISE_DUE_DATE"
    PROMISE_BROKEN = "PROMISE_BROKEN"
    PAYMENT = "PAYMENT"


class VersionState(StrEnum):
    """Life of a plan version."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"


class RunState(StrEnum):
    """Life of a daily run."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class Outcome(StrEnum):
    """What was decided for one customer and one step on one day."""

    ACT = "ACT"
    WAIT = "WAIT"
    HOLD = "HOLD"
    BLOCKED = "BLOCKED"
    SKIPPED = "SKIPPED"
    MISSED = "MISSED"
    DONE = "DONE"


class Reason(StrEnum):
    """Why. Each has one Spanish sentence in flows/explain."""

    STEP_DUE = "step-due"
    NOT_YET = "not-yet"
    NOTHING_OWED = "nothing-owed"
    NOTHING_OVERDUE = "nothing-overdue"
    NO_SUCH_DUE_DATE = "no-such-due-date"
    OTHER_STAGE = "other-stage"
    ON_HOLD = "on-hold"
    IN_DISPUTE = "in-dispute"
    PROMISE_ACTIVE = "promise-active"
    NO_PROMISE = "no-promise"
    NO_BROKEN_PROMISE = "no-broken-promise"
    NO_NEW_PAYMENT = "no-new-payment"
    ALREADY_DONE = "already-done"
    LATER_STEP_APPLIES = "later-step-applies"
    OTHER_STEP_TODAY = "other-step-today"
    TOO_LATE = "too-late"
    STILL_OWES = "still-owes"
    ALREADY_QUEUED = "already-queued"
    OTHER_SEGMENT = "other-segment"
    LAW = "law"
    NO_CONTACT_POINT = "no-contact-point"


class ActionState(StrEnum):
    """Life of a planned action."""

    QUEUED = "QUEUED"
    OPEN = "OPEN"
    EXECUTED = "EXECUTED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Step:
    """One possible action of a plan version."""

    number: int
    key: str
    name: str
    stage: Stage
    anchor: Anchor
    offset_days: int
    channel: Channel
    purpose: Purpose
    template: str
    # Days after its day in which a missed step may still be taken.
    catch_up_days: int
    # Segments that take the step; empty means all.
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A plan as data: bounds of stages in days past due, and the steps in order."""

    name: str
    key: str
    bounds: StageBounds
    promise_tolerance_days: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one step means for one customer today; equal answers of many customers are stored alike."""

    step_number: int
    outcome: Outcome
    reasons: tuple[str, ...]
    next_date: date | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """The one step that would be taken for a customer today, if the law allows."""

    customer_id: int
    step: Step
    anchor_date: date


@dataclass(frozen=True, slots=True)
class PastActions:
    """What the plan already did for a customer: steps by anchor, and whether something still waits."""

    done: frozenset[tuple[str, date]] = frozenset()
    has_pending: bool = False


NO_PAST = PastActions()


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action to write: an allowed intent with its recipient and its moment."""

    intent: Intent
    contact_point_id: int | None
    not_before: datetime


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Where the run of a day stands."""

    id: int
    as_of: date
    state: RunState
    version_id: int
    done_up_to_customer: int
    customers: int
    decisions: int
    actions: int

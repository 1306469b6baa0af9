"""Words of plans: steps, decisions, actions."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from puntual.assessment.types import Stage
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
    """Why. Each has one Spanish sentence in plans/explain."""

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
    administrative_from: int
    extrajudicial_from: int
    judicial_from: int
    promise_tolerance_days: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What one step means for one customer today."""

    customer_id: int
    step_number: int
    outcome: Outcome
    reasons: tuple[str, ...]
    next_date: date | None
    anchor_date: date | None = None

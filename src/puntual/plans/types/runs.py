"""Words of a run: steps as they are decided, decisions, actions."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from puntual.assessment.types import ALWAYS, Condition, SegmentSpec, StageSpec
from puntual.contacts.types import Channel, Purpose
from puntual.plans.types.document import ExtensionLimit, Missed, Offer, Tone


class Anchor(StrEnum):
    """The day that a step counts from."""

    DUE_DATE = "DUE_DATE"
    OLDEST_DUE_DATE = "OLDEST_DUE_DATE"
    STAGE_ENTRY = "STAGE_ENTRY"
    PROMISE_DUE_DATE = "PROMISE_DUE_DATE"
    PROMISE_BROKEN = "PROMISE_BROKEN"
    LAST_CONTACT = "LAST_CONTACT"
    PAYMENT = "PAYMENT"


class VersionState(StrEnum):
    """Life of a plan version."""

    DRAFT = "DRAFT"
    REVIEW = "REVIEW"
    APPROVED = "APPROVED"
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
    PREFERRED_CHANNEL = "preferred-channel"
    NOT_YET = "not-yet"
    NOTHING_OWED = "nothing-owed"
    NOTHING_OVERDUE = "nothing-overdue"
    NO_SUCH_DUE_DATE = "no-such-due-date"
    OTHER_STAGE = "other-stage"
    STEP_OF_OTHER_STAGE = "step-of-other-stage"
    CONDITION_NOT_MET = "condition-not-met"
    NOT_BY_DEMAND = "not-by-demand"
    BELOW_MINIMUM = "below-minimum"
    NO_CONTACT_YET = "no-contact-yet"
    NOT_A_WORKING_DAY = "not-a-working-day"
    MISSED_IS_DROPPED = "missed-is-dropped"
    NEEDS_APPROVAL = "needs-approval"
    FIRST_WORD = "first-word"
    FIRST_WORD_FIRST = "first-word-first"
    TIME_TO_ANSWER = "time-to-answer"
    ON_HOLD = "on-hold"
    PORTFOLIO_ON_HOLD = "portfolio-on-hold"
    STEP_STOPPED = "step-stopped"
    IN_DISPUTE = "in-dispute"
    WITH_AGENCY = "with-agency"
    WITH_LEGAL = "with-legal"
    PROMISE_ACTIVE = "promise-active"
    NO_PROMISE = "no-promise"
    NO_BROKEN_PROMISE = "no-broken-promise"
    NO_NEW_PAYMENT = "no-new-payment"
    ALREADY_DONE = "already-done"
    LATER_STEP_APPLIES = "later-step-applies"
    OTHER_STEP_TODAY = "other-step-today"
    CONTACTED_TODAY = "contacted-today"
    TOO_LATE = "too-late"
    STILL_OWES = "still-owes"
    ALREADY_QUEUED = "already-queued"
    TASK_WAITING = "task-waiting"
    OTHER_SEGMENT = "other-segment"
    LAW = "law"
    CHANNEL_NOT_CONNECTED = "channel-not-connected"
    NO_CONTACT_POINT = "no-contact-point"


class ActionState(StrEnum):
    """Life of a planned action."""

    # Waits for a person to approve it.
    PROPOSED = "PROPOSED"
    QUEUED = "QUEUED"
    OPEN = "OPEN"
    EXECUTED = "EXECUTED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class CampaignState(StrEnum):
    """Life of a campaign."""

    # Waits for a second person.
    PROPOSED = "PROPOSED"
    LAUNCHED = "LAUNCHED"
    STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class Step:
    """One possible action of a plan version, ready to be decided."""

    number: int
    key: str
    name: str
    anchor: Anchor
    offset_days: int
    # None for a step that moves a case.
    channel: Channel | None
    purpose: Purpose
    template: str = ""
    # Stages and segments that take the step; empty means all.
    stages: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    # Taken in order where the channel before cannot reach the customer.
    fallbacks: tuple[Channel, ...] = ()
    # Days after its day in which a missed step may still be taken.
    catch_up_days: int = 3
    missed: Missed = Missed.LATEST
    working_days: bool = True
    condition: Condition = ALWAYS
    moves_to: str = ""
    needs_approval: bool = False
    team: str = ""
    tone: Tone = Tone.WARM
    # What whoever carries it out may offer.
    offer: Offer | None = None
    # For the first word: how many days the other contacts leave to answer one that came late.
    first_word_days: int | None = None


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A plan as the run decides by it."""

    key: str
    name: str
    country: str
    currency: str
    grace_days: int
    promise_tolerance_days: int
    # By currency: who owes less is not reached for it.
    balance_min: tuple[tuple[str, Decimal], ...]
    stages: tuple[StageSpec, ...]
    segments: tuple[SegmentSpec, ...]
    steps: tuple[Step, ...]
    # By currency: the least that somebody may promise to pay.
    payment_min: tuple[tuple[str, Decimal], ...] = ()
    # How far who may move a day to pay.
    extensions: tuple[ExtensionLimit, ...] = ()
    # Whether a condition reads what the company's files say of a customer.
    wants_profile: bool = False
    # The first and the last day that may be decided by the plan; None: no such day.
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one step means for one customer today; equal answers of many customers are stored alike."""

    step_number: int
    outcome: Outcome
    reasons: tuple[str, ...]
    next_date: date | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """A step that would be taken for a customer today, if the law allows."""

    customer_id: int
    step: Step
    anchor_date: date
    # The last day on which it may still be taken for this anchor.
    last_day: date


@dataclass(frozen=True, slots=True)
class PastActions:
    """What the plan already did for a customer: steps by anchor, and whether something still waits."""

    done: frozenset[tuple[str, date]] = frozenset()
    has_pending: bool = False
    # The stage or place that the last carried-out move led to, as long as it lasts.
    moved_to: str = ""


NO_PAST = PastActions()


@dataclass(frozen=True, slots=True)
class ActionInTime:
    """An action with the moments that say what it was when: planned by which run or campaign, and ended how."""

    id: int
    # The day and the version of its run; a campaign has neither.
    as_of: date | None
    version_id: int | None
    # When its run started, or its campaign began.
    planned_at: datetime
    # The same by the clock of the database, which tells of any two things which came first.
    written_at: datetime
    step_number: int
    step_key: str
    anchor_date: date
    channel: str
    purpose: str
    moves_to: str
    team: str
    state: ActionState
    not_before: datetime
    closed_at: datetime | None
    closed_reason: str
    # Of a move that was carried out: when it ended.
    move_ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action to write: an allowed intent with its channel, recipient and moment; without channel it moves a case."""

    intent: Intent
    channel: Channel | None
    contact_point_id: int | None
    not_before: datetime


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Where the run of a day stands."""

    id: int
    as_of: date
    state: RunState
    version_id: int
    customers: int
    decisions: int
    actions: int
    # The last day before that had a run when this one began; None for the first one.
    previous_as_of: date | None = None

    @property
    def days_off(self) -> int:
        """How many days before it had no run."""
        return (self.as_of - self.previous_as_of).days - 1 if self.previous_as_of else 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """Customers with after < id <= up_to, to be decided by what was known at a moment."""

    id: int
    after: int
    up_to: int
    known_at: datetime


@dataclass(frozen=True, slots=True)
class ChunkInTime:
    """
    Customers with after < id <= up_to whom a run decided together, by what was known at which moment.

    `began_at`, by the clock of the database, says what of other hands they came after. `law_version` is that of the
    law pack; empty where it was not kept.
    """

    after: int
    up_to: int
    known_at: datetime
    began_at: datetime | None
    law_version: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a run is. `everybody` is 0 before its customers are counted; None: nothing is decided yet."""

    done: int
    everybody: int
    per_second: float | None
    seconds_left: int | None


@dataclass(frozen=True, slots=True)
class StepStopped:
    """A step that a person stopped for everybody on one day."""

    key: str
    note: str
    actor_label: str
    stopped_at: datetime


@dataclass(frozen=True, slots=True)
class StopInTime:
    """A stop of a step on one day, with the moments that say when it was in force."""

    as_of: date
    key: str
    stopped_at: datetime
    lifted_at: datetime | None

    def holds(self, *, day: date, known_at: datetime) -> bool:
        """Say whether it was in force on a day, as it was known at a moment."""
        is_known = self.stopped_at <= known_at and (self.lifted_at is None or self.lifted_at > known_at)
        return is_known and self.as_of == day


@dataclass(frozen=True, slots=True)
class WaitingStep:
    """What waits of one step, or of a campaign, in one state; `overdue` by currency is what its customers owe late."""

    key: str
    state: ActionState
    number: int
    version_id: int | None
    campaign_id: int | None
    total: int
    channels: tuple[str, ...]
    overdue: tuple[tuple[str, Decimal], ...]

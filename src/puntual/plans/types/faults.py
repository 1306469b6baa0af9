"""Words of what is wrong with a plan."""

from dataclasses import dataclass
from enum import StrEnum

from puntual.lib.errors import DomainError


class PlanFault(StrEnum):
    """What is wrong; each has one sentence in `queries.wording`."""

    TOO_LARGE = "too-large"
    NOT_YAML = "not-yaml"
    REPEATED_NAME = "repeated-name"
    ALIAS = "alias"
    TOO_DEEP = "too-deep"
    NOT_A_PLAN = "not-a-plan"
    TAGGED = "tagged"
    NOT_STORABLE = "not-storable"
    # Told by the models.
    MISSING = "missing"
    UNKNOWN_NAME = "unknown-name"
    WRONG_TYPE = "wrong-type"
    NOT_ONE_OF = "not-one-of"
    WRONG_FORM = "wrong-form"
    TOO_SMALL = "too-small"
    TOO_BIG = "too-big"
    TOO_LONG = "too-long"
    TOO_SHORT = "too-short"
    NOT_A_LIST = "not-a-list"
    NOT_NAMED = "not-named"
    NOT_ONE_VALUE = "not-one-value"
    OLD_FORMAT = "old-format"
    # Told by what parts say of each other.
    REPEATED_KEY = "repeated-key"
    NO_SUCH_STAGE = "no-such-stage"
    NO_SUCH_SEGMENT = "no-such-segment"
    NO_SUCH_TEAM = "no-such-team"
    NO_SUCH_TARGET = "no-such-target"
    NO_SUCH_TEMPLATE = "no-such-template"
    NO_LAST_SEGMENT = "no-last-segment"
    SEGMENT_NEVER = "segment-never"
    STAGES_OUT_OF_ORDER = "stages-out-of-order"
    FIRST_STAGE_ENTERS = "first-stage-enters"
    STAGE_WITHOUT_ENTRY = "stage-without-entry"
    NOTHING_TO_DO = "nothing-to-do"
    TWO_THINGS_TO_DO = "two-things-to-do"
    NO_TEMPLATE = "no-template"
    TEMPLATE_OF_TASK = "template-of-task"
    REPEATED_CHANNEL = "repeated-channel"
    DUE_AFTER = "due-after"
    EVERY_DAY = "every-day"
    FIRST_WORD_OF_WHAT = "first-word-of-what"
    OFFER_ABOVE_LIMIT = "offer-above-limit"
    OFFER_ABOVE_STAGE = "offer-above-stage"
    PERIOD_BACKWARDS = "period-backwards"
    GOAL_WITHOUT_TARGET = "goal-without-target"
    CHARGE_WITHOUT_VALUE = "charge-without-value"
    CONDITION = "condition"


# Parts stand where no form of a plan has them: only its text can be shown.
SHAPE_FAULTS = frozenset({PlanFault.NOT_A_LIST, PlanFault.NOT_NAMED, PlanFault.NOT_ONE_VALUE})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where in the file, from which line (from 1; 0: not known), and words to tell of it."""

    path: tuple[str | int, ...]
    code: PlanFault
    line: int = 0
    values: tuple[tuple[str, str], ...] = ()
    # The fault of a condition, where `code` is CONDITION.
    condition_code: str = ""


class MalformedPlan(DomainError):
    """A plan that cannot be put in force; `faults` says all that is wrong with it."""

    code = "malformed-plan"

    def __init__(self, faults: tuple[Fault, ...], message: str = "") -> None:
        super().__init__(message or str(faults[0].code))
        self.faults = faults

"""Words of places: the stages and segments that a plan defines, and where a customer stands in them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from puntual.assessment.types.conditions import ALWAYS, Condition
from puntual.assessment.types.facts import Stage


@dataclass(frozen=True, slots=True)
class StageSpec:
    """A stage, in the order of the plan."""

    key: str
    name: str
    kind: Stage
    # The first stage is entered by whoever owes.
    enters: Condition = ALWAYS
    # Who fulfils it stays in the stage before; None: nobody.
    leaves: Condition | None = None
    # Who fulfils it passes the stage by; None: nobody.
    skipped: Condition | None = None
    # Whether one who no longer fulfils `enters` goes back by themselves.
    returns: bool = True


@dataclass(frozen=True, slots=True)
class SegmentSpec:
    """A segment; the first one that fits is the customer's."""

    key: str
    name: str
    condition: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a customer stands, and since when: who owes nothing is in no stage, who fits no segment in none."""

    stage_key: str
    stage: Stage
    segment_key: str
    # The day on which the stage, and the segment, was entered; None before the first run.
    entered_on: date | None
    segment_since: date | None


NOWHERE = Placement("", Stage.NONE, "", None, None)


class MembershipKind(StrEnum):
    """What a customer was in for a time."""

    STAGE = "STAGE"
    SEGMENT = "SEGMENT"

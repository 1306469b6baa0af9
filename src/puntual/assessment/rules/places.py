"""Stage and segment of a debtor. Pure: facts and a plan's definitions in, words out."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from puntual.assessment.rules.conditions import asker
from puntual.assessment.types import (
    NOWHERE,
    Facts,
    Placement,
    Segment,
    SegmentSpec,
    Stage,
    StageBounds,
    StageSpec,
)

Ask = Callable[[Facts], bool]


def _nobody(_facts: Facts) -> bool:
    return False


class Placer:
    """Places customers by the stages and segments of one plan."""

    def __init__(self, *, stages: Sequence[StageSpec], segments: Sequence[SegmentSpec]) -> None:
        self._stages = tuple(stages)
        self._ranks = {stage.key: rank for rank, stage in enumerate(stages)}
        self._enters: list[Ask] = [asker(stage.enters) for stage in stages]
        self._leaves: list[Ask] = [asker(one.leaves) if one.leaves is not None else _nobody for one in stages]
        self._skipped: list[Ask] = [
            asker(one.skipped) if one.skipped is not None else _nobody for one in stages
        ]
        self._segments = [(segment.key, asker(segment.condition)) for segment in segments]

    def place(self, *, facts: Facts, before: Placement = NOWHERE, moved_to: str = "") -> Placement:
        """
        Say where a customer stands today.

        Whoever owes nothing stands in no stage. A new case enters the furthest stage that its facts reach; one that
        was in a stage before goes up by one at the most in a run, and comes back as far as the facts say where the
        stage lets go. `moved_to` is a stage that a person or a step moved the case to: it does not fall below it.
        """
        segment = next((key for key, is_theirs in self._segments if is_theirs(facts)), "")
        if facts.open_count == 0:
            return Placement("", Stage.NONE, segment, None)
        rank = self._rank(facts, self._ranks.get(before.stage_key), self._ranks.get(moved_to))
        stage = self._stages[rank]
        entered_on = before.entered_on if stage.key == before.stage_key else facts.as_of
        return Placement(stage.key, stage.kind, segment, entered_on)

    def _rank(self, facts: Facts, before: int | None, moved: int | None) -> int:
        reached = max(
            (
                rank
                for rank in range(1, len(self._stages))
                if self._enters[rank](facts)
                and not self._leaves[rank](facts)
                and not self._skipped[rank](facts)
            ),
            default=0,
        )
        if moved is not None:
            reached = max(reached, moved)
        if before is None or reached == before:
            return reached
        if reached > before:
            return next(
                rank
                for rank in range(before + 1, reached + 1)
                if rank == reached or not self._skipped[rank](facts)
            )
        # Down through every stage that lets go; one that does not keeps the case.
        rank = before
        while rank > reached and (self._stages[rank].returns or self._leaves[rank](facts)):
            rank -= 1
        return rank


def stage_of(*, has_debt: bool, days_past_due: int, bounds: StageBounds) -> Stage:
    """Name the stage by days past due of the oldest contactable item."""
    if not has_debt:
        return Stage.NONE
    if days_past_due >= bounds.judicial_from:
        return Stage.JUDICIAL
    if days_past_due >= bounds.extrajudicial_from:
        return Stage.EXTRAJUDICIAL
    if days_past_due >= bounds.administrative_from:
        return Stage.ADMINISTRATIVE
    return Stage.PREVENTIVE


def segment_of(
    *, paid_count_12m: int, late_count_12m: int, average_days_late_12m: Decimal | None, broken_count_12m: int
) -> Segment:
    """
    Name the segment by behaviour in the last twelve months.

    RISKY: two broken promises, or on average more than 30 days late. NEW: fewer than 2 paid documents.
    SLOW: at least half of the documents paid late. PUNCTUAL: the rest.
    """
    if broken_count_12m >= 2:
        return Segment.RISKY
    if paid_count_12m < 2 or average_days_late_12m is None:
        return Segment.NEW
    if average_days_late_12m > 30:
        return Segment.RISKY
    if late_count_12m * 2 >= paid_count_12m:
        return Segment.SLOW
    return Segment.PUNCTUAL

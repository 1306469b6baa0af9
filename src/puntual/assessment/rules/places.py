"""Stage and segment of a debtor. Pure: facts and a plan's definitions in, places out."""

from collections.abc import Callable, Sequence
from datetime import date

from puntual.assessment.rules.conditions import asker
from puntual.assessment.types import (
    NOWHERE,
    Facts,
    Placement,
    SegmentSpec,
    Stage,
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
        key, kind = "", Stage.NONE
        if facts.open_count:
            rank = self._rank(facts, self._ranks.get(before.stage_key), self._ranks.get(moved_to))
            key, kind = self._stages[rank].key, self._stages[rank].kind
        return Placement(
            stage_key=key,
            stage=kind,
            segment_key=segment,
            entered_on=_since(before.entered_on, facts, is_same=key == before.stage_key),
            segment_since=_since(before.segment_since, facts, is_same=segment == before.segment_key),
        )

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


def _since(day: date | None, facts: Facts, *, is_same: bool) -> date:
    return day if is_same and day is not None else facts.as_of

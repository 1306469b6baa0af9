"""Stage by days past due, segment by behaviour."""

from decimal import Decimal

import pytest

from puntual.assessment import rules
from puntual.assessment.types import Segment, Stage, StageBounds

BOUNDS = StageBounds(administrative_from=1, extrajudicial_from=31, judicial_from=121)


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (0, Stage.PREVENTIVE),
        (1, Stage.ADMINISTRATIVE),
        (30, Stage.ADMINISTRATIVE),
        (31, Stage.EXTRAJUDICIAL),
        (120, Stage.EXTRAJUDICIAL),
        (121, Stage.JUDICIAL),
        (4000, Stage.JUDICIAL),
    ],
)
def test_stage_by_days_past_due(days: int, stage: Stage) -> None:
    assert rules.stage_of(has_debt=True, days_past_due=days, bounds=BOUNDS) is stage


def test_nobody_without_debt_is_in_a_stage() -> None:
    assert rules.stage_of(has_debt=False, days_past_due=0, bounds=BOUNDS) is Stage.NONE


@pytest.mark.parametrize(
    ("_case", "paid", "late", "average", "broken", "segment"),
    [
        ("nothing known", 0, 0, None, 0, Segment.NEW),
        ("one payment is not a history", 1, 0, "-3", 0, Segment.NEW),
        ("on time", 10, 1, "-2.5", 0, Segment.PUNCTUAL),
        ("half late", 10, 5, "8", 0, Segment.SLOW),
        ("very late", 10, 10, "30.1", 0, Segment.RISKY),
        ("breaks promises", 10, 0, "-1", 2, Segment.RISKY),
        ("new but breaks promises", 0, 0, None, 2, Segment.RISKY),
    ],
)
def test_segment_by_behaviour(
    _case: str, paid: int, late: int, average: str | None, broken: int, segment: Segment
) -> None:
    found = rules.segment_of(
        paid_count_12m=paid,
        late_count_12m=late,
        average_days_late_12m=Decimal(average) if average else None,
        broken_count_12m=broken,
    )

    assert found is segment

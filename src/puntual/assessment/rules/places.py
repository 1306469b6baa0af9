"""Stage and segment of a debtor. Pure: facts in, words out."""

from decimal import Decimal

from puntual.assessment.types import Segment, Stage, StageBounds


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

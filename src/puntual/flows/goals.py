"""
Where the goals of a plan stand: each beside what its KPI is today, where the product measures it.

Two are measured, of the whole portfolio: the overdue share of what is owed in the plan's currency, and the promises of
the last 30 days that were kept. Of the others, and of one segment alone, nothing is said rather than something near.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from puntual.insights import queries as insights
from puntual.lib.days import Bucket
from puntual.plans import queries as planned
from puntual.plans.types import Goal, Kpi

# The picture of a day is taken by its run: the first one from the beginning of a period on is what it began with.
_FIRST_PICTURE_DAYS = 7
_LESS_IS_BETTER = frozenset({Kpi.DSO, Kpi.OVERDUE_SHARE, Kpi.ROLL_RATE, Kpi.COST})


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """A goal and where it stands; percents are of a hundred."""

    kpi: Kpi
    # The name of the segment; empty for everybody.
    segment: str
    target: Decimal | None
    change_percent: Decimal | None
    from_date: date
    until_date: date
    # Percent; None: not measured yet.
    value: Decimal | None
    # How much the value changed since the period began, in percent of what it was then; None: not known.
    change: Decimal | None
    has_begun: bool
    # None: nothing can be said.
    is_met: bool | None


def goals_of(*, version_id: int, today: date) -> list[GoalStanding]:
    """
    Say where the goals of a version stand.

    Raises: NotFound; MalformedPlan for a draft with faults.
    """
    plan = planned.file_of_version(version_id=version_id)
    segments = {one.key: one.name for one in plan.segments}
    return [
        _standing(goal, segment=segments.get(goal.segment or "", ""), currency=plan.currency, today=today)
        for goal in plan.goals
    ]


def _standing(goal: Goal, *, segment: str, currency: str, today: date) -> GoalStanding:
    measure = _MEASURES.get(goal.kpi) if goal.segment is None else None
    value = measure(currency, today) if measure is not None else None
    before = _at_the_beginning(goal, currency=currency, today=today) if value is not None else None
    change = (value - before) * 100 / before if value is not None and before else None
    return GoalStanding(
        kpi=goal.kpi,
        segment=segment,
        target=goal.target,
        change_percent=goal.change_percent,
        from_date=goal.from_date,
        until_date=goal.until_date,
        value=value,
        change=change if goal.change_percent is not None else None,
        has_begun=goal.from_date <= today,
        is_met=is_met(goal=goal, value=value, change=change),
    )


def is_met(*, goal: Goal, value: Decimal | None, change: Decimal | None) -> bool | None:
    """Say whether a goal is reached by what its KPI is (percent) or by how it changed; None where that is not known."""
    if goal.target is not None:
        if value is None:
            return None
        return value <= goal.target if goal.kpi in _LESS_IS_BETTER else value >= goal.target
    if goal.change_percent is None or change is None:
        return None
    return change <= goal.change_percent if goal.change_percent < 0 else change >= goal.change_percent


def _at_the_beginning(goal: Goal, *, currency: str, today: date) -> Decimal | None:
    """Return what the overdue share was when the period began; of promises no past is kept."""
    if goal.kpi is not Kpi.OVERDUE_SHARE or goal.from_date > today:
        return None
    until = min(goal.from_date + timedelta(days=_FIRST_PICTURE_DAYS - 1), today)
    pictures = insights.overdue_by_day(since=goal.from_date, until=until)
    return next(
        (
            (one["overdue_amount"] or Decimal(0)) * 100 / one["open_amount"]
            for one in pictures
            if one["currency"] == currency and one["open_amount"]
        ),
        None,
    )


def _overdue_share(currency: str, today: date) -> Decimal | None:
    found = [one for one in insights.ageing_now(today=today) if one.currency == currency]
    whole = sum((one.amount for one in found), Decimal(0))
    late = sum((one.amount for one in found if one.bucket != Bucket.CURRENT), Decimal(0))
    return late * 100 / whole if whole else None


def _kept_share(_currency: str, today: date) -> Decimal | None:
    found = insights.promise_figures(today=today)
    settled = found["kept"] + found["broken"]
    return Decimal(found["kept"] * 100) / settled if settled else None


_MEASURES: dict[Kpi, Callable[[str, date], Decimal | None]] = {
    Kpi.OVERDUE_SHARE: _overdue_share,
    Kpi.KEPT_RATE: _kept_share,
}

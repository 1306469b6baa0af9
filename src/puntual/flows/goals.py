"""
Where the goals of a plan stand: each beside what its KPI is, what it was when its period began, and its course.

The ledger is read as of the days that count, with all that is known now. What is owed (DSO, overdue share, roll rate)
is measured at the end of a day: today, or the last day of a period that is over, against the first day of the period.
What happens (CEI, recovery, cures, kept promises, cost) is measured over the period so far, against as many days before
it. Whoever is in a segment at the end of what is measured counts for it. What cannot be known says why.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from puntual.contacts.types import Channel
from puntual.insights.queries import goals as insights
from puntual.insights.rules import kpis
from puntual.insights.types import Scope, Standing
from puntual.plans import queries as planned
from puntual.plans.types import ChannelWord, Goal, Kpi, PlanFile

_LESS_IS_BETTER = frozenset({Kpi.DSO, Kpi.OVERDUE_SHARE, Kpi.ROLL_RATE, Kpi.COST})
_OF_A_DAY = frozenset({Kpi.DSO, Kpi.OVERDUE_SHARE, Kpi.ROLL_RATE})
_ROLL_DAYS = 30
_DAY = timedelta(days=1)


class Gap(StrEnum):
    """Why a KPI cannot be told; each has one sentence on the pages."""

    NOT_BEGUN = "not-begun"
    NOTHING_OWED = "nothing-owed"
    FEW_SALES = "few-sales"
    NOTHING_LATE = "nothing-late"
    NOTHING_LATE_BEFORE = "nothing-late-before"
    NO_PROMISES = "no-promises"
    NO_COSTS = "no-costs"
    NOTHING_COLLECTED = "nothing-collected"
    NOBODY_PLACED = "nobody-placed"
    NOT_BY_PRODUCT = "not-by-product"


class Course(StrEnum):
    """How a goal is doing."""

    MET = "met"
    ON_COURSE = "on-course"
    OFF_COURSE = "off-course"


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """
    A goal and where it stands.

    Values are percent of a hundred; of DSO days, and of the cost what it costs to collect one unit of money.
    """

    kpi: Kpi
    # The name of the segment; empty for everybody.
    segment: str
    product: str
    target: Decimal | None
    change_percent: Decimal | None
    from_date: date
    until_date: date
    # None: not known, `gap` says why.
    value: Decimal | None
    gap: Gap | None
    # What it was when the period began; None: not known.
    start: Decimal | None
    # What it is to be: the target, or the start changed by the percent; None without a start.
    aim: Decimal | None
    # Whether that is of one day; else of as many days before the period as have gone by in it.
    is_of_a_day: bool
    # How much the value changed since the period began, in percent of what it was then; None: not known.
    change: Decimal | None
    has_begun: bool
    # None: nothing can be said.
    is_met: bool | None
    course: Course | None


@dataclass(frozen=True, slots=True)
class _Window:
    """What is measured: the scope, after the end of a day until the end of another."""

    scope: Scope
    before: date
    day: date
    plan: PlanFile
    time_zone: str
    # What was owed on days that were read already: goals ask the same ones.
    owed: dict[tuple[Scope, date, date], Standing]

    def standing(self, day: date) -> Standing:
        """Return what those who are in the scope at the end owe at the end of a day."""
        asked = self.scope, day, self.day
        if asked not in self.owed:
            self.owed[asked] = insights.standing(scope=self.scope, day=day, members_on=self.day)
        return self.owed[asked]


class _Unknown(Exception):
    """A KPI cannot be told."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap)
        self.gap = gap


def goals_of(*, version_id: int, today: date, time_zone: str) -> list[GoalStanding]:
    """
    Say where the goals of a version stand; days are those of the time zone.

    Raises: NotFound; MalformedPlan for a draft with faults.
    """
    plan = planned.file_of_version(version_id=version_id)
    owed: dict[tuple[Scope, date, date], Standing] = {}
    return [
        _standing(
            goal,
            now=_Window(
                scope=Scope(plan.currency, goal.segment, goal.product),
                before=goal.from_date - _DAY,
                day=min(today, goal.until_date),
                plan=plan,
                time_zone=time_zone,
                owed=owed,
            ),
            today=today,
        )
        for goal in plan.goals
    ]


def _standing(goal: Goal, *, now: _Window, today: date) -> GoalStanding:
    has_begun = goal.from_date <= today
    value, gap = None, None
    try:
        if not has_begun and goal.kpi not in _OF_A_DAY:
            raise _Unknown(Gap.NOT_BEGUN)
        value = _measured(goal.kpi, now)
    except _Unknown as unknown:
        gap = unknown.gap
    start = _start(goal, now=now) if has_begun else None
    change = (value - start) * 100 / start if value is not None and start else None
    aim = aim_of(goal=goal, start=start)
    met = is_met(goal=goal, value=value, change=change)
    return GoalStanding(
        kpi=goal.kpi,
        segment=next((one.name for one in now.plan.segments if one.key == goal.segment), ""),
        product=goal.product or "",
        target=goal.target,
        change_percent=goal.change_percent,
        from_date=goal.from_date,
        until_date=goal.until_date,
        value=value,
        gap=gap,
        start=start,
        aim=aim,
        is_of_a_day=goal.kpi in _OF_A_DAY,
        change=change if goal.change_percent is not None else None,
        has_begun=has_begun,
        is_met=met,
        course=_course(goal, met=met, start=start, aim=aim, value=value, today=today),
    )


def _start(goal: Goal, *, now: _Window) -> Decimal | None:
    """Return what a KPI was when the period began: on its first day, or over as many days before it."""
    days = now.day - now.before
    window = (
        replace(now, day=goal.from_date)
        if goal.kpi in _OF_A_DAY
        else replace(now, before=now.before - days, day=now.before)
    )
    try:
        return _measured(goal.kpi, window)
    except _Unknown:
        return None


def aim_of(*, goal: Goal, start: Decimal | None) -> Decimal | None:
    """Return what a KPI is to be at the end of the period; None where the start of a change is not known."""
    if goal.target is not None or goal.change_percent is None:
        return goal.target
    return start * (100 + goal.change_percent) / 100 if start is not None else None


def is_met(*, goal: Goal, value: Decimal | None, change: Decimal | None) -> bool | None:
    """Say whether a goal is reached by what its KPI is (percent) or by how it changed; None where that is not known."""
    if goal.target is not None:
        if value is None:
            return None
        return value <= goal.target if goal.kpi in _LESS_IS_BETTER else value >= goal.target
    if goal.change_percent is None or change is None:
        return None
    return change <= goal.change_percent if goal.change_percent < 0 else change >= goal.change_percent


def _course(
    goal: Goal,
    *,
    met: bool | None,
    start: Decimal | None,
    aim: Decimal | None,
    value: Decimal | None,
    today: date,
) -> Course | None:
    if met is None or goal.from_date > today:
        return None
    if met:
        return Course.MET
    if start is None or aim is None or value is None or today >= goal.until_date:
        return Course.OFF_COURSE if today >= goal.until_date else None
    is_on = kpis.is_on_course(
        start=start, aim=aim, value=value, first=goal.from_date, last=goal.until_date, today=today
    )
    return Course.ON_COURSE if is_on else Course.OFF_COURSE


def _measured(kpi: Kpi, window: _Window) -> Decimal:
    segment = window.scope.segment
    if segment is not None and not insights.has_members(segment=segment, day=window.day):
        raise _Unknown(Gap.NOBODY_PLACED)
    return _MEASURES[kpi](window)


def _known(value: Decimal | None, gap: Gap) -> Decimal:
    if value is None:
        raise _Unknown(gap)
    return value


def _dso(window: _Window) -> Decimal:
    owed = window.standing(window.day).owed
    if not owed:
        raise _Unknown(Gap.NOTHING_OWED)
    sold = insights.sales_by_month(scope=window.scope, day=window.day)
    months: list[tuple[Decimal, int]] = []
    month, last = window.day.replace(day=1), window.day
    while sold and month >= min(sold):
        months.append((sold.get(month, Decimal(0)), (last - month).days + 1))
        last = month - _DAY
        month = last.replace(day=1)
    return _known(kpis.exhaustion_days(owed=owed, months=months), Gap.FEW_SALES)


def _overdue_share(window: _Window) -> Decimal:
    found = window.standing(window.day)
    return _known(kpis.share(found.owed - found.current, found.owed), Gap.NOTHING_OWED)


def _roll_rate(window: _Window) -> Decimal:
    """Of what was 1 to 30 days late 30 days ago, what is 31 to 60 days late now: then and now it is the same debt."""
    then = window.standing(window.day - timedelta(days=_ROLL_DAYS))
    now = window.standing(window.day)
    return _known(kpis.share(now.late_to_60, then.late_to_30), Gap.NOTHING_LATE_BEFORE)


def _effectiveness(window: _Window) -> Decimal:
    begun = window.standing(window.before)
    ended = window.standing(window.day)
    sold = insights.sales_by_month(scope=window.scope, day=window.day, since=window.before + _DAY)
    found = kpis.effectiveness(
        owed_before=begun.owed,
        sold=sum(sold.values(), Decimal(0)),
        owed_after=ended.owed,
        current_after=ended.current,
    )
    return _known(found, Gap.NOTHING_LATE)


def _recovery_rate(window: _Window) -> Decimal:
    found = insights.collected(scope=window.scope, before=window.before, day=window.day)
    return _known(kpis.share(found.recovered, found.late), Gap.NOTHING_LATE)


def _cure_rate(window: _Window) -> Decimal:
    late, cured = insights.cures(scope=window.scope, before=window.before, day=window.day)
    return _known(kpis.share(cured, late), Gap.NOTHING_LATE)


def _kept_rate(window: _Window) -> Decimal:
    if window.scope.product is not None:
        raise _Unknown(Gap.NOT_BY_PRODUCT)
    kept, ended = insights.promises_due(scope=window.scope, before=window.before, day=window.day)
    return _known(kpis.share(kept, ended), Gap.NO_PROMISES)


def _cost(window: _Window) -> Decimal:
    """Count what the plan says that each use of a channel costs; people's wages are in no plan."""
    if window.scope.product is not None:
        raise _Unknown(Gap.NOT_BY_PRODUCT)
    costs = {_CHANNELS[word]: one.cost for word, one in window.plan.resources.channels.items() if one.cost}
    if not costs:
        raise _Unknown(Gap.NO_COSTS)
    used = insights.attempts_made(
        scope=window.scope, before=window.before, day=window.day, time_zone=window.time_zone
    )
    cost = sum((costs.get(Channel(name), Decimal(0)) * times for name, times in used.items()), Decimal(0))
    money = insights.collected(scope=window.scope, before=window.before, day=window.day).collected
    return _known(kpis.cost_of_one(cost=cost, collected=money), Gap.NOTHING_COLLECTED)


_CHANNELS = {word: Channel[word.name] for word in ChannelWord}
_MEASURES: dict[Kpi, Callable[[_Window], Decimal]] = {
    Kpi.DSO: _dso,
    Kpi.CEI: _effectiveness,
    Kpi.OVERDUE_SHARE: _overdue_share,
    Kpi.RECOVERY_RATE: _recovery_rate,
    Kpi.KEPT_RATE: _kept_rate,
    Kpi.ROLL_RATE: _roll_rate,
    Kpi.CURE_RATE: _cure_rate,
    Kpi.COST: _cost,
}

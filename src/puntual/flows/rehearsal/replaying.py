"""
What would a version of the plan have done in a time that is over?

Day by day from the ledger and the logs as they stood each morning. Where the version is the one that really decided
every run of the time, reality is followed and its decisions come out equal; else the version makes its own past from
the first morning on. Writes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from puntual.companies import queries as companies
from puntual.flows.deciding import Decided
from puntual.flows.rehearsal import reports
from puntual.flows.rehearsal.blocks import Block, Progress, all_blocks, tally_blocks
from puntual.flows.rehearsal.counting import Done, Person, Tally, dones_of, overdue_in, shown_of
from puntual.flows.rehearsal.course import Course, Morning, Setting
from puntual.flows.rehearsal.reports import Limit
from puntual.lib.errors import DomainError
from puntual.plans import operations as plans
from puntual.plans import queries as planned

DAYS_MAX = 366
_ALWAYS = (
    Limit.REACTIONS, Limit.PROFILE_NOW, Limit.UNITED_NOW, Limit.LATE_NOTES, Limit.ERASED, Limit.OLD_CHANGES,
    Limit.LAW_NOW, Limit.CHANNELS_NOW,
)  # fmt: skip
_FOLLOWING = (Limit.DURING_THE_RUN, Limit.LATE_CUSTOMERS)
_GOING_OWN_WAY = (Limit.ALL_DONE, Limit.REAL_CONTACTS, Limit.UNSETTLED_PROMISES)


class UnableToRehearse(DomainError):
    """The days that were asked for cannot be rehearsed; nothing was done."""

    code = "unable-to-rehearse"


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a version would have done from the first to the last day, beside what was really done."""

    version_id: int
    version: str
    first: date
    last: date
    currency: str
    # The version is the one that really decided: what differs is told to the byte.
    follows_reality: bool
    customers: int
    runs: int
    days: tuple[reports.DayLine, ...]
    channels: tuple[reports.ChannelLine, ...]
    teams: tuple[reports.TeamLine, ...]
    steps: tuple[reports.StepLine, ...]
    refusals: tuple[reports.RefusalLine, ...]
    deferrals: tuple[reports.RefusalLine, ...]
    equal: int
    different: int
    same_actions: int
    other_actions: int
    # The most overdue of those for whom something else was really done.
    people: tuple[reports.PersonLine, ...]
    limits: tuple[Limit, ...]


def replay(
    *,
    version_id: int,
    first: date,
    last: date,
    today: date,
    processes: int = 1,
    on_progress: Progress | None = None,
) -> ReplayReport:
    """
    Decide the days of a time that is over by a version of the plan.

    Raises: NotFound; MalformedPlan for a draft with faults; UnableToRehearse.
    """
    refuse_period(first=first, last=last, today=today)
    resources = reports.resources_of(version_id=version_id)
    setting = _setting(version_id=version_id, first=first, last=last)
    runs = planned.runs_between(first=first, last=last)
    run_days = frozenset(one["as_of"] for one in runs)
    tally = tally_blocks(
        work=partial(replay_block, setting=setting, run_days=run_days),
        blocks=all_blocks(),
        processes=processes,
        on_progress=on_progress,
    )
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    really = [one["version_id"] for one in runs]
    names = _names(version_ids=[version_id, *really])
    limits = [*_ALWAYS, *(_FOLLOWING if setting.follows_reality else _GOING_OWN_WAY)]
    if setting.follows_reality and len(runs) < len(days):
        limits.append(Limit.DAYS_WITHOUT_RUN)
    return ReplayReport(
        version_id=version_id,
        version=planned.version_label(version_id=version_id),
        first=first,
        last=last,
        currency=resources.currency,
        follows_reality=setting.follows_reality,
        customers=max(tally.customers.values(), default=0),
        runs=len(runs),
        days=reports.day_lines(tally=tally, resources=resources, days=days, run_days=run_days),
        channels=reports.channel_lines(tally=tally, resources=resources),
        teams=reports.team_lines(tally=tally, resources=resources),
        steps=reports.step_lines(tally=tally, resources=resources, other_names=names),
        refusals=reports.refusal_lines(counts=tally.refusals, country=setting.country),
        deferrals=reports.refusal_lines(counts=tally.deferrals, country=setting.country),
        equal=tally.equal.total(),
        different=tally.different.total(),
        same_actions=tally.same_actions.total(),
        other_actions=tally.other_actions.total(),
        people=reports.person_lines(
            people=tally.people, names=names, other_names=_names(version_ids=[*really, version_id])
        ),
        limits=tuple(limits),
    )


def refuse_period(*, first: date, last: date, today: date) -> None:
    """Refuse days that cannot be replayed. Raises: UnableToRehearse."""
    if first > last:
        raise UnableToRehearse(_("El periodo termina antes de empezar."))
    if last > today:
        raise UnableToRehearse(_("Ese periodo todavía no pasa. Para los días que vienen está el calendario."))
    if (last - first).days >= DAYS_MAX:
        raise UnableToRehearse(_("El periodo es de más de %d días.") % DAYS_MAX)


def _setting(*, version_id: int, first: date, last: date) -> Setting:
    company = companies.current_company(base_url=settings.BASE_URL)
    zone = ZoneInfo(company.time_zone)
    runs = {one["as_of"]: one for one in planned.runs_between(first=first, last=last)}
    follows = bool(runs) and all(one["version_id"] == version_id for one in runs.values())
    mornings = []
    day = first
    while day <= last:
        if day in runs:
            at = runs[day]["started_at"]
            mornings.append(Morning(day, at, at))
        elif not follows:
            # Without a run: at the hour at which it would have started.
            at = datetime.combine(day, company.run_starts_at, tzinfo=zone)
            mornings.append(Morning(day, at, at))
        day += timedelta(days=1)
    return Setting(
        plan=planned.plan_of_version(version_id=version_id),
        country=company.country,
        time_zone=company.time_zone,
        mornings=tuple(mornings),
        follows_reality=follows,
        is_live=False,
        breaks_promises=False,
    )


def replay_block(*, setting: Setting, run_days: frozenset[date], block: Block) -> Tally:
    """Replay the days of one block of customers, and compare each with what was really decided."""
    course = Course(setting=setting, after=block.after, up_to=block.up_to)
    zone = ZoneInfo(setting.time_zone)
    first, last = setting.mornings[0].day, setting.mornings[-1].day
    patterns = planned.patterns_known(after=block.after, up_to=block.up_to, first=first, last=last)
    tally = Tally()
    tally.add_waiting(day=first, waiting=course.waiting, zone=zone)
    for morning, decided in course.mornings():
        tally.add_day(day=morning.day, decided=decided, zone=zone)
        if morning.day not in run_days:
            continue
        real = course.real_actions(morning.day)
        for theirs in real.values():
            for step, channel in theirs:
                tally.real[morning.day, step, channel] += 1
        _compare(tally, morning.day, decided, patterns=patterns, real=real, setting=setting)
    return tally


def _compare(
    tally: Tally,
    day: date,
    decided: Decided,
    *,
    patterns: Mapping[tuple[date, int], int],
    real: Mapping[int, tuple[Done, ...]],
    setting: Setting,
) -> None:
    """Compare the actions of a day with the real ones, and the answers where the version is the real one."""
    mine = dones_of(actions=decided.actions)
    # Answers that are one object have one id; they are kept alive by `decided`.
    ids: dict[int, int] = {}
    for facts, answers in zip(decided.facts, decided.answers, strict=True):
        pattern = patterns.get((day, facts.customer_id))
        if pattern is None:
            continue
        here, there = mine.get(facts.customer_id, ()), real.get(facts.customer_id, ())
        if sorted(here) == sorted(there):
            tally.same_actions[day] += 1
        else:
            tally.other_actions[day] += 1
            overdue = overdue_in(facts=facts, currency=setting.plan.currency)
            shown = shown_of(dones=here, others=there), shown_of(dones=there, others=here)
            tally.add_person(Person(overdue, facts.customer_id, day, *shown))
        if setting.follows_reality:
            found = ids.get(id(answers))
            if found is None:
                found = ids[id(answers)] = plans.pattern_id(answers=answers)
            if found == pattern:
                tally.equal[day] += 1
            else:
                tally.different[day] += 1


def _names(*, version_ids: list[int]) -> dict[str, str]:
    """Name the steps of some versions; the first version that has a step names it."""
    found: dict[str, str] = {}
    for version_id in dict.fromkeys(version_ids):
        for step in planned.plan_of_version(version_id=version_id).steps:
            found.setdefault(step.key, step.name)
    return found

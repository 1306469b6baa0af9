"""
What would a version of the plan do today, and what does it change against the one in force?

Decides the morning of a day by both, on the same facts: that of the day's run where there was one, else now. Writes
nothing, and reaches nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from puntual.assessment import queries as assessed
from puntual.companies import queries as companies
from puntual.flows.rehearsal import reports
from puntual.flows.rehearsal.blocks import Block, Progress, all_blocks, tally_blocks
from puntual.flows.rehearsal.counting import (
    SEGMENT,
    STAGE,
    Done,
    Mover,
    Person,
    Tally,
    dones_of,
    overdue_in,
    shown_of,
)
from puntual.flows.rehearsal.course import Course, Morning, Setting
from puntual.flows.rehearsal.replaying import UnableToRehearse
from puntual.flows.rehearsal.reports import Limit
from puntual.plans import queries as planned
from puntual.plans.types import PlanDocument

_MOVERS_SHOWN = 10
# What one side does for a customer, in words that the other side's can be compared with.
_Words = Callable[[tuple[Done, ...]], tuple[Done, ...]]
_LIMITS = (Limit.CREDITS, Limit.PROMISES_BREAK)


@dataclass(frozen=True, slots=True)
class MoverLine:
    """A customer who would go elsewhere."""

    customer_id: int
    overdue: Decimal


@dataclass(frozen=True, slots=True)
class MoveLine:
    """
    How many customers would go from one stage or segment to another, and the most overdue of them.

    Without a name it is none.
    """

    kind: str
    before: str
    after: str
    customers: int
    people: tuple[MoverLine, ...]


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """What a version would do on a day, and what of it differs from the version in force."""

    version_id: int
    version: str
    active: str
    is_active: bool
    day: date
    # The run of the day had been: the morning is that of the run.
    has_run: bool
    currency: str
    customers: int
    acts: int
    acts_now: int
    cost: Decimal
    cost_now: Decimal
    channels: tuple[reports.ChannelLine, ...]
    teams: tuple[reports.TeamLine, ...]
    steps: tuple[reports.StepLine, ...]
    moves: tuple[MoveLine, ...]
    refusals: tuple[reports.RefusalLine, ...]
    deferrals: tuple[reports.RefusalLine, ...]
    # Customers for whom the version in force would do something else today.
    other_actions: int
    people: tuple[reports.PersonLine, ...]
    limits: tuple[Limit, ...]


def preview(
    *,
    version_id: int | None,
    day: date,
    today: date,
    at: datetime,
    processes: int = 1,
    on_progress: Progress | None = None,
) -> PreviewReport:
    """
    Decide a day by a version, without one by the version in force.

    Raises: NotFound; MalformedPlan for a draft with faults; NoActivePlan; UnableToRehearse for a day to come.
    """
    if day > today:
        raise UnableToRehearse(_("Ese día todavía no llega. Para los días que vienen está el calendario."))
    active_id, active = planned.active_version()
    version_id = active_id if version_id is None else version_id
    resources = reports.resources_of(version_id=version_id)
    active_resources = reports.resources_of(version_id=active_id)
    plan = planned.plan_of_version(version_id=version_id)
    run = planned.runs_between(first=day, last=day)
    setting = _setting(plan=plan, day=day, at=run[0]["started_at"] if run else at, is_today=day == today)
    other = None if version_id == active_id else active
    tally = tally_blocks(
        work=partial(preview_block, setting=setting, active=other, stand_now=day == today and not run),
        blocks=all_blocks(),
        processes=processes,
        on_progress=on_progress,
    )
    names = {**active_resources.step_names, **resources.step_names}
    acts = sum(tally.acts.values())
    acts_now = sum(tally.real.values()) if other is not None else acts
    cost = reports.cost_of(counts=tally.acts, resources=resources)
    cost_now = reports.cost_of(counts=tally.real, resources=active_resources) if other is not None else cost
    return PreviewReport(
        version_id=version_id,
        version=planned.version_label(version_id=version_id),
        active=planned.version_label(version_id=active_id),
        is_active=other is None,
        day=day,
        has_run=bool(run),
        currency=resources.currency,
        customers=tally.customers[day],
        acts=acts,
        acts_now=acts_now,
        cost=cost,
        cost_now=cost_now,
        channels=reports.channel_lines(tally=tally, resources=resources),
        teams=reports.team_lines(tally=tally, resources=resources),
        steps=reports.step_lines(tally=tally, resources=resources, other_names=names),
        moves=_moves(tally=tally, plan=plan, active=active),
        refusals=reports.refusal_lines(counts=tally.refusals, country=setting.country),
        deferrals=reports.refusal_lines(counts=tally.deferrals, country=setting.country),
        other_actions=tally.other_actions[day],
        people=reports.person_lines(
            people=tally.people, names=resources.step_names, other_names=active_resources.step_names
        ),
        limits=_LIMITS,
    )


def _setting(*, plan: PlanDocument, day: date, at: datetime, is_today: bool) -> Setting:
    company = companies.current_company(base_url=settings.BASE_URL)
    return Setting(
        plan=plan,
        country=company.country,
        time_zone=company.time_zone,
        mornings=(Morning(day, at, at),),
        follows_reality=True,
        is_live=is_today and assessed.is_live(as_of=day),
        # The run of a morning breaks what nobody kept before it decides.
        breaks_promises=is_today,
    )


def preview_block(*, setting: Setting, active: PlanDocument | None, stand_now: bool, block: Block) -> Tally:
    """
    Decide a morning of one block by the version, and by the one in force where it is another.

    `stand_now`: who goes where is told from where they stand now, not from where the newest run by that day put them.
    """
    morning, zone = setting.mornings[0], ZoneInfo(setting.time_zone)
    wants_profile = setting.plan.wants_profile or (active is not None and active.wants_profile)
    course = Course(setting=setting, after=block.after, up_to=block.up_to)
    parts = course.gather(morning=morning, wants_profile=wants_profile)
    decided = course.decide(parts=parts)
    tally = Tally()
    tally.add_day(day=morning.day, decided=decided, zone=zone)
    # What changed after a run was not known on its morning: who paid since goes nowhere by the plan.
    standing = (
        assessed.placements_now(after=block.after, up_to=block.up_to)
        if stand_now
        else assessed.placements(after=block.after, up_to=block.up_to, before=morning.day + timedelta(days=1))
    )
    tally.add_moves(day=morning.day, decided=decided, before=standing, currency=setting.plan.currency)
    if active is None:
        return tally
    there = course.under(active).decide(parts=parts)
    mine, theirs = dones_of(actions=decided.actions), dones_of(actions=there.actions)
    for one in theirs.values():
        for step, channel in one:
            tally.real[morning.day, step, channel] += 1
    my_words, their_words = _words_of(setting.plan, active)
    owing = {one.customer_id: one for one in decided.facts}
    for customer_id in mine.keys() | theirs.keys():
        here, other = mine.get(customer_id, ()), theirs.get(customer_id, ())
        if my_words(here) == their_words(other):
            tally.same_actions[morning.day] += 1
            continue
        tally.other_actions[morning.day] += 1
        overdue = overdue_in(facts=owing[customer_id], currency=setting.plan.currency)
        shown = shown_of(dones=here, others=other), shown_of(dones=other, others=here)
        tally.add_person(Person(overdue, customer_id, morning.day, *shown))
    return tally


def _words_of(plan: PlanDocument, active: PlanDocument) -> tuple[_Words, _Words]:
    """
    Say how what two plans do is compared: within one plan by its steps, between two by what their steps are called.

    Two plans may call different steps by one key, and one step by two.
    """
    if plan.key == active.key:
        return tuple, tuple

    def by_name(one: PlanDocument) -> _Words:
        names = {step.key: step.name for step in one.steps}
        return lambda dones: tuple([(names.get(key, key), channel) for key, channel in dones])

    return by_name(plan), by_name(active)


def _moves(*, tally: Tally, plan: PlanDocument, active: PlanDocument) -> tuple[MoveLine, ...]:
    """Say who would go where: from what the version in force calls it to what the other one does."""
    names = {
        STAGE: {one.key: one.name for one in (*active.stages, *plan.stages)},
        SEGMENT: {one.key: one.name for one in (*active.segments, *plan.segments)},
    }
    now = {
        STAGE: {one.key: one.name for one in active.stages},
        SEGMENT: {one.key: one.name for one in active.segments},
    }
    lines = [
        MoveLine(
            kind=kind,
            before=now[kind].get(before) or names[kind].get(before, before),
            after=names[kind].get(after, after),
            customers=count,
            people=_people(tally.movers.get((kind, before, after), [])),
        )
        for (_day, kind, before, after), count in tally.moves.items()
    ]
    return tuple(sorted(lines, key=lambda one: (one.kind != STAGE, -one.customers, one.before, one.after)))


def _people(movers: list[Mover]) -> tuple[MoverLine, ...]:
    return tuple(
        MoverLine(one.customer_id, one.overdue) for one in sorted(movers, reverse=True)[:_MOVERS_SHOWN]
    )

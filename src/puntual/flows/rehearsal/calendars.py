"""
What do the next days hold, for everybody and for one customer?

Decides day after day as if nobody paid, answered or promised: the plan's own actions become its past. Writes
nothing, and reaches nobody.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from puntual.assessment import queries as assessed
from puntual.companies import queries as companies
from puntual.flows.rehearsal import reports
from puntual.flows.rehearsal.blocks import Block, Progress, all_blocks, tally_blocks
from puntual.flows.rehearsal.counting import Tally
from puntual.flows.rehearsal.course import Course, Morning, Setting
from puntual.flows.rehearsal.reports import Limit
from puntual.lib.errors import NotFound
from puntual.plans import queries as planned
from puntual.plans.types import PlanDocument, RunState
from puntual.portfolio import queries as portfolio

DAYS = 30
_LIMITS = (
    Limit.NO_PAYMENTS, Limit.ALL_DONE, Limit.PROMISES_BREAK, Limit.DISPUTES_STAY,
    Limit.NO_NEW_DOCUMENTS, Limit.CHANNELS_NOW,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CalendarReport:
    """What the next days hold."""

    version_id: int
    version: str
    # Of one customer; empty for the whole portfolio.
    customer: str
    first: date
    last: date
    currency: str
    customers: int
    acts: int
    days: tuple[reports.DayLine, ...]
    channels: tuple[reports.ChannelLine, ...]
    teams: tuple[reports.TeamLine, ...]
    steps: tuple[reports.StepLine, ...]
    refusals: tuple[reports.RefusalLine, ...]
    limits: tuple[Limit, ...]


def calendar(
    *,
    version_id: int | None = None,
    today: date,
    at: datetime,
    processes: int = 1,
    on_progress: Progress | None = None,
) -> CalendarReport:
    """
    Go through the next days for everybody by a version, without one by the version in force.

    Raises: NoActivePlan; NotFound; MalformedPlan for a draft with faults.
    """
    return _calendar(
        version_id=version_id,
        blocks=all_blocks(),
        customer="",
        today=today,
        at=at,
        processes=processes,
        on_progress=on_progress,
    )


def calendar_of_customer(
    *, external_id: str, version_id: int | None = None, today: date, at: datetime
) -> CalendarReport:
    """
    Go through the next days of one customer by a version, without one by the version in force.

    Raises: NoActivePlan; NotFound.
    """
    customer_id = portfolio.customer_id_of(external_id=external_id)
    if customer_id is None:
        raise NotFound(_("No existe el cliente «%s».") % external_id)
    return _calendar(
        version_id=version_id,
        blocks=[Block(customer_id - 1, customer_id, 1)],
        customer=external_id,
        today=today,
        at=at,
        processes=1,
        on_progress=None,
    )


def _calendar(
    *,
    version_id: int | None,
    blocks: list[Block],
    customer: str,
    today: date,
    at: datetime,
    processes: int,
    on_progress: Progress | None,
) -> CalendarReport:
    if version_id is None:
        version_id = planned.active_version()[0]
    resources = reports.resources_of(version_id=version_id)
    setting = _setting(plan=resources.plan, today=today, at=at)
    tally = tally_blocks(
        work=partial(calendar_block, setting=setting),
        blocks=blocks,
        processes=processes,
        on_progress=on_progress,
    )
    days = [today + timedelta(days=ahead) for ahead in range(DAYS)]
    lines = reports.day_lines(tally=tally, resources=resources, days=days)
    return CalendarReport(
        version_id=version_id,
        version=planned.version_label(version_id=version_id),
        customer=customer,
        first=days[0],
        last=days[-1],
        currency=resources.currency,
        customers=max(tally.customers.values(), default=0),
        acts=sum(one.carried for one in lines),
        days=lines,
        channels=reports.channel_lines(tally=tally, resources=resources),
        teams=reports.team_lines(tally=tally, resources=resources),
        steps=reports.step_lines(tally=tally, resources=resources, other_names={}),
        refusals=reports.refusal_lines(counts=tally.refusals, country=setting.country),
        limits=_LIMITS,
    )


def _setting(*, plan: PlanDocument, today: date, at: datetime) -> Setting:
    """Begin with today where it was not wholly decided, else with tomorrow: what its run planned waits already."""
    company = companies.current_company(base_url=settings.BASE_URL)
    zone = ZoneInfo(company.time_zone)
    run = next(iter(planned.runs_between(first=today, last=today)), None)
    is_decided = run is not None and run["state"] == RunState.DONE
    mornings = [] if is_decided else [Morning(today, at, at)]
    for ahead in range(1, DAYS):
        day = today + timedelta(days=ahead)
        mornings.append(Morning(day, datetime.combine(day, company.run_starts_at, tzinfo=zone), at))
    return Setting(
        plan=plan,
        country=company.country,
        time_zone=company.time_zone,
        mornings=tuple(mornings),
        follows_reality=False,
        is_live=assessed.is_live(as_of=today),
        breaks_promises=True,
        is_begun=run is not None and not is_decided,
    )


def calendar_block(*, setting: Setting, block: Block) -> Tally:
    """Go through the days of one block of customers."""
    course = Course(setting=setting, after=block.after, up_to=block.up_to)
    zone = ZoneInfo(setting.time_zone)
    tally = Tally()
    tally.add_waiting(day=setting.mornings[0].day, waiting=course.waiting, zone=zone)
    for morning, decided in course.mornings():
        tally.add_day(day=morning.day, decided=decided, zone=zone)
    return tally

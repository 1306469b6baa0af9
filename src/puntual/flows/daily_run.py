"""
The working day: settle what waited → use credits → settle promises → facts → stage and segment → due steps → law
→ queued actions → picture.

Decides for every customer and every step of the plan. Chunks of customers are whole transactions, so a run that
was killed goes on where it stopped; a second run of the same day decides only customers that came since, and
writes nothing when there are none.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from puntual.agreements import operations as agreements
from puntual.assessment import operations as assessment
from puntual.assessment import queries as assessed
from puntual.companies import queries as companies
from puntual.compliance import operations as compliance
from puntual.compliance.types import Moment
from puntual.db.locks import Lock, release_session_lock, try_session_lock
from puntual.flows import deciding, merging, money_in
from puntual.flows.deciding import Day
from puntual.flows.intake.waiting import settle_waiting
from puntual.insights import operations as insights
from puntual.lib.errors import DomainError
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import RunProgress, RunState

log = structlog.get_logger("puntual.daily_run")
Progress = Callable[[int], None]


class RunInProgress(DomainError):
    """Another worker is deciding the same day right now."""

    code = "run-in-progress"


class DayToCome(DomainError):
    """A day that has not begun at the company cannot be decided: its run would overwrite the present."""

    code = "day-to-come"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What the run of a day decided, and how much of it this call added."""

    as_of: date
    customers: int
    steps: int
    decisions: int
    actions: int
    new_decisions: int
    new_actions: int
    promises_settled: int


def run_day(
    *, today: date, at: datetime, chunk_size: int = 5000, on_progress: Progress | None = None
) -> RunSummary:
    """
    Decide the day for the company of this connection.

    Raises: DayToCome for a day after the company's own; RunInProgress when somebody else is at it; NoActivePlan.
    """
    _refuse_future(day=today, at=at)
    key = today.isoformat()
    if not try_session_lock(lock=Lock.DAILY_RUN, key=key):
        raise RunInProgress(_("La corrida de ese día ya está en curso."))
    try:
        return _run(today=today, at=at, chunk_size=chunk_size, on_progress=on_progress)
    except Exception as error:
        # Where the database itself is away nothing can be noted, and the first error is the one to see.
        with suppress(DatabaseError):
            _note_failure(today=today, error=error, at=at)
        raise
    finally:
        release_session_lock(lock=Lock.DAILY_RUN, key=key)


def _refuse_future(*, day: date, at: datetime) -> None:
    company = companies.current_company(base_url=settings.BASE_URL)
    local = at.astimezone(ZoneInfo(company.time_zone)).date()
    if day > local:
        raise DayToCome(
            _(
                "El día %(day)s todavía no llega: en la empresa hoy es %(today)s. Se decide hoy o un día pasado."
            )
            % {"day": day, "today": local}
        )


def _run(*, today: date, at: datetime, chunk_size: int, on_progress: Progress | None) -> RunSummary:
    company = companies.current_company(base_url=settings.BASE_URL)
    with transaction.atomic(durable=True):
        merging.gather_late_rows(at=at)
        # Money that was told of before its debt came by another door than a file.
        settle_waiting(today=today, at=at)
        # Nobody is asked for what their own credit covers.
        money_in.use_credits(customer_ids=None, at=at, today=today)
        settled = agreements.settle_promises(today=today, country=company.country, customer_ids=None, at=at)
        version_id, plan = planned.active_version()
        plans.start_run(as_of=today, version_id=version_id, at=at)
    before = _progress(today)
    if before.version_id != version_id:
        plan = planned.plan_of_version(version_id=before.version_id)
    day = deciding.day_of(
        plan=plan,
        today=today,
        at=at,
        country=company.country,
        time_zone=company.time_zone,
        is_live=assessed.is_live(as_of=today),
    )
    after = before.done_up_to_customer
    # Who was committed behind the marker while it moved on, then everybody after it.
    for low, high, size in assessed.undecided_ranges(up_to=after, as_of=today, size=chunk_size):
        _decide_whole(
            day=day,
            run_id=before.id,
            after=low,
            up_to=high,
            marker=(after, after),
            size=size,
            on_progress=on_progress,
        )
    while chunk := assessed.chunk_end(after=after, size=chunk_size):
        up_to, size = chunk
        _decide_whole(
            day=day,
            run_id=before.id,
            after=after,
            up_to=up_to,
            marker=(after, up_to),
            size=size,
            on_progress=on_progress,
        )
        after = up_to
    with transaction.atomic(durable=True):
        insights.take_snapshot(as_of=today, is_live=day.is_live)
        plans.finish_run(run_id=before.id, state=RunState.DONE, at=at)
    done = _progress(today)
    return RunSummary(
        as_of=today,
        customers=done.customers,
        steps=len(plan.steps),
        decisions=done.decisions,
        actions=done.actions,
        new_decisions=done.decisions - before.decisions,
        new_actions=done.actions - before.actions,
        promises_settled=settled.total,
    )


def _note_failure(*, today: date, error: Exception, at: datetime) -> None:
    """Show on the run that it stopped, and by what; its whole chunks stay and the next start goes on after them."""
    run = planned.run_of(as_of=today)
    if run is not None:
        # The kind of error and no more: its words may hold personal data.
        plans.finish_run(run_id=run.id, state=RunState.FAILED, error=type(error).__name__, at=at)


def _progress(today: date) -> RunProgress:
    run = planned.run_of(as_of=today)
    if run is None:
        raise AssertionError("the run was just opened")
    return run


def _decide_whole(
    *,
    day: Day,
    run_id: int,
    after: int,
    up_to: int,
    marker: tuple[int, int],
    size: int,
    on_progress: Progress | None,
) -> None:
    """Decide one chunk as a whole transaction, and tell of it."""
    with transaction.atomic(durable=True):
        _decide_chunk(day=day, run_id=run_id, after=after, up_to=up_to, marker=marker)
    log.info("chunk decided", run=run_id, customers=size)
    if on_progress:
        on_progress(size)


def _decide_chunk(*, day: Day, run_id: int, after: int, up_to: int, marker: tuple[int, int]) -> None:
    """Decide one chunk and write it; the caller's transaction makes it whole."""
    found = deciding.decide_chunk(day=day, after=after, up_to=up_to)
    assessment.record_facts(facts=found.facts, placements=found.placements, as_of=day.today)
    compliance.record_verdicts(judged=found.judged, country=day.country, moment=Moment.PLANNING, at=day.at)
    decisions = plans.record_decisions(
        run_id=run_id, customer_ids=[one.customer_id for one in found.facts], answers=found.answers
    )
    action_ids, sendable_ids = plans.record_actions(run_id=run_id, actions=found.actions)
    outreach.queue_for_actions(action_ids=sendable_ids, at=day.at)
    moved = plans.advance_run(
        run_id=run_id,
        after=marker[0],
        up_to=marker[1],
        customers=len(found.facts),
        decisions=decisions,
        actions=len(action_ids),
    )
    if not moved:
        raise RunInProgress(_("Otra corrida decidió a estos clientes al mismo tiempo."))

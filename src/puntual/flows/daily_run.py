"""
The working day: settle what waited → use credits → settle promises → facts → stage and segment → due steps → law
→ queued actions → picture.

Decides for every customer and every step of the plan. Chunks of customers are whole transactions that any number of
processes take, so a run that was killed goes on where it stopped; a second run of the same day decides only customers
that came since, and writes nothing when there are none.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from puntual.agreements import operations as agreements
from puntual.assessment import queries as assessed
from puntual.companies import queries as companies
from puntual.compliance import operations as compliance
from puntual.db.locks import Lock, release_session_lock, try_session_lock
from puntual.flows import merging, money_in, validity
from puntual.flows.intake.waiting import settle_waiting
from puntual.flows.run_chunks import Progress, decide_chunks
from puntual.flows.run_helpers import helping
from puntual.insights import operations as insights
from puntual.lib.errors import DomainError
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import RunProgress, RunState

CHUNK_SIZE = 5000


class RunInProgress(DomainError):
    """Somebody else decides the same day right now, and there is nothing to help with."""

    code = "run-in-progress"


class DayToCome(DomainError):
    """A day that has not begun at the company cannot be decided: its run would overwrite the present."""

    code = "day-to-come"


class LaterDayDecided(DomainError):
    """Days are decided in order: what is known now would be written down as what was known then."""

    code = "later-day-decided"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What the run of a day decided, and how much of it was added while this call worked."""

    as_of: date
    customers: int
    steps: int
    decisions: int
    actions: int
    new_decisions: int
    new_actions: int
    promises_settled: int
    # Days before it that had no run.
    days_off: int
    # False: this call helped with a run that another one began and finishes.
    is_own: bool


def run_day(
    *,
    today: date,
    at: datetime,
    workers: int = 1,
    chunk_size: int = CHUNK_SIZE,
    on_progress: Progress | None = None,
) -> RunSummary:
    """
    Decide the day for the company of this connection, in so many processes; help where somebody else is at it.

    Raises: DayToCome for a day after the company's own; LaterDayDecided for one before the newest run; RunInProgress
    when somebody else is at it and needs no help; NoActivePlan; validity.PlanNotValid.
    """
    _refuse_future(day=today, at=at)
    _refuse_past(day=today)
    if planned.run_of(as_of=today) is None:
        # A day that was begun is finished by the version that it began with.
        validity.refuse_invalid(plan=planned.active_version()[1], day=today)
    key = today.isoformat()
    if not try_session_lock(lock=Lock.DAILY_RUN, key=key):
        return _help(today=today, on_progress=on_progress)
    try:
        done = _run(today=today, at=at, workers=workers, chunk_size=chunk_size, on_progress=on_progress)
        compliance.link_blocks()
        return done
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


def _refuse_past(*, day: date) -> None:
    newest = next((one["as_of"] for one in planned.run_days(limit=1)), day)
    if day < newest:
        raise LaterDayDecided(
            _(
                "El día %(day)s ya no se decide: la corrida del %(newest)s lo trató como día sin corrida. Para ver "
                "qué se habría decidido, ensaye el plan sobre esos días: puntual plan replay, o Plan › Simular."
            )
            % {"day": day, "newest": newest}
        )


def _help(*, today: date, on_progress: Progress | None) -> RunSummary:
    """Decide chunks of a run that somebody else began and finishes."""
    before = planned.run_of(as_of=today)
    if before is None or not decide_chunks(today=today, waits=False, on_progress=on_progress):
        raise RunInProgress(_("La corrida de ese día ya está en curso y no le hace falta ayuda."))
    return _summary(before=before, promises_settled=0, is_own=False)


def _run(
    *, today: date, at: datetime, workers: int, chunk_size: int, on_progress: Progress | None
) -> RunSummary:
    company = companies.current_company(base_url=settings.BASE_URL)
    with transaction.atomic(durable=True):
        merging.gather_late_rows(at=at)
        # Money that was told of before its debt came by another door than a file.
        settle_waiting(today=today, at=at)
        # Nobody is asked for what their own credit covers.
        money_in.use_credits(customer_ids=None, at=at, today=today)
        settled = agreements.settle_promises(today=today, country=company.country, customer_ids=None, at=at)
        plans.expire_proposals(as_of=today, at=at)
        version_id, _plan = planned.active_version()
        plans.start_run(as_of=today, version_id=version_id, at=at)
        before = _progress(today)
        plans.renew_chunks(run_id=before.id, at=at)
    while True:
        # What an earlier start left open comes first, then everybody whom no chunk has seen: also who was committed
        # behind the chunks while they were decided.
        open_chunks = planned.open_chunk_count(run_id=before.id)
        with helping(count=max(min(workers, open_chunks) - 1, 0), today=today):
            decide_chunks(today=today, waits=True, on_progress=on_progress)
        ranges = assessed.undecided_ranges(as_of=today, size=chunk_size)
        if not plans.add_chunks(run_id=before.id, ranges=ranges, at=at):
            break
    with transaction.atomic(durable=True):
        insights.take_snapshot(as_of=today, is_live=assessed.is_live(as_of=today))
        plans.finish_run(run_id=before.id, state=RunState.DONE, at=at)
    return _summary(before=before, promises_settled=settled.total, is_own=True)


def _summary(*, before: RunProgress, promises_settled: int, is_own: bool) -> RunSummary:
    done = _progress(before.as_of)
    return RunSummary(
        as_of=done.as_of,
        customers=done.customers,
        steps=len(planned.plan_of_version(version_id=done.version_id).steps),
        decisions=done.decisions,
        actions=done.actions,
        new_decisions=done.decisions - before.decisions,
        new_actions=done.actions - before.actions,
        promises_settled=promises_settled,
        days_off=done.days_off,
        is_own=is_own,
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

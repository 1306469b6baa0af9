"""The chunks of a daily run: whoever works on the day takes one after the other, each a whole transaction."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import structlog
from django.conf import settings
from django.db import transaction

from puntual.assessment import operations as assessment
from puntual.assessment import queries as assessed
from puntual.companies import queries as companies
from puntual.compliance import operations as compliance
from puntual.compliance.operations import reviewing
from puntual.compliance.types import Moment
from puntual.flows import deciding
from puntual.flows.deciding import Day
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import Chunk, Pace, RunProgress

log = structlog.get_logger("puntual.daily_run")
Progress = Callable[[Pace], None]


def decide_chunks(*, today: date, waits: bool, on_progress: Progress | None = None) -> int:
    """
    Decide the open chunks of a day's run that nobody else is at, and return how many.

    `waits`: stay until those of the others are decided too, and decide what they did not finish.
    """
    run = planned.run_of(as_of=today)
    if run is None:
        return 0
    with _without_collector():
        return _decide_chunks(run=run, waits=waits, on_progress=on_progress)


@contextmanager
def _without_collector() -> Iterator[None]:
    """A chunk makes a million objects and no cycles: looking for some took a third of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _decide_chunks(*, run: RunProgress, waits: bool, on_progress: Progress | None) -> int:
    # Chunks of one start share what was known, and with it the plan made ready and what it remembers.
    days: dict[datetime, Day] = {}
    count = 0
    while True:
        with transaction.atomic(durable=True):
            chunk = plans.claim_chunk(run_id=run.id, waits=waits)
            if chunk is None:
                return count
            if chunk.known_at not in days:
                days = {chunk.known_at: _day(today=run.as_of, at=chunk.known_at, version_id=run.version_id)}
            customers = _decide(day=days[chunk.known_at], run_id=run.id, chunk=chunk)
        count += 1
        log.info("chunk decided", run=run.id, customers=customers)
        if on_progress:
            on_progress(planned.pace_of(run_id=run.id))


def _day(*, today: date, at: datetime, version_id: int) -> Day:
    company = companies.current_company(base_url=settings.BASE_URL)
    return deciding.day_of(
        plan=planned.plan_of_version(version_id=version_id),
        today=today,
        at=at,
        country=company.country,
        time_zone=company.time_zone,
        is_live=assessed.is_live(as_of=today),
    )


def _decide(*, day: Day, run_id: int, chunk: Chunk) -> int:
    """Decide one chunk and write it; the caller's transaction makes it whole. Return its customers."""
    assessment.hold_states(after=chunk.after, up_to=chunk.up_to)
    found = deciding.decide_chunk(day=day, after=chunk.after, up_to=chunk.up_to)
    assessment.record_facts(facts=found.facts, placements=found.placements, as_of=day.today, known_at=day.at)
    compliance.record_verdicts(judged=found.judged, country=day.country, moment=Moment.PLANNING, at=day.at)
    action_ids, sendable_ids = plans.record_actions(run_id=run_id, actions=found.actions)
    outreach.queue_for_actions(action_ids=sendable_ids, at=day.at)
    reviewing.ask_for_tasks(action_ids=action_ids, judged=found.judged, today=day.today, at=day.at)
    plans.end_moves(customer_ids=found.cleared, at=day.at)
    decisions = plans.record_decisions(
        run_id=run_id, customer_ids=[one.customer_id for one in found.facts], answers=found.answers
    )
    plans.finish_chunk(
        chunk_id=chunk.id,
        customers=len(found.facts),
        decisions=decisions,
        actions=len(action_ids),
        law_version=day.law.version if day.law else "",
    )
    return len(found.facts)

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
from puntual.assessment.rules import Placer
from puntual.companies import queries as companies
from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.types import IntendedContact, JudgedContact, Moment, VerdictOutcome
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel
from puntual.db.locks import Lock, release_session_lock, try_session_lock
from puntual.flows import merging, money_in
from puntual.flows.intake.waiting import settle_waiting
from puntual.insights import operations as insights
from puntual.lib.errors import DomainError
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.rules import Decider
from puntual.plans.types import (
    NO_PAST,
    Answer,
    Intent,
    NewAction,
    Outcome,
    PlanDocument,
    Reason,
    RunProgress,
    RunState,
)

# Channels by which this installation reaches people: mail by itself, the others by a person's hand.
_CONNECTED = frozenset({Channel.EMAIL, Channel.CALL, Channel.VISIT, Channel.LETTER})

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


@dataclass(frozen=True, slots=True)
class _Day:
    """What every chunk of a run shares."""

    run_id: int
    today: date
    at: datetime
    country: str
    time_zone: str
    plan: PlanDocument
    decider: Decider
    placer: Placer
    is_live: bool


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
    day = _Day(
        run_id=before.id,
        today=today,
        at=at,
        country=company.country,
        time_zone=company.time_zone,
        plan=plan,
        decider=plans.decider(plan=plan, today=today, country=company.country),
        placer=assessment.placer(stages=plan.stages, segments=plan.segments),
        is_live=assessed.is_live(as_of=today),
    )
    after = before.done_up_to_customer
    # Who was committed behind the marker while it moved on, then everybody after it.
    for low, high, size in assessed.undecided_ranges(up_to=after, as_of=today, size=chunk_size):
        _decide_whole(
            day=day, after=low, up_to=high, marker=(after, after), size=size, on_progress=on_progress
        )
    while chunk := assessed.chunk_end(after=after, size=chunk_size):
        up_to, size = chunk
        _decide_whole(
            day=day, after=after, up_to=up_to, marker=(after, up_to), size=size, on_progress=on_progress
        )
        after = up_to
    with transaction.atomic(durable=True):
        insights.take_snapshot(as_of=today, is_live=day.is_live)
        plans.finish_run(run_id=day.run_id, state=RunState.DONE, at=at)
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
    *, day: _Day, after: int, up_to: int, marker: tuple[int, int], size: int, on_progress: Progress | None
) -> None:
    """Decide one chunk as a whole transaction, and tell of it."""
    with transaction.atomic(durable=True):
        _decide_chunk(day=day, after=after, up_to=up_to, marker=marker)
    log.info("chunk decided", run=day.run_id, customers=size)
    if on_progress:
        on_progress(size)


def _decide_chunk(*, day: _Day, after: int, up_to: int, marker: tuple[int, int]) -> None:
    """Gather, place, decide, ask the law and write one chunk; the caller's transaction makes it whole."""
    facts = assessed.facts_of_chunk(
        after=after,
        up_to=up_to,
        as_of=day.today,
        known_at=day.at,
        time_zone=day.time_zone,
        is_live=day.is_live,
        wants_profile=day.plan.wants_profile,
    )
    past = planned.past_actions(after=after, up_to=up_to)
    placements = assessment.place_all(
        placer=day.placer,
        facts=facts,
        before=assessed.placements(after=after, up_to=up_to, before=day.today),
        moved_to={customer_id: one.moved_to for customer_id, one in past.items() if one.moved_to},
    )
    assessment.record_facts(facts=facts, placements=placements, as_of=day.today)
    answers, intents = plans.decide_all(
        decider=day.decider, facts=facts, placements=placements, past=past, nothing=NO_PAST
    )
    customer_ids = [one.customer_id for one in facts]
    position = {customer_id: index for index, customer_id in enumerate(customer_ids)}
    allowed, refused = _ask_the_law(day=day, intents=intents)
    for intent, reasons in refused:
        index = position[intent.customer_id]
        answers[index] = _blocked(answers[index], step_number=intent.step.number, reasons=reasons)
    decisions = plans.record_decisions(run_id=day.run_id, customer_ids=customer_ids, answers=answers)
    action_ids, sendable_ids = plans.record_actions(run_id=day.run_id, actions=allowed)
    outreach.queue_for_actions(action_ids=sendable_ids, at=day.at)
    moved = plans.advance_run(
        run_id=day.run_id,
        after=marker[0],
        up_to=marker[1],
        customers=len(facts),
        decisions=decisions,
        actions=len(action_ids),
    )
    if not moved:
        raise RunInProgress(_("Otra corrida decidió a estos clientes al mismo tiempo."))


_Refusals = dict[int, tuple[Intent, tuple[str, ...]]]


def _ask_the_law(
    *, day: _Day, intents: list[Intent]
) -> tuple[list[NewAction], list[tuple[Intent, tuple[str, ...]]]]:
    """
    Return what may be done with its channel and moment, and what may not with its reasons; every verdict is kept.

    A step is tried by its own channel, then by the next one where that cannot reach the customer. A move reaches
    nobody: no law is asked.
    """
    allowed = [NewAction(one, None, None, day.at) for one in intents if one.step.channel is None]
    refused: _Refusals = {}
    waiting = [(one, _channels(one)) for one in intents if one.step.channel is not None]
    for one, channels in waiting:
        if not channels:
            refused[one.customer_id] = (one, (Reason.CHANNEL_NOT_CONNECTED,))
    while waiting := [(one, channels) for one, channels in waiting if channels]:
        tried = [(one, channels[0]) for one, channels in waiting]
        taken, turned = _ask_once(day=day, tried=tried)
        allowed += taken
        done = {action.intent.customer_id for action in taken}
        for customer_id in done:
            refused.pop(customer_id, None)
        for one, reasons in turned:
            refused.setdefault(one.customer_id, (one, reasons))
        waiting = [(one, channels[1:]) for one, channels in waiting if one.customer_id not in done]
    return allowed, list(refused.values())


def _channels(intent: Intent) -> list[Channel]:
    """List the channels of a step that this installation can use, in order."""
    own = (intent.step.channel, *intent.step.fallbacks)
    return [channel for channel in own if channel in _CONNECTED]


def _ask_once(
    *, day: _Day, tried: list[tuple[Intent, Channel]]
) -> tuple[list[NewAction], list[tuple[Intent, tuple[str, ...]]]]:
    """Ask the law of each step by one channel."""
    points = contacts.points_for(customer_ids=[intent.customer_id for intent, _ in tried])
    chosen = [
        contacts.best_point(points=points.get(intent.customer_id, []), channel=channel)
        for intent, channel in tried
    ]
    facts = law.contact_facts(
        contacts_intended=[
            IntendedContact(
                customer_id=intent.customer_id,
                channel=channel,
                purpose=intent.step.purpose,
                contact_point_id=point.id if point else None,
            )
            for (intent, channel), point in zip(tried, chosen, strict=True)
        ],
        country=day.country,
        today=day.today,
        at=day.at,
    )
    verdicts = compliance.judge_contacts(contacts=facts, country=day.country, at=day.at)
    compliance.record_verdicts(
        judged=[
            JudgedContact(facts=one, verdict=verdict, step_key=intent.step.key, action_id=None)
            for (intent, _channel), one, verdict in zip(tried, facts, verdicts, strict=True)
        ],
        country=day.country,
        moment=Moment.PLANNING,
        at=day.at,
    )
    allowed: list[NewAction] = []
    refused: list[tuple[Intent, tuple[str, ...]]] = []
    for (intent, channel), point, verdict in zip(tried, chosen, verdicts, strict=True):
        if verdict.outcome is not VerdictOutcome.BLOCK and verdict.not_before is not None:
            allowed.append(NewAction(intent, channel, point.id if point else None, verdict.not_before))
        elif point is None:
            refused.append((intent, (Reason.NO_CONTACT_POINT, *verdict.rule_ids)))
        else:
            refused.append((intent, (Reason.LAW, *verdict.rule_ids)))
    return allowed, refused


def _blocked(
    answers: tuple[Answer, ...], *, step_number: int, reasons: tuple[str, ...]
) -> tuple[Answer, ...]:
    """Replace the answer of one step by a refusal."""
    return tuple(
        Answer(step_number, Outcome.BLOCKED, reasons) if answer.step_number == step_number else answer
        for answer in answers
    )

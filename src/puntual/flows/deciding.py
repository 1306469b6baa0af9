"""
What a day decides for a chunk of customers: facts → stage and segment → due steps → law.

Writes nothing: the daily run keeps what comes out, a preview counts it, a replay compares it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from puntual.agreements import queries as agreements
from puntual.agreements.types import PORTFOLIO_HOLD, PauseScope, PortfolioPause
from puntual.assessment import operations as assessment
from puntual.assessment import queries as assessed
from puntual.assessment.rules import Placer
from puntual.assessment.types import Facts, Placement
from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.queries import LawPack
from puntual.compliance.types import ContactFacts, IntendedContact, JudgedContact, Statement, VerdictOutcome
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel, Point
from puntual.flows import wording
from puntual.outreach import queries as messages
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.rules import Decider, acting
from puntual.plans.types import (
    NO_PAST,
    Answer,
    Intent,
    NewAction,
    Outcome,
    PastActions,
    PlanDocument,
    Reason,
)

_NOTHING: frozenset[Statement] = frozenset()
# Channels by which this installation reaches people: mail by itself, the others by a person's hand.
CONNECTED = frozenset({Channel.EMAIL, Channel.CALL, Channel.VISIT, Channel.LETTER})


@dataclass(frozen=True, slots=True)
class Day:
    """What every chunk of a day shares."""

    today: date
    at: datetime
    country: str
    time_zone: str
    plan: PlanDocument
    decider: Decider
    placer: Placer
    is_live: bool
    # Pauses of segments, by their key; other pauses of the portfolio are among the facts.
    segment_pauses: Mapping[str, PortfolioPause]
    # The law as it holds for the company at that moment; None: there is none, and nobody is contacted.
    law: LawPack | None
    # What each template does not say of what the law may ask it for.
    unsaid: Mapping[str, frozenset[Statement]]

    @property
    def barred_before(self) -> date | None:
        """The first due date of which a debt does not seem time-barred; None: no term is known."""
        return self.law.barred_before(day=self.today) if self.law else None


class Reach(Protocol):
    """Says through which point each step would reach its customer by a channel, and what the law looks at: in order."""

    def __call__(
        self, *, day: Day, tried: Sequence[tuple[Intent, Channel]]
    ) -> tuple[list[Point | None], list[ContactFacts]]:
        """Answer for each step and channel."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided for a chunk: an answer to each step for each customer, in the order of `facts`."""

    facts: Sequence[Facts]
    placements: Sequence[Placement]
    answers: Sequence[tuple[Answer, ...]]
    # What would be done: at most one contact and one move for each customer.
    actions: Sequence[NewAction]
    # Every question that the law was asked, with its verdict.
    judged: Sequence[JudgedContact]
    # Whom a move of the case still held somewhere, and who owe nothing: it ends.
    cleared: Sequence[int] = ()


def day_of(
    *, plan: PlanDocument, today: date, at: datetime, country: str, time_zone: str, is_live: bool
) -> Day:
    """
    Make a plan ready to decide a day with what is known at a moment.

    `is_live`: the ledger knows nothing after the day, so that the kept open amounts are those of the day.
    """
    return Day(
        today=today,
        at=at,
        country=country,
        time_zone=time_zone,
        plan=plan,
        decider=plans.decider(
            plan=plan, today=today, country=country, stopped=planned.stopped_keys(as_of=today, known_at=at)
        ),
        placer=assessment.placer(stages=plan.stages, segments=plan.segments),
        is_live=is_live,
        segment_pauses={
            one.value: one
            for one in reversed(agreements.pauses_on(as_of=today, known_at=at))
            if one.scope is PauseScope.SEGMENT
        },
        law=law.known_law(country=country, at=at),
        unsaid=messages.unsaid_by_template(),
    )


def decide_chunk(*, day: Day, after: int, up_to: int) -> Decided:
    """Decide for the customers with after < id <= up_to, in id order, by what the database says of them."""
    facts = assessed.facts_of_chunk(
        after=after,
        up_to=up_to,
        as_of=day.today,
        known_at=day.at,
        time_zone=day.time_zone,
        is_live=day.is_live,
        wants_profile=day.plan.wants_profile,
    )
    return decide(
        day=day,
        facts=facts,
        before=assessed.placements(after=after, up_to=up_to, before=day.today),
        past=planned.past_actions(after=after, up_to=up_to),
        liked=contacts.preferences_for(customer_ids=[one.customer_id for one in facts]),
    )


def reach_now(
    *, day: Day, tried: Sequence[tuple[Intent, Channel]]
) -> tuple[list[Point | None], list[ContactFacts]]:
    """Choose the point of each contact and gather what the law looks at, as the tables say it now."""
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
        # Whoever is in a paused segment was held before the law was asked.
        minds_segments=False,
    )
    return chosen, facts


def decide(
    *,
    day: Day,
    facts: Sequence[Facts],
    before: Mapping[int, Placement],
    past: Mapping[int, PastActions],
    liked: Mapping[int, Channel],
    reach: Reach = reach_now,
) -> Decided:
    """
    Decide by facts, where each customer stood the day before, and what the plan already did for them.

    `liked` is the channel that a customer prefers; `reach` tells of contact points and of what the law looks at; a day
    that is not today has its own.
    """
    placements = assessment.place_all(
        placer=day.placer,
        facts=facts,
        before=before,
        moved_to={customer_id: one.moved_to for customer_id, one in past.items() if one.moved_to},
    )
    if day.segment_pauses:
        facts = _paused(day=day, facts=facts, placements=placements, before=before)
    answers, intents = plans.decide_all(
        decider=day.decider, facts=facts, placements=placements, past=past, nothing=NO_PAST
    )
    position = {one.customer_id: index for index, one in enumerate(facts)}
    actions, changed, judged = _ask_the_law(day=day, intents=intents, liked=liked, reach=reach)
    for customer_id, theirs in changed.items():
        index = position[customer_id]
        answers[index] = tuple([theirs.get(one.step_number, one) for one in answers[index]])
    return Decided(
        facts=facts,
        placements=placements,
        answers=answers,
        actions=actions,
        judged=judged,
        cleared=[
            one.customer_id
            for one in facts
            if not one.open_count and past.get(one.customer_id, NO_PAST).moved_to
        ],
    )


def _paused(
    *, day: Day, facts: Sequence[Facts], placements: Sequence[Placement], before: Mapping[int, Placement]
) -> list[Facts]:
    """Hold whoever is in a paused segment, or was by the run before: it does not end between two runs."""
    held = []
    for one, placement in zip(facts, placements, strict=True):
        earlier = before.get(one.customer_id)
        keys = (placement.segment_key, earlier.segment_key if earlier else "")
        pauses = [day.segment_pauses[key] for key in keys if key in day.segment_pauses]
        last = max(pauses, key=lambda pause: pause.until_date, default=None)
        if last is not None and (one.hold_until is None or one.hold_until < last.until_date):
            one = replace(one, hold_until=last.until_date, hold_reason=f"{PORTFOLIO_HOLD}{last.reason.value}")
        held.append(one)
    return held


# Answers that the law changes, by customer and step.
_Changed = dict[int, dict[int, Answer]]


def _ask_the_law(
    *, day: Day, intents: Sequence[tuple[Intent, ...]], liked: Mapping[int, Channel], reach: Reach
) -> tuple[list[NewAction], _Changed, list[JudgedContact]]:
    """
    Return what may be done with its channel and moment, the answers that change by it, and every verdict.

    A step is tried by the channel that the customer likes, where it is one of its own, then by its first channel, then
    by the next one where that cannot reach the customer; where no channel can, the next step that is ready is tried:
    who may not be called today may be written to. So at most one contact is made. A move reaches nobody: no law is
    asked.
    """
    allowed = [
        NewAction(one, None, None, day.at) for theirs in intents for one in theirs if one.step.channel is None
    ]
    changed: _Changed = {}
    judged: list[JudgedContact] = []
    waiting = [turns for theirs in intents if (turns := _turns(theirs, liked=liked))]
    while waiting:
        tried: list[tuple[Intent, Channel]] = []
        asked = []
        for turns in waiting:
            turn = _next_turn(turns, changed, today=day.today)
            if turn is not None:
                tried.append(turn)
                asked.append(turns)
        taken, refused, told = _ask_once(day=day, tried=tried, reach=reach)
        allowed += taken
        judged += told
        for intent, reasons in refused:
            _refuse(changed, intent, reasons, today=day.today)
        done = {action.intent.customer_id: action for action in taken}
        for customer_id, action in done.items():
            step = action.intent.step
            is_liked = action.channel is not step.channel and liked.get(customer_id) is action.channel
            if customer_id in changed or is_liked:
                answer = acting(step=step, today=day.today, is_liked=is_liked)
                changed.setdefault(customer_id, {})[step.number] = answer
        waiting = [
            turns for turns, (intent, _) in zip(asked, tried, strict=True) if intent.customer_id not in done
        ]
    return allowed, changed, judged


def _turns(intents: Sequence[Intent], *, liked: Mapping[int, Channel]) -> list[tuple[Intent, Channel | None]]:
    """List what is tried for a customer, one after the other; without a channel what no channel can do."""
    turns: list[tuple[Intent, Channel | None]] = []
    for one in intents:
        if one.step.channel is not None:
            turns += [(one, channel) for channel in _channels(one, liked.get(one.customer_id))] or [
                (one, None)
            ]
    return turns


def _next_turn(
    turns: list[tuple[Intent, Channel | None]], changed: _Changed, *, today: date
) -> tuple[Intent, Channel] | None:
    """Take what is tried next, and refuse on the way what no channel can do; None when nothing is left."""
    while turns:
        intent, channel = turns.pop(0)
        if channel is not None:
            return intent, channel
        _refuse(changed, intent, (Reason.CHANNEL_NOT_CONNECTED,), today=today)
    return None


def _refuse(changed: _Changed, intent: Intent, reasons: tuple[str, ...], *, today: date) -> None:
    """
    Say why a step is not taken, and when it is asked for again; of several channels the first one says it.

    No later hour of the day lifts a refusal: the law is asked again by the next day's run, while the step is in time.
    """
    number = intent.step.number
    again = today + timedelta(days=1)
    theirs = changed.setdefault(intent.customer_id, {})
    theirs.setdefault(
        number, Answer(number, Outcome.BLOCKED, reasons, again if again <= intent.last_day else None)
    )


def _channels(intent: Intent, liked: Channel | None) -> list[Channel]:
    """List the channels of a step that this installation can use, in order: the one that the customer likes first."""
    own = [one for one in (intent.step.channel, *intent.step.fallbacks) if one in CONNECTED]
    return sorted(own, key=lambda channel: channel is not liked) if liked is not None else own


def _ask_once(
    *, day: Day, tried: list[tuple[Intent, Channel]], reach: Reach
) -> tuple[list[NewAction], list[tuple[Intent, tuple[str, ...]]], list[JudgedContact]]:
    """Ask the law of each step by one channel."""
    chosen, facts = reach(day=day, tried=tried)
    facts = [
        wording.with_unsaid(facts=one, missing=day.unsaid.get(intent.step.template, _NOTHING))
        for (intent, _channel), one in zip(tried, facts, strict=True)
    ]
    verdicts = compliance.judge_by(contacts=facts, law=day.law, at=day.at)
    judged = [
        JudgedContact(facts=one, verdict=verdict, step_key=intent.step.key, action_id=None)
        for (intent, _channel), one, verdict in zip(tried, facts, verdicts, strict=True)
    ]
    allowed: list[NewAction] = []
    refused: list[tuple[Intent, tuple[str, ...]]] = []
    for (intent, channel), point, verdict in zip(tried, chosen, verdicts, strict=True):
        # What the law leaves to a person is planned too: it waits for their release.
        is_planned = verdict.may_happen or verdict.outcome is VerdictOutcome.REVIEW
        if is_planned and verdict.not_before is not None:
            allowed.append(NewAction(intent, channel, point.id if point else None, verdict.not_before))
        elif point is None:
            refused.append((intent, (Reason.NO_CONTACT_POINT, *verdict.rule_ids)))
        else:
            refused.append((intent, (Reason.LAW, *verdict.rule_ids)))
    return allowed, refused, judged

"""
How days go for a block of customers under a plan: the same deciding as a run's, with a past in memory.

Nothing is written. Reality may be followed, where a plan is tried on days that it really decided; else what the plan
decides becomes its own past, and the days go another way than they really went.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from puntual.agreements import queries as agreements
from puntual.agreements.types import PauseScope, WaitingPromise
from puntual.assessment import operations as assessment
from puntual.assessment import queries as assessed
from puntual.assessment.rules import Placer
from puntual.assessment.types import Facts, Placement
from puntual.compliance import queries as law
from puntual.contacts.types import Channel, Purpose
from puntual.flows import deciding
from puntual.flows.deciding import Day, Decided
from puntual.flows.rehearsal.known import Known
from puntual.flows.rehearsal.past import Past, Waiting
from puntual.outreach import queries as messages
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import ChunkInTime, PlanDocument

# Facts look at the contacts of this many days.
_FACTS_LOOK_BACK = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Morning:
    """A day to be decided, at which moment, and the last moment of which the tables may tell."""

    day: date
    at: datetime
    known_at: datetime
    # When a real run looked at these customers, by the clock of the database.
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was known on a morning of customers whom one moment is for."""

    morning: Morning
    facts: Sequence[Facts]


@dataclass(frozen=True, slots=True)
class Setting:
    """What all blocks of a rehearsal share."""

    plan: PlanDocument
    country: str
    time_zone: str
    mornings: tuple[Morning, ...]
    # What was really done is the past of every day; else what the plan decides here becomes its past.
    follows_reality: bool
    # The kept open amounts are those of the days: the ledger knows nothing later.
    is_live: bool
    # Promises that nobody pays are broken when their time is over: for days to come.
    breaks_promises: bool
    # A run of the first day is not at its end: those whom it decided go on from there, the others begin.
    is_begun: bool = False


class Course:
    """The days of one block of customers under one plan."""

    def __init__(self, *, setting: Setting, after: int, up_to: int) -> None:
        """Read what is known of the customers with after < id <= up_to."""
        first, last = setting.mornings[0], setting.mornings[-1]
        self._setting = setting
        self._zone = ZoneInfo(setting.time_zone)
        self._range = (after, up_to)
        self._past = Past(after=after, up_to=up_to, before=last.day + timedelta(days=1))
        self.known = Known(
            after=after,
            up_to=up_to,
            since=first.at - _FACTS_LOOK_BACK,
            real_until=None if setting.follows_reality else first.at,
        )
        # How runs really parted these customers, each part with a moment of its own.
        self._chunks: dict[date, list[ChunkInTime]] = {}
        if setting.follows_reality:
            self._chunks = planned.chunks_known(after=after, up_to=up_to, first=first.day, last=last.day)
        # What holds everybody of a day is read once: days of one customer are many, their rows are few.
        self._pauses = agreements.pauses_between(first=first.day, last=last.day)
        self._stops = planned.stops_between(first=first.day, last=last.day)
        self._placer = _placer_of(setting.plan)
        self._unsaid = messages.unsaid_by_template()
        self._law_at = law.laws_over_time(country=setting.country)
        # The facts of all days of one customer, read at once.
        self._own_days: dict[Morning, list[Facts]] = {}
        self._promises: dict[int, list[WaitingPromise]] = {}
        if setting.breaks_promises:
            self._promises = agreements.promises_waiting(after=after, up_to=up_to, country=setting.country)
        # What waits when the rehearsal begins.
        self.waiting: list[Waiting] = []
        self._places: dict[int, Placement] = {}
        # Customers whom the open run of the first day has decided.
        self._decided: frozenset[int] = frozenset()
        if not setting.follows_reality:
            begins = first.day
            if setting.is_begun:
                begins += timedelta(days=1)
                patterns = planned.patterns_known(after=after, up_to=up_to, first=first.day, last=first.day)
                self._decided = frozenset(customer_id for _day, customer_id in patterns)
            self.waiting = self._past.begin(day=begins, at=first.at, known_at=first.known_at)
            self._places = assessed.placements(after=after, up_to=up_to, before=begins)
            for one in self.waiting:
                if one.channel:
                    self._contact(one.customer_id, one.at, Purpose(one.purpose), Channel(one.channel))

    def under(self, plan: PlanDocument) -> "Course":
        """Return the same people under another plan; for days that follow reality."""
        other = copy(self)
        other._setting = replace(self._setting, plan=plan)
        other._placer = _placer_of(plan)
        return other

    def mornings(self) -> Iterator[tuple[Morning, Decided]]:
        """Go through the days, each decided by what was known of it."""
        for morning in self._setting.mornings:
            parts = self.gather(morning=morning, wants_profile=self._setting.plan.wants_profile)
            yield morning, self.decide(parts=parts)

    def gather(self, *, morning: Morning, wants_profile: bool) -> list[Gathered]:
        """
        Gather what was known on a morning.

        Where a run decided it: of each customer at the moment of their chunk, which is a later one where the run was
        stopped and started again, or where they came after its start.
        """
        chunks = self._chunks.get(morning.day, [])
        found = []
        seen: set[int] = set()
        # The chunk that knew most comes first: whom it holds no earlier one had seen.
        for chunk in reversed(chunks):
            part = replace(morning, at=chunk.known_at, known_at=chunk.known_at, began_at=chunk.began_at)
            facts = self._facts(part, chunk.after, chunk.up_to, wants_profile)
            found.append(Gathered(part, [one for one in facts if one.customer_id not in seen]))
            seen.update(one.customer_id for one in facts)
        for after, up_to in self._between(chunks):
            facts = self._facts(morning, after, up_to, wants_profile)
            if morning == self._setting.mornings[0] and self._decided:
                facts = [one for one in facts if one.customer_id not in self._decided]
            found.append(Gathered(morning, facts))
        return found

    def _facts(self, morning: Morning, after: int, up_to: int, wants_profile: bool) -> list[Facts]:
        first, last = self._range
        if last - first == 1 and not self._setting.follows_reality:
            return self._facts_of_one(wants_profile)[morning]
        return assessed.facts_of_chunk(
            after=max(after, first),
            up_to=min(up_to, last),
            as_of=morning.day,
            known_at=morning.known_at,
            time_zone=self._setting.time_zone,
            is_live=self._setting.is_live,
            wants_profile=wants_profile,
        )

    def _facts_of_one(self, wants_profile: bool) -> dict[Morning, list[Facts]]:
        """Read the days of one customer: a statement for each would cost more than their few rows."""
        if not self._own_days:
            after, up_to = self._range
            mornings = self._setting.mornings
            found = assessed.facts_of_days(
                after=after,
                up_to=up_to,
                days=[(one.day, one.known_at) for one in mornings],
                time_zone=self._setting.time_zone,
                is_live=self._setting.is_live,
                wants_profile=wants_profile,
            )
            self._own_days = dict(zip(mornings, found, strict=True))
        return self._own_days

    def _between(self, chunks: Sequence[ChunkInTime]) -> list[tuple[int, int]]:
        """Return the ranges of customers whom no chunk holds; the whole range where there are no chunks."""
        after, last = self._range
        found = []
        for chunk in sorted(chunks, key=lambda one: one.after):
            if chunk.after > after:
                found.append((after, chunk.after))
            after = max(after, chunk.up_to)
        return [*found, (after, last)] if after < last else found

    def real_actions(self, day: date) -> dict[int, tuple[tuple[str, str], ...]]:
        """Return the steps with their channels that the run of a day really planned for each customer."""
        return self._past.real_actions(day)

    def decide(self, *, parts: Sequence[Gathered]) -> Decided:
        """Decide a morning, and take what was decided into the past unless reality is followed."""
        whole = [self._decide(one) for one in parts]
        if len(whole) == 1:
            return whole[0]
        return Decided(
            **{
                part.name: [one for decided in whole for one in getattr(decided, part.name)]
                for part in fields(Decided)
            }
        )

    def _decide(self, part: Gathered) -> Decided:
        setting, morning = self._setting, part.morning
        there = [
            self._adjusted(one, morning)
            for one in part.facts
            if self.known.is_there(one.customer_id, morning.at)
        ]
        self.known.look_at({one.customer_id: one for one in there})
        if setting.follows_reality:
            after, up_to = self._range
            before = assessed.placements(after=after, up_to=up_to, before=morning.day)
            past = self._past.really(day=morning.day, at=morning.at, began_at=morning.began_at)
        else:
            before, past = self._places, self._past.at(morning.at)
        day = self._day(morning)
        decided = deciding.decide(
            day=day,
            facts=there,
            before=before,
            past=past,
            liked=self.known.liked_at(morning.at),
            reach=self.known.reach,
        )
        if not setting.follows_reality:
            self._go_on(decided)
        return decided

    def _day(self, morning: Morning) -> Day:
        """Make a day as the run does (`deciding.day_of`), of what was read at the beginning."""
        setting, today, at = self._setting, morning.day, morning.at
        stopped = frozenset(one.key for one in self._stops if one.holds(day=today, known_at=at))
        return Day(
            today=today,
            at=at,
            country=setting.country,
            time_zone=setting.time_zone,
            plan=setting.plan,
            decider=plans.decider(plan=setting.plan, today=today, country=setting.country, stopped=stopped),
            placer=self._placer,
            is_live=setting.is_live,
            segment_pauses={
                one.value: one
                for one in reversed(self._pauses)
                if one.scope is PauseScope.SEGMENT and one.holds(day=today, known_at=at)
            },
            law=self._law_at(at),
            unsaid=self._unsaid,
        )

    def _go_on(self, decided: Decided) -> None:
        self._past.release(decided.cleared)
        self._past.take(decided.actions)
        for one, place in zip(decided.facts, decided.placements, strict=True):
            self._places[one.customer_id] = place
        for action in decided.actions:
            if action.channel is not None:
                self._contact(
                    action.intent.customer_id, action.not_before, action.intent.step.purpose, action.channel
                )

    def _contact(self, customer_id: int, at: datetime, purpose: Purpose, channel: Channel) -> None:
        self.known.add_contact(customer_id=customer_id, at=at, purpose=purpose, channel=channel)

    def _adjusted(self, facts: Facts, morning: Morning) -> Facts:
        """Correct what the tables cannot tell of a rehearsed day: its own contacts, promises that nobody pays."""
        if facts.customer_id in self.known.differing and not self._setting.follows_reality:
            facts = self._with_contacts(facts, morning)
        if facts.customer_id in self._promises:
            facts = _with_broken(facts, self._promises[facts.customer_id], morning.day)
        return facts

    def _with_contacts(self, facts: Facts, morning: Morning) -> Facts:
        def midnight(days_before: int) -> datetime:
            return datetime.combine(morning.day - timedelta(days=days_before), time.min, tzinfo=self._zone)

        since, month = midnight(364), midnight(29)
        touches = self.known.touches_until(customer_id=facts.customer_id, at=morning.at)
        made = [one.at for one in touches if one.is_contact and one.at >= since]
        answered_at = max((one.at for one in touches if one.is_answer and one.at >= since), default=None)
        return replace(
            facts,
            last_contact_on=max(made).astimezone(self._zone).date() if made else None,
            contact_count_30d=sum(1 for at in made if at >= month),
            unanswered_count=sum(1 for at in made if answered_at is None or at > answered_at),
        )


def _placer_of(plan: PlanDocument) -> Placer:
    return assessment.placer(stages=plan.stages, segments=plan.segments)


def _with_broken(facts: Facts, promises: Sequence[WaitingPromise], day: date) -> Facts:
    """Break the promises whose last day is over."""
    broken = [one for one in promises if one.last_day < day]
    if not broken:
        return facts
    waiting = [one for one in promises if one.last_day >= day]
    told = max(one.last_day for one in broken) + timedelta(days=1)
    return replace(
        facts,
        promise_due_date=min((one.due_date for one in waiting), default=None),
        promise_made_on=min((one.made_on for one in waiting), default=None),
        broken_promise_on=max(told, facts.broken_promise_on or told),
        broken_count_12m=facts.broken_count_12m + len(broken),
    )

"""What rehearsed days come to, counted block by block; blocks add up whatever their order."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from puntual.assessment.types import NOWHERE, Facts, Placement
from puntual.compliance.types import VerdictOutcome
from puntual.flows.deciding import Decided
from puntual.flows.rehearsal.past import Waiting
from puntual.lib.money import ZERO
from puntual.plans.types import Answer, NewAction, Outcome, Reason

# Lists of people are for a page: the most overdue first.
PEOPLE_MAX = 50
STAGE, SEGMENT = "STAGE", "SEGMENT"
# What is done for a customer: the step and the channel, empty for a move.
Done = tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """A customer whose case is worth showing: on which day, and what would be done instead of what."""

    overdue: Decimal
    customer_id: int
    day: date
    planned: Done | None = field(compare=False)
    other: Done | None = field(compare=False)


@dataclass(frozen=True, slots=True, order=True)
class Mover:
    """A customer who would go from one stage or segment to another."""

    overdue: Decimal
    customer_id: int


_Shown = TypeVar("_Shown", Person, Mover)


@dataclass(slots=True)
class Tally:
    """Counts of the days of a rehearsal. Keys begin with the day."""

    customers: Counter[date] = field(default_factory=Counter)
    # (day, step, outcome)
    outcomes: Counter[tuple[date, int, str]] = field(default_factory=Counter)
    # (day of the decision, day on which it is carried out, step, channel, team)
    acts: Counter[tuple[date, date, str, str, str]] = field(default_factory=Counter)
    # (day, rule of the law or reason)
    refusals: Counter[tuple[date, str]] = field(default_factory=Counter)
    deferrals: Counter[tuple[date, str]] = field(default_factory=Counter)
    # (day, kind, before, after)
    moves: Counter[tuple[date, str, str, str]] = field(default_factory=Counter)
    # What runs really planned: (day, step, channel)
    real: Counter[tuple[date, str, str]] = field(default_factory=Counter)
    # Customers whose answers, and whose action, are those of the other side, and who have others.
    equal: Counter[date] = field(default_factory=Counter)
    different: Counter[date] = field(default_factory=Counter)
    same_actions: Counter[date] = field(default_factory=Counter)
    other_actions: Counter[date] = field(default_factory=Counter)
    people: list[Person] = field(default_factory=list)
    movers: dict[tuple[str, str, str], list[Mover]] = field(default_factory=dict)

    def merge(self, other: "Tally") -> None:
        """Add the counts of other customers."""
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            if isinstance(mine, Counter):
                mine.update(theirs)
        self.people = heapq.nlargest(PEOPLE_MAX, [*self.people, *other.people])
        for key, movers in other.movers.items():
            self.movers[key] = heapq.nlargest(PEOPLE_MAX, [*self.movers.get(key, ()), *movers])

    def add_day(self, *, day: date, decided: Decided, zone: ZoneInfo) -> None:
        """Count what was decided on a day."""
        passing = _passing_rules(decided)
        self.customers[day] += len(decided.facts)
        for answers, count in _alike(decided.answers):
            for one in answers:
                self.outcomes[day, one.step_number, one.outcome.value] += count
                if one.outcome is Outcome.BLOCKED:
                    for code in refusing(reasons=one.reasons, passing=passing):
                        self.refusals[day, code] += count
        for action in decided.actions:
            carried = max(action.not_before.astimezone(zone).date(), day)
            step = action.intent.step
            self.acts[day, carried, step.key, done_of(action=action)[1], step.team] += 1
        for judged in decided.judged:
            if judged.verdict.outcome is VerdictOutcome.DEFER:
                for rule_id in judged.verdict.rule_ids:
                    self.deferrals[day, rule_id] += 1

    def add_waiting(self, *, day: date, waiting: Iterable[Waiting], zone: ZoneInfo) -> None:
        """Count what waited before the first day, on the day on which it may be carried out."""
        for one in waiting:
            self.acts[day, one.at.astimezone(zone).date(), one.step_key, one.channel, one.team] += 1

    def add_moves(
        self, *, day: date, decided: Decided, before: Mapping[int, Placement], currency: str | None
    ) -> None:
        """Count who goes from one stage or segment to another; with a currency, keep who they are."""
        for facts, place in zip(decided.facts, decided.placements, strict=True):
            was = before.get(facts.customer_id, NOWHERE)
            for kind, left, entered in (
                (STAGE, was.stage_key, place.stage_key),
                (SEGMENT, was.segment_key, place.segment_key),
            ):
                if left == entered:
                    continue
                self.moves[day, kind, left, entered] += 1
                if currency is not None:
                    movers = self.movers.setdefault((kind, left, entered), [])
                    _push(movers, Mover(overdue_in(facts=facts, currency=currency), facts.customer_id))

    def add_person(self, person: Person) -> None:
        """Keep a customer among the most overdue."""
        _push(self.people, person)


def _push(heap: list[_Shown], one: _Shown) -> None:
    if len(heap) < PEOPLE_MAX:
        heapq.heappush(heap, one)
    else:
        heapq.heappushpop(heap, one)


def _alike(all_answers: Iterable[tuple[Answer, ...]]) -> list[tuple[tuple[Answer, ...], int]]:
    """Group answers that are one and the same object: a decider gives equal cases the same."""
    first: dict[int, tuple[Answer, ...]] = {}
    counts: Counter[int] = Counter()
    for answers in all_answers:
        first.setdefault(id(answers), answers)
        counts[id(answers)] += 1
    return [(first[key], count) for key, count in counts.items()]


def refusing(*, reasons: tuple[str, ...], passing: frozenset[str]) -> tuple[str, ...]:
    """Name what refused a step: the rules of the law that no later hour lifts, or the one thing that was missing."""
    if reasons[0] != Reason.LAW:
        return reasons[:1]
    return tuple(code for code in reasons[1:] if code not in passing) or reasons[1:]


def _passing_rules(decided: Decided) -> frozenset[str]:
    """Name the rules that only put a contact off: hours and limits of whatever law judged."""
    laws = {one.verdict.law for one in decided.judged} - {None}
    return frozenset().union(*(one.timed_rules for one in laws))


def done_of(*, action: NewAction) -> Done:
    """Say what an action does."""
    return action.intent.step.key, action.channel.value if action.channel else ""


def dones_of(*, actions: Iterable[NewAction]) -> dict[int, tuple[Done, ...]]:
    """Say by customer what is done for them: at most a move and a contact, in this order."""
    found: dict[int, tuple[Done, ...]] = {}
    for action in actions:
        customer_id = action.intent.customer_id
        found[customer_id] = (*found.get(customer_id, ()), done_of(action=action))
    return found


def shown_of(*, dones: tuple[Done, ...], others: tuple[Done, ...]) -> Done | None:
    """Choose what is shown of what is done for a customer: what the other side does not do, a contact first."""
    return next((one for one in reversed(dones) if one not in others), dones[-1] if dones else None)


def overdue_in(*, facts: Facts, currency: str) -> Decimal:
    """Return what a customer owes overdue in a currency."""
    return next((amount for code, amount in facts.overdue_amounts if code == currency), ZERO)

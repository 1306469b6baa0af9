"""Reports of rehearsals: what the counts come to beside what the plan's resources can carry, with names and costs."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from puntual.compliance import queries as law
from puntual.contacts.types import Channel
from puntual.flows.explain import REASON_WORDS
from puntual.flows.rehearsal.counting import Done, Person, Tally
from puntual.lib.days import is_business_day
from puntual.lib.money import ZERO, to_cents
from puntual.plans import queries as planned
from puntual.plans.types import ChannelWord, PlanDocument, PlanFile, Reason
from puntual.portfolio import queries as portfolio

# What is done without reaching anybody.
MOVE = ""


class Limit(StrEnum):
    """What a rehearsal cannot know, or takes for granted; each has one sentence in `words`."""

    REACTIONS = "reactions"
    ALL_DONE = "all-done"
    NO_PAYMENTS = "no-payments"
    PROMISES_BREAK = "promises-break"
    DISPUTES_STAY = "disputes-stay"
    NO_NEW_DOCUMENTS = "no-new-documents"
    CREDITS = "credits"
    PROFILE_NOW = "profile-now"
    UNITED_NOW = "united-now"
    LATE_NOTES = "late-notes"
    ERASED = "erased"
    OLD_CHANGES = "old-changes"
    LAW_NOW = "law-now"
    CHANNELS_NOW = "channels-now"
    DURING_THE_RUN = "during-the-run"
    LATE_CUSTOMERS = "late-customers"
    DAYS_WITHOUT_RUN = "days-without-run"
    UNSETTLED_PROMISES = "unsettled-promises"
    REAL_CONTACTS = "real-contacts"


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """What a channel would carry, beside what it can carry in a day; no capacity: as much as one likes."""

    channel: str
    count: int
    cost: Decimal
    capacity: int | None
    busiest_day: date | None
    busiest_count: int
    days_over: int
    real_count: int


@dataclass(frozen=True, slots=True)
class TeamLine:
    """What a team would do, beside what its people can do in a day; without a key: tasks of no team."""

    key: str
    name: str
    count: int
    capacity: int | None
    busiest_day: date | None
    busiest_count: int
    days_over: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """How often a step would be taken."""

    key: str
    name: str
    stage: str
    count: int
    cost: Decimal
    real_count: int


@dataclass(frozen=True, slots=True)
class RefusalLine:
    """How many customers a rule stopped or put off, with its wording; what is no rule is worded when it is read."""

    code: str
    text: str
    source: str
    customers: int


@dataclass(frozen=True, slots=True)
class CellLine:
    """How much of one thing a day holds, and whether that is more than can be carried."""

    key: str
    name: str
    count: int
    capacity: int | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day: what would be decided on it and carried out on it, and what really was."""

    day: date
    is_working: bool
    customers: int
    decided: int
    carried: int
    cost: Decimal
    refused: int
    deferred: int
    channels: tuple[CellLine, ...]
    teams: tuple[CellLine, ...]
    steps: tuple[CellLine, ...]
    has_run: bool
    real: int
    equal: int
    different: int
    other_actions: int

    @property
    def is_over(self) -> bool:
        """Say whether something is more than can be carried."""
        return any(one.is_over for one in (*self.channels, *self.teams))


@dataclass(frozen=True, slots=True)
class DoneLine:
    """What is done for a customer: a step by its name, and its channel; empty for a move."""

    step: str
    channel: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A customer for whom something else would be done."""

    day: date
    customer_id: int
    overdue: Decimal
    planned: DoneLine | None
    other: DoneLine | None


def plain(*, report: Any) -> dict[str, Any]:
    """Put a report into what JSON can hold: days and amounts as text."""
    found: dict[str, Any] = json.loads(json.dumps(asdict(report), default=str))
    return found


def named(*, document: Any) -> Any:
    """
    Add to a report what it is kept without: the number and the name of each customer, and words in the language of
    whoever reads it.
    """
    ids = set(_customers(document))
    found = _named(document, portfolio.customer_names(customer_ids=sorted(ids)) if ids else {})
    for line in (*found.get("refusals", ()), *found.get("deferrals", ())):
        if line["code"] in set(Reason) or not line["text"]:
            line["text"] = _reason(line["code"])
    for line in found.get("moves", ()):
        line["before"] = line["before"] or _("Ninguno")
        line["after"] = line["after"] or _("Ninguno")
    teams = [*found.get("teams", ()), *(one for day in found.get("days", ()) for one in day["teams"])]
    for line in teams:
        line["name"] = line["name"] if line["key"] else _("Sin equipo")
    return found


def _customers(document: Any) -> Iterator[int]:
    if isinstance(document, list):
        for one in document:
            yield from _customers(one)
    elif isinstance(document, dict):
        if "customer_id" in document:
            yield document["customer_id"]
        yield from _customers(list(document.values()))


def _named(document: Any, cards: Mapping[int, tuple[str, str]]) -> Any:
    if isinstance(document, list):
        return [_named(one, cards) for one in document]
    if not isinstance(document, dict):
        return document
    found = {key: _named(value, cards) for key, value in document.items()}
    if "customer_id" in document:
        found["external_id"], found["name"] = cards.get(document["customer_id"], ("", ""))
    return found


_DAYS = {"day", "first", "last", "busiest_day"}
_AMOUNTS = {"cost", "cost_now", "overdue"}


def revived(*, document: Any) -> Any:
    """Read days and amounts of a kept report again."""
    return _revived(document)


def _revived(document: Any) -> Any:
    if isinstance(document, list):
        return [_revived(one) for one in document]
    if not isinstance(document, dict):
        return document
    return {key: _value(key, value) for key, value in document.items()}


def _value(key: str, value: Any) -> Any:
    if isinstance(value, str) and value:
        if key in _DAYS:
            return date.fromisoformat(value)
        if key in _AMOUNTS:
            return Decimal(value)
    return _revived(value)


class Resources:
    """What a plan's channels and teams can carry in a day and what they cost, and the names of its steps."""

    def __init__(self, *, file: PlanFile, plan: PlanDocument, campaigns: Mapping[str, str]) -> None:
        """Read them of one version; `campaigns` are the names of those whose messages may wait beside it."""
        self.plan = plan
        self._campaigns = campaigns
        # Read when a name is missing.
        self._former_names: dict[str, str] | None = None
        channels = file.resources.channels
        self.currency = plan.currency
        self._costs = {Channel[ChannelWord(word).name].value: one.cost for word, one in channels.items()}
        self._channel_max = {
            Channel[ChannelWord(word).name].value: one.per_day_max for word, one in channels.items()
        }
        self.teams = {one.key: one.name for one in file.resources.teams}
        self._team_max = {one.key: one.people * one.tasks_per_day for one in file.resources.teams}
        self.step_names = {step.key: step.name for step in plan.steps}
        self.stages = {step.key: planned.stage_kind(plan=plan, step=step) for step in plan.steps}
        self._country = plan.country

    def cost(self, channel: str, count: int) -> Decimal:
        """Return what so many uses of a channel cost, to the last fraction."""
        return self._costs.get(channel, ZERO) * count

    def channel_max(self, channel: str) -> int | None:
        """Return how much a channel can carry in a day."""
        return self._channel_max.get(channel)

    def team_max(self, team: str) -> int | None:
        """Return how many tasks a team can do in a day."""
        return self._team_max.get(team)

    def team_name(self, team: str) -> str:
        """Name a team; what has none is named when it is read."""
        return self.teams.get(team, team)

    def step_name(self, key: str) -> str:
        """Name a step or a campaign; a step that waits of another version as that one called it."""
        known = self.step_names.get(key) or self._campaigns.get(key)
        if known is None and self._former_names is None:
            self._former_names = planned.former_step_names()
        return known or (self._former_names or {}).get(key, key)

    def is_working(self, day: date) -> bool:
        """Say whether a day is a working day."""
        return is_business_day(day=day, country=self._country)


def resources_of(*, version_id: int) -> Resources:
    """
    Read the resources of a version.

    Raises: NotFound; MalformedPlan for a draft with faults.
    """
    return Resources(
        file=planned.file_of_version(version_id=version_id),
        plan=planned.plan_of_version(version_id=version_id),
        campaigns=planned.campaign_step_names(),
    )


def channel_lines(*, tally: Tally, resources: Resources) -> tuple[ChannelLine, ...]:
    """Say what each channel would carry, the busiest first; moves have none."""
    by_day: dict[str, Counter[date]] = {}
    for (_day, carried, _step, channel, _team), count in tally.acts.items():
        by_day.setdefault(channel, Counter())[carried] += count
    real: Counter[str] = Counter()
    for (_day, _step, channel), count in tally.real.items():
        real[channel] += count
    lines = []
    for channel in {*by_day, *real}:
        days = by_day.get(channel, Counter())
        top, most, over = _peak(days, resources.channel_max(channel))
        total = days.total()
        lines.append(
            ChannelLine(
                channel, total, to_cents(resources.cost(channel, total)), resources.channel_max(channel), top, most,
                over, real[channel],
            )
        )  # fmt: skip
    return tuple(sorted(lines, key=lambda one: (-one.count, one.channel)))


def team_lines(*, tally: Tally, resources: Resources) -> tuple[TeamLine, ...]:
    """Say what each team would do; messages are no tasks."""
    by_day: dict[str, Counter[date]] = {team: Counter() for team in resources.teams}
    for (_day, carried, _step, channel, team), count in tally.acts.items():
        if _is_task(channel, team):
            by_day.setdefault(team, Counter())[carried] += count
    lines = []
    for team, days in by_day.items():
        top, most, over = _peak(days, resources.team_max(team))
        capacity = resources.team_max(team)
        lines.append(TeamLine(team, resources.team_name(team), days.total(), capacity, top, most, over))
    return tuple(lines)


def _is_task(channel: str, team: str) -> bool:
    """Say whether people do it: what is no message, and a move that a team looks into."""
    return channel != Channel.EMAIL and bool(channel or team)


def _peak(days: Counter[date], capacity: int | None) -> tuple[date | None, int, int]:
    """Return the busiest day, how much it holds, and how many days hold more than can be carried."""
    if not days:
        return None, 0, 0
    top = min(days, key=lambda day: (-days[day], day))
    over = 0 if capacity is None else sum(1 for count in days.values() if count > capacity)
    return top, days[top], over


def step_lines(*, tally: Tally, resources: Resources, other_names: Mapping[str, str]) -> tuple[StepLine, ...]:
    """Say how often each step would be taken, in the order of the plan; then steps that only runs really took."""
    counts: Counter[str] = Counter()
    costs: dict[str, Decimal] = {}
    for (_day, _carried, step, channel, _team), count in tally.acts.items():
        counts[step] += count
        costs[step] = costs.get(step, ZERO) + resources.cost(channel, count)
    real: Counter[str] = Counter()
    for (_day, step, _channel), count in tally.real.items():
        real[step] += count
    keys = [*resources.step_names, *sorted(({*counts} | {*real}) - {*resources.step_names})]
    return tuple(
        StepLine(
            key, other_names.get(key) or resources.step_name(key), resources.stages.get(key, ""),
            counts[key], to_cents(costs.get(key, ZERO)), real[key],
        )
        for key in keys
    )  # fmt: skip


def refusal_lines(*, counts: Counter[tuple[date, str]], country: str) -> tuple[RefusalLine, ...]:
    """Say what stopped or put off how many customers, with the wording of each rule."""
    by_code: Counter[str] = Counter()
    for (_day, code), count in counts.items():
        by_code[code] += count
    lines = []
    for code, customers in by_code.most_common():
        rule = law.rule_text(rule_id=code, country=country)
        if rule is not None:
            lines.append(RefusalLine(code, rule.text, rule.source, customers))
        else:
            lines.append(RefusalLine(code, "", "", customers))
    return tuple(lines)


def _reason(code: str) -> str:
    try:
        words = str(REASON_WORDS[Reason(code)])
    except ValueError:
        return _("Regla sin texto en el paquete vigente.")
    return f"{words[:1].upper()}{words[1:]}."


def day_lines(
    *, tally: Tally, resources: Resources, days: Sequence[date], run_days: frozenset[date] = frozenset()
) -> tuple[DayLine, ...]:
    """Tell day by day what would be decided and carried out."""
    decided: Counter[date] = Counter()
    cells: dict[date, tuple[Counter[str], Counter[str], Counter[str]]] = {
        day: (Counter(), Counter(), Counter()) for day in days
    }
    for (day, carried, step, channel, team), count in tally.acts.items():
        decided[day] += count
        if carried in cells:
            by_channel, by_team, by_step = cells[carried]
            by_channel[channel] += count
            by_step[step] += count
            if _is_task(channel, team):
                by_team[team] += count
    refused, deferred, real = _per_day(tally.refusals), _per_day(tally.deferrals), _per_day(tally.real)
    lines = []
    for day in days:
        by_channel, by_team, by_step = cells[day]
        lines.append(
            DayLine(
                day=day,
                is_working=resources.is_working(day),
                customers=tally.customers[day],
                decided=decided[day],
                carried=by_channel.total(),
                cost=to_cents(sum((resources.cost(one, count) for one, count in by_channel.items()), ZERO)),
                refused=refused[day],
                deferred=deferred[day],
                channels=tuple(
                    _cell(one, one, count, resources.channel_max(one))
                    for one, count in sorted(by_channel.items())
                ),
                teams=tuple(
                    _cell(one, resources.team_name(one), count, resources.team_max(one))
                    for one, count in sorted(by_team.items())
                ),
                steps=tuple(
                    _cell(one, resources.step_name(one), by_step[one], None)
                    for one in _in_order(by_step, resources)
                ),
                has_run=day in run_days,
                real=real[day],
                equal=tally.equal[day],
                different=tally.different[day],
                other_actions=tally.other_actions[day],
            )
        )
    return tuple(lines)


def _in_order(by_step: Counter[str], resources: Resources) -> list[str]:
    own = [key for key in resources.step_names if by_step[key]]
    return [*own, *sorted(key for key in by_step if key not in resources.step_names)]


def _per_day(counts: Counter[Any]) -> Counter[date]:
    found: Counter[date] = Counter()
    for key, count in counts.items():
        found[key[0]] += count
    return found


def _cell(key: str, name: str, count: int, capacity: int | None) -> CellLine:
    return CellLine(key, name, count, capacity, capacity is not None and count > capacity)


def cost_of(*, counts: Counter[Any], resources: Resources) -> Decimal:
    """Return what actions cost; their counts are kept by keys that end with channel and team, or with the channel."""
    return to_cents(
        sum(
            (resources.cost(key[3] if len(key) > 3 else key[2], count) for key, count in counts.items()),
            ZERO,
        )
    )


def person_lines(
    *, people: Sequence[Person], names: Mapping[str, str], other_names: Mapping[str, str]
) -> tuple[PersonLine, ...]:
    """Show customers, the most overdue first, each side's steps by its own names."""
    return tuple(
        PersonLine(
            one.day, one.customer_id, one.overdue, _done(one.planned, names),
            _done(one.other, other_names),
        )
        for one in sorted(people, reverse=True)
    )  # fmt: skip


def _done(done: Done | None, names: Mapping[str, str]) -> DoneLine | None:
    return None if done is None else DoneLine(names.get(done[0], done[0]), done[1])

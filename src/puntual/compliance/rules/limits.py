"""
How often: limits of a period, gaps, pauses after a talk, one channel within a week.

Days are those of the person. Every rule answers with the day on which it has room again when nothing more happens.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from puntual.compliance.rules.laws import LawPack
from puntual.compliance.types import ContactFacts, Result
from puntual.compliance.types.packs import (
    CapRule,
    CooldownRule,
    Counted,
    GapRule,
    Limit,
    LockRule,
    Period,
    ReplyCapRule,
    Rule,
)
from puntual.contacts.types import Channel

# Nothing that is limited lies longer behind than a month, and a pause is shorter.
LOOK_BACK_DAYS = 62
_NEVER = 400
_DELIVERED = frozenset({Result.EFFECTIVE, Result.SENT, Result.VOICEMAIL})
_WEEK = 7
_ROLLING_MONTH = 30
# Day, channel and result of an earlier contact, in one zone, with its moment.
_Past = Sequence[tuple[date, Channel, Result, datetime]]


def spent(
    *, law: LawPack, facts: ContactFacts, zones: tuple[ZoneInfo, ...], at: datetime
) -> dict[str, datetime | None]:
    """Name the limits that have no room at a moment, each with the moment at which it has; None is never."""
    found: dict[str, datetime | None] = {}
    rules = [one for one in law.by_channel[facts.channel] if type(one) in _JUDGES]
    for one in zones if rules and facts.touches else ():
        past = _past(facts, one)
        today = at.astimezone(one).date()
        for rule in rules:
            if not rule.holds_on(today) or not _objects(rule, facts, law, past, today):
                continue
            days = (today + timedelta(days=ahead) for ahead in range(1, _NEVER))
            free = next((day for day in days if not _objects(rule, facts, law, past, day)), None)
            moment = (
                datetime.combine(free, time(), tzinfo=one).astimezone(at.tzinfo) if free is not None else None
            )
            known = found.get(rule.id, moment)
            found[rule.id] = None if moment is None or known is None else max(moment, known)
    return found


def remaining(
    *, law: LawPack, facts: ContactFacts, zones: tuple[ZoneInfo, ...], at: datetime
) -> tuple[tuple[str, int], ...]:
    """Say how many contacts each limit still admits at a moment, the strictest of its limits and zones."""
    found: dict[str, int] = {}
    for rule_id, _limit, left in remaining_of_each(law=law, facts=facts, zones=zones, at=at):
        found[rule_id] = min(found.get(rule_id, left), left)
    return tuple(found.items())


def remaining_of_each(
    *, law: LawPack, facts: ContactFacts, zones: tuple[ZoneInfo, ...], at: datetime
) -> tuple[tuple[str, Limit, int], ...]:
    """Say how many contacts each limit of each rule still admits at a moment, the strictest of the zones."""
    found: dict[tuple[str, Limit], int] = {}
    for one in zones:
        past = _past(facts, one)
        today = at.astimezone(one).date()
        for rule in law.by_channel[facts.channel]:
            if isinstance(rule, CapRule) and rule.holds_on(today):
                for limit in rule.limits:
                    left = max(limit.max - max(_counts(rule, limit, facts, law, past, today)), 0)
                    key = (rule.id, limit)
                    found[key] = min(found.get(key, left), left)
    return tuple((rule_id, limit, left) for (rule_id, limit), left in found.items())


def _past(facts: ContactFacts, one: ZoneInfo) -> _Past:
    """
    Put the contacts that are known into the person's days, the oldest first.

    Also those of later the same day: the clocks of two workers are never quite the same.
    """
    return sorted(
        (touch.at.astimezone(one).date(), touch.channel, touch.result, touch.at) for touch in facts.touches
    )


def _objects(rule: Rule, facts: ContactFacts, law: LawPack, past: _Past, today: date) -> bool:
    return _JUDGES[type(rule)](rule, facts, law, past, today)


def _counts(
    rule: CapRule, limit: Limit, facts: ContactFacts, law: LawPack, past: _Past, today: date
) -> Iterator[int]:
    """Count what a limit counts, in each of the periods that it may mean."""
    channels = (facts.channel,) if rule.per_channel_in_text and law.is_literal else rule.channels
    days = [day for day, channel, result, _at in past if channel in channels and _is(limit.counts, result)]
    for first in _begins(limit.period, today):
        yield sum(first <= day <= today for day in days)


def _is(counted: Counted, result: Result) -> bool:
    if counted is Counted.ATTEMPT:
        return result is not Result.INBOUND
    return result in _DELIVERED if counted is Counted.DELIVERY else result is Result.EFFECTIVE


def _begins(period: Period, today: date) -> tuple[date, ...]:
    """Return the first day of each period that a limit may mean."""
    rolling = today - timedelta(days=_WEEK - 1)
    if period is Period.DAY:
        return (today,)
    if period is Period.ROLLING_WEEK:
        return (rolling,)
    if period is Period.WEEK:
        return (rolling, today - timedelta(days=today.weekday()))
    return (today - timedelta(days=_ROLLING_MONTH - 1), today.replace(day=1))


def _cap(rule: CapRule, facts: ContactFacts, law: LawPack, past: _Past, today: date) -> bool:
    if rule.unless_answered_today and _answered(rule.channels, past, today):
        return False
    return any(
        count >= limit.max for limit in rule.limits for count in _counts(rule, limit, facts, law, past, today)
    )


def _answered(channels: Sequence[Channel], past: _Past, today: date) -> datetime | None:
    talks = [
        at
        for day, channel, result, at in past
        if day == today and channel in channels and result is Result.EFFECTIVE
    ]
    return min(talks, default=None)


def _reply_cap(rule: ReplyCapRule, _facts: ContactFacts, _law: LawPack, past: _Past, today: date) -> bool:
    answered = _answered(rule.channels, past, today)
    if answered is None:
        return False
    more = [
        at
        for day, channel, result, at in past
        if day == today and at > answered and channel in rule.channels and result is not Result.INBOUND
    ]
    return len(more) >= rule.max


def _gap(rule: GapRule, _facts: ContactFacts, _law: LawPack, past: _Past, today: date) -> bool:
    days = [
        day
        for day, channel, result, _at in past
        if channel in rule.channels and result is not Result.INBOUND and day <= today
    ]
    return bool(days) and (today - max(days)).days < rule.days


def _cooldown(rule: CooldownRule, _facts: ContactFacts, _law: LawPack, past: _Past, today: date) -> bool:
    days = [
        day
        for day, channel, result, _at in past
        if channel in rule.channels and result in {Result.EFFECTIVE, Result.INBOUND} and day <= today
    ]
    return bool(days) and (today - max(days)).days < rule.days


def _lock(rule: LockRule, facts: ContactFacts, _law: LawPack, past: _Past, today: date) -> bool:
    first = min(_begins(Period.WEEK, today))
    return any(
        channel is not facts.channel and channel in rule.channels and result in _DELIVERED
        for day, channel, result, _at in past
        if first <= day <= today
    )


_Judge = Callable[..., bool]
_JUDGES: dict[type, _Judge] = {
    CapRule: _cap,
    ReplyCapRule: _reply_cap,
    GapRule: _gap,
    CooldownRule: _cooldown,
    LockRule: _lock,
}

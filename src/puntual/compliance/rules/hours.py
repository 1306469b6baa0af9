"""Lawful hours: windows by channel, type of day and part of the country, in every zone in which somebody may be."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from puntual.compliance.rules.laws import LawPack
from puntual.compliance.types import ContactFacts
from puntual.compliance.types.packs import Hours, WindowRule
from puntual.lib.days import is_holiday

# How far ahead the next lawful moment is looked for.
_HORIZON_DAYS = 40
_OWN_HOURS = "X-HOURS-P1"
Window = tuple[time, time] | None


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo | None:
    """Return the time zone of that name, or None when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def hours_of(*, rule: WindowRule, is_literal: bool) -> Hours:
    """Return the hours of a rule by the profile."""
    return rule.text_hours if is_literal and rule.text_hours is not None else rule.hours


def window_on(*, hours: Hours, day: date, country: str, subdivision: str = "") -> Window:
    """Return the lawful hours of a local day, or None when no contact is lawful on it."""
    if is_holiday(day=day, country=country, subdivision=subdivision):
        return hours.holiday
    weekday = day.weekday()
    if weekday < 5:
        return hours.mon_fri
    return hours.sat if weekday == 5 else hours.sun


def windows(*, law: LawPack, facts: ContactFacts) -> tuple[tuple[WindowRule, str], ...]:
    """List the rules of hours that hold for a contact, each with the part of the country that it is asked for."""
    rules = [one for one in law.by_channel[facts.channel] if isinstance(one, WindowRule)]
    found: list[tuple[WindowRule, str]] = []
    for part in facts.subdivisions or ("",):
        own = [one for one in rules if part and part in one.subdivisions]
        found += [(one, part) for one in own or [one for one in rules if not one.subdivisions]]
        # Hours of the company hold beside those of a part of the country, which take the place of the country's alone.
        found += [(one, part) for one in rules if own and one in law.own]
    return tuple(found)


def closed(
    *, law: LawPack, facts: ContactFacts, zones: tuple[ZoneInfo, ...], at: datetime
) -> dict[str, datetime | None]:
    """Name the rules of hours that object at a moment, each with its next opening; None within 40 days."""
    found: dict[str, datetime | None] = {}
    for rule, part in windows(law=law, facts=facts):
        for one in zones:
            local = at.astimezone(one)
            if not rule.holds_on(local.date()) or _is_open(law, facts, rule, part, local):
                continue
            opens = _opening(law, facts, rule, part, one, at)
            _keep_later(found, rule.id, opens)
    narrow = [one for one in facts.own_hours if not one.widens]
    if narrow:
        for one in zones:
            local = at.astimezone(one)
            if not _is_within(facts, local, widens=False):
                _keep_later(found, _OWN_HOURS, _own_opening(facts, one, at))
    return found


def _keep_later(found: dict[str, datetime | None], rule_id: str, opens: datetime | None) -> None:
    known = found.get(rule_id, opens)
    found[rule_id] = None if opens is None or known is None else max(opens, known)


def _is_open(law: LawPack, facts: ContactFacts, rule: WindowRule, part: str, local: datetime) -> bool:
    if _is_within(facts, local, widens=True):
        return True
    hours = hours_of(rule=rule, is_literal=law.is_literal)
    window = window_on(hours=hours, day=local.date(), country=law.country, subdivision=part)
    return window is not None and window[0] <= local.time() < window[1]


def _is_within(facts: ContactFacts, local: datetime, *, widens: bool) -> bool:
    return any(
        own.widens is widens and local.weekday() in own.weekdays and own.start <= local.time() < own.end
        for own in facts.own_hours
    )


def _opening(
    law: LawPack, facts: ContactFacts, rule: WindowRule, part: str, one: ZoneInfo, at: datetime
) -> datetime | None:
    hours = hours_of(rule=rule, is_literal=law.is_literal)
    first = at.astimezone(one).date()
    for ahead in range(_HORIZON_DAYS):
        day = first + timedelta(days=ahead)
        starts = [own.start for own in facts.own_hours if own.widens and day.weekday() in own.weekdays]
        window = window_on(hours=hours, day=day, country=law.country, subdivision=part)
        if window is not None:
            starts.append(window[0])
        for start in sorted(starts):
            moment = datetime.combine(day, start, tzinfo=one).astimezone(at.tzinfo)
            if moment > at:
                return moment
    return None


def _own_opening(facts: ContactFacts, one: ZoneInfo, at: datetime) -> datetime | None:
    first = at.astimezone(one).date()
    moments = [
        datetime.combine(first + timedelta(days=ahead), own.start, tzinfo=one).astimezone(at.tzinfo)
        for ahead in range(8)
        for own in facts.own_hours
        if not own.widens and (first + timedelta(days=ahead)).weekday() in own.weekdays
    ]
    return min((moment for moment in moments if moment > at), default=None)

"""
May this contact happen at this moment?

Pure and total: every objecting rule is named, not only the first, and what is unknown objects. Sources of
the numbers stand in the law pack.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from puntual.companies.types import CompanyFacts
from puntual.compliance.types import ContactFacts, Content, LawPack, Verdict, VerdictOutcome
from puntual.contacts.types import PointState, Purpose
from puntual.lib.days import is_holiday

_NEEDS_DEBT = {Purpose.COLLECTION, Purpose.REMINDER}
# How far ahead the next lawful moment is looked for.
_HORIZON_DAYS = 40


def missing_contents(*, company: CompanyFacts, pack: LawPack) -> tuple[Content, ...]:
    """Name what messages must say of the creditor and the company did not tell, in the order of the law pack."""
    told = {
        Content.CREDITOR: company.legal_name,
        Content.ADDRESS: company.address,
        Content.CONTACT: company.phone or company.email,
        Content.PAYMENT: company.bank_account,
        Content.COMPLAINTS: company.complaint_contact,
    }
    return tuple(one for one in pack.contents if not told[one].strip())


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo | None:
    """Return the time zone of that name, or None when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def window_of(*, pack: LawPack, day: date) -> tuple[time, time] | None:
    """Return the lawful hours of a local day, or None when no contact is lawful on it."""
    if is_holiday(day=day, country=pack.country):
        return pack.window_holiday
    weekday = day.weekday()
    if weekday < 5:
        return pack.window_mon_fri
    return pack.window_sat if weekday == 5 else pack.window_sun


def _is_open(*, pack: LawPack, zones: tuple[ZoneInfo, ...], at: datetime) -> bool:
    for one in zones:
        local = at.astimezone(one)
        window = window_of(pack=pack, day=local.date())
        if window is None or not window[0] <= local.time() < window[1]:
            return False
    return True


def next_open(*, pack: LawPack, zones: tuple[ZoneInfo, ...], at: datetime) -> datetime | None:
    """Return the first moment from `at` on that lies in the window of every zone, or None within 40 days."""
    if _is_open(pack=pack, zones=zones, at=at):
        return at
    openings = []
    for one in zones:
        first = at.astimezone(one).date()
        for ahead in range(_HORIZON_DAYS):
            day = first + timedelta(days=ahead)
            window = window_of(pack=pack, day=day)
            if window is not None:
                openings.append(datetime.combine(day, window[0], tzinfo=one).astimezone(at.tzinfo))
    later = sorted(moment for moment in openings if moment >= at)
    return next((moment for moment in later if _is_open(pack=pack, zones=zones, at=moment)), None)


def _cap_objection(
    *, pack: LawPack, facts: ContactFacts, zones: tuple[ZoneInfo, ...], at: datetime
) -> tuple[str | None, datetime]:
    """Return the rule of a spent cap and the first moment at which all caps have room again."""
    rule = None
    free_at = at
    for cap in pack.caps:
        moments = facts.conversations_at if cap.counts_conversations else facts.attempts_at
        for one in zones:
            today = at.astimezone(one).date()
            days = [moment.astimezone(one).date() for moment in moments]
            counted = sorted(day for day in days if today - timedelta(days=cap.days) < day <= today)
            if len(counted) < cap.max:
                continue
            rule = cap.rule
            # Room comes back when the attempt that fills the last place leaves the period.
            leaves = counted[len(counted) - cap.max] + timedelta(days=cap.days)
            free_at = max(free_at, datetime.combine(leaves, time(), tzinfo=one).astimezone(at.tzinfo))
    return rule, free_at


def _standing_objections(*, facts: ContactFacts, pack: LawPack) -> list[str]:
    """Name the rules that object whatever the hour."""
    rules = []
    if facts.point_state is None or facts.owner_role is None or facts.has_debt is None:
        rules.append("X-DATA-01")
    if facts.country != pack.country:
        rules.append("X-DATA-01")
    if facts.owner_role is not None and facts.owner_role not in pack.parties:
        rules.append(pack.party_rule)
    if facts.point_state is not None and not facts.has_known_source:
        rules.append(pack.source_rule)
    if facts.point_state in {PointState.WRONG, PointState.BOUNCED}:
        rules.append("X-POINT-01")
    if facts.is_opted_out:
        rules.append("X-OPT-01")
    if facts.purpose in _NEEDS_DEBT:
        if facts.has_debt is False:
            rules.append("X-PAID-01")
        if facts.is_disputed:
            rules.append("X-DISP-01")
        if facts.is_on_hold:
            rules.append("X-HOLD-01")
        if facts.has_active_promise and facts.purpose is Purpose.COLLECTION:
            rules.append("X-PROM-01")
    elif facts.purpose is Purpose.THANKS and facts.is_on_hold:
        # A hold always wins: to thank for a payment is not to collect, but it is not silence either.
        rules.append("X-HOLD-01")
    return rules


def judge(*, facts: ContactFacts, pack: LawPack, at: datetime) -> Verdict:
    """
    Judge one contact at one moment.

    BLOCK names a rule that no later hour lifts; DEFER says when it would be lawful; ALLOW has no objection.
    """
    rules = _standing_objections(facts=facts, pack=pack)
    zones = tuple(found for found in (zone(name) for name in facts.time_zones) if found is not None)
    if not zones or len(zones) != len(facts.time_zones):
        rules.append("X-DATA-01")
        return Verdict(VerdictOutcome.BLOCK, tuple(dict.fromkeys(rules)), None)
    if not _is_open(pack=pack, zones=zones, at=at):
        rules.append(pack.window_rule)
    cap_rule, free_at = _cap_objection(pack=pack, facts=facts, zones=zones, at=at)
    if cap_rule:
        rules.append(cap_rule)
    named = tuple(dict.fromkeys(rules))
    if not named:
        return Verdict(VerdictOutcome.ALLOW, (), at)
    if set(named) <= {pack.window_rule, cap_rule}:
        moment = next_open(pack=pack, zones=zones, at=free_at)
        if moment is not None:
            return Verdict(VerdictOutcome.DEFER, named, moment)
    return Verdict(VerdictOutcome.BLOCK, named, None)

"""
May this contact happen at this moment?

Pure and total: every objecting rule is named, not only the first, and what is unknown objects. Sources of the numbers
stand in the law packs.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from puntual.companies.types import CompanyFacts
from puntual.compliance.rules import hours, limits, proofs, standing
from puntual.compliance.rules.hours import zone
from puntual.compliance.rules.laws import LawPack
from puntual.compliance.rules.processes import judge_process
from puntual.compliance.types import ContactFacts, Content, Flag, Verdict, VerdictOutcome
from puntual.compliance.types.packs import ContentRule, Limit, Rule, Severity

__all__ = [
    "LawPack",
    "hours",
    "judge",
    "judge_process",
    "missing_contents",
    "proofs",
    "remaining",
    "remaining_of_each",
    "zone",
]

_UNKNOWN = "X-DATA-01"
# Each step ends one objection; more than these in a row is a fault of a pack.
_STEPS_MAX = 100


def missing_contents(*, company: CompanyFacts, pack: LawPack) -> tuple[Content, ...]:
    """Name what messages must say of the creditor and the company did not tell, in the order of the law pack."""
    told = {
        Content.CREDITOR: company.legal_name,
        Content.ADDRESS: company.address,
        Content.CONTACT: company.phone or company.email,
        Content.PAYMENT: company.bank_account,
        Content.COMPLAINTS: company.complaint_contact,
    }
    wanted = dict.fromkeys(one for rule in pack.of(ContentRule) for one in rule.company)
    return tuple(one for one in wanted if not told[one].strip())


def judge(*, facts: ContactFacts, pack: LawPack, at: datetime) -> Verdict:
    """
    Judge one contact at one moment.

    BLOCK names a rule that no later hour lifts; DEFER says when it would be lawful; REVIEW waits for a person's
    release; ALLOW has no objection, or none that was not released.
    """
    zones = tuple(found for found in (zone(name) for name in facts.time_zones) if found is not None)
    if not zones or len(zones) != len(facts.time_zones):
        day = at.date()
        known = [one.id for one in standing.objecting(law=pack, facts=facts, day=day)]
        return Verdict(VerdictOutcome.BLOCK, _named(pack, [*known, _UNKNOWN], facts), None, law=pack)
    days = {at.astimezone(one).date() for one in zones}
    rules = {
        one.id: one for day in sorted(days) for one in standing.objecting(law=pack, facts=facts, day=day)
    }
    told = [
        one for one in rules.values() if one.severity is not Severity.WARN and not _is_released(one, facts)
    ]
    asking = facts.review_findings - facts.released
    reviewed = [one.id for one in told if one.severity is Severity.REVIEW] + sorted(asking)
    fixed = [one.id for one in told if one.severity is Severity.BLOCK] + sorted(facts.findings)
    timed = _timed(facts=facts, pack=pack, zones=zones, at=at)
    named = _named(pack, [*(one.id for one in told), *timed], facts)
    if not named:
        return Verdict(VerdictOutcome.ALLOW, (), at, law=pack)
    review = tuple(one for one in named if one in reviewed)
    if not fixed and not timed:
        return Verdict(VerdictOutcome.REVIEW, named, at, review, law=pack)
    moment = None if fixed else _next_moment(facts=facts, pack=pack, zones=zones, at=at, timed=timed)
    outcome = VerdictOutcome.BLOCK if moment is None else VerdictOutcome.DEFER
    return Verdict(outcome, named, moment, review, law=pack)


def _is_released(rule: Rule, facts: ContactFacts) -> bool:
    """Say whether a person released an objection; what forbids is never released, whoever names it."""
    return rule.severity is Severity.REVIEW and rule.id in facts.released


def remaining(*, facts: ContactFacts, pack: LawPack, at: datetime) -> tuple[tuple[str, int], ...]:
    """Say how many contacts each limit still admits at a moment."""
    zones = tuple(found for found in (zone(name) for name in facts.time_zones) if found is not None)
    return limits.remaining(law=pack, facts=facts, zones=zones, at=at)


def remaining_of_each(
    *, facts: ContactFacts, pack: LawPack, at: datetime
) -> tuple[tuple[str, Limit, int], ...]:
    """Say how many contacts each limit of each rule still admits at a moment."""
    zones = tuple(found for found in (zone(name) for name in facts.time_zones) if found is not None)
    return limits.remaining_of_each(law=pack, facts=facts, zones=zones, at=at)


def _named(pack: LawPack, rule_ids: list[str], facts: ContactFacts) -> tuple[str, ...]:
    """Name each objection once; a general rule that a country's own one says already is left out."""
    said = pack.replaced(rule_ids)
    words = facts.findings | (facts.review_findings - facts.released)
    whole = [*(one for one in rule_ids if one not in said), *sorted(words)]
    return tuple(dict.fromkeys(whole))


def _timed(
    *, facts: ContactFacts, pack: LawPack, zones: tuple[ZoneInfo, ...], at: datetime
) -> dict[str, datetime | None]:
    """Name the rules that a later moment lifts, each with that moment; an answer to the person waits for none."""
    if Flag.INBOUND_REPLY in facts.flags:
        return {}
    found = hours.closed(law=pack, facts=facts, zones=zones, at=at)
    if Flag.REQUESTED_INFO not in facts.flags:
        found |= limits.spent(law=pack, facts=facts, zones=zones, at=at)
    return found


def _next_moment(
    *,
    facts: ContactFacts,
    pack: LawPack,
    zones: tuple[ZoneInfo, ...],
    at: datetime,
    timed: dict[str, datetime | None],
) -> datetime | None:
    """Return the first moment at which no rule of time objects, when nothing more happens until then."""
    moment = at
    for _step in range(_STEPS_MAX):
        later = [one for one in timed.values() if one is not None]
        if len(later) < len(timed):
            return None
        moment = max(later)
        timed = _timed(facts=facts, pack=pack, zones=zones, at=moment)
        if not timed:
            return moment
    return None

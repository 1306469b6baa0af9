"""What objects whatever the hour: the person, the address, the channel, what a message says."""

from datetime import date

from puntual.compliance.rules.laws import LawPack
from puntual.compliance.types import ContactFacts
from puntual.compliance.types.packs import (
    ConsentRule,
    ContentRule,
    Flag,
    FlagRule,
    PartyRule,
    Rule,
    VisitRule,
)
from puntual.contacts.types import Channel, OwnerRole, PointState

_BAD = frozenset({PointState.WRONG, PointState.BOUNCED})


def marks_of(*, facts: ContactFacts, law: LawPack) -> frozenset[Flag]:
    """Name all that is known before a contact; what should be known and is not is a mark too."""
    found = set(facts.flags)
    if facts.point_state is None or facts.owner_role is None or facts.has_debt is None:
        found.add(Flag.UNKNOWN)
    if facts.country != law.country or not facts.time_zones:
        found.add(Flag.UNKNOWN)
    if facts.point_state is not None and not facts.has_known_source:
        found.add(Flag.UNKNOWN_SOURCE)
    if facts.point_state in _BAD:
        found.add(Flag.BAD_POINT)
    if facts.is_opted_out:
        found.add(Flag.OPTED_OUT)
    if facts.has_debt is False:
        found.add(Flag.NO_DEBT)
    if facts.is_disputed:
        found.add(Flag.DISPUTED)
    if facts.is_on_hold:
        found.add(Flag.ON_HOLD)
    if facts.has_active_promise:
        found.add(Flag.PROMISED)
    return frozenset(found)


def objecting(*, law: LawPack, facts: ContactFacts, day: date) -> list[Rule]:
    """List the rules that object to a contact on a local day, whatever the hour."""
    marks = marks_of(facts=facts, law=law)
    return [
        rule
        for rule in law.by_channel[facts.channel]
        if rule.holds_on(day) and _objects(rule, facts=facts, marks=marks)
    ]


def _objects(rule: Rule, *, facts: ContactFacts, marks: frozenset[Flag]) -> bool:
    if isinstance(rule, FlagRule):
        return _flag(rule, facts=facts, marks=marks)
    if isinstance(rule, PartyRule):
        return facts.owner_role is not None and facts.owner_role not in rule.allowed
    if isinstance(rule, ConsentRule):
        return not marks & {Flag.CHANNEL_AUTHORIZED, Flag.INBOUND_REPLY}
    if isinstance(rule, VisitRule):
        return facts.channel is Channel.VISIT and facts.product not in rule.except_products
    if isinstance(rule, ContentRule):
        required = rule.first if Flag.FIRST_CONTACT in marks else rule.later
        return bool(facts.missing & set(required))
    return False


def _flag(rule: FlagRule, *, facts: ContactFacts, marks: frozenset[Flag]) -> bool:
    if facts.purpose not in rule.purposes or marks & set(rule.unless):
        return False
    if rule.with_text and not (facts.findings | facts.review_findings) & set(rule.with_text):
        return False
    is_other = facts.owner_role is not OwnerRole.DEBTOR
    return bool(marks & set(rule.flags)) or (is_other and bool(marks & set(rule.flags_of_others)))

"""
May this person be contacted right now, and if not, from when and why?

What a page shows beside each contact point before somebody picks up the telephone. Nothing is written: the gate
itself is asked again when something is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.operations import reviewing
from puntual.compliance.types import (
    ContactFacts,
    IntendedContact,
    JudgedContact,
    ReviewAsk,
    RuleText,
    Verdict,
    VerdictOutcome,
)
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel, Listing, ListKind, Point, PointKind, Purpose
from puntual.flows import wording
from puntual.outreach.types import ClaimedMessage

_CHANNEL_OF = {
    PointKind.EMAIL: Channel.EMAIL,
    PointKind.PHONE: Channel.CALL,
    PointKind.ADDRESS: Channel.VISIT,
}


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a contact is allowed at this moment: the rules that object in words, and when it will be."""

    is_allowed: bool
    not_before: datetime | None
    rules: tuple[RuleText, ...]
    time_zones: tuple[str, ...]


def points_now(
    *, points: Sequence[Point], purpose: Purpose, country: str, today: date, at: datetime
) -> dict[int, Permission]:
    """Say for each contact point whether its owner may be called, written to or visited at this moment."""
    intended = [
        IntendedContact(point.customer_id, _CHANNEL_OF[point.kind], purpose, point.id) for point in points
    ]
    facts = law.contact_facts(contacts_intended=intended, country=country, today=today, at=at)
    verdicts = compliance.judge_contacts(contacts=facts, country=country, at=at)
    found = _permissions(facts=facts, verdicts=verdicts, country=country)
    listings = contacts.listings_for(customer_ids=list({point.customer_id for point in points}), today=today)
    return {
        point.id: _with_lists(one, [each for each in listings if each.point_id in (None, point.id)])
        for point, one in zip(points, found, strict=True)
    }


def _with_lists(permission: Permission, listings: Sequence[Listing]) -> Permission:
    """Say beside the rule that minds them on which lists an address or its person stands."""
    names = list(dict.fromkeys(f"«{one.name}»" for one in listings if one.kind is not ListKind.AD_REGISTER))
    if permission.is_allowed or not names:
        return permission
    told = RuleText(text=_("Está en: %s.") % ", ".join(names), source="", status="policy")
    return replace(permission, rules=(*permission.rules, told))


def tasks_now(*, action_ids: Sequence[int], country: str, today: date, at: datetime) -> dict[int, Permission]:
    """Say for each planned task that contacts somebody whether it may be done at this moment."""
    intended = law.intended_by(action_ids=action_ids)
    contacts = list(intended.values())
    facts = law.contact_facts(contacts_intended=contacts, country=country, today=today, at=at)
    verdicts = [
        one.verdict
        for one in judge_by_hand(contacts=contacts, facts=facts, country=country, today=today, at=at)
    ]
    return dict(zip(intended, _permissions(facts=facts, verdicts=verdicts, country=country), strict=True))


def judge_by_hand(
    *,
    contacts: Sequence[IntendedContact],
    facts: Sequence[ContactFacts],
    country: str,
    today: date,
    at: datetime,
) -> list[JudgedContact]:
    """Judge contacts that people make themselves, with what a person released of them today; in order."""

    def gate(asked: Sequence[ContactFacts]) -> list[tuple[Verdict, datetime | None]]:
        return [(one, None) for one in compliance.judge_contacts(contacts=asked, country=country, at=at)]

    judged = [
        JudgedContact(facts=fact, verdict=verdict, step_key="", action_id=None)
        for fact, (verdict, _about) in zip(facts, gate(facts), strict=True)
    ]
    asks = {
        place: ReviewAsk(one, contact.contact_point_id)
        for place, (one, contact) in enumerate(zip(judged, contacts, strict=True))
        if one.verdict.outcome is VerdictOutcome.REVIEW and contact.contact_point_id is not None
    }
    if asks:
        again = reviewing.with_releases(asks=list(asks.values()), judge=gate, today=today)
        for place, one in zip(asks, again, strict=True):
            judged[place] = one
    return judged


def judge(
    *, contact: IntendedContact, template: str, country: str, today: date, at: datetime
) -> tuple[ContactFacts, Verdict]:
    """Judge one contact, by the words of a template or by a person's, at this moment with facts read anew."""
    (facts,) = law.contact_facts(contacts_intended=[contact], country=country, today=today, at=at)
    facts = wording.with_unsaid_of(facts=facts, template=template)
    return facts, compliance.judge_contacts(contacts=[facts], country=country, at=at)[0]


def facts_of_answers(
    *, messages: Sequence[ClaimedMessage], keys: Sequence[str], country: str, today: date, at: datetime
) -> list[ContactFacts]:
    """
    Read what the law looks at before messages that somebody wrote to one person: no action of a plan is behind them.

    `keys` name the contacts that they are.
    """
    intended = [
        IntendedContact(one.customer_id, one.channel, one.purpose, one.contact_point_id) for one in messages
    ]
    return law.contact_facts(
        contacts_intended=intended, country=country, today=today, at=at, own_keys=list(keys)
    )


def _permissions(
    *, facts: Sequence[ContactFacts], verdicts: Sequence[Verdict], country: str
) -> list[Permission]:
    return [
        Permission(
            is_allowed=verdict.outcome is VerdictOutcome.ALLOW,
            not_before=verdict.not_before if verdict.outcome is VerdictOutcome.DEFER else None,
            rules=rule_words(verdict=verdict, country=country),
            time_zones=one.time_zones,
        )
        for one, verdict in zip(facts, verdicts, strict=True)
    ]


def rule_words(*, verdict: Verdict, country: str) -> tuple[RuleText, ...]:
    """Give the rules that object their wording; a rule or a country without a pack is named by its code."""
    words = []
    for rule_id in verdict.rule_ids:
        try:
            found = law.rule_text(rule_id=rule_id, country=country)
        except law.UnknownCountry:
            found = None
        words.append(found or RuleText(text=rule_id, source="", status=""))
    return tuple(words)

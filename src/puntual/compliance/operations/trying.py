"""
A contact that somebody only asks about, judged as the gate judges every other.

Reads: the law packs
Writes: nothing
Guarantees: the same facts get the same verdict here and at the gate; no table is read or written.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from puntual.compliance import queries, rules, texts
from puntual.compliance.operations import judge_by, with_text
from puntual.compliance.queries import LawPack
from puntual.compliance.queries.rule_words import limit_words
from puntual.compliance.texts.types import TextFacts
from puntual.compliance.types import ContactFacts, Flag, RuleText, Touched
from puntual.compliance.types.packs import Status
from puntual.compliance.types.trying import Gap, Trial, Tried
from puntual.contacts import queries as contacts
from puntual.contacts.types import PointState


def try_contact(*, trial: Trial, law: LawPack) -> Tried:
    """
    Say whether a contact would be lawful, which rules object, from when on it would be, and what is left of limits.
    """
    zones = contacts.zones_at(
        time_zone="", state=trial.state, city="", phone="", country=trial.country
    ) or queries.zones_of_country(country=trial.country)
    # The first zone reads the person's own moments; all of them judge.
    own = ZoneInfo(zones[0]) if zones else ZoneInfo(law.file.time_zones[0])
    facts = with_text(facts=_facts(trial, zones=zones, own=own), text=trial.text)
    told = _told_of(trial)
    at = _moment(trial.at, own)
    (verdict,) = judge_by(contacts=[facts], law=law, at=at)
    next_at = verdict.not_before.astimezone(own) if verdict.not_before is not None else None
    return Tried(
        outcome=verdict.outcome,
        objections=tuple((one, told.get(one) or law.rules.get(one)) for one in verdict.rule_ids),
        next_at=next_at,
        remaining=tuple(
            (rule_id, limit_words(limit=limit), left)
            for rule_id, limit, left in rules.remaining_of_each(facts=facts, pack=law, at=at)
        ),
        gaps=_gaps(trial, zones=zones),
        zones=zones,
        pack_version=law.version,
    )


def _told_of(trial: Trial) -> dict[str, RuleText]:
    """Say of each kind of wording that objects which words it is in, and the rule."""
    verdict = texts.check(text=trial.text, facts=TextFacts(country=trial.country, channel=trial.channel))
    return {
        one.category: RuleText(
            text=f"«{one.excerpt}»: {one.rule}",
            source=one.source,
            status=Status.LAW.value,
            severity=one.severity.value,
        )
        for one in reversed(verdict.findings)
    }


def _facts(trial: Trial, *, zones: tuple[str, ...], own: ZoneInfo) -> ContactFacts:
    return ContactFacts(
        customer_id=0,
        channel=trial.channel,
        purpose=trial.purpose,
        country=trial.country,
        time_zones=zones,
        owner_role=trial.owner_role,
        point_state=PointState.VERIFIED,
        has_known_source=True,
        is_opted_out=False,
        has_debt=True,
        is_disputed=False,
        is_on_hold=False,
        has_active_promise=False,
        touches=tuple(
            sorted(
                (Touched(_moment(at, own), channel, result) for at, channel, result in trial.touches),
                key=lambda one: one.at,
                reverse=True,
            )
        ),
        # Marks say what the columns of a customer say elsewhere: no debt, a dispute, a pause.
        flags=trial.flags,
        subdivisions=queries.subdivisions_of(country=trial.country, state=trial.state),
        product=trial.product,
        missing=trial.missing,
        own_hours=trial.own_hours,
    )


def _moment(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _gaps(trial: Trial, *, zones: tuple[str, ...]) -> tuple[Gap, ...]:
    lacking = {
        Gap.PLACE: not zones,
        Gap.OWNER: trial.owner_role is None,
        Gap.OTHER: Flag.UNKNOWN in trial.flags,
    }
    return tuple(gap for gap, lacks in lacking.items() if lacks)

"""The law as it holds for this company: the country's, and what the company added to it or reads by its letter."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from django.utils.translation import gettext as _

from puntual.compliance import rules
from puntual.compliance.queries.packs import UnknownCountry, law_pack, shipped_text
from puntual.compliance.rules import LawPack, proofs
from puntual.compliance.types import RuleText
from puntual.compliance.types.own import OWN_RULE, PREFIX, Effect, OwnProfile, OwnState, OwnVersion
from puntual.db import named, rows
from puntual.lib.errors import NotFound

log = structlog.get_logger("puntual.compliance")
_SQL = named.load(Path(__file__).parent.parent / "sql" / "own_law.sql")
# Verdicts that are given again to say what a change would have done.
_TRIED_MAX = 2_000
_TRIED_DAYS = 30


class BrokenLaw(UnknownCountry):
    """The law of a country, or what the company added to it, cannot be read: nobody there may be contacted."""


def company_law(*, country: str, at: datetime) -> LawPack:
    """
    Return the law that holds for this company at a moment, its own rules among it. One statement.

    Raises: UnknownCountry; BrokenLaw, which is one, where a pack or what the company added cannot be read.
    """
    try:
        version = own_version(country=country, at=at)
        return law_pack(country=country) if version is None else law_with(version=version, at=at)
    except ValueError as error:
        raise BrokenLaw(country) from error


def law_of_trial(*, country: str, day: date, now: datetime) -> LawPack:
    """
    Return the law by which a contact on a day is tried: that of now, and of a day to come as far as it is known.

    Raises: UnknownCountry; BrokenLaw where it cannot be read.
    """
    return company_law(country=country, at=max(now, datetime.combine(day, time(), tzinfo=UTC)))


def known_law(*, country: str, at: datetime) -> LawPack | None:
    """Return the law that holds for this company at a moment; None where there is none, or none that can be read."""
    try:
        return company_law(country=country, at=at)
    except BrokenLaw:
        log.exception("law-pack-broken", country=country)
        return None
    except UnknownCountry:
        return None


def laws_over_time(*, country: str) -> Callable[[datetime], LawPack | None]:
    """
    Return what says which law holds for this company at any moment, of what is in force now. One statement.

    It answers None where there is no law, or none that can be read.
    """
    ever = [one for one in own_versions(country=country) if one.effective_at is not None]

    def held(at: datetime) -> LawPack | None:
        past = [one for one in ever if one.effective_at is not None and one.effective_at <= at]
        try:
            if not past:
                return law_pack(country=country)
            return law_with(version=max(past, key=lambda one: (one.effective_at, one.number)), at=at)
        except (UnknownCountry, ValueError):
            return None

    return held


def law_with(*, version: OwnVersion, at: datetime) -> LawPack:
    """
    Return the law of a country with one version of a company's own.

    Raises: UnknownCountry.
    """
    if version.is_broken:
        raise BrokenLaw(version.country)
    shipped = law_pack(country=version.country)
    is_signed = version.literal_digest == shipped.literal_digest
    return _law(shipped, version, at, is_signed=is_signed)


def law_of(*, country: str, profile: OwnProfile, at: datetime) -> LawPack:
    """
    Return the law of a country as it would be at a moment if a company added this to it. Nothing is read or written.

    Raises: UnknownCountry.
    """
    is_literal = _is_literal(profile, at)
    return _ready(law_pack(country=country), profile.model_dump_json(), 0, "", is_literal)


def _law(shipped: LawPack, version: OwnVersion, at: datetime, *, is_signed: bool) -> LawPack:
    # A pack that came after the sign-off and reads otherwise was signed by nobody.
    is_literal = is_signed and _is_literal(version.profile, at)
    return _ready(shipped, version.profile.model_dump_json(), version.number, version.proof, is_literal)


def _is_literal(profile: OwnProfile, at: datetime) -> bool:
    # The last day is one of UTC: it is over before it is over anywhere in the Americas.
    return profile.literal_until is not None and at.astimezone(UTC).date() <= profile.literal_until


@lru_cache(maxsize=512)
def _ready(shipped: LawPack, profile: str, number: int, proof: str, is_literal: bool) -> LawPack:
    # What a run works out of a law is kept with it: the same law is the same object.
    return LawPack(
        file=shipped.file,
        common=shipped.common,
        is_literal=is_literal,
        own=_profile(profile).rules,
        own_number=number,
        own_proof=proof,
    )


@lru_cache(maxsize=512)
def _profile(text: str) -> OwnProfile:
    return OwnProfile.model_validate_json(text)


def own_version(*, country: str, at: datetime) -> OwnVersion | None:
    """
    Return the version of this company's own law that is in force at a moment; None: it has none.
    """
    found = rows.fetch_dicts(_SQL["in_force"], {"country": country, "at": at})
    return _version(found[0]) if found else None


def own_versions(*, country: str) -> list[OwnVersion]:
    """List the versions of this company's own law, proposed and refused ones too, the newest first."""
    return [_version(row) for row in rows.fetch_dicts(_SQL["versions"], {"country": country})]


def every_version() -> list[OwnVersion]:
    """Return every version that is or was in force, of whatever country."""
    return [_version(row) for row in rows.fetch_dicts(_SQL["ever_in_force"])]


def own_version_by_id(*, version_id: int) -> OwnVersion:
    """
    Return a version of this company's own law.

    Raises: NotFound.
    """
    found = rows.fetch_dicts(_SQL["version"], {"version_id": version_id})
    if not found:
        raise NotFound(_("Esa versión no existe."))
    return _version(found[0])


def _version(row: dict[str, Any]) -> OwnVersion:
    read = ("profile", "state", "is_broken")
    kept = {name: row[name] for name in OwnVersion.__dataclass_fields__ if name not in read}
    try:
        profile, is_broken = _profile(row["profile"]), False
    except ValueError:
        profile, is_broken = OwnProfile(), True
    return OwnVersion(**kept, profile=profile, is_broken=is_broken, state=OwnState(row["state"]))


def rule_text(*, rule_id: str, country: str) -> RuleText | None:
    """Return the wording of a rule, of the law or of this company, also of one that was given up; None: unknown."""
    if not rule_id.startswith(PREFIX):
        return shipped_text(rule_id=rule_id, country=country)
    found = rows.fetch_all(_SQL["named"], {"country": country, "rule_id": rule_id})
    if not found:
        return None
    one = OWN_RULE.validate_json(found[0][0])
    return RuleText(one.text, one.source, one.status.value, one.severity.value, one.question)


def effect_of(*, before: LawPack, after: LawPack, at: datetime) -> Effect:
    """Judge the newest contacts of the last 30 days once more, as if another law had held. One statement."""
    since = at - timedelta(days=_TRIED_DAYS)
    found = rows.fetch_all(_SQL["judged_lately"], {"since": since, "until": at, "limit": _TRIED_MAX})
    stopped, let_through, by_rule = 0, 0, Counter[str]()
    for customer_id, channel, judged_at, inputs in found:
        facts = proofs.facts_of(customer_id=customer_id, channel=channel, inputs=rows.as_json(inputs))
        was = rules.judge(facts=facts, pack=before, at=judged_at)
        now = rules.judge(facts=facts, pack=after, at=judged_at)
        by_rule.update(set(now.rule_ids) - set(was.rule_ids))
        # An objection of now: the contact would not have been made at its moment.
        stopped += not was.rule_ids and bool(now.rule_ids)
        let_through += bool(was.rule_ids) and not now.rule_ids
    oldest = min((one[2] for one in found), default=since)
    return Effect(
        since=oldest,
        judged=len(found),
        stopped=stopped,
        let_through=let_through,
        by_rule=tuple(by_rule.most_common()),
    )

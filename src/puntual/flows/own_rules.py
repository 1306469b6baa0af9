"""
A company adds to the law, or chooses its literal reading: proposed, put in force, and told of.

What was planned before a stricter rule is asked for again when it leaves, so it holds from the commit on.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.compliance import queries as law
from puntual.compliance.operations import own_law
from puntual.compliance.operations.own_law import UnableToChangeLaw
from puntual.compliance.types import packs as p
from puntual.compliance.types.own import Effect, OwnProfile, OwnState, OwnVersion

_SUBJECT = "own_law"


def profile_now(*, country: str, at: datetime) -> tuple[int, OwnProfile]:
    """Return the number and the content of a company's own law that is in force; 0 and nothing where it has none."""
    version = law.own_version(country=country, at=at)
    if version is None:
        return 0, OwnProfile()
    until = version.profile.literal_until
    if until is not None and until < at.date():
        # It is over: a change of today does not carry it on.
        return version.number, OwnProfile(rules=version.profile.rules)
    return version.number, version.profile


@transaction.atomic
def change(
    *,
    country: str,
    based_on: int,
    profile: OwnProfile,
    reason: str,
    counsel: str = "",
    basis: str = "",
    actor: Actor,
    at: datetime,
) -> OwnVersion:
    """
    Keep a new version of a company's own law: in force at once where it only forbids more, else for a second person.

    A version that keeps the literal reading of the one before keeps who answers for it.

    Raises: compliance.UnableToChangeLaw.
    """
    current = law.own_version(country=country, at=at)
    if current is not None and current.profile.literal_until == profile.literal_until:
        counsel, basis = current.counsel, current.basis
    version = own_law.propose(
        country=country,
        based_on=based_on,
        profile=profile,
        reason=reason,
        counsel=counsel,
        basis=basis,
        actor=actor,
        at=at,
    )
    _tell(version, actor=actor, at=at)
    return version


@transaction.atomic
def decide(*, version_id: int, is_accepted: bool, reason: str, actor: Actor, at: datetime) -> OwnVersion:
    """
    Put a proposed version in force, or refuse it.

    Raises: NotFound; compliance.UnableToChangeLaw.
    """
    version = own_law.decide(
        version_id=version_id, is_accepted=is_accepted, reason=reason, actor=actor, at=at
    )
    _tell(version, actor=actor, at=at)
    return version


_ACTIONS = {
    OwnState.PROPOSED: "own-law-proposed",
    OwnState.IN_FORCE: "own-law-in-force",
    OwnState.REFUSED: "own-law-refused",
}


def _tell(version: OwnVersion, *, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor,
        action=_ACTIONS[version.state],
        subject_type=_SUBJECT,
        subject_id=version.id,
        after={
            "country": version.country,
            "number": version.number,
            "rules": [one.id for one in version.profile.rules],
            "literal_until": version.profile.literal_until.isoformat()
            if version.profile.literal_until
            else None,
        },
        at=at,
    )


def with_rule(*, country: str, rule: p.Rule, at: datetime) -> OwnProfile:
    """
    Return a company's own law as it would be with one more rule, or with it in place of that of its id.

    Raises: compliance.UnableToChangeLaw.
    """
    _number, before = profile_now(country=country, at=at)
    return own_law.profile_with(before=before, rule=rule)


def without_rule(*, country: str, rule_id: str, at: datetime) -> OwnProfile:
    """
    Return a company's own law as it would be without a rule.

    Raises: compliance.UnableToChangeLaw.
    """
    _number, before = profile_now(country=country, at=at)
    if all(one.id != rule_id for one in before.rules):
        raise UnableToChangeLaw(_("La empresa ya no tiene esa regla."))
    return own_law.profile_with(before=before, without=rule_id)


def effect(*, country: str, profile: OwnProfile, at: datetime) -> Effect:
    """
    Say what a company's own law would have done to the contacts that were judged lately. Nothing is written.

    Raises: UnknownCountry.
    """
    before = law.company_law(country=country, at=at)
    return law.effect_of(before=before, after=law.law_of(country=country, profile=profile, at=at), at=at)

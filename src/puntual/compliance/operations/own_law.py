"""
What a company adds to the law, and the literal reading that it may choose.

Reads: compliance.OwnLaw
Writes: compliance.OwnLaw
Guarantees: what only forbids more holds at once; what gives anything up waits for a second person, who is not its
author; every version stays, whatever comes after it; one change of a country at a time.
"""

from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import ValidationError

from puntual.audit.types import Actor, ActorKind
from puntual.compliance.queries import own_law as versions
from puntual.compliance.queries.packs import law_pack
from puntual.compliance.rules.own import LITERAL, loosened
from puntual.compliance.types import packs as p
from puntual.compliance.types.own import PREFIX, OwnProfile, OwnState, OwnVersion
from puntual.db import named, rows
from puntual.db.locks import Lock, lock_in_transaction
from puntual.lib.errors import DomainError

_SQL = named.load(Path(__file__).parent.parent / "sql" / "own_law.sql")
_REASON_MIN = 5
# A sign-off is looked at again at least once a year.
LITERAL_DAYS_MAX = 366


class UnableToChangeLaw(DomainError):
    """The change cannot be kept; the message says why."""

    code = "unable-to-change-law"


def propose(
    *,
    country: str,
    based_on: int,
    profile: OwnProfile,
    reason: str,
    counsel: str,
    basis: str,
    actor: Actor,
    at: datetime,
) -> OwnVersion:
    """
    Keep a new version of a company's own law: in force at once where it only forbids more, else for a second person.

    `based_on`: the number of the version that its author saw in force; 0: none. Requires a transaction.

    Raises: UnableToChangeLaw.
    """
    lock_in_transaction(lock=Lock.OWN_LAW, key=country)
    # By number, whatever the clocks say: what another hand put in force a moment ago is what this change follows.
    newest = rows.fetch_all(_SQL["newest"], {"country": country})
    effective_at = max(at, newest[0][0]) if newest else at
    current = versions.own_version(country=country, at=effective_at)
    before = current.profile if current else OwnProfile()
    _check(
        profile,
        before,
        reason=reason,
        counsel=counsel,
        basis=basis,
        actor=actor,
        at=at,
        is_broken=current is not None and current.is_broken,
    )
    if (current.number if current else 0) != based_on:
        raise UnableToChangeLaw(
            _("Las reglas de la empresa cambiaron mientras tanto. Revise y vuelva a intentar.")
        )
    if any(one.state is OwnState.PROPOSED for one in versions.own_versions(country=country)):
        raise UnableToChangeLaw(_("Ya hay un cambio que espera a una segunda persona: primero decida ese."))
    # Whatever follows what nobody can read may be looser than it.
    given_up = loosened(before=before, after=profile)
    is_looser = bool(given_up) or (current is not None and current.is_broken)
    # Only who signs the literal reading signs the readings of today's pack; a rule more carries on what was signed.
    signed = (
        law_pack(country=country).literal_digest
        if LITERAL in given_up or current is None
        else current.literal_digest
    )
    found = rows.fetch_all(
        _SQL["add"],
        {
            "country": country,
            "number": rows.fetch_all(_SQL["last_number"], {"country": country})[0][0] + 1,
            "profile": profile.model_dump_json(),
            "is_literal": profile.literal_until is not None,
            "is_looser": is_looser,
            "state": (OwnState.PROPOSED if is_looser else OwnState.IN_FORCE).value,
            "reason": reason.strip(),
            "counsel": counsel.strip() if profile.literal_until else "",
            "basis": basis.strip() if profile.literal_until else "",
            "author_id": actor.id,
            "author": actor.label[:120],
            "at": at,
            "effective_at": None if is_looser else effective_at,
            "literal_digest": signed if profile.literal_until else "",
        },
    )
    return versions.own_version_by_id(version_id=found[0][0])


def _check(
    profile: OwnProfile,
    before: OwnProfile,
    *,
    reason: str,
    counsel: str,
    basis: str,
    actor: Actor,
    at: datetime,
    is_broken: bool,
) -> None:
    if actor.kind is not ActorKind.STAFF or actor.id is None:
        raise UnableToChangeLaw(_("Solo una persona del equipo cambia las reglas de la empresa."))
    if profile == before and not is_broken:
        raise UnableToChangeLaw(_("No hay ningún cambio."))
    if len(reason.strip()) < _REASON_MIN:
        raise UnableToChangeLaw(_("Diga por qué, con unas palabras."))
    until = profile.literal_until
    if until is None:
        return
    if not counsel.strip() or not basis.strip():
        raise UnableToChangeLaw(
            _("La lectura literal necesita el nombre de quien la dictamina y su fundamento.")
        )
    if until != before.literal_until and not 0 <= (until - at.date()).days <= LITERAL_DAYS_MAX:
        raise UnableToChangeLaw(_("La lectura literal se libera desde hoy y hasta por un año."))


def decide(*, version_id: int, is_accepted: bool, reason: str, actor: Actor, at: datetime) -> OwnVersion:
    """
    Put a proposed version in force, or refuse it; who wrote it cannot let it pass, and may take it back.

    Requires a transaction.

    Raises: NotFound; UnableToChangeLaw.
    """
    version = versions.own_version_by_id(version_id=version_id)
    lock_in_transaction(lock=Lock.OWN_LAW, key=version.country)
    version = versions.own_version_by_id(version_id=version_id)
    if actor.kind is not ActorKind.STAFF or actor.id is None:
        raise UnableToChangeLaw(_("Solo una persona del equipo cambia las reglas de la empresa."))
    if version.state is not OwnState.PROPOSED:
        raise UnableToChangeLaw(_("Ese cambio ya se decidió."))
    if is_accepted and actor.id == version.author_id:
        raise UnableToChangeLaw(_("Lo que afloja una regla lo aprueba otra persona, no quien lo propuso."))
    until = version.profile.literal_until
    if is_accepted and until is not None and until < at.date():
        raise UnableToChangeLaw(_("El último día de la lectura literal ya pasó."))
    newest = rows.fetch_all(_SQL["newest"], {"country": version.country})
    effective_at = max(at, newest[0][0]) if newest else at
    rows.execute(
        _SQL["decide"],
        {
            "version_id": version_id,
            "state": (OwnState.IN_FORCE if is_accepted else OwnState.REFUSED).value,
            "decided_by_id": actor.id,
            "decided_by": actor.label[:120],
            "reason": reason.strip(),
            "at": at,
            "effective_at": effective_at if is_accepted else None,
        },
    )
    return versions.own_version_by_id(version_id=version_id)


def new_rule_id(*, country: str, kind: str) -> str:
    """Return an id for an own rule of a kind; none is ever given twice."""
    number = rows.fetch_all(_SQL["last_rule"], {"country": country})[0][0] + 1
    return f"{PREFIX}{_WORDS.get(kind, 'RULE')}-{number:02}"


# The word of an id that says what its rule is about, as in the packs.
_WORDS = {
    "window": "WIN",
    "cap": "FREQ",
    "reply_cap": "FREQ",
    "gap": "FREQ",
    "cooldown": "FREQ",
    "lock": "FREQ",
    "party": "PARTY",
    "flag": "PARTY",
    "consent": "CHAN",
    "visit": "PLACE",
    "content": "CONT",
}


def profile_with(*, before: OwnProfile, rule: p.Rule | None = None, without: str = "") -> OwnProfile:
    """
    Return a company's own law with one rule more, or in place of that of its id, or with one less.

    Raises: UnableToChangeLaw.
    """
    kept = tuple(one for one in before.rules if one.id not in {without, rule.id if rule else ""})
    try:
        return OwnProfile(
            rules=(*kept, rule) if rule is not None else kept, literal_until=before.literal_until
        )
    except ValidationError as error:
        raise UnableToChangeLaw(_("Esa regla no se puede hacer: %s.") % error.errors()[0]["msg"]) from error

"""Reads of compliance: law packs, fresh facts before a contact, verdicts given."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from puntual.companies.types import CompanyFacts
from puntual.compliance import rules
from puntual.compliance.queries.contents import unsaid
from puntual.compliance.queries.own_law import (
    BrokenLaw,
    company_law,
    effect_of,
    known_law,
    law_of,
    law_of_trial,
    law_with,
    laws_over_time,
    own_version,
    own_version_by_id,
    own_versions,
    rule_text,
)
from puntual.compliance.queries.packs import (
    UnknownCountry,
    asks_for,
    countries,
    law_pack,
    products_of_rules,
    subdivisions_of,
    versions,
    zones_of_country,
)
from puntual.compliance.queries.people import Effect, effects_of, flags_of, is_lawful_within, reserved_rules
from puntual.compliance.queries.reading import (
    changes,
    editions,
    open_questions,
    pack_edition,
    read_pack,
    read_rule,
)
from puntual.compliance.rules import LawPack
from puntual.compliance.types import (
    FIRST_CONTACT_AFTER,
    ContactFacts,
    Content,
    IntendedContact,
    OwnHours,
    Result,
    Touched,
    VerdictOutcome,
)
from puntual.contacts import queries as contacts
from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    CircumstanceKind,
    OwnerRole,
    PointState,
    Purpose,
    Touch,
)
from puntual.db import named, rows

__all__ = [
    "BrokenLaw",
    "Effect",
    "LawPack",
    "UnknownCountry",
    "asks_for",
    "changes",
    "company_law",
    "contact_facts",
    "countries",
    "editions",
    "effect_of",
    "effects_of",
    "flags_of",
    "intended_by",
    "is_first",
    "is_lawful_within",
    "known_law",
    "law_of",
    "law_of_trial",
    "law_pack",
    "law_with",
    "laws_over_time",
    "missing_contents",
    "open_questions",
    "own_version",
    "own_version_by_id",
    "own_versions",
    "pack_edition",
    "products_of_rules",
    "read_pack",
    "read_rule",
    "refusals_by_rule",
    "refused_count",
    "refused_people",
    "reserved_rules",
    "rule_text",
    "send_facts",
    "subdivisions_of",
    "touched",
    "unsaid",
    "verdicts_of",
    "versions",
    "zones_of_country",
]
# Contacts of ours by which a person learned of the debt, or may have.
_REACHED = frozenset({AttemptOutcome.SENT, AttemptOutcome.DELIVERED, AttemptOutcome.EFFECTIVE})
# Whom a call reached wrongly was not talked to.
_RESULTS: dict[str, Result] = {
    AttemptOutcome.EFFECTIVE: Result.EFFECTIVE,
    AttemptOutcome.NO_ANSWER: Result.NO_ANSWER,
    AttemptOutcome.WRONG_PARTY: Result.NO_ANSWER,
    AttemptOutcome.SENT: Result.SENT,
    AttemptOutcome.DELIVERED: Result.SENT,
    AttemptOutcome.BOUNCED: Result.FAILED,
    AttemptOutcome.FAILED: Result.FAILED,
    AttemptOutcome.INBOUND: Result.INBOUND,
}
_SQL = named.load(Path(__file__).parent.parent / "sql" / "verdicts.sql")


def missing_contents(*, company: CompanyFacts) -> tuple[Content, ...]:
    """
    Name what the law wants in every message of a company and the company did not tell.

    Raises: UnknownCountry.
    """
    return rules.missing_contents(company=company, pack=law_pack(country=company.country))


def contact_facts(
    *,
    contacts_intended: Sequence[IntendedContact],
    country: str,
    today: date,
    at: datetime,
    minds_segments: bool = True,
    own_keys: Sequence[str] = (),
) -> list[ContactFacts]:
    """
    Gather, fresh from the tables, what the law looks at before each intended contact.

    `minds_segments`: whoever stands in a paused segment now is on hold. A run knows better where they will stand.

    `own_keys`: places in budgets that were taken for these very contacts, and do not stand in their way.

    The statement count does not grow with the contacts; the answers stand in the order given.
    """
    if not contacts_intended:
        return []
    law = known_law(country=country, at=at)
    found = rows.fetch_dicts(
        _SQL["contact_facts"],
        {
            "customer_ids": rows.as_array([one.customer_id for one in contacts_intended]),
            "channels": rows.as_texts([one.channel.value for one in contacts_intended]),
            "purposes": rows.as_texts([one.purpose.value for one in contacts_intended]),
            "point_ids": rows.as_array([one.contact_point_id for one in contacts_intended]),
            "since": at - law.look_back if law else at,
            "known_since": at - FIRST_CONTACT_AFTER,
            "today": today,
            "minds_segments": minds_segments,
            "at": at,
            "own_keys": list(own_keys),
            "barred_before": law.barred_before(day=today) if law else None,
        },
    )
    zones = contacts.zones_for(customer_ids=list({row["customer_id"] for row in found}), country=country)
    return [_facts(row, country=country, zones=zones) for row in found]


def send_facts(
    *, action_ids: Sequence[int], country: str, today: date, at: datetime, own_keys: Sequence[str] = ()
) -> dict[int, ContactFacts]:
    """
    Gather the facts of planned actions again, right before the contact.

    An action that is not there, or contacts nobody, has no facts: nothing may be sent for it.
    """
    intended = intended_by(action_ids=action_ids)
    facts = contact_facts(
        contacts_intended=list(intended.values()), country=country, today=today, at=at, own_keys=own_keys
    )
    return dict(zip(intended, facts, strict=True))


def intended_by(*, action_ids: Sequence[int]) -> dict[int, IntendedContact]:
    """Return the contact that each planned action intends; one that contacts nobody has none."""
    return {
        row["action_id"]: IntendedContact(
            customer_id=row["customer_id"],
            channel=Channel(row["channel"]),
            purpose=Purpose(row["purpose"]),
            contact_point_id=row["contact_point_id"],
        )
        for row in rows.fetch_dicts(_SQL["action_contacts"], {"action_ids": list(action_ids)})
    }


def _facts(row: dict[str, Any], *, country: str, zones: dict[int, tuple[str, ...]]) -> ContactFacts:
    owner_role = OwnerRole(row["owner_role"]) if row["owner_role"] else None
    return ContactFacts(
        customer_id=row["customer_id"],
        channel=Channel(row["channel"]),
        purpose=Purpose(row["purpose"]),
        country=country,
        time_zones=zones.get(row["customer_id"]) or zones_of_country(country=country),
        owner_role=owner_role,
        point_state=PointState(row["point_state"]) if row["point_state"] else None,
        has_known_source=bool(row["source"]),
        is_opted_out=row["is_opted_out"],
        has_debt=row["has_debt"],
        is_disputed=row["is_disputed"],
        is_on_hold=row["is_on_hold"],
        has_active_promise=row["has_active_promise"],
        touches=tuple(
            touched(at=at, channel=channel, outcome=outcome)
            for at, channel, outcome in zip(
                row["touched_at"] or (), row["touched_by"] or (), row["touched_how"] or (), strict=True
            )
        ),
        flags=flags_of(
            circumstances=[CircumstanceKind(one) for one in row["circumstances"] or ()],
            is_authorized=row["is_authorized"],
            owner_role=owner_role,
            is_first=not row["was_reached"],
            is_time_barred=row["is_time_barred"],
            is_on_ad_register=row["is_on_ad_register"],
            is_on_stop_list=row["is_on_stop_list"],
        ),
        subdivisions=subdivisions_of(country=country, state=row["state"]),
        own_hours=(OwnHours(tuple(row["own_weekdays"]), row["own_start"], row["own_end"]),)
        if row["own_weekdays"]
        else (),
    )


def is_first(*, touches: Iterable[Touch], at: datetime) -> bool:
    """Say whether a contact at a moment would be the first, as far as these tell, or as good as the first."""
    return not any(
        one.is_ours and one.outcome in _REACHED and at - FIRST_CONTACT_AFTER <= one.at <= at
        for one in touches
    )


def touched(*, at: datetime, channel: str, outcome: str) -> Touched:
    """Put a contact as the log keeps it into the words in which limits count."""
    return Touched(at, Channel(channel), _RESULTS[outcome])


def verdicts_of(*, customer_id: int, limit: int) -> list[dict[str, Any]]:
    """Return the newest verdicts about one customer."""
    return rows.fetch_dicts(_SQL["verdicts_of"], {"customer_id": customer_id, "limit": limit})


def refusals_by_rule(*, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Count the refusals and deferrals of a period by rule."""
    return rows.fetch_dicts(_SQL["refusals_by_rule"], {"since": since, "until": until})


def refused_people(
    *,
    rule_id: str,
    outcome: VerdictOutcome | None,
    since: datetime,
    until: datetime,
    limit: int,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Return the verdicts of a period, of any or one outcome, to which a rule objected, newest first."""
    return rows.fetch_dicts(
        _SQL["refused_people"],
        {
            "rule_id": rule_id,
            "outcome": outcome,
            "since": since,
            "until": until,
            "limit": limit,
            "offset": offset,
        },
    )


def refused_count(*, rule_id: str, outcome: VerdictOutcome | None, since: datetime, until: datetime) -> int:
    """Count the verdicts of a period, of any or one outcome, to which a rule objected."""
    params = {"rule_id": rule_id, "outcome": outcome, "since": since, "until": until}
    return int(rows.fetch_all(_SQL["refused_count"], params)[0][0])

"""Reads of compliance: law packs, fresh facts before a contact, verdicts given."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from puntual.companies.types import CompanyFacts
from puntual.compliance import rules
from puntual.compliance.queries.packs import UnknownCountry, countries, law_pack, pack_version, rule_text, versions
from puntual.compliance.types import ContactFacts, Content, IntendedContact, Result, Touched
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel, OwnerRole, PointState, Purpose
from puntual.db import named, rows

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
) -> list[ContactFacts]:
    """
    Gather, fresh from the tables, what the law looks at before each intended contact.

    `minds_segments`: whoever stands in a paused segment now is on hold. A run knows better where they will stand.

    The statement count does not grow with the contacts; the answers stand in the order given.
    """
    if not contacts_intended:
        return []
    found = rows.fetch_dicts(
        _SQL["contact_facts"],
        {
            "customer_ids": rows.as_array([one.customer_id for one in contacts_intended]),
            "channels": rows.as_texts([one.channel.value for one in contacts_intended]),
            "purposes": rows.as_texts([one.purpose.value for one in contacts_intended]),
            "point_ids": rows.as_array([one.contact_point_id for one in contacts_intended]),
            "since": at - timedelta(days=9),
            "today": today,
            "minds_segments": minds_segments,
        },
    )
    zones = contacts.zones_for(customer_ids=list({row["customer_id"] for row in found}), country=country)
    return [_facts(row, country=country, zones=zones) for row in found]


def send_facts(
    *, action_ids: Sequence[int], country: str, today: date, at: datetime
) -> dict[int, ContactFacts]:
    """
    Gather the facts of planned actions again, right before the contact.

    An action that is not there, or contacts nobody, has no facts: nothing may be sent for it.
    """
    found = rows.fetch_dicts(_SQL["action_contacts"], {"action_ids": list(action_ids)})
    intended = [
        IntendedContact(
            customer_id=row["customer_id"],
            channel=Channel(row["channel"]),
            purpose=Purpose(row["purpose"]),
            contact_point_id=row["contact_point_id"],
        )
        for row in found
    ]
    facts = contact_facts(contacts_intended=intended, country=country, today=today, at=at)
    return {row["action_id"]: one for row, one in zip(found, facts, strict=True)}


def _facts(row: dict[str, Any], *, country: str, zones: dict[int, tuple[str, ...]]) -> ContactFacts:
    return ContactFacts(
        customer_id=row["customer_id"],
        channel=Channel(row["channel"]),
        purpose=Purpose(row["purpose"]),
        country=country,
        time_zones=zones.get(row["customer_id"], ()),
        owner_role=OwnerRole(row["owner_role"]) if row["owner_role"] else None,
        point_state=PointState(row["point_state"]) if row["point_state"] else None,
        has_known_source=bool(row["source"]),
        is_opted_out=row["is_opted_out"],
        has_debt=row["has_debt"],
        is_disputed=row["is_disputed"],
        is_on_hold=row["is_on_hold"],
        has_active_promise=row["has_active_promise"],
        attempts_at=tuple(row["attempts_at"] or ()),
        conversations_at=tuple(row["conversations_at"] or ()),
    )


def verdicts_of(*, customer_id: int, limit: int) -> list[dict[str, Any]]:
    """Return the newest verdicts about one customer."""
    return rows.fetch_dicts(_SQL["verdicts_of"], {"customer_id": customer_id, "limit": limit})


def refusals_by_rule(*, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Count the refusals and deferrals of a period by rule."""
    return rows.fetch_dicts(_SQL["refusals_by_rule"], {"since": since, "until": until})

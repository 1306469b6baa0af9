"""
Take the place of a contact before it is made, so that nobody else makes it too.

One budget for each person, over all debts, channels, collectors, agencies and workers: who is about to contact
somebody holds their budget, asks the law with all that counts, and takes the place in the same transaction. The place
counts as a contact until the contact is recorded, given up, or its time is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from puntual.audit.types import Actor
from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.types import (
    ContactFacts,
    IntendedContact,
    JudgedContact,
    Moment,
    Verdict,
    VerdictOutcome,
)
from puntual.contacts import operations as contacts
from puntual.contacts.types import COUNTED_PURPOSES, NewPlace

# Long enough for a call and its notes.
HELD = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Place:
    """Whether a contact may be made now; then its place is taken until `until`."""

    is_taken: bool
    until: datetime | None
    verdict: Verdict


@transaction.atomic
def reserve(
    *,
    key: str,
    contact: IntendedContact,
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
    held: timedelta = HELD,
) -> Place:
    """
    Take the place of a contact if the law allows it now; the verdict is kept either way.

    `key` is that of the attempt that it becomes; the same key again takes the same place.
    """
    contacts.hold_people(customer_ids=[contact.customer_id])
    facts = law.contact_facts(
        contacts_intended=[contact], country=country, today=today, at=at, own_keys=[key]
    )
    verdict = _judged(facts, country=country, at=at)
    is_taken = verdict.outcome is VerdictOutcome.ALLOW
    until = at + held if is_taken else None
    if until is not None and contact.purpose in COUNTED_PURPOSES:
        contacts.reserve(
            places=[NewPlace(key, contact.customer_id, contact.channel)], actor=actor, at=at, until=until
        )
    return Place(is_taken=is_taken, until=until, verdict=verdict)


def _judged(facts: Sequence[ContactFacts], *, country: str, at: datetime) -> Verdict:
    verdict = compliance.judge_contacts(contacts=facts, country=country, at=at)[0]
    compliance.record_verdicts(
        judged=[JudgedContact(facts=facts[0], verdict=verdict, step_key="", action_id=None)],
        country=country,
        moment=Moment.SENDING,
        at=at,
    )
    return verdict


@transaction.atomic
def give_up(*, key: str, at: datetime) -> None:
    """Free the place of a contact that was not made."""
    contacts.give_up(keys=[key], at=at)

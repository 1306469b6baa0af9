"""
Take the place of a contact before it is made, so that nobody else makes it too.

One budget for each person, over all debts, channels, collectors, agencies and workers: who is about to contact
somebody holds their budget, asks the law with all that counts, and takes the place in the same transaction. The place
counts as a contact until the contact is recorded, given up, or its time is over.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from puntual.audit.types import Actor
from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.operations import reviewing
from puntual.compliance.types import IntendedContact, Moment, ReviewAsk, Verdict, VerdictOutcome
from puntual.contacts import operations as contacts
from puntual.contacts.types import COUNTED_PURPOSES, Channel, NewPlace
from puntual.flows import contact_now

# Long enough for a call and its notes.
HELD = timedelta(minutes=30)
# Who goes somewhere needs longer.
HELD_BY_CHANNEL = {Channel.VISIT: timedelta(hours=4), Channel.LETTER: timedelta(hours=4)}


@dataclass(frozen=True, slots=True)
class Place:
    """Whether a contact may be made now; then its place is taken until `until`."""

    is_taken: bool
    until: datetime | None
    verdict: Verdict
    # A person must release it first, and was asked to.
    is_asked: bool = False


@transaction.atomic
def reserve(
    *,
    key: str,
    contact: IntendedContact,
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
    held: timedelta | None = None,
) -> Place:
    """
    Take the place of a contact if the law allows it now; the verdict is kept either way.

    `key` is that of the attempt that it becomes; the same key again takes the same place. What the law leaves to a
    person is asked of one.
    """
    contacts.hold_people(customer_ids=[contact.customer_id])
    facts = law.contact_facts(
        contacts_intended=[contact], country=country, today=today, at=at, own_keys=[key]
    )
    (judged,) = contact_now.judge_by_hand(
        contacts=[contact], facts=facts, country=country, today=today, at=at
    )
    verdict = judged.verdict
    compliance.record_verdicts(judged=[judged], country=country, moment=Moment.SENDING, at=at)
    is_asked = verdict.outcome is VerdictOutcome.REVIEW and contact.contact_point_id is not None
    if is_asked and contact.contact_point_id is not None:
        reviewing.ask(asks=[ReviewAsk(judged, contact.contact_point_id)], today=today, at=at)
    is_taken = verdict.outcome is VerdictOutcome.ALLOW
    lasts = held or HELD_BY_CHANNEL.get(contact.channel, HELD)
    until = at + lasts if is_taken else None
    if until is not None and contact.purpose in COUNTED_PURPOSES:
        contacts.reserve(
            places=[NewPlace(key, contact.customer_id, contact.channel)], actor=actor, at=at, until=until
        )
    return Place(is_taken=is_taken, until=until, verdict=verdict, is_asked=is_asked)


@transaction.atomic
def give_up(*, key: str, at: datetime) -> None:
    """Free the place of a contact that was not made."""
    contacts.give_up(keys=[key], at=at)

"""
What becomes known of a person, and what it changes: one transaction each.

From the moment on at which it is written the gate refuses what is unlawful because of it, whatever was planned, queued
or approved before. What waited is called off at once, so that nobody sees it waiting in vain; the next run decides
anew.
"""

from datetime import date, datetime

from django.db import transaction

from puntual.audit.types import Actor
from puntual.compliance import queries as law
from puntual.contacts import operations as contacts
from puntual.contacts.types import CircumstanceKind, NewCircumstance
from puntual.flows import placing
from puntual.flows.stopping import stop_what_was_queued
from puntual.portfolio import queries as portfolio

REASON = "circumstance"


@placing.change()
def record(*, new: NewCircumstance, actor: Actor, country: str, today: date, at: datetime) -> int:
    """
    Keep what became known of a customer, call off what waited where it may not happen now, and return its id.

    Raises: NotFound; contacts.UnableToRecord.
    """
    circumstance_id = contacts.record_circumstance(new=new, actor=actor, today=today, at=at)
    if touches_contact(kind=new.kind, country=country, at=at):
        stop_what_was_queued(customer_id=new.customer_id, reason=REASON, at=at)
    return circumstance_id


def touches_contact(*, kind: CircumstanceKind, country: str, at: datetime) -> bool:
    """Say whether what waits might now be unlawful; of a country whose law is unknown everything might."""
    try:
        return law.effects_of(country=country, at=at)[kind].touches_contact
    except law.UnknownCountry:
        return True


@transaction.atomic(durable=True)
def end(*, circumstance_id: int, customer_id: int, reason: str, actor: Actor, at: datetime) -> bool:
    """
    End a circumstance of a customer with the reason; False when it was over or is nobody's of theirs.

    Nothing is sent by it: the next run decides anew.

    Raises: NotFound; contacts.UnableToRecord.
    """
    portfolio.customer_card(customer_id=customer_id)
    kind = contacts.end_circumstance(
        circumstance_id=circumstance_id, customer_id=customer_id, reason=reason, actor=actor, at=at
    )
    return kind is not None

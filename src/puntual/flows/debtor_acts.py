"""
What a debtor does alone in the portal: one function per act, one transaction each.

Every act carries a key. The debtor's response is written first under that key; whoever comes second
with the same key finds it there, writes nothing and gets the result of the first.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from puntual.agreements import operations as agreements
from puntual.agreements import queries as agreement_rows
from puntual.agreements.types import OPEN_DISPUTES, DisputeReason, HoldReason
from puntual.audit.types import Actor
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_rows
from puntual.contacts.types import (
    Channel,
    Circumstance,
    CircumstanceKind,
    ConsentDecision,
    NewCircumstance,
    ResponseKind,
    Wish,
)
from puntual.flows import placing, promise_terms, wishes
from puntual.flows.stopping import stop_what_was_queued
from puntual.lib import days
from puntual.payments import operations as payments

HARDSHIP_DAYS = 15
REPORT_BUSINESS_DAYS = 3
_SOURCE = "portal"


@placing.change()
def promise(
    *,
    key: str,
    customer_id: int,
    amount: Decimal,
    currency: str,
    due_date: date,
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
) -> int:
    """
    Take a promise to pay, stop what was queued, and return the promise's id.

    Raises: agreements.operations.UnableToPromise; promise_terms.BeyondPolicy.
    """
    is_new = contacts.record_response(
        key=key, customer_id=customer_id, kind=ResponseKind.PROMISED, channel=Channel.PORTAL, at=at
    )
    terms = promise_terms.promise_terms(customer_id=customer_id, actor=actor, today=today)
    promise_id = agreements.make_promise(
        key=key,
        customer_id=customer_id,
        amount=amount,
        currency=currency,
        due_date=due_date,
        channel=Channel.PORTAL,
        note="",
        actor=actor,
        today=today,
        at=at,
        country=country,
        tolerance_days=terms.tolerance_days,
    )
    if is_new:
        promise_terms.require_new(
            promise_id=promise_id,
            customer_id=customer_id,
            amount=amount,
            currency=currency,
            due_date=due_date,
            actor=actor,
            today=today,
        )
        stop_what_was_queued(customer_id=customer_id, reason="promise", at=at)
    return promise_id


@placing.change()
def report_payment(
    *,
    key: str,
    customer_id: int,
    amount: Decimal,
    currency: str,
    paid_on: date,
    reference: str,
    note: str,
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
) -> int:
    """Note a payment that the debtor made, pause contact while staff look, and return the report's id."""
    is_new = contacts.record_response(
        key=key,
        customer_id=customer_id,
        kind=ResponseKind.PAYMENT_REPORTED,
        channel=Channel.PORTAL,
        at=at,
        note=reference,
    )
    report_id = payments.report_payment(
        key=key,
        customer_id=customer_id,
        amount=amount,
        currency=currency,
        paid_on=paid_on,
        reference=reference,
        note=note,
        at=at,
    )
    if is_new:
        agreements.place_hold(
            customer_id=customer_id,
            receivable_id=None,
            reason=HoldReason.PAYMENT_REPORTED,
            note=reference,
            from_date=today,
            until_date=days.add_business_days(day=today, count=REPORT_BUSINESS_DAYS, country=country),
            actor=actor,
            at=at,
        )
        stop_what_was_queued(customer_id=customer_id, reason="payment-reported", at=at)
    return report_id


@placing.change()
def dispute(
    *,
    key: str,
    customer_id: int,
    receivable_ids: Sequence[int],
    reason: DisputeReason,
    note: str,
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
) -> tuple[int, ...]:
    """
    Open a dispute for each document, or for the whole debt when none is named; return their ids.

    Raises: agreements.operations.UnableToDispute when one of them is already open.
    """
    asked: tuple[int | None, ...] = tuple(sorted(set(receivable_ids))) or (None,)
    is_new = contacts.record_response(
        key=key,
        customer_id=customer_id,
        kind=ResponseKind.DISPUTED,
        channel=Channel.PORTAL,
        at=at,
        note=note,
    )
    if not is_new:
        return _open_dispute_ids(customer_id=customer_id, receivable_ids=asked)
    opened = tuple(
        agreements.open_dispute(
            customer_id=customer_id,
            receivable_id=receivable_id,
            reason=reason,
            note=note,
            amount=None,
            channel=Channel.PORTAL,
            actor=actor,
            today=today,
            at=at,
            country=country,
        )
        for receivable_id in asked
    )
    stop_what_was_queued(customer_id=customer_id, reason="dispute", at=at)
    return opened


@placing.change()
def set_channels(
    *,
    key: str,
    customer_id: int,
    changes: Mapping[Channel, ConsentDecision],
    wish: Wish | None,
    wants_none: bool | None,
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
) -> bool:
    """
    Keep what the debtor said about how to be contacted; return whether it was new.

    Only the channels in `changes` are written; without a `wish` what they asked for before goes on, and so does, for
    `wants_none` None, whether they want to be left alone. Leaving any channel, or all contact, stops what was queued:
    the next run decides anew, by what is left.

    Raises: wishes.NoLawfulHour; contacts.UnableToAgree.
    """
    left = sorted(one for one, decision in changes.items() if decision is ConsentDecision.OPTED_OUT)
    is_new = contacts.record_response(
        key=key,
        customer_id=customer_id,
        kind=ResponseKind.OPTED_OUT if left or wants_none else ResponseKind.REPLIED,
        channel=Channel.PORTAL,
        at=at,
        note=", ".join(left),
    )
    if not is_new:
        return False
    placing.touch(customer_ids=[customer_id])
    for channel in sorted(changes):
        contacts.set_consent(
            customer_id=customer_id,
            channel=channel,
            decision=changes[channel],
            source=_SOURCE,
            note="",
            actor=actor,
            at=at,
        )
    if wish is not None:
        wishes.agree(
            customer_id=customer_id, wish=wish, source=_SOURCE, note="", actor=actor, country=country, at=at
        )
    is_stopped = wants_none is not None and _set_cease(
        customer_id=customer_id, wants_none=wants_none, actor=actor, today=today, at=at
    )
    if left or is_stopped:
        stop_what_was_queued(customer_id=customer_id, reason="opted-out", at=at)
    return True


def circumstance_of(*, customer_id: int, kind: CircumstanceKind, today: date) -> Circumstance | None:
    """Return what is known of a debtor of one kind, if it holds."""
    found = [
        one
        for one in contact_rows.circumstances_of(customer_id=customer_id)
        if one.kind is kind and one.holds_on(today)
    ]
    return found[0] if found else None


def wants_none(*, customer_id: int, today: date) -> bool:
    """Say whether a debtor asked to be left alone."""
    return circumstance_of(customer_id=customer_id, kind=CircumstanceKind.CEASE, today=today) is not None


def _set_cease(*, customer_id: int, wants_none: bool, actor: Actor, today: date, at: datetime) -> bool:
    """Keep that a debtor wants to be left alone, or no more; return whether contact stops by it now."""
    kept = circumstance_of(customer_id=customer_id, kind=CircumstanceKind.CEASE, today=today)
    if wants_none and kept is None:
        new = NewCircumstance(
            customer_id=customer_id,
            kind=CircumstanceKind.CEASE,
            reason=_("Lo pidió en su portal."),
            source=_("La propia persona"),
        )
        contacts.record_circumstance(new=new, actor=actor, today=today, at=at)
        return True
    if kept is not None and not wants_none:
        contacts.end_circumstance(
            circumstance_id=kept.id,
            customer_id=customer_id,
            reason=_("Lo retiró en su portal."),
            actor=actor,
            at=at,
        )
    return False


@placing.change()
def hardship(*, key: str, customer_id: int, note: str, actor: Actor, today: date, at: datetime) -> date:
    """
    Pause contact for somebody in a difficult moment, with a note for staff; return the last day of it.

    What they told is kept as their circumstance until that day, so that a pause which ends early leaves the next
    contact to a person's decision.
    """
    until = today + timedelta(days=HARDSHIP_DAYS)
    is_new = contacts.record_response(
        key=key,
        customer_id=customer_id,
        kind=ResponseKind.REPLIED,
        channel=Channel.PORTAL,
        at=at,
        note=note,
    )
    if is_new:
        agreements.place_hold(
            customer_id=customer_id,
            receivable_id=None,
            reason=HoldReason.HARDSHIP,
            note=note,
            from_date=today,
            until_date=until,
            actor=actor,
            at=at,
        )
        if circumstance_of(customer_id=customer_id, kind=CircumstanceKind.HARDSHIP, today=today) is None:
            new = NewCircumstance(
                customer_id=customer_id,
                kind=CircumstanceKind.HARDSHIP,
                reason=note.strip() or _("Lo dijo en su portal."),
                source=_("La propia persona"),
                until_date=until,
            )
            contacts.record_circumstance(new=new, actor=actor, today=today, at=at)
        stop_what_was_queued(customer_id=customer_id, reason="hardship", at=at)
    return until


def _open_dispute_ids(*, customer_id: int, receivable_ids: Sequence[int | None]) -> tuple[int, ...]:
    return tuple(
        one["id"]
        for one in agreement_rows.disputes_of(customer_id=customer_id)
        if one["state"] in OPEN_DISPUTES and one["receivable_id"] in receivable_ids
    )

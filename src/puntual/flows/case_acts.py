"""
What staff do on a case: one function per act, one transaction each.

An act that changes what was planned on closes or completes it in the same transaction: a task is done by the
contact that it asked for; a promise, an objection, a pause or a withdrawn channel stops what was queued. Acts
carry a key where doing them twice would write twice.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.agreements import operations as agreements
from puntual.agreements import queries as agreement_rows
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.compliance import queries as law
from puntual.compliance.types import IntendedContact
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contacts_known
from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    Direction,
    NewAttempt,
    PointState,
    Purpose,
    ResponseKind,
)
from puntual.flows import contact_now, placing, promise_terms, reach_acts, wording
from puntual.flows.stopping import stop_what_was_queued
from puntual.lib.errors import DomainError, NotFound
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import ActionState
from puntual.portfolio import queries as portfolio
from puntual.rights import queries as petitions

# So long a document of which the debtor was right may wait for its correction.
CORRECTION_DAYS = 365
_ACTIONS_READ = 500
_MOVED = "moved"


class EndsWithItsAnswer(DomainError):
    """A pause belongs to a complaint or request; nothing was written."""

    code = "ends-with-its-answer"


class ContactResult(StrEnum):
    """How a contact by a person went."""

    SPOKE = "SPOKE"
    NO_ANSWER = "NO_ANSWER"
    OTHER_PERSON = "OTHER_PERSON"
    WRONG_POINT = "WRONG_POINT"
    DELIVERED = "DELIVERED"
    THEY_CALLED = "THEY_CALLED"


_OUTCOMES = {
    ContactResult.SPOKE: AttemptOutcome.EFFECTIVE,
    ContactResult.NO_ANSWER: AttemptOutcome.NO_ANSWER,
    ContactResult.OTHER_PERSON: AttemptOutcome.WRONG_PARTY,
    ContactResult.WRONG_POINT: AttemptOutcome.WRONG_PARTY,
    ContactResult.DELIVERED: AttemptOutcome.DELIVERED,
    ContactResult.THEY_CALLED: AttemptOutcome.INBOUND,
}
# What a contact tells of the point that was used.
_POINT_STATES = {ContactResult.SPOKE: PointState.VERIFIED, ContactResult.WRONG_POINT: PointState.WRONG}


@dataclass(frozen=True, slots=True)
class GivenPromise:
    """A promise to pay, as a person took it."""

    amount: Decimal
    currency: str
    due_date: date


@dataclass(frozen=True, slots=True)
class MadeContact:
    """A contact that took place, whoever began it."""

    key: str
    customer_id: int
    contact_point_id: int | None
    channel: Channel
    purpose: Purpose
    result: ContactResult
    note: str = ""
    promise: GivenPromise | None = None


@placing.change()
def record_contact(*, contact: MadeContact, actor: Actor, country: str, today: date, at: datetime) -> bool:
    """
    Keep a contact, do the task that asked for it, take the promise it ended in; False for a key that is known.

    A contact that the law did not allow is kept all the same, for it happened; the trail says what objected.

    Raises: NotFound; agreements.operations.UnableToPromise; promise_terms.BeyondPolicy.
    """
    portfolio.customer_card(customer_id=contact.customer_id)
    point = reach_acts.own_point(customer_id=contact.customer_id, point_id=contact.contact_point_id)
    is_ours = contact.result is not ContactResult.THEY_CALLED
    objections = _objections(contact, country=country, today=today, at=at) if is_ours else ()
    was_reserved = contacts_known.place_until(key=contact.key, at=at) is not None
    new = contacts.record_attempts(attempts=[_attempt(contact, actor=actor, at=at)])
    if not new:
        return False
    contacts.give_up(keys=[contact.key], at=at)
    placing.touch(customer_ids=[contact.customer_id])
    state = _POINT_STATES.get(contact.result)
    if point is not None and state is not None:
        contacts.set_point_state(point_id=point.id, state=state, note=contact.note, actor=actor, at=at)
    done = _complete_tasks(contact, at=at) if is_ours else 0
    audit.record(
        actor=actor,
        action="contact-recorded",
        subject_type="customer",
        subject_id=contact.customer_id,
        customer_id=contact.customer_id,
        after={
            "channel": contact.channel.value,
            "result": contact.result.value,
            "objections": list(objections),
            "tasks_done": done,
            "reserved": was_reserved,
        },
        at=at,
    )
    if contact.promise is not None:
        _promise(
            key=f"{contact.key}:promise",
            customer_id=contact.customer_id,
            promise=contact.promise,
            channel=contact.channel,
            note=contact.note,
            actor=actor,
            country=country,
            today=today,
            at=at,
        )
    return True


def _objections(contact: MadeContact, *, country: str, today: date, at: datetime) -> tuple[str, ...]:
    intended = IntendedContact(
        contact.customer_id, contact.channel, contact.purpose, contact.contact_point_id
    )
    facts = law.contact_facts(
        contacts_intended=[intended], country=country, today=today, at=at, own_keys=[contact.key]
    )
    (judged,) = contact_now.judge_by_hand(
        contacts=[intended], facts=facts, country=country, today=today, at=at
    )
    return judged.verdict.rule_ids


def _attempt(contact: MadeContact, *, actor: Actor, at: datetime) -> NewAttempt:
    is_theirs = contact.result is ContactResult.THEY_CALLED
    return NewAttempt(
        key=contact.key,
        customer_id=contact.customer_id,
        contact_point_id=contact.contact_point_id,
        channel=contact.channel,
        direction=Direction.INBOUND if is_theirs else Direction.OUTBOUND,
        purpose=contact.purpose,
        outcome=_OUTCOMES[contact.result],
        at=at,
        note=contact.note,
        actor_label=actor.label,
    )


def _complete_tasks(contact: MadeContact, *, at: datetime) -> int:
    """Do the tasks of this customer that asked for a contact by this channel."""
    waiting = [
        one["id"]
        for one in planned.actions_of(customer_id=contact.customer_id, limit=_ACTIONS_READ)
        if one["state"] == ActionState.OPEN and one["channel"] == contact.channel
    ]
    if not waiting:
        return 0
    return plans.complete_actions(
        action_ids=waiting, state=ActionState.EXECUTED, reason=contact.result.value, note=contact.note, at=at
    )


@placing.change()
def close_task(*, action_id: int, customer_id: int, note: str, actor: Actor, at: datetime) -> bool:
    """
    Put aside a task that should not be done, with the reason; False when it no longer waits.

    What waits for a manager, or for its hour to be sent, is no task yet: who may stop it is asked elsewhere.

    Raises: NotFound when it is no task of this customer.
    """
    own = {
        one["id"]: one["state"] for one in planned.actions_of(customer_id=customer_id, limit=_ACTIONS_READ)
    }
    if own.get(action_id) in (None, ActionState.PROPOSED, ActionState.QUEUED):
        raise NotFound(_("No existe esa tarea."))
    closed = plans.complete_actions(
        action_ids=[action_id], state=ActionState.CANCELLED, reason="put-aside", note=note, at=at
    )
    if closed:
        # Why stands with the action, where it can be erased: the trail only grows.
        _tell("task-put-aside", action_id, customer_id, actor=actor, after=None, at=at)
    return bool(closed)


@placing.change()
def move_customer(*, action_id: int, customer_id: int, note: str, actor: Actor, at: datetime) -> bool:
    """
    Move a customer where a task of the plan proposes, with the reason; False when the task no longer waits.

    They stand there at once. What waits for them in the stage that they leave is called off.

    Raises: NotFound when it is no such task of this customer.
    """
    own = {one["id"]: one for one in planned.actions_of(customer_id=customer_id, limit=_ACTIONS_READ)}
    if action_id not in own or not own[action_id]["moves_to"]:
        raise NotFound(_("No existe esa tarea."))
    moved = plans.complete_actions(
        action_ids=[action_id], state=ActionState.EXECUTED, reason=_MOVED, note=note, at=at
    )
    if moved:
        placing.touch(customer_ids=[customer_id])
        stop_what_was_queued(customer_id=customer_id, reason=_MOVED, at=at)
        after = {"moves_to": own[action_id]["moves_to"]}
        _tell("customer-moved", action_id, customer_id, actor=actor, after=after, at=at)
    return bool(moved)


@placing.change()
def take_back(*, customer_id: int, note: str, actor: Actor, at: datetime) -> bool:
    """
    Take a case back from where a move had led it, with the reason; False when nobody else had it.

    It stands at once where the plan places it; from the next run on the plan's steps go on.

    Raises: NotFound.
    """
    portfolio.customer_card(customer_id=customer_id)
    move = planned.move_of(customer_id=customer_id)
    if move is None:
        return False
    plans.end_moves(customer_ids=[customer_id], note=note, at=at)
    placing.touch(customer_ids=[customer_id])
    after = {"moved_to": str(move["moves_to"])}
    _tell("customer-taken-back", int(move["id"]), customer_id, actor=actor, after=after, at=at)
    return True


@placing.change()
def take_promise(
    *,
    key: str,
    customer_id: int,
    promise: GivenPromise,
    channel: Channel,
    note: str,
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
) -> int:
    """
    Take a promise to pay, stop what was queued, and return the promise's id; a known key changes nothing.

    Raises: NotFound; agreements.operations.UnableToPromise; promise_terms.BeyondPolicy.
    """
    return _promise(
        key=key,
        customer_id=customer_id,
        promise=promise,
        channel=channel,
        note=note,
        actor=actor,
        country=country,
        today=today,
        at=at,
    )


def _promise(
    *,
    key: str,
    customer_id: int,
    promise: GivenPromise,
    channel: Channel,
    note: str,
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
) -> int:
    terms = promise_terms.promise_terms(customer_id=customer_id, actor=actor, today=today)
    promise_id = agreements.make_promise(
        key=key,
        customer_id=customer_id,
        amount=promise.amount,
        currency=promise.currency,
        due_date=promise.due_date,
        channel=channel,
        note=note,
        actor=actor,
        today=today,
        at=at,
        country=country,
        tolerance_days=terms.tolerance_days,
    )
    is_new = contacts.record_response(
        key=key, customer_id=customer_id, kind=ResponseKind.PROMISED, channel=channel, at=at
    )
    if is_new:
        promise_terms.require_new(
            promise_id=promise_id,
            customer_id=customer_id,
            amount=promise.amount,
            currency=promise.currency,
            due_date=promise.due_date,
            actor=actor,
            today=today,
        )
        stop_what_was_queued(customer_id=customer_id, reason="promise", at=at)
    return promise_id


@placing.change()
def cancel_promise(*, promise_id: int, actor: Actor, at: datetime) -> None:
    """
    Take an active promise back; the next run decides anew.

    Raises: NotFound; agreements.operations.UnableToPromise when it was settled or superseded.
    """
    customer_id = agreements.cancel_promise(promise_id=promise_id, actor=actor, at=at)
    placing.touch(customer_ids=[customer_id])


@placing.change()
def open_dispute(
    *,
    key: str,
    customer_id: int,
    receivable_id: int | None,
    reason: DisputeReason,
    amount: Decimal | None,
    note: str,
    channel: Channel,
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
) -> bool:
    """
    Open a dispute on a document or the whole debt and stop what was queued; False for a key that is known.

    Raises: NotFound; agreements.operations.UnableToDispute.
    """
    portfolio.customer_card(customer_id=customer_id)
    if not contacts.record_response(
        key=key, customer_id=customer_id, kind=ResponseKind.DISPUTED, channel=channel, at=at, note=note
    ):
        return False
    agreements.open_dispute(
        customer_id=customer_id,
        receivable_id=receivable_id,
        reason=reason,
        note=note,
        amount=amount,
        channel=channel,
        actor=actor,
        today=today,
        at=at,
        country=country,
    )
    stop_what_was_queued(customer_id=customer_id, reason="dispute", at=at)
    return True


@transaction.atomic(durable=True)
def review_dispute(*, dispute_id: int, owner_id: int, actor: Actor, at: datetime) -> None:
    """
    Take a dispute: from now on this member of staff owes the answer.

    Raises: NotFound; agreements.operations.UnableToDispute when it is closed.
    """
    agreements.review_dispute(dispute_id=dispute_id, owner_id=owner_id, actor=actor, at=at)


@placing.change()
def close_dispute(
    *, dispute_id: int, state: DisputeState, resolution: str, actor: Actor, today: date, at: datetime
) -> None:
    """
    Answer a dispute; the next run decides anew.

    Whoever was right is not asked for it again: what the dispute was about stays on hold until it is corrected and a
    person goes on.

    Raises: NotFound; agreements.operations.UnableToDispute; wording.UnlawfulText.
    """
    wording.refuse_unlawful(text=resolution)
    customer_id = agreements.close_dispute(
        dispute_id=dispute_id, state=state, resolution=resolution, actor=actor, at=at
    )
    if state is DisputeState.ACCEPTED:
        disputes = agreement_rows.disputes_of(customer_id=customer_id)
        agreements.place_hold(
            customer_id=customer_id,
            receivable_id=next(one["receivable_id"] for one in disputes if one["id"] == dispute_id),
            reason=HoldReason.CORRECTION,
            note=resolution,
            from_date=today,
            until_date=today + timedelta(days=CORRECTION_DAYS),
            actor=actor,
            at=at,
        )
    placing.touch(customer_ids=[customer_id])


@placing.change()
def pause(
    *,
    customer_id: int,
    receivable_id: int | None,
    reason: HoldReason,
    note: str,
    until_date: date,
    actor: Actor,
    today: date,
    at: datetime,
) -> int:
    """
    Pause contact up to and including a day, stop what was queued, and return the hold's id.

    The same pause again returns the one that holds.

    Raises: NotFound; agreements.operations.UnableToHold.
    """
    same = (receivable_id, reason, until_date, note)
    for hold in agreement_rows.holds_of(customer_id=customer_id, today=today):
        kept = (hold["receivable_id"], hold["reason"], hold["until_date"], hold["note"])
        if hold["is_active"] and kept == same:
            return int(hold["id"])
    hold_id = agreements.place_hold(
        customer_id=customer_id,
        receivable_id=receivable_id,
        reason=reason,
        note=note,
        from_date=today,
        until_date=until_date,
        actor=actor,
        at=at,
    )
    stop_what_was_queued(customer_id=customer_id, reason="hold", at=at)
    return hold_id


@placing.change()
def resume(*, hold_id: int, actor: Actor, at: datetime) -> None:
    """
    Lift one pause; the next run decides anew. The pause of a complaint or request ends with its answer alone.

    Raises: NotFound; EndsWithItsAnswer.
    """
    if hold_id in petitions.holds_of_petitions(hold_ids=[hold_id]):
        raise EndsWithItsAnswer(_("Esta pausa termina cuando se contesta la queja o solicitud."))
    placing.touch(customer_ids=[agreements.lift_hold(hold_id=hold_id, actor=actor, at=at)])


def _tell(
    action: str,
    subject_id: int | None,
    customer_id: int,
    *,
    actor: Actor,
    after: dict[str, str] | None,
    at: datetime,
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="customer",
        subject_id=subject_id,
        customer_id=customer_id,
        after=after,
        at=at,
    )

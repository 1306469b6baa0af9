"""
A person complains, or asks about their data: it stops contact at once, is answered in time, and carried out.

Contact about collection rests from the moment a petition is kept until it is answered (the law pack: X-DISP-01); an
objection to contact that was granted keeps it resting. Answers are no collection and go through.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from puntual.agreements import operations as agreements
from puntual.agreements.types import HoldReason
from puntual.audit import operations as audit
from puntual.audit.types import Actor, ActorKind
from puntual.companies import queries as companies
from puntual.companies.types import CompanyFacts
from puntual.compliance.types import IntendedContact, VerdictOutcome
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel, Point, PointKind, PointState, Purpose
from puntual.db.locks import Lock, lock_in_transaction
from puntual.flows import contact_now, erasure, own_data, placing, wording
from puntual.flows.stopping import stop_what_was_queued
from puntual.lib.errors import DomainError
from puntual.outreach import operations as outreach
from puntual.outreach import queries as messages
from puntual.outreach.types import ANSWER_TEMPLATE, MessageState
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries as customers
from puntual.rights import operations as rights
from puntual.rights import queries as petitions
from puntual.rights.types import IdentityCheck, Kind, NewPetition, Outcome, Petition

# A pause has a last day; this one ends with the answer.
HELD_DAYS = 3650
_STOPPED = "petition"
_USABLE = (PointState.NEW, PointState.VERIFIED)
_ON_ITS_WAY = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.SENDING)
_WITH_DATA = (Kind.ACCESS, Kind.PORTABILITY)
_GRANTED = (Outcome.GRANTED, Outcome.PARTLY)


class AnswerOnItsWay(DomainError):
    """The person was not told yet: who is forgotten now would never hear of it."""

    code = "answer-on-its-way"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was kept; `recipient` is empty where no address was lawful: it is handed over otherwise."""

    petition: Petition
    recipient: str


@placing.change()
def open_petition(*, new: NewPetition, country: str, actor: Actor, today: date, at: datetime) -> Petition:
    """
    Keep a complaint or a request, stop contact about the debt at once, and return it with its folio and last day.

    A key that is known returns the first one and changes nothing.

    Raises: NotFound; rights.operations.UnableToHandle.
    """
    # A form that is sent twice at once opens one.
    lock_in_transaction(lock=Lock.PETITION, key=str(new.key))
    new = replace(new, customer_id=customers.survivor_of(customer_id=new.customer_id))
    customers.customer_card(customer_id=new.customer_id)
    known = petitions.petition_of_key(key=new.key, customer_id=new.customer_id, kind=new.kind)
    if known is not None:
        return known
    hold_id = _rest(customer_id=new.customer_id, actor=actor, today=today, at=at)
    petition_id = rights.open_petition(
        new=new, hold_id=hold_id, country=country, actor=actor, today=today, at=at
    )
    stop_what_was_queued(customer_id=new.customer_id, reason=_STOPPED, at=at)
    return petitions.petition(petition_id=petition_id)


def _rest(*, customer_id: int, actor: Actor, today: date, at: datetime) -> int:
    """Pause contact until the answer."""
    return agreements.place_hold(
        customer_id=customer_id,
        receivable_id=None,
        reason=HoldReason.PETITION,
        note="",
        from_date=today,
        until_date=today + timedelta(days=HELD_DAYS),
        actor=actor,
        at=at,
    )


@placing.change()
def change_petition(
    *,
    petition_id: int,
    cause: str,
    agency: str,
    collector_id: int | None,
    country: str,
    actor: Actor,
    at: datetime,
) -> bool:
    """
    Say better what a complaint is about; False when nothing is different.

    Raises: NotFound; rights.operations.UnableToHandle.
    """
    return rights.change_petition(
        petition_id=petition_id,
        cause=cause,
        agency=agency,
        collector_id=collector_id,
        country=country,
        actor=actor,
        at=at,
    )


@placing.change()
def take_petition(*, petition_id: int, owner_id: int, actor: Actor, at: datetime) -> None:
    """
    Give a petition to who owes the answer.

    Raises: NotFound; rights.operations.UnableToHandle.
    """
    rights.take_petition(petition_id=petition_id, owner_id=owner_id, actor=actor, at=at)


@placing.change()
def answer_petition(
    *,
    petition_id: int,
    outcome: Outcome,
    text: str,
    identity_check: IdentityCheck | None,
    identity_note: str,
    country: str,
    actor: Actor,
    today: date,
    at: datetime,
) -> Answered:
    """
    Answer a petition: the words go to the person where an address is lawful, and contact goes on as it may.

    Raises: NotFound; rights.operations.UnableToHandle; wording.UnlawfulText.
    """
    wording.refuse_unlawful(text=text)
    held = rights.lock_petition(petition_id=petition_id)
    point = lawful_address(customer_id=held.customer_id, country=country, today=today, at=at)
    message_id = None
    if point is not None:
        _ready_template(at=at)
        message_id = outreach.queue_answer(
            customer_id=held.customer_id, contact_point_id=point.id, title=held.folio, words=text, at=at
        )
    data_hash = ""
    if held.kind in _WITH_DATA and outcome in _GRANTED:
        company = companies.current_company(base_url=settings.BASE_URL)
        found = own_data.own_data(customer_id=held.customer_id, company=company, today=today, at=at)
        data_hash = found["seal"]["hash"]
    before = rights.answer_petition(
        petition_id=petition_id,
        outcome=outcome,
        text=text,
        identity_check=identity_check,
        identity_note=identity_note,
        message_id=message_id,
        data_hash=data_hash,
        country=country,
        actor=actor,
        today=today,
        at=at,
    )
    if not petitions.keeps_hold(kind=before.kind, outcome=outcome):
        _go_on(before, actor=actor, at=at)
    placing.touch(customer_ids=[before.customer_id])
    return Answered(petitions.petition(petition_id=petition_id), point.value if point and message_id else "")


def lawful_address(*, customer_id: int, country: str, today: date, at: datetime) -> Point | None:
    """
    Return an own e-mail address at which a person may be told something, now or at its hour; None without one.

    One that was found to be theirs goes first.
    """
    points = contacts.points_of(customer_id=customer_id)
    for point in sorted(points, key=lambda one: one.state is not PointState.VERIFIED):
        is_own = point.owner_role in contacts.OWN_ROLES
        if point.kind is not PointKind.EMAIL or point.state not in _USABLE or not is_own:
            continue
        intended = IntendedContact(customer_id, Channel.EMAIL, Purpose.INFORMATION, point.id)
        _facts, verdict = contact_now.judge(
            contact=intended, template=ANSWER_TEMPLATE, country=country, today=today, at=at
        )
        if verdict.outcome in (VerdictOutcome.ALLOW, VerdictOutcome.DEFER):
            return point
    return None


def _ready_template(*, at: datetime) -> None:
    """Bring the shipped words around an answer to a company that was opened before they were."""
    if ANSWER_TEMPLATE not in {key for key, _language in messages.template_names()}:
        wordings = [one for one in messages.read_template_files() if one.key == ANSWER_TEMPLATE]
        outreach.load_templates(at=at, wordings=wordings)


def _go_on(petition: Petition, *, actor: Actor, at: datetime) -> None:
    if petition.hold_id is not None:
        agreements.lift_hold(hold_id=petition.hold_id, actor=actor, at=at)


@placing.change()
def reopen_petition(
    *, petition_id: int, key: str, words: str, country: str, actor: Actor, today: date, at: datetime
) -> Petition:
    """
    Open an answered petition again, with `words` that say why: a new deadline, and contact rests again.

    A key that is known changes nothing. The person themself may do so for some days after the answer; staff and
    programs always.

    Raises: NotFound; rights.operations.UnableToHandle.
    """
    held = rights.lock_petition(petition_id=petition_id)
    if petitions.reopened_under(key=key) == petition_id:
        return held
    until = None
    if actor.kind is ActorKind.DEBTOR:
        zone = companies.current_company(base_url=settings.BASE_URL).time_zone
        until = petitions.disagree_until(petition=held, country=country, time_zone=zone)
    hold_id = held.hold_id
    # What was granted to who objects to contact rests already, by the pause of the opening before.
    if not held.outcome or not petitions.keeps_hold(kind=held.kind, outcome=Outcome(held.outcome)):
        hold_id = _rest(customer_id=held.customer_id, actor=actor, today=today, at=at)
    rights.reopen_petition(
        petition_id=petition_id,
        key=key,
        words=words,
        hold_id=hold_id,
        until=until,
        country=country,
        actor=actor,
        today=today,
        at=at,
    )
    stop_what_was_queued(customer_id=held.customer_id, reason=_STOPPED, at=at)
    return petitions.petition(petition_id=petition_id)


@placing.change()
def withdraw_petition(*, petition_id: int, actor: Actor, at: datetime) -> None:
    """
    End a petition that the person took back; the next run decides anew.

    Raises: NotFound; rights.operations.UnableToHandle.
    """
    before = rights.withdraw_petition(petition_id=petition_id, actor=actor, at=at)
    _go_on(before, actor=actor, at=at)
    placing.touch(customer_ids=[before.customer_id])


@placing.change()
def carry_out_petition(*, petition_id: int, actor: Actor, today: date, at: datetime) -> bool:
    """
    Do what was granted; False when a deletion has to wait because something is still owed.

    A deletion forgets the person: addresses, names and words go, debts, movements and verdicts stay under a number.
    While something is owed the data stay, blocked, and the request waits.

    Raises: NotFound; rights.operations.UnableToHandle; AnswerOnItsWay.
    """
    held = rights.lock_petition(petition_id=petition_id)
    if held.kind is Kind.CANCELLATION:
        debts = portfolio.lock_open_items(customer_ids=[held.customer_id])
        if debts.get(held.customer_id):
            rights.block_petition(petition_id=petition_id, actor=actor, at=at)
            return False
        told = petitions.answers_of(petition_ids=[petition_id]).get(petition_id, [])
        if any(one["message_state"] in _ON_ITS_WAY for one in told):
            raise AnswerOnItsWay(_("La respuesta todavía no sale. Borre los datos cuando se haya enviado."))
    rights.carry_out_petition(petition_id=petition_id, actor=actor, today=today, at=at)
    if held.kind is Kind.CANCELLATION:
        erasure.forget(customer_id=held.customer_id, actor=actor, at=at)
    placing.touch(customer_ids=[held.customer_id])
    return True


@transaction.atomic(durable=True)
def hand_over_data(
    *, petition_id: int, company: CompanyFacts, actor: Actor, today: date, at: datetime
) -> dict[str, Any] | None:
    """
    Gather the data of who asked for them and was granted them, and note who took them out; None where that is not so.

    Raises: NotFound; rights.operations.UnableToHandle.
    """
    one = rights.decide_petition(petition_id=petition_id, actor=actor)
    if one.kind not in _WITH_DATA or one.outcome not in _GRANTED:
        return None
    kept = own_data.own_data(customer_id=one.customer_id, company=company, today=today, at=at)
    audit.record(
        actor=actor,
        action="own-data-made",
        subject_type="petition",
        subject_id=one.id,
        customer_id=one.customer_id,
        after={"folio": one.folio, "hash": kept["seal"]["hash"]},
        at=at,
    )
    return kept

"""
Two customers are one person: a person says so, everything of one becomes the other's, and it can be undone.

Each stage moves its own rows and says which; the list is kept with the union. What only grows (the ledger,
verdicts, decisions and facts of past days, the audit trail) is not touched: it tells of the customer as it was
known that day, and the page of that customer still shows it.

Undoing gives back the rows of the list and no other. What came later stays with the survivor, save what plainly
belongs to the other: documents and payments that a source brought under its number, and what was agreed about them;
such a payment is applied anew, to debts of its own. A refusal to be contacted that was given meanwhile holds for both.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.agreements import operations as agreements
from puntual.agreements import queries as agreement_rows
from puntual.audit import operations as audit
from puntual.audit.operations import NewEvent
from puntual.audit.types import Actor
from puntual.contacts import operations as contacts
from puntual.db.locks import Lock, release_session_lock, try_session_lock
from puntual.duplicates import operations as duplicates
from puntual.duplicates import queries as duplicate_rows
from puntual.duplicates.types import FindCounts, ProposalState
from puntual.flows import money_in, placing, quality
from puntual.flows.intake.settling import settle_credit_notes_of
from puntual.flows.intake.voiding import reverse_credits
from puntual.intake import operations as intake
from puntual.intake import queries as intake_rows
from puntual.lib.errors import DomainError, NotFound
from puntual.outreach import operations as outreach
from puntual.payments import operations as payments
from puntual.plans import operations as plans
from puntual.portfolio import operations as portfolio
from puntual.rights import operations as rights

Moved = dict[str, list[Any]]
# What was begun before a union and written after it is looked for this long.
_LATE_FOR = timedelta(days=2)
_SEARCH_EVERY = timedelta(hours=1)


class UnableToMerge(DomainError):
    """The two cannot be one as they are; a person must settle something first. Nothing was written."""

    code = "unable-to-merge"


class UnableToUndo(DomainError):
    """The union cannot be undone as things are; nothing was written."""

    code = "unable-to-undo"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something to settle before two customers can be one."""

    code: str
    text: str


def find_duplicates(*, at: datetime, is_forced: bool = False) -> FindCounts | None:
    """
    Look through the portfolio and keep what to propose; None when nothing changed since the last search.

    One search at a time: a second one at once does nothing, the next one sees what changed.
    """
    key = "whole"
    if not try_session_lock(lock=Lock.DUPLICATES, key=key):
        return None
    try:
        newest, seen_up_to = duplicate_rows.newest_change()
        if not is_forced and (newest is None or newest == seen_up_to):
            return None
        found, customers, compared = duplicate_rows.found_proposals()
        with transaction.atomic(durable=True):
            return duplicates.keep_proposals(
                found=found,
                customers=customers,
                pairs_compared=compared,
                seen_up_to=newest,
                started_at=at,
                at=at,
            )
    finally:
        release_session_lock(lock=Lock.DUPLICATES, key=key)


def is_search_due(*, at: datetime) -> bool:
    """Say whether customers changed since the last search, by other doors than a file, and it is not just over."""
    last = duplicate_rows.last_search()
    if last is not None and at - last["finished_at"] < _SEARCH_EVERY:
        return False
    newest, seen_up_to = duplicate_rows.newest_change()
    return newest is not None and newest != seen_up_to


def obstacles(*, source_id: int, target_id: int) -> list[Obstacle]:
    """List what a person has to settle before two customers can be one."""
    texts = {
        "PROMISE": _("Los dos tienen una promesa vigente en %(detail)s. Cancele una de ellas primero."),
        "DISPUTE": _(
            "Los dos tienen abierta una aclaración de todo su adeudo. Conteste una de ellas primero."
        ),
    }
    return [
        Obstacle(code=code, text=texts[code] % {"detail": detail})
        for code, detail in agreement_rows.merge_obstacles(source_id=source_id, target_id=target_id)
    ]


@placing.change()
def confirm(*, proposal_id: int, survivor_id: int, actor: Actor, today: date, at: datetime) -> int:
    """
    Unite the customers of a proposal; `survivor_id` is the one that stays. Returns the id of the union.

    Raises: NotFound; duplicates.operations.AlreadyDecided; UnableToMerge; outreach.operations.MessageLeaving.
    """
    return _confirm(proposal_id=proposal_id, survivor_id=survivor_id, actor=actor, today=today, at=at)


@placing.change()
def unite(
    *, customer_id: int, other_id: int, survivor_id: int, actor: Actor, today: date, at: datetime
) -> int:
    """
    Unite two customers that a person found to be one, proposed or not. Returns the id of the union.

    From here on they are a pair like one that was proposed and confirmed: it is told among what was decided, and
    undoing tells the two apart for good.

    Raises: NotFound; duplicates.operations.AlreadyDecided; UnableToMerge; outreach.operations.MessageLeaving.
    """
    found = duplicate_rows.compared(first_id=customer_id, second_id=other_id)
    if found is None:
        raise NotFound(_("Estos dos no se pueden unir: uno ya no está, o ya son el mismo."))
    proposal_id = duplicates.take_up(found=found, at=at)
    return _confirm(proposal_id=proposal_id, survivor_id=survivor_id, actor=actor, today=today, at=at)


def _confirm(*, proposal_id: int, survivor_id: int, actor: Actor, today: date, at: datetime) -> int:
    head = duplicates.lock_proposal(proposal_id=proposal_id)
    both = {head.low_id, head.high_id}
    if survivor_id not in both or len(both) == 1:
        raise duplicates.AlreadyDecided(
            _("Estos clientes cambiaron mientras usted decidía. Vuelva a la lista.")
        )
    (source_id,) = both - {survivor_id}
    merge_id = _merge(
        source_id=source_id,
        target_id=survivor_id,
        proposal_id=proposal_id,
        actor=actor,
        today=today,
        at=at,
    )
    duplicates.decide_proposal(
        proposal_id=proposal_id, state=ProposalState.CONFIRMED, actor_label=actor.label, note="", at=at
    )
    return merge_id


def _merge(
    *, source_id: int, target_id: int, proposal_id: int | None, actor: Actor, today: date, at: datetime
) -> int:
    found = portfolio.lock_for_merging(customer_ids=[source_id, target_id])
    if set(found.values()) != {None} or len(found) != len({source_id, target_id}):
        raise duplicates.AlreadyDecided(_("Uno de estos clientes ya se unió con otro. Vuelva a la lista."))
    blocked = obstacles(source_id=source_id, target_id=target_id)
    if blocked:
        raise UnableToMerge(" ".join(one.text for one in blocked))
    moved = _move(source_id=source_id, target_id=target_id, at=at)
    merge_id = duplicates.record_merge(
        source_id=source_id,
        target_id=target_id,
        proposal_id=proposal_id,
        moved=moved,
        actor_label=actor.label,
        today=today,
        at=at,
    )
    _tell(
        action="customers-merged",
        merge_id=merge_id,
        ids=(source_id, target_id),
        counts={name: len(ids) for name, ids in moved.items() if ids},
        actor=actor,
        at=at,
    )
    quality.check_within(customer_ids=[source_id, target_id], at=at)
    placing.touch(customer_ids=[source_id, target_id])
    return merge_id


def _move(*, source_id: int, target_id: int, at: datetime) -> Moved:
    """Have each stage move its rows, debts first; actions before messages, as everywhere."""
    parts: Sequence[Callable[[], Moved]] = (
        lambda: portfolio.move_customer(source_id=source_id, target_id=target_id),
        lambda: contacts.move_customer(source_id=source_id, target_id=target_id),
        lambda: agreements.move_customer(source_id=source_id, target_id=target_id),
        lambda: plans.move_customer(source_id=source_id, target_id=target_id, at=at),
        lambda: outreach.move_customer(source_id=source_id, target_id=target_id),
        lambda: rights.move_customer(source_id=source_id, target_id=target_id),
        lambda: payments.move_customer(source_id=source_id, target_id=target_id),
        lambda: intake.move_customer(source_id=source_id, target_id=target_id),
    )
    moved: Moved = {}
    for part in parts:
        moved |= part()
    return moved


def _tell(
    *,
    action: str,
    merge_id: int,
    ids: tuple[int, int],
    counts: Mapping[str, int],
    actor: Actor,
    at: datetime,
) -> None:
    """Write the event into the history of both customers."""
    source_id, target_id = ids
    after = {"source_id": source_id, "target_id": target_id, "rows": dict(counts)}
    audit.record_many(
        events=[
            NewEvent(
                action=action,
                subject_type="merge",
                subject_id=merge_id,
                customer_id=customer_id,
                after=after,
            )
            for customer_id in ids
        ],
        actor=actor,
        at=at,
    )


@transaction.atomic(durable=True)
def reject(*, proposal_id: int, note: str, actor: Actor, at: datetime) -> None:
    """
    Keep that two customers are two; they are never proposed again.

    Raises: NotFound; duplicates.operations.AlreadyDecided.
    """
    head = duplicates.lock_proposal(proposal_id=proposal_id)
    duplicates.decide_proposal(
        proposal_id=proposal_id,
        state=ProposalState.REJECTED,
        actor_label=actor.label,
        note=note.strip(),
        at=at,
    )
    audit.record_many(
        events=[
            NewEvent(
                action="duplicate-rejected",
                subject_type="proposal",
                subject_id=proposal_id,
                customer_id=customer_id,
                after={"low_id": head.low_id, "high_id": head.high_id},
            )
            for customer_id in (head.low_id, head.high_id)
        ],
        actor=actor,
        at=at,
    )


@placing.change()
def undo(*, merge_id: int, actor: Actor, today: date, at: datetime) -> int:
    """
    Undo a union and return the id of the customer that stands alone again; the pair counts as told apart.

    Raises: NotFound; duplicates.operations.AlreadyDecided when it was undone; UnableToUndo when the survivor was
    united with a third one meanwhile: that union is undone first.
    """
    head = duplicates.lock_merge(merge_id=merge_id)
    found = portfolio.lock_for_merging(customer_ids=[head.source_id, head.target_id])
    if found[head.target_id] is not None or found[head.source_id] != head.target_id:
        raise UnableToUndo(
            _(
                "El cliente que quedó se unió después con otro. Deshaga primero esa unión, que es la más reciente."
            )
        )
    ids = {"source_id": head.source_id, "target_id": head.target_id}
    is_same_day = head.merged_on == today
    portfolio.return_customer(**ids, moved=head.moved)
    agreements.return_customer(**ids, moved=head.moved)
    plans.return_customer(**ids, moved=head.moved, is_same_day=is_same_day)
    outreach.return_customer(**ids, moved=head.moved, is_same_day=is_same_day)
    rights.return_customer(**ids, moved=head.moved)
    payments.return_customer(**ids, moved=head.moved)
    intake.return_customer(**ids, moved=head.moved)
    _return_late_money(**ids, today=today, at=at)
    contacts.return_customer(**ids, moved=head.moved, merged_at=head.merged_at, actor=actor, at=at)
    duplicates.undo_merge(merge_id=merge_id, actor_label=actor.label, at=at)
    if head.proposal_id is not None:
        duplicates.decide_proposal(
            proposal_id=head.proposal_id,
            state=ProposalState.REJECTED,
            actor_label=actor.label,
            note=_("Se deshizo la unión."),
            at=at,
        )
    _tell(
        action="customers-parted",
        merge_id=merge_id,
        ids=(head.source_id, head.target_id),
        counts={},
        actor=actor,
        at=at,
    )
    quality.check_within(customer_ids=[head.source_id, head.target_id], at=at)
    placing.touch(customer_ids=[head.source_id, head.target_id])
    return head.source_id


def _return_late_money(*, source_id: int, target_id: int, today: date, at: datetime) -> None:
    """
    Let what files have credited or paid meanwhile be for debts of whom they name.

    What went to the oldest debts of both is spread again; the other's are owed once more.
    """
    found = 0
    for customer_id, other_id in ((source_id, target_id), (target_id, source_id)):
        late_notes = intake.free_notes(source_id=customer_id, target_id=other_id)
        if late_notes:
            reverse_credits(found=late_notes, at=at)
            settle_credit_notes_of(customer_id=customer_id, at=at)
        found += len(late_notes)
    late = intake_rows.payments_brought(source_id=source_id, target_id=target_id)
    found += payments.give_payments(payment_ids=late, customer_id=source_id, at=at)
    spread = intake_rows.payments_spread(customer_id=target_id, other_id=source_id)
    found += payments.give_payments(payment_ids=spread, customer_id=target_id, at=at)
    if found:
        ids = [source_id, target_id]
        money_in.use_credits(customer_ids=ids, at=at, today=today)
        money_in.follow(customer_ids=ids, at=at, today=today)


def gather_late_rows(*, at: datetime) -> int:
    """
    Bring over what was still written for a customer while it was being united, and return how many rows.

    A page that was open, or a transaction that had begun, may name the customer that went. Called before each
    day is decided, so nobody is looked at twice.
    """
    count = 0
    for merge_id, _source_id, _target_id in duplicate_rows.recent_merges(since=at - _LATE_FOR):
        # A message that is just leaving belongs to whom it was written; the next call brings it over.
        with suppress(outreach.MessageLeaving), transaction.atomic():
            head = duplicates.lock_merge(merge_id=merge_id)
            target_id = portfolio.lock_for_merging(customer_ids=[head.source_id])[head.source_id]
            if target_id is None or target_id != head.target_id:
                continue
            late = _move(source_id=head.source_id, target_id=head.target_id, at=at)
            found = sum(len(ids) for name, ids in late.items() if name != "contacts_consent_current")
            if found:
                both = {name: [*head.moved.get(name, []), *ids] for name, ids in late.items()}
                duplicates.widen_merge(merge_id=merge_id, moved=head.moved | both)
                count += found
    return count

"""
The queue: which message belongs to whom, and how far has it come?

Reads: plans.Action, contacts.ContactPoint
Writes: outreach.Message, audit.Event
Guarantees: an action has one message at most; a message is announced (SENDING, committed) before it is handed
over, so that it is never handed over twice without a person's word; one message to a customer is on its way at
a time.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, UniqueViolation

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.contacts.types import Channel, Purpose
from puntual.db import named, rows
from puntual.lib.errors import NotFound
from puntual.outreach import rules
from puntual.outreach.types import (
    ANSWER_TEMPLATE,
    ClaimedMessage,
    Ending,
    MessageState,
    RenderedMessage,
    StaleCounts,
)

_MESSAGES = named.load(Path(__file__).parents[1] / "sql" / "messages.sql")
_CLAIM_TRIES_MAX = 3


def queue_for_actions(*, action_ids: Sequence[int], at: datetime) -> int:
    """Queue one e-mail for each of these actions that waits for one; return how many are new. One statement."""
    if not action_ids:
        return 0
    return rows.execute(_MESSAGES["queue_for_actions"], {"action_ids": rows.as_array(action_ids), "at": at})


def queue_answer(
    *, customer_id: int, contact_point_id: int, title: str, words: str, at: datetime
) -> int | None:
    """
    Queue what somebody wrote to a person, to an e-mail address of theirs, and return the message; None without one.

    `title` says what it answers. It leaves through the same law as every message, but is no collection: what stops
    collection does not stop it.
    """
    found = rows.fetch_all(
        _MESSAGES["queue_answer"],
        {
            "customer_id": customer_id,
            "contact_point_id": contact_point_id,
            "template": ANSWER_TEMPLATE,
            "title": title[:120],
            "words": words,
            "at": at,
        },
    )
    return int(found[0][0]) if found else None


def cancel_messages(
    *,
    customer_ids: Sequence[int] = (),
    action_ids: Sequence[int] = (),
    reason: str,
    at: datetime,
    with_answers: bool = False,
) -> int:
    """
    Stop what was not handed over yet, claimed or not; return how many. One statement.

    What somebody wrote to a customer, as the answer to a complaint, goes on unless `with_answers`.
    """
    return rows.execute(
        _MESSAGES["cancel"],
        {
            "customer_ids": list(customer_ids),
            "action_ids": list(action_ids),
            "reason": reason[:200],
            "with_answers": with_answers,
        },
    )


def stop_actions(*, action_ids: Sequence[int], reason: str, at: datetime) -> list[int]:
    """
    Stop the messages of actions that were not handed over yet; return the actions for which it is too late.

    A worker that hands a message over in this moment either was first, and its action is among those returned, or
    finds it stopped. Requires a transaction.
    """
    cancel_messages(action_ids=action_ids, reason=reason, at=at)
    found = rows.fetch_all(_MESSAGES["handed_over"], {"action_ids": list(action_ids)})
    return [row[0] for row in found]


def readdress(*, action_id: int, at: datetime) -> bool:
    """
    Have the message of a changed action go to its new address at its new moment, or end where it is no mail any more.

    False when the message is being handed over, or was: then roll back. Requires a transaction.
    """
    rows.execute(_MESSAGES["readdress"], {"action_id": action_id, "at": at})
    if rows.fetch_all(_MESSAGES["handed_over"], {"action_ids": [action_id]}):
        return False
    queue_for_actions(action_ids=[action_id], at=at)
    return True


def claim(*, limit: int, worker: str, at: datetime) -> list[ClaimedMessage]:
    """
    Take due messages for a worker, at most one for each customer. It needs no transaction and may be in one.

    Another worker may be taking another message of the same customer in this moment: the database refuses the
    second, or finds both waiting for each other, and the claim is made again.
    """
    for number in range(1, _CLAIM_TRIES_MAX + 1):
        try:
            with transaction.atomic():
                found = rows.fetch_dicts(_MESSAGES["claim"], {"limit": limit, "worker": worker, "at": at})
        except (IntegrityError, OperationalError) as error:
            if not isinstance(error.__cause__, UniqueViolation | DeadlockDetected):
                raise
            if number == _CLAIM_TRIES_MAX:
                # The others are at it; what they leave is claimed next time.
                break
        else:
            return sorted((_claimed(row) for row in found), key=lambda one: one.id)
    return []


def _claimed(row: dict[str, Any]) -> ClaimedMessage:
    return ClaimedMessage(**{**row, "channel": Channel(row["channel"]), "purpose": Purpose(row["purpose"])})


def store_words(*, messages: Sequence[RenderedMessage], worker: str) -> int:
    """Keep the words of this worker's claimed messages; return how many are still its own. One statement."""
    if not messages:
        return 0
    words = [
        {
            "id": one.message_id,
            "subject": one.words.subject,
            "text": one.words.text,
            "html": one.words.html,
            "version_id": one.template_version_id,
            "link_id": str(one.portal_link_id),
        }
        for one in messages
    ]
    return rows.execute(
        _MESSAGES["store_words"], {"messages": json.dumps(words, ensure_ascii=False), "worker": worker}
    )


def refuse_messages(*, endings: Sequence[Ending], worker: str) -> int:
    """End claimed messages that may not or should not be sent. One statement."""
    if not endings:
        return 0
    return rows.execute(
        _MESSAGES["refuse"],
        {
            "ids": [one.message_id for one in endings],
            "reasons": [one.reason[:200] for one in endings],
            "worker": worker,
        },
    )


def defer_messages(*, endings: Sequence[Ending], worker: str) -> int:
    """Put claimed messages back until their `not_before`. One statement."""
    if not endings:
        return 0
    return rows.execute(
        _MESSAGES["defer"],
        {
            "ids": [one.message_id for one in endings],
            "moments": [one.not_before for one in endings],
            "reasons": [one.reason[:200] for one in endings],
            "worker": worker,
        },
    )


def wake(*, action_ids: Sequence[int], at: datetime) -> int:
    """Let messages of these actions that wait for a later moment leave from now on. One statement."""
    return rows.execute(_MESSAGES["wake"], {"action_ids": list(action_ids), "at": at})


def hold_back(*, reason: str, at: datetime) -> int:
    """Keep on due messages why none of them may leave; they stay queued. One statement."""
    return rows.execute(_MESSAGES["hold_back"], {"reason": reason[:200], "at": at})


def mark_sending(*, message_id: int, worker: str, sent_ids: Sequence[int] = (), at: datetime) -> bool:
    """
    Announce that a message is handed over now, and record those accepted before it, in one commit.

    False when it is no longer this worker's to send: cancelled, or given to another.
    """
    found = rows.fetch_all(
        _MESSAGES["mark_sending"],
        {"id": message_id, "worker": worker, "sent_ids": list(sent_ids), "at": at},
    )
    return bool(found)


def mark_sent(*, message_ids: Sequence[int], worker: str, at: datetime) -> int:
    """Record messages that the server accepted."""
    if not message_ids:
        return 0
    return rows.execute(_MESSAGES["mark_sent"], {"ids": list(message_ids), "worker": worker, "at": at})


def mark_failed(
    *, message_id: int, worker: str, reason: str, is_temporary: bool, tries: int, at: datetime
) -> MessageState:
    """Record a refusal: a temporary one is tried again later until the tries are used up. `tries` counts this one."""
    wait = rules.backoff(tries=tries) if is_temporary else None
    state = MessageState.FAILED if wait is None else MessageState.QUEUED
    moment = None if wait is None else at + wait
    _end(message_id=message_id, worker=worker, state=state, reason=reason, not_before=moment)
    return state


def mark_bounced(*, message_id: int, worker: str, reason: str) -> None:
    """Record that the server does not take mail for this address, now or ever."""
    _end(message_id=message_id, worker=worker, state=MessageState.BOUNCED, reason=reason)


def mark_unknown(*, message_id: int, worker: str, reason: str) -> None:
    """Record that the line broke after the words left: the server may have it."""
    _end(message_id=message_id, worker=worker, state=MessageState.UNKNOWN, reason=reason)


def _end(
    *, message_id: int, worker: str, state: MessageState, reason: str, not_before: datetime | None = None
) -> None:
    params = {
        "id": message_id,
        "worker": worker,
        "state": state.value,
        "reason": reason[:200],
        "not_before": not_before,
    }
    rows.execute(_MESSAGES["mark_ended"], params)


def withdraw(*, message_id: int, worker: str, not_before: datetime) -> None:
    """Put back an announced message whose words never left; the try does not count."""
    rows.execute(_MESSAGES["withdraw"], {"id": message_id, "worker": worker, "not_before": not_before})


def release_claimed(*, worker: str, not_before: datetime) -> int:
    """Give back what this worker claimed and will not hand over now."""
    return rows.execute(_MESSAGES["release_own"], {"worker": worker, "not_before": not_before})


def release_stale(*, at: datetime, older_than: timedelta) -> StaleCounts:
    """
    Take messages from workers that are gone.

    What was only claimed is queued again. What was being handed over becomes UNKNOWN: the server may have it,
    so it is never sent again before a person says so.
    """
    states = [row[0] for row in rows.fetch_all(_MESSAGES["release_stale"], {"before": at - older_than})]
    unknown = states.count(MessageState.UNKNOWN)
    return StaleCounts(requeued=len(states) - unknown, unknown=unknown)


def resolve_unknown(*, message_id: int, was_sent: bool, actor: Actor, at: datetime) -> None:
    """
    Settle a message that nobody knew about: it was sent, or it is queued again.

    Raises: NotFound when there is no such message waiting for an answer.
    """
    with transaction.atomic():
        found = rows.fetch_all(
            _MESSAGES["resolve_unknown"], {"id": message_id, "was_sent": was_sent, "at": at}
        )
        if not found:
            raise NotFound(_("Ese mensaje no está pendiente de confirmar."))
        audit.record(
            actor=actor,
            action="message-resolved",
            subject_type="message",
            subject_id=message_id,
            customer_id=found[0][0],
            before={"state": MessageState.UNKNOWN.value},
            after={"state": (MessageState.SENT if was_sent else MessageState.QUEUED).value},
            at=at,
        )

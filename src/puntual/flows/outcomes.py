"""
What became of messages, told to contacts and plans from the messages' own rows.

A worker killed in between loses nothing: the next one tells it, and until then the customer gets no other message.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit.types import SYSTEM
from puntual.contacts import operations as contacts
from puntual.contacts.types import AttemptOutcome, Direction, NewAttempt, PointState
from puntual.outreach import operations as outreach
from puntual.outreach.types import ClaimedMessage, MessageState, Outcome
from puntual.plans import operations as plans
from puntual.plans.types import ActionState

_REPORT_MAX = 500
_ATTEMPTS = {
    MessageState.SENT: AttemptOutcome.SENT,
    # It may have reached the person, so it counts as a contact until somebody knows better.
    MessageState.UNKNOWN: AttemptOutcome.SENT,
    MessageState.FAILED: AttemptOutcome.FAILED,
    MessageState.BOUNCED: AttemptOutcome.BOUNCED,
}
_ACTIONS = {
    MessageState.SENT: ActionState.EXECUTED,
    MessageState.FAILED: ActionState.FAILED,
    MessageState.BOUNCED: ActionState.FAILED,
    MessageState.CANCELLED: ActionState.CANCELLED,
}


def report_outcomes(*, at: datetime) -> int:
    """
    Tell contacts and plans what became of messages, and return how many were told.

    Told again after a kill, it changes nothing: an attempt has the message's key, an ended action stays ended.
    """
    told = 0
    while outcomes := outreach.unreported(limit=_REPORT_MAX):
        with transaction.atomic(durable=True):
            contacts.record_attempts(attempts=_attempts(outcomes, at=at))
            for one in outcomes:
                if one.state is MessageState.BOUNCED:
                    contacts.set_point_state(
                        point_id=one.contact_point_id,
                        state=PointState.BOUNCED,
                        note=one.reason,
                        actor=SYSTEM,
                        at=at,
                    )
            _end_actions(outcomes, at=at)
            told += outreach.mark_reported(outcomes=outcomes, at=at)
        if len(outcomes) < _REPORT_MAX:
            break
    return told


def _attempts(outcomes: Sequence[Outcome], *, at: datetime) -> list[NewAttempt]:
    return [_attempt(one, at=at) for one in outcomes if one.state in _ATTEMPTS]


def key_of(*, message: ClaimedMessage | Outcome) -> str:
    """Name the contact that a message is, the same from its claim to its record."""
    return f"message:{message.key}"


def _attempt(outcome: Outcome, *, at: datetime) -> NewAttempt:
    is_unknown = outcome.state is MessageState.UNKNOWN
    return NewAttempt(
        key=key_of(message=outcome),
        customer_id=outcome.customer_id,
        contact_point_id=outcome.contact_point_id,
        channel=outcome.channel,
        direction=Direction.OUTBOUND,
        purpose=outcome.purpose,
        outcome=_ATTEMPTS[outcome.state],
        at=outcome.at,
        outcome_at=at if outcome.state is MessageState.BOUNCED else None,
        note=_("Sin confirmar por el servidor de correo.") if is_unknown else "",
        actor_label=SYSTEM.label,
    )


def _end_actions(outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """End the actions behind messages, one statement for each way to end."""
    groups: dict[tuple[ActionState, str], list[int]] = {}
    for one in outcomes:
        if one.action_id is not None and one.state in _ACTIONS:
            reason = "" if one.state is MessageState.SENT else one.reason
            groups.setdefault((_ACTIONS[one.state], reason), []).append(one.action_id)
    for (state, reason), action_ids in sorted(groups.items()):
        plans.complete_actions(action_ids=action_ids, state=state, reason=reason, at=at)

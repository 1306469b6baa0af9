"""
What the plan says needs a person: approve what is proposed, or stop it.

Approving lets a message go to the queue and a task to people; the law is asked again when it is sent. Stopping is
noted on the action with its reason, and the step is not proposed again for the same day of the plan.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from puntual.audit import operations as audit
from puntual.audit.operations import NewEvent
from puntual.audit.types import Actor
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import ActionState

STOPPED = "put-aside"


@transaction.atomic(durable=True)
def approve(*, action_ids: Sequence[int], actor: Actor, at: datetime) -> int:
    """Let proposed actions go on; return how many waited. Those that no longer wait stay as they are."""
    waiting = planned.proposed_among(action_ids=action_ids)
    sendable = plans.approve_actions(action_ids=waiting)
    outreach.queue_for_actions(action_ids=sendable, at=at)
    _tell("action-approved", waiting, actor=actor, note="", at=at)
    return len(waiting)


@transaction.atomic(durable=True)
def stop(*, action_ids: Sequence[int], note: str, actor: Actor, at: datetime) -> int:
    """Stop proposed or queued actions with the reason; return how many stopped."""
    waiting = planned.stoppable_among(action_ids=action_ids)
    plans.complete_actions(action_ids=waiting, state=ActionState.CANCELLED, reason=STOPPED, note=note, at=at)
    outreach.cancel_messages(action_ids=waiting, reason=STOPPED, at=at)
    _tell("action-stopped", waiting, actor=actor, note=note, at=at)
    return len(waiting)


def _tell(action: str, action_ids: Sequence[int], *, actor: Actor, note: str, at: datetime) -> None:
    after = {"note": note} if note else None
    events = [NewEvent(action, "action", action_id, after=after) for action_id in action_ids]
    audit.record_many(events=events, actor=actor, at=at)

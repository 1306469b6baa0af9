"""
Audit trail: who did what, when, before and after?

Reads: nothing
Writes: audit.Event
Guarantees: an event is written in the transaction of the change it tells of; rows are never changed.
"""

from datetime import datetime
from typing import Any

from puntual.audit.models import Event
from puntual.audit.types import Actor


def record(
    *,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: int | None,
    customer_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime,
) -> None:
    """Write one event; values must be plain JSON (amounts and dates as text)."""
    Event.objects.create(
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:120],
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        customer_id=customer_id,
        before=before,
        after=after,
    )

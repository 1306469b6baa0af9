"""
Audit trail: who did what, when, before and after?

Reads: nothing
Writes: audit.Event
Guarantees: an event is written in the transaction of the change it tells of; rows are never changed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from puntual.audit.models import Event
from puntual.audit.types import Actor
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent / "sql" / "events.sql")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One change among many by the same hand; values must be plain JSON (amounts and dates as text)."""

    action: str
    subject_type: str
    subject_id: int | None
    customer_id: int | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


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


def record_many(*, events: Sequence[NewEvent], actor: Actor, at: datetime) -> int:
    """Write many events of one hand in one statement and return how many."""
    if not events:
        return 0
    return rows.execute(
        _SQL["insert_events"],
        {
            "at": at,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "actor_label": actor.label[:120],
            "actions": [event.action for event in events],
            "subject_types": [event.subject_type for event in events],
            "subject_ids": [event.subject_id for event in events],
            "customer_ids": [event.customer_id for event in events],
            "befores": [_as_json(event.before) for event in events],
            "afters": [_as_json(event.after) for event in events],
        },
    )


def _as_json(values: dict[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(values, ensure_ascii=False)

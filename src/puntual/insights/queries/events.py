"""The audit trail as a page reads it: who did what, when, to whom, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from puntual.db import named, rows
from puntual.portfolio import queries as portfolio

_SQL = named.load(Path(__file__).resolve().parents[1] / "sql" / "events.sql")


@dataclass(frozen=True, slots=True)
class AskedEvents:
    """Which events: what is left open is any."""

    actions: Sequence[str] | None = None
    actor_kind: str | None = None
    actor_id: int | None = None
    # From a moment on, and before another one.
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""


def event_count(*, asked: AskedEvents) -> int:
    """Count the events asked for."""
    return int(rows.fetch_all(_SQL["count"], _given(asked))[0][0])


def event_page(*, asked: AskedEvents, limit: int, skip: int) -> list[dict[str, Any]]:
    """Return events newest first; `before` and `after` as they were written, and why where it is noted elsewhere."""
    found = rows.fetch_dicts(_SQL["page"], {**_given(asked), "limit": limit, "skip": skip})
    return [
        {
            **row,
            "before": rows.as_json(row["before"]) or {},
            "after": (rows.as_json(row["after"]) or {}) | ({"note": row["note"]} if row["note"] else {}),
        }
        for row in found
    ]


def _given(asked: AskedEvents) -> dict[str, Any]:
    return {
        "actions": list(asked.actions) if asked.actions is not None else None,
        "actor_kind": asked.actor_kind,
        "actor_id": asked.actor_id,
        "since": asked.since,
        "until": asked.until,
        "pattern": portfolio.search_pattern(text=asked.search) if asked.search else None,
        "words": portfolio.search_patterns(text=asked.search),
    }

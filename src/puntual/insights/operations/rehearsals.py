"""
What a plan version would do.

Reads: nothing
Writes: insights.Rehearsal
Guarantees: a report is kept once; how far a rehearsal is never undoes that it is done.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from puntual.db import named, rows
from puntual.insights.types import RehearsalKind

_SQL = named.load(Path(__file__).resolve().parents[1] / "sql" / "rehearsals.sql")
_KEPT = 200
_ERROR_LENGTH_MAX = 300


def ask_rehearsal(
    *,
    kind: RehearsalKind,
    version_id: int,
    version: str,
    first: date,
    last: date,
    actor_label: str,
    at: datetime,
) -> int:
    """Keep that somebody asked for a rehearsal, and return its id; the oldest ones are forgotten."""
    params = {
        "kind": kind.value,
        "version_id": version_id,
        "version": version,
        "first": first,
        "last": last,
        "actor_label": actor_label,
        "at": at,
    }
    rehearsal_id: int = rows.fetch_all(_SQL["insert_rehearsal"], params)[0][0]
    rows.execute(_SQL["forget_rehearsals"], {"kept": _KEPT})
    return rehearsal_id


def note_progress(*, rehearsal_id: int, done: int, total: int) -> None:
    """Keep how many customers of a rehearsal are done."""
    rows.execute(_SQL["move_on"], {"rehearsal_id": rehearsal_id, "done": done, "total": total})


def keep_report(*, rehearsal_id: int, report: Mapping[str, Any], at: datetime) -> None:
    """Keep the report of a rehearsal."""
    params = {"rehearsal_id": rehearsal_id, "report": json.dumps(report), "error": "", "at": at}
    rows.execute(_SQL["finish"], params)


def note_failure(*, rehearsal_id: int, error: str, at: datetime) -> None:
    """Keep why a rehearsal came to nothing."""
    params = {"rehearsal_id": rehearsal_id, "report": None, "error": error[:_ERROR_LENGTH_MAX], "at": at}
    rows.execute(_SQL["finish"], params)

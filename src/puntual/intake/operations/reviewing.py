"""
A file that a person, or a worker for them, looks at before it is applied.

Reads: intake.Import
Writes: intake.Import
Guarantees: what was seen of a file before its choices changed is not kept as if it were seen with them.
"""

import json
from dataclasses import asdict

from puntual.db import rows
from puntual.intake import queries
from puntual.intake.models import Import
from puntual.intake.types import Choices, ImportState

_OPEN_STATES = (ImportState.UPLOADED, ImportState.PREVIEWED)


def begin_review(*, import_id: int, choices: Choices | None = None) -> bool:
    """
    Note that a file is about to be read, by these choices, and forget what the last reading said of it.

    False, and nothing changed, when it is under way or done.
    """
    chosen = queries.stored_choices(import_id=import_id) if choices is None else choices
    return bool(
        rows.execute(
            """
            update intake_import
            set state = 'UPLOADED', error = '', phase = 'WAITING', steps_done = 0, steps_total = 0,
                cancel_requested_at = null, preview = jsonb_build_object('choices', %(choices)s::jsonb)
            where id = %(import_id)s::bigint and state in ('UPLOADED', 'PREVIEWED')
            """,
            {"import_id": import_id, "choices": json.dumps(queries.plain(value=asdict(chosen)))},
        )
    )


def note_unread(*, import_id: int, error: str) -> None:
    """Note why a file could not be read; its choices can be changed and it can be read again."""
    Import.objects.filter(pk=import_id, state__in=_OPEN_STATES).update(
        error=error[:300], phase="", cancel_requested_at=None
    )

"""
What became of an import and of every row.

Reads: intake.Import, the staging tables of the current transaction
Writes: intake.Import, intake.ImportRow
Guarantees: rows in = accepted + unchanged + rejected + ignored; a rejected row keeps its cells and its reason.
"""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from puntual.db import named, rows
from puntual.intake import queries
from puntual.intake.models import Import
from puntual.intake.operations.files import mapping_json
from puntual.intake.rules.staged import raw_json
from puntual.intake.types import (
    Choices,
    ImportState,
    Preview,
    RowOutcome,
    Staging,
    Tally,
)

_STAGED = named.load(Path(__file__).parent.parent / "sql" / "staged.sql")
_FILES = named.load(Path(__file__).parent.parent / "sql" / "files.sql")
_PROGRESS = named.load(Path(__file__).parent.parent / "sql" / "progress.sql")
_VALUE_LENGTH_MAX = 300


def keep_preview(*, import_id: int, preview: Preview, choices: Choices) -> None:
    """Remember the last preview of an import and the choices behind it; an import under way keeps its state."""
    rows.execute(
        """
        update intake_import
        set preview = %(preview)s::jsonb, kind = %(kind)s::text,
            mapping = %(mapping)s::jsonb,
            phase = case when state = 'APPLYING' then phase else '' end,
            state = case when state in ('APPLIED', 'APPLYING') then state else 'PREVIEWED' end
        where id = %(import_id)s::bigint
        """,
        {
            "import_id": import_id,
            "preview": queries.preview_json(preview=preview, choices=choices),
            "kind": preview.kind or "",
            "mapping": json.dumps({"columns": queries.plain(value=[asdict(one) for one in preview.columns])}),
        },
    )


def mark_applying(*, import_id: int) -> None:
    """
    Note that an import is under way; one that is done, or whose file was erased, stays what it is.

    A word to stop it counts for the try that it was said of, also when that one was killed and begins again.
    """
    rows.execute(_PROGRESS["begin"], {"import_id": import_id})


def mark_stopped(*, import_id: int, error: str) -> None:
    """Note that an import could not be applied and may be tried again; nothing of it was written."""
    Import.objects.filter(pk=import_id, state=ImportState.APPLYING).update(
        state=ImportState.PREVIEWED, error=error[:300], phase="", cancel_requested_at=None
    )


def finish(*, import_id: int, staging: Staging, tally: Tally, at: datetime) -> None:
    """Keep what became of every row, and close the import."""
    rows.execute(_STAGED["keep_unread_rows"], {"import_id": import_id})
    rejected = queries.staged_rejections(limit=None)
    if rejected:
        # Read before the copy begins: a query inside it, on the same connection, would wait for ever.
        content = queries.content_of(import_id=import_id)
        rows.copy_in(
            table="intake_importrow",
            columns=("source_id", "row_number", "outcome", "reason", "detail", "raw"),
            rows=(
                (import_id, number, RowOutcome.REJECTED.value, *_cut(rejected[number]), raw_json(cells))
                for number, cells in queries.rows_numbered(
                    content=content, dialect=staging.layout.dialect, numbers=set(rejected)
                )
            ),
        )
    rows.execute(_FILES["keep_row_pages"], {"import_id": import_id, "rows_per_page": queries.ROWS_PER_PAGE})
    Import.objects.filter(pk=import_id).update(
        state=ImportState.APPLIED,
        kind=staging.layout.kind or "",
        dialect=queries.plain(value=asdict(staging.layout.dialect)),
        mapping=mapping_json(found=staging.layout),
        rows_total=tally.rows_total,
        rows_accepted=tally.rows_accepted,
        rows_unchanged=tally.rows_unchanged,
        rows_rejected=tally.rows_rejected,
        rows_ignored=tally.rows_ignored,
        error="",
        phase="",
        cancel_requested_at=None,
        applied_at=at,
    )


def _cut(told: tuple[str, str]) -> tuple[str, str]:
    return told[0], told[1][:_VALUE_LENGTH_MAX]

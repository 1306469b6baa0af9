"""
Forgetting a person in the files that came.

Reads: intake.Import, intake.ImportRow
Writes: intake.Import, intake.ImportRow
Guarantees: hash and counts of an emptied file stay.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from puntual.db import named, rows
from puntual.intake import queries
from puntual.intake.operations import movements
from puntual.intake.rules import forgetting, reading, sniffing
from puntual.intake.types import (
    Field,
)

_ERASURE = named.load(Path(__file__).parent.parent / "sql" / "erasure.sql")
_CHUNK = 20_000


def erase_customer(*, external_id: str, words: Sequence[str]) -> int:
    """
    Empty the files and the kept rows that name a person, and return how many files that were.

    A file cannot be mended, only emptied: its hash and its counts stay. `words` name the person wherever they stand.
    """
    traces = forgetting.traces_of(external_id=external_id, words=words)
    about = [
        import_id
        for import_id, mapping in rows.fetch_all(_ERASURE["kept_files"])
        if _names(queries.content_of(import_id=import_id), traces, _id_position(mapping))
    ]
    error = queries.refusal_text(code="file-erased")
    if about:
        rows.execute(_ERASURE["empty_files"], {"import_ids": about, "error": error[:300]})
    refused = [
        import_id
        for import_id, detail in rows.fetch_all(_ERASURE["refused_files"])
        if forgetting.is_about(detail.split(", "), traces=traces, id_position=None)
    ]
    if refused:
        rows.execute(_ERASURE["forget_refusals"], {"import_ids": refused, "error": error[:300]})
    movements.erase_movements(external_id=external_id, words=words)
    after = 0
    while chunk := rows.fetch_all(_ERASURE["kept_rows"], {"after": after, "limit": _CHUNK}):
        found = [
            row_id
            for row_id, raw, mapping in chunk
            if forgetting.is_about(json.loads(raw), traces=traces, id_position=_id_position(mapping))
        ]
        if found:
            rows.execute(_ERASURE["empty_rows"], {"row_ids": found})
        after = chunk[-1][0]
    return len(about)


def _id_position(mapping: str) -> int | None:
    columns = json.loads(mapping).get("columns", ())
    return next((one["position"] for one in columns if one.get("field") == Field.CUSTOMER_ID), None)


def _names(content: bytes, traces: forgetting.Traces, id_position: int | None) -> bool:
    """Say whether any row of any sheet names a person; what cannot be read any more might."""
    try:
        return any(
            forgetting.is_about(cells, traces=traces, id_position=id_position)
            for dialect in reading.find_dialects(content)
            for _number, cells in reading.rows_of(content, dialect)
        )
    except sniffing.Unreadable:
        return True

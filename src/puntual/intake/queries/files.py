"""Files as they came, and what became of each of their rows."""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.intake.models import Import
from puntual.intake.queries.wording import refusal_text
from puntual.intake.rules import layout, reading, tables
from puntual.intake.rules.cfdi import reading as cfdi
from puntual.intake.rules.reading import Row
from puntual.intake.rules.staged import raw_json
from puntual.intake.types import Dialect, FileFormat, ImportState, RowOutcome, RowResult
from puntual.lib.errors import NotFound

_FILES = named.load(Path(__file__).resolve().parents[1] / "sql" / "files.sql")
# Bytes read at once: a large file never stands in memory twice.
_PIECE = 8 << 20
ROWS_PER_PAGE = 1_000
_OUTCOMES = {outcome.value[0]: outcome for outcome in RowOutcome}


def content_of(*, import_id: int) -> bytes:
    """
    Return the bytes of a file as they came, empty when they were erased.

    Raises: NotFound.
    """
    known = rows.fetch_all(_FILES["file_hash"], {"import_id": import_id})
    kept = reading.kept_content(digest=known[0][0]) if known else None
    if kept is not None:
        return kept
    content = io.BytesIO()
    while True:
        asked = {"import_id": import_id, "start": content.tell() + 1, "length": _PIECE}
        found = rows.fetch_all(_FILES["piece"], asked)
        if not found:
            raise NotFound(_("No existe esa carga."))
        content.write(found[0][0])
        if len(found[0][0]) < _PIECE:
            # Shares the buffer: no second copy.
            return content.getvalue()


def is_unread(*, import_id: int) -> bool:
    """Say whether a file was kept and nobody has said yet what it is."""
    return Import.objects.filter(pk=import_id, state=ImportState.UPLOADED, dialect={}).exists()


def refusal_of(*, import_id: int) -> str:
    """Tell why a file was refused when it was read; empty when it was not."""
    preview = Import.objects.filter(pk=import_id).values_list("preview", flat=True).first() or {}
    told = preview.get("refusal")
    return refusal_text(code=told["code"], detail=told["detail"]) if told else ""


def are_vouchers(*, content: bytes) -> bool:
    """Say whether a file is one of CFDI or a list of the SAT, or an archive that may hold some."""
    return cfdi.is_cfdi(content)


def place_of_headers(*, content: bytes, headers: Sequence[str]) -> tuple[str, int] | None:
    """Find the sheet and the row in which all the headers stand that a person names; None where there is none."""
    return tables.find_named(reading.opened(content), headers=headers)


def rows_numbered(*, content: bytes, dialect: Dialect, numbers: set[int]) -> Iterator[Row]:
    """Read some rows of a file again."""
    left = len(numbers)
    for number, cells in layout.body_of(content, dialect):
        if number in numbers:
            yield number, cells
            left -= 1
            if not left:
                return


def row_outcome(*, import_id: int, row_number: int) -> RowResult:
    """
    Say what became of one row of an applied file, with its cells as they stood.

    Raises: NotFound when the file was not applied or has no such row.
    """
    found = row_outcomes(import_id=import_id, first=row_number, limit=1)
    if not found or found[0].row_number != row_number:
        raise NotFound(_("El archivo no tiene ese renglón."))
    return found[0]


def row_outcomes(
    *, import_id: int, first: int, limit: int, outcome: RowOutcome | None = None
) -> list[RowResult]:
    """
    List rows of an applied file from a number on, each with its cells as they stood and what became of it.

    With an outcome, only rows of that one.

    The cells of an erased file are empty. None are listed while a file is not applied.
    """
    asked = {"import_id": import_id, "first": first, "limit": limit, "rows_per_page": ROWS_PER_PAGE}
    letter = outcome.value[0] if outcome else ""
    found = rows.fetch_all(_FILES["row_outcomes"], {**asked, "letter": letter})
    cells_of = _cells_of(import_id=import_id, numbers={row[0] for row in found}) if found else {}
    return [
        RowResult(
            row_number=number,
            outcome=_OUTCOMES[letter],
            reason=reason,
            detail=detail,
            receivable_id=receivable_id,
            payment_id=payment_id,
            cells=cells_of.get(number, ()),
        )
        for number, letter, receivable_id, payment_id, reason, detail in found
    ]


def _cells_of(*, import_id: int, numbers: set[int]) -> dict[int, tuple[str, ...]]:
    content = content_of(import_id=import_id)
    if not content:
        return {}
    dialect = _dialect_of(import_id=import_id)
    return {
        number: tuple(json.loads(raw_json(cells)))
        for number, cells in rows_numbered(content=content, dialect=dialect, numbers=numbers)
    }


def _dialect_of(*, import_id: int) -> Dialect:
    said = Import.objects.values_list("dialect", flat=True).get(pk=import_id)
    plain: dict[str, Any] = {name: _tupled(value) for name, value in said.items()}
    return Dialect(**{**plain, "format": FileFormat(said["format"])})


def _tupled(value: Any) -> Any:
    """Give lists of JSON back as the tuples that they were."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return tuple(_tupled(one) for one in value)

"""
Files as they came.

Reads: intake.Import
Writes: intake.Import
Guarantees: the file is kept as it came, with its hash; one that is no table leaves no byte behind.
"""

import struct
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.db import connection

from puntual.audit.types import Actor
from puntual.db import rows
from puntual.intake import queries
from puntual.intake.models import Import
from puntual.intake.rules import amounts, cells, layout, reading, sniffing
from puntual.intake.types import Choices, FileKind, ImportPhase, ImportState, Layout
from puntual.lib.errors import DomainError

_FORGET = """
    delete from intake_import
    where id = %(import_id)s::bigint and state in ('UPLOADED', 'PREVIEWED') and applied_at is null
"""
_NAME_LENGTH_MAX = 250
_ERROR_LENGTH_MAX = 300
_PIECE = 1 << 20
# Signature, no flags, no extension: https://www.postgresql.org/docs/current/sql-copy.html
_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)


class UnableToReadFile(DomainError):
    """The file is no table of debts or payments; nothing was written."""

    code = "unable-to-read-file"

    def __init__(self, *, code: str, detail: str = "") -> None:
        super().__init__(queries.refusal_text(code=code, detail=detail), code=code)
        self.detail = detail


def store_file(
    *,
    name: str,
    content: bytes,
    choices: Choices,
    currency: str,
    bytes_max: int,
    actor: Actor,
    at: datetime,
) -> int:
    """
    Keep a file that can be understood, and return the id of its import.

    `choices` say what it holds and where in it, when a person said so as it was sent.

    Raises: UnableToReadFile.
    """
    _refuse_large(content=content, bytes_max=bytes_max)
    found = understand(content=content, choices=choices, currency=currency)
    import_id = _create(name=name, content=content, choices=choices, actor=actor, at=at)
    _note_layout(import_id=import_id, found=found)
    return import_id


def store_unread(
    *, name: str, content: bytes, kind: FileKind | None, bytes_max: int, actor: Actor, at: datetime
) -> int:
    """
    Keep a file that is about to be read, and return the id of its import.

    It is looked at only as far as its first letters, or the names in it, tell that it is no table.

    Raises: UnableToReadFile.
    """
    _refuse_large(content=content, bytes_max=bytes_max)
    try:
        sniffing.refuse_at_a_glance(content)
    except sniffing.Unreadable as error:
        raise UnableToReadFile(code=error.code, detail=error.detail) from error
    import_id = _create(name=name, content=content, choices=Choices(kind=kind), actor=actor, at=at)
    Import.objects.filter(pk=import_id).update(phase=ImportPhase.WAITING)
    return import_id


def read_stored(*, import_id: int, kind: FileKind | None, currency: str) -> None:
    """
    Note what a file is that was kept unread.

    Raises: UnableToReadFile.
    """
    content = queries.content_of(import_id=import_id)
    _note_layout(
        import_id=import_id,
        found=understand(content=content, choices=Choices(kind=kind), currency=currency),
    )


def refuse_stored(*, import_id: int, code: str, detail: str) -> None:
    """
    Note for good that a file is none of debts or payments, and let go of its bytes: nobody knows whose they are.

    Its name, hash and size stay, with the reason.
    """
    Import.objects.filter(pk=import_id, state=ImportState.UPLOADED).update(
        state=ImportState.REFUSED,
        content=b"",
        preview={"refusal": {"code": code, "detail": detail}},
        error=queries.refusal_text(code=code, detail=detail)[:_ERROR_LENGTH_MAX],
        phase="",
        cancel_requested_at=None,
    )


def _refuse_large(*, content: bytes, bytes_max: int) -> None:
    if len(content) > bytes_max:
        raise UnableToReadFile(code="file-too-large", detail=str(bytes_max // 1024**2))


def _create(*, name: str, content: bytes, choices: Choices, actor: Actor, at: datetime) -> int:
    created = Import.objects.create(
        file_name=Path(name.replace("\\", "/")).name[-_NAME_LENGTH_MAX:],
        file_hash=reading.digest_of(content),
        file_bytes=len(content),
        content=b"",
        kind=choices.kind or "",
        state=ImportState.UPLOADED,
        preview={"choices": queries.plain(value=asdict(choices))} if choices != Choices() else {},
        actor_label=actor.label[:120],
        uploaded_at=at,
    )
    _keep_content(import_id=created.pk, content=content)
    return created.pk


def _note_layout(*, import_id: int, found: Layout) -> None:
    Import.objects.filter(pk=import_id).update(
        kind=found.kind or "",
        dialect=queries.plain(value=asdict(found.dialect)),
        mapping=mapping_json(found=found),
    )


def _keep_content(*, import_id: int, content: bytes) -> None:
    """Send the bytes piece by piece: as a value of a statement they would stand in memory twice more."""
    rows.execute("create temporary table intake_arriving (content bytea)")
    rows.execute("alter table intake_arriving alter column content set storage external")
    with (
        connection.cursor() as cursor,
        cursor.copy("copy intake_arriving from stdin (format binary)") as copy,
    ):
        copy.write(_COPY_HEADER + struct.pack("!hi", 1, len(content)))
        whole = memoryview(content)
        for start in range(0, len(content), _PIECE):
            copy.write(whole[start : start + _PIECE])
        copy.write(struct.pack("!h", -1))
    rows.execute(
        "update intake_import set content = a.content from intake_arriving a where id = %s", [import_id]
    )
    rows.execute("drop table intake_arriving")


def forget_file(*, import_id: int) -> bool:
    """Take back a file that was looked at and not applied; False when it was, or is being applied."""
    return bool(rows.execute(_FORGET, {"import_id": import_id}))


def understand(*, content: bytes, choices: Choices, currency: str, tax_id: str = "") -> Layout:
    """
    Say what a file is and what must still be asked.

    Raises: UnableToReadFile.
    """
    if choices.currency and amounts.currency_code(choices.currency) != choices.currency:
        raise UnableToReadFile(code="unknown-currency", detail=choices.currency)
    try:
        return layout.understand(content, choices=choices, company_currency=currency, company_tax_id=tax_id)
    except sniffing.Unreadable as error:
        raise UnableToReadFile(code=error.code, detail=error.detail) from error


def rows_of_table(*, content: bytes, bytes_max: int) -> list[tuple[int, list[str]]]:
    """
    Return every row of the first table of a file with its number, each cell as text.

    Raises: UnableToReadFile.
    """
    _refuse_large(content=content, bytes_max=bytes_max)
    try:
        dialect = reading.find_dialects(content)[0]
        return [
            (number, [cells.raw_of(one) for one in row]) for number, row in reading.rows_of(content, dialect)
        ]
    except sniffing.Unreadable as error:
        raise UnableToReadFile(code=error.code, detail=error.detail) from error


def mapping_json(*, found: Layout) -> dict[str, object]:
    """Write what the columns of a file mean, to be kept with the import."""
    return {"columns": queries.plain(value=[asdict(column) for column in found.columns])}

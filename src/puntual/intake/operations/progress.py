"""
How far an import is, and a word to stop it.

Reads: intake.Import
Writes: intake.Import (phase, steps and the word to stop)
Guarantees: what is told is seen at once, though the import's own transaction is still open; telling never waits
for a lock and never stops an import.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from puntual.db import named, rows, schema
from puntual.db.locks import Lock, try_lock_in_transaction
from puntual.intake.types import ImportPhase
from puntual.lib.errors import DomainError

log = structlog.get_logger("puntual.intake")
_PROGRESS = named.load(Path(__file__).parent.parent / "sql" / "progress.sql")
# Imports of one company are applied one after the other.
APPLY_KEY = "apply"


class ImportCancelled(DomainError):
    """A person asked to stop the import; nothing was written."""

    code = "import-cancelled"


class ProgressLine:
    """Tells how far one import is, over a connection of its own."""

    def __init__(self, *, import_id: int, side: Any) -> None:
        self._import_id = import_id
        self._side = side
        self._is_open = True

    def tell(self, *, phase: ImportPhase, done: int = 0, total: int = 0) -> None:
        """
        Say how far the import is.

        Raises: ImportCancelled when a person asked to stop it.
        """
        if not self._is_open:
            return
        told = {"import_id": self._import_id, "phase": str(phase), "done": done, "total": total}
        try:
            with self._side.cursor() as cursor:
                cursor.execute(_PROGRESS["tell"], told)
                cursor.execute(_PROGRESS["is_cancel_requested"], {"import_id": self._import_id})
                found = cursor.fetchone()
        except DatabaseError as error:
            # The bar stands still; the import goes on.
            log.warning("progress-lost", import_id=self._import_id, error=type(error).__name__)
            self._is_open = False
            return
        if found and found[0]:
            raise ImportCancelled(_stopped_by_a_person())


def _stopped_by_a_person() -> str:
    return str(_("La carga se detuvo a petición de una persona y no se guardó nada."))


@contextmanager
def progress_line(*, import_id: int) -> Iterator[ProgressLine]:
    """Open a line over which an import tells how far it is; it ends with the block."""
    side: Any = connection.copy()
    side.set_schema(schema.current())
    with side.cursor() as cursor:
        # How far an import was when the machine stopped is of no use to anybody: nothing waits for it on disk.
        cursor.execute("set synchronous_commit to off")
    try:
        yield ProgressLine(import_id=import_id, side=side)
    finally:
        side.close()


def request_cancel(*, import_id: int, at: datetime) -> bool:
    """
    Ask an import that is under way to stop, and say whether there was one.

    Needs a transaction. Where the hand that applied it is gone, it is stopped here and now.
    """
    asked = rows.execute(_PROGRESS["request_cancel"], {"import_id": import_id, "at": at}) == 1
    if asked and try_lock_in_transaction(lock=Lock.IMPORT_FILE, key=APPLY_KEY):
        rows.execute(_PROGRESS["stop"], {"import_id": import_id, "error": _stopped_by_a_person()})
    return asked

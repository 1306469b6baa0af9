"""How far an import is."""

from pathlib import Path

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.intake.types import ImportPhase, ImportState, Progress
from puntual.lib.errors import NotFound

_PROGRESS = named.load(Path(__file__).resolve().parents[1] / "sql" / "progress.sql")


def progress(*, import_id: int) -> Progress:
    """
    Say how far an import is; seen while its own transaction is still open.

    Raises: NotFound.
    """
    found = rows.fetch_all(_PROGRESS["progress"], {"import_id": import_id})
    if not found:
        raise NotFound(_("No existe esa carga."))
    number, state, phase, done, total, is_cancel_requested = found[0]
    return Progress(
        import_id=number,
        state=ImportState(state),
        phase=ImportPhase(phase) if phase else None,
        done=done,
        total=total,
        is_cancel_requested=is_cancel_requested,
    )

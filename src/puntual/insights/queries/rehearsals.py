"""Reads of rehearsals."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.insights.types import RehearsalCard, RehearsalKind, RehearsalState
from puntual.lib.errors import NotFound

_SQL = named.load(Path(__file__).resolve().parents[1] / "sql" / "rehearsals.sql")


def rehearsal(*, rehearsal_id: int) -> RehearsalCard:
    """
    Return a rehearsal with its report.

    Raises: NotFound.
    """
    found = rows.fetch_all(_SQL["rehearsal"], {"rehearsal_id": rehearsal_id})
    if not found:
        raise NotFound(_("No existe ese ensayo."))
    return _card(found[0])


def rehearsals(*, limit: int) -> list[RehearsalCard]:
    """List the newest rehearsals, without their reports."""
    return [_card(row) for row in rows.fetch_all(_SQL["rehearsals"], {"limit": limit})]


def _card(row: tuple[Any, ...]) -> RehearsalCard:
    return RehearsalCard(
        id=row[0],
        kind=RehearsalKind(row[1]),
        version_id=row[2],
        version=row[3],
        first=row[4],
        last=row[5],
        state=RehearsalState(row[6]),
        done=row[7],
        total=row[8],
        error=row[9],
        actor_label=row[10],
        asked_at=row[11],
        finished_at=row[12],
        report=rows.as_json(row[13]),
    )

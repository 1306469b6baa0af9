"""
A part of the portfolio stands still for a time.

Reads: nothing else
Writes: agreements.PortfolioPause, audit.Event
Guarantees: a pause has a reason and an end; ending it twice changes nothing; both are in the audit trail.
"""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.agreements.operations.agreeing import UnableToHold
from puntual.agreements.types import PauseReason, PauseScope
from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.db import named, rows
from puntual.lib.errors import NotFound

_SQL = named.load(Path(__file__).parents[1] / "sql" / "portfolio_pauses.sql")


def pause_portfolio(
    *,
    scope: PauseScope,
    value: str,
    reason: PauseReason,
    note: str,
    from_date: date,
    until_date: date,
    actor: Actor,
    at: datetime,
) -> int:
    """
    Pause a part of the portfolio up to and including a day, and return the pause's id.

    `value` names the part: a segment's key, a tag, a product or a state; empty for all. Pauses may overlap.

    Raises: UnableToHold.
    """
    if until_date < from_date:
        raise UnableToHold(_("La pausa debe terminar el día en que empieza o después."))
    if (scope is PauseScope.ALL) != (value == ""):
        raise UnableToHold(_("Diga qué parte de la cartera se pausa."))
    with transaction.atomic():
        pause_id: int = rows.fetch_all(
            _SQL["insert_pause"],
            {
                "scope": scope,
                "value": value,
                "reason": reason,
                "note": note,
                "from_date": from_date,
                "until_date": until_date,
                "actor_label": actor.label[:120],
                "at": at,
            },
        )[0][0]
        audit.record(
            actor=actor,
            action="portfolio-paused",
            subject_type="portfolio-pause",
            subject_id=pause_id,
            after={
                "scope": scope.value,
                "value": value,
                "reason": reason.value,
                "note": note,
                "from_date": from_date.isoformat(),
                "until_date": until_date.isoformat(),
            },
            at=at,
        )
    return pause_id


def lift_pause(*, pause_id: int, actor: Actor, at: datetime) -> bool:
    """
    End a pause now; False when it had been ended before.

    Raises: NotFound.
    """
    with transaction.atomic():
        found = rows.fetch_all(
            _SQL["lift_pause"], {"pause_id": pause_id, "actor_label": actor.label[:120], "at": at}
        )
        if not found:
            raise NotFound(_("No existe esa pausa."))
        if found[0][0]:
            audit.record(
                actor=actor,
                action="portfolio-resumed",
                subject_type="portfolio-pause",
                subject_id=pause_id,
                at=at,
            )
        return bool(found[0][0])

"""A rehearsal that somebody asked for: worked through by a worker, its report kept for its page."""

from datetime import date, datetime, timedelta
from typing import Any

from puntual.audit.types import Actor
from puntual.flows.rehearsal import reports
from puntual.flows.rehearsal.blocks import Progress
from puntual.flows.rehearsal.calendars import DAYS, calendar
from puntual.flows.rehearsal.previewing import preview
from puntual.flows.rehearsal.replaying import refuse_period, replay
from puntual.insights import operations as insights
from puntual.insights.queries import rehearsals
from puntual.insights.types import RehearsalCard, RehearsalKind, RehearsalState
from puntual.lib.errors import DomainError
from puntual.plans import queries as planned


def ask(
    *,
    kind: RehearsalKind,
    version_id: int,
    first: date,
    last: date,
    today: date,
    actor: Actor,
    at: datetime,
) -> int:
    """
    Keep that somebody asked for a rehearsal, and return its id; whoever asked hands it to a worker.

    `first` and `last` count for a replay alone: a preview is of today, a calendar of the days from today on.

    Raises: NotFound; NoActivePlan; MalformedPlan for a draft with faults; UnableToRehearse.
    """
    if kind is RehearsalKind.REPLAY:
        refuse_period(first=first, last=last, today=today)
    else:
        first, last = today, today if kind is RehearsalKind.PREVIEW else today + timedelta(days=DAYS - 1)
    planned.plan_of_version(version_id=version_id)
    planned.active_version()
    return insights.ask_rehearsal(
        kind=kind,
        version_id=version_id,
        version=planned.version_label(version_id=version_id),
        first=first,
        last=last,
        actor_label=actor.label,
        at=at,
    )


def carry_out(*, rehearsal_id: int, today: date, at: datetime, processes: int) -> None:
    """
    Work a rehearsal through and keep its report, or why there is none; one that is done stays as it is.

    Raises: NotFound; what the rehearsal itself refuses.
    """
    asked = rehearsals.rehearsal(rehearsal_id=rehearsal_id)
    if asked.state is RehearsalState.DONE:
        return

    def tell(done: int, total: int) -> None:
        insights.note_progress(rehearsal_id=rehearsal_id, done=done, total=total)

    tell(0, 0)
    try:
        report = _report(asked, today=today, at=at, processes=processes, on_progress=tell)
    except DomainError as refused:
        insights.note_failure(rehearsal_id=rehearsal_id, error=refused.message, at=at)
        raise
    except Exception as error:
        # The kind of error and no more: its words may hold personal data.
        insights.note_failure(rehearsal_id=rehearsal_id, error=type(error).__name__, at=at)
        raise
    insights.keep_report(rehearsal_id=rehearsal_id, report=reports.plain(report=report), at=at)


def _report(asked: RehearsalCard, *, today: date, at: datetime, processes: int, on_progress: Progress) -> Any:
    if asked.kind is RehearsalKind.PREVIEW:
        return preview(
            version_id=asked.version_id, day=asked.first, today=today, at=at, processes=processes,
            on_progress=on_progress,
        )  # fmt: skip
    if asked.kind is RehearsalKind.CALENDAR:
        return calendar(
            version_id=asked.version_id, today=today, at=at, processes=processes, on_progress=on_progress
        )
    return replay(
        version_id=asked.version_id, first=asked.first, last=asked.last, today=today, processes=processes,
        on_progress=on_progress,
    )  # fmt: skip

"""
Pull one source: claim it → settle what lies open → fetch, outside of any transaction → keep each file together with
how far the source was read → put it away at the source → apply it, or leave it to a person.

Killed anywhere: a file that was not kept is fetched again, one that was kept is applied by the next visit, and
applying the same file twice writes nothing. So every file counts once.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit.types import Actor, ActorKind
from puntual.db.locks import Lock, release_session_lock, try_session_lock
from puntual.flows import intake
from puntual.flows.sources.errands import connector_of, errand_of
from puntual.intake import operations as intake_writes
from puntual.intake import queries as intake_rows
from puntual.intake.types import FileKind, ImportState
from puntual.lib.errors import DomainError, NotFound
from puntual.sources import operations as sources
from puntual.sources import queries as source_rows
from puntual.sources.providers.contract import Connector, Delivery, Errand, UnableToFetch
from puntual.sources.types import DeliveryState, OpenDelivery, RunState, RunTally, Work

log = structlog.get_logger("puntual.sources")


class SourceBusy(DomainError):
    """Somebody else is pulling this source right now."""

    code = "source-busy"

    def __init__(self) -> None:
        super().__init__(_("Esta fuente se está trayendo en este momento."))


@dataclass(frozen=True, slots=True)
class PullResult:
    """What one visit to a source brought."""

    source_id: int
    state: RunState
    deliveries: int
    rows_accepted: int
    rows_unchanged: int
    rows_rejected: int
    error: str
    # The import that a person must look at, if any.
    waiting_import_id: int | None


@dataclass(frozen=True, slots=True)
class _Visit:
    """What every step of a visit shares."""

    work: Work
    run_id: int
    today: date
    at: datetime

    @property
    def actor(self) -> Actor:
        """Name the hand behind what a source brings."""
        return Actor(kind=ActorKind.SYSTEM, label=_("Fuente: %s") % self.work.name)


class _Waits(Exception):
    """A file waits for a person; nothing newer of the source may be applied before it."""

    def __init__(self, *, import_id: int, told: str) -> None:
        super().__init__(told)
        self.import_id = import_id
        self.told = told


def lock_key(*, source_id: int) -> str:
    """Name the lock of a source."""
    return f"source:{source_id}"


def pull_source(*, source_id: int, actor: Actor, today: date, at: datetime) -> PullResult:
    """
    Bring in what is new at a source. What goes wrong there is the visit's result, told on the source.

    Raises: NotFound; SourceBusy.
    """
    source_rows.work_of(source_id=source_id)
    if not try_session_lock(lock=Lock.SOURCE, key=lock_key(source_id=source_id)):
        raise SourceBusy
    try:
        # Read again: whoever held the lock before moved the state on.
        work = source_rows.work_of(source_id=source_id)
        run_id = sources.start_run(source_id=source_id, actor=actor, at=at)
        return _end(_Visit(work=work, run_id=run_id, today=today, at=at))
    finally:
        release_session_lock(lock=Lock.SOURCE, key=lock_key(source_id=source_id))


def _end(visit: _Visit) -> PullResult:
    """Visit, and close the visit however it went."""
    tally = _Count()
    state, error, waiting = RunState.FAILED, _("La visita falló por un error inesperado."), None
    try:
        _visit(visit, tally)
        state, error = RunState.DONE, ""
    except _Waits as waits:
        state, error, waiting = RunState.WAITING, waits.told, waits.import_id
    except DomainError as refused:
        error = refused.message
        log.warning("source-failed", source=visit.work.id, code=refused.code)
    finally:
        sources.end_run(
            source_id=visit.work.id,
            run_id=visit.run_id,
            state=state,
            error=error,
            tally=tally.told(),
            at=visit.at,
        )
    told = tally.told()
    return PullResult(
        source_id=visit.work.id,
        state=state,
        deliveries=told.deliveries,
        rows_accepted=told.rows_accepted,
        rows_unchanged=told.rows_unchanged,
        rows_rejected=told.rows_rejected,
        error=error,
        waiting_import_id=waiting,
    )


class _Count:
    """Adds up what a visit brings."""

    def __init__(self) -> None:
        self._deliveries = self._accepted = self._unchanged = self._rejected = 0

    def delivery(self) -> None:
        """Count a file."""
        self._deliveries += 1

    def load(self, *, import_id: int) -> None:
        """Count the rows of an applied import."""
        card = intake_rows.import_card(import_id=import_id)
        self._accepted += card.rows_accepted
        self._unchanged += card.rows_unchanged
        self._rejected += card.rows_rejected

    def told(self) -> RunTally:
        """Return the sums."""
        return RunTally(self._deliveries, self._accepted, self._unchanged, self._rejected)


def _visit(visit: _Visit, tally: _Count) -> None:
    for left in source_rows.open_deliveries(source_id=visit.work.id):
        _apply(visit, left, tally)
    work = visit.work
    connector = connector_of(code=work.connector)
    errand = errand_of(
        connector=connector, given=work.settings, secret_name=work.secret_name, state=work.state, at=visit.at
    )
    for delivery in connector.fetch(errand=errand):
        tally.delivery()
        kept = _keep(visit, delivery)
        _put_away(connector, errand, delivery, is_refused=kept is None)
        errand = replace(errand, state=delivery.state_after)
        if kept is not None:
            _apply(visit, kept, tally)


def _keep(visit: _Visit, delivery: Delivery) -> OpenDelivery | None:
    """Make a file ours, together with how far the source is read; one that is no table is only noted."""
    if delivery.problem:
        _refuse(visit, delivery, delivery.problem)
        return None
    try:
        with transaction.atomic(durable=True):
            import_id = intake.keep_file(
                name=delivery.name,
                content=delivery.content,
                kind=FileKind(visit.work.kind) if visit.work.kind else None,
                profile=visit.work.profile or None,
                actor=visit.actor,
                at=visit.at,
            )
            delivery_id = _note(visit, delivery, import_id=import_id, error="")
    except intake_writes.UnableToReadFile as refused:
        _refuse(visit, delivery, refused.message)
        return None
    except NotFound:
        raise UnableToFetch(
            _("Ya no existe el perfil «%s»: elija otro para esta fuente.") % visit.work.profile
        ) from None
    return OpenDelivery(id=delivery_id, import_id=import_id, name=delivery.name, state=DeliveryState.KEPT)


def _refuse(visit: _Visit, delivery: Delivery, told: str) -> None:
    with transaction.atomic(durable=True):
        _note(visit, delivery, import_id=None, error=told)


def _note(visit: _Visit, delivery: Delivery, *, import_id: int | None, error: str) -> int:
    return sources.keep_delivery(
        source_id=visit.work.id,
        run_id=visit.run_id,
        name=delivery.name,
        import_id=import_id,
        error=error,
        state_after=delivery.state_after,
        at=visit.at,
    )


def _put_away(connector: Connector, errand: Errand, delivery: Delivery, *, is_refused: bool) -> None:
    """Tidy up at the source. The file is ours, so a failure here is only told; the next visit tidies up."""
    try:
        connector.put_away(errand=errand, delivery=delivery, is_refused=is_refused)
    except UnableToFetch as failed:
        log.warning("source-not-tidied", code=failed.code, connector=connector.code)


def _apply(visit: _Visit, kept: OpenDelivery, tally: _Count) -> None:
    """
    Apply a file that is ours.

    Raises: _Waits when a person must look first.
    """
    card = intake_rows.import_card(import_id=kept.import_id)
    if card.state is ImportState.REFUSED:
        return _settle(visit, kept, DeliveryState.DISCARDED)
    if card.state is not ImportState.APPLIED:
        try:
            found = intake.preview(import_id=kept.import_id)
            if found.questions:
                raise _Waits(import_id=kept.import_id, told=found.questions[0].text)
            intake.apply_import(import_id=kept.import_id, actor=visit.actor, today=visit.today, at=visit.at)
        except DomainError as refused:
            # The file is readable and cannot be applied as things stand: only a person can say what to do.
            _settle(visit, kept, DeliveryState.WAITING, refused.message)
            raise _Waits(import_id=kept.import_id, told=refused.message) from refused
        except _Waits as waits:
            _settle(visit, kept, DeliveryState.WAITING, waits.told)
            raise
    # Here too: a worker may have died between the two, and a second time closes nothing more.
    intake.close_few_missing(import_id=kept.import_id, actor=visit.actor, at=visit.at)
    tally.load(import_id=kept.import_id)
    return _settle(visit, kept, DeliveryState.APPLIED)


def _settle(visit: _Visit, kept: OpenDelivery, state: DeliveryState, error: str = "") -> None:
    sources.settle_delivery(delivery_id=kept.id, state=state, error=error, at=visit.at)

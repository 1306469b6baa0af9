"""
Sources: what comes in by itself, and how far did we read?

Reads: sources.Source, sources.Run, sources.Delivery
Writes: sources.Source, sources.Run, sources.Delivery, sources.Sending, audit.Event
Guarantees: how far a source was read moves only together with the file that was kept; no secret is ever stored.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.lib.errors import DomainError, NotFound
from puntual.sources.models import MINUTES_MAX, MINUTES_MIN, Delivery, Run, Sending, Source
from puntual.sources.types import DeliveryState, NewSource, RunState, RunTally

_NAME_LENGTH_MAX = 80
_ERROR_LENGTH_MAX = 300


class UnableToSaveSource(DomainError):
    """A source cannot be created or changed as asked."""

    code = "unable-to-save-source"


def add_source(*, draft: NewSource, actor: Actor, at: datetime) -> int:
    """
    Create a source that is due at once, and return its id.

    Raises: UnableToSaveSource.
    """
    values = _checked(draft)
    try:
        with transaction.atomic():
            source = Source.objects.create(**values, next_run_at=at)
            _note("source-created", source.pk, actor=actor, at=at, after=values)
    except IntegrityError:
        raise UnableToSaveSource(_("Ya hay una fuente con ese nombre.")) from None
    return source.pk


def change_source(*, source_id: int, draft: NewSource, is_reset: bool, actor: Actor, at: datetime) -> None:
    """
    Change a source; `is_reset` reads it from the beginning again.

    Raises: NotFound; UnableToSaveSource.
    """
    values = _checked(draft)
    try:
        with transaction.atomic():
            source = _locked(source_id)
            before = {name: getattr(source, name) for name in values}
            reset: dict[str, Any] = {"state": {}} if is_reset else {}
            Source.objects.filter(pk=source_id).update(**values, **reset, last_error="", next_run_at=at)
            _note("source-changed", source_id, actor=actor, at=at, before=before, after={**values, **reset})
    except IntegrityError:
        raise UnableToSaveSource(_("Ya hay una fuente con ese nombre.")) from None


def set_active(*, source_id: int, is_active: bool, actor: Actor, at: datetime) -> None:
    """
    Pause a source or let it go on; saying twice changes nothing.

    Raises: NotFound.
    """
    with transaction.atomic():
        source = _locked(source_id)
        if source.is_active == is_active:
            return
        Source.objects.filter(pk=source_id).update(is_active=is_active, next_run_at=at)
        action = "source-resumed" if is_active else "source-paused"
        _note(action, source_id, actor=actor, at=at)


def remove_source(*, source_id: int, actor: Actor, at: datetime) -> None:
    """
    Remove a source with the list of its visits; the imports that it brought stay.

    Raises: NotFound.
    """
    with transaction.atomic():
        source = _locked(source_id)
        before = {"name": source.name, "connector": source.connector, "settings": source.settings}
        Delivery.objects.filter(source_id=source_id).delete()
        Run.objects.filter(source_id=source_id).delete()
        Source.objects.filter(pk=source_id).delete()
        _note("source-removed", source_id, actor=actor, at=at, before=before)


def start_run(*, source_id: int, actor: Actor, at: datetime) -> int:
    """Begin a visit and return its id; a visit whose worker died is closed as stopped. Needs the source's lock."""
    with transaction.atomic():
        Run.objects.filter(source_id=source_id, state=RunState.RUNNING).update(
            state=RunState.STOPPED,
            ended_at=at,
            error=_("El proceso se interrumpió; la siguiente vez siguió."),
        )
        return Run.objects.create(
            source_id=source_id, state=RunState.RUNNING, started_at=at, actor_label=actor.label[:120]
        ).pk


def keep_delivery(
    *,
    source_id: int,
    run_id: int,
    name: str,
    import_id: int | None,
    error: str,
    state_after: Mapping[str, Any],
    at: datetime,
) -> int:
    """Note that a file is ours, or never will be, and how far the source was read with it. Needs a transaction."""
    delivery = Delivery.objects.create(
        source_id=source_id,
        run_id=run_id,
        load_id=import_id,
        name=name[-250:],
        state=DeliveryState.REFUSED if import_id is None else DeliveryState.KEPT,
        error=error[:_ERROR_LENGTH_MAX],
        fetched_at=at,
        settled_at=at if import_id is None else None,
    )
    Source.objects.filter(pk=source_id).update(state=dict(state_after))
    return delivery.pk


def keep_sending(*, key: str, content_hash: str, import_id: int, at: datetime) -> None:
    """Note what a program sent under a key, in place of what came before under it. Needs a transaction."""
    Sending.objects.update_or_create(
        key=key, defaults={"content_hash": content_hash, "load_id": import_id, "sent_at": at}
    )


def settle_delivery(*, delivery_id: int, state: DeliveryState, error: str, at: datetime) -> None:
    """Note what became of a file."""
    is_open = state in (DeliveryState.KEPT, DeliveryState.WAITING)
    Delivery.objects.filter(pk=delivery_id).update(
        state=state, error=error[:_ERROR_LENGTH_MAX], settled_at=None if is_open else at
    )


def discard_waiting(*, source_id: int, actor: Actor, at: datetime) -> int:
    """
    Go on without what waits for a person, and return how many files that were; their imports stay in the list.

    Raises: NotFound.
    """
    with transaction.atomic():
        _locked(source_id)
        waiting = Delivery.objects.filter(source_id=source_id, state=DeliveryState.WAITING)
        names = list(waiting.values_list("name", flat=True))
        waiting.update(state=DeliveryState.DISCARDED, settled_at=at)
        Source.objects.filter(pk=source_id).update(next_run_at=at, last_error="")
        if names:
            _note("source-skipped", source_id, actor=actor, at=at, after={"names": names})
    return len(names)


def end_run(
    *, source_id: int, run_id: int, state: RunState, error: str, tally: RunTally, at: datetime
) -> None:
    """Close a visit and say when the next one is due."""
    said = error[:_ERROR_LENGTH_MAX]
    with transaction.atomic():
        Run.objects.filter(pk=run_id).update(
            state=state,
            ended_at=at,
            error=said,
            deliveries=tally.deliveries,
            rows_accepted=tally.rows_accepted,
            rows_unchanged=tally.rows_unchanged,
            rows_rejected=tally.rows_rejected,
        )
        source = Source.objects.filter(pk=source_id).only("schedule_minutes").first()
        if source is not None:
            Source.objects.filter(pk=source_id).update(
                last_run_at=at,
                last_error=said if state is RunState.FAILED else "",
                next_run_at=at + timedelta(minutes=source.schedule_minutes),
            )


def _locked(source_id: int) -> Source:
    source = Source.objects.select_for_update().filter(pk=source_id).first()
    if source is None:
        raise NotFound(_("No existe esa fuente."))
    return source


def _checked(draft: NewSource) -> dict[str, Any]:
    name = " ".join(draft.name.split())
    if not name or len(name) > _NAME_LENGTH_MAX or not name.isprintable():
        raise UnableToSaveSource(_("Escriba un nombre de hasta 80 letras."))
    if not MINUTES_MIN <= draft.schedule_minutes <= MINUTES_MAX:
        raise UnableToSaveSource(_("Elija cada cuánto traer: de 5 minutos a 7 días."))
    return {
        "name": name,
        "connector": draft.connector,
        "settings": dict(draft.settings),
        "secret_name": draft.secret_name,
        "kind": draft.kind,
        "profile": draft.profile,
        "schedule_minutes": draft.schedule_minutes,
    }


def _note(
    action: str,
    source_id: int,
    *,
    actor: Actor,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="source",
        subject_id=source_id,
        before=before,
        after=after,
        at=at,
    )

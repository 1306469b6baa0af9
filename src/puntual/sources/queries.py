"""Reads of sources: which there are, which are due, what they brought."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.lib.errors import NotFound
from puntual.sources import rules
from puntual.sources.models import MINUTES_MAX as MINUTES_MAX
from puntual.sources.models import MINUTES_MIN as MINUTES_MIN
from puntual.sources.models import Delivery, Sending, Source
from puntual.sources.types import (
    DeliveryCard,
    DeliveryState,
    Health,
    OpenDelivery,
    RunCard,
    RunState,
    SendingCard,
    SourceCard,
    Work,
)

_SQL = named.load(Path(__file__).parent / "sql" / "lists.sql")
_WORK = (
    "id",
    "name",
    "connector",
    "settings",
    "secret_name",
    "kind",
    "profile",
    "schedule_minutes",
    "state",
)


def source_list() -> list[SourceCard]:
    """List the sources by name."""
    return [_card(row) for row in rows.fetch_dicts(_SQL["sources"], {"source_id": None})]


def source_card(*, source_id: int) -> SourceCard:
    """
    Return one source.

    Raises: NotFound.
    """
    found = rows.fetch_dicts(_SQL["sources"], {"source_id": source_id})
    if not found:
        raise NotFound(_("No existe esa fuente."))
    return _card(found[0])


def source_named(*, name: str) -> int:
    """
    Return the id of the source with this name.

    Raises: NotFound.
    """
    found = Source.objects.filter(name=name).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(_("No existe la fuente «%s».") % name)
    return found


def work_of(*, source_id: int) -> Work:
    """
    Return what a visit needs to know.

    Raises: NotFound.
    """
    found = Source.objects.filter(pk=source_id).values(*_WORK).first()
    if found is None:
        raise NotFound(_("No existe esa fuente."))
    return Work(**found)


def due_sources(*, at: datetime) -> list[int]:
    """List the sources that are to be visited now, those that waited longest first."""
    return list(
        Source.objects.filter(is_active=True, next_run_at__lte=at)
        .order_by("next_run_at", "pk")
        .values_list("pk", flat=True)
    )


def pull_key(*, company: str, source_id: int) -> str:
    """Name the one job that may wait for a source."""
    return f"source:{company}:{source_id}"


def open_deliveries(*, source_id: int) -> list[OpenDelivery]:
    """List what a source brought and is not applied yet, in the order in which it came."""
    found = (
        Delivery.objects.filter(source_id=source_id, state__in=(DeliveryState.KEPT, DeliveryState.WAITING))
        .order_by("pk")
        .values_list("pk", "load_id", "name", "state")
    )
    return [OpenDelivery(pk, load, name, DeliveryState(state)) for pk, load, name, state in found]


def recent_runs(*, source_id: int, limit: int) -> list[RunCard]:
    """List the last visits, newest first."""
    found = rows.fetch_dicts(_SQL["runs"], {"source_id": source_id, "limit": limit})
    return [RunCard(**{**row, "state": RunState(row["state"])}) for row in found]


def sending_of(*, key: str) -> SendingCard | None:
    """Return what a program sent under a key."""
    found = Sending.objects.filter(key=key).values_list("content_hash", "load_id").first()
    return SendingCard(*found) if found else None


def delivery_count(*, source_id: int) -> int:
    """Count what a source brought."""
    return Delivery.objects.filter(source_id=source_id).count()


def deliveries(*, source_id: int, limit: int, offset: int = 0) -> list[DeliveryCard]:
    """List what a source brought, newest first."""
    found = rows.fetch_dicts(_SQL["deliveries"], {"source_id": source_id, "limit": limit, "offset": offset})
    return [DeliveryCard(**{**row, "state": DeliveryState(row["state"])}) for row in found]


def is_secret_name(*, name: str) -> bool:
    """Say whether a secret may be called so."""
    return rules.is_secret_name(name)


def secret_variable(*, company: str, name: str) -> str:
    """Name the variable of the environment that holds a secret of a company."""
    return rules.secret_variable(company=company, name=name)


def _card(row: Mapping[str, Any]) -> SourceCard:
    return SourceCard(
        **{
            **row,
            "settings": rows.as_json(row["settings"]),
            "health": Health(row["health"]),
        }
    )

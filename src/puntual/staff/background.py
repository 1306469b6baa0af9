"""Work that a page hands to the workers: it goes on when the page is left, and is never handed over twice."""

from datetime import timedelta
from enum import StrEnum

from django.db.models import Q
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from puntual.web.background import UNDER_WAY, hand_over, is_under_way, rehearsal_key

__all__ = [
    "Standing",
    "duplicates_key",
    "hand_over",
    "import_key",
    "is_under_way",
    "quality_key",
    "rehearsal_key",
    "run_key",
    "standing",
]

# A worker gives a sign of life three times as often; whose last one is older, its jobs go to another.
_SILENT_SECONDS = 30


class Standing(StrEnum):
    """Where handed-over work stands."""

    NONE = "NONE"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    # Its worker died: another begins it anew.
    INTERRUPTED = "INTERRUPTED"


def import_key(*, company: str, import_id: int) -> str:
    """Name the one job that may wait for an import."""
    return f"import:{company}:{import_id}"


def run_key(*, company: str) -> str:
    """Name the one job that may wait for a company's day."""
    return f"run:{company}"


def duplicates_key(*, company: str) -> str:
    """Name the one job that may wait for a search for duplicates in a company."""
    return f"duplicates:{company}"


def quality_key(*, company: str) -> str:
    """Name the one job that may wait for a look at a company's data."""
    return f"quality:{company}"


def standing(*, key: str) -> Standing:
    """Say where the job of this name stands."""
    silent = Q(worker=None) | Q(worker__last_heartbeat__lt=Now() - timedelta(seconds=_SILENT_SECONDS))
    found = ProcrastinateJob.objects.filter(queueing_lock=key, status__in=UNDER_WAY)
    waiting = found.filter(status="todo")
    if waiting.exists():
        return Standing.QUEUED
    if found.filter(silent).exists():
        return Standing.INTERRUPTED
    return Standing.RUNNING if found.exists() else Standing.NONE

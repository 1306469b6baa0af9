"""Work that is handed to the workers by name: it is never handed over twice."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

REHEARSE_TASK = "rehearse"
UNDER_WAY = ("todo", "doing")


def rehearsal_key(*, company: str, rehearsal_id: int) -> str:
    """Name the one job that may wait for a rehearsal."""
    return f"rehearsal:{company}:{rehearsal_id}"


def hand_over(*, task: str, key: str, company: str, **arguments: str | int) -> bool:
    """Queue a task by name; False when the same work waits already."""
    try:
        # A refusal of the queue must not spoil what the visitor's own transaction did.
        with transaction.atomic():
            app.configure_task(name=task, queueing_lock=key, lock=key).defer(company=company, **arguments)
    except AlreadyEnqueued:
        return False
    return True


def is_under_way(*, key: str) -> bool:
    """Say whether a job of this name waits or runs."""
    return ProcrastinateJob.objects.filter(queueing_lock=key, status__in=UNDER_WAY).exists()

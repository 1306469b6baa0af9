"""A worker whose database goes away waits for it, and goes on."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout
from structlog.testing import capture_logs

from puntual.cli import attending
from puntual.companies.models import Company


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the worker from doing anything by itself at its hours, and forget the task of these tests."""
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    known = dict(app.tasks)
    yield
    app.tasks.clear()
    app.tasks.update(known)


def _hand_over_a_ring() -> None:
    """Queue the task by a connection that is not the worker's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into public.procrastinate_jobs (queue_name, task_name, args) values ('default', 'tests.ring', '{}')"
        )


def test_a_worker_goes_on_when_the_database_comes_back(
    committed_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    endings = ["as if it were told to", "with an error", "without a connection"]
    work = attending._work

    async def work_or_end(**options: Any) -> None:
        """End as the library does when it loses its connections: sometimes silently, sometimes not."""
        ending = endings.pop(0) if endings else ""
        if ending == "with an error":
            raise ConnectorException
        if ending == "without a connection":
            raise PoolTimeout
        if not ending:
            await work(**options)

    monkeypatch.setattr(attending, "_work", work_or_end)

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        bell = asyncio.Event()
        asked = asyncio.Event()

        @app.task(name="tests.ring")
        def ring() -> None:
            loop.call_soon_threadsafe(bell.set)

        working = asyncio.create_task(
            attending.attend_until(asked=asked, concurrency=1, asks_again_after=0.01)
        )
        await sync_to_async(_hand_over_a_ring)()
        await bell.wait()
        asked.set()
        await working

    with capture_logs() as lines:
        asyncio.run(scenario())

    assert [line["event"] for line in lines if line["event"].startswith("worker-")] == [
        "worker-ended-unasked",
        "worker-without-database",
        "worker-ended-unasked",
        "worker-without-database",
        "worker-ended-unasked",
    ]
    # What was begun came to its end before the worker did.
    assert statuses() == ["succeeded"]


def statuses() -> list[str]:
    return list(ProcrastinateJob.objects.filter(task_name="tests.ring").values_list("status", flat=True))

"""A worker that stays: it does tasks until it is told to stop, and waits for a database that went away."""

import asyncio
import signal
from contextlib import suppress

import psycopg
import structlog
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

log = structlog.get_logger("puntual.worker")

_ASKS_AGAIN_AFTER = 5.0


def attend(*, concurrency: int) -> None:
    """Do tasks, so many at once, until this process gets SIGINT or SIGTERM; tasks that were begun come to their end."""
    asyncio.run(_attend_until_signal(concurrency=concurrency))


async def _attend_until_signal(*, concurrency: int) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask() -> None:
        # A second signal ends at once, as everywhere.
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(one)
        asked.set()

    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, ask)
    await attend_until(asked=asked, concurrency=concurrency)


async def attend_until(
    *, asked: asyncio.Event, concurrency: int, asks_again_after: float = _ASKS_AGAIN_AFTER
) -> None:
    """
    Do tasks until `asked`; when the database goes away ask for it again every so many seconds.

    A library that loses its connections ends as if it had been told to, and whoever watches the process would see
    nothing wrong.
    """
    while not asked.is_set():
        try:
            await _work(asked=asked, concurrency=concurrency)
        except (ConnectorException, psycopg.OperationalError) as error:
            log.warning("worker-without-database", error=type(error).__name__)
        if not asked.is_set():
            log.warning("worker-ended-unasked", asks_again_after=asks_again_after)
            with suppress(TimeoutError):
                await asyncio.wait_for(asked.wait(), asks_again_after)


async def _work(*, asked: asyncio.Event, concurrency: int) -> None:
    """
    Do tasks until asked to stop, or until the worker ends by itself.

    Raises: ConnectorException; psycopg.OperationalError where no connection came in time.
    """
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        async with worker.open_async():
            working = asyncio.create_task(
                worker.run_worker_async(concurrency=concurrency, install_signal_handlers=False)
            )
            asking = asyncio.create_task(asked.wait())
            await asyncio.wait({working, asking}, return_when=asyncio.FIRST_COMPLETED)
            asking.cancel()
            # What was begun is finished: the library takes this as a stop, and waits.
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working

"""
Processes that help with a daily run.

A command forks its helpers, which begin at once. A service that has threads may not be forked, so there a helper is a
new process that loads the product by itself: nothing of it may be loaded here before its settings are known.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

WORKERS_MAX = 4


def default_workers() -> int:
    """Say how many processes decide or rehearse unless told otherwise: one for each core, at most four."""
    return max(1, min(WORKERS_MAX, os.cpu_count() or 1))


@contextmanager
def helping(*, count: int, today: date) -> Iterator[None]:
    """
    Let so many processes decide chunks of the day's run in the company of this connection.

    They end when no chunk is left, or at once where the work that they help with fails.
    """
    from django.db import connection  # noqa: PLC0415 - see the head of this module.

    is_alone = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork") if is_alone else multiprocessing.get_context("spawn")
    told = (connection.settings_dict["NAME"], connection.schema_name, today)  # type: ignore[attr-defined]
    helpers = [context.Process(target=_help, args=told, daemon=True) for _number in range(count)]
    for helper in helpers:
        helper.start()
    try:
        yield
    except BaseException:
        for helper in helpers:
            helper.terminate()
        raise
    finally:
        for helper in helpers:
            helper.join()


def _help(database: str, schema_name: str, today: date) -> None:
    """Be a helper."""
    import django  # noqa: PLC0415 - see the head of this module.

    # Whoever is helped decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()

    from django.db import connection, connections  # noqa: PLC0415

    from puntual.companies import operations as companies  # noqa: PLC0415
    from puntual.flows.run_chunks import decide_chunks  # noqa: PLC0415

    # The line that a forked process inherits belongs to the one that was forked.
    del connections["default"]
    connection.settings_dict["NAME"] = database
    with companies.in_company(schema_name=schema_name):
        decide_chunks(today=today, waits=False)
    connection.close()

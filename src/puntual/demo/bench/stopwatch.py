"""Time, memory and work of processors of one piece of work, in a process of its own."""

import json
import os
import resource
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections

from puntual.demo.bench import processes


@dataclass(frozen=True, slots=True)
class Measured:
    """What a piece of work took, and what it said."""

    seconds: float
    # The most that the process and those that it started used, pages that they share counted once.
    peak_mb: float
    result: dict[str, Any]
    # The most that the process, those that it started and the embedded server used together; 0 where it is not told.
    all_mb: float = 0.0
    # What Python and the embedded server worked, in seconds of one processor.
    python_cpu: float = 0.0
    database_cpu: float = 0.0


class WorkFailed(Exception):
    """The measured work raised an error; its trace stands above on the error output."""


def measured(work: Callable[[], dict[str, Any]]) -> Measured:
    """
    Do the work in a forked process, so that its memory is its own and a connection is opened anew.

    `work` gets no arguments and returns plain JSON.

    Raises: WorkFailed.
    """
    connections.close_all()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work_and_exit(work, writer=writer)
    os.close(writer)
    server = processes.database_pid(settings.HOME)
    served = processes.cpu_seconds(server) if server else 0.0
    with (
        processes.MemoryWatch(child, *([server] if server else [])) as memory,
        os.fdopen(reader) as pipe,
    ):
        answer = pipe.read()
    os.waitpid(child, 0)
    served = processes.cpu_seconds(server) - served if server else 0.0
    if not answer:
        raise WorkFailed
    found = json.loads(answer)
    return Measured(
        seconds=found["seconds"],
        peak_mb=max(found["peak_kb"], memory.worker_peak_kb) / 1024,
        result=found["result"],
        all_mb=memory.peak_kb / 1024,
        python_cpu=found["cpu"],
        database_cpu=served,
    )


def _work_and_exit(work: Callable[[], dict[str, Any]], *, writer: int) -> None:
    try:
        started = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - started
        cpu = sum(os.times()[:4])
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with os.fdopen(writer, "w") as pipe:
            json.dump({"seconds": seconds, "peak_kb": peak_kb, "result": result, "cpu": cpu}, pipe)
    except BaseException:
        traceback.print_exc()
    finally:
        # Nothing that the parent registered for its own end may run here: it would stop the database.
        os._exit(0)

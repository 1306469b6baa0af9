"""Time and memory of one piece of work, in a process of its own."""

import json
import os
import resource
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections


@dataclass(frozen=True, slots=True)
class Measured:
    """What a piece of work took, and what it said."""

    seconds: float
    peak_mb: float
    result: dict[str, Any]


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
    with os.fdopen(reader) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer:
        raise WorkFailed
    found = json.loads(answer)
    return Measured(seconds=found["seconds"], peak_mb=found["peak_kb"] / 1024, result=found["result"])


def _work_and_exit(work: Callable[[], dict[str, Any]], *, writer: int) -> None:
    try:
        started = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - started
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with os.fdopen(writer, "w") as pipe:
            json.dump({"seconds": seconds, "peak_kb": peak_kb, "result": result}, pipe)
    except BaseException:
        traceback.print_exc()
    finally:
        # Nothing that the parent registered for its own end may run here: it would stop the database.
        os._exit(0)

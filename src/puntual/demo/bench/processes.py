"""What processes of this machine use, as Linux tells it: memory with shared pages counted once, work of processors."""

import os
import threading
from collections.abc import Iterable
from pathlib import Path

_PROC = Path("/proc")
_SAMPLE_SECONDS = 0.2


def family(*roots: int) -> set[int]:
    """Name processes and everything that they started and that still lives."""
    children: dict[int, list[int]] = {}
    for folder in _PROC.glob("[0-9]*"):
        fields = _fields(int(folder.name))
        if fields:
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting += children.get(one, [])
    return found


def _fields(pid: int) -> list[str]:
    """Read the figures of a process after its name: state, parent, …; none of one that has ended."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def cpu_seconds(*roots: int) -> float:
    """Add up what processes and everything that they started, also what has ended, have worked so far."""
    ticks = sum(sum(map(int, _fields(pid)[11:13])) for pid in family(*roots))
    ended = sum(sum(map(int, _fields(pid)[13:15])) for pid in family(*roots))
    return (ticks + ended) / os.sysconf("SC_CLK_TCK")


def _memory_kb(pids: Iterable[int], *fields: str) -> int:
    """Add up these fields of the memory of processes; one that has ended has none."""
    total = 0
    for pid in pids:
        try:
            lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith(fields))
    return total


def database_pid(home: Path) -> int | None:
    """Name the embedded server of a data folder, if there is one."""
    try:
        return int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


class MemoryWatch:
    """Looks again and again at the memory of some processes, and keeps the most that it saw."""

    def __init__(self, worker: int, *others: int) -> None:
        # Of all processes, with pages that they share counted once.
        self.peak_kb = 0
        # Of the worker, and what is not shared of those that it started.
        self.worker_peak_kb = 0
        self._worker = worker
        self._roots = (worker, *others)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "MemoryWatch":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.peak_kb = max(self.peak_kb, _memory_kb(family(*self._roots), "Pss:"))
            helpers = family(self._worker) - {self._worker}
            own = _memory_kb([self._worker], "Rss:") + _memory_kb(helpers, "Private_Clean:", "Private_Dirty:")
            self.worker_peak_kb = max(self.worker_peak_kb, own)
            if self._ended.wait(_SAMPLE_SECONDS):
                return

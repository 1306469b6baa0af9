"""Children that one command starts and ends."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from puntual.cli import processes
from puntual.cli.processes import Children


class Told(Exception):
    """What the handler of a signal raises, as the demo's does."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_a_child_starts_comes_when_the_child_is_known_and_can_be_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start_and_interrupt(*_arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        """Start something that stays, and be interrupted before anybody knows of it."""
        child = subprocess.Popen([sys.executable, "-c", "input()"], **{**options, "stdin": subprocess.PIPE})
        started.append(child)
        signal.raise_signal(number)
        return child

    def told(_number: int, _frame: object) -> None:
        raise Told

    monkeypatch.setattr(processes, "subprocess", StandIn(start_and_interrupt))
    before = signal.signal(number, told)
    children = Children(log_folder=tmp_path)
    try:
        with pytest.raises(Told):
            children.start(name="serve", arguments=["serve"])
    finally:
        signal.signal(number, before)

    (child,) = started
    assert psutil.pid_exists(child.pid)
    children.stop()
    assert child.returncode is not None
    assert signal.getsignal(number) == before


class StandIn:
    """The library's module with one function replaced."""

    STDOUT = subprocess.STDOUT
    DEVNULL = subprocess.DEVNULL
    TimeoutExpired = subprocess.TimeoutExpired

    def __init__(self, start: Any) -> None:
        self.Popen = start

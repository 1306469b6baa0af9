"""Child processes of the demo: each in a group of its own, so that whatever they start ends with them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from django.utils.translation import gettext as _

from puntual.lib.errors import DomainError

_LOOK_AGAIN_SECONDS = 0.1
_START_SECONDS_MAX = 60.0
_STOP_SECONDS_MAX = 15.0
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildEnded(DomainError):
    """A process that should keep running has ended."""

    code = "child-ended"


class PortTaken(DomainError):
    """Somebody else listens where the demo was to listen."""

    code = "port-taken"


class UnknownHost(DomainError):
    """A name or address that this machine does not have."""

    code = "unknown-host"


def refuse_taken_port(*, host: str, port: int) -> None:
    """
    Make sure that nobody listens on a port.

    Raises: PortTaken.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise PortTaken(_("No se permite escuchar en el puerto %(port)s.") % {"port": port}) from None
        except OSError:
            raise PortTaken(
                _("El puerto %(port)s está ocupado: use otro con --port.") % {"port": port}
            ) from None


def address_of(*, host: str) -> str:
    """
    Return the address of this machine that a name means.

    Raises: UnknownHost.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        # The older kind first, for whoever writes "localhost" means it.
        address = str(min(found, key=lambda one: one[0] is not socket.AF_INET)[4][0])
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.bind((address, 0))
    except (OSError, UnicodeError):
        raise UnknownHost(
            _("«%(host)s» no es una dirección de esta máquina: revise --host.") % {"host": host}
        ) from None
    return address


def is_listening(*, host: str, port: int) -> bool:
    """Say whether somebody accepts connections on a port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


class Children:
    """The processes that one command started, and ends."""

    def __init__(self, *, log_folder: Path) -> None:
        self._log_folder = log_folder
        self._started: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *, name: str, arguments: list[str]) -> None:
        """Start a `puntual` command; what it says goes to a file of its name."""
        self._log_folder.mkdir(parents=True, exist_ok=True)
        with _signals_held(), (self._log_folder / f"{name}.log").open("wb") as log:
            self._started[name] = subprocess.Popen(  # noqa: S603 - our own command, our own arguments.
                [sys.executable, "-m", "puntual.cli.main", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """
        Wait for a sign of readiness while all children live.

        Raises: ChildEnded.
        """
        ends = time.monotonic() + _START_SECONDS_MAX
        while not is_ready():
            self.check()
            if time.monotonic() > ends:
                raise ChildEnded(
                    _("Un proceso no arrancó a tiempo; vea %(folder)s.") % {"folder": self._log_folder}
                )
            time.sleep(_LOOK_AGAIN_SECONDS)

    def check(self) -> None:
        """
        Look whether all children live.

        Raises: ChildEnded.
        """
        for name, child in self._started.items():
            if child.poll() is not None:
                raise ChildEnded(
                    _("El proceso «%(name)s» terminó solo; vea %(log)s.")
                    % {"name": name, "log": self._log_folder / f"{name}.log"}
                )

    def watch(self) -> None:
        """
        Keep watching until an exception, such as a signal's, ends it.

        Raises: ChildEnded.
        """
        while True:
            self.check()
            time.sleep(_LOOK_AGAIN_SECONDS)

    def stop(self) -> None:
        """End every child and all that they started: politely, then by force."""
        for child in self._started.values():
            _signal_group(child.pid, signal.SIGTERM)
        ends = time.monotonic() + _STOP_SECONDS_MAX
        for child in self._started.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.1, ends - time.monotonic()))
        for child in self._started.values():
            _signal_group(child.pid, signal.SIGKILL)
            child.wait()
        self._started.clear()


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let a signal to end come when the block is over: a child that nobody knows of yet would outlive everything."""
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    before = {one: signal.signal(one, note) for one in _ENDINGS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    for number in came[:1]:
        signal.raise_signal(number)


def _signal_group(group: int, number: signal.Signals) -> None:
    # A group outlives its leader while any member lives, and is gone when none does.
    with suppress(ProcessLookupError):
        os.killpg(group, number)

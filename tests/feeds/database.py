"""A way by TCP to a PostgreSQL that listens on a socket file only."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    for one in (source, target):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


@contextmanager
def reachable(folder: str, *, port: int = 5432) -> Iterator[int]:
    """Let a local port lead to the server's socket in this folder, and return the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_sockets: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                caller, _address = listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(Path(folder) / f".s.PGSQL.{port}"))
                open_sockets.extend((caller, server))
                for pair in ((caller, server), (server, caller)):
                    threading.Thread(target=_pump, args=pair, daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=30)
        for one in open_sockets:
            one.close()

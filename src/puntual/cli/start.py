"""What every command needs before its own modules may be loaded: a database address and Django."""

import os
import socket

import django

from puntual.db import embedded


def prepare(needs_database: bool) -> None:
    """
    Load Django; without a DATABASE_URL start the embedded PostgreSQL of the data folder.

    Child processes inherit the address, so one server serves all of them.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "puntual.config.settings")
    (embedded.home() / "static").mkdir(parents=True, exist_ok=True)
    is_named = os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")
    if needs_database and not is_named:
        os.environ["PUNTUAL_EMBEDDED"] = "1"
        os.environ["DATABASE_URL"] = embedded.start(folder=embedded.home())
    django.setup()


def prepare_demo(needs_database: bool) -> None:
    """Fill in what the demo may decide alone: its mode, its mail server and that server's mailbox."""
    os.environ["PUNTUAL_MODE"] = "demo"
    os.environ.setdefault("PUNTUAL_LOG_LEVEL", "WARNING")
    os.environ["PUNTUAL_DEMO_MAILBOX"] = str(embedded.home() / "mailbox")
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{_free_port()}"
    prepare(needs_database)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

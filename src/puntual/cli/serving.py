"""Commands that keep running: the web server and the worker."""

import os
import sys
from types import FrameType
from typing import Any

import click
from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.management import call_command
from django.db import connection, connections
from django.utils.translation import gettext as _
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from puntual.cli import attending
from puntual.cli.answers import answer, with_json
from puntual.cli.processes import address_of, refuse_taken_port
from puntual.lib.errors import DomainError


class DangerousConfiguration(DomainError):
    """A server must not start with this configuration."""

    code = "dangerous-configuration"


def refuse_danger() -> None:
    """
    Ask the start-up checks before a server starts.

    Raises: DangerousConfiguration with everything that is wrong.
    """
    found = [one for one in run_checks(tags=["puntual"]) if one.level >= ERROR]
    if found:
        lines = "\n".join(f"  {one.id}: {one.msg} {one.hint}" for one in found)
        raise DangerousConfiguration(_("No se puede iniciar con esta configuración:") + "\n" + lines)


def _end(number: int, frame: FrameType | None) -> None:
    # Leaving by an exception lets Python run what was registered for its end, as Ctrl-C does.
    sys.exit(0)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Dirección en la que escucha.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Puerto en el que escucha."
)
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Procesos.")
@click.option(
    "--threads",
    type=click.IntRange(1, 1024),
    default=4,
    show_default=True,
    help="Peticiones a la vez por proceso.",
)
@with_json
def serve(host: str, port: int, workers: int, threads: int, as_json: bool) -> None:
    """Sirve las páginas, el portal y la API hasta que se detenga con Ctrl-C."""
    refuse_danger()
    host = address_of(host=host)
    refuse_taken_port(host=host, port=port)
    if settings.IS_PRODUCTION:
        call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    answer(
        document={"address": address, "workers": workers, "threads": threads},
        lines=[_("Sirviendo en %(address)s (Ctrl-C para detener).") % {"address": address}],
        as_json=as_json,
    )
    sys.stdout.flush()
    options: dict[str, Any] = {"log_level": LogLevels.warning}
    Server(
        target="puntual.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        **options,
    ).serve()


@click.command()
@click.option(
    "--concurrency", type=click.IntRange(1, 256), default=4, show_default=True, help="Tareas a la vez."
)
@with_json
def worker(concurrency: int, as_json: bool) -> None:
    """Atiende las tareas en segundo plano hasta que se detenga con Ctrl-C."""
    refuse_danger()
    # Said at once: whoever waits for a database that never was there waits for nothing.
    connection.ensure_connection()
    connections.close_all()
    answer(
        document={"process": os.getpid(), "concurrency": concurrency},
        lines=[_("Atendiendo tareas (Ctrl-C para detener).")],
        as_json=as_json,
    )
    sys.stdout.flush()
    attending.attend(concurrency=concurrency)

"""The demo as one command: company, web, worker and mail server."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click
import httpx
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.cli.answers import answer, now
from puntual.cli.processes import Children, is_listening, refuse_taken_port
from puntual.demo.generator import DEFAULT_RECEIVABLES
from puntual.demo.stage import Staged, stage
from puntual.identity.types import Role
from puntual.outreach.providers.smtp import SmtpTransport

_HOST = "127.0.0.1"
_ROLES = {
    Role.OWNER: lazy("propietaria"),
    Role.MANAGER: lazy("gerente"),
    Role.SUPERVISOR: lazy("supervisora"),
    Role.COLLECTOR: lazy("gestora"),
    Role.AUDITOR: lazy("auditor, solo lectura"),
}


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _children(*, log_folder: Path) -> Iterator[Children]:
    """Own child processes; every way out of the block ends them."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _stop)
    children = Children(log_folder=log_folder)
    try:
        yield children
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        children.stop()


@click.command()
@click.option(
    "--size",
    type=click.IntRange(1, 10_000_000),
    help=f"Documentos de la cartera; {DEFAULT_RECEIVABLES} si no se dice. Otro número que antes empieza de nuevo.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    help="Semilla: la misma da los mismos datos; 1 si no se dice. Otra que antes empieza de nuevo.",
)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Puerto de las páginas."
)
@click.option("--serve/--no-serve", default=True, help="Servir las páginas al terminar.")
@click.option("--fresh", is_flag=True, help="Empezar de nuevo aunque ya haya una demostración.")
@click.option("--json", "as_json", is_flag=True, help="Responder en JSON.")
def demo(size: int | None, seed: int | None, port: int, serve: bool, fresh: bool, as_json: bool) -> None:
    """Sirve una empresa de demostración completa, con su correo, hasta que se detenga con Ctrl-C."""
    if serve:
        refuse_taken_port(host=_HOST, port=port)
    try:
        with _children(log_folder=settings.HOME / "logs") as children:
            staged = _make(children, size=size, seed=seed, port=port, fresh=fresh)
            if serve:
                _serve(children, port=port)
            answer(document=staged, lines=_lines(staged, port=port, serve=serve), as_json=as_json)
            sys.stdout.flush()
            if serve:
                children.watch()
    except KeyboardInterrupt:
        click.echo(_("Todo detenido."), err=True)


def _tell(sentence: str) -> None:
    click.echo(f"· {sentence}", err=True)


def _make(children: Children, *, size: int | None, seed: int | None, port: int, fresh: bool) -> Staged:
    """Start the mail server and stage the company through it."""
    mailbox = Path(settings.DEMO_MAILBOX)
    server: dict[str, Any] = settings.EMAIL_SERVER or {}
    children.start(
        name="mail", arguments=["mailserver", "--port", str(server["port"]), "--folder", str(mailbox)]
    )
    _tell(_("Preparando la base de datos"))
    call_command("migrate_schemas", verbosity=0)
    children.wait_until(lambda: is_listening(host=server["host"], port=server["port"]))
    transport = SmtpTransport(**server)
    try:
        return stage(
            folder=settings.HOME / "demo",
            mailbox=mailbox,
            seed=seed,
            receivables=size,
            base_url=f"http://localhost:{port}",
            is_fresh=fresh,
            transport=transport,
            at=now(),
            tell=_tell,
        )
    finally:
        transport.close()
        connections.close_all()


def _serve(children: Children, *, port: int) -> None:
    """Start web and worker and wait until pages answer."""
    _tell(_("Arrancando páginas y tareas"))
    children.start(name="web", arguments=["serve", "--host", _HOST, "--port", str(port)])
    children.start(name="worker", arguments=["worker"])

    def answers() -> bool:
        try:
            return httpx.get(f"http://{_HOST}:{port}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    children.wait_until(answers)


def _lines(staged: Staged, *, port: int, serve: bool) -> Iterator[str]:
    counts = staged.counts
    yield ""
    yield f"{staged.company}, {staged.today}"
    yield _("  %(customers)s clientes, %(receivables)s documentos, %(open)s con saldo") % {
        "customers": f"{counts['customers']:,}",
        "receivables": f"{counts['receivables']:,}",
        "open": f"{counts['open_receivables']:,}",
    }
    yield _("  %(decisions)s decisiones hoy; %(sent)s mensajes enviados en los últimos días") % {
        "decisions": f"{counts['decisions']:,}",
        "sent": f"{counts['sent']:,}",
    }
    if not serve:
        return
    address = f"http://localhost:{port}"
    yield ""
    yield _("  Páginas      %(address)s") % {"address": address}
    for sign_in in staged.sign_ins:
        yield f"               {sign_in.email}  {sign_in.words}  ({_ROLES[Role(sign_in.role)]})"
    yield _("  Correo       %(address)s") % {"address": f"{address}/demo/buzon/"}
    if staged.portal_url:
        yield _("  Portal       %(address)s") % {"address": staged.portal_url}
        yield _("               %(name)s; para entrar, RFC %(tax_id)s") % {
            "name": staged.portal_customer,
            "tax_id": staged.portal_tax_id,
        }
    yield _("  API          %(address)s") % {"address": f"{address}/api/v1/docs"}
    yield ""
    yield _("Listo. Ctrl-C detiene todo.")

"""The demo's mail server as a command."""

import json
import os
from pathlib import Path

import click

from puntual.cli.processes import address_of, refuse_taken_port
from puntual.db import embedded
from puntual.demo import mailserver as demo_mail


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Dirección en la que escucha.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="uno libre",
    help="Puerto en el que escucha.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Carpeta en la que guarda los mensajes.",
)
@click.option("--json", "as_json", is_flag=True, help="Responder en JSON.")
def mailserver(host: str, port: int, folder: Path | None, as_json: bool) -> None:
    """Recibe correos por SMTP y los guarda en una carpeta; no envía nada a nadie."""
    host = address_of(host=host)
    if port:
        refuse_taken_port(host=host, port=port)
    mailbox = folder or Path(os.environ.get("PUNTUAL_DEMO_MAILBOX") or embedded.home() / "mailbox")

    def tell(bound_port: int) -> None:
        address = f"smtp://{host}:{bound_port}"
        if as_json:
            click.echo(json.dumps({"address": address, "mailbox": str(mailbox)}))
        else:
            click.echo(f"Recibiendo correo en {address} (Ctrl-C para detener).")

    demo_mail.run(host=host, port=port, folder=mailbox, on_ready=tell)

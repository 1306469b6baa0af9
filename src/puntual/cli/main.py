"""
The `puntual` command.

Commands are loaded when they are called: only then is Django set up and a database started, so
`puntual --help` answers at once and works anywhere.
"""

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click
import psycopg.errors
from django.db.utils import OperationalError, ProgrammingError

from puntual.cli import spanish, start
from puntual.lib.errors import DomainError


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command lives and what it is for."""

    place: str
    purpose: str
    prepare: Callable[[bool], None] = start.prepare


COMMANDS = {
    "demo": Entry("puntual.cli.demo:demo", "Sirve una empresa de demostración completa.", start.prepare_demo),
    "serve": Entry(
        "puntual.cli.serving:serve", "Sirve las páginas, el portal y la API.", start.prepare_server
    ),
    "worker": Entry(
        "puntual.cli.serving:worker", "Atiende las tareas en segundo plano.", start.prepare_server
    ),
    "mailserver": Entry(
        "puntual.cli.mailserver:mailserver", "Recibe los correos de la demostración.", start.prepare_bare
    ),
    "migrate": Entry(
        "puntual.cli.upkeep:migrate", "Pone al día las tablas de todas las empresas.", start.prepare_server
    ),
    "check": Entry("puntual.cli.upkeep:check", "Revisa la configuración y que los saldos cuadren."),
    "company": Entry("puntual.cli.companies:company", "Crea, lista o borra empresas."),
    "user": Entry("puntual.cli.people:user", "Crea personas del equipo."),
    "api-key": Entry("puntual.cli.people:api_key", "Crea, lista o revoca llaves de la API."),
    "import": Entry("puntual.cli.import_file:import_command", "Carga un archivo de cartera o de pagos."),
    "quality": Entry("puntual.cli.quality:quality", "Dice qué datos están mal y qué impide cada uno."),
    "duplicates": Entry(
        "puntual.cli.duplicates:duplicates", "Busca clientes que pueden ser la misma persona o empresa."
    ),
    "source": Entry("puntual.cli.sources:source", "Crea, prueba, trae y quita fuentes que llegan solas."),
    "plan": Entry("puntual.cli.plans:plan", "Escribe, revisa y pone en vigor los planes de cobranza."),
    "campaign": Entry("puntual.cli.campaigns:campaign", "Pide, lanza, lista y detiene campañas."),
    "run-day": Entry("puntual.cli.days:run_day", "Decide el día: qué gestión toca a quién, y por qué."),
    "dispatch": Entry("puntual.cli.days:dispatch", "Envía los mensajes que ya tocan."),
    "explain": Entry("puntual.cli.days:explain", "Explica las decisiones sobre un cliente."),
    "compliance": Entry(
        "puntual.cli.compliance:compliance_group", "Prueba las reglas de contacto: casos, textos y su cadena."
    ),
    "contacts": Entry(
        "puntual.cli.contacts:contacts_group",
        "Carga, lista y retira listas de personas a las que no se contacta.",
    ),
    "erase-customer": Entry("puntual.cli.upkeep:erase_customer", "Borra los datos personales de un cliente."),
    "bench": Entry("puntual.cli.bench:bench", "Mide el producto contra sus metas."),
    "manage": Entry("puntual.cli.upkeep:manage", "Pasa un comando a Django."),
}

_ASKED = "puntual.asked"
spanish.speak()


class Commands(click.Group):
    """A group whose commands are loaded when they are called."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember what was asked: the answer's form and whether it is only about help."""
        ctx.meta[_ASKED] = frozenset(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Set up what the command needs and load it."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        entry.prepare("--help" not in ctx.meta[_ASKED])
        module, _separator, name = entry.place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any."""
        with formatter.section("Comandos"):
            formatter.write_dl([(name, entry.purpose) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what a person can mend is told to the person, with exit code 1."""
        try:
            return super().invoke(ctx)
        except DomainError as refusal:
            refuse(ctx, code=refusal.code, message=refusal.message)
        except OperationalError:
            refuse(
                ctx, code="no-database", message="No se pudo conectar con la base de datos (DATABASE_URL)."
            )
        except ProgrammingError as error:
            if not isinstance(
                error.__cause__, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn
            ):
                raise
            refuse(
                ctx,
                code="not-migrated",
                message="La base de datos no está al día: ejecute «puntual migrate».",
            )


def refuse(ctx: click.Context, *, code: str, message: str) -> None:
    """Tell a refusal on the error output and end with exit code 1."""
    if "--json" in ctx.meta[_ASKED]:
        message = json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False)
    click.echo(message, err=True)
    ctx.exit(1)


@click.group(cls=Commands)
@click.version_option(package_name="puntual", prog_name="puntual")
def main() -> None:
    """Puntual: software de cobranza."""


if __name__ == "__main__":
    main(prog_name="puntual")

"""The command that writes, reviews and puts plans in force."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from puntual.cli import rehearsals
from puntual.cli.acting import staff_actor, with_actor
from puntual.cli.answers import answer, in_company, now, with_company, with_json
from puntual.flows import governing
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError
from puntual.plans import queries as plans
from puntual.web import states


class PlanHasFaults(DomainError):
    """A plan's file has faults; they were told."""

    code = "malformed-plan"


@click.group()
def plan() -> None:
    """Escribe, revisa y pone en vigor los planes de cobranza."""


for command in (rehearsals.preview, rehearsals.calendar, rehearsals.replay):
    plan.add_command(command)


@plan.command("list")
@with_company
@with_json
def list_versions(company_key: str | None, as_json: bool) -> None:
    """Lista las versiones de los planes y en qué estado está cada una."""
    with in_company(key=company_key):
        found = plans.versions()
    lines = [
        f"{row['id']:>6}  {row['name']} v{row['number']}  {states.state(name=row['state'], kind='version').label}"
        for row in found
    ]
    answer(document=found, lines=lines or [_("No hay ningún plan.")], as_json=as_json)


@plan.command()
@with_json
def samples(as_json: bool) -> None:
    """Lista los planes de ejemplo que vienen con Puntual."""
    keys = plans.shipped_keys()
    answer(document=keys, lines=keys, as_json=as_json)


@plan.command()
@click.argument("key", metavar="EJEMPLO")
def sample(key: str) -> None:
    """Escribe un plan de ejemplo, para empezar por él."""
    click.echo(plans.shipped_text(key=key), nl=False)


@plan.command()
def schema() -> None:
    """Escribe el JSON Schema del archivo de un plan."""
    click.echo(json.dumps(plans.schema_document(), ensure_ascii=False, indent=2))


@plan.command()
@click.argument("version_id", type=int, metavar="VERSIÓN")
@with_company
def show(version_id: int, company_key: str | None) -> None:
    """Escribe el archivo de una versión, como se guardó, con sus comentarios."""
    with in_company(key=company_key):
        click.echo(plans.version_card(version_id=version_id)["text"], nl=False)


@plan.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="ARCHIVO")
@with_company
@with_json
def check(file: Path, company_key: str | None, as_json: bool) -> None:
    """Dice todo lo que está mal en el archivo de un plan. No guarda nada."""
    with in_company(key=company_key):
        found, faults = governing.check_plan(text=_text_of(file))
        document: dict[str, Any] = {
            "is_whole": found is not None,
            "faults": [
                {
                    "line": one.line,
                    "path": list(one.path),
                    "code": one.condition_code or one.code.value,
                    "message": plans.fault_sentence(fault=one),
                }
                for one in faults
            ],
        }
        lines = plans.fault_lines(faults=faults)
    if found is not None:
        steps = sum(1 for _step in found.steps())
        document |= {"key": found.key, "name": found.name, "steps": steps}
        lines = [
            _("«%(name)s» está completo: %(stages)d etapas, %(segments)d segmentos, %(steps)d pasos.")
            % {
                "name": found.name,
                "stages": len(found.stages),
                "segments": len(found.segments),
                "steps": steps,
            }
        ]
    answer(document=document, lines=lines, as_json=as_json)
    if faults:
        sys.exit(1)


@plan.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="ARCHIVO")
@click.option("--reason", default="", metavar="TEXTO", help="Por qué cambia.")
@click.option(
    "--replace", "replaces", is_flag=True, help="Escribe encima aunque la última mano sea de otra persona."
)
@with_actor
@with_company
@with_json
def draft(
    file: Path, reason: str, replaces: bool, email: str, company_key: str | None, as_json: bool
) -> None:
    """Guarda un archivo como el borrador de su plan."""
    with in_company(key=company_key):
        version_id = governing.save_draft(
            text=_text_of(file),
            reason=reason,
            replaces=replaces,
            actor=staff_actor(email=email, permission=Permission.EDIT_PLAN),
            at=now(),
        )
    answer(document={"version": version_id}, lines=[_("Borrador: %d.") % version_id], as_json=as_json)


@plan.command()
@click.argument("act", type=click.Choice(["submit", "return", "approve", "activate", "discard"]))
@click.argument("version_id", type=int, metavar="VERSIÓN")
@with_actor
@with_company
@with_json
def move(act: str, version_id: int, email: str, company_key: str | None, as_json: bool) -> None:
    """Manda una versión a revisión, la regresa, la aprueba, la pone en vigor o la tira."""
    acts = {
        "submit": (governing.submit, Permission.EDIT_PLAN),
        "return": (governing.return_to_draft, Permission.EDIT_PLAN),
        "approve": (governing.approve, Permission.APPROVE_PLAN),
        "activate": (governing.activate, Permission.APPROVE_PLAN),
        "discard": (governing.discard, Permission.EDIT_PLAN),
    }
    carry_out, permission = acts[act]
    with in_company(key=company_key):
        carry_out(version_id=version_id, actor=staff_actor(email=email, permission=permission), at=now())
    answer(document={"version": version_id, "act": act}, lines=[_("Hecho.")], as_json=as_json)


@plan.command()
@click.argument("version_id", type=int, metavar="VERSIÓN")
@click.option("--against", "against_id", type=int, metavar="VERSIÓN", help="Sin ella, la que está en vigor.")
@with_company
@with_json
def diff(version_id: int, against_id: int | None, company_key: str | None, as_json: bool) -> None:
    """Dice en frases qué cambia una versión contra otra."""
    with in_company(key=company_key):
        if against_id is None:
            against_id = plans.active_version()[0]
        said = governing.changes_of(version_id=version_id, against_id=against_id)
    answer(document=said, lines=said or [_("No cambia nada.")], as_json=as_json)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanHasFaults(_("El archivo no está en UTF-8.")) from error

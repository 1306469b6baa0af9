"""Commands about feeds that come in by themselves."""

import sys
from collections.abc import Iterator

import click
from django.utils.translation import gettext as _

from puntual.audit.types import Actor, ActorKind
from puntual.cli.answers import answer, in_company, local_day, now, with_company, with_json
from puntual.flows import sources as feeds
from puntual.lib.errors import DomainError
from puntual.sources import operations, queries
from puntual.sources.types import NewSource, RunState, SecretUse, SourceCard

_ACTOR = Actor(kind=ActorKind.SYSTEM, label="puntual source")
_EXIT = {RunState.DONE: 0, RunState.WAITING: 2}
_EXIT_FAILED = 1


class UnclearSetting(DomainError):
    """A setting was not given as name=value."""

    code = "unclear-setting"


@click.group()
def source() -> None:
    """Crea, prueba, trae y quita fuentes: carpetas, SFTP, bases de datos, Odoo."""


@source.command("connectors")
@with_company
@with_json
def connectors(company_key: str | None, as_json: bool) -> None:
    """Lista los conectores y los datos que pide cada uno."""
    with in_company(key=company_key):
        found = feeds.connector_list()
        document = [
            {
                "connector": one.code,
                "label": one.label,
                "secret": one.secret,
                "secret_variable": one.secret_variable,
                "settings": [
                    {
                        "name": each.name,
                        "label": str(each.label),
                        "required": each.is_required,
                        "default": each.default,
                    }
                    for each in one.settings
                ],
            }
            for one in found
        ]
        answer(document=document, lines=list(_connector_lines(found)), as_json=as_json)


@source.command("add")
@click.argument("name", metavar="NOMBRE")
@click.option("--connector", required=True, metavar="CONECTOR", help="FOLDER, SFTP, SQL u ODOO.")
@click.option("--set", "pairs", multiple=True, metavar="DATO=VALOR", help="Un dato del conector.")
@click.option(
    "--secret", "secret_name", default="", metavar="NOMBRE", help="Cómo se llama su contraseña o llave."
)
@click.option("--kind", default="", metavar="CLASE", help="Qué traen sus archivos, por ejemplo PAYMENTS.")
@click.option("--profile", default="", metavar="PERFIL", help="Perfil con el que se entienden sus archivos.")
@click.option("--minutes", default=60, show_default=True, help="Cada cuántos minutos se trae.")
@click.option("--check", "is_checked", is_flag=True, help="Guardarla solo si se puede llegar a ella.")
@with_company
@with_json
def add(
    name: str,
    connector: str,
    pairs: tuple[str, ...],
    secret_name: str,
    kind: str,
    profile: str,
    minutes: int,
    is_checked: bool,
    company_key: str | None,
    as_json: bool,
) -> None:
    """Crea una fuente; «puntual source connectors» dice qué datos pide cada conector."""
    with in_company(key=company_key):
        at = now()
        draft = NewSource(
            name=name,
            connector=connector.upper(),
            settings=_settings(pairs),
            secret_name=secret_name,
            kind=kind.upper(),
            profile=profile,
            schedule_minutes=minutes,
        )
        said = feeds.check_source(draft=draft, at=at) if is_checked else ""
        source_id = feeds.save_source(source_id=None, draft=draft, actor=_ACTOR, at=at)
        lines = [*([said] if said else []), _("Se creó la fuente «%s».") % name]
        answer(document={"id": source_id, "name": name, "check": said or None}, lines=lines, as_json=as_json)


@source.command("list")
@with_company
@with_json
def list_command(company_key: str | None, as_json: bool) -> None:
    """Lista las fuentes y cómo va cada una."""
    with in_company(key=company_key):
        found = queries.source_list()
        lines = [_line(card) for card in found] or [_("No hay fuentes.")]
        answer(document=found, lines=lines, as_json=as_json)


@source.command("check")
@click.argument("name", metavar="NOMBRE")
@with_company
@with_json
def check(name: str, company_key: str | None, as_json: bool) -> None:
    """Prueba que se llegue a una fuente, sin tomar nada."""
    with in_company(key=company_key):
        card = queries.source_card(source_id=queries.source_named(name=name))
        draft = NewSource(
            name=card.name, connector=card.connector, settings=card.settings, secret_name=card.secret_name
        )
        said = feeds.check_source(draft=draft, at=now())
        answer(document={"name": name, "check": said}, lines=[said], as_json=as_json)


@source.command("pull")
@click.argument("name", metavar="NOMBRE")
@with_company
@with_json
def pull(name: str, company_key: str | None, as_json: bool) -> None:
    """
    Trae ahora lo nuevo de una fuente.

    Termina con 0 si se cargó, 2 si algo espera a una persona, 1 si no se pudo traer.
    """
    with in_company(key=company_key) as company:
        at = now()
        result = feeds.pull_source(
            source_id=queries.source_named(name=name),
            actor=_ACTOR,
            today=local_day(company=company, at=at),
            at=at,
        )
        answer(document=result, lines=list(_result_lines(result)), as_json=as_json)
    if code := _EXIT.get(result.state, _EXIT_FAILED):
        sys.exit(code)


@source.command("pause")
@click.argument("name", metavar="NOMBRE")
@with_company
@with_json
def pause(name: str, company_key: str | None, as_json: bool) -> None:
    """Deja de traer una fuente."""
    _switch(name, company_key, is_active=False, told=_("Quedó en pausa."), as_json=as_json)


@source.command("resume")
@click.argument("name", metavar="NOMBRE")
@with_company
@with_json
def resume(name: str, company_key: str | None, as_json: bool) -> None:
    """Vuelve a traer una fuente."""
    _switch(name, company_key, is_active=True, told=_("Se traerá otra vez."), as_json=as_json)


@source.command("remove")
@click.argument("name", metavar="NOMBRE")
@with_company
@with_json
def remove(name: str, company_key: str | None, as_json: bool) -> None:
    """Quita una fuente; lo que trajo se queda."""
    with in_company(key=company_key):
        feeds.remove_source(source_id=queries.source_named(name=name), actor=_ACTOR, at=now())
        answer(document={"removed": name}, lines=[_("Se quitó la fuente «%s».") % name], as_json=as_json)


def _switch(name: str, company_key: str | None, *, is_active: bool, told: str, as_json: bool) -> None:
    with in_company(key=company_key):
        source_id = queries.source_named(name=name)
        operations.set_active(source_id=source_id, is_active=is_active, actor=_ACTOR, at=now())
        answer(document={"name": name, "is_active": is_active}, lines=[told], as_json=as_json)


def _settings(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise UnclearSetting(_("Escriba cada dato como DATO=VALOR, no «%s».") % pair)
        found[name.strip()] = value
    return found


def _connector_lines(found: list[feeds.ConnectorCard]) -> Iterator[str]:
    for one in found:
        yield f"{one.code}: {one.label}"
        for each in one.settings:
            default = f" [{each.default}]" if each.default else ""
            mark = "" if each.is_required else _(" (opcional)")
            yield f"  {each.name}: {each.label}{mark}{default}"
        if one.secret is not SecretUse.NONE:
            yield _("  --secret NOMBRE: su valor se lee de %sNOMBRE") % one.secret_variable


def _line(card: SourceCard) -> str:
    told = {
        "NEW": _("todavía no se trae"),
        "GOOD": _("al día"),
        "WAITING": _("espera a una persona: %s") % card.waiting_name,
        "FAILED": card.last_error,
        "PAUSED": _("en pausa"),
    }[card.health]
    return f"{card.name} ({card.connector}): {told}"


def _result_lines(result: feeds.PullResult) -> Iterator[str]:
    if result.state is RunState.DONE and not result.deliveries:
        yield _("No hay nada nuevo.")
    else:
        yield _(
            "Archivos: %(files)s; filas cargadas %(accepted)s, sin cambio %(same)s, rechazadas %(rejected)s."
        ) % {
            "files": result.deliveries,
            "accepted": result.rows_accepted,
            "same": result.rows_unchanged,
            "rejected": result.rows_rejected,
        }
    if result.state is RunState.WAITING:
        yield _("Espera a una persona (carga %(id)s): %(why)s") % {
            "id": result.waiting_import_id,
            "why": result.error,
        }
    elif result.error:
        yield result.error

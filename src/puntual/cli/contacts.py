"""Commands about lists of people not to contact."""

from datetime import date, datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _

from puntual.audit.types import Actor, ActorKind
from puntual.cli.answers import answer, in_company, local_day, now, with_company, with_json
from puntual.contacts import queries
from puntual.contacts.types import ListKind
from puntual.flows import exclusions

_ACTOR = Actor(kind=ActorKind.SYSTEM, label="puntual contacts")
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_KINDS = {
    "ad-register": ListKind.AD_REGISTER,
    "court-order": ListKind.COURT_ORDER,
    "own": ListKind.OWN,
}


def _day(value: datetime | None) -> date | None:
    return value.date() if value is not None else None


@click.group("contacts")
def contacts_group() -> None:
    """Carga, lista y retira listas de personas a las que no se contacta."""


@contacts_group.command("exclude")
@click.argument("path", metavar="ARCHIVO", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="Nombre de la lista; se dice en el motivo.")
@click.option("--kind", type=click.Choice(list(_KINDS)), required=True, help="De quién es la lista.")
@click.option("--from", "from_day", type=_DAY, help="Primer día en que vale; hoy si no se dice.")
@click.option("--until", "until_day", type=_DAY, help="Último día; sin él, hasta retirarla.")
@click.option("--apply", "applies", is_flag=True, help="Ponerla en vigor; si no, solo muestra a quién toca.")
@click.option("--replace", "replaces", is_flag=True, help="Sustituir la que está en vigor con ese nombre.")
@with_company
@with_json
def exclude(
    path: Path,
    name: str,
    kind: str,
    from_day: datetime | None,
    until_day: datetime | None,
    applies: bool,
    replaces: bool,
    company_key: str | None,
    as_json: bool,
) -> None:
    """Carga un archivo con teléfonos, correos o RFC a los que no se contacta."""
    at = now()
    with in_company(key=company_key) as company:
        today = local_day(company=company, at=at)
        taken = exclusions.take_file(
            content=path.read_bytes(),
            file_name=path.name,
            name=name,
            kind=_KINDS[kind],
            from_date=_day(from_day) or today,
            until_date=_day(until_day),
            actor=_ACTOR,
            country=company.country,
            at=at,
        )
        found = exclusions.preview(list_id=taken.list_id, today=today)
        done = (
            exclusions.apply(list_id=taken.list_id, replaces=replaces, actor=_ACTOR, today=today, at=at)
            if applies
            else None
        )
    document = {
        "id": taken.list_id,
        "is_new": taken.is_new,
        "rows": found.rows_total,
        "not_understood": found.rows_unread,
        "not_understood_rows": list(found.unread_rows),
        "customers": found.customers or 0,
        "applied": bool(done and done.is_new),
    }
    told = _("%(rows)d filas; %(unread)d no se entendieron. Toca a %(customers)d clientes.") % {
        "rows": found.rows_total,
        "unread": found.rows_unread,
        "customers": found.customers or 0,
    }
    answer(document=document, lines=[told, _outcome(taken.list_id, done)], as_json=as_json)


def _outcome(list_id: int, done: exclusions.AppliedList | None) -> str:
    if done is None:
        return _("Todavía no vale: repita el comando con --apply. Lista %d.") % list_id
    if done.is_new:
        return _("La lista %d está en vigor.") % list_id
    return _("La lista %d ya estaba en vigor: nada cambió.") % list_id


@contacts_group.command("lists")
@with_company
@with_json
def lists(company_key: str | None, as_json: bool) -> None:
    """Lista las listas, de la más nueva a la más antigua."""
    with in_company(key=company_key) as company:
        found = queries.exclusion_lists(today=local_day(company=company, at=now()))
    lines = [
        "\t".join([str(one["id"]), one["name"], one["kind"], _("vale") if one["counts"] else _("no vale")])
        for one in found
    ]
    answer(document=found, lines=lines or [_("Todavía no hay listas.")], as_json=as_json)


@contacts_group.command("withdraw")
@click.argument("list_id", metavar="LISTA", type=int)
@click.option("--reason", required=True, help="Por qué deja de valer.")
@with_company
@with_json
def withdraw(list_id: int, reason: str, company_key: str | None, as_json: bool) -> None:
    """Retira una lista; queda en el historial."""
    with in_company(key=company_key):
        changed = exclusions.withdraw(list_id=list_id, reason=reason, actor=_ACTOR, at=now())
    answer(
        document={"id": list_id, "changed": changed},
        lines=[_("La lista se retiró.") if changed else _("Esa lista ya se había retirado.")],
        as_json=as_json,
    )

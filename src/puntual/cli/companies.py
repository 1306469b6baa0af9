"""Commands about companies."""

import click
from django.utils.translation import gettext as _

from puntual.cli.answers import UnconfirmedErasure, answer, now, with_json
from puntual.companies import operations, queries
from puntual.flows.opening import open_company


@click.group()
def company() -> None:
    """Crea, lista o borra empresas."""


@company.command()
@click.argument("key", metavar="CLAVE")
@click.option("--name", required=True, help="Nombre con el que la conocen sus clientes.")
@click.option(
    "--host", "hosts", multiple=True, help="Nombre de servidor en el que responde (se puede repetir)."
)
@click.option(
    "--set",
    "pairs",
    multiple=True,
    metavar="DATO=VALOR",
    help="Otro dato: legal_name, tax_id, phone, time_zone…",
)
@with_json
def create(key: str, name: str, hosts: tuple[str, ...], pairs: tuple[str, ...], as_json: bool) -> None:
    """Crea una empresa con su propio esquema."""
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise click.BadParameter(_("se escribe DATO=VALOR: %(pair)s") % {"pair": wrong[0]})
    settings = dict(pair.split("=", 1) for pair in pairs)
    company_id = open_company(schema_name=key, name=name, hosts=hosts, settings=settings, at=now())
    answer(
        document={"id": company_id, "key": key, "name": name, "hosts": hosts},
        lines=[_("Empresa «%(name)s» creada con la clave «%(key)s».") % {"name": name, "key": key}],
        as_json=as_json,
    )


@company.command("list")
@with_json
def list_companies(as_json: bool) -> None:
    """Lista las empresas de esta instalación."""
    found = queries.all_companies()
    answer(
        document=found,
        lines=[f"{one.schema_name}\t{one.name}\t{', '.join(one.hosts)}" for one in found],
        as_json=as_json,
    )


@company.command()
@click.argument("key", metavar="CLAVE")
@click.option("--confirm", metavar="CLAVE", help="La clave otra vez: lo borrado no se recupera.")
@with_json
def erase(key: str, confirm: str | None, as_json: bool) -> None:
    """Borra una empresa con todo lo que tiene."""
    if confirm != key:
        raise UnconfirmedErasure(
            _("Esto borra todo lo de «%(key)s» para siempre. Para hacerlo, agregue: --confirm %(key)s")
            % {"key": key}
        )
    operations.erase_company(schema_name=key)
    answer(document={"erased": key}, lines=[_("Empresa «%(key)s» borrada.") % {"key": key}], as_json=as_json)

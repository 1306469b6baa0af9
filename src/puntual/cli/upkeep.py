"""Commands of upkeep: migrations, checks, erasure, Django's own commands."""

from dataclasses import asdict

import click
from django.core.checks import WARNING, run_checks
from django.core.management import call_command, execute_from_command_line
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _

from puntual.audit.types import SYSTEM
from puntual.cli.answers import UnconfirmedErasure, answer, in_company, now, with_company, with_json
from puntual.cli.serving import refuse_danger
from puntual.companies import queries as companies
from puntual.flows import erasure
from puntual.lib.errors import DomainError, NotFound
from puntual.portfolio import queries as portfolio


class ChecksFailed(DomainError):
    """The configuration is dangerous or the books do not balance."""

    code = "checks-failed"


@click.command()
@with_json
def migrate(as_json: bool) -> None:
    """Pone al día las tablas comunes y las de cada empresa."""
    refuse_danger()
    call_command("migrate_schemas", verbosity=0)
    keys = companies.schema_names()
    answer(
        document={"companies": keys},
        lines=[_("Tablas al día; empresas: %(count)s.") % {"count": len(keys)}],
        as_json=as_json,
    )


@click.command()
@with_company
@with_json
def check(company_key: str | None, as_json: bool) -> None:
    """Revisa la configuración y que cada saldo sea la suma de sus movimientos."""
    messages = [one for one in run_checks() if one.level >= WARNING]
    lines = [f"{one.id}: {one.msg} {one.hint or ''}".strip() for one in messages]
    mismatches = {}
    try:
        for key in [company_key] if company_key else companies.schema_names():
            with in_company(key=key):
                mismatches[key] = [asdict(one) for one in portfolio.ledger_mismatches()]
    except (OperationalError, ProgrammingError):
        # Told before the refusal by the database, which alone would hide what is wrong with the configuration.
        for line in lines:
            click.echo(line, err=True)
        raise
    lines += [
        _("%(key)s: %(count)s saldos que no cuadran.") % {"key": key, "count": len(found)}
        for key, found in mismatches.items()
    ]
    configuration = [{"id": one.id, "message": str(one.msg), "hint": one.hint} for one in messages]
    answer(document={"configuration": configuration, "mismatches": mismatches}, lines=lines, as_json=as_json)
    if messages or any(mismatches.values()):
        raise ChecksFailed(_("La revisión encontró problemas."))


@click.command("erase-customer")
@click.argument("customer", metavar="CLIENTE")
@click.option("--confirm", metavar="CLIENTE", help="El número otra vez: lo borrado no se recupera.")
@click.option("--despite-debt", is_flag=True, help="Borrar aunque todavía tenga adeudos.")
@with_company
@with_json
def erase_customer(
    customer: str, confirm: str | None, despite_debt: bool, company_key: str | None, as_json: bool
) -> None:
    """Borra los datos personales de un cliente; importes y fechas se quedan."""
    with in_company(key=company_key):
        customer_id = portfolio.customer_id_of(external_id=customer)
        if customer_id is None:
            raise NotFound(_("No existe el cliente «%s».") % customer)
        if confirm != customer:
            raise UnconfirmedErasure(
                _("Esto borra los datos del cliente para siempre. Para hacerlo, agregue: --confirm %(key)s")
                % {"key": customer}
            )
        erasure.erase_customer(customer_id=customer_id, actor=SYSTEM, at=now(), despite_debt=despite_debt)
    answer(document={"erased": customer}, lines=[_("Datos personales borrados.")], as_json=as_json)


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Pasa un comando a Django: puntual manage shell, puntual manage createcachetable…"""
    execute_from_command_line(["puntual manage", *arguments])

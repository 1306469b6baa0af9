"""Commands about staff and API keys."""

import click
from django.utils.translation import gettext as _

from puntual.audit.types import SYSTEM
from puntual.cli.answers import answer, in_company, now, with_company, with_json
from puntual.identity import operations, queries
from puntual.identity.types import Role, Scope


@click.group()
def user() -> None:
    """Crea personas del equipo."""


@user.command("create")
@click.argument("email", metavar="CORREO")
@click.option("--name", default="", help="Nombre de la persona.")
@click.option("--role", type=click.Choice([role.value for role in Role], case_sensitive=False), required=True)
@click.option("--password", envvar="PUNTUAL_NEW_PASSWORD", help="Contraseña; sin ella la define la persona.")
@with_company
@with_json
def create_user(
    email: str, name: str, role: str, password: str | None, company_key: str | None, as_json: bool
) -> None:
    """Crea una persona del equipo."""
    with in_company(key=company_key):
        user_id = operations.create_user(
            email=email, name=name, role=Role(role.upper()), password=password, actor=SYSTEM, at=now()
        )
    answer(
        document={"id": user_id, "email": email, "role": role.upper()},
        lines=[_("Persona creada: %(email)s (%(role)s).") % {"email": email, "role": role.upper()}],
        as_json=as_json,
    )


@click.group()
def api_key() -> None:
    """Crea, lista o revoca llaves de la API."""


@api_key.command("create")
@click.option("--label", required=True, help="Para qué programa es.")
@click.option(
    "--scope", type=click.Choice([scope.value for scope in Scope], case_sensitive=False), default="READ"
)
@with_company
@with_json
def create_api_key(label: str, scope: str, company_key: str | None, as_json: bool) -> None:
    """Crea una llave y la muestra por única vez."""
    with in_company(key=company_key):
        presented = operations.create_api_key(label=label, scope=Scope(scope.upper()), actor=SYSTEM, at=now())
    answer(
        document={"key": presented, "label": label, "scope": scope.upper()},
        lines=[presented, _("Guárdela ahora: no se vuelve a mostrar.")],
        as_json=as_json,
    )


@api_key.command("list")
@with_company
@with_json
def list_api_keys(company_key: str | None, as_json: bool) -> None:
    """Lista las llaves; de cada una se conoce solo el principio."""
    with in_company(key=company_key):
        keys = queries.api_key_list()
    answer(
        document=keys,
        lines=[
            "\t".join(
                [
                    str(key["id"]),
                    key["prefix"],
                    key["scope"],
                    key["label"],
                    _("revocada") if key["revoked_at"] else _("vigente"),
                ]
            )
            for key in keys
        ],
        as_json=as_json,
    )


@api_key.command("revoke")
@click.argument("key_id", type=int, metavar="NÚMERO")
@with_company
@with_json
def revoke_api_key(key_id: int, company_key: str | None, as_json: bool) -> None:
    """Revoca una llave desde este momento."""
    with in_company(key=company_key):
        operations.revoke_api_key(key_id=key_id, actor=SYSTEM, at=now())
    answer(document={"revoked": key_id}, lines=[_("Llave revocada.")], as_json=as_json)

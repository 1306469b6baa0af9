"""Who acts by a command: a person of the team, with what their role allows."""

import click
from django.utils.translation import gettext as _

from puntual.audit.types import Actor, ActorKind
from puntual.identity import queries as identity
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError, NotFound

with_actor = click.option(
    "--as",
    "email",
    metavar="CORREO",
    required=True,
    help="Quién lo hace: el correo de una persona del equipo.",
)


class NotAllowed(DomainError):
    """The role of the person does not allow it."""

    code = "not-allowed"


def staff_actor(*, email: str, permission: Permission) -> Actor:
    """
    Find the person who acts.

    Raises: NotFound; NotAllowed.
    """
    found = identity.user_by_email(email=email)
    if found is None:
        raise NotFound(_("No hay nadie con el correo «%s».") % email)
    if not found.can(permission):
        raise NotAllowed(_("El papel de «%s» no le permite hacer esto.") % email)
    return Actor(kind=ActorKind.STAFF, id=found.id, label=found.name or email)

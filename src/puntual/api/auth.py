"""Who calls: a key of this company, and what it may do."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from puntual.api.errors import Refused
from puntual.audit.types import Actor, ActorKind
from puntual.identity import operations as identity
from puntual.identity import queries as identity_rows
from puntual.identity.types import Scope

# One call may carry a thousand items: whoever needs more calls than this is stuck in a loop.
CALLS_PER_MINUTE_MAX = 600


@dataclass(frozen=True, slots=True)
class Caller:
    """The program behind a call, when it called, and whether its key may write."""

    actor: Actor
    at: datetime
    may_write: bool


class Key(HttpBearer):
    """`Authorization: Bearer pk….…` with at least this scope; a WRITE key may read."""

    def __init__(self, *, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """Find the live key in this company's schema; a key of another company is not there."""
        key = identity_rows.api_key_of(presented=token.strip())
        if key is None:
            return None
        if self.scope is Scope.WRITE and key.scope != Scope.WRITE:
            raise Refused(
                status=403,
                code="read-only-key",
                message=_("Esta llave solo puede leer. Pida una llave de escritura para mandar datos."),
            )
        at = timezone.now()
        if identity.note_key_use(key_id=key.pk, at=at) > CALLS_PER_MINUTE_MAX:
            raise Refused(
                status=429,
                code="too-many-calls",
                message=_(
                    "Demasiadas llamadas: %(limit)s por minuto con cada llave. Espere al minuto siguiente, o "
                    "mande más elementos en cada llamada."
                )
                % {"limit": CALLS_PER_MINUTE_MAX},
            )
        return Caller(
            actor=Actor(kind=ActorKind.API_KEY, id=key.pk, label=f"API {key.label}"),
            at=at,
            may_write=key.scope == Scope.WRITE,
        )


READ = Key(scope=Scope.READ)
WRITE = Key(scope=Scope.WRITE)

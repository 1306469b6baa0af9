"""
Identity: who works here and which programs may speak to the API?

Reads: identity.User, identity.ApiKey
Writes: identity.User, identity.ApiKey, audit.Event
Guarantees: a company always keeps an active owner; an API key is shown once and only its hash is kept.
"""

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.db import rows
from puntual.identity.models import ApiKey, User
from puntual.identity.types import Role, Scope
from puntual.lib.errors import DomainError, NotFound

_NAME_LENGTH_MAX = 120


class UnableToSaveUser(DomainError):
    """A member of staff cannot be created or changed as asked."""

    code = "unable-to-save-user"


def create_user(
    *, email: str, name: str, role: Role, password: str | None, actor: Actor, at: datetime
) -> int:
    """
    Create a member of staff and return the id; without a password they set one by reset.

    Raises: UnableToSaveUser when the e-mail is malformed or taken, the name too long, or the password too weak.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise UnableToSaveUser(_("El correo no es válido.")) from None
    name = name.strip() or email[:_NAME_LENGTH_MAX]
    if "\0" in name or len(name) > _NAME_LENGTH_MAX:
        raise UnableToSaveUser(_("El nombre es demasiado largo o no es texto."))
    user = User(email=email, name=name, role=role)
    if password:
        try:
            validate_password(password, user)
        except ValidationError as weak:
            raise UnableToSaveUser(" ".join(weak.messages)) from None
        user.set_password(password)
    else:
        user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
            audit.record(
                actor=actor,
                action="user-created",
                subject_type="user",
                subject_id=user.pk,
                after={"role": str(role)},
                at=at,
            )
    except IntegrityError:
        raise UnableToSaveUser(_("Ya hay una persona con ese correo.")) from None
    return user.pk


def change_user(
    *, user_id: int, role: Role | None, is_active: bool | None, actor: Actor, at: datetime
) -> None:
    """
    Change the role of a member of staff, or let them in or out.

    Raises: NotFound; UnableToSaveUser when no active owner would be left.
    """
    with transaction.atomic():
        owners = list(
            User.objects.select_for_update()
            .filter(role=Role.OWNER, is_active=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise NotFound(_("No existe esa persona."))
        before = {"role": user.role, "is_active": user.is_active}
        user.role = role or user.role
        user.is_active = user.is_active if is_active is None else is_active
        if owners == [user.pk] and (user.role != Role.OWNER or not user.is_active):
            raise UnableToSaveUser(_("Debe quedar al menos una persona propietaria activa."))
        user.save(update_fields=["role", "is_active"])
        audit.record(
            actor=actor,
            action="user-changed",
            subject_type="user",
            subject_id=user.pk,
            before=before,
            after={"role": user.role, "is_active": user.is_active},
            at=at,
        )


def create_api_key(*, label: str, scope: Scope, actor: Actor, at: datetime) -> str:
    """Create an API key and return it; this is the only time that it can be read."""
    prefix = "pk" + secrets.token_hex(4)
    presented = f"{prefix}.{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            prefix=prefix,
            key_hash=hashlib.sha256(presented.encode()).hexdigest(),
            label=label.strip()[:80] or prefix,
            scope=scope,
            created_by_id=actor.id if actor.kind == "STAFF" else None,
        )
        audit.record(
            actor=actor,
            action="api-key-created",
            subject_type="api_key",
            subject_id=key.pk,
            after={"prefix": prefix, "scope": str(scope)},
            at=at,
        )
    return presented


def revoke_api_key(*, key_id: int, actor: Actor, at: datetime) -> None:
    """
    Revoke an API key at once; a second time changes nothing.

    Raises: NotFound.
    """
    with transaction.atomic():
        if not ApiKey.objects.filter(pk=key_id).exists():
            raise NotFound(_("No existe esa llave."))
        if ApiKey.objects.filter(pk=key_id, revoked_at__isnull=True).update(revoked_at=at):
            audit.record(
                actor=actor, action="api-key-revoked", subject_type="api_key", subject_id=key_id, at=at
            )


def note_key_use(*, key_id: int, at: datetime) -> int:
    """
    Remember that a key was used, and return its calls of this minute, this one counted.

    One statement, so that calls at once are all counted.
    """
    found = rows.fetch_all(
        """
        update identity_apikey
        set calls_in_minute = case when last_used_at >= %(minute)s then calls_in_minute + 1 else 1 end,
            last_used_at = greatest(last_used_at, %(at)s)
        where id = %(key_id)s
        returning calls_in_minute
        """,
        {"key_id": key_id, "at": at, "minute": at.replace(second=0, microsecond=0)},
    )
    return found[0][0] if found else 0

"""Reads of staff and API keys."""

import hashlib
import hmac
from typing import Any

from puntual.db import rows
from puntual.identity import rules
from puntual.identity.models import ApiKey, User
from puntual.identity.types import Role


def staff_list() -> list[dict[str, Any]]:
    """List the members of staff by name."""
    return rows.fetch_dicts(
        """
        select id, email, name, role, is_active, last_login, created_at,
               exists(select from mfa_authenticator m where m.user_id = identity_user.id) as has_mfa
        from identity_user order by is_active desc, lower(name), id
        """
    )


def user_by_email(*, email: str) -> User | None:
    """Find a member of staff by e-mail."""
    return User.objects.filter(email__iexact=email).first()


def role_of(*, user_id: int) -> Role | None:
    """Return the role of a member of staff who is still one."""
    found = rows.fetch_all(
        "select role from identity_user where id = %(user_id)s::bigint and is_active", {"user_id": user_id}
    )
    return Role(found[0][0]) if found else None


def api_key_list() -> list[dict[str, Any]]:
    """List API keys, newest first; only the prefix of each is known."""
    return rows.fetch_dicts(
        """
        select id, prefix, label, scope, created_at, last_used_at, revoked_at
        from identity_apikey order by revoked_at is not null, created_at desc, id desc
        """
    )


def api_key_of(*, presented: str) -> ApiKey | None:
    """Find the live key that was presented; compares hashes in constant time."""
    prefix, _, secret = presented.partition(".")
    if not prefix or not secret or len(presented) > 200:
        return None
    key = ApiKey.objects.filter(prefix=prefix, revoked_at__isnull=True).first()
    digest = hashlib.sha256(presented.encode()).hexdigest()
    if key is None or not hmac.compare_digest(key.key_hash, digest):
        return None
    return key


def can(*, role: Role, permission: str) -> bool:
    """Say whether a role has a permission."""
    return rules.role_can(role=role, permission=permission)

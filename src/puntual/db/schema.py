"""The schema that the connection works in: one company's, or the shared one."""

from typing import Any

from django.db import connection as _connection

# The backend of django-tenants adds what Django's own class does not declare.
_backend: Any = _connection


def current() -> str:
    """Name the schema in use."""
    name: str = _backend.schema_name
    return name


def current_tenant() -> Any:
    """Return what `enter` takes to come back here."""
    return _backend.tenant


def enter(tenant: Any) -> None:
    """Work in the schema of a company from now on."""
    _backend.set_tenant(tenant)


def enter_public() -> None:
    """Work in the shared schema from now on."""
    _backend.set_schema_to_public()

"""What the environment says, read once: plain variables, or files for secrets (NAME_FILE)."""

import os
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from puntual.lib.errors import DomainError


class Unreadable(DomainError):
    """A variable of the environment makes no sense. Told before Django can translate."""

    code = "unreadable-configuration"


def text(name: str, default: str = "") -> str:
    """Read a variable, or the file that NAME_FILE names. Raises: Unreadable."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise Unreadable(f"No se pudo leer el archivo que nombra {name}_FILE.") from None
    return os.environ.get(name, default)


def one_of(name: str, known: Collection[str], *, default: str) -> str:
    """Read a word that must be one of some, in capitals. Raises: Unreadable."""
    value = text(name, default).upper()
    if value not in known:
        raise Unreadable(f"{name} debe ser uno de: {', '.join(sorted(known))}.")
    return value


def words(name: str) -> list[str]:
    """Read a list separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def flag(name: str, *, default: bool) -> bool:
    """Read yes or no."""
    value = text(name).lower()
    return default if not value else value in {"1", "true", "yes", "on", "si", "sí"}


def secret_key(*, home: Path, may_generate: bool) -> str:
    """Read PUNTUAL_SECRET_KEY; outside production make one and keep it in the data folder."""
    key = text("PUNTUAL_SECRET_KEY")
    if key or not may_generate:
        return key
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="utf-8")


def database(url: str) -> dict[str, Any]:
    """Turn a postgresql:// URL into Django's form; the host may be a socket folder in ?host=."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": unquote(parts.path.lstrip("/")) or "puntual",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def mail(url: str) -> dict[str, Any]:
    """Turn smtp://user:password@host:port?tls=starttls|tls|none into the mail settings. Raises: Unreadable."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Not why: that repeats pieces of the password.
        raise Unreadable(
            "EMAIL_URL no se entiende. Va como smtp://usuario:contraseña@servidor:587?tls=starttls; en la contraseña, "
            "los signos : / @ # ? y % se escriben %3A %2F %40 %23 %3F y %25."
        ) from None
    options = dict(parse_qsl(parts.query))
    tls = options.get("tls", "none" if parts.scheme == "smtp" else "tls")
    return {
        "host": parts.hostname or "",
        "port": port or (465 if tls == "tls" else 25),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": tls,
    }

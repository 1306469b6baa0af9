"""
What must hold before the product may work with real people's data.

Every server and worker asks at its start and refuses when something is wrong; the demo and the tests
are asked only whether their mode is one that exists.
"""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from puntual.config import environment

TAG = "puntual"
MODES = ("production", "demo", "test")
_KEY_LENGTH_MIN = 50
_KEY_LETTERS_MIN = 5
_SAFE_SSL_MODES = ("require", "verify-ca", "verify-full")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the environment says, as the checks see it."""

    mode: str
    secret_key: str
    allowed_hosts: tuple[str, ...]
    has_database_url: bool
    database_url: str
    is_embedded: bool
    may_embed: bool
    email_url: str
    base_url: str
    is_https: bool
    is_debug: bool
    demo_mailbox: str


def _error(number: int, text: str, hint: str) -> CheckMessage:
    return Error(text, hint=hint, id=f"puntual.E{number:03d}")


def is_unsafe_key(key: str) -> bool:
    """Say whether a secret key is missing, short, or too simple to be random."""
    return len(key) < _KEY_LENGTH_MIN or len(set(key)) < _KEY_LETTERS_MIN or "insecure" in key.lower()


def is_local(host: str) -> bool:
    """Say whether what is sent to a host stays on this machine (sockets are named by their folder)."""
    if host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_open_database(url: str) -> bool:
    """Say whether a database is reached over a network without encryption being required."""
    named = environment.database(url)
    # Without any host the driver uses the local socket.
    hosts = [host for host in named["HOST"].split(",") if host]
    is_remote = not all(is_local(host) for host in hosts)
    return is_remote and named["OPTIONS"].get("sslmode") not in _SAFE_SSL_MODES


def _mail_dangers(url: str) -> Iterator[CheckMessage]:
    server = environment.mail(url)
    if not server["host"]:
        yield _error(
            10,
            "EMAIL_URL names no mail server.",
            "Set smtp://user:password@host:587?tls=starttls or smtps://…",
        )
    elif server["tls"] not in ("tls", "starttls") and not is_local(server["host"]):
        yield _error(
            11,
            "EMAIL_URL names a remote server without TLS: messages and the password would travel in the open.",
            "Use smtps://… or add ?tls=starttls.",
        )


def dangers(configuration: Configuration) -> Iterator[CheckMessage]:
    """List everything that makes a start dangerous."""
    if configuration.mode not in MODES:
        yield _error(
            1,
            f"PUNTUAL_MODE is “{configuration.mode}”, which does not exist.",
            f"Use one of {', '.join(MODES)}; without it the mode is production.",
        )
    if configuration.mode != "production":
        return
    if is_unsafe_key(configuration.secret_key):
        yield _error(
            2,
            "PUNTUAL_SECRET_KEY is missing or too weak.",
            f"Set {_KEY_LENGTH_MIN} random characters or more.",
        )
    if not configuration.allowed_hosts or "*" in configuration.allowed_hosts:
        yield _error(
            3,
            "PUNTUAL_ALLOWED_HOSTS is missing or allows every host.",
            "List the host names of the companies.",
        )
    if not configuration.has_database_url or (configuration.is_embedded and not configuration.may_embed):
        yield _error(
            4,
            "No database was named.",
            "Set DATABASE_URL, or PUNTUAL_ALLOW_EMBEDDED=1 to keep real data in the embedded PostgreSQL.",
        )
    if not configuration.email_url:
        yield _error(5, "EMAIL_URL is missing: messages could not be sent.", "Set smtp://… or smtps://…")
    else:
        yield from _mail_dangers(configuration.email_url)
    if configuration.database_url and is_open_database(configuration.database_url):
        yield _error(
            12,
            "DATABASE_URL names a remote server without sslmode: data would travel in the open.",
            "Add ?sslmode=verify-full (or require, or verify-ca).",
        )
    if not configuration.base_url.startswith("https://"):
        yield _error(
            6, "PUNTUAL_BASE_URL is not https: portal links would travel in the open.", "Use https://…"
        )
    if not configuration.is_https:
        yield _error(7, "PUNTUAL_HTTPS is off: sign-ins would travel in the open.", "Remove PUNTUAL_HTTPS.")
    if configuration.is_debug:
        yield _error(
            8, "DEBUG is on: error pages would show data.", "Settings never turn it on; find what does."
        )
    if configuration.demo_mailbox:
        yield _error(
            9, "PUNTUAL_DEMO_MAILBOX is set: pages would show every message.", "Unset it outside the demo."
        )


def current() -> Configuration:
    """Read the configuration that is in force."""
    return Configuration(
        mode=settings.MODE,
        secret_key=settings.SECRET_KEY,
        allowed_hosts=tuple(settings.ALLOWED_HOSTS),
        has_database_url=bool(settings.DATABASE_URL),
        database_url=settings.DATABASE_URL,
        is_embedded=settings.IS_EMBEDDED,
        may_embed=settings.MAY_EMBED,
        email_url=settings.EMAIL_URL,
        base_url=settings.BASE_URL,
        is_https=settings.IS_HTTPS,
        is_debug=settings.DEBUG,
        demo_mailbox=settings.DEMO_MAILBOX,
    )


def dangerous_configuration(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Answer Django's check framework."""
    return list(dangers(current()))


def refuse_danger() -> None:
    """
    Stop the start of a process whose configuration is dangerous.

    Raises: ImproperlyConfigured with everything that is wrong and how to mend it.
    """
    found = list(dangers(current()))
    if found:
        lines = [f"{message.id}: {message.msg} {message.hint}" for message in found]
        raise ImproperlyConfigured("\n".join(["This configuration is dangerous:", *lines]))

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
from django.utils.translation import gettext as _

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
            _("EMAIL_URL no dice qué servidor de correo."),
            _("Escriba smtp://usuario:contraseña@servidor:587?tls=starttls o smtps://…"),
        )
    elif server["tls"] not in ("tls", "starttls") and not is_local(server["host"]):
        yield _error(
            11,
            _("EMAIL_URL dice un servidor remoto sin TLS: mensajes y contraseña viajarían a la vista."),
            _("Use smtps://… o agregue ?tls=starttls."),
        )


def dangers(configuration: Configuration) -> Iterator[CheckMessage]:
    """List everything that makes a start dangerous."""
    if configuration.mode not in MODES:
        yield _error(
            1,
            _("PUNTUAL_MODE dice «%(mode)s», que no existe.") % {"mode": configuration.mode},
            _("Use uno de %(modes)s; sin él, el modo es production.") % {"modes": ", ".join(MODES)},
        )
    if configuration.mode != "production":
        return
    if is_unsafe_key(configuration.secret_key):
        yield _error(
            2,
            _("PUNTUAL_SECRET_KEY falta o es demasiado débil."),
            _("Escriba %(count)s caracteres al azar o más.") % {"count": _KEY_LENGTH_MIN},
        )
    if not configuration.allowed_hosts or "*" in configuration.allowed_hosts:
        yield _error(
            3,
            _("PUNTUAL_ALLOWED_HOSTS falta o admite cualquier servidor."),
            _("Enumere los nombres de servidor de las empresas."),
        )
    if not configuration.has_database_url or (configuration.is_embedded and not configuration.may_embed):
        yield _error(
            4,
            _("No se dijo qué base de datos."),
            _(
                "Escriba DATABASE_URL, o PUNTUAL_ALLOW_EMBEDDED=1 para tener datos reales en el PostgreSQL incluido."
            ),
        )
    if not configuration.email_url:
        yield _error(
            5, _("Falta EMAIL_URL: no se podrían enviar mensajes."), _("Escriba smtp://… o smtps://…")
        )
    else:
        yield from _mail_dangers(configuration.email_url)
    if configuration.database_url and is_open_database(configuration.database_url):
        yield _error(
            12,
            _("DATABASE_URL dice un servidor remoto sin sslmode: los datos viajarían a la vista."),
            _("Agregue ?sslmode=verify-full (o require, o verify-ca)."),
        )
    if not configuration.base_url.startswith("https://"):
        yield _error(
            6,
            _("PUNTUAL_BASE_URL no es https: los enlaces del portal viajarían a la vista."),
            _("Use https://…"),
        )
    if not configuration.is_https:
        yield _error(
            7,
            _("PUNTUAL_HTTPS está apagado: las contraseñas viajarían a la vista."),
            _("Quite PUNTUAL_HTTPS."),
        )
    if configuration.is_debug:
        yield _error(
            8,
            _("DEBUG está encendido: las páginas de error mostrarían datos."),
            _("Los ajustes nunca lo encienden; busque qué lo hace."),
        )
    if configuration.demo_mailbox:
        yield _error(
            9,
            _("PUNTUAL_DEMO_MAILBOX está puesto: las páginas mostrarían cada mensaje."),
            _("Quítelo fuera de la demostración."),
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
        raise ImproperlyConfigured("\n".join([_("No se puede iniciar con esta configuración:"), *lines]))

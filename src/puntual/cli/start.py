"""What every command needs before its own modules may be loaded: a database address and Django."""

import os
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg
import psycopg.conninfo

from puntual.db import embedded
from puntual.lib.errors import DomainError

_SCHEMES = ("postgres", "postgresql")
# What the library of the embedded server hands on to a shell as it is.
_UNQUOTED = re.compile(r"""[\s()&;$|<>*?!`'"\\#~{}\[\]]""")
# Whatever it says: what it says wrongly is told by the checks of the configuration.
_MAY_EMBED = "PUNTUAL_ALLOW_EMBEDDED"


class WrongDatabase(DomainError):
    """The database that the environment names, or does not name, cannot be used. Told before Django can translate."""

    code = "wrong-database"


def _database_url() -> str:
    """Read the address before the settings may be loaded. Raises: WrongDatabase."""
    path = os.environ.get("DATABASE_URL_FILE")
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get("DATABASE_URL", "")
    except (OSError, UnicodeDecodeError):
        raise WrongDatabase("No se pudo leer el archivo que nombra DATABASE_URL_FILE.") from None


def _refuse_unreadable(url: str) -> None:
    try:
        parts = urlsplit(url)
        # Read here, because a port is first looked at when it is asked for.
        _ = parts.port
        if parts.scheme in _SCHEMES:
            psycopg.conninfo.timeout_from_conninfo(psycopg.conninfo.conninfo_to_dict(url))
    except (ValueError, psycopg.ProgrammingError):
        # Not why: that repeats pieces of the password.
        raise WrongDatabase(
            "DATABASE_URL no se entiende. Va como postgresql://usuario:contraseña@servidor:5432/base; revise el puerto "
            "y las opciones. En la contraseña, los signos : / @ # ? y % se escriben %3A %2F %40 %23 %3F y %25."
        ) from None
    if parts.scheme not in _SCHEMES:
        raise WrongDatabase("DATABASE_URL debe empezar con postgresql://: Puntual guarda todo en PostgreSQL.")


def prepare(needs_database: bool) -> None:
    """
    Load Django; without a DATABASE_URL start the embedded PostgreSQL of the data folder.

    Child processes inherit the address, so one server serves all of them.

    Raises: WrongDatabase for an address of anything but PostgreSQL, or one that cannot be read; for a folder of data
    that cannot be used.
    """
    url = _database_url()
    if url:
        _refuse_unreadable(url)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "puntual.config.settings")
    home = embedded.home()
    try:
        (home / "static").mkdir(parents=True, exist_ok=True)
    except OSError:
        raise WrongDatabase(
            f"No se puede usar la carpeta de datos «{home}»: ponga otra en PUNTUAL_HOME, o dé permiso de escribir."
        ) from None
    if needs_database and not url:
        if _UNQUOTED.search(str(home.resolve())):
            raise WrongDatabase(
                f"La carpeta de datos «{home}» lleva en su ruta espacios o signos como ( ) & ; $ o comillas, y el "
                "PostgreSQL incluido no los admite. "
                "Ponga otra en PUNTUAL_HOME, por ejemplo PUNTUAL_HOME=~/puntual, o una base de datos en DATABASE_URL."
            )
        os.environ["PUNTUAL_EMBEDDED"] = "1"
        os.environ["DATABASE_URL"] = embedded.start(folder=home)
    django.setup()


def prepare_bare(_needs_database: bool) -> None:
    """Load Django for its words alone: what asks no database starts none."""
    prepare(False)


def prepare_server(needs_database: bool) -> None:
    """
    Do the same for what serves people: production begins no embedded database that nobody allowed.

    Raises: WrongDatabase.
    """
    is_production = os.environ.get("PUNTUAL_MODE", "production") == "production"
    if needs_database and is_production and not os.environ.get(_MAY_EMBED) and not _database_url():
        raise WrongDatabase(
            "No se dijo qué base de datos. Escriba DATABASE_URL, o PUNTUAL_ALLOW_EMBEDDED=1 para tener datos reales "
            "en el PostgreSQL incluido. Para conocer el producto: puntual demo."
        )
    prepare(needs_database)


def prepare_demo(needs_database: bool) -> None:
    """Fill in what the demo may decide alone: its mode, its mail server and that server's mailbox."""
    os.environ["PUNTUAL_MODE"] = "demo"
    os.environ.setdefault("PUNTUAL_LOG_LEVEL", "WARNING")
    os.environ["PUNTUAL_DEMO_MAILBOX"] = str(embedded.home() / "mailbox")
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{_free_port()}"
    prepare(needs_database)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

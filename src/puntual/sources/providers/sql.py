"""
A query against another database.

Only reads: one SELECT, in a transaction that may not write, that is always rolled back. With a column that grows
(`:since`) each visit brings what came after the last one; rows that stand on the border are told apart by their
content, so none is missed and none comes twice.
"""

import importlib.util
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from puntual.sources import rules
from puntual.sources.providers import addresses, table
from puntual.sources.providers.contract import TIMEOUT_SECONDS, Delivery, Errand, Setting, UnableToFetch
from puntual.sources.providers.secrets import without_secret
from puntual.sources.types import SecretUse, SettingKind

_ROWS_AT_ONCE = 2_000
_STATEMENT_SECONDS_MAX = 15 * 60
# So many rows of the last result are remembered; of a longer one, those on the border.
_KNOWN_MAX = 2_000
_OPTIONS = frozenset({"sslmode", "charset", "application_name", "client_encoding", "service_name", "encrypt"})
_SQLITE = "sqlite"


class _Kind(NamedTuple):
    """A kind of database: its driver, its port, and how to forbid writing."""

    driver: str
    module: str
    port: int
    begin: tuple[str, ...] = ()


_KINDS: Mapping[str, _Kind] = {
    "postgresql": _Kind("postgresql+psycopg", "psycopg", 5432),
    "mysql": _Kind("mysql+pymysql", "pymysql", 3306, ("set session transaction read only",)),
    "mariadb": _Kind("mysql+pymysql", "pymysql", 3306, ("set session transaction read only",)),
    "mssql": _Kind("mssql+pymssql", "pymssql", 1433),
    "oracle": _Kind("oracle+oracledb", "oracledb", 1521, ("set transaction read only",)),
    _SQLITE: _Kind(_SQLITE, "sqlite3", 0),
}


class Sql:
    """The connector of SQL databases."""

    code = "SQL"
    label = lazy("Consulta a una base de datos")
    secret = SecretUse.OPTIONAL
    settings = (
        Setting(
            name="url",
            label=lazy("Dirección de la base de datos"),
            help=lazy("Sin contraseña: postgresql://usuario@servidor:5432/base. Va en el secreto."),
        ),
        Setting(
            name="query",
            label=lazy("Consulta"),
            kind=SettingKind.LONG_TEXT,
            help=lazy("Un solo SELECT. Con :since trae desde donde se quedó: where modificado >= :since."),
            length_max=20_000,
        ),
        Setting(
            name="cursor",
            label=lazy("Columna que dice hasta dónde se leyó"),
            help=lazy(
                "Una de las columnas de la consulta que solo crece: fecha de cambio o número consecutivo."
            ),
            is_required=False,
            length_max=120,
        ),
        Setting(
            name="start",
            label=lazy("Desde dónde empezar"),
            help=lazy("El primer valor de :since, por ejemplo 2026-01-01 o 0."),
            is_required=False,
            length_max=60,
        ),
    )

    def refuse_settings(self, *, settings: Mapping[str, str]) -> None:
        """Refuse a query that is no reading one, or an address with a password in it. Raises: UnableToFetch."""
        _refuse_query(settings.get("query", ""))
        is_open = rules.has_since(settings.get("query", ""))
        if is_open and not (settings.get("cursor") and settings.get("start")):
            raise UnableToFetch(_("Con :since hacen falta la columna que crece y desde dónde empezar."))
        if settings.get("cursor") and not is_open:
            raise UnableToFetch(_("La consulta no usa :since: quite la columna o úselo."))
        _url_of(settings.get("url", ""))

    def check(self, *, errand: Errand) -> str:
        """Run the query and read its first row. Raises: UnableToFetch."""
        with _rows(errand) as (headers, rows):
            _cursor_place(errand, headers)
            first = next(iter(rows), None)
        if first is None:
            return _("La consulta funciona y ahora no trae filas; columnas: %s.") % ", ".join(headers)
        return _("La consulta funciona y trae filas; columnas: %s.") % ", ".join(headers)

    def fetch(self, *, errand: Errand) -> Iterator[Delivery]:
        """Yield what is new as CSV, read to the end before the first file is handed over. Raises: UnableToFetch."""
        with ExitStack() as kept:
            files: list[IO[bytes]] = []
            digest = sha256()
            with _rows(errand) as (headers, rows):
                reader = _Reader(errand.state, _cursor_place(errand, headers))
                bytes_max = min(table.PIECE_BYTES_MAX, errand.bytes_max // 2)
                for content in table.pieces(headers=headers, rows=reader.new_rows(rows), bytes_max=bytes_max):
                    file: IO[bytes] = kept.enter_context(TemporaryFile())
                    file.write(content)
                    digest.update(content)
                    files.append(file)
            after = reader.state_after(digest.hexdigest())
            if after == errand.state:
                return
            for number, file in enumerate(files, 1):
                file.seek(0)
                count = f" ({number})" if len(files) > 1 else ""
                yield Delivery(
                    name=f"consulta {errand.at:%Y-%m-%d %H%M}{count}.csv",
                    content=file.read(),
                    # Only the last file moves the border: rows need not come in order.
                    state_after=after if number == len(files) else errand.state,
                )

    def put_away(self, *, errand: Errand, delivery: Delivery, is_refused: bool) -> None:
        """Leave the database as it is."""


class _Reader:
    """Lets new rows through and finds how far the result goes."""

    def __init__(self, state: Mapping[str, Any], place: int | None) -> None:
        self._place = place
        self._top: Any = _value_of(state.get("since"))
        self._at_top: set[str] = set()
        self._known: frozenset[str] = frozenset(state.get("edge", ()))
        self._met: set[str] = set()

    def new_rows(self, rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """Leave out rows that the last visits brought just so: those on the border, or of a time read twice."""
        for row in rows:
            if self._place is None:
                yield row
                continue
            mark = _mark(row)
            self._climb(row[self._place], mark)
            if mark not in self._known:
                yield row

    def _climb(self, value: Any, mark: str) -> None:
        if len(self._met) <= _KNOWN_MAX:
            self._met.add(mark)
        if value is None:
            return
        try:
            is_higher = self._top is None or value > self._top
        except TypeError:
            raise UnableToFetch(
                _("La columna que crece cambió de tipo: edite la fuente y empiece otra vez.")
            ) from None
        if is_higher:
            self._top, self._at_top = value, {mark}
        elif value == self._top:
            self._at_top.add(mark)

    def state_after(self, digest: str) -> dict[str, Any]:
        """Say how far the source is read; without a column that grows, what the last result was."""
        if self._place is None:
            return {"result": digest}
        known = self._met if len(self._met) <= _KNOWN_MAX else self._at_top
        return {"since": _kept(self._top), "edge": sorted(known)}


def _mark(row: Sequence[Any]) -> str:
    return sha256("\x1f".join(table.cell(value) for value in row).encode("utf-8", "replace")).hexdigest()[:24]


_TYPES: Sequence[tuple[str, type, Callable[[str], Any]]] = (
    ("moment", datetime, datetime.fromisoformat),
    ("day", date, date.fromisoformat),
    ("integer", int, int),
    ("figure", Decimal, Decimal),
    ("float", float, float),
    ("text", str, str),
)


def _kept(value: Any) -> list[str] | None:
    """Write a border so that the very same value can be read back."""
    if value is None:
        return None
    for name, kind, _read in _TYPES:
        if isinstance(value, kind):
            return [name, value.isoformat() if isinstance(value, date) else str(value)]
    raise UnableToFetch(_("La columna que crece debe ser una fecha, un número o un texto."))


def _value_of(kept: Sequence[str] | None) -> Any:
    if not kept:
        return None
    return next(read for name, _kind, read in _TYPES if name == kept[0])(kept[1])


def _cursor_place(errand: Errand, headers: Sequence[str]) -> int | None:
    wanted = errand.settings.get("cursor", "").strip().lower()
    if not wanted:
        return None
    found = [place for place, header in enumerate(headers) if header.lower() == wanted]
    if not found:
        raise UnableToFetch(
            _("La consulta no trae la columna «%(column)s»; trae: %(headers)s.")
            % {"column": wanted, "headers": ", ".join(headers)}
        )
    return found[0]


def _refuse_query(query: str) -> None:
    fault = rules.query_fault(query)
    if not fault:
        return
    name, _sign, word = fault.partition(":")
    raise UnableToFetch(
        {
            "empty": _("Escriba la consulta."),
            "several": _("Escriba una sola consulta, sin punto y coma."),
            "not-select": _("La consulta debe empezar con SELECT o WITH."),
            "writes": _("La consulta solo puede leer: quite «%s».") % word.upper(),
        }[name]
    )


def _url_of(given: str) -> URL:
    """
    Read an address.

    Raises: UnableToFetch.
    """
    try:
        url = make_url(given.strip())
    except (ArgumentError, ValueError):
        raise UnableToFetch(_("La dirección de la base de datos no se entiende.")) from None
    scheme = url.drivername.partition("+")[0]
    kind = _KINDS.get(scheme)
    if kind is None:
        raise UnableToFetch(
            _("No se puede leer de «%(scheme)s»; hay: %(known)s.")
            % {"scheme": scheme[:20], "known": ", ".join(sorted(_KINDS))}
        )
    if url.password is not None:
        raise UnableToFetch(_("Quite la contraseña de la dirección: va en un secreto."))
    if unknown := set(url.query) - _OPTIONS:
        raise UnableToFetch(
            _("La dirección lleva opciones que no se permiten: %s.") % ", ".join(sorted(unknown))
        )
    if scheme == _SQLITE:
        if url.host or not url.database or url.query:
            raise UnableToFetch(_("Escriba sqlite:/// y el archivo, dentro de la carpeta de la empresa."))
    else:
        addresses.refuse_host(host=url.host or "")
        if not url.username or not url.database:
            raise UnableToFetch(_("A la dirección le falta el usuario o la base de datos."))
    if importlib.util.find_spec(kind.module) is None:
        raise UnableToFetch(
            _("En este servidor falta el programa para «%(scheme)s» (%(module)s).")
            % {"scheme": scheme, "module": kind.module}
        )
    return url.set(drivername=kind.driver)


@contextmanager
def _rows(errand: Errand) -> Iterator[tuple[list[str], Iterator[Sequence[Any]]]]:
    """Run the query and give its headers and rows; whatever goes wrong is told in words."""
    settings = errand.settings
    _refuse_query(settings["query"])
    engine = _engine(errand, _url_of(settings["url"]))
    try:
        with engine.connect() as line:
            result = _reading(line).execute(text(settings["query"].strip().rstrip(";")), _parameters(errand))
            try:
                yield list(result.keys()), iter(result)
            finally:
                result.close()
                line.rollback()
    except (SQLAlchemyError, sqlite3.Error) as error:
        cause = getattr(error, "orig", None) or error
        said = without_secret(text=str(cause).strip().partition("\n")[0], secret=errand.secret)
        raise UnableToFetch(_("La base de datos contestó: %s") % said[:200]) from None
    finally:
        engine.dispose()


def _reading(line: Connection) -> Connection:
    options: dict[str, Any] = {"stream_results": True, "yield_per": _ROWS_AT_ONCE}
    if line.dialect.name == "postgresql":
        options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    return line.execution_options(**options)


def _parameters(errand: Errand) -> dict[str, Any]:
    if not rules.has_since(errand.settings["query"]):
        return {}
    since = _value_of(errand.state.get("since"))
    if since is None:
        start = errand.settings["start"].strip()
        return {"since": int(start) if start.lstrip("-").isdigit() else start}
    if isinstance(since, date) and errand.settings["url"].startswith(_SQLITE):
        return {"since": since.isoformat(" ") if isinstance(since, datetime) else since.isoformat()}
    return {"since": since}


def _engine(errand: Errand, url: URL) -> Engine:
    if url.drivername == _SQLITE:
        path = _inside(errand.folder, url.database or "")
        uri = f"file:{quote(str(path))}?mode=ro"

        def opened() -> sqlite3.Connection:
            line = sqlite3.connect(uri, uri=True, timeout=TIMEOUT_SECONDS, check_same_thread=False)
            line.execute("pragma query_only = on")
            return line

        return create_engine(f"{_SQLITE}://", creator=opened, poolclass=NullPool)
    if not errand.secret:
        raise UnableToFetch(
            _("Para una base de datos en un servidor hace falta el secreto con su contraseña.")
        )
    kind = _KINDS[url.drivername.partition("+")[0]]
    address = addresses.address_of(
        host=url.host or "", port=url.port or kind.port, open_hosts=errand.open_hosts
    )
    arguments: dict[str, Any] = {}
    if url.drivername == "postgresql+psycopg":
        arguments = {
            "hostaddr": address,
            "connect_timeout": TIMEOUT_SECONDS,
            "options": f"-c statement_timeout={_STATEMENT_SECONDS_MAX * 1000} -c default_transaction_read_only=on",
        }
    engine = create_engine(
        url.set(password=errand.secret), connect_args=arguments, poolclass=NullPool, hide_parameters=True
    )
    for statement in kind.begin:
        event.listen(engine, "begin", _saying(statement))
    return engine


def _saying(statement: str) -> Callable[[Connection], None]:
    def say(line: Connection) -> None:
        line.exec_driver_sql(statement)

    return say


def _inside(folder: Path | None, name: str) -> Path:
    """
    Find a file of the company's folder, following no link out of it.

    Raises: UnableToFetch.
    """
    if folder is None:
        raise UnableToFetch(
            _("Este servidor no tiene carpetas para fuentes: quien lo administra define PUNTUAL_FOLDERS.")
        )
    base = folder.resolve()
    path = (base / name).resolve()
    if name.startswith("/") or not path.is_relative_to(base) or not path.is_file():
        raise UnableToFetch(_("No existe «%s» en la carpeta de la empresa.") % name[:100])
    return path

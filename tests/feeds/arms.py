"""
One arm for each connector: the same debts put where it reads them, so that one suite can try them all.

`put` adds or changes debts at the source; `errand` is what the connector is told. Every arm can be broken in the
ways that sources break.
"""

import csv
import io
import os
import socket
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import psycopg

from puntual.sources.providers.contract import Connector, Delivery, Errand
from puntual.sources.providers.folder import Folder
from puntual.sources.providers.odoo import Odoo
from puntual.sources.providers.sftp import Sftp
from puntual.sources.providers.sql import Sql
from tests.feeds import database, odoo, sftp

AT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
LOCAL = frozenset({"localhost", "127.0.0.1"})
HEADERS = (
    "No. de cliente",
    "Nombre",
    "Folio",
    "Fecha de emisión",
    "Fecha de vencimiento",
    "Importe",
    "Moneda",
)


@dataclass(frozen=True)
class Debt:
    """One debt, as every arm tells it."""

    number: int
    customer: int = 1
    amount: Decimal = Decimal("1250.50")

    @property
    def cells(self) -> list[str]:
        """Write the debt as cells of a file."""
        who = [str(self.customer), f"Cliente {self.customer}, S.A."]
        return [*who, f"F-{self.number:04}", "2026-10-01", "2026-11-01", str(self.amount), "MXN"]


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def amounts_of(deliveries: list[Delivery]) -> dict[str, Decimal]:
    """Read deliveries independently of the product: document -> amount; the last one counts."""
    found: dict[str, Decimal] = {}
    for delivery in deliveries:
        for row in csv.DictReader(io.StringIO(delivery.content.decode())):
            lowered = {name.lower(): value for name, value in row.items()}
            number = lowered.get("folio") or lowered["documento"]
            found[number.rpartition("/")[2].rpartition("-")[2].lstrip("0")] = Decimal(lowered["importe"])
    return found


class Arm(Protocol):
    """One connector with a source of its own."""

    connector: Connector

    def put(self, debts: list[Debt], *, at: datetime) -> None:
        """Add or change debts at the source, at a moment."""

    def errand(self, *, state: Mapping[str, Any], at: datetime) -> Errand:
        """Return what the connector is told."""

    def broken(self) -> dict[str, Errand]:
        """Return errands that cannot work: unreachable, not allowed, wrong password."""


def _errand(settings: Mapping[str, str], *, secret: str = "", folder: Path | None = None) -> Errand:
    return Errand(
        settings=settings,
        secret=secret,
        state={},
        at=AT,
        folder=folder,
        open_hosts=LOCAL,
        bytes_max=10 * 1024**2,
    )


def write_file(path: Path, debts: list[Debt], *, at: datetime) -> None:
    """Write a file of debts, last changed at a moment."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([HEADERS, *(debt.cells for debt in debts)])
    path.write_bytes(buffer.getvalue().encode())
    os.utime(path, (at.timestamp(), at.timestamp()))


class FolderArm:
    """Files in a folder of this machine."""

    connector: Connector = Folder()
    settings: Mapping[str, str] = {"folder": "erp", "pattern": "", "quiet_seconds": "60", "after": "MOVE"}

    def __init__(self, ground: Path, stack: ExitStack) -> None:
        self.base = ground / "empresa"
        self.place = self.base / "erp"
        self.place.mkdir(parents=True)
        self.count = 0

    def put(self, debts: list[Debt], *, at: datetime) -> None:
        """Drop a file."""
        self.count += 1
        write_file(self.place / f"cartera-{self.count}.csv", debts, at=at - timedelta(hours=1))

    def errand(self, *, state: Mapping[str, Any], at: datetime) -> Errand:
        """Point to the folder."""
        return replace(_errand(self.settings, folder=self.base), state=state, at=at)

    def broken(self) -> dict[str, Errand]:
        """Point to what is not there."""
        (self.base / "archivo").write_text("x")
        (self.base / "enlace").symlink_to(self.place)
        return {
            "no such folder": _errand({**self.settings, "folder": "otra"}, folder=self.base),
            "a file": _errand({**self.settings, "folder": "archivo"}, folder=self.base),
            "a link": _errand({**self.settings, "folder": "enlace"}, folder=self.base),
            "a way out": _errand({**self.settings, "folder": "../otra"}, folder=self.base),
            "no folders here": _errand(self.settings, folder=None),
        }


class SftpArm(FolderArm):
    """The same files on a server."""

    connector: Connector = Sftp()

    def __init__(self, ground: Path, stack: ExitStack) -> None:
        super().__init__(ground, stack)
        self.server = stack.enter_context(sftp.serving(self.base))
        self.settings = {
            "host": "localhost",
            "port": str(self.server.port),
            "user": sftp.USER,
            "host_key": self.server.fingerprint,
            "folder": "/erp",
            "pattern": "",
            "quiet_seconds": "60",
            "after": "MOVE",
        }

    def errand(self, *, state: Mapping[str, Any], at: datetime) -> Errand:
        """Point to the server."""
        return replace(_errand(self.settings, secret=sftp.PASSWORD), state=state, at=at)

    def broken(self) -> dict[str, Errand]:
        """Break each thing that may break on the way to a server."""
        good = self.settings
        other = "SHA256:" + "A" * 43
        return {
            "unreachable": _errand({**good, "port": str(closed_port())}, secret=sftp.PASSWORD),
            "no such host": _errand({**good, "host": "nadie.invalid"}, secret=sftp.PASSWORD),
            "another key": _errand({**good, "host_key": other}, secret=sftp.PASSWORD),
            "wrong password": _errand(good, secret="otra"),
            "no such folder": _errand({**good, "folder": "/otra"}, secret=sftp.PASSWORD),
            "inside": replace(_errand(good, secret=sftp.PASSWORD), open_hosts=frozenset()),
        }


QUERY = (
    "select cliente, nombre, folio, emision as fecha_emision, vencimiento, importe, moneda, modificado "
    "from cartera where modificado >= :since order by modificado, folio"
)
_TABLE = (
    "create table cartera (cliente varchar(20), nombre varchar(80), folio varchar(20) primary key, emision date, "
    "vencimiento date, importe numeric(18, 2), moneda char(3), modificado timestamp)"
)


class SqliteArm:
    """A table in a SQLite file."""

    connector: Connector = Sql()

    def __init__(self, ground: Path, stack: ExitStack) -> None:
        self.base = ground / "empresa"
        self.base.mkdir(parents=True)
        self.settings = {
            "url": "sqlite:///erp.db",
            "query": QUERY,
            "cursor": "modificado",
            "start": "2000-01-01",
        }
        self.run(_TABLE)

    def run(self, statement: str, *values: object) -> None:
        """Run a statement at the source."""
        line = sqlite3.connect(self.base / "erp.db")
        with line:
            line.execute(statement, values)
        line.close()

    def put(self, debts: list[Debt], *, at: datetime) -> None:
        """Write rows, dated by the clock of the source."""
        for debt in debts:
            self.run("delete from cartera where folio = ?", debt.cells[2])
            self.run(
                "insert into cartera values (?, ?, ?, ?, ?, ?, ?, ?)",
                *debt.cells[:5],
                float(debt.amount),
                "MXN",
                f"{at:%Y-%m-%d %H:%M:%S}",
            )

    def errand(self, *, state: Mapping[str, Any], at: datetime) -> Errand:
        """Point to the file."""
        return replace(_errand(self.settings, folder=self.base), state=state, at=at)

    def broken(self) -> dict[str, Errand]:
        """Break the file and the query."""
        (self.base / "roto.db").write_bytes(b"no es una base de datos, ni lo fue nunca" * 10)
        good = self.settings
        return {
            "no such file": _errand({**good, "url": "sqlite:///otra.db"}, folder=self.base),
            "no database": _errand({**good, "url": "sqlite:///roto.db"}, folder=self.base),
            "a way out": _errand({**good, "url": "sqlite:///../erp.db"}, folder=self.base),
            "no such column": _errand({**good, "cursor": "otra"}, folder=self.base),
            "no such table": _errand(
                {**good, "query": "select * from otra where modificado >= :since"}, folder=self.base
            ),
            "no folders here": _errand(good, folder=None),
        }


class PostgresArm(SqliteArm):
    """The same table in a PostgreSQL."""

    def __init__(self, ground: Path, stack: ExitStack) -> None:
        folder = os.environ["DATABASE_URL"].rpartition("host=")[2].replace("%2F", "/")
        port = stack.enter_context(database.reachable(folder))
        server = stack.enter_context(
            psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres", autocommit=True)
        )
        # Its own: tests of other files ask theirs at the same moment.
        name = f"fuente_{os.getpid()}"
        drop = f"drop database if exists {name} with (force)"
        server.execute(drop)
        server.execute(f"create database {name}")
        stack.callback(server.execute, drop)
        self._line = stack.enter_context(
            psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname=name, autocommit=True)
        )
        self._line.execute(_TABLE)
        self.settings = {
            "url": f"postgresql://postgres@localhost:{port}/{name}",
            "query": QUERY,
            "cursor": "modificado",
            "start": "2000-01-01",
        }

    def run(self, statement: str, *values: object) -> None:
        """Run a statement at the source."""
        self._line.execute(statement.replace("?", "%s").encode(), values)

    def errand(self, *, state: Mapping[str, Any], at: datetime) -> Errand:
        """Point to the server."""
        return replace(_errand(self.settings, secret="x"), state=state, at=at)

    def broken(self) -> dict[str, Errand]:
        """Break each thing that may break on the way to a server."""
        good = self.settings
        url = good["url"]
        return {
            "unreachable": _errand(
                {**good, "url": f"postgresql://postgres@localhost:{closed_port()}/postgres"}, secret="x"
            ),
            "no such user": _errand({**good, "url": url.replace("postgres@", "nadie@")}, secret="x"),
            "no such database": _errand({**good, "url": url.rpartition("/")[0] + "/nada"}, secret="x"),
            "no such table": _errand(
                {**good, "query": "select * from otra where modificado >= :since"}, secret="x"
            ),
            "no password": _errand(good),
            "inside": replace(_errand(good, secret="x"), open_hosts=frozenset()),
        }


class OdooArm:
    """Invoices in an Odoo."""

    connector: Connector = Odoo()

    def __init__(self, ground: Path, stack: ExitStack) -> None:
        self.odoo = stack.enter_context(odoo.serving())
        self.settings = {
            "url": f"http://localhost:{self.odoo.port}",
            "database": odoo.DATABASE,
            "user": odoo.USER,
            "company": "1",
            "payments": "YES",
        }

    def put(self, debts: list[Debt], *, at: datetime) -> None:
        """Post invoices."""
        for debt in debts:
            moment = f"{at:%Y-%m-%d %H:%M:%S}"
            self.odoo.partner(debt.customer, f"Cliente {debt.customer}, S.A.", at="2026-01-01 00:00:00")
            self.odoo.invoice(
                debt.number, debt.customer, float(debt.amount), left=float(debt.amount), at=moment
            )

    def errand(self, *, state: Mapping[str, Any], at: datetime) -> Errand:
        """Point to the server."""
        return replace(_errand(self.settings, secret=odoo.PASSWORD), state=state, at=at)

    def broken(self) -> dict[str, Errand]:
        """Break each thing that may break on the way to a server."""
        good = self.settings
        return {
            "unreachable": _errand(
                {**good, "url": f"http://localhost:{closed_port()}"}, secret=odoo.PASSWORD
            ),
            "wrong password": _errand(good, secret="otra"),
            "no such database": _errand({**good, "database": "nada"}, secret=odoo.PASSWORD),
            "no Odoo": _errand({**good, "url": f"{good['url']}/tienda"}, secret=odoo.PASSWORD),
            "inside": replace(_errand(good, secret=odoo.PASSWORD), open_hosts=frozenset()),
        }


ARMS: Mapping[str, type[Any]] = {
    "folder": FolderArm,
    "sftp": SftpArm,
    "sqlite": SqliteArm,
    "postgresql": PostgresArm,
    "odoo": OdooArm,
}


def make_arm(name: str, ground: Path) -> Iterator[Arm]:
    """Make an arm, and take it down at the end."""
    with ExitStack() as stack:
        yield ARMS[name](ground, stack)

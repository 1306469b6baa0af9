"""The least that loading a file can be: a COPY of it, and COPYs of what it becomes."""

from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

from puntual.companies import operations as company_operations
from puntual.db import named, rows
from puntual.demo.bench.work import KEY

_SQL = named.load(Path(__file__).parent / "floor.sql")
_PIECE = 1 << 20
_FILE_COLUMNS = ", ".join(f"c{number:02d}" for number in range(1, 25))
# What a file of debts fills, parents first.
_FILLED = (
    "portfolio_customer",
    "portfolio_account",
    "portfolio_receivable",
    "portfolio_ledgerentry",
    "contacts_contactpoint",
)
_TWIN = "floor_{}"


def copy_file(path: Path, *, equal: bool = False) -> dict[str, Any]:
    """Copy a file into a bare table, or one with the keys and indexes of the receivables."""
    table = "floor_equal" if equal else "floor_import"
    with company_operations.in_company(schema_name=KEY), connection.cursor() as cursor:
        cursor.execute(_SQL["make_equal_table" if equal else "make_import_table"])
        return _copied(f"copy {table} ({_FILE_COLUMNS}) from stdin with (format csv, header)", path)


def write_filled(folder: Path) -> dict[str, Any]:
    """Write the rows that an import left behind, a file for each table, and make empty twins of the tables."""
    with company_operations.in_company(schema_name=KEY), connection.cursor() as cursor:
        for table in _FILLED:
            with (
                (folder / f"{table}.copy").open("wb") as file,
                cursor.copy(f"copy {table} to stdout") as copy,
            ):
                for piece in copy:
                    file.write(piece)
            rows.execute(f"create table {_TWIN.format(table)} (like {table} including all)")
        for table, name, references in rows.fetch_all(_SQL["keys_of_filled"], {"tables": list(_FILLED)}):
            twin = sql.Identifier(_TWIN.format(table))
            key = sql.SQL(_twinned(references))
            cursor.execute(
                sql.SQL("alter table {} add constraint {} {}").format(twin, sql.Identifier(name), key)
            )
    return {}


def copy_filled(folder: Path) -> dict[str, Any]:
    """Copy the same rows into the twins, in one transaction with all their checks, keys and indexes."""
    with company_operations.in_company(schema_name=KEY), connection.cursor() as cursor:
        cursor.execute("begin")
        found = [
            _copied(f"copy {_TWIN.format(table)} from stdin", folder / f"{table}.copy")["rows"]
            for table in _FILLED
        ]
        cursor.execute("commit")
        return {"rows": sum(found)}


def _copied(statement: str, path: Path) -> dict[str, Any]:
    with connection.cursor() as cursor:
        with path.open("rb") as file, cursor.copy(statement) as copy:
            while piece := file.read(_PIECE):
                copy.write(piece)
        return {"rows": cursor.rowcount}


def _twinned(references: str) -> str:
    """Let a foreign key point to the twin of its table."""
    for table in _FILLED:
        references = references.replace(f" {table}(", f" {_TWIN.format(table)}(")
    return references

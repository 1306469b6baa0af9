"""Rows in and out as plain Python: one statement each way."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg.errors
from django.db import IntegrityError, connection, transaction

_PIECE_ROWS = 2_000
_SKIPPING = re.compile(r"^ *on conflict \([a-z_, ]+\) do nothing$", re.MULTILINE)


def fetch_all(sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a query and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def fetch_each(
    sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Run a query and give its rows one by one; those that were taken need not stay in memory."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while piece := cursor.fetchmany(_PIECE_ROWS):
            yield from piece


def fetch_dicts(sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None) -> list[dict[str, Any]]:
    """Run a query and return its rows by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def execute(sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def fetch_adding(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """
    Run a statement that adds rows and skips those that are there, and return its rows. Needs a transaction.

    It is first tried as if none were there: to look for every row before it is added, and to confirm it afterwards,
    is what skipping costs. Where one is there, the statement runs as it is written.
    """
    try:
        with transaction.atomic():
            return fetch_all(_SKIPPING.sub("", sql), params)
    except IntegrityError as error:
        if not isinstance(error.__cause__, psycopg.errors.UniqueViolation):
            raise
    return fetch_all(sql, params)


@contextmanager
def checked_at_once() -> Iterator[None]:
    """
    Check foreign keys at the end of each statement of the block, not at the end of the transaction.

    What a large statement added is then still at hand, and need not be remembered until the end.
    """
    execute("set constraints all immediate")
    yield
    execute("set constraints all deferred")


def copy_in(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """
    Copy rows into a table and return how many.

    `rows` must not come from a cursor of the same connection: that hangs.
    """
    count = 0
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f'copy "{table}" ({names}) from stdin') as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def copy_lines(*, table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
    """Copy rows that are written already as COPY reads them, in one piece."""
    if not lines:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f'copy "{table}" ({names}) from stdin') as copy:
        copy.write("\n".join(lines) + "\n")


def copy_line(values: Sequence[Any]) -> str:
    """Write one row as COPY reads it; a list becomes an array of texts."""
    texts = [
        value
        if type(value) is str
        else ""
        if value is None
        else _array(value)
        if isinstance(value, list | tuple)
        else str(value)
        for value in values
    ]
    whole = "".join(texts)
    if "\\" in whole or not whole.isprintable():
        texts = list(map(_copied, texts))
    if None in values:
        texts = ["\\N" if value is None else text for value, text in zip(values, texts, strict=True)]
    return "\t".join(texts)


def _copied(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _array(values: Sequence[Any]) -> str:
    """Write texts as PostgreSQL reads an array; None is the word."""
    return as_texts(map(str, values)) if values else "{}"


def as_json(value: Any) -> Any:
    """Return a json column as Python, whether the driver already read it or gave its text."""
    return json.loads(value) if isinstance(value, str) else value


def as_array(numbers: Iterable[int | None]) -> str:
    """Write row ids as PostgreSQL reads an array, None as null: one text to send instead of a value for each."""
    return "{" + ",".join(["NULL" if number is None else str(number) for number in numbers]) + "}"


def as_texts(values: Iterable[object]) -> str:
    """Write texts, days and moments as PostgreSQL reads an array; None is null."""
    return "{" + ",".join(["NULL" if value is None else f'"{_quoted(str(value))}"' for value in values]) + "}"


def _quoted(text: str) -> str:
    if '"' in text or "\\" in text:
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return text


def as_document(values: Sequence[Any]) -> str:
    """Write rows as one JSON text; SQL takes it apart, which is much faster than an array for each column."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

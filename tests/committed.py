"""
Tests that need real commits: two hands at once, a process that is killed.

Each such test works in a copy of the test database and throws it away, so what it commits, even in tables that
only grow, is never seen by another test. Import the fixtures into the conftest.py of the folder that uses them.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from puntual.companies.models import Company


def _drop(cursor: Any, name: str) -> None:
    cursor.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture(scope="session")
def pristine_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Keep one copy of the test database that nobody ever connects to, and return its name."""
    tests = connection.settings_dict["NAME"]
    name = f"{tests}_pristine"
    with django_db_blocker.unblock():
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            _drop(cursor, name)
            # A live server of other tests may hold idle connections; it opens new ones by itself.
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = %s and pid <> pg_backend_pid()",
                [tests],
            )
            cursor.execute(f'create database "{name}" template "{tests}"')
        yield name
        with connection._nodb_cursor() as cursor:
            _drop(cursor, name)


@pytest.fixture
def committed_company(pristine_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    """Work inside the company 'muebles' of a throw-away database, where a commit is a commit."""
    tests = connection.settings_dict["NAME"]
    name = f"{tests}_committed"
    with django_db_blocker.unblock():
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            _drop(cursor, name)
            # Files as they are: to write them to the log too takes longer, and nobody needs it.
            cursor.execute(f'create database "{name}" template "{pristine_database}" strategy file_copy')
        connection.settings_dict["NAME"] = name
        try:
            company = Company.objects.get(schema_name="muebles")
            connection.set_tenant(company)
            yield company
        finally:
            connection.set_schema_to_public()
            connections.close_all()
            connection.settings_dict["NAME"] = tests
            with connection._nodb_cursor() as cursor:
                _drop(cursor, name)


class Hand(threading.Thread):
    """One more hand on the database: a thread with its own connection, in the same company."""

    def __init__(self, *, company: Company, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._company = company
        self._work = work
        self.result: Any = None
        self.error: BaseException | None = None
        # The server process that serves this hand, to see whether it waits.
        self.backend: int | None = None

    def run(self) -> None:
        """Do the work and keep what came of it."""
        try:
            connection.set_tenant(self._company)
            with connection.cursor() as cursor:
                cursor.execute("select pg_backend_pid()")
                self.backend = cursor.fetchone()[0]
            self.result = self._work()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def finish(self) -> Any:
        """Wait for the end and return the result, or raise what the work raised."""
        self.join(timeout=60)
        assert not self.is_alive(), "the hand never came to its end"
        if self.error is not None:
            raise self.error
        return self.result

    def is_waiting(self) -> bool:
        """Ask the server whether this hand waits for a lock that another holds."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select exists (select from pg_stat_activity where pid = %s and wait_event_type = 'Lock')",
                [self.backend],
            )
            return bool(cursor.fetchone()[0])

    def wait_until_blocked(self) -> None:
        """Return once this hand waits for a lock; fails when it ends without ever waiting."""
        while not self.is_waiting():
            assert self.is_alive(), "the hand came to its end without waiting"


def together(*, company: Company, works: list[Callable[[], Any]]) -> list[Hand]:
    """Do several works at the same moment, each with its own connection; return the hands when all have ended."""
    gate = threading.Barrier(len(works))

    def at_the_gate(work: Callable[[], Any]) -> Callable[[], Any]:
        def wait_and_work() -> Any:
            gate.wait(timeout=60)
            return work()

        return wait_and_work

    hands = [Hand(company=company, work=at_the_gate(work)) for work in works]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(timeout=120)
    assert not any(hand.is_alive() for hand in hands), "a hand never came to its end"
    return hands

"""Every lock of the product, by number: two kinds of work can never meet on one number by accident."""

from collections.abc import Iterable
from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    """Registry of advisory locks. Numbers are never used again."""

    DAILY_RUN = 1
    IMPORT_FILE = 2
    CUSTOMER_MONEY = 3
    COMPANY_SCHEMA = 4
    SOURCE = 6
    DUPLICATES = 7
    QUALITY = 9
    STEP_STOPS = 12
    # Whoever plans contacts: workers of a run share it, since each has its own customers; a campaign takes it alone.
    PLANNED_CONTACTS = 13
    PLAN_IN_FORCE = 14
    DECISION_MONTHS = 15
    VERDICT_CHAIN = 16
    # Whoever is about to contact a person holds them until the contact is counted.
    CONTACT_BUDGET = 17
    # Whoever takes in a list of people not to contact, by its name.
    EXCLUSION_LIST = 21
    # Whoever opens a petition, by the key of its form.
    PETITION = 22
    # Whoever changes what a company adds to the law, by country.
    OWN_LAW = 23


def lock_in_transaction(*, lock: Lock, key: str) -> None:
    """Wait for the lock on this key of this company; it ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(%s, hashtext(current_schema() || ':' || %s))", [int(lock), key]
        )


def lock_many_in_transaction(*, lock: Lock, keys: Iterable[str]) -> None:
    """Wait for the lock on each of these keys, in an order that is the same for everybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select pg_advisory_xact_lock(%s, k.hash)
            from (
                select distinct hashtext(current_schema() || ':' || key) as hash from unnest(%s::text[]) as key
                order by 1
            ) k
            """,
            [int(lock), list(keys)],
        )


def share_in_transaction(*, lock: Lock, key: str) -> None:
    """Wait while somebody else has the lock alone; others who share it go on. It ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock_shared(%s, hashtext(current_schema() || ':' || %s))",
            [int(lock), key],
        )


def try_lock_in_transaction(*, lock: Lock, key: str) -> bool:
    """Take the lock if nobody has it, and say whether; it ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_try_advisory_xact_lock(%s, hashtext(current_schema() || ':' || %s))", [int(lock), key]
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def try_session_lock(*, lock: Lock, key: str) -> bool:
    """Take the lock for this connection if nobody has it; it ends with the connection or by release."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_try_advisory_lock(%s, hashtext(current_schema() || ':' || %s))", [int(lock), key]
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def release_session_lock(*, lock: Lock, key: str) -> None:
    """Give a session lock back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_unlock(%s, hashtext(current_schema() || ':' || %s))", [int(lock), key]
        )

"""
A list of people not to contact: a file is read → whom it is about is shown → it is put in force, whole or not at all.

Who stands on it is asked anew before every contact, so it counts at once for what is planned, queued or approved, and
for whoever becomes a customer later. What a list stops altogether is also called off when it is put in force.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from puntual.audit.types import Actor
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_rows
from puntual.contacts.types import ListedBy, ListKind, NewList
from puntual.flows import endings, placing
from puntual.intake import operations as intake
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans

FILE_BYTES_MAX = 20_000_000
_MATCHES_MAX = 10_000_000
# What fits where it is kept why an action ended.
_REASON_LENGTH_MAX = 60


@dataclass(frozen=True, slots=True)
class TakenList:
    """A list as it was taken in; `is_new` is False where the same was there already."""

    list_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class ListPreview:
    """What a list would do: who stands on it, how many customers it is about, and what was not understood."""

    entries: dict[ListedBy, int]
    rows_total: int
    rows_unread: int
    unread_rows: tuple[int, ...]
    # Empty where nobody counted yet; it was so at `counted_at`, the gate asks anew before each contact.
    customers: int | None
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class AppliedList:
    """What putting a list in force did; nothing where it was in force already."""

    is_new: bool
    customers: int


@transaction.atomic
def take_file(
    *,
    content: bytes,
    file_name: str,
    name: str,
    kind: ListKind,
    from_date: date,
    until_date: date | None,
    actor: Actor,
    country: str,
    at: datetime,
) -> TakenList:
    """
    Take a file with a list in, not yet in force; the same file with the same name and days again writes nothing.

    Raises: intake.operations.UnableToReadFile; contacts.UnableToList.
    """
    return _take(
        rows=intake.rows_of_table(content=content, bytes_max=FILE_BYTES_MAX),
        new=NewList(
            name=name,
            kind=kind,
            from_date=from_date,
            until_date=until_date,
            file_name=file_name,
            file_hash=hashlib.sha256(content).hexdigest(),
        ),
        actor=actor,
        country=country,
        at=at,
    )


@transaction.atomic
def take_values(
    *,
    values: Sequence[str],
    name: str,
    kind: ListKind,
    from_date: date,
    until_date: date | None,
    actor: Actor,
    country: str,
    at: datetime,
) -> TakenList:
    """
    Take a list of telephones, e-mails or tax ids in as a file with one column would be.

    Raises: contacts.UnableToList.
    """
    return _take(
        rows=[(number, [value]) for number, value in enumerate(values, start=1)],
        new=NewList(
            name=name,
            kind=kind,
            from_date=from_date,
            until_date=until_date,
            file_name="",
            file_hash=hashlib.sha256("\n".join(values).encode()).hexdigest(),
        ),
        actor=actor,
        country=country,
        at=at,
    )


def _take(
    *, rows: Sequence[tuple[int, list[str]]], new: NewList, actor: Actor, country: str, at: datetime
) -> TakenList:
    read = contact_rows.read_entries(rows_of_file=rows, country=country)
    list_id, is_new = contacts.take_list(new=new, read=read, actor=actor, at=at)
    contacts.count_matches(list_id=list_id, at=at)
    return TakenList(list_id=list_id, is_new=is_new)


def preview(*, list_id: int, today: date) -> ListPreview:
    """
    Say what a list is, in force or not, and how many customers it was about when that was counted.

    Raises: NotFound.
    """
    known = contact_rows.exclusion_list(list_id=list_id, today=today)
    return ListPreview(
        entries=contact_rows.entry_counts(list_id=list_id),
        rows_total=known["rows_total"],
        rows_unread=known["rows_unread"],
        unread_rows=tuple(known["unread_rows"]),
        customers=known["matched_customers"],
        counted_at=known["matched_at"],
    )


def count(*, list_id: int, at: datetime) -> int:
    """
    Count anew whom a list is about, and return how many they are.

    Raises: NotFound.
    """
    return contacts.count_matches(list_id=list_id, at=at)


def count_all(*, today: date, at: datetime) -> int:
    """Count anew whom each list is about that counts or may yet, one after the other; return how many lists."""
    found = contact_rows.lists_to_count(today=today)
    for list_id in found:
        contacts.count_matches(list_id=list_id, at=at)
    return len(found)


@placing.change()
def apply(*, list_id: int, replaces: bool, actor: Actor, today: date, at: datetime) -> AppliedList:
    """
    Put a list in force, in place of the one of its name if it `replaces` it, and call off what it stops.

    A register against advertising calls nothing off: what is no advertising goes on.

    Raises: NotFound; contacts.UnableToList.
    """
    is_new = contacts.apply_list(list_id=list_id, replaces=replaces, actor=actor, today=today, at=at)
    if not is_new:
        return AppliedList(is_new=False, customers=0)
    contacts.count_matches(list_id=list_id, at=at)
    found = contact_rows.list_matches(list_id=list_id, limit=_MATCHES_MAX)
    known = contact_rows.exclusion_list(list_id=list_id, today=today)
    if known["kind"] != ListKind.AD_REGISTER and known["counts"] and found:
        reason = f"{endings.LIST}{known['name']}"[:_REASON_LENGTH_MAX]
        # An address stops itself; what goes by another way to the same person goes on. A tax id stops the person.
        people = [one["customer_id"] for one in found if one["by_tax_id"]]
        placing.touch(customer_ids=[one["customer_id"] for one in found])
        closed = plans.close_actions(
            customer_ids=people,
            contact_point_ids=contact_rows.listed_points(list_id=list_id),
            reason=reason,
            at=at,
        )
        outreach.cancel_messages(customer_ids=people, action_ids=closed, reason=reason, at=at)
    return AppliedList(is_new=True, customers=len(found))


@transaction.atomic
def withdraw(*, list_id: int, reason: str, actor: Actor, at: datetime) -> bool:
    """
    Take a list out of force; False when it was withdrawn already. The next run decides anew.

    Raises: NotFound; contacts.UnableToList.
    """
    return contacts.withdraw_list(list_id=list_id, reason=reason, actor=actor, at=at)

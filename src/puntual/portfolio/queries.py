"""Reads of the portfolio."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.lib.days import BUCKETS, Bucket, bucket_starts
from puntual.lib.errors import NotFound
from puntual.portfolio import rules
from puntual.portfolio.models import Customer
from puntual.portfolio.types import (
    BALANCE_KEY,
    PROMPT_KEY,
    AgeingRow,
    CustomerCard,
    CustomerKind,
    EntryKind,
    Lowered,
    Mismatch,
    OpenItem,
    ReceivableKind,
)

_SQL = named.load(Path(__file__).parent / "sql" / "reads.sql")
_PAGES = named.load(Path(__file__).parent / "sql" / "pages.sql")
_MERGING = named.load(Path(__file__).parent / "sql" / "merging.sql")
_CARD = (
    "id",
    "external_id",
    "name",
    "short_name",
    "kind",
    "tax_id",
    "language",
    "time_zone",
    "state",
    "city",
    "sector",
    "tags",
    "attributes",
    "created_at",
    "merged_into_id",
)


def customer_card(*, customer_id: int) -> CustomerCard:
    """
    Return one customer.

    Raises: NotFound when there is no such customer.
    """
    row = Customer.objects.filter(pk=customer_id).values(*_CARD).first()
    if row is None:
        raise NotFound(_("No existe ese cliente."))
    row["kind"] = CustomerKind(row["kind"])
    row["tags"] = tuple(row["tags"])
    return CustomerCard(**row)


def customer_names(*, customer_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the number at the client and the name of each customer."""
    found = rows.fetch_all(_SQL["customer_names"], {"customer_ids": list(customer_ids)})
    return {customer_id: (external_id, name) for customer_id, external_id, name in found}


def customer_id_of(*, external_id: str) -> int | None:
    """Return the id of the customer that the client knows under this number; of the survivor, if it was united."""
    return customer_ids_of(external_ids=[external_id]).get(external_id)


def search_patterns(*, text: str) -> list[str]:
    """Give one LIKE pattern per word of a search, for `search_text like all(...)`; no word gives an empty list."""
    return rules.search_patterns(text=text)


def search_pattern(*, text: str) -> str:
    """Give the LIKE pattern that finds a text as it is written, anywhere."""
    return rules.like_pattern(text=text.strip())


def customer_ids_of(*, external_ids: Sequence[str]) -> dict[str, int]:
    """Return {external id: id} of those that exist; a number that was united with another gives the survivor."""
    found = rows.fetch_all(
        "select external_id, coalesce(merged_into_id, id) from portfolio_customer"
        " where external_id = any(%(external_ids)s::text[])",
        {"external_ids": list(external_ids)},
    )
    return dict(found)


def customer_page(*, search: str, after: int, limit: int) -> list[dict[str, Any]]:
    """List customers whose row id is past `after`, oldest first; `search` reads name, number and tax id."""
    words = rules.search_patterns(text=search)
    found = rows.fetch_dicts(_PAGES["customer_page"], {"after": after, "words": words, "limit": limit})
    return [_with_attributes(row) for row in found]


def receivable_page(
    *, customer_id: int | None, is_open: bool, after: int, limit: int
) -> list[dict[str, Any]]:
    """List receivables whose row id is past `after`, oldest first: of one customer or all, open ones or all."""
    found = rows.fetch_dicts(
        _PAGES["receivable_page"],
        {"customer_id": customer_id, "is_open": is_open, "after": after, "limit": limit},
    )
    return [_with_attributes(row) for row in found]


def receivable_ids_of(*, keys: Sequence[str]) -> dict[str, int]:
    """Return {key: id} of the receivables that exist."""
    found = rows.fetch_all(
        "select key, id from portfolio_receivable where key = any(%(keys)s::text[])", {"keys": list(keys)}
    )
    return dict(found)


def receivables_by_id(*, receivable_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return {id: whose it is, its number and what is open on it} of the receivables that exist."""
    found = rows.fetch_dicts(
        """
        select r.id, r.customer_id, c.name as customer_name, r.document_number, r.currency, r.open_amount
        from portfolio_receivable r
        join portfolio_customer c on c.id = r.customer_id
        where r.id = any(%(ids)s::bigint[])
        """,
        {"ids": list(receivable_ids)},
    )
    return {row["id"]: row for row in found}


def open_items(*, customer_id: int) -> list[OpenItem]:
    """List what one customer still owes, oldest due first."""
    return open_items_of(customer_ids=[customer_id]).get(customer_id, [])


def open_items_of(*, customer_ids: Sequence[int]) -> dict[int, list[OpenItem]]:
    """List what customers still owe, oldest due first; a customer who owes nothing is left out."""
    found = rows.fetch_all(_SQL["open_items_of"], {"customer_ids": list(customer_ids)})
    return rules.items_by_customer(
        OpenItem(row[0], row[1], row[2], ReceivableKind(row[3]), *row[4:]) for row in found
    )


def lowered(*, receivable_ids: Sequence[int]) -> dict[int, Lowered]:
    """Say of those of these documents that owe less than was issued by what they do."""
    found = rows.fetch_all(
        _SQL["lowered"],
        {"receivable_ids": sorted(set(receivable_ids)), "balance_keys": f"{BALANCE_KEY}%"},
    )
    return {row[0]: Lowered(*row[1:]) for row in found}


def prompt_discounts(*, receivable_ids: Collection[int]) -> dict[int, Decimal]:
    """Return how much stands of what was let go of these documents because they were paid early; most have none."""
    if not receivable_ids:
        return {}
    return dict(
        rows.fetch_all(
            _SQL["prompt_discounts"],
            {"receivable_ids": sorted(set(receivable_ids)), "prompt_keys": f"{PROMPT_KEY}%"},
        )
    )


def _with_attributes(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "attributes": dict(rules.attributes_of(stored=row["attributes"]))}


def receivables_of(*, customer_id: int) -> list[dict[str, Any]]:
    """List all receivables of one customer, paid ones included, newest first."""
    found = rows.fetch_dicts(_SQL["receivables_of"], {"customer_id": customer_id})
    return [_with_attributes(row) for row in found]


def ledger_of(*, customer_id: int, limit: int) -> list[dict[str, Any]]:
    """List the newest movements of one customer."""
    return rows.fetch_dicts(_SQL["ledger_of"], {"customer_id": customer_id, "limit": limit})


def ageing(*, as_of: date, known_at: datetime | None) -> list[AgeingRow]:
    """
    Give open amounts by bucket and currency at the end of a day, read from the ledger.

    `known_at` asks what was known at a moment; None means all that is known now.
    """
    starts = bucket_starts()
    found = rows.fetch_all(
        _SQL["ageing"],
        {
            "as_of": as_of,
            "known_at": known_at,
            "buckets": [bucket.value for bucket in BUCKETS],
            # Everything before the second bucket's first day belongs to the first.
            "starts": [starts[bucket] for bucket in BUCKETS[1:]],
        },
    )
    lines = [AgeingRow(Bucket(row[0]), *row[1:]) for row in found]
    return sorted(lines, key=lambda line: (line.currency, BUCKETS.index(line.bucket)))


def issued_after(*, day: date) -> dict[str, tuple[Decimal, int]]:
    """Give what is owed on documents that are issued after a day, and how many they are, by currency."""
    return {
        code: (amount, count) for code, amount, count in rows.fetch_all(_SQL["issued_after"], {"day": day})
    }


def last_entry() -> int:
    """Return the place of the newest entry of the ledger; what a transaction then posts comes after it."""
    return int(rows.fetch_all(_SQL["last_entry"])[0][0])


def customers_of_entries(*, after: int, lowering: EntryKind | None = None) -> list[int]:
    """Return the customers whose debts an entry after a place raised; with a kind those whose debts it lowered."""
    found = rows.fetch_all(_SQL["customers_of_entries"], {"after": after, "lowering": lowering})
    return [row[0] for row in found]


def ledger_mismatches() -> list[Mismatch]:
    """List receivables whose open amount is not the sum of their ledger; any is a defect."""
    return [Mismatch(*row) for row in rows.fetch_all(_SQL["ledger_mismatches"])]


def payment_reference(*, customer_id: int) -> str:
    """Write the number that a customer quotes when paying by transfer."""
    return rules.payment_reference(customer_id=customer_id)


def customer_id_of_reference(*, reference: str) -> int | None:
    """Return the customer of a payment reference; None when it is mistyped or nobody's."""
    return customer_ids_of_references(references=[reference]).get(reference)


def customer_ids_of_references(*, references: Sequence[str]) -> dict[str, int]:
    """Return {reference: customer id} of the references that are valid and belong to a customer."""
    read = {text: rules.customer_id_of_reference(reference=text) for text in references}
    wanted = {customer_id for customer_id in read.values() if customer_id is not None}
    if not wanted:
        return {}
    found = rows.fetch_all(
        "select id, coalesce(merged_into_id, id) from portfolio_customer where id = any(%(ids)s::bigint[])",
        {"ids": sorted(wanted)},
    )
    known: dict[int | None, int] = dict(found)
    return {text: known[customer_id] for text, customer_id in read.items() if customer_id in known}


def customer_ids_of_tax_id(*, text: str, limit: int) -> list[int]:
    """Return the customers of a tax id, however its parts are set apart."""
    tax_id = rules.bare_tax_id(text=text)
    if not tax_id:
        return []
    found = rows.fetch_all(
        "select distinct coalesce(merged_into_id, id) from portfolio_customer where tax_id = %(tax_id)s::text "
        "limit %(limit)s::int",
        {"tax_id": tax_id, "limit": limit},
    )
    return [customer_id for (customer_id,) in found]


def has_customers() -> bool:
    """Say whether there is anybody at all."""
    return bool(rows.fetch_all("select exists (select from portfolio_customer)")[0][0])


def survivor_of(*, customer_id: int) -> int:
    """Return with whom a customer is one person now; itself when it was not united, or does not exist."""
    found = rows.fetch_all(
        "select merged_into_id from portfolio_customer where id = %(customer_id)s::bigint",
        {"customer_id": customer_id},
    )
    return int(found[0][0]) if found and found[0][0] is not None else customer_id


def united_with(*, customer_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Give the customers that were united with each of these; one without any is absent."""
    grouped: dict[int, list[dict[str, Any]]] = {}
    for row in rows.fetch_dicts(_MERGING["united_with"], {"customer_ids": list(customer_ids)}):
        grouped.setdefault(row["customer_id"], []).append(row)
    return grouped


def products_of(*, customer_id: int) -> list[str]:
    """List the products of one customer's accounts."""
    return [row[0] for row in rows.fetch_all(_PAGES["products_of"], {"customer_id": customer_id})]

"""
Portfolio: who owes what?

Reads: portfolio.Customer, portfolio.Account, portfolio.Receivable, portfolio.LedgerEntry
Writes: portfolio.Customer, portfolio.Account, portfolio.Receivable, portfolio.ReceivablePast, portfolio.LedgerEntry
Guarantees: the ledger only grows; an open amount is the sum of its entries and moves in the statement that
adds them; no open amount is ever below zero; a key posted twice changes nothing; whoever moves a balance holds
first the customer, then the receivables, each in the order of the ids; the number of statements does not grow
with the rows.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from puntual.db import named, rows
from puntual.lib.errors import DomainError
from puntual.portfolio import rules
from puntual.portfolio.types import (
    PROMPT_KEY,
    Balance,
    CustomerKind,
    EntryKind,
    NewCustomer,
    NewEntry,
    NewReceivable,
    OpenItem,
    PostedEntry,
    ReceivableKind,
    Refusal,
    StoredReceivable,
    UpsertCounts,
)

_FOLDER = Path(__file__).parent / "sql"
_CUSTOMERS = named.load(_FOLDER / "customers.sql")
_GIVEN = named.load(_FOLDER / "given.sql")
_RECEIVABLES = named.load(_FOLDER / "receivables.sql")
_LEDGER = named.load(_FOLDER / "ledger.sql")
_READS = named.load(_FOLDER / "reads.sql")
_MERGING = named.load(_FOLDER / "merging.sql")

_REFUSALS = {
    Refusal.UNKNOWN_RECEIVABLE: _("El documento no existe."),
    Refusal.OTHER_CURRENCY: _("La moneda no es la del documento."),
    Refusal.OTHER_CUSTOMER: _("El documento ya pertenece a otro cliente."),
    Refusal.NOT_CENTS: _("El importe tiene más de dos decimales."),
    Refusal.NOT_POSITIVE: _("El importe debe ser mayor que cero."),
    Refusal.ZERO: _("El importe no puede ser cero."),
    Refusal.BELOW_ZERO: _("El saldo del documento quedaría por debajo de cero."),
    Refusal.NOT_ITS_REVERSAL: _("El movimiento no se puede revertir o ya fue revertido."),
}


class UnableToPostEntry(DomainError):
    """
    The ledger cannot take what was given; nothing was written.

    `refused` says why for each key at fault, so that a caller may leave those out and try again.
    """

    code = "unable-to-post-entry"

    def __init__(self, refused: Mapping[str, Refusal]) -> None:
        self.refused = dict(refused)
        self.messages = {key: str(_REFUSALS[refusal]) for key, refusal in refused.items()}
        super().__init__(next(iter(self.messages.values())))


def upsert_customers(*, customers: Sequence[NewCustomer], at: datetime) -> UpsertCounts:
    """
    Add customers or change what is known of them, found by external id.

    Counts are of distinct external ids. An empty field never erases what is stored.
    """
    given = rules.distinct_customers(customers)
    with transaction.atomic():
        stored = _stored_customers(sql="stored_customers", external_ids=list(given))
        missing = [rules.completed(one) for key, one in given.items() if key not in stored]
        added = _add_customers(customers=missing, at=at)
        # What differs, and what another hand added meanwhile, is read again under lock.
        suspects = [
            key
            for key, one in given.items()
            if key not in added
            and (key not in stored or rules.merged(stored=stored[key], given=one) != stored[key])
        ]
        changed = _change_customers(given=given, external_ids=suspects, at=at)
    return UpsertCounts(new=len(added), changed=changed, unchanged=len(given) - len(added) - changed)


def add_given_customers(*, at: datetime) -> int:
    """
    Add the customers of `portfolio_given_customer` that are not there yet, and return how many.

    The caller lays a temporary view of that name over its rows, each customer once. What is there already, and names
    in scripts that the database cannot fold for searches, are left for `upsert_customers`.
    """
    return rows.execute(_GIVEN["add_given_customers"], {"at": at, "language": rules.DEFAULT_LANGUAGE})


def add_given_receivables(*, at: datetime) -> int:
    """
    Add the receivables of `portfolio_given_receivable`, each with its ISSUE entry, and return how many were new.

    The caller lays a temporary view of that name over its rows, each key once. What another hand added meanwhile is
    left as it is: `upsert_receivables` compares it.
    """
    with rows.checked_at_once():
        rows.execute(_GIVEN["add_given_accounts"], {"at": at})
        return int(rows.fetch_adding(_GIVEN["add_given_receivables"], {"at": at})[0][0])


def _stored_customers(*, sql: str, external_ids: list[str]) -> dict[str, NewCustomer]:
    if not external_ids:
        return {}
    return {
        row[0]: NewCustomer(
            *(*row[:2], CustomerKind(row[2]), *row[3:11], tuple(row[11]), rules.attributes_of(stored=row[12]))
        )
        for row in rows.fetch_all(_CUSTOMERS[sql], {"external_ids": external_ids})
    }


def _customer_arrays(customers: Sequence[NewCustomer]) -> dict[str, list[Any]]:
    names = (
        "external_id",
        "name",
        "kind",
        "short_name",
        "tax_id",
        "language",
        "time_zone",
        "state",
        "city",
        "postal_code",
        "sector",
    )
    arrays: dict[str, list[Any]] = {name: [getattr(one, name) for one in customers] for name in names}
    arrays["kind"] = [str(kind) for kind in arrays["kind"]]
    arrays["tags"] = [json.dumps(one.tags) for one in customers]
    arrays["attributes"] = [json.dumps(dict(one.attributes)) for one in customers]
    arrays["search_text"] = [
        rules.search_text(name=one.name, external_id=one.external_id, tax_id=one.tax_id) for one in customers
    ]
    return arrays


def _add_customers(*, customers: Sequence[NewCustomer], at: datetime) -> set[str]:
    if not customers:
        return set()
    found = rows.fetch_all(_CUSTOMERS["add_customers"], {**_customer_arrays(customers), "at": at})
    return {row[0] for row in found}


def _change_customers(*, given: Mapping[str, NewCustomer], external_ids: list[str], at: datetime) -> int:
    stored = _stored_customers(sql="stored_customers_locked", external_ids=external_ids)
    wanted = {key: rules.merged(stored=known, given=given[key]) for key, known in stored.items()}
    changed = [one for key, one in wanted.items() if one != stored[key]]
    if changed:
        rows.execute(_CUSTOMERS["change_customers"], {**_customer_arrays(changed), "at": at})
    return len(changed)


def set_labels(*, customer_id: int, tags: Sequence[str], attributes: Mapping[str, str], at: datetime) -> bool:
    """Put tags and free attributes in place of a customer's own, also none; False when nothing differs."""
    params = {
        "customer_id": customer_id,
        "tags": list(rules.distinct_tags(tags)),
        "attributes": json.dumps(dict(attributes)),
        "at": at,
    }
    return rows.execute(_CUSTOMERS["set_labels"], params) == 1


def upsert_receivables(*, receivables: Sequence[NewReceivable], at: datetime) -> UpsertCounts:
    """
    Add receivables with their ISSUE entry, or change what is known of them, found by key.

    A changed amount is posted as an ADJUSTMENT of the difference, true since the day of issue; a changed
    due date keeps the first one. An account that is named is created. Counts are of distinct keys. An amount that falls
    below what was paid and let go for paying early takes the place of that discount.

    Raises: UnableToPostEntry, with the keys at fault and nothing written, when an amount is not a positive
    number of cents or falls below what was paid, or when the customer or the currency is another.
    """
    given = rules.distinct_receivables(receivables)
    with transaction.atomic():
        stored = _stored_receivables(sql="stored_receivables", keys=list(given))
        below = [one.id for key, one in stored.items() if rules.is_below_zero(given=given[key], stored=one)]
        if withdraw_prompt_discounts(receivable_ids=below, at=at):
            stored = _stored_receivables(sql="stored_receivables", keys=list(given))
        _refuse_receivables(given=given, stored=stored)
        suspects = [key for key, known in stored.items() if _differs(given=given[key], stored=known)]
        new = [one for key, one in given.items() if key not in stored]
        _add_accounts(receivables=given.values(), at=at)
        added = _add_receivables(receivables=new, at=at)
        # What another hand added meanwhile is compared too, under lock like all that differs.
        suspects += [one.key for one in new if one.key not in added]
        changed = _change_receivables(given=given, keys=suspects, at=at)
    return UpsertCounts(new=len(added), changed=changed, unchanged=len(given) - len(added) - changed)


def _stored_receivables(*, sql: str, keys: list[str]) -> dict[str, StoredReceivable]:
    if not keys:
        return {}
    return {
        row[0]: StoredReceivable(
            id=row[1],
            open_amount=row[2],
            as_given=NewReceivable(
                *(row[0], row[3], ReceivableKind(row[4]), *row[5:11], "", rules.attributes_of(stored=row[11]))
            ),
        )
        for row in rows.fetch_all(_RECEIVABLES[sql], {"keys": keys})
    }


def _refuse_receivables(
    *, given: Mapping[str, NewReceivable], stored: Mapping[str, StoredReceivable]
) -> None:
    found = {key: rules.receivable_refusal(given=one, stored=stored.get(key)) for key, one in given.items()}
    refused = {key: refusal for key, refusal in found.items() if refusal is not None}
    if refused:
        raise UnableToPostEntry(refused)


def _differs(*, given: NewReceivable, stored: StoredReceivable) -> bool:
    return rules.merged_receivable(stored=stored.as_given, given=given) != stored.as_given


def _add_accounts(*, receivables: Iterable[NewReceivable], at: datetime) -> None:
    products: dict[tuple[int, str], str] = {}
    for one in receivables:
        if one.account:
            key = (one.customer_id, one.account)
            products[key] = one.product or products.get(key, "")
    if products:
        rows.execute(
            _RECEIVABLES["add_accounts"],
            {
                "customer_id": [key[0] for key in products],
                "external_id": [key[1] for key in products],
                "product": list(products.values()),
                "at": at,
            },
        )


def _add_receivables(*, receivables: Sequence[NewReceivable], at: datetime) -> set[str]:
    if not receivables:
        return set()
    names = (
        "key",
        "customer_id",
        "account",
        "document_number",
        "currency",
        "issue_date",
        "due_date",
        "amount",
    )
    arrays: dict[str, Any] = {name: [getattr(one, name) for one in receivables] for name in names}
    arrays["kind"] = [str(one.kind) for one in receivables]
    arrays["attributes"] = [json.dumps(dict(one.attributes)) for one in receivables]
    found = rows.fetch_all(_RECEIVABLES["add_receivables"], {**arrays, "at": at})
    return {row[0] for row in found}


def _change_receivables(*, given: Mapping[str, NewReceivable], keys: list[str], at: datetime) -> int:
    if not keys:
        return 0
    customer_ids = sorted({given[key].customer_id for key in keys})
    rows.fetch_all(_CUSTOMERS["lock_customers"], {"customer_ids": customer_ids})
    stored = _stored_receivables(sql="stored_receivables_locked", keys=keys)
    _refuse_receivables(given={key: given[key] for key in stored}, stored=stored)
    wanted = [
        (known, rules.merged_receivable(stored=known.as_given, given=given[key]))
        for key, known in stored.items()
        if _differs(given=given[key], stored=known)
    ]
    if not wanted:
        return 0
    names = ("account", "document_number", "issue_date", "due_date", "amount")
    arrays: dict[str, Any] = {name: [getattr(one, name) for _known, one in wanted] for name in names}
    arrays["id"] = [known.id for known, _one in wanted]
    arrays["kind"] = [str(one.kind) for _known, one in wanted]
    arrays["difference"] = [one.amount - known.as_given.amount for known, one in wanted]
    arrays["attributes"] = [json.dumps(dict(one.attributes)) for _known, one in wanted]
    return rows.execute(_RECEIVABLES["change_receivables"], {**arrays, "at": at})


def post_entries(*, entries: Sequence[NewEntry], at: datetime) -> int:
    """
    Add entries to the ledger, move what their receivables owe, and return how many entries are new.

    Raises: UnableToPostEntry, with the keys at fault and nothing written, when a receivable is unknown, in
    another currency or would owe less than nothing, or a reversal is not that of its entry.
    """
    given = {entry.key: entry for entry in reversed(entries)}
    if not given:
        return 0
    with transaction.atomic():
        balances = _lock_balances(receivable_ids={entry.receivable_id for entry in given.values()})
        posted = rows.fetch_all(_LEDGER["posted_keys"], {"keys": list(given)})
        new = [given[key] for key in given.keys() - {row[0] for row in posted}]
        new.sort(key=lambda entry: (entry.receivable_id, entry.key))
        refused = rules.entry_refusals(
            entries=new, balances=balances, reversed_entries=_entries_to_reverse(entries=new)
        )
        if refused:
            raise UnableToPostEntry(refused)
        return _post(entries=new, at=at)


def void_receivables(*, days: Mapping[int, date], at: datetime) -> list[int]:
    """
    Close receivables that are void, each on its day: every entry that stands gets its REVERSAL; return whose they are.

    What was paid on them must have been given back before. A second time writes nothing.
    """
    ids = sorted(days)
    with transaction.atomic():
        _lock_balances(receivable_ids=ids)
        found = rows.fetch_all(_LEDGER["standing_entries"], {"receivable_ids": ids})
        post_entries(
            entries=[
                NewEntry(
                    key=f"void:{entry_id}",
                    receivable_id=receivable_id,
                    kind=EntryKind.REVERSAL,
                    amount=-amount,
                    currency=currency,
                    effective_date=max(days[receivable_id], effective_date),
                    reverses_id=entry_id,
                )
                for entry_id, receivable_id, amount, currency, effective_date, _customer in found
            ],
            at=at,
        )
    return sorted({row[5] for row in found})


def withdraw_prompt_discounts(*, receivable_ids: Iterable[int], at: datetime) -> int:
    """Take back the discounts for paying early that stand on documents, and return how many; a second time none."""
    ids = sorted(set(receivable_ids))
    if not ids:
        return 0
    with transaction.atomic():
        _lock_balances(receivable_ids=ids)
        found = rows.fetch_all(
            _LEDGER["standing_prompt_discounts"],
            {"receivable_ids": ids, "prompt_keys": f"{PROMPT_KEY}%"},
        )
        return post_entries(
            entries=[
                NewEntry(
                    key=f"reversal:{key}",
                    receivable_id=receivable_id,
                    kind=EntryKind.REVERSAL,
                    amount=-amount,
                    currency=currency,
                    effective_date=effective_date,
                    reverses_id=entry_id,
                )
                for entry_id, key, receivable_id, amount, currency, effective_date in found
            ],
            at=at,
        )


def _lock_balances(*, receivable_ids: Iterable[int]) -> dict[int, Balance]:
    ids = sorted(receivable_ids)
    rows.fetch_all(_CUSTOMERS["lock_customers_of"], {"receivable_ids": ids})
    found = rows.fetch_all(_LEDGER["balances_locked"], {"receivable_ids": ids})
    return {row[0]: Balance(currency=row[1], open_amount=row[2]) for row in found}


def _entries_to_reverse(*, entries: Sequence[NewEntry]) -> dict[int, PostedEntry]:
    ids = [entry.reverses_id for entry in entries if entry.reverses_id is not None]
    if not ids:
        return {}
    found = rows.fetch_all(_LEDGER["posted_entries"], {"ids": ids})
    return {row[0]: PostedEntry(*row[1:]) for row in found}


def _post(*, entries: Sequence[NewEntry], at: datetime) -> int:
    if not entries:
        return 0
    names = (
        "key",
        "receivable_id",
        "amount",
        "currency",
        "effective_date",
        "note",
        "reverses_id",
    )
    arrays: dict[str, Any] = {name: [getattr(entry, name) for entry in entries] for name in names}
    arrays["kind"] = [str(entry.kind) for entry in entries]
    return int(rows.fetch_all(_LEDGER["post_entries"], {**arrays, "at": at})[0][0])


def count_anew() -> None:
    """
    Let the database count what documents and movements there are, as it does by itself some minutes later.

    Until then it takes the first payments of a company for none, and reads them all for each document.
    """
    rows.execute("analyze portfolio_receivable, portfolio_ledgerentry")


def lock_open_items(*, customer_ids: Sequence[int]) -> dict[int, list[OpenItem]]:
    """
    Hold these customers and what they owe until the transaction ends; return it, oldest due first.

    Whoever applies money calls this first, so two payments of one customer are applied one after the other.
    A customer who owes nothing has an empty list; one who does not exist is left out.
    """
    ids = sorted(set(customer_ids))
    known = rows.fetch_all(_CUSTOMERS["lock_customers"], {"customer_ids": ids})
    found = rows.fetch_all(_READS["open_items_locked"], {"customer_ids": ids})
    items = rules.items_by_customer(
        OpenItem(row[0], row[1], row[2], ReceivableKind(row[3]), *row[4:]) for row in found
    )
    return {customer_id: items.get(customer_id, []) for (customer_id,) in known}


def set_promised_date(*, receivable_ids: Sequence[int], promised_date: date | None) -> int:
    """Note the day promised on receivables, or take it away, and return how many changed."""
    return rows.execute(
        _RECEIVABLES["set_promised_date"],
        {"receivable_ids": sorted(set(receivable_ids)), "promised_date": promised_date},
    )


def erase_customer(*, customer_id: int, external_id: str, name: str, at: datetime) -> None:
    """
    Take away what names a person: the customer goes on as a number under a name that says nothing.

    Free attributes go with it, also those of the receivables, for a source may have put anything there.
    """
    rows.execute(
        _CUSTOMERS["erase_customer"],
        {
            "customer_id": customer_id,
            "name": name,
            "search_text": rules.search_text(name=name, external_id=external_id, tax_id=""),
            "at": at,
        },
    )


def lock_for_merging(*, customer_ids: Sequence[int]) -> dict[int, int | None]:
    """Hold customers alone until the transaction ends; return with whom each is united, None for nobody."""
    found = rows.fetch_all(_MERGING["lock_for_merging"], {"customer_ids": sorted(set(customer_ids))})
    return {row[0]: row[2] for row in found}


def move_customer(*, source_id: int, target_id: int) -> dict[str, list[Any]]:
    """
    Unite a customer with another: what it owes is the other's, its number still finds it.

    Returns which rows moved, by table. The ledger is not touched: it knows documents alone.
    """
    return dict(rows.fetch_all(_MERGING["move_customer"], {"source_id": source_id, "target_id": target_id}))


def return_customer(*, source_id: int, target_id: int, moved: Mapping[str, Sequence[Any]]) -> None:
    """Let a customer stand alone again with what moved, and with the documents that came under its number."""
    params = {"source_id": source_id, "target_id": target_id}
    rows.execute(_MERGING["return_customers"], params | {"united": list(moved.get("portfolio_customer", ()))})
    rows.execute(
        _MERGING["return_documents"],
        params
        | {
            "accounts": list(moved.get("portfolio_account", ())),
            "receivables": list(moved.get("portfolio_receivable", ())),
        },
    )

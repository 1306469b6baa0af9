"""Pure decisions of the portfolio: what changes, what is refused, how a customer is found."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from stdnum.iso7064 import mod_97_10

from puntual.lib.money import ZERO, to_cents
from puntual.lib.taxpayers import is_firm
from puntual.lib.text import folded
from puntual.portfolio.types import (
    Balance,
    CustomerKind,
    NewCustomer,
    NewEntry,
    NewReceivable,
    OpenItem,
    PostedEntry,
    Refusal,
    StoredReceivable,
)

DEFAULT_LANGUAGE = "es-mx"
# People write long numbers in groups.
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\s-]+(?=[0-9])")
# First digit of every payment reference: banks and spreadsheets drop leading zeros.
_REFERENCE_HEAD = "9"
_REFERENCE_ID_DIGITS = 8


def search_text(*, name: str, external_id: str, tax_id: str) -> str:
    """Write what the search box reads of a customer."""
    return folded(f"{name} {external_id} {tax_id}")


def like_pattern(*, text: str) -> str:
    """Give the LIKE pattern that finds a text anywhere; what means something to LIKE stands for itself."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def search_patterns(*, text: str) -> list[str]:
    """Give one LIKE pattern per word of a search."""
    return [like_pattern(text=word) for word in folded(text).split()]


def bare_tax_id(*, text: str) -> str:
    """Write a tax id without what people set its parts apart with; empty when nothing is left."""
    return "".join(letter for letter in text.upper() if letter.isalnum() or letter == "&")


def kind_of(*, name: str, tax_id: str) -> CustomerKind:
    """Tell a firm from a person by tax id and name; who shows no sign of a firm is a person."""
    return CustomerKind.COMPANY if is_firm(name=name, tax_id=tax_id) else CustomerKind.PERSON


def distinct_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Leave out tags that differ from an earlier one in small letters and capitals alone."""
    return tuple({tag.lower(): tag for tag in reversed(list(tags))}.values())[::-1]


def completed(customer: NewCustomer) -> NewCustomer:
    """Fill in what a new customer must have."""
    return replace(
        customer,
        kind=customer.kind or kind_of(name=customer.name, tax_id=customer.tax_id),
        language=customer.language or DEFAULT_LANGUAGE,
        tags=distinct_tags(customer.tags),
        attributes=tuple(sorted(dict(customer.attributes).items())),
    )


def merged(*, stored: NewCustomer, given: NewCustomer) -> NewCustomer:
    """Lay what a source says over what is known; an empty field leaves the old value."""
    return NewCustomer(
        external_id=stored.external_id,
        name=given.name or stored.name,
        kind=given.kind or stored.kind,
        short_name=given.short_name or stored.short_name,
        tax_id=given.tax_id or stored.tax_id,
        language=given.language or stored.language,
        time_zone=given.time_zone or stored.time_zone,
        state=given.state or stored.state,
        city=given.city or stored.city,
        postal_code=given.postal_code or stored.postal_code,
        sector=given.sector or stored.sector,
        tags=distinct_tags(given.tags or stored.tags),
        attributes=tuple(sorted({**dict(stored.attributes), **dict(given.attributes)}.items())),
    )


def distinct_customers(customers: Iterable[NewCustomer]) -> dict[str, NewCustomer]:
    """Give one customer per external id; what comes later is laid over what came before."""
    distinct: dict[str, NewCustomer] = {}
    for customer in customers:
        earlier = distinct.get(customer.external_id)
        distinct[customer.external_id] = (
            customer if earlier is None else merged(stored=earlier, given=customer)
        )
    return distinct


def distinct_receivables(receivables: Iterable[NewReceivable]) -> dict[str, NewReceivable]:
    """Give one receivable per key: the last word of the source counts."""
    return {receivable.key: receivable for receivable in receivables}


def merged_receivable(*, stored: NewReceivable, given: NewReceivable) -> NewReceivable:
    """Lay what a source says over what is known; an empty account leaves the old one."""
    return replace(
        given,
        account=given.account or stored.account,
        product="",
        attributes=tuple(sorted({**dict(stored.attributes), **dict(given.attributes)}.items())),
    )


def receivable_refusal(*, given: NewReceivable, stored: StoredReceivable | None) -> Refusal | None:
    """Say why a receivable cannot be taken as the source gives it, or None."""
    if given.amount <= ZERO:
        return Refusal.NOT_POSITIVE
    if given.amount != to_cents(given.amount):
        return Refusal.NOT_CENTS
    if stored is None:
        return None
    if given.customer_id != stored.as_given.customer_id:
        return Refusal.OTHER_CUSTOMER
    if given.currency != stored.as_given.currency:
        return Refusal.OTHER_CURRENCY
    return Refusal.BELOW_ZERO if is_below_zero(given=given, stored=stored) else None


def is_below_zero(*, given: NewReceivable, stored: StoredReceivable) -> bool:
    """Say whether a receivable would owe less than nothing by the amount that the source gives it."""
    return stored.open_amount + given.amount - stored.as_given.amount < ZERO


def _entry_refusal(
    *, entry: NewEntry, balance: Balance | None, reverses: PostedEntry | None
) -> Refusal | None:
    if balance is None:
        return Refusal.UNKNOWN_RECEIVABLE
    if entry.currency != balance.currency:
        return Refusal.OTHER_CURRENCY
    if entry.amount == ZERO:
        return Refusal.ZERO
    if entry.amount != to_cents(entry.amount):
        return Refusal.NOT_CENTS
    if entry.reverses_id is not None and (
        reverses is None
        or reverses.is_reversed
        or reverses.receivable_id != entry.receivable_id
        or reverses.amount != -entry.amount
    ):
        return Refusal.NOT_ITS_REVERSAL
    return None


def entry_refusals(
    *,
    entries: Sequence[NewEntry],
    balances: Mapping[int, Balance],
    reversed_entries: Mapping[int, PostedEntry],
) -> dict[str, Refusal]:
    """
    Name the entries that the ledger cannot take, by key.

    Entries of one posting count together: only their sum must leave no receivable below zero.
    """
    refused: dict[str, Refusal] = {}
    moves: dict[int, Decimal] = {}
    for entry in entries:
        reverses = None if entry.reverses_id is None else reversed_entries.get(entry.reverses_id)
        refusal = _entry_refusal(entry=entry, balance=balances.get(entry.receivable_id), reverses=reverses)
        if refusal is not None:
            refused[entry.key] = refusal
        moves[entry.receivable_id] = moves.get(entry.receivable_id, ZERO) + entry.amount
    for entry in entries:
        balance = balances.get(entry.receivable_id)
        if balance is not None and balance.open_amount + moves[entry.receivable_id] < ZERO:
            refused.setdefault(entry.key, Refusal.BELOW_ZERO)
    return refused


def attributes_of(*, stored: str) -> tuple[tuple[str, str], ...]:
    """Read free attributes from the text of their column, in the order of their names."""
    return () if stored == "{}" else tuple(sorted(json.loads(stored).items()))


def items_by_customer(items: Iterable[OpenItem]) -> dict[int, list[OpenItem]]:
    """Group open items by customer, oldest due first: the order in which money is applied."""
    grouped: dict[int, list[OpenItem]] = {}
    for item in sorted(items, key=lambda one: (one.due_date, one.issue_date, one.id)):
        grouped.setdefault(item.customer_id, []).append(item)
    return grouped


def payment_reference(*, customer_id: int) -> str:
    """
    Write the number that a customer quotes in a transfer: 9, the id in 8 digits or more, two check digits.

    The check is ISO/IEC 7064 MOD 97-10, the scheme of ISO 11649 creditor references: it finds every
    single wrong digit and every swap of two neighbours.
    """
    body = f"{_REFERENCE_HEAD}{customer_id:0{_REFERENCE_ID_DIGITS}d}"
    return body + mod_97_10.calc_check_digits(body)


def customer_id_of_reference(*, reference: str) -> int | None:
    """Read the customer id out of a reference; None when it is none of ours or mistyped."""
    digits = _BETWEEN_DIGITS.sub("", reference.strip())
    if not (digits.isascii() and digits.isdigit() and len(digits) < 30):
        return None
    customer_id = digits[1:-2]
    if len(customer_id) < _REFERENCE_ID_DIGITS or not int(customer_id):
        return None
    return int(customer_id) if payment_reference(customer_id=int(customer_id)) == digits else None

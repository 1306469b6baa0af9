"""Pure decisions of payments: how money is spread over debts, and what is refused."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from puntual.lib.currencies import is_currency
from puntual.lib.money import ZERO, spread, to_cents, total
from puntual.payments.types import Applied, AppliedCredit, LockedPayment, NewPayment, Refusal, Share
from puntual.portfolio.types import OpenItem


def amount_refusal(*, amount: Decimal, currency: str) -> Refusal | None:
    """Say why an amount cannot be money received, or None."""
    if amount <= ZERO:
        return Refusal.NOT_POSITIVE
    if amount != to_cents(amount):
        return Refusal.NOT_CENTS
    return None if is_currency(code=currency) else Refusal.NO_CURRENCY


def in_order(payments: Iterable[NewPayment]) -> list[NewPayment]:
    """Put payments in the order in which they are applied: by day; of one day, first those that name debts."""
    return sorted(payments, key=lambda payment: (payment.value_date, not payment.allocations))


def oldest_first(
    *, amount: Decimal, currency: str, items: Iterable[OpenItem], in_dispute: Collection[int] = ()
) -> list[tuple[int, Decimal]]:
    """
    Spread an amount over the debts of its currency in the order given; debts that get nothing are left out.

    What the debtor disputes gets nothing: money that names no document must not answer the dispute by itself.
    """
    own = [item for item in items if item.currency == currency and item.id not in in_dispute]
    shares = spread(amount=amount, debts=[item.open_amount for item in own])
    return [(item.id, share) for item, share in zip(own, shares, strict=True) if share > ZERO]


def _named_refusal(*, payment: NewPayment, items: Mapping[int, OpenItem]) -> Refusal | None:
    """Say why the debts that a payment names cannot take what it gives them, or None."""
    for receivable_id, amount in payment.allocations:
        item = items.get(receivable_id)
        if amount <= ZERO:
            return Refusal.NOT_POSITIVE
        if amount != to_cents(amount):
            return Refusal.NOT_CENTS
        if item is None or item.currency != payment.currency:
            return Refusal.NOT_OWED
        if amount > item.open_amount:
            return Refusal.MORE_THAN_OWED
    if total(amount for _, amount in payment.allocations) > payment.amount:
        return Refusal.MORE_THAN_PAID
    return None


def joined(allocations: Iterable[tuple[int, Decimal]]) -> tuple[tuple[int, Decimal], ...]:
    """Add up what is named twice for one debt."""
    sums: dict[int, Decimal] = {}
    for receivable_id, amount in allocations:
        sums[receivable_id] = sums.get(receivable_id, ZERO) + amount
    return tuple(sums.items())


def shares_of(
    *, value_date: date, amounts: Iterable[tuple[int, Decimal]], items: Mapping[int, OpenItem]
) -> tuple[Share, ...]:
    """
    Date the parts of a payment.

    Money that came before its document was issued counts from the day of issue: a debt is never below zero.
    """
    return tuple(
        Share(receivable_id, amount, max(value_date, items[receivable_id].issue_date))
        for receivable_id, amount in amounts
    )


def _refusal(*, payment: NewPayment, items: Mapping[int, OpenItem] | None) -> Refusal | None:
    found = amount_refusal(amount=payment.amount, currency=payment.currency)
    if found is not None:
        return found
    if items is None:
        return Refusal.UNKNOWN_CUSTOMER
    return _named_refusal(payment=payment, items=items)


def _take(*, payment: NewPayment, items: dict[int, OpenItem], in_dispute: Collection[int]) -> Applied:
    """Spread one payment and lower what `items` still owe."""
    amounts = payment.allocations
    if not amounts and not payment.is_credit:
        amounts = tuple(
            oldest_first(
                amount=payment.amount, currency=payment.currency, items=items.values(), in_dispute=in_dispute
            )
        )
    shares = shares_of(value_date=payment.value_date, amounts=amounts, items=items)
    for share in shares:
        item = items[share.receivable_id]
        items[item.id] = replace(item, open_amount=item.open_amount - share.amount)
    return Applied(payment, shares, payment.amount - total(share.amount for share in shares))


def apply_payments(
    *,
    payments: Iterable[NewPayment],
    open_items: Mapping[int, Sequence[OpenItem]],
    in_dispute: Collection[int] = (),
) -> tuple[list[Applied], dict[str, Refusal]]:
    """
    Spread payments over what their customers owe, one after the other; name those refused, by key.

    A payment that names debts pays those and no other; one that names none pays the oldest due first, without those
    in dispute, unless it is credit from the start.
    `open_items` has every customer that exists, oldest due first.
    """
    left = {customer_id: {item.id: item for item in items} for customer_id, items in open_items.items()}
    applied: list[Applied] = []
    refused: dict[str, Refusal] = {}
    for given in in_order(payments):
        payment = replace(given, allocations=joined(given.allocations))
        items = left.get(payment.customer_id)
        refusal = _refusal(payment=payment, items=items)
        if refusal is not None:
            refused[payment.key] = refusal
        elif items is not None:
            applied.append(_take(payment=payment, items=items, in_dispute=in_dispute))
    return applied, refused


def apply_credits(
    *,
    payments: Iterable[LockedPayment],
    open_items: Mapping[int, Sequence[OpenItem]],
    in_dispute: Collection[int] = (),
) -> list[AppliedCredit]:
    """
    Spread what is left of payments over what their customers owe and do not dispute, the oldest money to the oldest
    due first.

    A credit that no debt takes is left out. `open_items` has the customers, oldest due first.
    """
    left = {customer_id: {item.id: item for item in items} for customer_id, items in open_items.items()}
    applied: list[AppliedCredit] = []
    for payment in sorted(payments, key=lambda one: (one.value_date, one.id)):
        items = left.get(payment.customer_id, {})
        amounts = oldest_first(
            amount=payment.unapplied_amount,
            currency=payment.currency,
            items=items.values(),
            in_dispute=in_dispute,
        )
        shares = shares_of(value_date=payment.value_date, amounts=amounts, items=items)
        if not shares:
            continue
        for share in shares:
            item = items[share.receivable_id]
            items[item.id] = replace(item, open_amount=item.open_amount - share.amount)
        rest = payment.unapplied_amount - total(share.amount for share in shares)
        applied.append(AppliedCredit(payment, shares, rest))
    return applied

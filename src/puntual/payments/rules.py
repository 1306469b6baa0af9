"""Pure decisions of payments: how money is spread over debts, and what is refused."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from puntual.lib.currencies import is_currency
from puntual.lib.money import ZERO, spread, to_cents, total
from puntual.payments.types import (
    NO_PROMPT_PAY,
    Applied,
    AppliedCredit,
    LockedPayment,
    NewPayment,
    PromptPay,
    Refusal,
    Share,
)
from puntual.plans.rules import prompt_discount
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


def _let_go(*, item: OpenItem, value_date: date, prompt: PromptPay) -> Decimal:
    """Say how much is let go of a debt when money of a day pays all the rest: no part of it may have come late."""
    if item.id in prompt.excluded:
        return ZERO
    found = prompt_discount(
        terms=prompt.terms,
        issue_date=item.issue_date,
        due_date=item.due_date,
        whole_amount=item.original_amount,
        open_amount=item.open_amount,
        on=max(value_date, item.issue_date, prompt.paid_until.get(item.id, value_date)),
    )
    return found.amount if found is not None else ZERO


def oldest_first(
    *,
    amount: Decimal,
    currency: str,
    value_date: date,
    items: Iterable[OpenItem],
    in_dispute: Collection[int] = (),
    prompt: PromptPay = NO_PROMPT_PAY,
) -> list[tuple[int, Decimal]]:
    """
    Spread an amount over the debts of its currency in the order given; debts that get nothing are left out.

    What the debtor disputes gets nothing: money that names no document must not answer the dispute by itself. What is
    paid early takes no more than its discount leaves: the rest of the money goes on to the next debt.
    """
    own = [item for item in items if item.currency == currency and item.id not in in_dispute]
    debts = [item.open_amount - _let_go(item=item, value_date=value_date, prompt=prompt) for item in own]
    shares = spread(amount=amount, debts=debts)
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
    *,
    value_date: date,
    amounts: Iterable[tuple[int, Decimal]],
    items: Mapping[int, OpenItem],
    prompt: PromptPay = NO_PROMPT_PAY,
) -> tuple[Share, ...]:
    """
    Date the parts of a payment, each with what is let go of its debt because all the rest was paid early.

    Money that came before its document was issued counts from the day of issue: a debt is never below zero.
    """
    return tuple(
        Share(
            receivable_id,
            amount,
            max(value_date, items[receivable_id].issue_date),
            _discount(amount=amount, item=items[receivable_id], value_date=value_date, prompt=prompt),
        )
        for receivable_id, amount in amounts
    )


def _discount(*, amount: Decimal, item: OpenItem, value_date: date, prompt: PromptPay) -> Decimal:
    """Return what a debt owes beyond the money that it takes, where the discount covers it."""
    left = item.open_amount - amount
    return left if left <= _let_go(item=item, value_date=value_date, prompt=prompt) else ZERO


def _prompt_pay_of(
    *,
    prompt: PromptPay,
    debts: Iterable[int],
    in_dispute: Collection[int],
    named_last: Mapping[int, int],
    place: int,
) -> PromptPay:
    """
    Say what may be let go of the debts that the payment at a place may pay.

    Nothing of what is in dispute, nor of what a later payment names: that one says that something was left to pay.
    """
    if not prompt.terms:
        return prompt
    excluded = (
        one
        for one in debts
        if one in prompt.excluded or one in in_dispute or named_last.get(one, place) > place
    )
    return replace(prompt, excluded=frozenset(excluded))


def _lowered(*, items: dict[int, OpenItem], shares: Iterable[Share]) -> None:
    """Lower what debts still owe by what they took."""
    for share in shares:
        item = items[share.receivable_id]
        items[item.id] = replace(item, open_amount=item.open_amount - share.amount - share.discount)


def _refusal(*, payment: NewPayment, items: Mapping[int, OpenItem] | None) -> Refusal | None:
    found = amount_refusal(amount=payment.amount, currency=payment.currency)
    if found is not None:
        return found
    if items is None:
        return Refusal.UNKNOWN_CUSTOMER
    return _named_refusal(payment=payment, items=items)


def _take(
    *, payment: NewPayment, items: dict[int, OpenItem], in_dispute: Collection[int], prompt: PromptPay
) -> Applied:
    """Spread one payment and lower what `items` still owe."""
    amounts = payment.allocations
    if not amounts and not payment.is_credit:
        amounts = tuple(
            oldest_first(
                amount=payment.amount,
                currency=payment.currency,
                value_date=payment.value_date,
                items=items.values(),
                in_dispute=in_dispute,
                prompt=prompt,
            )
        )
    shares = shares_of(value_date=payment.value_date, amounts=amounts, items=items, prompt=prompt)
    _lowered(items=items, shares=shares)
    return Applied(payment, shares, payment.amount - total(share.amount for share in shares))


def apply_payments(
    *,
    payments: Iterable[NewPayment],
    open_items: Mapping[int, Sequence[OpenItem]],
    in_dispute: Collection[int] = (),
    prompt: PromptPay = NO_PROMPT_PAY,
) -> tuple[list[Applied], dict[str, Refusal]]:
    """
    Spread payments over what their customers owe, one after the other; name those refused, by key.

    A payment that names debts pays those and no other; one that names none pays the oldest due first, without those
    in dispute, unless it is credit from the start. Who pays a whole debt early gets what `prompt` lets go of it.
    `open_items` has every customer that exists, oldest due first.
    """
    left = {customer_id: {item.id: item for item in items} for customer_id, items in open_items.items()}
    applied: list[Applied] = []
    refused: dict[str, Refusal] = {}
    together = [replace(one, allocations=joined(one.allocations)) for one in in_order(payments)]
    named_last = {debt: place for place, one in enumerate(together) for debt, _amount in one.allocations}
    for place, payment in enumerate(together):
        items = left.get(payment.customer_id)
        refusal = _refusal(payment=payment, items=items)
        if refusal is not None:
            refused[payment.key] = refusal
        elif items is not None:
            own = _prompt_pay_of(
                prompt=prompt,
                debts=[debt for debt, _amount in payment.allocations] or items,
                in_dispute=in_dispute,
                named_last=named_last,
                place=place,
            )
            applied.append(_take(payment=payment, items=items, in_dispute=in_dispute, prompt=own))
    return applied, refused


def apply_credits(
    *,
    payments: Iterable[LockedPayment],
    open_items: Mapping[int, Sequence[OpenItem]],
    in_dispute: Collection[int] = (),
    prompt: PromptPay = NO_PROMPT_PAY,
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
            value_date=payment.value_date,
            items=items.values(),
            in_dispute=in_dispute,
            prompt=prompt,
        )
        shares = shares_of(value_date=payment.value_date, amounts=amounts, items=items, prompt=prompt)
        if not shares:
            continue
        _lowered(items=items, shares=shares)
        rest = payment.unapplied_amount - total(share.amount for share in shares)
        applied.append(AppliedCredit(payment, shares, rest))
    return applied

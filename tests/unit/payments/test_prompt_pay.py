"""How money is spread over debts of which a part is let go because they are paid early."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.lib.money import ZERO, total
from puntual.payments import rules
from puntual.payments.types import NewPayment, PaymentMethod, PromptPay, Share
from puntual.plans.types import PromptTerms
from puntual.portfolio.types import OpenItem, ReceivableKind

DAY = date(2026, 11, 1)
DUE = DAY + timedelta(days=30)
PROMPT = PromptPay((PromptTerms(Decimal(2), 5, since=date(2026, 1, 1), until=None),))


def item(number: int, amount: str | Decimal, *, due: date = DUE) -> OpenItem:
    """Return a document; the first of equal days is the oldest."""
    return OpenItem(
        id=number,
        customer_id=1,
        document_number=f"F-{number}",
        kind=ReceivableKind.INVOICE,
        currency="MXN",
        issue_date=date(2026, 10, 1),
        due_date=due,
        original_amount=Decimal(amount),
        open_amount=Decimal(amount),
    )


def payment(amount: str | Decimal, *named: tuple[int, str], key: str = "p", day: date = DAY) -> NewPayment:
    """Return a payment that names these documents, or none."""
    return NewPayment(
        key=key,
        customer_id=1,
        amount=Decimal(amount),
        currency="MXN",
        value_date=day,
        method=PaymentMethod.TRANSFER,
        allocations=tuple((number, Decimal(share)) for number, share in named),
    )


def taken(
    *payments: NewPayment, items: list[OpenItem], prompt: PromptPay = PROMPT
) -> list[tuple[int, str, str]]:
    """Spread payments and return what each document took and what was let go of it."""
    applied, refused = rules.apply_payments(payments=payments, open_items={1: items}, prompt=prompt)
    assert refused == {}
    return [
        (share.receivable_id, str(share.amount), str(share.discount))
        for one in applied
        for share in one.shares
    ]


def test_money_takes_what_the_discount_leaves_and_goes_on() -> None:
    items = [item(1, "1000.00"), item(2, "500.00")]

    assert taken(payment("1470.00"), items=items) == [(1, "980.00", "20.00"), (2, "490.00", "10.00")]
    assert taken(payment("1400.00"), items=items) == [(1, "980.00", "20.00"), (2, "420.00", "0.00")]


def test_who_pays_too_late_pays_all() -> None:
    late = DUE - timedelta(days=4)

    assert taken(payment("1000.00", day=late), items=[item(1, "1000.00")]) == [(1, "1000.00", "0.00")]


def test_a_named_document_takes_what_is_named() -> None:
    items = [item(1, "1000.00")]

    assert taken(payment("1000.00", (1, "1000.00")), items=items) == [(1, "1000.00", "0.00")]
    assert taken(payment("980.00", (1, "980.00")), items=items) == [(1, "980.00", "20.00")]
    # More is missing than the discount.
    assert taken(payment("979.99", (1, "979.99")), items=items) == [(1, "979.99", "0.00")]


def test_a_document_that_two_payments_name_gets_no_discount_from_the_first() -> None:
    both = (payment("980.00", (1, "980.00"), key="a"), payment("20.00", (1, "20.00"), key="b"))

    assert taken(*both, items=[item(1, "1000.00")]) == [(1, "980.00", "0.00"), (1, "20.00", "0.00")]


def test_a_document_that_another_payment_names_gets_none_from_money_that_names_nothing() -> None:
    both = (
        payment("980.00", key="a"),
        payment("20.00", (1, "20.00"), key="b", day=DAY + timedelta(days=1)),
    )

    assert taken(*both, items=[item(1, "1000.00")]) == [(1, "980.00", "0.00"), (1, "20.00", "0.00")]


@pytest.mark.parametrize("first", [(), ((1, "500.00"),)], ids=["unnamed", "named"])
@pytest.mark.parametrize("last", [(), ((1, "480.00"),)], ids=["unnamed", "named"])
def test_parts_that_together_are_what_was_told_settle_it(
    first: tuple[tuple[int, str], ...], last: tuple[tuple[int, str], ...]
) -> None:
    both = (
        payment("500.00", *first, key="a"),
        payment("480.00", *last, key="b", day=DAY + timedelta(days=1)),
    )

    assert taken(*both, items=[item(1, "1000.00")]) == [(1, "500.00", "0.00"), (1, "480.00", "20.00")]


def test_what_the_books_have_lowered_already_is_excluded() -> None:
    prompt = replace(PROMPT, excluded=frozenset({1}))

    assert taken(payment("980.00"), items=[item(1, "980.00")], prompt=prompt) == [(1, "980.00", "0.00")]


cents = st.integers(min_value=1, max_value=500_000).map(lambda one: Decimal(one) / 100)


@given(amounts=st.lists(cents, min_size=1, max_size=6), paid=cents)
def test_nothing_is_lost_and_nothing_falls_below_zero(amounts: list[Decimal], paid: Decimal) -> None:
    items = [item(number, amount) for number, amount in enumerate(amounts, 1)]
    applied, _refused = rules.apply_payments(payments=[payment(paid)], open_items={1: items}, prompt=PROMPT)
    shares: tuple[Share, ...] = applied[0].shares

    assert total(share.amount for share in shares) + applied[0].unapplied_amount == paid
    owed = {one.id: one.open_amount for one in items}
    for share in shares:
        # What got a discount is settled to the cent.
        left = owed[share.receivable_id] - share.amount - share.discount
        assert left >= ZERO
        assert share.discount == ZERO or left == ZERO

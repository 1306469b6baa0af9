"""How money is spread over debts: nothing is lost, nothing is made, nobody pays more than is owed."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.lib.money import ZERO, total
from puntual.payments import rules
from puntual.payments.types import LockedPayment, NewPayment, PaymentMethod, PaymentState, Refusal
from puntual.portfolio.types import OpenItem, ReceivableKind

DAY = date(2026, 11, 1)


def _item(number: int, amount: str | Decimal, **fields: object) -> OpenItem:
    item = OpenItem(
        id=number,
        customer_id=1,
        document_number=f"F-{number}",
        kind=ReceivableKind.INVOICE,
        currency="MXN",
        issue_date=date(2026, 1, 1),
        due_date=date(2026, 2, 1) + timedelta(days=number),
        original_amount=Decimal(amount),
        open_amount=Decimal(amount),
    )
    return replace(item, **fields)  # type: ignore[arg-type]


def _payment(amount: str | Decimal, key: str = "p", **fields: object) -> NewPayment:
    payment = NewPayment(
        key=key,
        customer_id=1,
        amount=Decimal(amount),
        currency="MXN",
        value_date=DAY,
        method=PaymentMethod.TRANSFER,
    )
    return replace(payment, **fields)  # type: ignore[arg-type]


def _amounts(payment: NewPayment, items: list[OpenItem]) -> tuple[dict[int, Decimal], Decimal]:
    applied, refused = rules.apply_payments(payments=[payment], open_items={1: items})
    assert refused == {}
    return {share.receivable_id: share.amount for share in applied[0].shares}, applied[0].unapplied_amount


def test_payment_without_names_pays_the_oldest_due_first() -> None:
    assert _amounts(_payment("150.00"), [_item(1, "100.00"), _item(2, "100.00")]) == (
        {1: Decimal("100.00"), 2: Decimal("50.00")},
        ZERO,
    )


def test_payment_takes_only_debts_of_its_currency() -> None:
    assert _amounts(_payment("150.00"), [_item(1, "100.00", currency="USD"), _item(2, "100.00")]) == (
        {2: Decimal("100.00")},
        Decimal("50.00"),
    )


def test_payment_that_names_debts_pays_those_and_keeps_the_rest_as_credit() -> None:
    payment = _payment("150.00", allocations=((2, Decimal("30.00")), (2, Decimal("40.00"))))

    assert _amounts(payment, [_item(1, "100.00"), _item(2, "100.00")]) == (
        {2: Decimal("70.00")},
        Decimal("80.00"),
    )


def test_money_that_came_before_its_document_counts_from_the_day_of_issue() -> None:
    items = [_item(1, "10.00"), _item(2, "10.00", issue_date=date(2026, 12, 1))]

    applied, _refused = rules.apply_payments(payments=[_payment("20.00")], open_items={1: items})

    assert [share.effective_date for share in applied[0].shares] == [DAY, date(2026, 12, 1)]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"amount": ZERO}, Refusal.NOT_POSITIVE),
        ({"amount": Decimal("-1.00")}, Refusal.NOT_POSITIVE),
        ({"amount": Decimal("1.005")}, Refusal.NOT_CENTS),
        ({"currency": "pesos"}, Refusal.NO_CURRENCY),
        ({"customer_id": 2}, Refusal.UNKNOWN_CUSTOMER),
        ({"allocations": ((9, Decimal("1.00")),)}, Refusal.NOT_OWED),
        ({"allocations": ((2, Decimal("1.00")),)}, Refusal.NOT_OWED),
        ({"allocations": ((1, Decimal("100.01")),)}, Refusal.MORE_THAN_OWED),
        ({"allocations": ((1, Decimal("60.00")), (1, Decimal("60.00")))}, Refusal.MORE_THAN_OWED),
        ({"allocations": ((1, Decimal("0.00")),)}, Refusal.NOT_POSITIVE),
        ({"allocations": ((1, Decimal("-5.00")),)}, Refusal.NOT_POSITIVE),
        ({"allocations": ((1, Decimal("0.001")),)}, Refusal.NOT_CENTS),
        ({"amount": Decimal("50.00"), "allocations": ((1, Decimal("50.01")),)}, Refusal.MORE_THAN_PAID),
    ],
)
def test_payment_that_cannot_be_is_refused(fields: dict[str, object], refusal: Refusal) -> None:
    items = [_item(1, "100.00"), _item(2, "100.00", currency="USD")]
    payment = replace(_payment("200.00"), **fields)  # type: ignore[arg-type]

    applied, refused = rules.apply_payments(payments=[payment], open_items={1: items})

    assert (applied, refused) == ([], {"p": refusal})


def test_refused_payment_leaves_the_debts_to_the_others() -> None:
    payments = [
        _payment("50.00", key="bad", allocations=((1, Decimal("60.00")),)),
        _payment("100.00", key="good"),
    ]

    applied, refused = rules.apply_payments(payments=payments, open_items={1: [_item(1, "100.00")]})

    assert refused == {"bad": Refusal.MORE_THAN_PAID}
    assert [(one.payment.key, one.unapplied_amount) for one in applied] == [("good", ZERO)]


def test_of_one_day_the_payments_that_name_debts_come_first() -> None:
    payments = [
        _payment("100.00", key="any"),
        _payment("100.00", key="named", allocations=((1, Decimal("100.00")),)),
        _payment("100.00", key="earlier", value_date=DAY - timedelta(days=1)),
    ]

    assert [payment.key for payment in rules.in_order(payments)] == ["earlier", "named", "any"]


CENTS = st.integers(1, 1_000_000).map(lambda cents: Decimal(cents) / 100)
ITEMS = st.lists(st.tuples(CENTS, st.sampled_from(["MXN", "USD"]), st.integers(0, 60)), max_size=8).map(
    lambda rows: sorted(
        (
            _item(number, amount, currency=currency, due_date=date(2026, 2, 1) + timedelta(days=days))
            for number, (amount, currency, days) in enumerate(rows, 1)
        ),
        key=lambda item: (item.due_date, item.id),
    )
)
PAYMENTS = st.lists(st.tuples(CENTS, st.sampled_from(["MXN", "USD", "EUR"])), min_size=1, max_size=8).map(
    lambda rows: [
        _payment(amount, key=f"p{number}", currency=currency)
        for number, (amount, currency) in enumerate(rows)
    ]
)


def _left(items: list[OpenItem], payments: list[NewPayment]) -> tuple[dict[int, Decimal], dict[str, Decimal]]:
    """Return what each item still owes and the credit left in each currency."""
    applied, refused = rules.apply_payments(payments=payments, open_items={1: items})
    assert refused == {}
    owed = {item.id: item.open_amount for item in items}
    credit: dict[str, Decimal] = {}
    for one in applied:
        credit[one.payment.currency] = credit.get(one.payment.currency, ZERO) + one.unapplied_amount
        for share in one.shares:
            owed[share.receivable_id] -= share.amount
    return owed, credit


@given(ITEMS, PAYMENTS)
def test_spreading_conserves_money(items: list[OpenItem], payments: list[NewPayment]) -> None:
    applied, _refused = rules.apply_payments(payments=payments, open_items={1: items})

    for one in applied:
        assert total(share.amount for share in one.shares) + one.unapplied_amount == one.payment.amount
        assert all(share.amount > ZERO for share in one.shares)
        assert one.unapplied_amount >= ZERO
    owed, credit = _left(items, payments)
    assert all(amount >= ZERO for amount in owed.values())
    for currency in ("MXN", "USD"):
        paid = total(payment.amount for payment in payments if payment.currency == currency)
        before = total(item.open_amount for item in items if item.currency == currency)
        after = total(owed[item.id] for item in items if item.currency == currency)
        assert before - after == paid - credit.get(currency, ZERO)
        # Nobody keeps a credit while owing in the same currency.
        assert not (after and credit.get(currency))


@given(ITEMS, PAYMENTS, st.sets(st.integers(1, 8)))
def test_money_without_names_never_pays_what_is_disputed(
    items: list[OpenItem], payments: list[NewPayment], in_dispute: set[int]
) -> None:
    applied, _refused = rules.apply_payments(payments=payments, open_items={1: items}, in_dispute=in_dispute)
    undisputed = [item for item in items if item.id not in in_dispute]
    without, _refused = rules.apply_payments(payments=payments, open_items={1: undisputed})

    # It is as if those debts were not there; what they would have taken is credit.
    assert applied == without


def test_a_payment_that_names_a_disputed_debt_pays_it() -> None:
    named = _payment("60.00", allocations=((1, Decimal("60.00")),))
    applied, refused = rules.apply_payments(
        payments=[named], open_items={1: [_item(1, "100.00")]}, in_dispute={1}
    )

    assert refused == {}
    assert [(share.receivable_id, share.amount) for share in applied[0].shares] == [(1, Decimal("60.00"))]


@given(ITEMS, PAYMENTS)
def test_a_younger_debt_gets_nothing_while_an_older_one_owes(
    items: list[OpenItem], payments: list[NewPayment]
) -> None:
    owed, _credit = _left(items, payments)

    for currency in ("MXN", "USD"):
        own = [item for item in items if item.currency == currency]
        touched = [item for item in own if owed[item.id] < item.open_amount]
        for item in touched:
            assert all(owed[older.id] == ZERO for older in own[: own.index(item)])


@given(ITEMS, PAYMENTS, st.randoms(use_true_random=False))
def test_order_of_arrival_inside_a_day_does_not_matter(
    items: list[OpenItem], payments: list[NewPayment], random: object
) -> None:
    shuffled = list(payments)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert _left(items, shuffled) == _left(items, payments)


@given(ITEMS, PAYMENTS, st.integers(0, 8))
def test_payments_in_two_files_end_as_in_one(
    items: list[OpenItem], payments: list[NewPayment], cut: int
) -> None:
    owed, _credit = _left(items, payments[:cut])
    between = [replace(item, open_amount=owed[item.id]) for item in items if owed[item.id]]
    later, _credit = _left(between, payments[cut:])

    assert {**dict.fromkeys(owed, ZERO), **later} == _left(items, payments)[0]


@st.composite
def _credits(draw: st.DrawFn) -> list[LockedPayment]:
    """Draw payments of two customers and two currencies, each with something left of it."""
    cents = st.integers(1, 50_000)
    return [
        LockedPayment(
            id=number,
            key=f"p{number}",
            customer_id=draw(st.sampled_from([1, 2])),
            amount=Decimal(left + draw(st.integers(0, 50_000))) / 100,
            unapplied_amount=Decimal(left) / 100,
            currency=draw(st.sampled_from(["MXN", "USD"])),
            value_date=DAY + timedelta(days=draw(st.integers(-30, 30))),
            state=PaymentState.POSTED,
            parts=0,
        )
        for number, left in enumerate(draw(st.lists(cents, max_size=6)))
    ]


@given(
    payments=_credits(),
    owed=st.lists(
        st.tuples(st.sampled_from([1, 2]), st.sampled_from(["MXN", "USD"]), st.integers(1, 50_000)),
        max_size=6,
    ),
)
def test_credits_settle_all_they_can_and_conserve_money(
    payments: list[LockedPayment], owed: list[tuple[int, str, int]]
) -> None:
    items = [
        _item(number, Decimal(cents) / 100, customer_id=customer_id, currency=currency)
        for number, (customer_id, currency, cents) in enumerate(owed)
    ]
    by_customer = {one: [item for item in items if item.customer_id == one] for one in (1, 2)}

    applied = rules.apply_credits(payments=payments, open_items=by_customer)

    left = {item.id: item.open_amount for item in items}
    rest = {payment.id: payment.unapplied_amount for payment in payments}
    for one in applied:
        assert one.shares
        assert one.unapplied_amount + total(share.amount for share in one.shares) == rest[one.payment.id]
        rest[one.payment.id] = one.unapplied_amount
        for share in one.shares:
            item = items[share.receivable_id]
            assert (item.customer_id, item.currency) == (one.payment.customer_id, one.payment.currency)
            assert share.amount > ZERO
            left[item.id] -= share.amount
    assert min([*left.values(), *rest.values()], default=ZERO) >= ZERO
    for customer_id in (1, 2):
        for currency in ("MXN", "USD"):
            debt = [left[i.id] for i in items if (i.customer_id, i.currency) == (customer_id, currency)]
            free = [rest[p.id] for p in payments if (p.customer_id, p.currency) == (customer_id, currency)]
            # Never both: a debt that stays and money that could have settled it.
            assert ZERO in (total(debt), total(free))
            # Oldest due first: once a debt is not settled whole, those after it got nothing.
            before = [i.open_amount for i in items if (i.customer_id, i.currency) == (customer_id, currency)]
            unsettled = [place for place, amount in enumerate(debt) if amount > ZERO]
            assert not unsettled or debt[unsettled[0] + 1 :] == before[unsettled[0] + 1 :]

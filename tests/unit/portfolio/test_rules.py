"""What a source may change, what the ledger refuses, how customers are searched."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.lib.days import BUCKETS, Bucket, bucket_of, bucket_starts
from puntual.portfolio import rules
from puntual.portfolio.types import (
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
)

KNOWN = NewCustomer(
    external_id="0001",
    name="Hernández López, María",
    kind=CustomerKind.PERSON,
    short_name="María",
    tax_id="HELM850101AB1",
    language="es-mx",
    time_zone="America/Mexico_City",
    state="CDMX",
    city="México",
    postal_code="06000",
    sector="Hogar",
    tags=("a", "b"),
    attributes=(("route", "7"), ("seller", "Ana")),
)
STORED = StoredReceivable(
    id=1,
    open_amount=Decimal("60.00"),
    as_given=NewReceivable(
        key="k",
        customer_id=5,
        kind=ReceivableKind.INVOICE,
        document_number="F-1",
        currency="MXN",
        issue_date=date(2026, 1, 1),
        due_date=date(2026, 2, 1),
        amount=Decimal("100.00"),
    ),
)


def test_empty_fields_never_erase() -> None:
    assert rules.merged(stored=KNOWN, given=NewCustomer(external_id="0001", name="")) == KNOWN


def test_given_fields_replace_and_attributes_are_merged_by_name() -> None:
    given = NewCustomer(
        external_id="0001", name="María H.", tags=("c",), attributes=(("seller", "Luz"), ("zone", "norte"))
    )

    merged = rules.merged(stored=KNOWN, given=given)

    assert merged == replace(
        KNOWN,
        name="María H.",
        tags=("c",),
        attributes=(("route", "7"), ("seller", "Luz"), ("zone", "norte")),
    )


def test_new_customer_gets_what_it_must_have() -> None:
    completed = rules.completed(NewCustomer(external_id="1", name="X"))

    assert (completed.kind, completed.language) == (CustomerKind.PERSON, "es-mx")


def test_customer_given_twice_is_laid_over_itself_in_order() -> None:
    first = NewCustomer(external_id="1", name="Uno", city="Mérida")
    second = NewCustomer(external_id="1", name="Uno, S.A.", sector="Pesca")

    assert rules.distinct_customers([first, second]) == {
        "1": NewCustomer(external_id="1", name="Uno, S.A.", city="Mérida", sector="Pesca")
    }


def test_external_ids_are_kept_apart_exactly() -> None:
    customers = [NewCustomer(external_id=one, name="X") for one in ("1", "01", " 1")]

    assert list(rules.distinct_customers(customers)) == ["1", "01", " 1"]


def test_search_text_has_no_accents_and_no_capitals() -> None:
    text = rules.search_text(name="Güero  Ñúñez", external_id="C-01", tax_id="ÑUÑE850101AB1")

    assert text == "guero nunez c-01 nune850101ab1"


def test_search_patterns_take_signs_literally() -> None:
    assert rules.search_patterns(text=" José  50%_\\ ") == ["%jose%", "%50\\%\\_\\\\%"]
    assert rules.search_patterns(text="  ") == []


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"amount": Decimal("40.00")}, None),
        ({"amount": Decimal("39.99")}, Refusal.BELOW_ZERO),
        ({"amount": Decimal("0.00")}, Refusal.NOT_POSITIVE),
        ({"amount": Decimal("-1.00")}, Refusal.NOT_POSITIVE),
        ({"amount": Decimal("100.001")}, Refusal.NOT_CENTS),
        ({"customer_id": 6}, Refusal.OTHER_CUSTOMER),
        ({"currency": "USD"}, Refusal.OTHER_CURRENCY),
    ],
)
def test_known_receivable_takes_only_what_keeps_its_history(
    change: dict[str, object], refusal: Refusal | None
) -> None:
    given = replace(STORED.as_given, **change)  # type: ignore[arg-type]

    assert rules.receivable_refusal(given=given, stored=STORED) is refusal


def test_new_receivable_is_refused_for_its_amount_alone() -> None:
    given = replace(STORED.as_given, currency="USD")

    assert rules.receivable_refusal(given=given, stored=None) is None
    assert (
        rules.receivable_refusal(given=replace(given, amount=Decimal(0)), stored=None) is Refusal.NOT_POSITIVE
    )


def _entry(amount: str, **fields: object) -> NewEntry:
    entry = NewEntry("e", 1, EntryKind.PAYMENT, Decimal(amount), "MXN", date(2026, 3, 1))
    return replace(entry, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (_entry("-60.00"), None),
        (_entry("-60.01"), Refusal.BELOW_ZERO),
        (_entry("5.00", kind=EntryKind.FEE), None),
        (_entry("0.00"), Refusal.ZERO),
        (_entry("-0.001"), Refusal.NOT_CENTS),
        (_entry("-1.00", currency="USD"), Refusal.OTHER_CURRENCY),
        (_entry("-1.00", receivable_id=2), Refusal.UNKNOWN_RECEIVABLE),
        (_entry("40.00", kind=EntryKind.REVERSAL, reverses_id=9), None),
        (_entry("39.00", kind=EntryKind.REVERSAL, reverses_id=9), Refusal.NOT_ITS_REVERSAL),
        (_entry("40.00", kind=EntryKind.REVERSAL, reverses_id=8), Refusal.NOT_ITS_REVERSAL),
        (_entry("40.00", kind=EntryKind.REVERSAL, reverses_id=7), Refusal.NOT_ITS_REVERSAL),
        (_entry("40.00", kind=EntryKind.REVERSAL, reverses_id=6), Refusal.NOT_ITS_REVERSAL),
    ],
)
def test_ledger_refuses_what_cannot_be(entry: NewEntry, refusal: Refusal | None) -> None:
    refused = rules.entry_refusals(
        entries=[entry],
        balances={1: Balance(currency="MXN", open_amount=Decimal("60.00"))},
        reversed_entries={
            9: PostedEntry(receivable_id=1, amount=Decimal("-40.00"), is_reversed=False),
            8: PostedEntry(receivable_id=1, amount=Decimal("-40.00"), is_reversed=True),
            7: PostedEntry(receivable_id=3, amount=Decimal("-40.00"), is_reversed=False),
        },
    )

    assert refused == ({} if refusal is None else {"e": refusal})


def test_entries_of_one_posting_count_together() -> None:
    balances = {1: Balance(currency="MXN", open_amount=Decimal("10.00"))}
    over = [_entry("-6.00", key="a"), _entry("-6.00", key="b")]
    even = [_entry("-20.00", key="a"), _entry("10.00", key="b", kind=EntryKind.FEE)]

    assert rules.entry_refusals(entries=over, balances=balances, reversed_entries={}) == {
        "a": Refusal.BELOW_ZERO,
        "b": Refusal.BELOW_ZERO,
    }
    assert rules.entry_refusals(entries=even, balances=balances, reversed_entries={}) == {}


@pytest.mark.feature("MON-06")
@given(st.integers(-1000, 5000))
def test_starts_of_buckets_say_the_same_as_the_rule(days_past_due: int) -> None:
    starts = bucket_starts()
    last = [bucket for bucket in BUCKETS[1:] if days_past_due >= starts[bucket]]

    assert (last[-1] if last else Bucket.CURRENT) is bucket_of(days_past_due=days_past_due)


def test_items_are_grouped_oldest_due_first() -> None:
    def item(number: int, customer_id: int, due: date) -> OpenItem:
        return OpenItem(
            id=number,
            customer_id=customer_id,
            document_number="F",
            kind=ReceivableKind.INVOICE,
            currency="MXN",
            issue_date=date(2026, 1, 1),
            due_date=due,
            original_amount=Decimal(1),
            open_amount=Decimal(1),
        )

    grouped = rules.items_by_customer(
        [
            item(3, 1, date(2026, 3, 1)),
            item(2, 2, date(2026, 3, 1)),
            item(1, 1, date(2026, 3, 1)),
            item(4, 1, date(2026, 2, 1)),
        ]
    )

    assert {key: [one.id for one in items] for key, items in grouped.items()} == {1: [4, 1, 3], 2: [2]}

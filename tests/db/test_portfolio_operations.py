"""Customers, receivables and entries as sources bring them: once, twice, changed, refused."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from puntual.companies.models import Company
from puntual.lib.errors import NotFound
from puntual.portfolio import operations as portfolio
from puntual.portfolio import queries
from puntual.portfolio.models import Account, Customer, LedgerEntry, Receivable
from puntual.portfolio.types import (
    CustomerKind,
    EntryKind,
    NewCustomer,
    NewEntry,
    NewReceivable,
    ReceivableKind,
    Refusal,
    UpsertCounts,
)
from tests.factories import make_customer, make_receivable

LATER = timedelta(hours=3)


def _receivable(customer_id: int, number: int = 1, **fields: object) -> NewReceivable:
    receivable = NewReceivable(
        key=f"erp:{number}",
        customer_id=customer_id,
        kind=ReceivableKind.INVOICE,
        document_number=f"F-{number}",
        currency="MXN",
        issue_date=date(2026, 9, 1),
        due_date=date(2026, 10, 1),
        amount=Decimal("1000.00"),
    )
    return replace(receivable, **fields)  # type: ignore[arg-type]


def _entry(receivable_id: int, amount: str, **fields: object) -> NewEntry:
    entry = NewEntry(
        f"e:{amount}", receivable_id, EntryKind.CREDIT_NOTE, Decimal(amount), "MXN", date(2026, 10, 5)
    )
    return replace(entry, **fields)  # type: ignore[arg-type]


@pytest.mark.feature("INT-06")
def test_second_load_of_the_same_customers_writes_nothing(company: Company, now: datetime) -> None:
    customers = [
        NewCustomer(
            external_id="00012",
            name="Peña Ñúñez, José",
            kind=CustomerKind.PERSON,
            tax_id="PEÑJ800101AB1",
            tags=("vip", 'con "comillas", comas y \\'),
            attributes=(("ruta", "7"), ("emoji", "🙂")),
        ),
        NewCustomer(external_id="12", name="Comercial 12, S.A. de C.V."),
    ]

    first = portfolio.upsert_customers(customers=customers, at=now)
    stored = list(Customer.objects.order_by("id").values())
    second = portfolio.upsert_customers(customers=customers, at=now + LATER)

    assert (first, second) == (UpsertCounts(2, 0, 0), UpsertCounts(0, 0, 2))
    assert list(Customer.objects.order_by("id").values()) == stored
    card = queries.customer_card(customer_id=queries.customer_ids_of(external_ids=["00012"])["00012"])
    assert (card.name, card.kind, card.language) == ("Peña Ñúñez, José", CustomerKind.PERSON, "es-mx")
    assert card.tags == ("vip", 'con "comillas", comas y \\')
    assert card.attributes == {"ruta": "7", "emoji": "🙂"}
    assert Customer.objects.get(external_id="00012").search_text == "pena nunez, jose 00012 penj800101ab1"
    assert Customer.objects.get(external_id="12").kind == CustomerKind.COMPANY


def test_change_of_a_customer_keeps_what_the_source_leaves_empty(company: Company, now: datetime) -> None:
    customer = make_customer(external_id="A", name="Ana", city="León", sector="Calzado", email=None)

    counts = portfolio.upsert_customers(
        customers=[NewCustomer(external_id="A", name="Ana Ávila", postal_code="37000")], at=now + LATER
    )

    customer.refresh_from_db()
    assert counts == UpsertCounts(0, 1, 0)
    assert (customer.name, customer.city, customer.sector, customer.postal_code) == (
        "Ana Ávila",
        "León",
        "Calzado",
        "37000",
    )
    assert customer.kind == CustomerKind.PERSON
    assert customer.search_text == "ana avila a gode561231gr8"
    assert (customer.created_at, customer.updated_at) == (now, now + LATER)


def test_customer_given_twice_in_one_load_is_one(company: Company, now: datetime) -> None:
    counts = portfolio.upsert_customers(
        customers=[
            NewCustomer(external_id="A", name="Ana", city="León"),
            NewCustomer(external_id="A", name="Ana", sector="Calzado"),
        ],
        at=now,
    )

    assert counts == UpsertCounts(1, 0, 0)
    assert Customer.objects.values_list("name", "city", "sector").get() == ("Ana", "León", "Calzado")


def test_unknown_customer_is_not_found(company: Company) -> None:
    with pytest.raises(NotFound):
        queries.customer_card(customer_id=404)
    assert queries.customer_id_of(external_id="404") is None


@pytest.mark.feature("INT-06")
def test_new_receivable_has_its_account_and_its_issue_entry(company: Company, now: datetime) -> None:
    customer = make_customer(email=None)
    given = _receivable(customer.pk, account="C-7", product="Crédito", attributes=(("pedido", "99"),))

    first = portfolio.upsert_receivables(receivables=[given], at=now)
    second = portfolio.upsert_receivables(receivables=[given], at=now + LATER)

    assert (first, second) == (UpsertCounts(1, 0, 0), UpsertCounts(0, 0, 1))
    stored = Receivable.objects.select_related("account").get()
    assert stored.open_amount == stored.original_amount == Decimal("1000.00")
    assert stored.original_due_date == stored.due_date == date(2026, 10, 1)
    assert stored.account is not None
    assert (stored.account.external_id, stored.account.product) == ("C-7", "Crédito")
    assert LedgerEntry.objects.values_list(
        "key", "kind", "amount", "currency", "effective_date", "recorded_at"
    ).get() == ("issue:erp:1", "ISSUE", Decimal("1000.00"), "MXN", date(2026, 9, 1), now)
    assert queries.receivables_of(customer_id=customer.pk)[0]["attributes"] == {"pedido": "99"}


def test_two_accounts_of_one_number_belong_to_their_customers(company: Company, now: datetime) -> None:
    one, other = make_customer(email=None), make_customer(email=None)

    portfolio.upsert_receivables(
        receivables=[
            _receivable(one.pk, 1, account="1"),
            _receivable(other.pk, 2, account="1"),
            _receivable(other.pk, 3, account="1", product="Renta"),
            _receivable(other.pk, 4),
        ],
        at=now,
    )

    assert dict(Account.objects.values_list("customer_id", "product")) == {one.pk: "", other.pk: "Renta"}
    owners = Receivable.objects.order_by("key").values_list("account__customer_id", flat=True)
    assert list(owners) == [one.pk, other.pk, other.pk, None]


def test_changed_amount_becomes_an_adjustment_true_since_the_issue(company: Company, now: datetime) -> None:
    customer = make_customer(email=None)
    given = _receivable(customer.pk)
    portfolio.upsert_receivables(receivables=[given], at=now)

    for number, amount in enumerate(("1200.00", "1000.00", "1200.00"), 1):
        counts = portfolio.upsert_receivables(
            receivables=[replace(given, amount=Decimal(amount))], at=now + number * LATER
        )
        assert counts == UpsertCounts(0, 1, 0)

    entries = LedgerEntry.objects.order_by("id").values_list("kind", "amount", "effective_date")
    assert list(entries)[1:] == [
        ("ADJUSTMENT", Decimal("200.00"), date(2026, 9, 1)),
        ("ADJUSTMENT", Decimal("-200.00"), date(2026, 9, 1)),
        ("ADJUSTMENT", Decimal("200.00"), date(2026, 9, 1)),
    ]
    stored = Receivable.objects.get()
    assert stored.open_amount == stored.original_amount == Decimal("1200.00")
    assert queries.ledger_mismatches() == []


def test_moved_due_date_keeps_the_first_one(company: Company, now: datetime) -> None:
    customer = make_customer(email=None)
    portfolio.upsert_receivables(receivables=[_receivable(customer.pk)], at=now)

    counts = portfolio.upsert_receivables(
        receivables=[_receivable(customer.pk, due_date=date(2026, 12, 1), document_number="F-1b")],
        at=now + LATER,
    )

    stored = Receivable.objects.get()
    assert counts == UpsertCounts(0, 1, 0)
    assert (stored.due_date, stored.original_due_date) == (date(2026, 12, 1), date(2026, 10, 1))
    assert stored.document_number == "F-1b"
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount": Decimal("399.99")}, Refusal.BELOW_ZERO),
        ({"currency": "USD"}, Refusal.OTHER_CURRENCY),
        ({"amount": Decimal("-1.00")}, Refusal.NOT_POSITIVE),
    ],
)
def test_one_impossible_change_refuses_the_whole_load(
    company: Company, now: datetime, change: dict[str, object], refusal: Refusal
) -> None:
    customer = make_customer(email=None)
    portfolio.upsert_receivables(receivables=[_receivable(customer.pk)], at=now)
    portfolio.post_entries(entries=[_entry(Receivable.objects.get().pk, "-600.00")], at=now)
    before = list(Receivable.objects.values())

    with pytest.raises(portfolio.UnableToPostEntry) as refused:
        portfolio.upsert_receivables(
            receivables=[_receivable(customer.pk, 2), _receivable(customer.pk, **change)], at=now + LATER
        )

    assert refused.value.refused == {"erp:1": refusal}
    assert refused.value.messages["erp:1"] == refused.value.message
    assert list(Receivable.objects.values()) == before
    assert LedgerEntry.objects.count() == 2


def test_receivable_never_moves_to_another_customer(company: Company, now: datetime) -> None:
    one, other = make_customer(email=None), make_customer(email=None)
    portfolio.upsert_receivables(receivables=[_receivable(one.pk)], at=now)

    with pytest.raises(portfolio.UnableToPostEntry) as refused:
        portfolio.upsert_receivables(receivables=[_receivable(other.pk)], at=now)

    assert refused.value.refused == {"erp:1": Refusal.OTHER_CUSTOMER}
    assert Receivable.objects.get().customer_id == one.pk


def test_entry_posted_twice_moves_the_balance_once(company: Company, now: datetime) -> None:
    receivable = make_receivable(customer=make_customer(email=None), due=date(2026, 10, 1))
    entry = _entry(receivable.pk, "-100.00")

    counts = [portfolio.post_entries(entries=entries, at=now) for entries in ([entry, entry], [entry], [])]

    receivable.refresh_from_db()
    assert counts == [1, 0, 0]
    assert receivable.open_amount == Decimal("900.00")


def test_known_key_is_no_reason_to_refuse_a_later_posting(company: Company, now: datetime) -> None:
    receivable = make_receivable(customer=make_customer(email=None), due=date(2026, 10, 1))
    paid = _entry(receivable.pk, "-1000.00")
    portfolio.post_entries(entries=[paid], at=now)

    assert (
        portfolio.post_entries(entries=[paid, _entry(receivable.pk, "5.00", kind=EntryKind.FEE)], at=now) == 1
    )

    receivable.refresh_from_db()
    assert receivable.open_amount == Decimal("5.00")


def test_entry_that_overdraws_refuses_all_and_writes_nothing(company: Company, now: datetime) -> None:
    customer = make_customer(email=None)
    first = make_receivable(customer=customer, due=date(2026, 10, 1))
    second = make_receivable(customer=customer, due=date(2026, 10, 2))

    with pytest.raises(portfolio.UnableToPostEntry) as refused:
        portfolio.post_entries(
            entries=[_entry(first.pk, "-10.00"), _entry(second.pk, "-1000.01"), _entry(404, "-1.00")], at=now
        )

    assert refused.value.refused == {
        "e:-1000.01": Refusal.BELOW_ZERO,
        "e:-1.00": Refusal.UNKNOWN_RECEIVABLE,
    }
    assert LedgerEntry.objects.filter(kind="CREDIT_NOTE").count() == 0
    assert set(Receivable.objects.values_list("open_amount", flat=True)) == {Decimal("1000.00")}


def test_caller_may_go_on_after_a_refusal(company: Company, now: datetime) -> None:
    receivable = make_receivable(customer=make_customer(email=None), due=date(2026, 10, 1))
    entries = [_entry(receivable.pk, "-10.00"), _entry(receivable.pk, "0.00")]

    with pytest.raises(portfolio.UnableToPostEntry) as refused:
        portfolio.post_entries(entries=entries, at=now)
    rest = [entry for entry in entries if entry.key not in refused.value.refused]

    assert portfolio.post_entries(entries=rest, at=now) == 1


def test_promised_date_is_set_and_taken_away(company: Company, now: datetime) -> None:
    receivable = make_receivable(customer=make_customer(email=None), due=date(2026, 10, 1))
    day = date(2026, 12, 1)

    changed = [
        portfolio.set_promised_date(receivable_ids=[receivable.pk], promised_date=promised)
        for promised in (day, day, None)
    ]

    assert changed == [1, 0, 1]


def test_open_items_are_those_that_owe_oldest_due_first(company: Company, now: datetime) -> None:
    customer, other = make_customer(email=None), make_customer(email=None)
    late = make_receivable(customer=customer, due=date(2026, 11, 1))
    early = make_receivable(customer=customer, due=date(2026, 10, 1))
    paid = make_receivable(customer=customer, due=date(2026, 9, 1))
    portfolio.post_entries(entries=[_entry(paid.pk, "-1000.00")], at=now)

    items = queries.open_items_of(customer_ids=[customer.pk, other.pk])

    assert {key: [item.id for item in found] for key, found in items.items()} == {
        customer.pk: [early.pk, late.pk]
    }
    assert [item.id for item in queries.open_items(customer_id=customer.pk)] == [early.pk, late.pk]
    assert queries.open_items(customer_id=other.pk) == []


def test_reference_finds_its_customer_and_no_other(company: Company, outsider: Company) -> None:
    customer = make_customer(email=None)
    reference = queries.payment_reference(customer_id=customer.pk)
    nobodys = queries.payment_reference(customer_id=customer.pk + 1000)

    assert queries.customer_id_of_reference(reference=reference) == customer.pk
    assert queries.customer_ids_of_references(references=[nobodys, "123", reference]) == {
        reference: customer.pk
    }
    connection.set_tenant(outsider)
    assert queries.customer_id_of_reference(reference=reference) is None


def test_pages_go_on_where_the_one_before_ended(company: Company) -> None:
    customers = [make_customer(email=None, name=name) for name in ("Ana Peña", "Beto", "Caro Pena")]
    for customer in customers:
        make_receivable(customer=customer, due=date(2026, 10, 1))

    first = queries.customer_page(search="pená", after=0, limit=1)
    second = queries.customer_page(search="PEÑA", after=first[0]["id"], limit=5)
    debts = queries.receivable_page(customer_id=customers[1].pk, is_open=True, after=0, limit=5)

    assert [row["name"] for row in first + second] == ["Ana Peña", "Caro Pena"]
    assert queries.customer_page(search="50%", after=0, limit=5) == []
    assert [row["customer"] for row in debts] == [customers[1].external_id]


def test_ledger_of_a_customer_is_newest_first(company: Company, now: datetime) -> None:
    receivable = make_receivable(customer=make_customer(email=None), due=date(2026, 10, 1))
    portfolio.post_entries(entries=[_entry(receivable.pk, "-100.00")], at=now)

    entries = queries.ledger_of(customer_id=receivable.customer_id, limit=5)

    assert [(row["kind"], row["document_number"]) for row in entries] == [
        ("CREDIT_NOTE", receivable.document_number),
        ("ISSUE", receivable.document_number),
    ]
    assert len(queries.ledger_of(customer_id=receivable.customer_id, limit=1)) == 1


@pytest.mark.parametrize("count", [1, 1000])
def test_number_of_statements_does_not_grow_with_the_rows(
    company: Company,
    now: datetime,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
    count: int,
) -> None:
    customers = [NewCustomer(external_id=f"N{number}", name=f"Cliente {number}") for number in range(count)]
    # The first statement in a company names its schema; later ones do not.
    assert queries.ledger_mismatches() == []
    # Two of the statements of each call are its savepoint.
    with django_assert_num_queries(4):
        portfolio.upsert_customers(customers=customers, at=now)
    with django_assert_num_queries(3):
        portfolio.upsert_customers(customers=customers, at=now)
    with django_assert_num_queries(5):
        portfolio.upsert_customers(customers=[replace(one, city="León") for one in customers], at=now)
    ids = queries.customer_ids_of(external_ids=[one.external_id for one in customers])
    receivables = [
        _receivable(ids[one.external_id], number, account=f"C{number}")
        for number, one in enumerate(customers)
    ]
    with django_assert_num_queries(5):
        portfolio.upsert_receivables(receivables=receivables, at=now)
    with django_assert_num_queries(4):
        portfolio.upsert_receivables(receivables=receivables, at=now)
    raised = [replace(one, amount=Decimal("1100.00")) for one in receivables]
    with django_assert_num_queries(7):
        portfolio.upsert_receivables(receivables=raised, at=now)
    entries = [
        _entry(one, "-1.00", key=f"n:{one}") for one in Receivable.objects.values_list("id", flat=True)
    ]
    with django_assert_num_queries(6):
        portfolio.post_entries(entries=entries, at=now)
    with django_assert_num_queries(5):
        portfolio.post_entries(entries=entries, at=now)
    assert Receivable.objects.filter(open_amount=Decimal("1099.00")).count() == count
    assert queries.ledger_mismatches() == []

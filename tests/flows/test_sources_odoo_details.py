"""Odoo's own word on what a payment settled and when an invoice falls due, kept to the cent here."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.companies.models import Company
from puntual.flows import money_in
from puntual.payments import queries as payment_rows
from puntual.payments.models import Payment
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Customer, Receivable
from puntual.sources.providers.odoo import details
from puntual.sources.types import RunState
from tests.conftest import NOW, TODAY
from tests.feeds import odoo
from tests.flows.test_sources_odoo import LATER, owed, pull, server, source_id

__all__ = ["server", "source_id"]
FIRST = "2026-10-01 10:00:00"
TERMS = [("2026-11-01", 400.0, 400.0), ("2026-12-01", 400.0, 400.0), ("2027-01-01", 200.0, 200.0)]


@pytest.fixture(autouse=True)
def _books_balance(company: Company) -> Iterator[None]:
    yield
    assert portfolio_rows.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []


def there(server: odoo.Odoo) -> dict[str, Decimal]:
    """Read what every due date of every posted invoice owes in Odoo, independently of the connector."""
    names = {
        row["id"]: row["name"]
        for row in server.tables["account.move"]
        if row["move_type"] == "out_invoice" and row["state"] == "posted"
    }
    found: dict[str, Decimal] = {}
    for item in sorted(server.tables["account.move.line"], key=lambda one: one["id"]):
        name = names.get(item["move_id"][0])
        if name is None or item[server.account_sort[0]] != server.account_sort[1]:
            continue
        place = item["id"] % 10 + 1
        document = name if place == 1 else f"{name}-{place}"
        if item["amount_residual_currency"]:
            found[document] = Decimal(str(item["amount_residual_currency"])).quantize(Decimal("0.01"))
    return found


def received() -> list[tuple[Decimal, Decimal]]:
    return list(Payment.objects.order_by("id").values_list("amount", "unapplied_amount"))


@pytest.mark.feature("INT-01")
def test_a_payment_over_several_invoices_is_applied_as_odoo_reconciled_it(
    server: odoo.Odoo, source_id: int
) -> None:
    server.partner(1, "Uno, S.A.", at=FIRST)
    for number in (1, 2, 3):
        server.invoice(number, 1, 1000.0, left=1000.0, at=FIRST)
    pull(source_id)

    # Not the oldest first: most of the last one, a little of the second, nothing of the first.
    server.invoice(2, 1, 1000.0, left=900.0, at=FIRST)
    server.invoice(3, 1, 1000.0, left=100.0, at=FIRST)
    server.payment(7, 1, 1000.0, invoices=[2, 3], settles={20: 100.0, 30: 900.0}, at=LATER)
    second = pull(source_id, hours=1)

    assert (second.state, second.rows_rejected) == (RunState.DONE, 0)
    assert owed() == there(server) == {
        "INV/2026/00001": Decimal("1000.00"),
        "INV/2026/00002": Decimal("900.00"),
        "INV/2026/00003": Decimal("100.00"),
    }  # fmt: skip
    assert received() == [(Decimal("1000.00"), Decimal("0.00"))]
    assert pull(source_id, hours=2).deliveries == 0


@pytest.mark.feature("PAY-01")
def test_what_of_a_payment_is_not_reconciled_is_credit(server: odoo.Odoo, source_id: int) -> None:
    server.partner(1, "Uno, S.A.", at=FIRST)
    server.invoice(1, 1, 1000.0, left=1000.0, at=FIRST)
    server.invoice(2, 1, 500.0, left=500.0, at=FIRST)
    pull(source_id)

    server.invoice(2, 1, 500.0, left=200.0, at=FIRST)
    server.payment(7, 1, 450.0, invoices=[2], settles={20: 300.0}, at=LATER)
    pull(source_id, hours=1)

    assert owed() == there(server)
    assert received() == [(Decimal("450.00"), Decimal("150.00"))]


def test_a_payment_that_is_reconciled_anew_is_no_more_money(server: odoo.Odoo, source_id: int) -> None:
    """It was written again in Odoo: with another invoice, and with what was left over of it."""
    server.partner(1, "Uno, S.A.", at=FIRST)
    for number in (1, 2):
        server.invoice(number, 1, 1000.0, left=1000.0, at=FIRST)
    pull(source_id)
    server.payment(7, 1, 900.0, invoices=[1], settles={10: 600.0}, at=LATER)
    server.payment(8, 1, 50.0, invoices=[], at=LATER)
    server.invoice(1, 1, 1000.0, left=400.0, at=LATER)
    pull(source_id, hours=1)
    before = sum(amount for amount, _left in received())
    assert before == Decimal("950.00")

    server.payment(7, 1, 900.0, invoices=[1, 2], settles={10: 600.0, 20: 300.0}, at="2026-11-23 17:30:00")
    server.payment(8, 1, 50.0, invoices=[2], settles={20: 50.0}, at="2026-11-23 17:30:00")
    again = pull(source_id, hours=2)

    assert again.state is RunState.DONE
    assert sum(amount for amount, _left in received()) == before


def test_money_that_went_elsewhere_pays_nothing_here(server: odoo.Odoo, source_id: int) -> None:
    """A payment that settles an entry which is no invoice: an opening balance, a refund paid out."""
    server.partner(1, "Uno, S.A.", at=FIRST)
    server.invoice(1, 1, 1000.0, left=1000.0, at=FIRST)
    server.invoice(2, 1, 700.0, left=0.0, at=FIRST, move_type="entry", name="MISC/2026/00001")
    pull(source_id)

    server.payment(7, 1, 700.0, invoices=[], settles={20: 700.0}, at=LATER)
    pull(source_id, hours=1)

    assert (owed(), received()) == ({"INV/2026/00001": Decimal("1000.00")}, [])


def test_a_payment_without_an_entry_is_told_as_before(server: odoo.Odoo, source_id: int) -> None:
    server.partner(1, "Uno, S.A.", at=FIRST)
    for number in (1, 2):
        server.invoice(number, 1, 1000.0, left=1000.0, at=FIRST)
    pull(source_id)

    server.invoice(2, 1, 1000.0, left=600.0, at=FIRST)
    server.payment(7, 1, 400.0, invoices=[2], at=LATER, has_entry=False)
    pull(source_id, hours=1)

    assert owed() == there(server)
    assert received() == [(Decimal("400.00"), Decimal("0.00"))]


def test_pesos_for_a_dollar_invoice_lower_it_in_dollars(server: odoo.Odoo, source_id: int) -> None:
    server.partner(1, "Uno, S.A.", at=FIRST)
    server.invoice(1, 1, 100.0, left=100.0, at=FIRST, currency_id=[2, "USD"])
    server.invoice(2, 1, 1000.0, left=1000.0, at=FIRST)
    pull(source_id)

    server.invoice(1, 1, 100.0, left=50.0, at=FIRST, currency_id=[2, "USD"])
    server.invoice(2, 1, 1000.0, left=900.0, at=FIRST)
    server.payment(7, 1, 1025.0, invoices=[1, 2], settles={20: 100.0}, at=LATER)
    server.reconcile(10, 10_000_070, 50.0, credit_amount=925.0)
    second = pull(source_id, hours=1)

    assert second.rows_rejected == 0
    assert owed() == there(server)
    assert set(Payment.objects.values_list("currency", "amount", "unapplied_amount")) == {
        ("USD", Decimal("50.00"), Decimal("0.00")),
        ("MXN", Decimal("100.00"), Decimal("0.00")),
    }


@pytest.mark.feature("INT-01")
@pytest.mark.parametrize(
    "sort", [("account_type", "asset_receivable"), ("account_internal_type", "receivable")]
)
def test_an_invoice_with_several_due_dates_is_one_document_for_each(
    server: odoo.Odoo, source_id: int, sort: tuple[str, str]
) -> None:
    server.account_sort = sort
    server.partner(1, "Uno, S.A.", at=FIRST)
    server.invoice(1, 1, 1000.0, left=1000.0, at=FIRST, terms=TERMS)
    server.invoice(2, 1, 50.0, left=50.0, at=FIRST)

    first = pull(source_id)

    assert (first.rows_accepted, first.rows_rejected) == (4, 0)
    found = Receivable.objects.order_by("document_number").values_list(
        "document_number", "due_date", "open_amount", "account__external_id"
    )
    assert list(found) == [
        ("INV/2026/00001", date(2026, 11, 1), Decimal("400.00"), "INV/2026/00001"),
        ("INV/2026/00001-2", date(2026, 12, 1), Decimal("400.00"), "INV/2026/00001"),
        ("INV/2026/00001-3", date(2027, 1, 1), Decimal("200.00"), "INV/2026/00001"),
        ("INV/2026/00002", date(2026, 11, 1), Decimal("50.00"), None),
    ]
    kept = Receivable.objects.get(document_number="INV/2026/00001-2")
    assert (kept.kind, kept.attributes["Parcialidad"]) == ("INSTALMENT", "2/3")

    # Odoo matched the second due date, not the first.
    server.invoice(
        1, 1, 1000.0, left=700.0, at=FIRST, terms=[TERMS[0], ("2026-12-01", 400.0, 100.0), TERMS[2]]
    )
    server.payment(7, 1, 300.0, invoices=[1], settles={11: 300.0}, at=LATER)
    second = pull(source_id, hours=1)

    assert (second.state, second.rows_rejected) == (RunState.DONE, 0)
    assert owed() == there(server)
    assert received() == [(Decimal("300.00"), Decimal("0.00"))]


def test_terms_that_change_leave_no_debt_behind(server: odoo.Odoo, source_id: int) -> None:
    server.partner(1, "Uno, S.A.", at=FIRST)
    server.invoice(1, 1, 1000.0, left=1000.0, at=FIRST)
    pull(source_id)

    server.invoice(1, 1, 1000.0, left=1000.0, at=LATER, terms=TERMS)
    pull(source_id, hours=1)
    assert owed() == there(server)
    assert len(owed()) == 3
    server.invoice(
        1, 1, 1000.0, left=1000.0, at="2026-11-23 17:30:00", terms=[("2027-02-01", 1000.0, 1000.0)]
    )
    third = pull(source_id, hours=2)

    assert third.rows_rejected == 0
    assert owed() == there(server) == {"INV/2026/00001": Decimal("1000.00")}
    assert Receivable.objects.get(document_number="INV/2026/00001").due_date == date(2027, 2, 1)


def test_a_cancelled_invoice_owes_on_none_of_its_due_dates(server: odoo.Odoo, source_id: int) -> None:
    server.partner(1, "Uno, S.A.", at=FIRST)
    server.invoice(1, 1, 1000.0, left=1000.0, at=FIRST, terms=TERMS)
    pull(source_id)

    server.invoice(1, 1, 1000.0, left=0.0, at=LATER, terms=TERMS, state="cancel")
    pull(source_id, hours=1)

    assert owed() == {}


def test_a_credit_note_lowers_the_due_dates_of_its_invoice(server: odoo.Odoo, source_id: int) -> None:
    server.partner(1, "Uno, S.A.", at=FIRST)
    server.invoice(1, 1, 1000.0, left=1000.0, at=FIRST, terms=TERMS)
    server.invoice(2, 1, 300.0, left=300.0, at=FIRST, terms=[("2026-10-15", 300.0, 300.0)])
    pull(source_id)

    server.invoice(
        9, 1, 500.0, left=0.0, at=LATER, move_type="out_refund", name="RINV/2026/00009",
        reversed_entry_id=[1, "INV/2026/00001 (devolución)"],
    )  # fmt: skip
    pull(source_id, hours=1)

    assert owed() == {
        "INV/2026/00001-2": Decimal("300.00"),
        "INV/2026/00001-3": Decimal("200.00"),
        "INV/2026/00002": Decimal("300.00"),
    }
    assert pull(source_id, hours=2).deliveries == 0


def test_items_that_do_not_add_up_part_nothing(server: odoo.Odoo, source_id: int) -> None:
    server.partner(1, "Uno, S.A.", at=FIRST)
    server.invoice(1, 1, 1000.0, left=1000.0, at=FIRST, terms=[TERMS[0], ("2026-12-01", 100.0, 100.0)])

    pull(source_id)

    assert owed() == {"INV/2026/00001": Decimal("1000.00")}


def test_the_credit_is_used_as_any_other(server: odoo.Odoo, source_id: int) -> None:
    server.partner(1, "Uno, S.A.", at=FIRST)
    server.invoice(1, 1, 100.0, left=100.0, at=FIRST)
    pull(source_id)
    server.invoice(1, 1, 100.0, left=0.0, at=FIRST)
    server.payment(7, 1, 130.0, invoices=[1], settles={10: 100.0}, at=LATER)
    pull(source_id, hours=1)

    server.invoice(2, 1, 500.0, left=500.0, at="2026-11-23 17:30:00")
    pull(source_id, hours=2)
    money_in.use_credits(customer_ids=[Customer.objects.get().pk], at=NOW, today=TODAY)

    assert owed() == {"INV/2026/00002": Decimal("470.00")}


def _item(number: int, due: str | bool, amount: float) -> dict[str, object]:
    return {
        "id": number,
        "date_maturity": due,
        "amount_currency": amount,
        "amount_residual_currency": amount,
    }


@given(
    cents=st.lists(st.integers(1, 10**8), min_size=1, max_size=6),
    paid=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 10**6)), max_size=8),
    more=st.integers(0, 10**6),
)
def test_a_payment_is_what_it_settled_and_what_is_left(
    cents: list[int], paid: list[tuple[int, int]], more: int
) -> None:
    """Items 0 to 5 are those of the invoice, the others of something else."""
    items = [_item(place, f"2027-01-{place + 1:02}", one / 100) for place, one in enumerate(cents)]
    move = {"id": 1, "name": "INV-1", "amount_total": sum(cents) / 100}
    parts = details.parts_of(move, items)
    partials = [
        {
            "debit_move_id": [item, "x"],
            "debit_amount_currency": amount / 100,
            "credit_amount_currency": amount / 100,
            "debit_currency_id": [33, "MXN"],
        }
        for item, amount in paid
    ]
    whole = sum(amount for _item_id, amount in paid) + more

    found = details.settled_by({"amount": whole / 100}, partials, {1: parts})

    assert sum(part.amount for part in parts) == Decimal(sum(cents)) / 100
    assert parts[0].document == "INV-1"
    assert len({part.document for part in parts}) == len(parts)
    elsewhere = sum(amount for item, amount in paid if item >= len(cents))
    told = sum((share.amount for share in found.shares), Decimal(0)) + found.left
    assert told == Decimal(whole - elsewhere) / 100
    assert found.left == Decimal(more) / 100

"""Files of a company and the discount for paying early: what its books let go takes the place of it, once."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from puntual.agreements import operations as agreements
from puntual.agreements.models import Promise
from puntual.agreements.types import PromiseState
from puntual.audit.types import SYSTEM
from puntual.contacts.types import Channel
from puntual.flows import intake
from puntual.intake.types import RemarkCode
from puntual.payments import queries as payment_rows
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Customer, LedgerEntry
from tests.conftest import NOW
from tests.flows.test_intake_records import debts, noted, owed, paid, take, waiting
from tests.flows.test_prompt_pay import put_in_force
from tests.unit.intake.files import PAYMENT_HEADERS, SIMPLE_HEADERS, csv_bytes, simple_row

_DUE = {"Cliente": "C0001", "Nombre": "Cliente", "Vencimiento": "15/12/2026"}


@pytest.fixture(autouse=True)
def _owing(company: Any) -> Iterator[None]:
    """Let a customer owe two invoices of 1,000 and 500, both long before their day."""
    put_in_force(at=NOW - timedelta(days=9))
    debts(simple_row(1, **_DUE, Importe="1000.00"), simple_row(2, **_DUE, Importe="500.00"))
    yield
    assert portfolio_rows.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []


def discounts() -> list[Decimal]:
    """Return what stands of the discounts."""
    entries = LedgerEntry.objects.filter(kind="DISCOUNT")
    taken_back = set(LedgerEntry.objects.exclude(reverses=None).values_list("reverses_id", flat=True))
    return [one.amount for one in entries if one.pk not in taken_back]


def test_a_payment_of_a_file_that_leaves_the_discount_settles_its_document() -> None:
    paid(["C0001", "F-1", "2026-11-20", "980.00", "SPEI", "a"])

    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("500.00")}
    assert discounts() == [Decimal("-20.00")]


@pytest.mark.parametrize(("headers", "said"), [(PAYMENT_HEADERS, True), (SIMPLE_HEADERS, False)])
def test_the_preview_of_payments_says_that_the_discount_comes_after_it(
    headers: list[str], said: bool
) -> None:
    row = ["C0001", "F-1", "2026-11-20", "980.00", "SPEI", "a"] if said else simple_row(3, **_DUE)
    import_id = intake.load_file(
        name="archivo.csv", content=csv_bytes(headers, [row]), kind=None, profile=None, actor=SYSTEM, at=NOW
    )

    found = intake.preview(import_id=import_id, today=NOW.date())

    assert (RemarkCode.BEFORE_PROMPT_PAY in {one.code for one in found.assumptions}) is said


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        # What leaves just the discount earns it; less and more than that do not, nor does who pays late.
        ([["C0001", "F-1", "2026-11-20", "980.00", "SPEI", "a"]], "2"),
        ([["C0001", "F-1", "2026-11-20", "900.00", "SPEI", "a"]], None),
        ([["C0001", "F-1", "2026-11-20", "1000.00", "SPEI", "a"]], None),
        ([["C0001", "F-1", "2026-12-14", "980.00", "SPEI", "a"]], None),
        (
            [
                ["C0001", "F-1", "2026-11-20", "500.00", "SPEI", "a"],
                ["C0001", "F-2", "2026-11-20", "100.00", "SPEI", "b"],
                ["C0001", "F-1", "2026-11-21", "480.00", "SPEI", "c"],
                ["C0001", "", "2026-11-21", "30.00", "SPEI", "d"],
            ],
            "2, 4, 5",
        ),
    ],
)
def test_the_preview_names_the_rows_whose_discount_is_not_in_it(
    rows: list[list[str]], named: str | None
) -> None:
    import_id = intake.load_file(
        name="pagos.csv", content=csv_bytes(PAYMENT_HEADERS, rows), kind=None, actor=SYSTEM, at=NOW
    )

    found = intake.preview(import_id=import_id, today=NOW.date())

    said = [one.text for one in found.assumptions if one.code is RemarkCode.BEFORE_PROMPT_PAY]
    wanted = (
        "Los saldos de después no restan el descuento por pronto pago que pueden ganar los pagos de estas filas al "
        f"aplicarse: {named}."
    )
    assert said == ([wanted] if named else [])


def test_rows_that_pay_a_document_in_parts_are_taken_as_they_are() -> None:
    paid(
        ["C0001", "F-1", "2026-11-20", "980.00", "SPEI", "a"],
        ["C0001", "F-1", "2026-11-21", "20.00", "SPEI", "b"],
    )

    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("500.00")}
    assert discounts() == []


@pytest.mark.parametrize("last", ["F-1", ""], ids=["named", "unnamed"])
def test_parts_that_leave_the_discount_settle_the_document_in_one_file_as_in_two(last: str) -> None:
    paid(
        ["C0001", "F-1", "2026-11-20", "500.00", "SPEI", "a"],
        ["C0001", last, "2026-11-21", "480.00", "SPEI", "b"],
    )

    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("500.00")}
    assert discounts() == [Decimal("-20.00")]


@pytest.mark.feature("INC-01")
def test_a_credit_note_after_the_discount_takes_its_place() -> None:
    paid(["C0001", "F-1", "2026-11-20", "980.00", "SPEI", "a"])

    noted(["C0001", "NC-1", "F-1", "2026-11-21", "20.00", "Pronto pago"])

    # Not another 20 off what else is owed.
    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("500.00")}
    assert discounts() == []
    assert waiting() == []


@pytest.mark.parametrize(("noted_amount", "counted"), [("20.00", 1000), ("30.00", 1000), ("5.00", 985)])
def test_a_promise_counts_what_takes_the_place_of_the_discount(noted_amount: str, counted: int) -> None:
    today = NOW.date()
    agreements.make_promise(
        key="promise",
        customer_id=Customer.objects.get().pk,
        amount=Decimal("1000.00"),
        currency="MXN",
        due_date=today + timedelta(days=1),
        channel=Channel.CALL,
        note="",
        actor=SYSTEM,
        today=today,
        at=NOW - timedelta(hours=5),
        country="MX",
    )
    paid(["C0001", "F-1", today.isoformat(), "980.00", "SPEI", "a"])

    noted(["C0001", "NC-1", "F-1", today.isoformat(), noted_amount, "Pronto pago"])

    promise = Promise.objects.get()
    assert promise.paid_amount == counted
    assert promise.state == (PromiseState.KEPT if counted == 1000 else PromiseState.ACTIVE)


def adjusted(*rows: list[str]) -> None:
    take(["Factura", "Fecha", "Importe del ajuste", "Motivo"], *rows)


def test_a_discount_of_the_books_takes_its_place() -> None:
    paid(["C0001", "F-1", "2026-11-20", "980.00", "SPEI", "a"])

    adjusted(["F-1", "2026-11-21", "-15.00", "Pronto pago"], ["F-1", "2026-11-21", "-5.00", "Pronto pago"])

    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("500.00")}
    assert sorted(discounts()) == [Decimal("-15.00"), Decimal("-5.00")]
    assert waiting() == []


def test_a_discount_of_the_books_that_must_wait_takes_nothing_back() -> None:
    paid(["C0001", "F-1", "2026-11-20", "980.00", "SPEI", "a"])
    entries = LedgerEntry.objects.count()

    adjusted(["F-1", "2026-11-21", "-30.00", "Pronto pago"])

    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("500.00")}
    assert waiting() == [("ADJUSTMENT", "above-open", Decimal("-30.00"))]
    assert LedgerEntry.objects.count() == entries


@pytest.mark.parametrize(
    ("amount", "left", "rejected"), [("980.00", 0, 0), ("990.00", 10, 0), ("970.00", 0, 1)]
)
def test_an_amount_that_the_books_lower_takes_its_place(amount: str, left: int, rejected: int) -> None:
    paid(["C0001", "F-1", "2026-11-20", "980.00", "SPEI", "a"])

    found = debts(simple_row(1, **_DUE, Importe=amount))

    assert found.counts.rows_rejected == rejected
    assert owed() == {"F-1": left, "F-2": Decimal("500.00")}
    assert discounts() == ([Decimal("-20.00")] if rejected else [])


def test_a_credit_note_before_the_payment_is_the_only_one() -> None:
    noted(["C0001", "NC-1", "F-1", "2026-11-19", "20.00", "Pronto pago"])
    paid(["C0001", "F-1", "2026-11-20", "980.00", "SPEI", "a"])

    assert owed() == {"F-1": Decimal("0.00"), "F-2": Decimal("500.00")}
    assert discounts() == []

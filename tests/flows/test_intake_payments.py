"""Money in files: settled debts bring their payments, and payments find what they pay."""

from datetime import date
from decimal import Decimal

import pytest

from puntual.intake import queries as intake_rows
from puntual.intake.types import (
    Reason,
)
from puntual.payments.models import Payment
from puntual.portfolio import queries as portfolio_rows
from tests.flows.loading import open_amounts, paid, simple, take
from tests.unit.intake.files import (
    csv_bytes,
    simple_row,
)

pytestmark = pytest.mark.usefixtures("company")
SETTLED = ("Cliente", "Nombre", "Folio", "Fecha", "Vencimiento", "Importe", "Fecha de pago")


def test_a_settled_file_brings_its_payments_along() -> None:
    rows = [[*simple_row(1), "20/02/2026"], [*simple_row(2), ""]]

    counts = take(csv_bytes(SETTLED, rows)).counts

    assert (counts.receivables_new, counts.payments_new, counts.rows_accepted) == (2, 1, 2)
    assert open_amounts() == {"F-1": Decimal("0.00"), "F-2": Decimal("1000.00")}
    assert list(Payment.objects.values_list("amount", "unapplied_amount", "value_date")) == [
        (Decimal("1000.00"), Decimal("0.00"), date(2026, 2, 20))
    ]


def test_a_document_known_as_paid_is_not_paid_again_by_a_settled_file() -> None:
    take(simple(simple_row(1), simple_row(2)))
    take(
        paid(
            ["C0001", "F-1", "2026-02-19", "1000.00", "SPEI", "r1"],
            ["C0002", "F-2", "2026-02-19", "300", "", ""],
        )
    )

    counts = take(csv_bytes(SETTLED, [[*simple_row(1), "20/02/2026"], [*simple_row(2), "20/02/2026"]])).counts

    assert (counts.payments_new, counts.payments_unchanged) == (1, 1)
    assert open_amounts() == {"F-1": Decimal("0.00"), "F-2": Decimal("0.00")}
    assert set(Payment.objects.values_list("amount", flat=True)) == {
        Decimal("1000.00"),
        Decimal("300.00"),
        Decimal("700.00"),
    }


def test_payments_are_applied_by_document_and_once() -> None:
    take(simple(simple_row(1), simple_row(2)))
    content = paid(
        ["C0001", "F-1", "2026-03-02", "600.00", "SPEI", "r1"],
        ["C0002", "F-2", "2026-03-02", "1,200.00", "Efectivo", ""],
    )

    counts = take(content).counts
    again = take(content).counts

    assert (counts.payments_new, counts.rows_accepted) == (2, 2)
    assert (again.payments_new, again.payments_unchanged, again.rows_unchanged) == (0, 2, 2)
    assert open_amounts() == {"F-1": Decimal("400.00"), "F-2": Decimal("0.00")}
    assert list(Payment.objects.order_by("amount").values_list("method", "unapplied_amount")) == [
        ("TRANSFER", Decimal("0.00")),
        ("CASH", Decimal("200.00")),
    ]


def test_two_equal_payments_in_one_file_are_two_payments() -> None:
    take(simple(simple_row(1)))
    row = ["C0001", "F-1", "2026-03-02", "300.00", "Efectivo", ""]

    counts = take(paid(row, row)).counts
    more = take(paid(row, row, row)).counts

    assert counts.payments_new == 2
    assert (more.payments_new, more.payments_unchanged) == (1, 2)
    assert open_amounts() == {"F-1": Decimal("100.00")}


def test_payments_of_one_document_share_what_it_owes() -> None:
    take(simple(simple_row(1), simple_row(2, Cliente="C0001", Nombre="Cliente 1")))

    take(
        paid(
            ["C0001", "", "2026-03-01", "500.00", "", "a"],
            ["C0001", "F-1", "2026-03-02", "700.00", "", "b"],
            ["C0001", "F-1", "2026-03-03", "700.00", "", "c"],
        )
    )

    assert open_amounts() == {"F-1": Decimal("0.00"), "F-2": Decimal("500.00")}
    assert Payment.objects.get(reference="c").unapplied_amount == Decimal("400.00")
    assert portfolio_rows.ledger_mismatches() == []


def test_a_payment_without_a_customer_is_found_by_its_document() -> None:
    take(simple(simple_row(1)))
    headers = ["Folio", "Fecha de pago", "Importe"]

    counts = take(csv_bytes(headers, [["F-1", "2026-03-02", "100.00"]])).counts

    assert counts.payments_new == 1
    assert Payment.objects.get().customer.external_id == "C0001"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "", "2026-03-02", "10", "", ""], Reason.CUSTOMER_MISSING),
        (["C0001", "F-1", "", "10", "", ""], Reason.PAID_DATE_MISSING),
        (["C0001", "F-1", "2026-03-02", "-10", "", ""], Reason.AMOUNT_NOT_POSITIVE),
        (["C0001", "F-1", "2026-11-24", "10", "", ""], Reason.PAID_IN_FUTURE),
        (["C0001", "F-1", "2026-03-02", "USD 10", "", ""], Reason.CURRENCY_DIFFERS),
    ],
)
def test_a_payment_that_cannot_be_read_is_rejected(row: list[str], reason: Reason) -> None:
    take(simple(simple_row(1), simple_row(2)))
    good = ["C0002", "F-2", "2026-03-02", "10", "", ""]

    found = take(paid(good, row))

    assert found.reasons == ((reason.value, 1),)
    (note,) = intake_rows.rejected_rows(import_id=found.import_id)
    assert (note.row_number, list(note.raw)) == (3, row)
    assert Payment.objects.count() == 1


def test_two_documents_with_one_number_need_a_customer() -> None:
    take(simple(simple_row(1), simple_row(2, Folio="F-1")))

    found = take(csv_bytes(["Folio", "Fecha de pago", "Importe"], [["F-1", "2026-03-02", "100.00"]]))

    assert found.reasons == ()
    (waiting,) = intake_rows.movement_list(limit=10)
    assert (waiting.reason, waiting.remaining) == ("document-ambiguous", Decimal("100.00"))
    assert Payment.objects.count() == 0

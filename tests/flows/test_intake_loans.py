"""Loans that are one row each: the same debts as one row for each instalment, once, all of a row or nothing."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from puntual.flows import intake
from puntual.intake import queries as intake_rows
from puntual.intake.models import Import, ImportRow
from puntual.intake.types import (
    Choices,
    FileKind,
    Frequency,
    ImportCounts,
    LoanAmount,
    LoanBalance,
    QuestionCode,
    Reason,
    RowOutcome,
)
from puntual.payments import queries as payment_rows
from puntual.portfolio import queries as portfolio_rows
from puntual.portfolio.models import Account, LedgerEntry, Receivable
from tests.conftest import NOW, TODAY
from tests.flows.test_intake_records import ACTOR, paid, take
from tests.unit.intake.files import csv_bytes, xlsx_bytes

pytestmark = pytest.mark.usefixtures("company")
TERMS = ["Cliente", "Nombre", "Contrato", "Monto total", "No. de cuotas", "Primer vencimiento", "Frecuencia"]
ROW = ["C1", "Ana Pérez", "CR-7", "1000.00", "3", "31/01/2027", "Mensual"]


def debts() -> list[tuple[str, date, Decimal, Decimal]]:
    found = Receivable.objects.order_by("document_number")
    return list(found.values_list("document_number", "due_date", "original_amount", "open_amount"))


@pytest.fixture(autouse=True)
def _books_balance(company: Any) -> Iterator[None]:
    yield
    assert portfolio_rows.ledger_mismatches() == []
    assert payment_rows.payment_mismatches() == []


def rows_of(found: ImportCounts) -> tuple[int, int, int, int, int]:
    counts = found.counts
    return (
        counts.rows_total,
        counts.rows_accepted,
        counts.rows_unchanged,
        counts.rows_rejected,
        counts.rows_ignored,
    )


@pytest.mark.feature("INT-01")
def test_a_loan_in_one_row_is_its_instalments_and_again_changes_nothing() -> None:
    other = ["C2", "Beto Ruiz", "CR-8", "600.00", "2", "15/01/2027", "Quincenal"]
    blank = [""] * len(TERMS)

    found = take(TERMS, ROW, blank, other)

    assert rows_of(found) == (3, 2, 0, 0, 1)
    assert (found.counts.receivables_new, found.counts.customers_new) == (5, 2)
    assert [(one.rows, one.amount, one.open_amount) for one in found.sums] == [
        (2, Decimal("1600.00"), Decimal("1600.00"))
    ]
    assert debts() == [
        ("CR-7-1", date(2027, 1, 31), Decimal("333.33"), Decimal("333.33")),
        ("CR-7-2", date(2027, 2, 28), Decimal("333.33"), Decimal("333.33")),
        ("CR-7-3", date(2027, 3, 31), Decimal("333.34"), Decimal("333.34")),
        ("CR-8-1", date(2027, 1, 15), Decimal("300.00"), Decimal("300.00")),
        ("CR-8-2", date(2027, 1, 31), Decimal("300.00"), Decimal("300.00")),
    ]
    first = Receivable.objects.get(document_number="CR-7-1")
    assert (first.kind, first.attributes["Cuota"]) == ("INSTALMENT", "1/3")
    assert set(Account.objects.values_list("external_id", flat=True)) == {"CR-7", "CR-8"}
    entries = LedgerEntry.objects.count()

    again = take(TERMS, ROW, blank, other)

    assert rows_of(again) == (3, 0, 2, 0, 1)
    assert (again.counts.receivables_unchanged, LedgerEntry.objects.count()) == (5, entries)


def test_both_shapes_of_a_loan_are_the_same_debts() -> None:
    long = ["Cliente", "Nombre", "Contrato", "Núm. cuota", "Vencimiento", "Importe"]
    take(
        long,
        ["C1", "Ana Pérez", "CR-7", "1/3", "31/01/2027", "333.33"],
        ["C1", "Ana Pérez", "CR-7", "2/3", "28/02/2027", "333.33"],
        ["C1", "Ana Pérez", "CR-7", "3/3", "31/03/2027", "333.34"],
    )
    before, entries = debts(), LedgerEntry.objects.count()

    wide = take(TERMS, ROW)

    # The terms of the loan are news, and kept with each instalment; no money moves.
    assert (rows_of(wide), wide.counts.receivables_new) == ((1, 1, 0, 0, 0), 0)
    assert (debts(), LedgerEntry.objects.count()) == (before, entries)
    groups = ["Cliente", "Nombre", "Contrato"]
    groups += [f"{name} {number}" for number in (1, 2, 3) for name in ("Fecha", "Monto")]
    row = ["C1", "Ana Pérez", "CR-7", "31/01/2027", "333.33", "28/02/2027", "333.33", "31/03/2027", "333.34"]
    assert rows_of(take(groups, row)) == (1, 0, 1, 0, 0)
    assert (debts(), LedgerEntry.objects.count()) == (before, entries)


def test_of_a_loan_all_comes_in_or_nothing() -> None:
    """One instalment was paid more than the row says that it comes to, so none of the row is taken."""
    take(TERMS, ROW)
    paid(["C1", "CR-7-3", "2026-03-02", "300.00", "", ""])
    before = debts()
    smaller = ["C1", "Ana Pérez", "CR-7", "600.00", "3", "28/02/2027", "Mensual"]

    found = take(TERMS, smaller, ["C2", "Beto", "CR-8", "10.00", "2", "31/01/2027", "Mensual"])

    assert rows_of(found) == (2, 1, 0, 1, 0)
    assert found.reasons == ((Reason.AMOUNT_BELOW_PAID.value, 1),)
    assert debts()[:3] == before
    card = Import.objects.latest("id")
    (kept,) = ImportRow.objects.filter(source=card)
    assert (kept.row_number, kept.raw) == (2, smaller)
    outcomes = intake_rows.row_outcomes(import_id=card.pk, first=1, limit=10, outcome=None)
    assert [(one.row_number, one.outcome) for one in outcomes] == [
        (2, RowOutcome.REJECTED),
        (3, RowOutcome.ACCEPTED),
    ]
    accepted = intake_rows.row_outcomes(import_id=card.pk, first=1, limit=10, outcome=RowOutcome.ACCEPTED)
    assert [one.row_number for one in accepted] == [3]
    assert outcomes[1].receivable_id == Receivable.objects.get(document_number="CR-8-1").pk


def test_two_rows_of_one_loan_do_not_come_in_twice() -> None:
    found = take(TERMS, ROW, ROW, [*ROW[:3], "900.00", *ROW[4:]])

    assert rows_of(found) == (3, 0, 0, 3, 0)
    assert {reason for reason, _count in found.reasons} == {Reason.CONFLICTING_ROWS.value}
    assert debts() == []
    repeated = take(TERMS, ROW, ROW)
    assert rows_of(repeated) == (2, 1, 0, 1, 0)
    detail = ImportRow.objects.get(source=Import.objects.latest("id")).detail
    # It names the row of the file that was taken.
    assert detail == "CR-7-1 (2)"


def test_what_the_file_does_not_say_is_asked_before_anything_is_written() -> None:
    headers = ["Cliente", "Contrato", "Importe", "Saldo", "Núm. cuotas", "Primer vencimiento"]
    row = ["C1", "CR-7", "100.00", "150.00", "3", "29/01/2027"]

    with pytest.raises(intake.QuestionsOpen) as stopped:
        take(headers, row)

    questions = {one.code: one for one in stopped.value.preview.questions}
    assert questions.keys() == {
        QuestionCode.LOAN_FREQUENCY,
        QuestionCode.LOAN_AMOUNT,
        QuestionCode.LOAN_BALANCE,
    }
    assert "«Importe»" in questions[QuestionCode.LOAN_AMOUNT].text
    assert debts() == []
    found = take(
        headers,
        row,
        frequency=Frequency.WEEKLY,
        loan_amount=LoanAmount.EACH,
        loan_balance=LoanBalance.OLDEST_PAID,
    )
    assert rows_of(found) == (1, 1, 0, 0, 0)
    assert [(name, due, left) for name, due, _amount, left in debts()] == [
        ("CR-7-1", date(2027, 1, 29), Decimal("0.00")),
        ("CR-7-2", date(2027, 2, 5), Decimal("50.00")),
        ("CR-7-3", date(2027, 2, 12), Decimal("100.00")),
    ]


def test_a_preview_says_what_a_wide_file_brings_and_writes_nothing() -> None:
    import_id = intake.load_file(
        name="creditos.xlsx",
        content=xlsx_bytes(TERMS, [[*ROW[:3], 1000, 3, date(2026, 1, 31), "Mensual"]]),
        kind=None,
        profile=None,
        actor=ACTOR,
        at=NOW,
    )

    found = intake.preview(import_id=import_id, today=TODAY)

    assert (found.kind, found.questions) == (FileKind.LOANS, ())
    assert (found.counts.rows_accepted, found.counts.receivables_new) == (1, 3)
    assert {one.row_number for one in found.largest} == {2}
    assert sum(one.after for one in found.aged) == Decimal("1000.00")
    assert any("1" in one.text and "documento por cuota" in one.text for one in found.warnings)
    assert debts() == []


def test_the_answers_of_a_loan_stay_with_the_import() -> None:
    headers = ["Cliente", "Contrato", "Importe cuota", "Núm. cuotas", "Primer vencimiento"]
    content = csv_bytes(headers, [["C1", "CR-7", "100.00", "2", "29/01/2027"]])
    import_id = intake.load_file(name="a.csv", content=content, kind=None, profile=None, actor=ACTOR, at=NOW)

    intake.preview(import_id=import_id, choices=Choices(frequency=Frequency.BIWEEKLY))
    intake.apply_import(import_id=import_id, actor=ACTOR, today=TODAY, at=NOW)

    assert [due for _name, due, _amount, _left in debts()] == [date(2027, 1, 29), date(2027, 2, 12)]

"""Loans that are one row each: their days, their amounts to the cent, and what the columns say of them."""

import itertools
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.intake.rules import layout
from puntual.intake.rules.loans import schedules
from puntual.intake.rules.loans.unfolding import PARTS_FROM, LoanParser
from puntual.intake.rules.staged import StagedRow
from puntual.intake.types import (
    Choices,
    FileKind,
    Frequency,
    Layout,
    LoanAmount,
    LoanBalance,
    QuestionCode,
    Reason,
)
from tests.conftest import TODAY
from tests.unit.intake.files import csv_bytes

TERMS = ["Cliente", "Nombre", "Contrato", "Monto total", "No. de cuotas", "Primer vencimiento", "Frecuencia"]
GROUPS = ["Cliente", "Nombre", "Contrato", "Fecha 1", "Monto 1", "Fecha 2", "Monto 2", "Fecha 3", "Monto 3"]


def understood(headers: Sequence[str], *rows: Sequence[Any], **choices: Any) -> Layout:
    return layout.understand(csv_bytes(headers, rows), choices=Choices(**choices), company_currency="MXN")


def read(headers: Sequence[str], *rows: Sequence[Any], **choices: Any) -> list[StagedRow]:
    found = understood(headers, *rows, **choices)
    parser = LoanParser(found, last_day=TODAY)
    body = layout.body_of(csv_bytes(headers, rows), found.dialect)
    return [one.row for number, row in body for one in parser.parse_all(number, row)]


def asked(
    headers: Sequence[str], *rows: Sequence[Any], **choices: Any
) -> dict[QuestionCode, tuple[str, ...]]:
    found = understood(headers, *rows, **choices)
    parser = LoanParser(found, last_day=TODAY)
    for number, row in layout.body_of(csv_bytes(headers, rows), found.dialect):
        parser.parse_all(number, row)
    return {one.code: one.options for one in (*found.questions, *parser.questions())}


def terms(**cells: str) -> list[str]:
    usual = ["C1", "Ana", "CR-1", "1000.00", "3", "31/01/2027", "Mensual"]
    return [cells.get(header, usual[place]) for place, header in enumerate(TERMS)]


@pytest.mark.parametrize(
    ("_case", "first", "frequency", "expected"),
    [
        (
            "month ends come back",
            date(2027, 1, 31),
            Frequency.MONTHLY,
            ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"],
        ),
        (
            "leap year",
            date(2028, 1, 30),
            Frequency.MONTHLY,
            ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"],
        ),
        (
            "over new year",
            date(2026, 11, 15),
            Frequency.MONTHLY,
            ["2026-11-15", "2026-12-15", "2027-01-15", "2027-02-15"],
        ),
        (
            "15th and last day",
            date(2027, 1, 15),
            Frequency.SEMIMONTHLY,
            ["2027-01-15", "2027-01-31", "2027-02-15", "2027-02-28"],
        ),
        (
            "last day and 15th",
            date(2027, 2, 28),
            Frequency.SEMIMONTHLY,
            ["2027-02-28", "2027-03-15", "2027-03-31", "2027-04-15"],
        ),
        (
            "1st and 16th",
            date(2027, 1, 1),
            Frequency.SEMIMONTHLY,
            ["2027-01-01", "2027-01-16", "2027-02-01", "2027-02-16"],
        ),
        (
            "14th and 29th",
            date(2027, 1, 29),
            Frequency.SEMIMONTHLY,
            ["2027-01-29", "2027-02-14", "2027-02-28", "2027-03-14"],
        ),
        (
            "15th and 30th",
            date(2027, 1, 30),
            Frequency.SEMIMONTHLY,
            ["2027-01-30", "2027-02-15", "2027-02-28", "2027-03-15"],
        ),
        (
            "fourteen days",
            date(2027, 1, 1),
            Frequency.BIWEEKLY,
            ["2027-01-01", "2027-01-15", "2027-01-29", "2027-02-12"],
        ),
        (
            "weeks",
            date(2027, 2, 26),
            Frequency.WEEKLY,
            ["2027-02-26", "2027-03-05", "2027-03-12", "2027-03-19"],
        ),
    ],
)
def test_instalments_fall_due(_case: str, first: date, frequency: Frequency, expected: list[str]) -> None:
    found = schedules.due_dates(first=first, count=4, frequency=frequency)

    assert [day.isoformat() for day in found] == expected


@given(
    first=st.dates(date(1990, 1, 1), date(2080, 12, 31)),
    count=st.integers(1, schedules.COUNT_MAX),
    frequency=st.sampled_from(Frequency),
)
def test_days_begin_with_the_first_and_only_rise(first: date, count: int, frequency: Frequency) -> None:
    try:
        days = schedules.due_dates(first=first, count=count, frequency=frequency)
    except (OverflowError, ValueError):
        pytest.fail("a loan of this century has days")

    assert (days[0], len(days)) == (first, count)
    assert all(before < after for before, after in itertools.pairwise(days))
    if frequency is Frequency.MONTHLY:
        assert all(day.day == first.day or (day.day < first.day and _is_last(day)) for day in days)


def _is_last(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


@given(cents=st.integers(1, 10**12), count=st.integers(1, schedules.COUNT_MAX))
def test_instalments_add_up_to_the_loan(cents: int, count: int) -> None:
    amount = Decimal(cents) / 100
    if cents < count:
        with pytest.raises(ValueError, match="less than a cent"):
            schedules.split(amount=amount, count=count)
        return

    parts = schedules.split(amount=amount, count=count)

    assert sum(parts) == amount
    assert len(set(parts[:-1])) <= 1
    assert all(part > 0 for part in parts)
    assert 0 <= parts[-1] - parts[0] < count * Decimal("0.01")


@given(cents=st.lists(st.integers(1, 10**9), min_size=1, max_size=40), data=st.data())
def test_a_balance_is_what_the_newest_instalments_owe(cents: list[int], data: st.DataObject) -> None:
    amounts = [Decimal(one) / 100 for one in cents]
    balance = Decimal(data.draw(st.integers(0, sum(cents)))) / 100

    left = schedules.still_open(amounts=amounts, balance=balance)

    assert sum(left) == balance
    assert all(0 <= one <= amount for one, amount in zip(left, amounts, strict=True))
    # Nothing newer was paid while something older is open.
    begun = next((place for place, one in enumerate(left) if one), len(left))
    assert left[begun + 1 :] == amounts[begun + 1 :]


def test_terms_become_instalments() -> None:
    found = read(TERMS, terms())

    assert [(one.document_number, str(one.due_date), str(one.amount)) for one in found] == [
        ("CR-1-1", "2027-01-31", "333.33"),
        ("CR-1-2", "2027-02-28", "333.33"),
        ("CR-1-3", "2027-03-31", "333.34"),
    ]
    assert {(one.account, one.document_kind, one.currency, one.file_row) for one in found} == {
        ("CR-1", "INSTALMENT", "MXN", 2)
    }
    assert [one.row_number for one in found] == [2, PARTS_FROM + 1, PARTS_FROM + 2]


def test_an_instalment_amount_is_that_of_each() -> None:
    headers = ["Cliente", "Contrato", "Pago quincenal", "Plazo quincenas", "Primer pago", "Número de cuotas"]

    found = read(headers, ["C1", "CR-1", "500.00", "x", "15/01/2027", "3"])

    assert [(str(one.due_date), str(one.amount)) for one in found] == [
        ("2027-01-15", "500.00"),
        ("2027-01-31", "500.00"),
        ("2027-02-15", "500.00"),
    ]


@pytest.mark.parametrize(
    ("_case", "cells", "reason"),
    [
        ("no day", {"Primer vencimiento": ""}, Reason.DUE_DATE_MISSING),
        ("a day that is none", {"Primer vencimiento": "31/02/2027"}, Reason.DATE_INVALID),
        ("no number", {"No. de cuotas": ""}, Reason.INSTALMENT_COUNT_INVALID),
        ("none", {"No. de cuotas": "0"}, Reason.INSTALMENT_COUNT_INVALID),
        ("a part of one", {"No. de cuotas": "2.5"}, Reason.INSTALMENT_COUNT_INVALID),
        ("too many", {"No. de cuotas": "601"}, Reason.INSTALMENT_COUNT_INVALID),
        (
            "months, paid twice a month",
            {"No. de cuotas": "12 meses", "Frecuencia": "Quincenal"},
            Reason.TERM_IN_MONTHS,
        ),
        ("no frequency that we know", {"Frecuencia": "Cuando pueda"}, Reason.FREQUENCY_UNKNOWN),
        ("no amount", {"Monto total": ""}, Reason.AMOUNT_MISSING),
        ("nothing", {"Monto total": "0.00"}, Reason.AMOUNT_NOT_POSITIVE),
        ("less than a cent for each", {"Monto total": "0.02"}, Reason.AMOUNT_NOT_POSITIVE),
        ("no loan", {"Contrato": ""}, Reason.DOCUMENT_MISSING),
        ("no customer", {"Cliente": ""}, Reason.CUSTOMER_MISSING),
    ],
)
def test_a_loan_that_cannot_be_read_stays_out_whole(
    _case: str, cells: dict[str, str], reason: Reason
) -> None:
    # Sound rows beside it keep the columns what they are.
    sound = [terms(Contrato=f"CR-{number}") for number in range(2, 12)]

    found = read(TERMS, *sound, terms(**cells))

    (refused,) = [one for one in found if one.outcome]
    assert (refused.row_number, refused.outcome, refused.reason) == (12, "REJECTED", reason)
    assert len(found) == 31


def test_groups_of_columns_become_instalments() -> None:
    found = read(
        GROUPS,
        ["C1", "Ana", "CR-1", "31/01/2027", "500.00", "28/02/2027", "450.50", "31/03/2027", "449.50"],
        ["C2", "Beto", "CR-2", "15/01/2027", "100.00", "", "0.00", "", ""],
        ["C3", "Ceci", "CR-3", "15/01/2027", "100.00", "15/02/2027", "", "", ""],
    )

    assert [
        (one.document_number, str(one.due_date), str(one.amount)) for one in found if not one.outcome
    ] == [
        ("CR-1-1", "2027-01-31", "500.00"),
        ("CR-1-2", "2027-02-28", "450.50"),
        ("CR-1-3", "2027-03-31", "449.50"),
        ("CR-2-1", "2027-01-15", "100.00"),
    ]
    assert [one.reason for one in found if one.outcome] == [Reason.INSTALMENT_INCOMPLETE]


@pytest.mark.parametrize(
    "headers",
    [
        ["Vencimiento cuota 1", "Importe cuota 1", "Vencimiento cuota 2", "Importe cuota 2"],
        ["Cuota 1 vencimiento", "Cuota 1 importe", "Cuota 2 vencimiento", "Cuota 2 importe"],
        ["Fecha1", "Monto1", "Fecha2", "Monto2"],
        ["F. Vto. 1", "Mensualidad 1", "F. Vto. 2", "Mensualidad 2"],
        ["Due date 1", "Amount 1", "Due date 2", "Amount 2"],
    ],
)
def test_columns_are_numbered_in_many_ways(headers: list[str]) -> None:
    row = ["C1", "Ana", "CR-1", "31/01/2027", "500.00", "28/02/2027", "450.50"]

    found = read(["Cliente", "Nombre", "Contrato", *headers], row)

    assert [(one.document_number, str(one.amount)) for one in found] == [
        ("CR-1-1", "500.00"),
        ("CR-1-2", "450.50"),
    ]


def test_a_balance_beside_each_instalment_is_its_own() -> None:
    headers = ["Cliente", "Contrato"]
    headers += [f"{name} {number}" for number in (1, 2) for name in ("Fecha", "Importe", "Saldo")]

    found = read(headers, ["C1", "CR-1", "31/01/2027", "500.00", "0.00", "28/02/2027", "450.50", "50.50"])

    assert [(one.amount, one.open_amount) for one in found] == [
        (Decimal("500.00"), Decimal("0.00")),
        (Decimal("450.50"), Decimal("50.50")),
    ]


@pytest.mark.parametrize(
    ("_case", "headers", "row", "expected"),
    [
        (
            "how often",
            ["Cliente", "Contrato", "Importe cuota", "Núm. cuotas", "Primer vencimiento"],
            ["C1", "CR-1", "100.00", "3", "31/01/2027"],
            {QuestionCode.LOAN_FREQUENCY},
        ),
        (
            "how often, of one row",
            ["Cliente", "Contrato", "Importe cuota", "Núm. cuotas", "Primer vencimiento", "Frecuencia"],
            ["C1", "CR-1", "100.00", "3", "31/01/2027", ""],
            {QuestionCode.LOAN_FREQUENCY},
        ),
        (
            "whether the amount is all or each",
            ["Cliente", "Contrato", "Importe", "Núm. cuotas", "Primer vencimiento", "Frecuencia"],
            ["C1", "CR-1", "100.00", "3", "31/01/2027", "Mensual"],
            {QuestionCode.LOAN_AMOUNT},
        ),
        (
            "whether what was lent is all that is paid",
            [
                "Cliente",
                "Contrato",
                "Monto del crédito",
                "Tasa",
                "Núm. cuotas",
                "Primer vencimiento",
                "Frecuencia",
            ],
            ["C1", "CR-1", "100.00", "12%", "3", "31/01/2027", "Mensual"],
            {QuestionCode.LOAN_AMOUNT},
        ),
        (
            "which of two amounts counts",
            [*TERMS, "Importe cuota"],
            [*["C1", "Ana", "CR-1", "1000.00", "3", "31/01/2027", "Mensual"], "400.00"],
            {QuestionCode.LOAN_AMOUNT},
        ),
        (
            "what a balance says",
            [*TERMS, "Saldo"],
            [*["C1", "Ana", "CR-1", "1000.00", "3", "31/01/2027", "Mensual"], "400.00"],
            {QuestionCode.LOAN_BALANCE},
        ),
        (
            "when the first falls due",
            ["Cliente", "Contrato", "Importe cuota", "Núm. cuotas", "Frecuencia"],
            ["C1", "CR-1", "100.00", "3", "Mensual"],
            {QuestionCode.MISSING_COLUMN},
        ),
        (
            "whether a row is a loan or an instalment",
            [
                "Cliente",
                "Contrato",
                "Importe cuota",
                "Núm. cuotas",
                "Primer vencimiento",
                "Frecuencia",
                "Vencimiento",
            ],
            ["C1", "CR-1", "100.00", "3", "31/01/2027", "Mensual", "31/05/2027"],
            {QuestionCode.KIND},
        ),
        (
            "whether groups were paid or fall due",
            ["Cliente", "Contrato", "Fecha pago 1", "Pago 1", "Fecha pago 2", "Pago 2"],
            ["C1", "CR-1", "31/01/2026", "100.00", "28/02/2026", "100.00"],
            {QuestionCode.KIND},
        ),
        ("nothing", TERMS, ["C1", "Ana", "CR-1", "1000.00", "3", "31/01/2027", "Mensual"], set()),
    ],
)
def test_what_the_file_does_not_say_is_asked(
    _case: str, headers: list[str], row: list[str], expected: set[QuestionCode]
) -> None:
    assert asked(headers, row).keys() == expected


def test_answers_are_followed() -> None:
    headers = ["Cliente", "Contrato", "Importe", "Saldo", "Núm. cuotas", "Primer vencimiento"]
    row = ["C1", "CR-1", "100.00", "150.00", "3", "29/01/2027"]

    each = read(
        headers,
        row,
        frequency=Frequency.WEEKLY,
        loan_amount=LoanAmount.EACH,
        loan_balance=LoanBalance.OLDEST_PAID,
    )
    whole = read(
        headers,
        row,
        frequency=Frequency.WEEKLY,
        loan_amount=LoanAmount.TOTAL,
        loan_balance=LoanBalance.IGNORED,
    )

    assert [(one.amount, one.open_amount) for one in each] == [
        (Decimal("100.00"), Decimal("0.00")),
        (Decimal("100.00"), Decimal("50.00")),
        (Decimal("100.00"), Decimal("100.00")),
    ]
    assert [(str(one.amount), one.open_amount) for one in whole] == [
        ("33.33", None),
        ("33.33", None),
        ("33.34", None),
    ]


def test_two_amounts_that_differ_by_rounding_are_one() -> None:
    headers = [*TERMS, "Importe cuota"]

    found = read(headers, [*terms(), "333.33"])

    assert [str(one.amount) for one in found] == ["333.33", "333.33", "333.34"]
    assert asked(headers, [*terms(), "333.33"]) == {}
    refused = read(headers, [*terms(), "400.00"], loan_amount=LoanAmount.TOTAL)
    assert [one.reason for one in refused] == [Reason.INSTALMENTS_DIFFER]


def test_instalments_that_were_paid_owe_nothing() -> None:
    found = read([*TERMS, "Cuotas pagadas"], [*terms(), "2"], [*terms(Contrato="CR-2"), "4"])

    assert [one.open_amount for one in found[:3]] == [Decimal("0.00"), Decimal("0.00"), Decimal("333.34")]
    assert found[3].reason == Reason.INSTALMENT_COUNT_INVALID


def test_the_currency_of_an_amount_is_that_of_its_instalments() -> None:
    found = read(TERMS, terms(**{"Monto total": "USD 1,000.00"}))

    assert {one.currency for one in found} == {"USD"}


def test_a_person_may_say_that_rows_are_single_debts() -> None:
    headers = ["Cliente", "Folio", "Vencimiento", "Importe", "Plazo", "Frecuencia"]

    found = understood(
        headers, ["C1", "F-1", "31/01/2027", "100.00", "3", "Mensual"], kind=FileKind.RECEIVABLES
    )

    assert (found.kind, found.loan, found.questions) == (FileKind.RECEIVABLES, None, ())


def test_terms_of_invoices_are_no_loans() -> None:
    headers = ["Cliente", "Folio", "Fecha", "Vencimiento", "Importe", "Plazo"]

    found = understood(headers, ["C1", "F-1", "01/01/2027", "31/01/2027", "100.00", "30"])

    assert (found.kind, found.loan, found.questions) == (FileKind.RECEIVABLES, None, ())

"""What a file holds is told by its columns; what may be either of two is asked."""

import pytest

from puntual.intake.rules import mapping
from puntual.intake.rules.layout import understand
from puntual.intake.types import Choices, Field, FileKind, QuestionCode
from tests.unit.intake.files import csv_bytes

WHEN = "13/01/2026"


@pytest.mark.parametrize(
    ("headers", "row", "kind"),
    [
        (["No. Cliente", "Nombre", "Correo"], ["C1", "Ana", "a@b.example"], FileKind.CUSTOMERS),
        (
            ["Cliente", "Contrato", "Núm. cuota", "Vencimiento", "Capital", "Interés"],
            ["C1", "CR-1", "1", WHEN, "10.00", "1.00"],
            FileKind.LOANS,
        ),
        (
            ["Cliente", "Nota de crédito", "Factura", "Fecha", "Importe"],
            ["C1", "NC-1", "F-1", WHEN, "10.00"],
            FileKind.CREDIT_NOTES,
        ),
        (
            ["Factura", "Fecha", "Importe del ajuste", "Motivo"],
            ["F-1", WHEN, "-1.00", "Redondeo"],
            FileKind.ADJUSTMENTS,
        ),
        (["Factura", "Motivo de la aclaración"], ["F-1", "Precio"], FileKind.DISPUTES),
        (["Folio", "Fecha de cancelación"], ["F-1", WHEN], FileKind.CANCELLATIONS),
        (
            ["Cliente", "Tipo de movimiento", "Folio", "Fecha", "Importe"],
            ["C1", "Pago", "F-1", WHEN, "1.00"],
            FileKind.MIXED,
        ),
        (
            ["Cliente", "Nombre", "Folio", "Fecha", "Vencimiento", "Importe", "Interés", "Contacto"],
            ["C1", "Ana", "F-1", WHEN, WHEN, "10.00", "1.00", "Beto"],
            FileKind.RECEIVABLES,
        ),
        (["Cliente", "Fecha de pago", "Importe"], ["C1", WHEN, "10.00"], FileKind.PAYMENTS),
    ],
)
def test_the_columns_tell_what_a_file_holds(headers: list[str], row: list[str], kind: FileKind) -> None:
    found = understand(csv_bytes(headers, [row]), choices=Choices(), company_currency="MXN")

    assert found.kind is kind
    assert QuestionCode.KIND not in {question.code for question in found.questions}


def test_the_number_of_a_credit_note_is_not_that_of_its_invoice() -> None:
    headers = ["Cliente", "Factura", "Nota de crédito", "Fecha", "Importe"]

    found = understand(
        csv_bytes(headers, [["C1", "F-1", "NC-1", WHEN, "10.00"]]), choices=Choices(), company_currency="MXN"
    )

    meanings = {column.header: column.field for column in found.columns}
    assert meanings["Factura"] is Field.RELATED_DOCUMENT
    assert meanings["Nota de crédito"] is Field.DOCUMENT_NUMBER


def test_disputes_are_known_by_their_words_and_bring_day_and_amount() -> None:
    headers = ["Disputa", "Cliente", "Factura", "Fecha de aclaración", "Motivo", "Monto en disputa"]

    found = understand(
        csv_bytes(headers, [["D-1", "C1", "F-1", WHEN, "Precio incorrecto", "300.00"]]),
        choices=Choices(),
        company_currency="MXN",
    )

    assert (found.kind, found.questions) == (FileKind.DISPUTES, ())
    assert {one.header: one.field for one in found.columns} == {
        "Disputa": None,
        "Cliente": Field.CUSTOMER_ID,
        "Factura": Field.DOCUMENT_NUMBER,
        "Fecha de aclaración": Field.ISSUE_DATE,
        "Motivo": Field.MOTIVE,
        "Monto en disputa": Field.AMOUNT,
    }


def test_a_column_of_what_is_disputed_makes_no_file_of_disputes() -> None:
    headers = ["Cliente", "Factura", "Vencimiento", "Monto en disputa", "Importe", "Disputa"]

    found = understand(
        csv_bytes(headers, [["C1", "F-1", WHEN, "300.00", "900.00", "Sí"]]),
        choices=Choices(),
        company_currency="MXN",
    )

    assert found.kind is FileKind.RECEIVABLES
    assert {one.header for one in found.columns if one.field is Field.AMOUNT} == {"Importe"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (["1", "2", "12"], Field.INSTALMENT_NUMBER),
        (["1/12", "2/12", "3/12"], Field.INSTALMENT_NUMBER),
        (["500", "500", "500"], Field.INSTALMENT_AMOUNT),
        (["1500.50", "99.10", "1500.50"], Field.INSTALMENT_AMOUNT),
    ],
)
def test_what_stands_below_cuota_is_told_by_its_values(values: list[str], field: Field) -> None:
    (guess,) = mapping.map_columns(["Cuota"], [values])

    assert guess.field is field


def test_a_schedule_of_instalments_needs_no_folio() -> None:
    headers = ["Crédito", "Cliente", "Nombre", "Cuota", "Vence", "Importe cuota", "Saldo cuota"]
    rows = [["CX-1", "C1", "Ana", str(n), f"{n + 12}/01/2026", "500.00", "500.00"] for n in (1, 2, 3)]

    found = understand(csv_bytes(headers, rows), choices=Choices(), company_currency="MXN")

    assert (found.kind, found.questions) == (FileKind.LOANS, ())
    assert [one.field for one in found.columns][3:] == [
        Field.INSTALMENT_NUMBER,
        Field.DUE_DATE,
        Field.AMOUNT,
        Field.OPEN_AMOUNT,
    ]


def test_a_file_about_documents_that_does_not_say_what_is_asked_about() -> None:
    headers = ["Cliente", "Documento relacionado", "Fecha", "Importe"]

    found = understand(
        csv_bytes(headers, [["C1", "F-1", WHEN, "10.00"]]), choices=Choices(), company_currency="MXN"
    )

    (question,) = [one for one in found.questions if one.code is QuestionCode.KIND]
    assert question.options == ("CREDIT_NOTES", "ADJUSTMENTS", "PAYMENTS")


def test_what_only_loans_have_is_kept_as_an_attribute_elsewhere() -> None:
    headers = ["Cliente", "Nombre", "Folio", "Fecha", "Vencimiento", "Importe", "Interés"]

    found = understand(
        csv_bytes(headers, [["C1", "Ana", "F-1", WHEN, WHEN, "10.00", "1.00"]]),
        choices=Choices(),
        company_currency="MXN",
    )

    assert found.columns[-1].field is None

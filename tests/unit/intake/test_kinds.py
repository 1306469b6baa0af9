"""What a file holds is told by its columns; what may be either of two is asked."""

import pytest

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

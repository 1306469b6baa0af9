"""Two movements alike in all but their own number are two; and a column that is not simple is told at once."""

import pytest

from puntual.intake.rules import columns, layout
from puntual.intake.types import Choices, Field, FileKind

PAYMENTS = """No. Cliente,Fecha de pago,Importe,{header}
C1,03/11/2026,500.00,{one}
C1,03/11/2026,500.00,{two}
C2,04/11/2026,700.00,{three}
"""


def meaning(text: str, header: str, kind: FileKind | None = None) -> Field | None:
    found = layout.understand(
        text.encode(), choices=Choices(kind=kind), company_currency="MXN", company_tax_id=""
    )
    return next(one.field for one in found.columns if one.header == header)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Recibo", ("R-100", "R-101", "R-102")),
        ("Clave interna", ("A7", "A8", "A9")),
        ("Núm. de caja", ("000123", "000124", "000125")),
        ("Recibo", ("R-100", "", "R-102")),
    ],
)
def test_codes_that_never_repeat_are_the_number_of_a_payment(header: str, values: tuple[str, ...]) -> None:
    text = PAYMENTS.format(header=header, one=values[0], two=values[1], three=values[2])

    assert meaning(text, header, FileKind.PAYMENTS) is Field.PAYMENT_REFERENCE


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Sucursal", ("S1", "S1", "S2")),
        ("Saldo después", ("1,500.00", "1,000.00", "300.00")),
        ("Observaciones", ("pagó Ana", "pagó Luis", "pagó Eva")),
        ("Hora", ("10:01", "10:02", "10:03")),
    ],
)
def test_what_repeats_or_is_no_code_is_none(header: str, values: tuple[str, ...]) -> None:
    quoted = [f'"{value}"' for value in values]
    text = PAYMENTS.format(header=header, one=quoted[0], two=quoted[1], three=quoted[2])

    assert meaning(text, header, FileKind.PAYMENTS) is None


def test_a_file_that_names_the_number_needs_no_other() -> None:
    text = "No. Cliente,Fecha de pago,Importe,Referencia,Clave\nC1,03/11/2026,5.00,X1,A1\nC1,03/11/2026,5.00,X2,A2\n"

    assert meaning(text, "Referencia", FileKind.PAYMENTS) is Field.PAYMENT_REFERENCE
    assert meaning(text, "Clave", FileKind.PAYMENTS) is None


def test_what_a_person_said_counts() -> None:
    text = PAYMENTS.format(header="Recibo", one="R-100", two="R-101", three="R-102")
    found = layout.understand(
        text.encode(),
        choices=Choices(kind=FileKind.PAYMENTS, columns=((3, None),)),
        company_currency="MXN",
        company_tax_id="",
    )

    assert found.columns[3].field is None


def test_an_adjustment_has_its_own_number() -> None:
    text = "Ajuste,Factura,Fecha,Importe\nAJ-11,F1,03/11/2026,-5.00\nAJ-12,F1,03/11/2026,-5.00\n"

    assert meaning(text, "Ajuste", FileKind.ADJUSTMENTS) is Field.DOCUMENT_NUMBER
    assert meaning(text, "Factura", FileKind.ADJUSTMENTS) is Field.RELATED_DOCUMENT


@pytest.mark.parametrize("last", ["", "0.50", "abc", "1,00.00", "12.3"])
def test_a_column_that_is_not_simple_is_told_at_once(last: str) -> None:
    # Amounts of three digits without a separator could once be matched in two ways each: 2 to the power of the rows.
    values = [f"{100 + n}.10" for n in range(250)] + [last]

    assert columns._simple_amounts(values) is None
    assert columns._simple_amounts(values[:-1]) == values[:-1]
    assert columns._simple_ids(["A-1_2/3" * 4] * 250 + ["A--1" + last]) is None


@pytest.mark.parametrize(
    "value", ["1.00", "999.99", "1,000.00", "1,234,567.89", "123456789012.00", "1000.00"]
)
def test_a_simple_amount_is_read_at_one_stroke(value: str) -> None:
    assert columns._simple_amounts([value, "5.00"]) == [value.replace(",", ""), "5.00"]

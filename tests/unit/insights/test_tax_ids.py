"""Tax numbers of nine countries: made-up ones that are right, and the slips that people make with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.insights.rules import tax_ids
from puntual.insights.rules.tax_ids import TaxIdFault
from puntual.portfolio.types import CustomerKind

FIRM, PERSON = CustomerKind.COMPANY, CustomerKind.PERSON
DIGIT = TaxIdFault.CHECK_DIGIT


def digit_11(body: str, weights: tuple[int, ...], letters: str) -> str:
    """Compute a check digit modulo 11 from its published weights, apart from the library."""
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return letters[total % 11]


def nit(body: str) -> str:
    return digit_11(body, (41, 37, 29, 23, 19, 17, 13, 7, 3), "01987654321")


def rut_cl(body: str) -> str:
    return digit_11(body, (3, 2, 7, 6, 5, 4, 3, 2), "0K987654321")


def cuit(body: str) -> str:
    return digit_11(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), "0?987654321")


def ruc_pe(body: str) -> str:
    return digit_11(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), "10987654321")


RIGHT = [
    ("MX", "GODE561231GR8", PERSON),
    ("MX", "gode-561231-gr8", PERSON),
    ("MX", "RFC: GODE561231GR8", PERSON),
    ("CO", "900123456-" + nit("900123456"), FIRM),
    ("CO", "NIT 900.123.456-" + nit("900123456"), FIRM),
    ("CO", "1020304050", PERSON),
    ("CL", "12.345.678-" + rut_cl("12345678"), PERSON),
    ("CL", "76543210-" + rut_cl("76543210"), FIRM),
    ("PE", "2012345678" + ruc_pe("2012345678"), FIRM),
    ("PE", "1612345678" + ruc_pe("1612345678"), PERSON),
    ("PE", "12345678", PERSON),
    ("AR", "30-71234567-" + cuit("3071234567"), FIRM),
    ("AR", "25-12345678-" + cuit("2512345678"), PERSON),
    ("AR", "12.345.678", PERSON),
    ("BR", "11.222.333/0001-81", FIRM),
    ("BR", "111.444.777-35", PERSON),
    ("EC", "1710034065", PERSON),
    ("EC", "1710034065001", PERSON),
    ("PY", "80028061-0", FIRM),
    ("PY", "1234567", PERSON),
    ("UY", "211003420017", FIRM),
    ("UY", "1.234.567-2", PERSON),
]
WRONG = [
    ("MX", "GODE561231GR9", PERSON, DIGIT),
    ("MX", "GODE561331GR8", PERSON, TaxIdFault.PART),
    ("MX", "GODE561231", PERSON, TaxIdFault.INCOMPLETE),
    ("MX", "ABC010203", FIRM, TaxIdFault.INCOMPLETE),
    ("MX", "GODE561231GR", PERSON, TaxIdFault.FORM),
    ("MX", "12345", FIRM, TaxIdFault.LENGTH),
    ("MX", "XAXX010101000", PERSON, TaxIdFault.GENERIC),
    ("MX", "XEXX 010101 000", FIRM, TaxIdFault.GENERIC),
    ("MX", "0000000000000", FIRM, TaxIdFault.FORM),
    ("CO", "900123456-" + str((int(nit("900123456")) + 1) % 10), FIRM, DIGIT),
    ("CO", "900123456", FIRM, TaxIdFault.INCOMPLETE),
    ("CO", "222222222222", FIRM, TaxIdFault.GENERIC),
    ("CO", "9001234X6", FIRM, TaxIdFault.FORM),
    ("CL", "12345678-" + ("0" if rut_cl("12345678") != "0" else "1"), PERSON, DIGIT),
    ("CL", "66.666.666-6", PERSON, TaxIdFault.GENERIC),
    ("CL", "123", FIRM, TaxIdFault.LENGTH),
    ("PE", "2012345678" + str((int(ruc_pe("2012345678")) + 1) % 10), FIRM, DIGIT),
    ("PE", "99123456789", FIRM, TaxIdFault.PART),
    ("PE", "12345678", FIRM, TaxIdFault.LENGTH),
    ("AR", "30-71234567-" + str((int(cuit("3071234567")) + 1) % 10), FIRM, DIGIT),
    ("AR", "99-71234567-1", FIRM, TaxIdFault.PART),
    ("BR", "11.222.333/0001-82", FIRM, DIGIT),
    ("BR", "111.444.777-36", PERSON, DIGIT),
    ("EC", "1710034066", PERSON, DIGIT),
    ("EC", "9999999999999", PERSON, TaxIdFault.GENERIC),
    ("EC", "1710034065", FIRM, TaxIdFault.INCOMPLETE),
    ("PY", "80028061-1", FIRM, DIGIT),
    ("PY", "44444401-7", FIRM, TaxIdFault.GENERIC),
    ("UY", "211003420018", FIRM, DIGIT),
    ("UY", "1.234.567-3", PERSON, DIGIT),
]


@pytest.mark.feature("IRR-01")
@pytest.mark.parametrize(("country", "number", "kind"), RIGHT)
def test_a_right_number_is_not_held_against_anybody(country: str, number: str, kind: CustomerKind) -> None:
    assert tax_ids.fault_of(tax_id=number, country=country, kind=kind) is None


@pytest.mark.feature("IRR-01")
@pytest.mark.parametrize(("country", "number", "kind", "fault"), WRONG)
def test_a_slip_is_found_and_named(country: str, number: str, kind: CustomerKind, fault: TaxIdFault) -> None:
    assert tax_ids.fault_of(tax_id=number, country=country, kind=kind) is fault


@pytest.mark.parametrize("country", ["", "US", "ES", "XX"])
def test_nothing_is_said_of_a_country_that_is_not_known(country: str) -> None:
    assert tax_ids.fault_of(tax_id="whatever 1", country=country, kind=FIRM) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("México", "MX"), ("COLOMBIA", "CO"), ("Perú", "PE"), ("br", "BR"), ("Chile.", "CL"), ("España", None)],
)
def test_a_country_is_known_by_how_people_write_it(text: str, code: str | None) -> None:
    assert tax_ids.country_named(text) == code


@pytest.mark.parametrize(
    ("country", "number", "kind", "is_other"),
    [
        ("MX", "GODE561231GR8", FIRM, True),
        ("MX", "GODE561231GR8", PERSON, False),
        ("BR", "11.222.333/0001-81", PERSON, True),
        ("PE", "20123456786", PERSON, True),
        ("PE", "10123456786", FIRM, True),
        ("AR", "30712345671", PERSON, True),
        ("CL", "12345678-5", FIRM, False),
    ],
)
def test_the_number_of_a_firm_on_a_person_shows(
    country: str, number: str, kind: CustomerKind, is_other: bool
) -> None:
    assert tax_ids.is_of_other_kind(tax_id=number, country=country, kind=kind) is is_other


@given(
    body=st.integers(min_value=10_000_000, max_value=29_999_999).map(str),
    place=st.integers(min_value=0, max_value=7),
    other=st.integers(min_value=1, max_value=9),
)
def test_a_wrong_digit_of_a_rut_never_goes_unseen(body: str, place: int, other: int) -> None:
    number = body + rut_cl(body)
    wrong = number[:place] + str((int(number[place]) + other) % 10) + number[place + 1 :]

    assert tax_ids.fault_of(tax_id=number, country="CL", kind=FIRM) in (None, TaxIdFault.GENERIC)
    assert tax_ids.fault_of(tax_id=wrong, country="CL", kind=FIRM) is not None


@given(
    text=st.text(max_size=30),
    country=st.sampled_from(sorted(tax_ids.NAMES)),
    kind=st.sampled_from([FIRM, PERSON]),
)
def test_no_text_is_a_surprise(text: str, country: str, kind: CustomerKind) -> None:
    found = tax_ids.fault_of(tax_id=text, country=country, kind=kind)

    assert found is None or isinstance(found, TaxIdFault)

"""Amounts as files write them: exact, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.intake.rules.amounts import (
    currency_code,
    demanded_sign,
    parse_amount,
    shapes,
    weigh_sign,
)
from puntual.intake.types import DecimalSign

POINT, COMMA = DecimalSign.POINT, DecimalSign.COMMA
CENTS = st.integers(min_value=-(10**14), max_value=10**14)


@pytest.mark.parametrize(
    ("text", "sign", "amount", "currency"),
    [
        ("1234.56", POINT, "1234.56", None),
        ("1,234.56", POINT, "1234.56", None),
        ("$ 1 234", POINT, "1234", None),
        ("1'234.50", POINT, "1234.50", None),
        ("1 234 567,89", COMMA, "1234567.89", None),
        ("R$ 1.234,56", COMMA, "1234.56", "BRL"),
        ("S/. 100.00", POINT, "100", "PEN"),
        ("RD$ 100", POINT, "100", "DOP"),
        ("$ -", POINT, "0", None),
        ("500.00 CR", POINT, "-500", None),
        ("500.00 DB", POINT, "500", None),
        ("1.234,56", COMMA, "1234.56", None),
        ("1.234.567", COMMA, "1234567", None),
        ("1,234,567", POINT, "1234567", None),
        ("(500.00)", POINT, "-500", None),
        ("($ 500.00)", POINT, "-500", None),
        ("500-", POINT, "-500", None),
        ("-$1,500.5", POINT, "-1500.50", None),
        ("−12,5", COMMA, "-12.50", None),
        ("1 234,5", COMMA, "1234.50", None),
        ("MXN 1,200.00", POINT, "1200", "MXN"),
        ("1,200.00 M.N.", POINT, "1200", "MXN"),
        ("US$ 99.90", POINT, "99.90", "USD"),
        ("99,90 €", COMMA, "99.90", "EUR"),
        ("1200 pesos", POINT, "1200", "MXN"),
        ("2309.7899999999995", POINT, "2309.79", None),
        ("1.5E+03", POINT, "1500", None),
        ("0.005", POINT, "0.01", None),
        (1234.565, POINT, "1234.57", None),
        (0.1 + 0.2, POINT, "0.30", None),
        (".5", POINT, "0.50", None),
    ],
)
def test_every_form_is_read(text: object, sign: DecimalSign, amount: str, currency: str | None) -> None:
    assert parse_amount(text, sign=sign) == (Decimal(amount).quantize(Decimal("0.01")), currency)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("1,23", POINT),
        ("12 34", POINT),
        ("1 2345", POINT),
        ("1'234 567", POINT),
        ("12,34,56", POINT),
        ("1.23", COMMA),
        ("1.2.3", POINT),
        ("abc", POINT),
        ("12 kg", POINT),
        ("", POINT),
        ("-", POINT),
        (".", POINT),
        ("1e999", POINT),
        ("9" * 60, POINT),
        (1e30, POINT),
        (float("nan"), POINT),
        (float("inf"), POINT),
    ],
)
def test_what_is_no_amount_is_refused(text: object, sign: DecimalSign) -> None:
    assert parse_amount(text, sign=sign) is None


@given(cents=CENTS)
def test_an_amount_written_for_people_comes_back_to_the_cent(cents: int) -> None:
    amount = Decimal(cents) / 100
    american = f"{amount:,.2f}"
    european = american.translate(str.maketrans(",.", ".,"))

    assert parse_amount(american, sign=POINT) == (amount, None)
    assert parse_amount(european, sign=COMMA) == (amount, None)


@given(amounts=st.lists(CENTS, min_size=1, max_size=30))
def test_the_evidence_never_rules_out_the_sign_of_the_writer(amounts: list[int]) -> None:
    written = [f"{Decimal(cents) / 100:,.2f}" for cents in amounts]

    assert weigh_sign((shape, 1) for shape in shapes(written)).signs == (POINT,)


@given(text=st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    for sign in DecimalSign:
        found = parse_amount(text, sign=sign)
        assert found is None or found[0] == found[0].quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("core", "sign"),
    [
        ("1234", None),
        ("1.234", None),
        ("1,234", None),
        ("0.234", POINT),
        ("1234.567", POINT),
        ("1.23", POINT),
        ("1,5", COMMA),
        ("1.234.567", COMMA),
        ("1,234.5", POINT),
    ],
)
def test_only_some_amounts_say_their_sign(core: str, sign: DecimalSign | None) -> None:
    assert demanded_sign(core) is sign


def test_a_column_of_thousands_without_cents_is_asked_for() -> None:
    assert weigh_sign([("9,999", 10), ("99,999", 3)]).signs == (POINT, COMMA)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("MXN", "MXN"),
        ("mxn", "MXN"),
        ("M.N.", "MXN"),
        ("Pesos", "MXN"),
        ("Dólares", "USD"),
        ("US$", "USD"),
        ("€", "EUR"),
        ("COP", "COP"),
        ("$", None),
        ("XYZ", None),
        ("", None),
    ],
)
def test_currencies_are_known_by_the_names_of_files(text: str, code: str | None) -> None:
    assert currency_code(text) == code


@given(texts=st.lists(st.from_regex(r"\(?-?[0-9][0-9.,]{0,8}\)?", fullmatch=True), min_size=1, max_size=20))
def test_the_shape_of_an_amount_demands_the_sign_that_the_amount_demands(texts: list[str]) -> None:
    for text, shape in zip(texts, shapes(texts), strict=True):
        assert demanded_sign(shape.strip("()-")) is demanded_sign(text.strip("()-"))

"""The form that machines use of a telephone, an e-mail and an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.contacts import rules
from puntual.contacts.types import PointKind

MEXICAN_NUMBERS = st.from_regex(r"\A(55|33|81|656|664|998|443|229)[2-9][0-9]{7}\Z").map(
    lambda text: text[:10]
)


@pytest.mark.parametrize(
    ("_case", "value", "expected"),
    [
        ("ten digits", "5512345678", "+525512345678"),
        ("ten digits in groups", "55 1234 5678", "+525512345678"),
        ("parentheses and hyphen", "(55) 1234-5678", "+525512345678"),
        ("dots", "55.1234.5678", "+525512345678"),
        ("hard spaces", "55\u00a01234\u00a05678", "+525512345678"),
        ("full-width digits", "５５１２３４５６７８", "+525512345678"),
        ("international", "+52 55 1234 5678", "+525512345678"),
        ("international with zeros", "0052 55 1234 5678", "+525512345678"),
        ("country code without plus", "525512345678", "+525512345678"),
        ("WhatsApp form of a mobile", "5215512345678", "+525512345678"),
        ("WhatsApp form with plus", "+521 55 1234 5678", "+525512345678"),
        ("WhatsApp address of a provider", "whatsapp:+5215512345678", "+525512345678"),
        ("WhatsApp identity", "5215512345678@c.us", "+525512345678"),
        ("WhatsApp identity of a phone", "5215512345678@s.whatsapp.net", "+525512345678"),
        ("a mobile's 1 without country code", "1 55 1234 5678", "+525512345678"),
        ("old long distance", "01 55 1234 5678", "+525512345678"),
        ("old local mobile", "044 55 1234 5678", "+525512345678"),
        ("old distant mobile", "045 664 123 4567", "+526641234567"),
        ("old prefix behind the country code", "+52 044 55 1234 5678", "+525512345678"),
        ("extension", "55 1234 5678 ext. 123", "+525512345678"),
        ("extension in full", "55 1234 5678, extensión 9", "+525512345678"),
        ("extension by x", "5512345678x12", "+525512345678"),
        ("words around", "Tel. oficina: 55 1234 5678", "+525512345678"),
        ("words behind", "conmutador 55 1234 5678 opción 2", "+525512345678"),
        ("a spreadsheet's decimal", "5512345678.0", "+525512345678"),
        ("two numbers by slash: the first", "5512345678/5598765432", "+525512345678"),
        ("two numbers by word: the first", "55 1234 5678 o 33 1234 5678", "+525512345678"),
        ("the first is broken: the second", "12345 / 33 1234 5678", "+523312345678"),
        ("free number", "800 123 4567", "+528001234567"),
        ("United States", "+1 213 373 4253", "+12133734253"),
        ("United States dialled from Mexico", "001 213 373 4253", "+12133734253"),
        ("Spain", "+34 912 345 678", "+34912345678"),
        ("empty", "", None),
        ("spaces", "   ", None),
        ("a word", "no tiene", None),
        ("without area code", "1234 5678", None),
        ("one digit repeated", "5555555555", None),
        ("zeros", "0000000000", None),
        ("nine digits", "551234567", None),
        ("eleven digits that are not a prefix", "55123456789", None),
        ("scientific notation has lost its digits", "5.51E+09", None),
        ("an e-mail", "ana@correo.example", None),
    ],
)
def test_phone(_case: str, value: str, expected: str | None) -> None:
    assert rules.normalize_phone(value) == expected


@pytest.mark.parametrize(
    ("_case", "value", "region", "expected"),
    [
        ("a Colombian mobile at home", "300 123 4567", "CO", "+573001234567"),
        ("a 1 before ten digits is North America there", "1 213 373 4253", "US", "+12133734253"),
        ("a Mexican number seen from elsewhere", "+521 55 1234 5678", "US", "+525512345678"),
    ],
)
def test_phone_of_another_region(_case: str, value: str, region: str, expected: str) -> None:
    assert rules.normalize_phone(value, region) == expected


@given(
    number=MEXICAN_NUMBERS, prefix=st.sampled_from(["", "+52", "52", "521", "+521", "01", "044", "045", "1"])
)
def test_every_way_to_dial_a_mexican_number_meets_in_one(number: str, prefix: str) -> None:
    plain = rules.normalize_phone(number)

    assert rules.normalize_phone(prefix + number) == plain
    assert plain is None or rules.normalize_phone(plain) == plain == f"+52{number}"


@given(text=st.text(max_size=40))
def test_any_text_is_either_no_phone_or_a_stable_one(text: str) -> None:
    number = rules.normalize_phone(text)

    assert number is None or (number.startswith("+") and number[1:].isascii() and number[1:].isdigit())
    assert number is None or rules.normalize_phone(number) == number


@pytest.mark.parametrize(
    ("_case", "value", "expected"),
    [
        ("plain", "ana@correo.example", "ana@correo.example"),
        ("capitals", "Ana.Lopez@Correo.Example", "ana.lopez@correo.example"),
        ("spaces around", "  ana@correo.example ", "ana@correo.example"),
        ("display name", "Ana López <ana@correo.example>", "ana@correo.example"),
        ("quoted display name", '"López, Ana" <ana@correo.example>', "ana@correo.example"),
        ("link", "mailto:ana@correo.example", "ana@correo.example"),
        ("link in capitals", "MAILTO:ana@correo.example", "ana@correo.example"),
        ("full stop behind", "ana@correo.example.", "ana@correo.example"),
        ("two by semicolon: the first", "ana@correo.example; luis@correo.example", "ana@correo.example"),
        ("two by comma: the first", "ana@correo.example,luis@correo.example", "ana@correo.example"),
        ("the first is broken: the second", "ana@; luis@correo.example", "luis@correo.example"),
        ("tag", "ana+facturas@correo.example", "ana+facturas@correo.example"),
        ("domain with ñ", "ana@ñandú.example", "ana@xn--and-6ma2c.example"),
        ("many labels", "a@b.c.d.example", "a@b.c.d.example"),
        ("empty", "", None),
        ("a word", "no tiene", None),
        ("no domain", "ana@", None),
        ("no local part", "@correo.example", None),
        ("no dot in the domain", "ana@localhost", None),
        ("two signs", "ana@@correo.example", None),
        ("two dots", "ana..lopez@correo.example", None),
        ("dot before the sign", "ana.@correo.example", None),
        ("empty label", "ana@correo..example", None),
        ("label starts with hyphen", "ana@-correo.example", None),
        ("an address of a machine", "ana@10.0.0.1", None),
        ("accent in the local part", "maría@correo.example", None),
        ("local part too long", "a" * 65 + "@correo.example", None),
        ("address too long", "a" * 60 + "@" + ".".join(["b" * 60] * 4), None),
        ("label too long", "ana@" + "b" * 64 + ".example", None),
        ("a line break cannot smuggle a header", "ana@correo.example\nBcc: x", "ana@correo.example"),
        ("a telephone", "55 1234 5678", None),
    ],
)
def test_email(_case: str, value: str, expected: str | None) -> None:
    assert rules.normalize_email(value) == expected


@given(text=st.text(max_size=60))
def test_any_text_is_either_no_email_or_a_stable_one(text: str) -> None:
    address = rules.normalize_email(text)

    assert address is None or rules.normalize_email(address) == address
    assert address is None or (address.isascii() and not any(letter.isspace() for letter in address))


@given(name=st.emails())
def test_what_is_taken_keeps_its_sign_and_has_no_capitals(name: str) -> None:
    address = rules.normalize_email(name)

    assert address is None or (address.count("@") == 1 and address == address.lower())


@given(
    text=st.one_of(
        st.emails(),
        st.from_regex(r"[a-z0-9_+.-]{1,66}@[a-z0-9.-]{1,40}\.[a-z0-9]{1,4}", fullmatch=True),
    )
)
def test_an_address_that_stands_alone_is_read_as_one_in_angles(text: str) -> None:
    """What needs no change is told at a glance; in angles every address goes the long way."""
    assert rules.normalize_email(text) == rules.normalize_email(f"<{text}>")


@given(text=st.text("0123456789 ()-", max_size=16))
def test_a_number_that_stands_alone_is_read_as_one_of_a_messenger(text: str) -> None:
    """Ten digits are told at a glance; behind a prefix every number goes the long way."""
    assert rules.normalize_phone(text) == rules.normalize_phone(f"tel:{text}")


@pytest.mark.parametrize(
    ("_case", "value", "expected"),
    [
        ("accents and capitals", "Av. Álvaro Obregón #15", "av alvaro obregon 15"),
        ("line breaks", "Calle 5\nCol. Centro", "calle 5 col centro"),
        ("empty", "", None),
        ("only signs", " - , ", None),
    ],
)
def test_address(_case: str, value: str, expected: str | None) -> None:
    assert rules.normalize_address(value) == expected


def test_a_long_address_fits_its_column() -> None:
    assert len(rules.normalize_address("calle " * 200) or "") == 300


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (PointKind.EMAIL, "Ana@Correo.example", "ana@correo.example"),
        (PointKind.PHONE, "044 55 1234 5678", "+525512345678"),
        (PointKind.ADDRESS, "Calle  Ñ", "calle n"),
        (PointKind.EMAIL, "5512345678", None),
        (PointKind.PHONE, "ana@correo.example", None),
    ],
)
def test_each_kind_has_its_form(kind: PointKind, value: str, expected: str | None) -> None:
    assert rules.normalize(kind=kind, value=value) == expected


@given(text=st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert rules.fold(rules.fold(text)) == rules.fold(text)

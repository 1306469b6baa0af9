"""The tax ids of the demo are computed by the published rules."""

from datetime import date

import pytest
from stdnum.mx import rfc as standard

from puntual.demo.generator import rfc


@pytest.mark.parametrize(
    ("_case", "given_name", "paternal", "maternal", "born", "expected"),
    [
        # The first two are the examples of the authority's own instructions.
        ("plain", "Juan", "Barrios", "Fernández", date(1970, 12, 13), "BAFJ701213SBA"),
        ("complete", "Emma", "Gómez", "Díaz", date(1956, 12, 31), "GODE561231GR8"),
        ("second name after José", "José Antonio", "Del Río", "López", date(1980, 1, 2), "RILA800102"),
        ("second name after María", "María del Carmen", "Peña", "Cruz", date(1981, 3, 4), "PECC810304"),
        ("short surname", "Álvaro", "Ek", "Pech", date(1990, 5, 6), "EPAL900506"),
        ("compound surname", "Rosa", "Montes de Oca", "De la Cruz", date(1975, 7, 8), "MOCR750708"),
        ("no inner vowel", "Luis", "Rdz", "Soto", date(1975, 7, 8), "RXSL750708"),
        ("word not allowed", "Ernesto", "Pérez", "Nava", date(1975, 7, 8), "PENX750708"),
        ("initial with tilde", "Ana", "Ñáñez", "Ku", date(2000, 2, 29), "ÑAKA000229"),
    ],
)
def test_person(_case, given_name, paternal, maternal, born, expected):
    tax_id = rfc.person_tax_id(given_name=given_name, paternal=paternal, maternal=maternal, born=born)

    assert tax_id.startswith(expected)
    assert standard.validate(tax_id, validate_check_digits=True) == tax_id


@pytest.mark.parametrize(
    ("_case", "name", "letters"),
    [
        ("three words", "Muebles Finos Garza", "MFG"),
        ("particles do not count", "Galería del Mueble La Victoria", "GMV"),
        ("two words", "Casa Girón", "CGI"),
        ("one word", "Ollin", "OLL"),
        ("very short", "Uc", "UCX"),
    ],
)
def test_company(_case, name, letters):
    tax_id = rfc.company_tax_id(name=name, incorporated=date(1999, 4, 30))

    assert tax_id[:9] == letters + "990430"
    assert standard.validate(tax_id, validate_check_digits=True) == tax_id


def test_wrong_check_digit_is_wrong_for_every_last_digit():
    stems = [f"CGI990430{a}{b}" for a in "1A9" for b in "1ZK7"]
    tax_ids = [stem + rfc.check_digit(stem) for stem in stems]

    assert all(standard.is_valid(t, validate_check_digits=True) for t in tax_ids)
    assert not any(
        standard.is_valid(rfc.with_wrong_check_digit(t), validate_check_digits=True) for t in tax_ids
    )

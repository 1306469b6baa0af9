"""A person is greeted by the first name where it is clear, and never by a surname."""

import pytest

from puntual.lib.given_names import greeting_of


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("María Ñandú Peón", "María"),
        ("María José Canul Pech", "María José"),
        ("José Luis Pérez", "José Luis"),
        ("Juan de Dios Ramírez Soto", "Juan de Dios"),
        ("María de los Ángeles Ruiz Mora", "María de los Ángeles"),
        ("María del Carmen García Ruiz", "María del Carmen"),
        ("José de Jesús Padilla", "José de Jesús"),
        ("Juan de la Cruz Pérez", "Juan"),
        ("Martín De la Garza Ibáñez", "Martín"),
        ("Juan del Ángel Mora", "Juan"),
        ("Ana Martín López", "Ana"),
        ("Luis Ángel Torres Vega", "Luis Ángel"),
        ("Ana López", "Ana"),
        ("Patricia Santiago De León", "Patricia"),
        ("Miriam Santiago Montes de Oca", "Miriam"),
        ("Teresa Baltazar Gutiérrez", "Teresa"),
        ("MARÍA FERNANDA PLASCENCIA ORTIZ", "María Fernanda"),
        ("JUAN DE DIOS RAMÍREZ SOTO", "Juan de Dios"),
        ("josé antonio villaseñor orozco", "José Antonio"),
        ("Pérez López, Juan Carlos", "Juan Carlos"),
        ("  Ana   María  Ortiz Sánchez ", "Ana María"),
        # Surnames first, or no name that is known: all of it.
        ("Pérez López Juan Carlos", "Pérez López Juan Carlos"),
        ("Santiago Flores María", "Santiago Flores María"),
        ("Xunaan Dzul Ek", "Xunaan Dzul Ek"),
        ("Muebles y Colchones Pacheco", "Muebles y Colchones Pacheco"),
        ("", ""),
    ],
)
def test_a_person_is_greeted_by_the_first_name(name: str, greeting: str) -> None:
    assert greeting_of(name=name, short_name="", is_person=True) == greeting


def test_a_firm_is_greeted_by_its_name_and_everybody_as_the_company_calls_them() -> None:
    assert greeting_of(name="María Bonita, S.A. de C.V.", short_name="", is_person=False) == (
        "María Bonita, S.A. de C.V."
    )
    assert greeting_of(name="María Pérez Ruiz", short_name="Doña Mari", is_person=True) == "Doña Mari"
    assert greeting_of(name="Hoteles del Sur, S.A.", short_name="Hoteles del Sur", is_person=False) == (
        "Hoteles del Sur"
    )

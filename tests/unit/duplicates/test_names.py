"""Names of one firm, written by two hands, are alike; names of two are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.duplicates.rules import names


def score(first: str, second: str, *, is_person: bool = False) -> int:
    """Compare two names as they were written."""
    one, other = (names.parts_of(name=name, is_person=is_person) for name in (first, second))
    both = names.name_score(first=one, second=other, is_person=is_person)
    assert both == names.name_score(first=other, second=one, is_person=is_person)
    return both


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Aceros Tula S.A. de C.V.", "SA DE CV"),
        ("Aceros Tula, S. A. de C. V.", "SA DE CV"),
        ("ACEROS TULA SA DE CV", "SA DE CV"),
        ("Aceros Tula Sociedad Anónima de Capital Variable", "SA DE CV"),
        ("Aceros Tula S.A.B. de C.V.", "SAB DE CV"),
        ("Aceros Tula S.A.P.I. de C.V.", "SAPI DE CV"),
        ("Aceros Tula SAPI", "SAPI"),
        ("Aceros Tula S. de R.L. de C.V.", "S DE RL DE CV"),
        ("Aceros Tula S de RL", "S DE RL"),
        ("Aceros Tula S.R.L.", "S DE RL"),
        ("Aceros Tula S.A. de C.V., SOFOM E.N.R.", "SA DE CV"),
        ("Aceros Tula S.C.", "SC"),
        ("Aceros Tula A.C.", "AC"),
        ("Aceros Tula S.A.S.", "SAS"),
        ("Aceros Tula SAS BIC", "SAS"),
        ("Aceros Tula Ltda.", "LTDA"),
        ("Aceros Tula y Cía. Ltda.", "LTDA"),
        ("Aceros Tula Limitada", "LTDA"),
        ("Aceros Tula SpA", "SPA"),
        ("Aceros Tula E.I.R.L.", "EIRL"),
        ("Aceros Tula S.A.C.", "SAC"),
        ("Aceros Tula S.A.A.", "SAA"),
        ("Aceros Tula S.A.U.", "SAU"),
        ("Aceros Tula S/A", "SA"),
        ("Aceros Tula Ltda ME", "LTDA"),
        ("Aceros Tula EIRELI", "EIRELI"),
        ("Aceros Tula C.A.", "CA"),
        ("Aceros Tula, LLC", "LLC"),
        ("Aceros Tula Inc.", "INC"),
        ("Aceros Tula Co., Ltd.", "LTD"),
        ("Aceros Tula S.A. de C.V. en liquidación", "SA DE CV"),
        ("Aceros Tula", ""),
    ],
)
def test_legal_forms_are_read_and_left_out(written: str, form: str) -> None:
    parts = names.parts_of(name=written, is_person=False)

    assert (parts.core, parts.legal_form) == (("aceros", "tula"), form)


def test_a_name_that_is_a_legal_form_stays_a_name() -> None:
    assert names.parts_of(name="SAS", is_person=False).core == ("sas",)
    assert names.parts_of(name="Grupo México, S.A.B. de C.V.", is_person=False).core == ("grupo", "mexico")


SAME = [
    ("Comercializadora del Norte, S.A. de C.V.", "COMERCIALIZADORA DEL NORTE"),
    ("López y Asociados, S.C.", "Lopez & Asociados"),
    ("Cía. Minera Ángel S.A.", "COMPAÑIA MINERA ANGEL, S. A."),
    ("Distrib. La Luna Ltda.", "Distribuidora La Luna Limitada"),
    ("Transp. Hnos. Ibarra", "Transportes Hermanos Ibarra"),
    ("Tienda 07", "TIENDA 7"),
    ("7-Eleven México", "7 ELEVEN MEXICO S.A. DE C.V."),
    ("BJ'S", "BJS"),
    ("Wal-Mart", "WALMART"),
    ("La Casa de la Abuela", "Casa Abuela"),
    ("Ibarra Ferretería", "Ferretería Ibarra"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_one_name_written_by_two_hands(first: str, second: str) -> None:
    assert score(first, second) == 100


@pytest.mark.parametrize(
    ("first", "second", "least"),
    [
        ("Ferretería González", "Ferreteria Gonsales", 90),
        ("Comercializadora Hernadez del Bajío", "Comercializadora Hernández del Bajío", 90),
        ("Grupo Textil Oropeza", "Textil Oropeza", 90),
        ("Papelería Guadiana", "Papeleria Guardiana", 80),
        ("Bodegas Zaragoza Monterrey", "Bodegas Zaragosa Monterey", 90),
        ("Industrias Kuautitlan", "Industrias Cuautitlán", 95),
        ("Home Depot", "HomeDepot México S. de R.L. de C.V.", 90),
    ],
)
def test_a_slip_of_the_pen_leaves_names_alike(first: str, second: str, least: int) -> None:
    assert least <= score(first, second) < 100


OTHERS = [
    ("Comercializadora del Norte SA", "Comercializadora del Sur SA"),
    ("Farmacia San José Oriente", "Farmacia San José Poniente"),
    ("Tienda 12", "Tienda 21"),
    ("Inversiones Ruiz III", "Inversiones Ruiz IV"),
    ("Banco A", "Banco B"),
    ("Transportes López", "Refacciones López"),
    ("Transportes Martínez", "Transportes Jiménez"),
    ("Café Sol", "Café Luna"),
    ("Hotel Cancún", "Hotel Cozumel"),
    ("Aceros Marina", "Aceros Martina"),
    ("Bimbo", "Bimba"),
    ("Muebles del Valle", "Muebles del Valle Monterrey"),
    ("Constructora Alfa", "Constructora Alfa Beta"),
    ("Fundación Ibarra", "Sistemas Ibarra"),
    ("Coca Cola", "Pepsi Cola"),
    ("Del Monte", "Del Valle"),
]


@pytest.mark.parametrize(("first", "second"), OTHERS)
def test_two_names_are_two(first: str, second: str) -> None:
    assert score(first, second) < 90


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("PÉREZ LÓPEZ JUAN", "Juan Pérez López"),
        ("Ma. Gpe. Hdez. Ríos", "María Guadalupe Hernández Ríos"),
        ("Lic. Ana Ruiz Soto", "Ana Ruiz Soto"),
        ("Fco. de la Cruz Glez.", "Francisco Cruz González"),
    ],
)
def test_a_person_is_one_in_any_order(first: str, second: str) -> None:
    assert score(first, second, is_person=True) == 100


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("José Luis García", "José García"),
        ("Juan Pérez López", "Juan Pérez Ruiz"),
        ("Rosa Martín", "Rosales Martínez"),
        ("Mario Ruiz Soto", "María Ruiz Soto"),
    ],
)
def test_two_persons_are_two(first: str, second: str) -> None:
    assert score(first, second, is_person=True) < 95


_WORDS = st.text(alphabet="abcdefghijklmnñopqrstuvwxyzáéíóú", min_size=3, max_size=12)


@given(st.lists(_WORDS, min_size=1, max_size=5), st.sampled_from(["S.A. de C.V.", "LTDA", "S.A.S.", ""]))
def test_any_name_is_itself_with_any_legal_form(words: list[str], form: str) -> None:
    name = " ".join(words)

    # A word that is itself a legal form at the end goes with it: on both sides alike.
    assert score(name, f"{name.upper()} {form}") == 100


@given(st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_any_two_texts_have_a_score(first: str, second: str, is_person: bool) -> None:
    assert 0 <= score(first, second, is_person=is_person) <= 100

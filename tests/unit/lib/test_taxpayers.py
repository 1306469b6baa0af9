"""Firm or person: one table for every door."""

import pytest

from puntual.intake.rules.staged import kind_by_evidence
from puntual.lib.taxpayers import is_firm
from puntual.portfolio import rules as portfolio

FIRM, PERSON, UNKNOWN = True, False, None
GENERIC, FOREIGN = "XAXX010101000", "XEXX010101000"
CASES = [
    # The tax id speaks first.
    ("María Hernández López", "HELM850101AB1", PERSON),
    ("Aceros del Norte, S.A. de C.V.", "HELM850101AB1", PERSON),
    ("Lo que sea", "MNU010101AB1", FIRM),
    ("Lo que sea", "mnu-010101-ab1", FIRM),
    ("Lo que sea", "A&B010101AB1", FIRM),
    ("Lo que sea", "ÑUÑO800101AB1", PERSON),
    # One that stands for anybody, or none, leaves it to the name.
    ("Aceros del Norte Sociedad Anónima de Capital Variable", GENERIC, FIRM),
    ("Público en general", GENERIC, UNKNOWN),
    ("Smith Trading LLC", FOREIGN, FIRM),
    ("John Smith", FOREIGN, UNKNOWN),
    ("Fierros del Norte, S. de R.L. de C.V.", "", FIRM),
    ("Fierros del Norte, S. A. de C. V.", "", FIRM),
    ("FIERROS DEL NORTE SA DE CV", "", FIRM),
    ("Despacho Ruiz y Asociados, S.C.", "", FIRM),
    ("Casa Hogar Luz, I.A.P.", "", FIRM),
    ("Tecnologías Mar, S.A.P.I. de C.V.", "", FIRM),
    ("Servicios Mar Sociedad de Responsabilidad Limitada de Capital Variable", "", FIRM),
    ("Amigos del Bosque, Asociación Civil", "", FIRM),
    ("Municipio de Zapopan", "", FIRM),
    ("Universidad del Valle", "", FIRM),
    ("SYSC llc", "", FIRM),
    ("Comercial Andina SpA", "", FIRM),
    ("Ana Ruiz", "", UNKNOWN),
    ("Ana Sáenz Corpus", "", UNKNOWN),
    ("Socorro Sánchez", "sin RFC", UNKNOWN),
    ("Ana Ruiz", "RUPA800101", UNKNOWN),
    ("", "", UNKNOWN),
]


@pytest.mark.parametrize(("name", "tax_id", "expected"), CASES)
def test_every_door_tells_a_firm_from_a_person_alike(name: str, tax_id: str, expected: bool | None) -> None:
    assert is_firm(name=name, tax_id=tax_id) is expected
    kind = "COMPANY" if expected else "PERSON"
    assert portfolio.kind_of(name=name, tax_id=tax_id) == kind
    # The import leaves it open where nothing says it, and the statement that writes it then takes a person.
    assert kind_by_evidence(name=name, tax_id=tax_id) == ("" if expected is None else kind)

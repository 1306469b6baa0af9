"""Who is compared, and what is proposed of it."""

import tracemalloc
from itertools import count

import pytest

from puntual.duplicates.rules import pairs
from puntual.duplicates.types import Candidate, EvidenceCode, NewProposal, Strength

_ids = count(1)
NONE: frozenset[tuple[int, int]] = frozenset()


def firm(name: str, **fields: object) -> Candidate:
    """Make a firm."""
    return Candidate(id=next(_ids), is_person=False, name=name, **fields)  # type: ignore[arg-type]


def person(name: str, **fields: object) -> Candidate:
    """Make a person."""
    return Candidate(id=next(_ids), is_person=True, name=name, **fields)  # type: ignore[arg-type]


def proposed(*candidates: Candidate) -> list[NewProposal]:
    """Look for duplicates."""
    return pairs.proposals(candidates=candidates, rejected=NONE)[0]


def strength_of(first: Candidate, second: Candidate) -> Strength | None:
    """Say how strongly a pair is proposed."""
    found = proposed(first, second)
    return found[0].strength if found else None


MAIL = frozenset({"pagos@tula.example"})
PHONE = frozenset({"+525555555555"})


@pytest.mark.parametrize(
    ("_case", "first", "second", "strength"),
    [
        (
            "one tax id",
            firm("Aceros Tula", tax_id="ATU010101AB1"),
            firm("Otra Cosa", tax_id="atu-010101-ab1"),
            "STRONG",
        ),
        (
            "one tax id and name",
            firm("Tula", tax_id="ATU010101AB1"),
            firm("Tula", tax_id="ATU010101AB1"),
            "STRONG",
        ),
        ("one name", firm("Aceros Tula SA"), firm("ACEROS TULA"), "LIKELY"),
        ("one name, other form", firm("Aceros Tula SA de CV"), firm("Aceros Tula S de RL"), "POSSIBLE"),
        (
            "one name, other state",
            firm("Aceros Tula", state="Jalisco"),
            firm("Aceros Tula", state="Puebla"),
            "POSSIBLE",
        ),
        (
            "like names, one mail",
            firm("Aceros Tula", emails=MAIL),
            firm("Aceros Tula Norte", emails=MAIL),
            "LIKELY",
        ),
        (
            "a number that lost its zeros",
            firm("KROG us", external_id="0140106293"),
            firm("KROG trust", external_id="140106293"),
            "STRONG",
        ),
        (
            "typo in the tax id",
            firm("Aceros Tula", tax_id="ATU010101AB1"),
            firm("Aceros Tula", tax_id="ATU010101AB7"),
            "LIKELY",
        ),
        (
            "typo in the name",
            firm("Comercializadora Hernadez Bajío"),
            firm("Comercializadora Hernández Bajío"),
            "POSSIBLE",
        ),
        (
            "typo, one place",
            firm("Bodegas Zaragoza", postal_code="64000"),
            firm("Bodegas Saragoza", postal_code="64000"),
            "LIKELY",
        ),
        (
            "person, one phone",
            person("Ana Ruiz Soto", phones=PHONE),
            person("RUIZ SOTO ANA", phones=PHONE),
            "LIKELY",
        ),
        (
            "person, one birth date",
            person("Ana Ruiz Soto", tax_id="RUSA800101AB1"),
            person("Ana Ruiz Soto", tax_id="RUSA800101XX0"),
            "LIKELY",
        ),
        (
            "person, one place",
            person("Ana Ruiz Soto", postal_code="64000"),
            person("Ana Ruiz Soto", postal_code="64000"),
            "POSSIBLE",
        ),
        ("a firm called a person", person("Aceros Tula SA de CV"), firm("Aceros Tula SA de CV"), "LIKELY"),
    ],
)
def test_proposed(_case: str, first: Candidate, second: Candidate, strength: str) -> None:
    assert strength_of(first, second) == strength


@pytest.mark.parametrize(
    ("_case", "first", "second"),
    [
        (
            "two tax ids",
            firm("Aceros Tula", tax_id="ATU010101AB1"),
            firm("Aceros Tula", tax_id="XYZ990909ZZ9"),
        ),
        (
            "two tax ids, one mail",
            firm("Tula", tax_id="ATU010101AB1", emails=MAIL),
            firm("Tula", tax_id="XYZ990909ZZ9", emails=MAIL),
        ),
        ("the public's tax id", firm("Uno", tax_id="XAXX010101000"), firm("Dos", tax_id="XAXX010101000")),
        ("zeros for a tax id", firm("Uno", tax_id="00000000000"), firm("Dos", tax_id="00000000000")),
        ("one mail, other names", firm("Aceros Tula", emails=MAIL), firm("Papelería Luna", emails=MAIL)),
        ("branches", firm("Farmacia Paz Norte", emails=MAIL), firm("Farmacia Paz Sur", emails=MAIL)),
        ("numbered branches", firm("Tienda 12", emails=MAIL), firm("Tienda 21", emails=MAIL)),
        ("one name, other form and state", firm("Tula SA", state="Jalisco"), firm("Tula LLC", state="Texas")),
        ("a name of two letters", firm("US us"), firm("US corp")),
        (
            "numbers that are alike, names that are not",
            firm("Ceiba", external_id="0012345"),
            firm("Nogal", external_id="12345"),
        ),
        ("short numbers", firm("Ana Ruiz Norte", external_id="007"), firm("Ana Ruiz Sur", external_id="7")),
        ("a word more", firm("Muebles del Valle"), firm("Muebles del Valle Monterrey")),
        ("homonyms", person("María García Hernández"), person("María García Hernández")),
        (
            "one house, two persons",
            person("Mario Ruiz Soto", phones=PHONE),
            person("Elena Paz Gil", phones=PHONE),
        ),
        (
            "a person and a namesake firm far away",
            person("Ana Ruiz Soto", state="Puebla"),
            firm("Ana Ruiz Soto", state="Sonora"),
        ),
    ],
)
def test_not_proposed(_case: str, first: Candidate, second: Candidate) -> None:
    assert proposed(first, second) == []


def test_what_speaks_for_and_against_is_told() -> None:
    first = firm("Aceros Tula SA", tax_id="ATU010101AB1", emails=MAIL, state="Jalisco", postal_code="44100")
    second = firm("ACEROS TULA LTDA", tax_id="ATU010101AB1", emails=MAIL, state="Puebla", postal_code="44100")

    (found,) = proposed(first, second)

    assert found.evidence == (
        EvidenceCode.SAME_TAX_ID,
        EvidenceCode.SAME_EMAIL,
        EvidenceCode.SAME_POSTAL_CODE,
        EvidenceCode.SAME_NAME,
        EvidenceCode.OTHER_STATE,
        EvidenceCode.OTHER_LEGAL_FORM,
    )
    assert found.name_score == 100


def test_eleven_spellings_are_ten_proposals_of_one_group() -> None:
    endings = ("", "SA", "S.A.", "corp", "llc", "us", "in", "co", "foundation", "trust", "systems")
    spellings = [firm(f"WAL-MAR {ending}") for ending in endings]

    found = proposed(*spellings)

    assert len(found) == 10
    assert {one.group_id for one in found} == {spellings[0].id}
    joined = {one.low_id for one in found} | {one.high_id for one in found}
    assert joined == {one.id for one in spellings}


def test_a_rejected_pair_is_left_out_and_the_others_stay() -> None:
    first, second, third = firm("Aceros Tula"), firm("ACEROS TULA"), firm("Aceros Tula SA")

    found, _customers, _compared = pairs.proposals(
        candidates=[first, second, third], rejected=frozenset({(first.id, second.id)})
    )

    assert (first.id, second.id) not in {(one.low_id, one.high_id) for one in found}
    assert len(found) == 2


def test_an_address_of_a_crowd_tells_nothing() -> None:
    names = ["Tula", "Luna", "Roble", "Ceiba", "Encino", "Nogal", "Pino"]
    crowd = [person(f"Ana {name} Soto", emails=MAIL) for name in names]

    found, customers, compared = pairs.proposals(candidates=crowd, rejected=NONE)

    assert (found, customers, compared) == ([], len(names), 0)


def test_comparisons_grow_with_the_customers_and_not_with_their_square() -> None:
    def compared(size: int) -> int:
        many = [firm(f"Comercializadora {'abcdefghij'[n % 10]}norte{n} Ruiz") for n in range(size)]
        return pairs.proposals(candidates=many, rejected=NONE)[2]

    small, large = compared(500), compared(5_000)

    assert large <= max(small, 500) * 20


def test_a_customer_takes_little_memory() -> None:
    many = (
        firm(
            f"Comercializadora Norte {n} SA de CV", emails=frozenset({f"c{n}@x.example"}), postal_code="37000"
        )
        for n in range(20_000)
    )
    tracemalloc.start()

    _found, customers, _compared = pairs.proposals(candidates=many, rejected=NONE)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak / customers < 1_100


@pytest.mark.parametrize(
    ("_case", "first", "second", "strength", "evidence"),
    [
        ("nothing alike", firm("Aceros Tula"), firm("Grupo Hidalgo"), "POSSIBLE", {"OTHER_NAME"}),
        (
            "one name, two tax ids",
            firm("Aceros Tula", tax_id="ATU010101AB1"),
            firm("Aceros Tula", tax_id="GFH020202CD2"),
            "POSSIBLE",
            {"SAME_NAME", "OTHER_TAX_ID"},
        ),
        ("what a search proposes", firm("Aceros Tula SA"), firm("ACEROS TULA"), "LIKELY", {"SAME_NAME"}),
    ],
)
def test_two_that_a_person_takes_for_one_are_weighed(
    _case: str, first: Candidate, second: Candidate, strength: str, evidence: set[str]
) -> None:
    found, _score, codes = pairs.compared(first, second)

    assert (found, set(codes)) == (strength, evidence)

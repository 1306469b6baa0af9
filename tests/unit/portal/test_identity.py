"""Proof of identity: what counts, however it is written, and what never does."""

import pytest

from puntual.companies.types import PortalIdentity
from puntual.portal import identity

TAX_ID = PortalIdentity.TAX_ID
LAST_DIGITS = PortalIdentity.LAST_DIGITS


def accepted(policy: PortalIdentity, **known: object) -> frozenset[str]:
    facts: dict[str, object] = {"tax_id": "", "phones": [], "contracts": []}
    facts.update(known)
    return identity.accepted_answers(policy=policy, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given",
    ["GODE561231GR8", "gode561231gr8", " GODE 561231 GR8 ", "gode-561231-gr8", "GODE.561231/GR8"],
)
def test_tax_id_is_accepted_however_it_is_written(given: str) -> None:
    answers = accepted(TAX_ID, tax_id="GODE-561231 gr8")

    assert identity.is_proven(policy=TAX_ID, given=given, accepted=answers)


@pytest.mark.parametrize("given", ["", "   ", "-", "GODE561231GR", "GODE561231GR88", "1GR8", "GODE"])
def test_part_of_a_tax_id_proves_nothing(given: str) -> None:
    answers = accepted(TAX_ID, tax_id="GODE561231GR8")

    assert not identity.is_proven(policy=TAX_ID, given=given, accepted=answers)


@pytest.mark.parametrize("shared", ["XAXX010101000", "xexx010101000", "XAXX 010101 000"])
def test_tax_ids_of_everybody_prove_nothing(shared: str) -> None:
    answers = accepted(TAX_ID, tax_id=shared)

    assert answers == frozenset()
    assert not identity.is_proven(policy=TAX_ID, given=shared, accepted=answers)


@pytest.mark.parametrize("given", ["", " ", "0000", "GODE561231GR8"])
@pytest.mark.parametrize("policy", [TAX_ID, LAST_DIGITS])
def test_whoever_we_know_nothing_of_cannot_enter(policy: PortalIdentity, given: str) -> None:
    answers = accepted(policy)

    assert not identity.is_proven(policy=policy, given=given, accepted=answers)


def test_last_digits_come_from_telephones_and_contracts() -> None:
    answers = accepted(
        LAST_DIGITS, phones=["+525512345678", "+5281 11"], contracts=["CR-00123-4455", "A1", ""]
    )

    assert answers == frozenset({"5678", "8111", "4455"})


@pytest.mark.parametrize("given", ["5678", " 5678 ", "56 78"])
def test_last_digits_are_accepted(given: str) -> None:
    answers = accepted(LAST_DIGITS, phones=["+525512345678"])

    assert identity.is_proven(policy=LAST_DIGITS, given=given, accepted=answers)


@pytest.mark.parametrize("given", ["678", "45678", "5679", "٥٦٧٨", "5678" + "0" * 60])
def test_other_digits_prove_nothing(given: str) -> None:
    answers = accepted(LAST_DIGITS, phones=["+525512345678"])

    assert not identity.is_proven(policy=LAST_DIGITS, given=given, accepted=answers)


def test_tax_id_does_not_open_a_company_that_agreed_on_digits() -> None:
    answers = accepted(LAST_DIGITS, tax_id="GODE561231GR8", phones=["+525512345678"])

    assert not identity.is_proven(policy=LAST_DIGITS, given="GODE561231GR8", accepted=answers)

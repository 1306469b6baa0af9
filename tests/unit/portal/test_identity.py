"""Proof of identity: what counts, however it is written, and what never does."""

import pytest

from puntual.companies.types import PortalIdentity
from puntual.outreach import rules
from puntual.outreach.types import Proof, ProofKind
from puntual.portal import identity

TAX_ID = PortalIdentity.TAX_ID
LAST_DIGITS = PortalIdentity.LAST_DIGITS
TAX_ID_ONLY = PortalIdentity.TAX_ID_ONLY


def proof(policy: PortalIdentity, **known: object) -> Proof | None:
    facts: dict[str, object] = {"tax_id": "", "phones": [], "contracts": []}
    facts.update(known)
    return rules.proof_of(policy=policy, **facts)  # type: ignore[arg-type]


def is_proven(policy: PortalIdentity, given: str, **known: object) -> bool:
    asked = proof(policy, **known)
    assert asked is not None
    return identity.is_proven(proof=asked, given=given)


PHONE = "+525512345678"


@pytest.mark.parametrize(
    ("policy", "known", "asked"),
    [
        (TAX_ID, {"tax_id": "GODE561231GR8", "phones": [PHONE]}, ProofKind.TAX_ID),
        (TAX_ID, {"phones": [PHONE]}, ProofKind.LAST_DIGITS),
        (TAX_ID, {"tax_id": "XAXX010101000", "phones": [PHONE]}, ProofKind.LAST_DIGITS),
        (TAX_ID, {"tax_id": "XEXX-010101-000", "contracts": ["CR-4455"]}, ProofKind.LAST_DIGITS),
        (TAX_ID, {"tax_id": "XEXX010101000"}, None),
        (TAX_ID, {"tax_id": "sin RFC", "contracts": ["A1"]}, None),
        (TAX_ID, {"tax_id": "0000000000000"}, None),
        (TAX_ID, {}, None),
        (TAX_ID_ONLY, {"phones": [PHONE], "contracts": ["CR-4455"]}, None),
        (TAX_ID_ONLY, {"tax_id": "GODE561231GR8"}, ProofKind.TAX_ID),
        (LAST_DIGITS, {"tax_id": "GODE561231GR8", "phones": [PHONE]}, ProofKind.LAST_DIGITS),
        (LAST_DIGITS, {"tax_id": "GODE561231GR8"}, ProofKind.TAX_ID),
        (LAST_DIGITS, {}, None),
    ],
)
def test_each_debtor_is_asked_for_what_they_can_know(
    policy: PortalIdentity, known: dict[str, object], asked: ProofKind | None
) -> None:
    found = proof(policy, **known)

    assert (found and found.kind) == asked


@pytest.mark.parametrize(
    "given",
    ["GODE561231GR8", "gode561231gr8", " GODE 561231 GR8 ", "gode-561231-gr8", "GODE.561231/GR8"],
)
def test_tax_id_is_accepted_however_it_is_written(given: str) -> None:
    assert is_proven(TAX_ID, given, tax_id="GODE-561231 gr8")


@pytest.mark.parametrize("given", ["", "   ", "-", "GODE561231GR", "GODE561231GR88", "1GR8", "GODE"])
def test_part_of_a_tax_id_proves_nothing(given: str) -> None:
    assert not is_proven(TAX_ID, given, tax_id="GODE561231GR8")


def test_last_digits_come_from_telephones_and_contracts() -> None:
    found = proof(LAST_DIGITS, phones=["+525512345678", "+5281 11"], contracts=["CR-00123-4455", "A1", ""])

    assert found == Proof(ProofKind.LAST_DIGITS, frozenset({"5678", "8111", "4455"}))


@pytest.mark.parametrize("given", ["5678", " 5678 ", "56 78"])
def test_last_digits_are_accepted(given: str) -> None:
    assert is_proven(LAST_DIGITS, given, phones=[PHONE])


@pytest.mark.parametrize("given", ["678", "45678", "5679", "٥٦٧٨", "5678" + "0" * 60])
def test_other_digits_prove_nothing(given: str) -> None:
    assert not is_proven(LAST_DIGITS, given, phones=[PHONE])


def test_tax_id_does_not_open_a_company_that_agreed_on_digits() -> None:
    assert not is_proven(LAST_DIGITS, "GODE561231GR8", tax_id="GODE561231GR8", phones=[PHONE])

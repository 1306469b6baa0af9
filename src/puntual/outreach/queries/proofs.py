"""What a debtor is asked for at the door of the portal."""

from collections.abc import Sequence
from pathlib import Path

from puntual.companies.types import PortalIdentity
from puntual.db import named, rows
from puntual.outreach import rules
from puntual.outreach.types import Proof

_SQL = named.load(Path(__file__).parents[1] / "sql" / "proofs.sql")


def folded_tax_id(*, text: str) -> str:
    """Write a tax id as answers are compared."""
    return rules.folded_tax_id(text)


def proofs_of(*, customer_ids: Sequence[int], policy: PortalIdentity) -> dict[int, Proof]:
    """Say what customers are asked for; those of whom nothing is known that could prove it are left out."""
    found = rows.fetch_all(_SQL["proofs"], {"customer_ids": list(customer_ids)})
    proofs = (
        (customer_id, rules.proof_of(policy=policy, tax_id=tax_id, phones=phones, contracts=contracts))
        for customer_id, tax_id, phones, contracts in found
    )
    return {customer_id: proof for customer_id, proof in proofs if proof is not None}

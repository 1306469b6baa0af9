"""
Proof of identity: does the visitor know what only the debtor should know?

What is asked for is decided where links are made, so that nobody is sent to a door that no answer opens: the full
tax id (RFC), in any capitals and with any spaces or hyphens, or the last four digits of a telephone of the
debtor's own or of a contract number. Whatever is wrong, the answer and the time to it are the same.
"""

import hashlib
import hmac

from puntual.outreach import queries as outreach
from puntual.outreach.types import Proof, ProofKind

GIVEN_LENGTH_MAX = 40


def is_proven(*, proof: Proof, given: str) -> bool:
    """Compare what was given with everything accepted, in a time that tells nothing."""
    if proof.kind is ProofKind.TAX_ID:
        said = outreach.folded_tax_id(text=given[:GIVEN_LENGTH_MAX])
    else:
        said = "".join(given[:GIVEN_LENGTH_MAX].split())
    digest = _digest(said)
    # Something is always compared, and every comparison is made.
    results = [hmac.compare_digest(digest, _digest(answer)) for answer in (*sorted(proof.answers), "")]
    return bool(said) and any(results)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()

"""
Proof of identity: does the visitor know what only the debtor should know?

By the company's choice either the full tax id (RFC), in any capitals and with any spaces or hyphens, or
the last four digits of a telephone of the debtor's own or of a contract number. Whatever is wrong, or
missing on our side, the answer and the time to it are the same.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

from puntual.companies.types import PortalIdentity

DIGITS = 4
GIVEN_LENGTH_MAX = 40
# Tax ids that stand for "the general public" or "a foreigner": everybody knows them, so they prove nothing.
_SHARED_TAX_IDS = frozenset({"XAXX010101000", "XEXX010101000"})
_NOT_A_SIGN = re.compile(r"[\s.\-_/]+")


def folded_tax_id(text: str) -> str:
    """Write a tax id as machines compare it: capitals, no spaces, hyphens or dots."""
    return _NOT_A_SIGN.sub("", text).upper()


def last_digits(text: str) -> str:
    """Return the last four digits of a number however it is written; empty when it has fewer."""
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    return digits[-DIGITS:] if len(digits) >= DIGITS else ""


def accepted_answers(
    *, policy: PortalIdentity, tax_id: str, phones: Iterable[str], contracts: Iterable[str]
) -> frozenset[str]:
    """List what proves identity under a policy; empty when we know nothing that could."""
    if policy is PortalIdentity.TAX_ID:
        folded = folded_tax_id(tax_id)
        return frozenset({folded} if folded and folded not in _SHARED_TAX_IDS else ())
    return frozenset(filter(None, (last_digits(one) for one in (*phones, *contracts))))


def is_proven(*, policy: PortalIdentity, given: str, accepted: frozenset[str]) -> bool:
    """Compare what was given with everything accepted, in a time that tells nothing."""
    if policy is PortalIdentity.TAX_ID:
        said = folded_tax_id(given[:GIVEN_LENGTH_MAX])
    else:
        said = "".join(given[:GIVEN_LENGTH_MAX].split())
    digest = _digest(said)
    # Something is always compared, and every comparison is made.
    results = [hmac.compare_digest(digest, _digest(answer)) for answer in (*sorted(accepted), "")]
    return bool(said) and any(results)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()

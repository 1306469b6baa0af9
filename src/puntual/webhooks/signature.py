"""
Is this really from whom it says, and from now?

The header `X-Puntual-Signature: t=<unix seconds>,v1=<hex>` carries HMAC-SHA256 over `<t>.<raw body>`. The time
is signed too, so an old request cannot be sent again under a new time.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

HEADER = "X-Puntual-Signature"
TOLERANCE = timedelta(minutes=5)
_FORM = re.compile(r"t=(?P<time>[0-9]{1,12}),v1=(?P<digest>[0-9a-f]{64})")


def sign(*, body: bytes, secret: str, at: datetime) -> str:
    """Write the header of a body."""
    moment = int(at.timestamp())
    return f"t={moment},v1={_digest(body=body, secret=secret, moment=moment)}"


def is_valid(*, header: str, body: bytes, secret: str, at: datetime) -> bool:
    """Say whether a header belongs to this body and to this moment; without a secret nothing does."""
    found = _FORM.fullmatch(header)
    if not secret or found is None:
        return False
    moment = int(found["time"])
    expected = _digest(body=body, secret=secret, moment=moment)
    is_fresh = abs(at - datetime.fromtimestamp(moment, tz=UTC)) <= TOLERANCE
    return hmac.compare_digest(expected, found["digest"]) and is_fresh


def _digest(*, body: bytes, secret: str, moment: int) -> str:
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()

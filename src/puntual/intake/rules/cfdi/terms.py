"""Terms of payment as people write them on invoices: "30 días", "Crédito 15 dias", "NET 30", "Contado"."""

import re
from datetime import date, timedelta
from functools import lru_cache

from puntual.intake.rules import words

_DAYS_MAX = 730
_DAYS = re.compile(r"\b(\d{1,3})\s*(?:dias?|d|ds|days?)\b")
_CREDIT = re.compile(r"^(?:credito|plazo|net|neto|n)\s*(?:de|a|por)?\s*(\d{1,3})$")
_NET = re.compile(r"\bnet[ao]?\s*(\d{1,3})\b")
_AT_ONCE = re.compile(r"^(?:pago )?(?:de |al )?(?:contado|inmediato|a la vista|contra entrega|cod|cash)$")
_NUMBER = re.compile(r"\d+")
_IN_BRACKETS = re.compile(r"\([^)]*\)")
# Words under which a number of days does not say when the whole of it falls due.
_UNCLEAR = re.compile(
    r"\b(?:habil|habiles|parcialidad|parcialidades|mensualidades|pagos|exhibiciones|descuento)\b"
)


@lru_cache(maxsize=1024)
def days_of(text: str) -> int | None:
    """Read in how many days an invoice falls due; None when the terms do not say it for sure."""
    plain = words.fold(_IN_BRACKETS.sub(" ", text))
    if not plain or _UNCLEAR.search(plain):
        return None
    if _AT_ONCE.match(plain):
        return 0
    found = {int(days) for days in _NET.findall(plain)}
    if not found and len(set(_NUMBER.findall(plain))) == 1:
        one = _DAYS.search(plain) or _CREDIT.match(plain)
        found = {int(one[1])} if one else found
    days = found.pop() if len(found) == 1 else None
    return days if days is not None and days <= _DAYS_MAX else None


def due_date(issued: str, days: int | None) -> str:
    """Count days on from the day of issue; empty when there are none to count, or no day to count from."""
    if days is None:
        return ""
    try:
        return (date.fromisoformat(issued) + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        return ""

"""Whom a condition is true of, in words and numbers, while somebody builds it."""

from typing import Any

from puntual.assessment import queries as assessment
from puntual.assessment.types import Clock

_SHOWN_CUSTOMERS = 3


def effect_of(*, raw: Any, currency: str, demanded_by: Clock | None = None) -> dict[str, Any]:
    """
    Say whom a condition, as plans write it, is true of now; or what is wrong with it.

    `demanded_by`: count by what may be asked for at that moment, not by all that is owed.
    """
    condition, wrong = assessment.understood(raw=raw, currency=currency)
    if condition is None:
        return {"wrong": wrong}
    if raw is None:
        return {"is_empty": True}
    left_out = 0
    if demanded_by is None:
        found = assessment.matches(condition=condition, limit=_SHOWN_CUSTOMERS)
    else:
        found, left_out = assessment.demanded_matches(
            condition=condition, clock=demanded_by, limit=_SHOWN_CUSTOMERS
        )
    return {
        "condition": condition,
        "words": assessment.condition_words(condition=condition),
        "found": found,
        "left_out": left_out,
        "parts": [(one.currency, one.ratio) for one in found.overdue if one.whole_amount],
    }

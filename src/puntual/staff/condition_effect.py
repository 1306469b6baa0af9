"""Whom a condition is true of, in words and numbers, while somebody builds it."""

from typing import Any

from puntual.assessment import queries as assessment

_SHOWN_CUSTOMERS = 3


def effect_of(*, raw: Any, currency: str) -> dict[str, Any]:
    """Say whom a condition, as plans write it, is true of now; or what is wrong with it."""
    condition, wrong = assessment.understood(raw=raw, currency=currency)
    if condition is None:
        return {"wrong": wrong}
    if raw is None:
        return {"is_empty": True}
    found = assessment.matches(condition=condition, limit=_SHOWN_CUSTOMERS)
    return {
        "condition": condition,
        "words": assessment.condition_words(condition=condition),
        "found": found,
        "parts": [(one.currency, one.ratio) for one in found.overdue if one.whole_amount],
    }

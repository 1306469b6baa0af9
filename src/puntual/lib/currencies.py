"""Currencies of ISO 4217 that are in use: legal tender somewhere, and the units of account of Latin America."""

from babel.core import get_global

# Debts are agreed in them though nobody has coins of them: UF, UDI, UVR, UI.
_UNITS_OF_ACCOUNT = frozenset({"CLF", "MXV", "COU", "UYI"})


def _in_use() -> frozenset[str]:
    tender = get_global("territory_currencies").values()
    return frozenset(
        code
        for history in tender
        for code, _since, until, is_tender in history
        if is_tender and until is None
    )


CURRENCIES = _in_use() | _UNITS_OF_ACCOUNT


def is_currency(*, code: str) -> bool:
    """Say whether money may be told in a currency: no test codes, metals, nor currencies of the past."""
    return code in CURRENCIES

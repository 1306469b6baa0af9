"""Which currencies money may be told in."""

import pytest

from puntual.lib.currencies import is_currency


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *[
            (code, True)
            for code in ("MXN", "USD", "EUR", "COP", "CLP", "PEN", "ARS", "UYU", "VES", "PYG", "BRL")
        ],
        *[(code, True) for code in ("CLF", "MXV")],
        # No currency, a test, gold, and currencies of the past.
        *[(code, False) for code in ("XXX", "XTS", "XAU", "MXP", "DEM", "VEF", "", "mxn", "$", "ZZZ")],
    ],
)
def test_only_currencies_in_use_are_money(code: str, expected: bool) -> None:
    assert is_currency(code=code) is expected

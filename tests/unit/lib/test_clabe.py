"""The check digit of a CLABE."""

import pytest

from puntual.lib import clabe


@pytest.mark.parametrize(
    ("_case", "text", "is_valid"),
    [
        ("published example", "032180000118359719", True),
        ("last digit off", "032180000118359718", False),
        ("a digit off", "032180000118359819", False),
        ("too short", "03218000011835971", False),
        ("letters", "03218000011835971A", False),
        ("other digits", "０32180000118359719", False),
        ("empty", "", False),
    ],
)
def test_check_digit(_case: str, text: str, is_valid: bool) -> None:
    assert clabe.is_valid(clabe=text) is is_valid

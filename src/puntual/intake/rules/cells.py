"""One cell: its text, ids that spreadsheets mangle, lists."""

import re
from datetime import date, datetime

_TEXT_FORMULA = re.compile(r'^="(.*)"$')
_BLANKS = re.compile(r"[ \t\u00a0\u2007\u202f\ufeff\u200b]+")
_INVISIBLE = "\ufeff\u200b"
_FLOAT_ID = re.compile(r"^\d+\.0+$")
# Excel shortened a long number and its digits are gone: 7.50123E+12.
_SHORTENED = re.compile(r"^\d(?:[.,]\d+)?E\+\d{2,3}$", re.IGNORECASE)
# Excel keeps 15 digits of a number.
_EXACT_MAX = 1e15
_EXACT_DIGITS = 15
_NUMBER = re.compile(r"^[+-]?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$")
_BETWEEN = re.compile(r"\s*[;,|\n]\s*")


class MangledId(ValueError):
    """A spreadsheet has already lost digits of this number."""


def text_of(value: object) -> str:
    """Write a cell as text: whole numbers without decimals, days as ISO, blanks at the ends taken off."""
    if isinstance(value, str):
        text = value.strip()
        if text[:1] == "=":
            found = _TEXT_FORMULA.match(text)
            return found[1].strip() if found else text
        # Blanks that only look like a space are not printable.
        return text if text.isprintable() else _BLANKS.sub(" ", text)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def raw_of(value: object) -> str:
    """Write a cell as it stood, in a form that the database takes."""
    text = value if isinstance(value, str) else text_of(value)
    return text if text.isprintable() else _storable(text)


def _storable(text: str) -> str:
    return "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)


def is_damaged(text: str) -> bool:
    """Say whether a cell has bytes that the encoding of the file does not know."""
    return "\0" in text or any("\ud800" <= char <= "\udfff" for char in text)


def is_blank(value: object) -> bool:
    """Say whether a cell holds nothing that a person sees."""
    if not isinstance(value, str):
        return False
    left = value.strip()
    return not left or (left[0] in _INVISIBLE and not left.strip(_INVISIBLE))


def is_float_id(text: str) -> bool:
    """Say whether a number was written by a program that took an id for a quantity."""
    return bool(_FLOAT_ID.match(text))


def id_of(value: object, *, is_float_column: bool) -> str:
    """
    Read an id, exactly: leading zeros stay, an apostrophe that only marks text goes.

    Raises: MangledId when a spreadsheet has shortened it.
    """
    if isinstance(value, float):
        if abs(value) >= _EXACT_MAX:
            raise MangledId(text_of(value))
        return text_of(value)
    text = text_of(value).removeprefix("'")
    if _SHORTENED.match(text):
        raise MangledId(text)
    if is_float_column and _FLOAT_ID.match(text):
        return text.partition(".")[0]
    return text


def number_of(text: str) -> str | float:
    """
    Read what a file says is a number, its cents parted by a point.

    An id kept as a number stays as it is written where a number would lose of it: zeros in front, many digits.
    """
    plain = text.strip()
    if not any(char.isdigit() for char in plain) or not _NUMBER.match(plain):
        return text
    return plain if sum(map(str.isdigit, plain)) > _EXACT_DIGITS else float(plain)


def list_of(text: str) -> tuple[str, ...]:
    """Part a list written in one cell, each word once, in the order given."""
    return tuple(dict.fromkeys(part for part in _BETWEEN.split(text) if part)) if text else ()

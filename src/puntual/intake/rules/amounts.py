"""Amounts as files write them, and which sign parts the cents. Decided for a whole column."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from puntual.intake.rules import words
from puntual.intake.types import DecimalSign
from puntual.lib.currencies import is_currency
from puntual.lib.money import to_cents

_LETTERS = re.compile(r"[A-Za-zÁ-ú€]+\$?|[A-Za-z]\.\s?[A-Za-z]\.")
_NATIONAL = re.compile(r"\bM\.?\s?N\.?(?![A-Za-z])", re.IGNORECASE)
_PLAIN = re.compile(r"^\d{1,20}(\.\d{1,2})?$")
_CORE = re.compile(r"^\d[\d.,]*$|^[.,]\d+$")
_EXPONENT = re.compile(r"^\d+(\.\d+)?[eE][+-]?\d{1,2}$")
_GROUPED_BY_COMMA = re.compile(r"^\d{1,3}(,\d{3})+(\.\d*)?$")
_GROUPED_BY_POINT = re.compile(r"^\d{1,3}(\.\d{3})+(,\d*)?$")
# Thousands parted by blanks or apostrophes come in threes; anything else between digits is no amount.
_BETWEEN_DIGITS = re.compile(r"\d[ \t\u00a0\u2009\u202f'’`]+\d")
_GROUPED_BY_SPACE = re.compile(r"^\D*\d{1,3}(?:([ \u00a0\u2009\u202f'’`])\d{3})(?:\1\d{3})*(?:[.,]\d*)?\D*$")
_BOOKED = re.compile(r"(?<=[\d\s])(CR|DR|DB|C|D|H)\.?$", re.IGNORECASE)
_CREDITED = frozenset({"CR", "C", "H"})
_NO_SPACE = dict.fromkeys(map(ord, " \t\u00a0\u2009\u202f'’`"))
_MARKS = {
    "US$": "USD",
    "U$S": "USD",
    "U$D": "USD",
    "USD$": "USD",
    "MX$": "MXN",
    "MN": "MXN",
    "RD$": "DOP",
    "R$": "BRL",
    "S/.": "PEN",
    "S/": "PEN",
    "€": "EUR",
    "₡": "CRC",
    "₲": "PYG",
    "£": "GBP",
}
# Those that are more than letters, the longest first: "RD$" holds no "D$" of its own.
_SIGNS = tuple(sorted((mark for mark in _MARKS if not mark.isalpha()), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Written:
    """An amount taken apart: its digits with signs, whether it is negative, and a currency it names."""

    core: str
    is_negative: bool
    currency: str | None


def currency_code(text: str) -> str | None:
    """Find the ISO code of a currency as a file names it (MXN, pesos, M.N., US$), or None."""
    plain = text.strip()
    if plain.upper() in _MARKS:
        return _MARKS[plain.upper()]
    known = words.value_code("currency", plain)
    if known:
        return known
    return plain.upper() if is_currency(code=plain.upper()) else None


def take_apart(text: str) -> Written | None:
    """Part the digits of an amount from its signs and marks; None when it is no amount."""
    left = text.strip()
    is_negative = False
    if left.startswith("(") and left.endswith(")"):
        is_negative, left = True, left[1:-1].strip()
    currency = None
    if not _EXPONENT.match(left):
        booked = _BOOKED.search(left)
        if booked:
            is_negative, left = is_negative or booked[1].upper() in _CREDITED, left[: booked.start()].rstrip()
        named = _without_currency(left)
        if named is None:
            return None
        left, currency = named
    is_zero = left.strip() == "$ -" or (left.startswith("$") and left[1:].strip() in ("-", "–"))
    if is_zero:
        return Written(core="0", is_negative=False, currency=currency)
    left = left.replace("$", "").strip()
    if _BETWEEN_DIGITS.search(left) and not _GROUPED_BY_SPACE.match(left):
        return None
    left = left.translate(_NO_SPACE).replace("−", "-").replace("–", "-")
    if left.startswith("(") and left.endswith(")"):
        is_negative, left = True, left[1:-1]
    if left.endswith("-") or left.startswith("-"):
        is_negative, left = True, left.removeprefix("-").removesuffix("-")
    left = left.removeprefix("+")
    if not _CORE.match(left) and not _EXPONENT.match(left):
        return None
    return Written(core=left, is_negative=is_negative, currency=currency)


def _without_currency(text: str) -> tuple[str, str | None] | None:
    """Take the mark or code of a currency out of an amount; None when its letters are none."""
    if _NATIONAL.search(text):
        return _NATIONAL.sub("", text), "MXN"
    upper = text.upper()
    for mark in _SIGNS:
        if mark in upper:
            place = upper.index(mark)
            return text[:place] + text[place + len(mark) :], _MARKS[mark]
    found = _LETTERS.search(text)
    if not found:
        return text, None
    code = currency_code(found[0].rstrip("$"))
    return None if code is None else (text[: found.start()] + text[found.end() :], code)


def _to_decimal(core: str, sign: DecimalSign) -> Decimal | None:
    if _EXPONENT.match(core):
        return Decimal(core)
    point, comma = core.count("."), core.count(",")
    if sign is DecimalSign.POINT:
        if comma and not _GROUPED_BY_COMMA.match(core):
            return None
        plain = core.replace(",", "")
    else:
        if point and not _GROUPED_BY_POINT.match(core):
            return None
        plain = core.replace(".", "").replace(",", ".")
    return Decimal(plain) if plain.count(".") <= 1 and plain.strip(".") else None


def parse_amount(value: object, *, sign: DecimalSign) -> tuple[Decimal, str | None] | None:
    """Read one cell as an amount of two places and the currency that it names; None when it is no amount."""
    if isinstance(value, float):
        return (to_cents(Decimal(repr(value))), None) if abs(value) < 1e17 else None
    text = str(value)
    if sign is DecimalSign.POINT and _PLAIN.match(text):
        return to_cents(Decimal(text)), None
    written = take_apart(text)
    if written is None or len(written.core) > 40:
        return None
    amount = _to_decimal(written.core, sign)
    if amount is None or amount.adjusted() > 20:
        return None
    return to_cents(-amount if written.is_negative else amount), written.currency


def looks_like_amount(value: object) -> bool:
    """Say whether a cell is an amount under either sign."""
    return any(parse_amount(value, sign=sign) is not None for sign in DecimalSign)


def shapes(texts: Sequence[str]) -> list[str]:
    """Write amounts with 9 for every digit but a leading zero: few shapes stand for a million amounts."""
    joined = _LEADING_ZERO.sub("\x1e", "\x1f".join(texts))
    return joined.translate(_TO_NINES).replace("\x1e", "0").split("\x1f")


_LEADING_ZERO = re.compile(r"(?<![\d.,])0(?=[.,])")
_TO_NINES = {ord(digit): "9" for digit in "0123456789"}


@dataclass(frozen=True, slots=True)
class SignEvidence:
    """What a column says about its decimal sign."""

    # How many values allow one sign only, and the shape of one of them.
    only: Mapping[DecimalSign, int]
    examples: Mapping[DecimalSign, str]
    ambiguous: int
    ambiguous_example: str

    @property
    def signs(self) -> tuple[DecimalSign, ...]:
        """List the signs that the values leave possible; one alone is certain."""
        if self.only:
            return tuple(self.only)
        return tuple(DecimalSign) if self.ambiguous else (DecimalSign.POINT,)


def demanded_sign(core: str) -> DecimalSign | None:
    """Name the decimal sign that an amount can only have, None when both are possible or none is needed."""
    if _EXPONENT.match(core):
        return DecimalSign.POINT if "." in core else None
    point, comma = core.count("."), core.count(",")
    if point and comma:
        return DecimalSign.POINT if core.rfind(".") > core.rfind(",") else DecimalSign.COMMA
    if point > 1:
        return DecimalSign.COMMA
    if comma > 1:
        return DecimalSign.POINT
    if not point and not comma:
        return None
    own = DecimalSign.POINT if point else DecimalSign.COMMA
    before, _, after = core.partition("." if point else ",")
    grouped = len(after) == 3 and 1 <= len(before) <= 3 and before != "0"
    return None if grouped else own


def weigh_sign(shapes: Iterable[tuple[str, int]]) -> SignEvidence:
    """Count, over the distinct shapes of a column and how often each stands, what demands which sign."""
    only: dict[DecimalSign, int] = {}
    examples: dict[DecimalSign, str] = {}
    ambiguous, ambiguous_example = 0, ""
    for text, count in shapes:
        written = take_apart(text)
        if written is None:
            continue
        sign = demanded_sign(written.core)
        if sign is not None:
            only[sign] = only.get(sign, 0) + count
            examples.setdefault(sign, text)
        elif "." in written.core or "," in written.core:
            ambiguous += count
            ambiguous_example = ambiguous_example or text
    return SignEvidence(
        only=only, examples=examples, ambiguous=ambiguous, ambiguous_example=ambiguous_example
    )

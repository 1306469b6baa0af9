"""
Dates as files write them, and which part comes first.

The order is decided from a whole column. A single 05/03/2024 says nothing, and nothing is assumed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from puntual.intake.types import DateOrder
from puntual.lib.days import YEAR_MAX, YEAR_MIN

_TWO_DIGIT_PIVOT = 80
# Excel's day numbers that fall into the years above.
_SERIAL_MIN = 32_874
_SERIAL_MAX = 73_050
_COMPACT_MIN = 10_000_000
_DAYS_1900_TO_1904 = 1_462
_EXCEL_EPOCH = date(1899, 12, 30)
# So many cells of each kind before a column is said to have been flipped.
_FLIPPED_MIN = 3
# A column has few days, again and again.
_DAYS_KEPT_MAX = 10_000

_TIME = re.compile(
    r"[T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([ap]\.?\s?m\.?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)
_ISO = re.compile(r"^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$")
_DIGITS = re.compile(r"^(\d{1,2})\s?([-/. ])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})$")
_COMPACT = re.compile(r"^\d{8}$")
_COMPACT_FLOAT = re.compile(r"^\d{8}\.0+$")
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
_DAY_MONTH_NAME = re.compile(
    r"^(?:[a-z]+(?:-feira)?,?\s+)?(\d{1,2})(?:o|º|°|er|st|nd|rd|th)?(?:\s+de)?[-/. ]*([a-z]{3,10})\.?(?:\s+de[l]?)?"
    r"[-/., ]*(\d{4}|\d{2})$"
)
_MONTH_NAME_DAY = re.compile(r"^([a-z]{3,10})\.?[-/. ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})$")
_YEAR_MONTH_NAME = re.compile(r"^(\d{4})[-/. ]+([a-z]{3,10})\.?[-/. ]+(\d{1,2})$")
# Spanish, English, Portuguese; without accents.
_MONTHS = (
    ("ene", "jan", "enero", "january", "janeiro"),
    ("feb", "fev", "febrero", "february", "fevereiro"),
    ("mar", "marzo", "march", "marco"),
    ("abr", "apr", "abril", "april"),
    ("may", "mai", "mayo", "maio"),
    ("jun", "junio", "june", "junho"),
    ("jul", "julio", "july", "julho"),
    ("ago", "aug", "agosto", "august"),
    ("sep", "sept", "set", "septiembre", "setiembre", "september", "setembro"),
    ("oct", "out", "octubre", "october", "outubro"),
    ("nov", "noviembre", "november", "novembro"),
    ("dic", "dec", "dez", "diciembre", "december", "dezembro"),
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}


class DateProblem(StrEnum):
    """Why a cell is no date."""

    INVALID = "INVALID"
    OUT_OF_RANGE = "OUT_OF_RANGE"


@lru_cache(maxsize=_DAYS_KEPT_MAX)
def without_time(text: str) -> str:
    """Take the time of day off the end of a date, and the decimals that a program gave to its digits."""
    plain = _TIME.sub("", text.strip()) if ":" in text else text.strip()
    return plain[:8] if _COMPACT_FLOAT.match(plain) else plain


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (1900 if number >= _TWO_DIGIT_PIVOT else 2000)


def _make(year: int, month: int, day: int) -> date | DateProblem:
    if 1 <= month <= 12 and 1 <= day <= 31 and not YEAR_MIN <= year <= YEAR_MAX:
        return DateProblem.OUT_OF_RANGE
    try:
        return date(year, month, day)
    except ValueError:
        return DateProblem.INVALID


def _from_digits(first: str, second: str, third: str, order: DateOrder) -> date | DateProblem:
    if order is DateOrder.DMY:
        return _make(_year(third), int(second), int(first))
    if order is DateOrder.MDY:
        return _make(_year(third), int(first), int(second))
    if len(third) == 4:
        return DateProblem.INVALID
    return _make(_year(first.zfill(2)), int(second), int(third))


def from_serial(number: float, *, is_1904: bool) -> date | DateProblem:
    """Turn Excel's day number into a date."""
    days = int(number) + (_DAYS_1900_TO_1904 if is_1904 else 0)
    if not _SERIAL_MIN <= days <= _SERIAL_MAX:
        return DateProblem.OUT_OF_RANGE
    return _EXCEL_EPOCH + timedelta(days=days)


def _from_names(text: str) -> date | DateProblem:
    small = text.lower()
    if not small.isascii():
        plain = unicodedata.normalize("NFKD", small.replace("º", "o").replace("ª", "a"))
        small = "".join(char for char in plain if not unicodedata.combining(char))
    if found := _DAY_MONTH_NAME.match(small):
        day, name, year = found.groups()
    elif found := _YEAR_MONTH_NAME.match(small):
        year, name, day = found.groups()
    elif found := _MONTH_NAME_DAY.match(small):
        name, day, year = found.groups()
    else:
        return DateProblem.INVALID
    month = _MONTH_NUMBERS.get(name)
    return DateProblem.INVALID if month is None else _make(_year(year), month, int(day))


def _from_compact(text: str, order: DateOrder) -> date | DateProblem:
    """Read eight digits: 30032020 can be no yyyymmdd, nor can 20200330 be a ddmmyyyy; the year says which."""
    plain = _make(int(text[:4]), int(text[4:6]), int(text[6:]))
    if isinstance(plain, date):
        return plain
    return _from_digits(text[:2], text[2:4], text[4:], order)


def parse_date(value: object, *, order: DateOrder, is_1904: bool = False) -> date | DateProblem:
    """Read one cell as a date; the order counts only where the digits leave it open (05/03/2024)."""
    if isinstance(value, datetime):
        return _make(value.year, value.month, value.day)
    if isinstance(value, date):
        return _make(value.year, value.month, value.day)
    if isinstance(value, float) and value >= _COMPACT_MIN and value.is_integer():
        # A spreadsheet's number whose digits are those of a day: 20200210.
        number = int(value)
        return _make(number // 10_000, number // 100 % 100, number % 100)
    if isinstance(value, float):
        return from_serial(value, is_1904=is_1904)
    text = without_time(str(value))
    found = _ISO.match(text)
    if found:
        return _make(int(found[1]), int(found[3]), int(found[4]))
    found = _DIGITS.match(text)
    if found:
        return _from_digits(found[1], found[3], found[4], order)
    if _COMPACT.match(text):
        return _from_compact(text, order)
    if _SERIAL.match(text):
        return from_serial(float(text), is_1904=is_1904)
    return _from_names(text)


def looks_like_date(value: object) -> bool:
    """Say whether a cell is a date in any order."""
    return any(isinstance(parse_date(value, order=order), date) for order in DateOrder)


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """What a column says about the order of its dates."""

    # How many values are a date in one order only, and one of them.
    only: Mapping[DateOrder, int]
    examples: Mapping[DateOrder, str]
    ambiguous: int
    ambiguous_example: str
    # The first part may be a year of two digits: it varies less than the last one.
    may_start_with_year: bool
    # Cells that were days already, not text.
    typed: int
    typed_day_max: int

    @property
    def orders(self) -> tuple[DateOrder, ...]:
        """List the orders that the values leave possible; one alone is certain."""
        if self.only:
            return tuple(self.only)
        if not self.ambiguous:
            return (DateOrder.DMY,)
        pair = (DateOrder.DMY, DateOrder.MDY)
        return (*pair, DateOrder.YMD) if self.may_start_with_year else pair

    @property
    def looks_flipped(self) -> bool:
        """
        Say whether a spreadsheet has read days as months.

        It turns 03/04 into a day of its own and leaves 13/04 as text, for there is no month 13.
        """
        text = self.only.get(DateOrder.DMY, 0)
        return (
            text >= _FLIPPED_MIN
            and self.typed >= _FLIPPED_MIN
            and self.typed_day_max <= 12
            and not self.ambiguous
        )


def weigh_order(values: Iterable[tuple[object, int]]) -> OrderEvidence:
    """Count, over the distinct values of a column and how often each stands, what demands which order."""
    only: dict[DateOrder, int] = {}
    examples: dict[DateOrder, str] = {}
    ambiguous = typed = typed_day_max = 0
    ambiguous_example = ""
    short_firsts: set[str] = set()
    short_lasts: set[str] = set()
    for value, count in values:
        if isinstance(value, date):
            typed += count
            typed_day_max = max(typed_day_max, value.day)
            continue
        parts = _parts(without_time(value)) if isinstance(value, str) else None
        if not isinstance(value, str) or not parts:
            continue
        if len(parts[2]) == 2:
            short_firsts.add(parts[0])
            short_lasts.add(parts[2])
        readings = _readings(*parts)
        if len(readings) == 1:
            order = next(iter(readings))
            only[order] = only.get(order, 0) + count
            examples.setdefault(order, value)
        elif len(set(readings.values())) > 1:
            ambiguous += count
            ambiguous_example = ambiguous_example or value
    may_start_with_year = bool(short_lasts) and len(short_firsts) < len(short_lasts)
    if may_start_with_year and only:
        # 24/03/31 is a day of 2031 only for who does not look at its neighbours.
        ambiguous, only = ambiguous + sum(only.values()), {}
    return OrderEvidence(
        only=only,
        examples=examples,
        ambiguous=ambiguous,
        ambiguous_example=ambiguous_example or next(iter(examples.values()), ""),
        may_start_with_year=may_start_with_year,
        typed=typed,
        typed_day_max=typed_day_max,
    )


def _parts(text: str) -> tuple[str, str, str] | None:
    """Part a date whose digits leave its order open."""
    if found := _DIGITS.match(text):
        return found[1], found[3], found[4]
    if _COMPACT.match(text) and not isinstance(_make(int(text[:4]), int(text[4:6]), int(text[6:])), date):
        return text[:2], text[2:4], text[4:]
    return None


def _readings(first: str, second: str, third: str) -> dict[DateOrder, date]:
    """Read digits in the usual orders; the year comes first only where nothing else is a date."""
    readings = {
        order: reading
        for order in (DateOrder.DMY, DateOrder.MDY)
        if isinstance(reading := _from_digits(first, second, third, order), date)
    }
    if not readings:
        last = _from_digits(first, second, third, DateOrder.YMD)
        if isinstance(last, date):
            readings[DateOrder.YMD] = last
    return readings

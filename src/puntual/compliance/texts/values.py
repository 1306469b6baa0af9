"""Amounts and days as people write them in messages: each with its place in the text."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

# Where thousands stand behind a comma and cents behind a point; elsewhere it is the other way round.
_POINT_IS_DECIMAL = frozenset(re.findall(r"\w+", "MX PE PA GT SV HN NI US"))
_NUMBER = r"\d{1,3}(?:[.,\u00a0 ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_UNIT = (
    r"pesos|soles|d[oó]lares|reales|reais|guaran[ií]es|bolivianos|quetzales|lempiras|c[oó]rdobas|colones|"
    r"usd|mxn|cop|clp|pen|ars|brl"
)
_SIGN = r"(?:US|MX|AR|COL|CLP|U)?\$|R\$|S/\.?|Q|L\.|₲|Gs\.?|Bs\.?|C\$|₡|MXN|COP|CLP|PEN|ARS|BRL|USD"
AMOUNT = re.compile(
    rf"(?:(?<!\w)(?:{_SIGN})\s?(?P<after>{_NUMBER})|(?<![\w.,])(?P<before>{_NUMBER})\s?(?:{_UNIT})\b)(?![\d])",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "enero|janeiro|january|ene|jan",
            "febrero|fevereiro|february|feb|fev",
            "marzo|março|march|mar",
            "abril|april|abr|apr",
            "mayo|maio|may|mai",
            "junio|junho|june|jun",
            "julio|julho|july|jul",
            "agosto|august|ago|aug",
            "septiembre|setiembre|setembro|september|sep|sept|set",
            "octubre|outubro|october|oct|out",
            "noviembre|novembro|november|nov",
            "diciembre|dezembro|december|dic|dez|dec",
        ),
        start=1,
    )
    for name in names.split("|")
}
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NAMED = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:\s+de)?[\s-]+(?P<month>{_NAME})\b\.?"
    r"(?:(?:\s+del?|,)?[\s-]+(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"(?<![\d/-])(\d{1,4})[/-](\d{1,2})(?:[/-](\d{2,4}))?(?![\d/-])")
Day = tuple[int | None, int, int]


def money_in(text: str, *, country: str) -> Iterator[tuple[int, int, Decimal]]:
    """Find the amounts of a text as (start, end, amount), read as the country writes them."""
    for found in AMOUNT.finditer(text):
        figures = found["after"] or found["before"]
        amount = _amount(figures, is_point_decimal=country in _POINT_IS_DECIMAL)
        if amount is not None:
            yield found.start(), found.end(), amount


def _amount(figures: str, *, is_point_decimal: bool) -> Decimal | None:
    bare = re.sub(r"[\s\u00a0]", "", figures)
    cents = re.search(r"[.,](\d{1,2})$", bare)
    whole = re.sub(r"[.,]", "", bare[: cents.start()] if cents else bare)
    decimal = "." if is_point_decimal else ","
    if cents and bare[cents.start()] != decimal and bare.count(bare[cents.start()]) > 1:
        return None
    try:
        return Decimal(f"{whole}.{cents[1]}" if cents else whole)
    except InvalidOperation:
        return None


def days_in(text: str, *, country: str) -> Iterator[tuple[int, int, Day]]:
    """Find the days of a text as (start, end, (year or None, month, day)); in the US the month stands first."""
    for found in _NAMED.finditer(text):
        day = _day(found["year"], _MONTHS[found["month"].lower()], found["day"])
        if day:
            yield found.start(), found.end(), day
    for found in _FIGURES.finditer(text):
        first, second, third = found.groups()
        if len(first) == 4:
            day = _day(first, int(second), third) if third else None
        elif country == "US":
            day = _day(third, int(first), second)
        else:
            day = _day(third, int(second), first)
        if day:
            yield found.start(), found.end(), day


def _day(year: str | None, month: int, day: str) -> Day | None:
    number = None if year is None else int(year) + (2000 if int(year) < 100 else 0)
    try:
        # A leap year stands for a year that was not said.
        date(number or 2000, month, int(day))
    except ValueError:
        return None
    return number, month, int(day)

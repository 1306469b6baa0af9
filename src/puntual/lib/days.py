"""Days: business days, holidays of a country, ageing buckets."""

from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

from puntual.lib.text import folded

# Days on which offices or banks close; those that are only observed by some are counted: prudence.
_HOLIDAY_KINDS = ("public", "bank", "optional")
# A day of a debt or of money beyond these is a mistake of writing.
YEAR_MIN, YEAR_MAX = 1990, 2099


class Bucket(StrEnum):
    """Ageing by days past due, the same five everywhere."""

    CURRENT = "CURRENT"
    D1_30 = "D1_30"
    D31_60 = "D31_60"
    D61_90 = "D61_90"
    D91_PLUS = "D91_PLUS"


BUCKETS: tuple[Bucket, ...] = tuple(Bucket)


def bucket_of(*, days_past_due: int) -> Bucket:
    """Name the ageing bucket of a number of days past due (0 or less is not yet overdue)."""
    if days_past_due <= 0:
        return Bucket.CURRENT
    if days_past_due <= 30:
        return Bucket.D1_30
    if days_past_due <= 60:
        return Bucket.D31_60
    if days_past_due <= 90:
        return Bucket.D61_90
    return Bucket.D91_PLUS


@cache
def _public_holidays(country: str, year: int, subdivision: str = "") -> frozenset[date]:
    known = getattr(holidays, country, None)
    kinds = _HOLIDAY_KINDS if known is None else tuple(set(_HOLIDAY_KINDS) & set(known.supported_categories))
    # A part that nobody knows has the holidays of the country.
    part = subdivision if known is not None and subdivision in known.subdivisions else None
    return frozenset(holidays.country_holidays(country, subdiv=part, years=year, categories=kinds))


@cache
def subdivision_names(*, country: str) -> dict[str, str]:
    """Return the code of each part of a country that has holidays of its own, by its folded name and code."""
    known = getattr(holidays, country, None)
    if known is None:
        return {}
    codes = {folded(code): code for code in known.subdivisions}
    return {folded(name): code for name, code in known.subdivisions_aliases.items()} | codes


@cache
def _easter(year: int) -> date:
    """Return Easter Sunday (anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def _bank_holidays(country: str, year: int) -> frozenset[date]:
    """Return the days on which Mexican banks close although the labour law does not say so."""
    if country != "MX":
        return frozenset()
    easter = _easter(year)
    return frozenset(
        {
            easter - timedelta(days=3),
            easter - timedelta(days=2),
            date(year, 11, 2),
            date(year, 12, 12),
        }
    )


def is_holiday(*, day: date, country: str, subdivision: str = "") -> bool:
    """
    Say whether a day is a statutory or bank holiday: the strict reading of a working day.

    `subdivision`: a part of the country that may have holidays of its own.
    """
    return day in _public_holidays(country, day.year, subdivision) or day in _bank_holidays(country, day.year)


def is_business_day(*, day: date, country: str) -> bool:
    """Say whether a day is Monday to Friday and no holiday."""
    return day.weekday() < 5 and not is_holiday(day=day, country=country)


def add_business_days(*, day: date, count: int, country: str) -> date:
    """Move forward by a number of business days; zero returns the day itself."""
    while count > 0:
        day += timedelta(days=1)
        if is_business_day(day=day, country=country):
            count -= 1
    return day


def next_business_day(*, day: date, country: str) -> date:
    """Return the day itself when it is a business day, else the first one after it."""
    while not is_business_day(day=day, country=country):
        day += timedelta(days=1)
    return day

"""
How money, numbers and days are written for a person. Pure: the locale and today come in.

A missing value is written as a dash, never as "None" or an empty cell.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

MISSING = "—"
# Amounts of this currency are written with "$" alone; any other carries its code, for "$" would mislead.
HOME_CURRENCY = "MXN"
_CURRENCY_MARKS = {
    **dict.fromkeys(("MXN", "USD", "COP", "CLP", "ARS", "UYU", "DOP", "CAD"), "$"),
    "EUR": "€",
    "BRL": "R$",
    "PEN": "S/",
    "GTQ": "Q",
    "CRC": "₡",
}
_MILLION = Decimal(1_000_000)
_NEAR_DAYS_MAX = 7
_DAYS = {"es": "d MMM y", "en": "MMM d, y"}
_TIMES = {"es": "H:mm", "en": "h:mm a"}
_RELATIVE = {
    "es": {
        -1: "ayer",
        0: "hoy",
        1: "mañana",
        "past": "hace {days} días",
        "future": "en {days} días",
    },
    "en": {
        -1: "yesterday",
        0: "today",
        1: "tomorrow",
        "past": "{days} days ago",
        "future": "in {days} days",
    },
}
_LATE = {
    "es": {
        "late_one": "1 día de atraso",
        "late": "{days} días de atraso",
        "due": "vence hoy",
        "soon_one": "vence mañana",
        "soon": "vence en {days} días",
    },
    "en": {
        "late_one": "1 day late",
        "late": "{days} days late",
        "due": "due today",
        "soon_one": "due tomorrow",
        "soon": "due in {days} days",
    },
}


def locale_of(*, language: str) -> str:
    """Name the babel locale of a language code of ours; Spanish of Mexico unless it is English."""
    return "en_US" if language.lower().startswith("en") else "es_MX"


def _language(locale: str) -> str:
    return Locale.parse(locale).language


def money(*, amount: Decimal | None, currency: str, locale: str, with_code: bool = False) -> str:
    """
    Write an amount: $12,450.00, -$80.00, $12,450.00 USD.

    The code follows when asked, and always for a currency that is not the home one.
    """
    if amount is None:
        return MISSING
    digits = get_currency_precision(currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    exact = amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    written = format_currency(
        abs(exact), currency, format=pattern, locale=locale, currency_digits=False, decimal_quantization=False
    )
    mark = _CURRENCY_MARKS.get(currency, "")
    sign = "-" if exact < 0 else ""
    # The space does not break, so an amount never parts from its currency.
    code = f"\u00a0{currency}" if with_code or currency != HOME_CURRENCY else ""
    return f"{sign}{mark}{written}{code}"


def short_money(*, amount: Decimal | None, currency: str, locale: str) -> str:
    """Write a large amount for a figure: $1.2 M, $384 M; below a million, whole units: $845,320."""
    if amount is None:
        return MISSING
    sign = "-" if amount < 0 else ""
    size = abs(amount)
    mark = _CURRENCY_MARKS.get(currency, "")
    code = "" if currency == HOME_CURRENCY else f"\u00a0{currency}"
    whole = size.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if whole < _MILLION:
        return f"{sign if whole else ''}{mark}{number(value=whole, locale=locale)}{code}"
    millions = size / _MILLION
    step = Decimal("0.1") if millions < 100 else Decimal(1)
    shown = millions.quantize(step, rounding=ROUND_HALF_UP)
    return f"{sign}{mark}{number(value=shown, locale=locale)}\u00a0M{code}"


def number(*, value: int | float | Decimal | None, locale: str, digits: int | None = None) -> str:
    """Write a number with its thousands: 12,450; with `digits`, always that many decimals."""
    if value is None:
        return MISSING
    if digits is None:
        return format_decimal(value, locale=locale)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=locale)


def percent(*, value: float | Decimal | None, locale: str, digits: int = 1) -> str:
    """Write a ratio as a percentage: 0.125 is 12.5 %."""
    if value is None:
        return MISSING
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    written = format_percent(value, format=pattern, locale=locale)
    return written.replace("%", "\u00a0%")


def day(*, value: date | None, locale: str) -> str:
    """Write a day: 12 nov 2026."""
    if value is None:
        return MISSING
    return format_date(value, _DAYS[_language(locale)], locale=locale)


def long_day(*, value: date | None, locale: str) -> str:
    """Write a day with its weekday, for letters and tooltips: jueves, 12 de noviembre de 2026."""
    if value is None:
        return MISSING
    return format_date(value, "full", locale=locale)


def moment(*, value: datetime | None, locale: str) -> str:
    """Write a moment, in the zone that it carries: 12 nov 2026, 14:05."""
    if value is None:
        return MISSING
    return f"{day(value=value, locale=locale)}, {clock(value=value, locale=locale)}"


def clock(*, value: datetime | None, locale: str) -> str:
    """Write the time of day of a moment, in the zone that it carries: 14:05."""
    if value is None:
        return MISSING
    return format_datetime(value, _TIMES[_language(locale)], locale=locale)


def relative_day(*, value: date | None, today: date, locale: str) -> str:
    """Write a day as a person says it: hoy, ayer, en 3 días; farther than a week, the day itself."""
    if value is None:
        return MISSING
    distance = (value - today).days
    words = _RELATIVE[_language(locale)]
    if distance in (-1, 0, 1):
        return words[distance]
    if abs(distance) > _NEAR_DAYS_MAX:
        return day(value=value, locale=locale)
    return words["past" if distance < 0 else "future"].format(days=abs(distance))


def days_late(*, days_past_due: int | None, locale: str) -> str:
    """Say how late a debt is: 12 días de atraso, vence hoy, vence en 3 días."""
    if days_past_due is None:
        return MISSING
    words = _LATE[_language(locale)]
    if days_past_due == 0:
        return words["due"]
    if days_past_due in (1, -1):
        return words["late_one" if days_past_due > 0 else "soon_one"]
    written = number(value=abs(days_past_due), locale=locale)
    return words["late" if days_past_due > 0 else "soon"].format(days=written)


def duration(*, seconds: float | None, locale: str) -> str:
    """Write how long something takes, in its largest unit: 40 segundos, 3 minutos."""
    if seconds is None:
        return MISSING
    return str(
        format_timedelta(timedelta(seconds=round(seconds)), threshold=1.5, locale=Locale.parse(locale))
    )

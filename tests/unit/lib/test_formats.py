"""How money, numbers and days are written, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.lib import formats

ES = "es_MX"
EN = "en_US"
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("_case", "language", "locale"),
    [
        ("Spanish of Mexico", "es-mx", ES),
        ("any other Spanish", "es", ES),
        ("English", "en", EN),
        ("English of the United States", "en-us", EN),
        ("a language that we do not have", "fr", ES),
    ],
)
def test_the_locale_follows_the_language(_case: str, language: str, locale: str) -> None:
    assert formats.locale_of(language=language) == locale


@pytest.mark.parametrize(
    ("_case", "amount", "currency", "with_code", "written"),
    [
        ("pesos", "12450", "MXN", False, "$12,450.00"),
        ("pesos with code", "12450", "MXN", True, "$12,450.00\u00a0MXN"),
        ("dollars always carry the code", "12450", "USD", False, "$12,450.00\u00a0USD"),
        ("euros", "0.5", "EUR", False, "€0.50\u00a0EUR"),
        ("a currency without a mark", "7", "XDR", False, "7.00\u00a0XDR"),
        ("a currency without cents", "12450.4", "CLP", False, "$12,450\u00a0CLP"),
        ("negative", "-80", "MXN", False, "-$80.00"),
        ("rounds half up", "0.005", "MXN", False, "$0.01"),
        ("no negative zero", "-0.001", "MXN", False, "$0.00"),
        ("twelve digits", "123456789012.34", "MXN", False, "$123,456,789,012.34"),
        ("largest", "9999999999999999.99", "MXN", False, "$9,999,999,999,999,999.99"),
    ],
)
def test_money(_case: str, amount: str, currency: str, with_code: bool, written: str) -> None:
    assert formats.money(amount=Decimal(amount), currency=currency, locale=ES, with_code=with_code) == written


def test_money_reads_the_same_in_english() -> None:
    assert formats.money(amount=Decimal("1250"), currency="MXN", locale=EN) == "$1,250.00"


@given(st.decimals(min_value=Decimal("-1e13"), max_value=Decimal("1e13"), places=2))
def test_no_cent_is_lost_in_writing(amount: Decimal) -> None:
    written = formats.money(amount=amount, currency="MXN", locale=ES)

    assert Decimal(written.replace("$", "").replace(",", "")) == amount


@pytest.mark.parametrize(
    ("_case", "amount", "written"),
    [
        ("below a million, whole units", "845320.49", "$845,320"),
        ("just below a million", "999999.49", "$999,999"),
        ("rounds up to a million", "999999.50", "$1\u00a0M"),
        ("millions with one place", "1234567.89", "$1.2\u00a0M"),
        ("hundreds of millions without places", "384400000", "$384\u00a0M"),
        ("thousands of millions", "1250000000", "$1,250\u00a0M"),
        ("negative", "-1234567", "-$1.2\u00a0M"),
        ("nothing", "0", "$0"),
        ("less than nothing, rounded to nothing", "-0.30", "$0"),
    ],
)
def test_short_money(_case: str, amount: str, written: str) -> None:
    assert formats.short_money(amount=Decimal(amount), currency="MXN", locale=ES) == written


def test_short_money_of_another_currency_carries_its_code() -> None:
    written = formats.short_money(amount=Decimal("2500000"), currency="USD", locale=ES)

    assert written == "$2.5\u00a0M\u00a0USD"


@pytest.mark.parametrize(
    ("_case", "value", "digits", "written"),
    [
        ("thousands", 12450, None, "12,450"),
        ("decimals as they come", Decimal("1.5"), None, "1.5"),
        ("decimals that were asked for", 3, 2, "3.00"),
        ("whole", Decimal("3.7"), 0, "4"),
    ],
)
def test_number(_case: str, value: int | Decimal, digits: int | None, written: str) -> None:
    assert formats.number(value=value, locale=ES, digits=digits) == written


def test_percent() -> None:
    assert formats.percent(value=0.684, locale=ES) == "68.4\u00a0%"
    assert formats.percent(value=Decimal("1"), locale=ES, digits=0) == "100\u00a0%"


def test_days_and_moments() -> None:
    at = datetime(2026, 11, 12, 14, 5, tzinfo=UTC)

    assert formats.day(value=at.date(), locale=ES) == "12 nov 2026"
    assert formats.long_day(value=at.date(), locale=ES) == "jueves, 12 de noviembre de 2026"
    assert formats.moment(value=at, locale=ES) == "12 nov 2026, 14:05"
    assert formats.clock(value=at, locale=ES) == "14:05"
    assert formats.day(value=at.date(), locale=EN) == "Nov 12, 2026"
    assert formats.clock(value=at, locale=EN) == "2:05 PM"


@pytest.mark.parametrize(
    ("_case", "value", "spanish", "english"),
    [
        ("today", date(2026, 11, 23), "hoy", "today"),
        ("yesterday", date(2026, 11, 22), "ayer", "yesterday"),
        ("tomorrow", date(2026, 11, 24), "mañana", "tomorrow"),
        ("soon", date(2026, 11, 26), "en 3 días", "in 3 days"),
        ("a week ago", date(2026, 11, 16), "hace 7 días", "7 days ago"),
        ("more than a week", date(2026, 11, 15), "15 nov 2026", "Nov 15, 2026"),
    ],
)
def test_relative_day(_case: str, value: date, spanish: str, english: str) -> None:
    assert formats.relative_day(value=value, today=TODAY, locale=ES) == spanish
    assert formats.relative_day(value=value, today=TODAY, locale=EN) == english


@pytest.mark.parametrize(
    ("_case", "days", "spanish", "english"),
    [
        ("late", 1204, "1,204 días de atraso", "1,204 days late"),
        ("one day late", 1, "1 día de atraso", "1 day late"),
        ("due today", 0, "vence hoy", "due today"),
        ("due tomorrow", -1, "vence mañana", "due tomorrow"),
        ("due soon", -5, "vence en 5 días", "due in 5 days"),
    ],
)
def test_days_late(_case: str, days: int, spanish: str, english: str) -> None:
    assert formats.days_late(days_past_due=days, locale=ES) == spanish
    assert formats.days_late(days_past_due=days, locale=EN) == english


def test_what_is_missing_is_a_dash() -> None:
    assert formats.money(amount=None, currency="MXN", locale=ES) == "—"
    assert formats.short_money(amount=None, currency="MXN", locale=ES) == "—"
    assert formats.number(value=None, locale=ES) == "—"
    assert formats.percent(value=None, locale=ES) == "—"
    assert formats.day(value=None, locale=ES) == "—"
    assert formats.long_day(value=None, locale=ES) == "—"
    assert formats.moment(value=None, locale=ES) == "—"
    assert formats.clock(value=None, locale=ES) == "—"
    assert formats.relative_day(value=None, today=TODAY, locale=ES) == "—"
    assert formats.days_late(days_past_due=None, locale=ES) == "—"

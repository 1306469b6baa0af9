"""Template filters for money, numbers and days; the writing itself is in lib/formats.py."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from puntual.lib import formats
from puntual.web import ageing, states

register = template.Library()


def _locale() -> str:
    return formats.locale_of(language=get_language() or "es-mx")


def _amount(value: Any) -> Decimal | None:
    """Accept what a template may hold: an amount, or nothing."""
    if value is None or value == "":
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _local(value: date) -> date:
    """Show a moment in the zone of the page."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _day_of(value: date) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local


@register.filter
def money(value: Any, currency: str = formats.HOME_CURRENCY) -> str:
    """Write `{{ amount|money:currency }}`; the code follows when the currency is not the home one."""
    return formats.money(amount=_amount(value), currency=currency or formats.HOME_CURRENCY, locale=_locale())


@register.filter
def money_code(value: Any, currency: str = formats.HOME_CURRENCY) -> str:
    """Write an amount with its currency code always: for tables where currencies mix."""
    return formats.money(
        amount=_amount(value),
        currency=currency or formats.HOME_CURRENCY,
        locale=_locale(),
        with_code=True,
    )


@register.filter
def amount(value: Any, currency: str = formats.HOME_CURRENCY) -> str:
    """Write an amount without its code: for columns whose heading already says the currency."""
    written = money(value, currency)
    return written.removesuffix(f"\u00a0{currency}")


@register.filter
def short_money(value: Any, currency: str = formats.HOME_CURRENCY) -> str | SafeString:
    """Write a large amount for a figure, with the exact one on hover."""
    exact = _amount(value)
    if exact is None:
        return formats.MISSING
    code = currency or formats.HOME_CURRENCY
    return format_html(
        '<span title="{}">{}</span>',
        formats.money(amount=exact, currency=code, locale=_locale()),
        formats.short_money(amount=exact, currency=code, locale=_locale()),
    )


@register.filter
def number(value: Any, digits: int | None = None) -> str:
    """Write a number with its thousands."""
    return formats.number(value=None if value == "" else value, locale=_locale(), digits=digits)


@register.filter
def percent(value: Any, digits: int = 1) -> str:
    """Write a ratio (0.125) as a percentage (12.5 %)."""
    return formats.percent(value=None if value == "" else value, locale=_locale(), digits=digits)


@register.filter
def day(value: date | None) -> str:
    """Write a day: 12 nov 2026."""
    return formats.day(value=_day_of(value) if value else None, locale=_locale())


@register.filter
def long_day(value: date | None) -> str:
    """Write a day with its weekday."""
    return formats.long_day(value=_day_of(value) if value else None, locale=_locale())


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment: 12 nov 2026, 14:05."""
    local = _local(value) if value else None
    return formats.moment(value=local if isinstance(local, datetime) else None, locale=_locale())


@register.filter
def clock(value: datetime | None) -> str:
    """Write the time of day of a moment: 14:05."""
    local = _local(value) if value else None
    return formats.clock(value=local if isinstance(local, datetime) else None, locale=_locale())


@register.filter
def relative_day(value: date | None, today: date | None = None) -> str | SafeString:
    """Write `{{ date|relative_day:today }}`: hoy, ayer, en 3 días, with the day on hover."""
    if not value:
        return formats.MISSING
    if not today:
        return day(value)
    said = _day_of(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        said.isoformat(),
        formats.long_day(value=said, locale=_locale()),
        formats.relative_day(value=said, today=today, locale=_locale()),
    )


@register.filter
def days_late(value: int | None) -> str:
    """Say how late a debt is from its days past due (negative: not yet due)."""
    return formats.days_late(days_past_due=value if value != "" else None, locale=_locale())


@register.filter
def duration(seconds: float | None) -> str:
    """Write how long something takes: 40 segundos, 3 minutos."""
    return formats.duration(seconds=seconds, locale=_locale())


@register.filter
def words(name: str, kind: str) -> str:
    """Write `{{ promise.state|words:"promise" }}`: what a stored code means, in words."""
    return str(states.state(name=str(name), kind=kind).label) if name else formats.MISSING


@register.filter
def tone(name: str, kind: str) -> str:
    """Name the colour of a stored code: a class of the style sheet, `chip-<tone>`."""
    return states.state(name=str(name), kind=kind).tone if name else "quiet"


@register.filter
def ageing_parts(buckets: Any) -> tuple[ageing.Part, ...]:
    """Turn amounts by ageing bucket into the places and widths of the stacked bar."""
    return ageing.parts(buckets=buckets or {})


@register.filter
def day_in_words(value: date | None, today: date | None = None) -> str:
    """Write a day as a person says it, as plain text: hoy, ayer, 12 nov 2026."""
    if not value:
        return formats.MISSING
    said = _day_of(value)
    if not today:
        return formats.day(value=said, locale=_locale())
    return formats.relative_day(value=said, today=today, locale=_locale())


@register.filter
def times(count: Any) -> range:
    """Repeat a part of a template `count` times."""
    return range(int(count))


@register.filter
def widget_kind(field: Any) -> str:
    """Name how a form field is laid out: "check" for a single box, else "control"."""
    return "check" if getattr(field.field.widget, "input_type", "") == "checkbox" else "control"

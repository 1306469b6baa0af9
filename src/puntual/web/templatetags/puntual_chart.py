"""The table behind every chart, made from the same data as the drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext

from puntual.web.templatetags import puntual_format

register = template.Library()


@dataclass(frozen=True)
class Table:
    """Headings and rows; the first cell of a row names it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def _written(value: Any, data: Mapping[str, Any]) -> str:
    unit = data.get("unit", "number")
    if value is None:
        return puntual_format.formats.MISSING
    if unit == "money":
        return puntual_format.money(value, data.get("currency", ""))
    if unit == "percent":
        return puntual_format.percent(value)
    return puntual_format.number(value)


@register.filter
def is_chart_empty(data: Mapping[str, Any]) -> bool:
    """Say whether a chart would draw axes alone: no value of it is other than zero."""
    values = [value for one in data.get("series", ()) for value in one["values"]]
    return not any(value is not None and float(value) != 0 for value in values)


@register.filter
def chart_table(data: Mapping[str, Any]) -> Table:
    """Lay out a chart's categories as rows and its series (and goal) as columns."""
    series = data.get("series", ())
    goal = data.get("goal")
    head = [str(data.get("category", "")), *(str(one["name"]) for one in series)]
    if goal is not None:
        head.append(gettext("Meta"))
    rows = []
    for index, category in enumerate(data.get("categories", ())):
        cells = [_written(one["values"][index], data) for one in series]
        if goal is not None:
            cells.append(_written(goal, data))
        rows.append((str(category), *cells))
    return Table(head=tuple(head), rows=tuple(rows))

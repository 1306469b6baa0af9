"""Cartera › Antigüedad: how old what is owed was at the end of any day."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from puntual.identity.types import Permission
from puntual.lib.days import Bucket
from puntual.lib.money import ZERO
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import AgeingRow
from puntual.staff.access import Visit, page
from puntual.staff.forms.ageing import AgeingForm
from puntual.web.ageing import LABELS


@page(Permission.SEE_CUSTOMERS)
def ageing(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show open amounts by age at the end of a day, with all that is known now or only what was known then."""
    given = request.GET if "day" in request.GET else None
    form = AgeingForm(given, today=visit.today)
    is_refused = form.is_bound and not form.is_valid()
    day: date = visit.today
    is_then = False
    if form.is_bound and not is_refused:
        day, is_then = form.cleaned_data["day"], form.cleaned_data["as_known_then"]
    found = [] if is_refused else portfolio.ageing(as_of=day, known_at=_end_of(day) if is_then else None)
    ahead = portfolio.issued_after(day=visit.today)
    context = {
        "form": form,
        "ahead": [(code, amount, count) for code, (amount, count) in ahead.items()],
        "day": day,
        "is_then": is_then,
        "is_refused": is_refused,
        "tables": [
            _table(currency, list(lines)) for currency, lines in groupby(found, lambda one: one.currency)
        ],
    }
    return render(request, "staff/ageing.html", context, status=422 if is_refused else 200)


def _end_of(day: date) -> datetime:
    """Return the last moment of a day of the company; what is recorded later was not known on it."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), timezone.get_current_timezone())
    return midnight - timedelta(microseconds=1)


def _table(currency: str, lines: list[AgeingRow]) -> dict[str, Any]:
    """Put the buckets of one currency together; customers may owe in several, so theirs have no sum."""
    total = sum((one.amount for one in lines), ZERO)
    overdue = sum((one.amount for one in lines if one.bucket != Bucket.CURRENT), ZERO)
    return {
        "currency": currency,
        "buckets": {one.bucket: one.amount for one in lines},
        "lines": [
            {"row": one, "label": LABELS[one.bucket], "share": one.amount / total if total else Decimal(0)}
            for one in lines
        ],
        "total": total,
        "overdue": overdue,
        "receivables": sum(one.receivables for one in lines),
    }

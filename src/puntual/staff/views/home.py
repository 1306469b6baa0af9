"""Inicio: how are we doing, and what is there to do today?"""

from datetime import timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from puntual.identity.types import Permission
from puntual.insights import queries as insights
from puntual.insights.types import BucketTotal, DayAmount
from puntual.lib.days import Bucket
from puntual.plans import queries as plans
from puntual.staff.access import Visit, page

_DAYS = 30


@page(Permission.SEE_HOME)
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the board: figures first, then at most three charts that answer a question."""
    ageing = list(insights.ageing_now(today=visit.today))
    here = [one for one in ageing if one.currency == visit.currency]
    since = visit.today - timedelta(days=_DAYS - 1)
    collected = insights.collected_by_day(since=since - timedelta(days=_DAYS), until=visit.today)
    runs = plans.run_days(limit=1)
    overdue = sum((one.amount for one in here if one.bucket != Bucket.CURRENT), Decimal(0))
    total = sum((one.amount for one in here), Decimal(0))
    return render(
        request,
        "staff/home.html",
        {
            "open_amount": total,
            "overdue_amount": overdue,
            "overdue_share": overdue / total if total else None,
            "overdue_customers": insights.overdue_customers(today=visit.today),
            "collected": _collected(collected, visit=visit),
            "promises": insights.promise_figures(today=visit.today),
            "messages": insights.message_figures(at=visit.at),
            "tasks": plans.open_task_count(),
            "run": runs[0] if runs else None,
            "ageing": {one.bucket: one.amount for one in here},
            "ageing_answer": _ageing_answer(here, overdue=overdue),
            "collected_chart": _collected_chart(collected, visit=visit),
            "other_currencies": _other_currencies(ageing, home=visit.currency),
            "is_empty": not ageing and not runs,
        },
    )


def _collected(days: list[DayAmount], *, visit: Visit) -> dict[str, Decimal | None]:
    """Compare the money of the last 30 days with that of the 30 before."""
    since = visit.today - timedelta(days=_DAYS - 1)
    mine = [one for one in days if one.currency == visit.currency]
    now = sum((one.amount for one in mine if one.day >= since), Decimal(0))
    before = sum((one.amount for one in mine if one.day < since), Decimal(0))
    return {"now": now, "before": before, "change": (now - before) / before if before else None}


def _ageing_answer(totals: list[BucketTotal], *, overdue: Decimal) -> str:
    old = sum((one.amount for one in totals if one.bucket == Bucket.D91_PLUS), Decimal(0))
    if not overdue:
        return _("Nada está vencido.")
    return _("El %(share)d %% de lo vencido tiene más de 90 días.") % {"share": round(old / overdue * 100)}


def _collected_chart(days: list[DayAmount], *, visit: Visit) -> dict[str, object]:
    amounts = {one.day: one.amount for one in days if one.currency == visit.currency}
    shown = [visit.today - timedelta(days=_DAYS - 1 - ahead) for ahead in range(_DAYS)]
    return {
        "category": _("Día"),
        "categories": [f"{day.day}/{day.month}" for day in shown],
        "series": [
            {
                "name": _("Cobrado"),
                "tone": "accent",
                "values": [str(amounts.get(day, Decimal(0))) for day in shown],
            }
        ],
        "unit": "money",
        "currency": visit.currency,
    }


def _other_currencies(totals: list[BucketTotal], *, home: str) -> list[dict[str, object]]:
    """Sum what is owed in other currencies, apart: currencies are never added."""
    found: dict[str, dict[str, Decimal]] = {}
    for one in totals:
        if one.currency == home:
            continue
        sums = found.setdefault(one.currency, {"open": Decimal(0), "overdue": Decimal(0)})
        sums["open"] += one.amount
        if one.bucket != Bucket.CURRENT:
            sums["overdue"] += one.amount
    return [{"currency": currency, **sums} for currency, sums in sorted(found.items())]

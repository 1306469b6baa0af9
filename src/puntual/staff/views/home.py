"""Inicio: how are we doing, and what is there to do today?"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from puntual.agreements import queries as agreements
from puntual.identity.types import Permission
from puntual.insights import queries as insights
from puntual.insights.types import BucketTotal, DayAmount
from puntual.lib.days import Bucket
from puntual.lib.money import currencies_in_order
from puntual.plans import queries as plans
from puntual.rights import queries as rights
from puntual.staff.access import Visit, page
from puntual.staff.views.pauses import shown

_DAYS = 30
_RUNS = 14


@page(Permission.SEE_HOME)
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the board: figures first, then at most three charts that answer a question."""
    user: Any = request.user
    sees_moves = user.can(Permission.SEE_AUDIT)
    ageing = list(insights.ageing_now(today=visit.today))
    since = visit.today - timedelta(days=_DAYS - 1)
    collected = insights.collected_by_day(since=since - timedelta(days=_DAYS), until=visit.today)
    # A day that has not come cannot be decided; one that was must not stand here as the last.
    runs = [one for one in plans.run_days(limit=_RUNS) if one["as_of"] <= visit.today]
    money = _by_currency(ageing, collected, visit=visit)
    here = [one for one in ageing if one.currency == money[0].currency]
    return render(
        request,
        "staff/home.html",
        {
            "here": money[0],
            "others": money[1:],
            "promises": insights.promise_figures(today=visit.today),
            "messages": insights.message_figures(at=visit.at),
            "tasks": plans.open_task_count(with_moves=sees_moves),
            "run": runs[0] if runs else None,
            "ageing": {one.bucket: one.amount for one in here},
            "ageing_answer": _ageing_answer(here, money=money),
            "collected_chart": _collected_chart(collected, currency=money[0].currency, visit=visit),
            # The run of every morning also decides for nobody.
            "portfolio_pauses": [
                shown(one, visit=visit) for one in agreements.pauses_on(as_of=visit.today, known_at=visit.at)
            ],
            "petitions_due": rights.due_counts(today=visit.today)
            if user.can(Permission.SEE_PETITIONS)
            else None,
            "goals_of": _goals_of(user),
            "may_see_pauses": request.user.can(Permission.SEE_RUNS),  # type: ignore[union-attr]
            "is_empty": not ageing and not any(one["customers"] for one in runs),
        },
    )


def _goals_of(user: Any) -> int | None:
    """Return the version in force where it has goals and this person may see it."""
    if not user.can(Permission.SEE_RUNS):
        return None
    try:
        version_id, _plan = plans.active_version()
    except plans.NoActivePlan:
        return None
    return version_id if plans.file_of_version(version_id=version_id).goals else None


@dataclass(frozen=True, slots=True)
class _Money:
    """The figures of one currency; shares are of that currency alone."""

    currency: str
    open_amount: Decimal
    overdue_amount: Decimal
    overdue_customers: int
    collected: Decimal
    collected_before: Decimal

    @property
    def overdue_share(self) -> Decimal | None:
        return self.overdue_amount / self.open_amount if self.open_amount else None

    @property
    def collected_change(self) -> Decimal | None:
        """Compare the money of the last 30 days with that of the 30 before."""
        before = self.collected_before
        return (self.collected - before) / before if before else None


def _by_currency(ageing: list[BucketTotal], days: list[DayAmount], *, visit: Visit) -> list[_Money]:
    """Tell currencies apart: the company's first if anything is owed in it, else the largest."""
    since = visit.today - timedelta(days=_DAYS - 1)
    sums: dict[str, list[Decimal]] = {}
    for total in ageing:
        amounts = sums.setdefault(total.currency, [Decimal(0)] * 4)
        amounts[0] += total.amount
        if total.bucket != Bucket.CURRENT:
            amounts[1] += total.amount
    for day in days:
        sums.setdefault(day.currency, [Decimal(0)] * 4)[2 if day.day >= since else 3] += day.amount
    owed = currencies_in_order(
        amounts={code: amounts[0] for code, amounts in sums.items()}, home=visit.currency
    )
    settled = [code for code in sums if code not in owed]
    settled.sort(key=lambda code: (code != visit.currency, code))
    customers = insights.overdue_customers(today=visit.today)
    nothing = [Decimal(0)] * 4
    return [
        _Money(
            currency=code,
            open_amount=amounts[0],
            overdue_amount=amounts[1],
            overdue_customers=customers.get(code, 0),
            collected=amounts[2],
            collected_before=amounts[3],
        )
        for code in [*owed, *settled] or [visit.currency]
        for amounts in [sums.get(code, nothing)]
    ]


def _ageing_answer(totals: list[BucketTotal], *, money: list[_Money]) -> str:
    old = sum((one.amount for one in totals if one.bucket == Bucket.D91_PLUS), Decimal(0))
    overdue = money[0].overdue_amount
    if overdue:
        share = round(old / overdue * 100)
        return _("El %(share)d %% de lo vencido tiene más de 90 días.") % {"share": share}
    if any(one.overdue_amount for one in money[1:]):
        return _("Nada está vencido en %(currency)s; sí en otra moneda.") % {"currency": money[0].currency}
    return _("Nada está vencido.")


def _collected_chart(days: list[DayAmount], *, currency: str, visit: Visit) -> dict[str, object]:
    amounts = {one.day: one.amount for one in days if one.currency == currency}
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
        "currency": currency,
    }

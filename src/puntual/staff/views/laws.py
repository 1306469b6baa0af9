"""Cumplimiento: which rules are in force, and what they refused."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from puntual.compliance import queries as compliance
from puntual.identity.types import Permission
from puntual.staff.access import Visit, page

_DAYS = 30


@page(Permission.SEE_AUDIT)
def refusals(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show how often each rule objected today and in the last 30 days."""
    company = request.company  # type: ignore[attr-defined]
    start = datetime.combine(visit.today, time(), tzinfo=ZoneInfo(company.time_zone))
    pack = compliance.law_pack(country=visit.country)
    return render(
        request,
        "staff/refusals.html",
        {
            "pack": pack,
            "periods": [
                {"key": "today", "rows": _rows(start, visit, country=visit.country)},
                {
                    "key": "month",
                    "rows": _rows(start - timedelta(days=_DAYS - 1), visit, country=visit.country),
                },
            ],
        },
    )


def _rows(since: datetime, visit: Visit, *, country: str) -> list[dict[str, object]]:
    return [
        {**row, "rule": compliance.rule_text(rule_id=row["rule_id"], country=country)}
        for row in compliance.refusals_by_rule(since=since, until=visit.at + timedelta(minutes=1))
    ]


@page(Permission.SEE_AUDIT)
def laws(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the law pack in force with the source of every rule."""
    pack = compliance.law_pack(country=visit.country)
    return render(request, "staff/laws.html", {"pack": pack, "rules": sorted(pack.rules.items())})

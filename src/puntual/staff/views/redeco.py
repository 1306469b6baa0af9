"""Cumplimiento › Quejas: the monthly report for the authority."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from puntual.companies import queries as companies
from puntual.flows import redeco as flow
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError
from puntual.staff.access import Visit, page
from puntual.web.redeco_sheet import text_of, workbook_of

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@page(Permission.SEE_PETITIONS)
def redeco(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the complaints of a month with their totals, as known now or at the end of a day."""
    error = ""
    try:
        report, day = _report(request, visit)
    except (ValueError, DomainError):
        error = _("Escriba el mes así: 2026-11, y el día así: 2026-12-03.")
        report, day = _of_month(request, visit, month=_last_month(visit.today), day=None), None
    context = {
        "report": report,
        "day": day,
        "error": error,
        "this_month": f"{visit.today:%Y-%m}",
        "is_mexico": visit.country == "MX",
    }
    return render(request, "staff/redeco.html", context, status=422 if error else 200)


@page(Permission.SEE_PETITIONS)
def redeco_file(request: HttpRequest, visit: Visit, kind: str) -> HttpResponse:
    """Hand the report over as a file."""
    if kind not in _TYPES:
        raise Http404
    try:
        report, _day = _report(request, visit)
    except (ValueError, DomainError) as error:
        raise Http404 from error
    content: Any = workbook_of(report=report) if kind == "xlsx" else "\ufeff" + text_of(report=report)
    response = HttpResponse(content, content_type=_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="quejas-{report.month}.{kind}"'
    return response


def _report(request: HttpRequest, visit: Visit) -> tuple[flow.MonthReport, date | None]:
    """
    Read which month, and known when.

    Raises: ValueError; flow.NoSuchMonth.
    """
    month = request.GET.get("mes") or _last_month(visit.today)
    asked = request.GET.get("conocido", "")
    day = date.fromisoformat(asked) if asked else None
    return _of_month(request, visit, month=month, day=day), day


def _of_month(request: HttpRequest, visit: Visit, *, month: str, day: date | None) -> flow.MonthReport:
    company = companies.current_company(base_url=request.build_absolute_uri("/").rstrip("/"))
    known_at: datetime = visit.at if day is None else flow.end_of_day(day=day, time_zone=company.time_zone)
    return flow.month_report(month=month, known_at=known_at, company=company)


def _last_month(today: date) -> str:
    """Name the month that is over: the one to report."""
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"

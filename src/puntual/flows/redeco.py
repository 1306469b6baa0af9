"""
The complaints of a month for the authority (in Mexico REDECO), as they were known at a moment.

A month that was reported can be made again, the same to the letter: it is read from the history of each complaint.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from puntual.companies.types import CompanyFacts
from puntual.identity import queries as identity
from puntual.lib.errors import DomainError
from puntual.rights import queries as rights
from puntual.rights.types import KnownComplaint, State


class NoSuchMonth(DomainError):
    """What was asked for is no month."""

    code = "no-such-month"


@dataclass(frozen=True, slots=True)
class Line:
    """A complaint of the month, in words where there is a code."""

    complaint: KnownComplaint
    cause: str
    collector: str


@dataclass(frozen=True, slots=True)
class MonthReport:
    """
    The complaints received in a month, as known at a moment; `lines` is empty where none came.

    Totals are by cause and by agency, the largest first; the company's own collection is the agency "".
    """

    month: str
    known_at: datetime
    entity: str
    lines: tuple[Line, ...]
    by_cause: tuple[tuple[str, int], ...]
    by_agency: tuple[tuple[str, int], ...]
    open_count: int
    late_count: int


def month_report(*, month: str, known_at: datetime, company: CompanyFacts) -> MonthReport:
    """
    Report a month (2026-11) with what was known at a moment.

    Raises: NoSuchMonth.
    """
    try:
        found = rights.complaints_of_month(month=month, known_at=known_at, time_zone=company.time_zone)
    except ValueError as error:
        raise NoSuchMonth(_("Escriba el mes así: 2026-11.")) from error
    staff = {one["id"]: one["name"] for one in identity.staff_list()}
    lines = tuple(
        Line(
            complaint=one,
            cause=rights.cause_text(code=one.cause, country=company.country),
            collector=staff.get(one.collector_id, "") if one.collector_id else "",
        )
        for one in found
    )
    return MonthReport(
        month=month,
        known_at=known_at,
        entity=company.legal_name or company.name,
        lines=lines,
        by_cause=_totals(lines, lambda line: line.cause),
        by_agency=_totals(lines, lambda line: line.complaint.agency),
        open_count=sum(1 for one in found if one.state is State.OPEN),
        late_count=sum(1 for one in found if one.is_late),
    )


def end_of_day(*, day: date, time_zone: str) -> datetime:
    """Return the last moment of a day at the company: what was known by then counts."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(time_zone)) - timedelta(
        microseconds=1
    )


def _totals(lines: Sequence[Line], name: Callable[[Line], str]) -> tuple[tuple[str, int], ...]:
    counted = Counter(name(one) for one in lines)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))

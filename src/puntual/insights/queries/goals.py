"""What goals are measured by: the ledger as of days, promises and contacts of periods, in a scope."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from puntual.db import named, rows
from puntual.insights.types import Collected, Scope, Standing
from puntual.portfolio.types import BALANCE_KEY

_SQL = named.load(Path(__file__).resolve().parents[1] / "sql" / "goals.sql")


def _params(scope: Scope, day: date, **more: Any) -> dict[str, Any]:
    return {
        "currency": scope.currency,
        "segment": scope.segment,
        "product": scope.product,
        "day": day,
        **more,
    }


def has_members(*, segment: str, day: date) -> bool:
    """Say whether anybody is known to have been in a segment on a day."""
    return bool(rows.fetch_all(_SQL["has_members"], {"segment": segment, "day": day})[0][0])


def standing(*, scope: Scope, day: date, members_on: date) -> Standing:
    """Give what is owed at the end of a day, with all that is known now, by who is in the segment on another day."""
    return Standing(*rows.fetch_all(_SQL["standing"], _params(scope, day, members_on=members_on))[0])


def sales_by_month(*, scope: Scope, day: date, since: date = date.min) -> dict[date, Decimal]:
    """Give what was sold by the first day of its month, from a day until another, the newest first."""
    return dict(rows.fetch_all(_SQL["sales_by_month"], _params(scope, day, since=since)))


def collected(*, scope: Scope, before: date, day: date) -> Collected:
    """Give the money that came in after a day until another."""
    params = _params(scope, day, before=before, balance_keys=f"{BALANCE_KEY}%")
    return Collected(*rows.fetch_all(_SQL["collected"], params)[0])


def cures(*, scope: Scope, before: date, day: date) -> tuple[int, int]:
    """Count the customers who were late at the end of a day, and those of them who are not at the end of another."""
    late, cured = rows.fetch_all(_SQL["cures"], _params(scope, day, before=before))[0]
    return late, cured


def promises_due(*, scope: Scope, before: date, day: date) -> tuple[int, int]:
    """Count of the promises due after a day until another how many were kept, and how many ended."""
    kept, ended = rows.fetch_all(_SQL["promises_due"], _params(scope, day, before=before))[0]
    return kept, ended


def attempts_made(*, scope: Scope, before: date, day: date, time_zone: str) -> dict[str, int]:
    """Count how often each channel was used after a day until another; days are those of the time zone."""
    params = _params(scope, day, before=before, time_zone=time_zone)
    return dict(rows.fetch_all(_SQL["attempts_made"], params))

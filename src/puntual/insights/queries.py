"""Reads for boards, lists and the timeline of a customer: each one statement, shaped for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from puntual.db import named, rows
from puntual.insights.types import BucketTotal, DayAmount
from puntual.lib.text import folded
from puntual.portfolio import queries as portfolio

_FOLDER = Path(__file__).parent / "sql"
_BOARDS = named.load(_FOLDER / "boards.sql")
_CUSTOMERS = named.load(_FOLDER / "customers.sql")
_WORK = named.load(_FOLDER / "work.sql")
SORTS = ("overdue", "-overdue", "open", "-open", "days", "-days", "name", "-name")


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A page of customers and the totals of the whole selection."""

    rows: list[dict[str, Any]]
    total_rows: int
    total_open: Decimal
    total_overdue: Decimal


def ageing_now(*, today: date) -> list[BucketTotal]:
    """Give open amounts by bucket and currency now."""
    return [BucketTotal(*row) for row in rows.fetch_all(_BOARDS["ageing_now"], {"today": today})]


def overdue_customers(*, today: date) -> int:
    """Count customers with something overdue."""
    count: int = rows.fetch_all(_BOARDS["overdue_customers"], {"today": today})[0][0]
    return count


def collected_by_day(*, since: date, until: date) -> list[DayAmount]:
    """Give the money received by value date, reversals taken off."""
    found = rows.fetch_all(_BOARDS["collected_by_day"], {"since": since, "until": until})
    return [DayAmount(*row) for row in found]


def overdue_by_day(*, since: date, until: date) -> list[dict[str, Any]]:
    """Give overdue and open amounts of the days that have a picture."""
    return rows.fetch_dicts(_BOARDS["overdue_by_day"], {"since": since, "until": until})


def promise_figures(*, today: date) -> dict[str, int]:
    """Count promises: active, due this week, kept and broken in the last 30 days."""
    return rows.fetch_dicts(_BOARDS["promise_figures"], {"today": today})[0]


def message_figures(*, at: datetime) -> dict[str, int]:
    """Count the messages of the last day, and all that still wait, by state."""
    found = rows.fetch_all(_BOARDS["message_figures"], {"since": at - timedelta(days=1)})
    return dict(found)


def stage_figures() -> dict[str, int]:
    """Count customers by stage."""
    return dict(rows.fetch_all(_BOARDS["stage_figures"]))


def _pattern(search: str) -> str:
    words = folded(search).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{words}%" if words else ""


def customer_list(
    *,
    search: str,
    stage: str | None,
    segment: str | None,
    tag: str | None,
    overdue_only: bool,
    owing_only: bool,
    sort: str,
    currency: str,
    today: date,
    limit: int,
    skip: int,
) -> CustomerPage:
    """
    List customers with what they owe in one currency; totals are of the whole selection.

    `sort` is one of SORTS, a minus for the largest first; anything else puts the largest overdue amount first.
    """
    found = rows.fetch_dicts(
        _CUSTOMERS["customer_list"],
        {
            "words": portfolio.search_patterns(text=search),
            "stage": stage,
            "segment": segment,
            "tag": tag,
            "overdue_only": overdue_only,
            "owing_only": owing_only,
            "sort": sort if sort in SORTS else "-overdue",
            "currency": currency,
            "today": today,
            "limit": limit,
            "skip": skip,
        },
    )
    first = found[0] if found else {}
    return CustomerPage(
        rows=found,
        total_rows=first.get("total_rows", 0),
        total_open=first.get("total_open") or Decimal(0),
        total_overdue=first.get("total_overdue") or Decimal(0),
    )


def other_currencies(
    *, customer_ids: Sequence[int], currency: str, today: date
) -> dict[int, list[dict[str, Any]]]:
    """Give what customers owe in other currencies than the list's."""
    found = rows.fetch_dicts(
        _CUSTOMERS["other_currencies"],
        {"customer_ids": list(customer_ids), "currency": currency, "today": today},
    )
    grouped: dict[int, list[dict[str, Any]]] = {}
    for row in found:
        grouped.setdefault(row["customer_id"], []).append(row)
    return grouped


def tag_list() -> list[dict[str, Any]]:
    """List the tags in use, most used first."""
    return rows.fetch_dicts(_CUSTOMERS["tag_list"])


def find(*, search: str, limit: int) -> list[dict[str, Any]]:
    """Find customers by name, number or tax id, and documents by their exact number."""
    pattern = _pattern(search)
    if not pattern:
        return []
    given = search.strip()
    return rows.fetch_dicts(
        _CUSTOMERS["find"], {"pattern": pattern, "documents": [given, given.upper()], "limit": limit}
    )


def timeline(*, customer_id: int, kinds: Sequence[str] | None, limit: int) -> list[dict[str, Any]]:
    """List everything that happened with one customer, newest first, or some kinds of it."""
    return rows.fetch_dicts(
        _CUSTOMERS["timeline"],
        {"customer_id": customer_id, "kinds": None if kinds is None else list(kinds), "limit": limit},
    )


@dataclass(frozen=True, slots=True)
class ReceivablePage:
    """A page of documents, how many fit, and the totals of the whole selection by currency."""

    rows: list[dict[str, Any]]
    total_rows: int
    totals: list[dict[str, Any]]


def receivable_list(
    *, search: str, state: str, sort: str, today: date, limit: int, skip: int
) -> ReceivablePage:
    """
    List documents by number or customer: all, open, overdue or paid ones.

    `sort` is "due" (oldest due first), "-due", "open", "-open" or "document"; anything else is "due".
    """
    params = {
        "number": f"{portfolio.search_pattern(text=search).lstrip('%')}" if search.strip() else "",
        "words": portfolio.search_patterns(text=search),
        "state": state,
        "sort": sort,
        "today": today,
    }
    totals = rows.fetch_dicts(_WORK["receivable_totals"], params)
    found = rows.fetch_dicts(_WORK["receivable_list"], {**params, "limit": limit, "skip": skip})
    return ReceivablePage(rows=found, total_rows=sum(one["receivables"] for one in totals), totals=totals)


def promise_totals(*, today: date) -> list[dict[str, Any]]:
    """Sum active promises by currency: all, those due within a week, and those due today or before."""
    return rows.fetch_dicts(_WORK["promise_totals"], {"today": today})


def portal_links(*, customer_id: int, at: datetime) -> list[dict[str, Any]]:
    """List the portal links of a customer that still open, newest first."""
    return rows.fetch_dicts(_WORK["portal_links"], {"customer_id": customer_id, "at": at})


def open_currencies() -> list[str]:
    """List the currencies in which something is owed."""
    return [row[0] for row in rows.fetch_all(_WORK["open_currencies"])]

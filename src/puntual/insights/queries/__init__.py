"""Reads for boards, lists and the timeline of a customer: each one statement, shaped for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from puntual.contacts import queries as contacts
from puntual.db import named, rows
from puntual.insights.types import BucketTotal, DayAmount
from puntual.lib.days import BUCKETS, Bucket, bucket_starts
from puntual.lib.money import currencies_in_order
from puntual.portfolio import queries as portfolio

_FOLDER = Path(__file__).resolve().parents[1] / "sql"
_BOARDS = named.load(_FOLDER / "boards.sql")
_CUSTOMERS = named.load(_FOLDER / "customers.sql")
_WORK = named.load(_FOLDER / "work.sql")
# Customers who share one telephone or e-mail.
_POINTED_MAX = 100
_NAME_SORTS = {"name": "ids_by_name", "-name": "ids_by_name_back"}
_DEBT_SORTS = ("-overdue", "-open", "-days")
SORTS = ("overdue", "-overdue", "open", "-open", "days", "-days", "name", "-name")


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """What a selection owes in one currency."""

    currency: str
    open_amount: Decimal
    overdue_amount: Decimal


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A page of customers, how many fit, and what the whole selection owes in each currency."""

    rows: list[dict[str, Any]]
    total_rows: int
    totals: list[CurrencyTotal]


def ageing_now(*, today: date) -> list[BucketTotal]:
    """Give open amounts by bucket and currency now."""
    return [BucketTotal(*row) for row in rows.fetch_all(_BOARDS["ageing_now"], {"today": today})]


def overdue_customers(*, today: date) -> dict[str, int]:
    """Count customers with something overdue, by currency."""
    return dict(rows.fetch_all(_BOARDS["overdue_customers"], {"today": today}))


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


def customer_list(
    *,
    search: str,
    country: str,
    stage: str | None,
    segment: str | None,
    tag: str | None,
    overdue_only: bool,
    owing_only: bool,
    sort: str,
    currencies: Sequence[str],
    today: date,
    limit: int,
    skip: int,
    moved_to: str | None = None,
) -> CustomerPage:
    """
    List customers with what they owe in each of the currencies; totals are of the whole selection.

    `moved_to`: only those whose case a move holds there.

    `search` is as for `find`. `currencies` are in the order of their weight: who owes in the first comes before who
    owes only in the second. Each row has its `debts` in that order. `sort` is one of SORTS, a minus for the largest
    first; anything else puts the largest overdue amount first.
    """
    params = {
        "words": portfolio.search_patterns(text=search),
        "pointed": _pointed_at(search, country),
        "stage": stage,
        "segment": segment,
        "tag": tag,
        "moved_to": moved_to,
        "overdue_only": overdue_only,
        "owing_only": owing_only,
        "sort": sort if sort in SORTS else "-overdue",
        "currencies": list(currencies),
        "today": today,
        "limit": limit,
        "skip": skip,
    }
    is_whole = not (params["words"] or stage or segment or tag or moved_to)
    chosen = _whole_portfolio(params) if is_whole else None
    customer_ids, (total_rows, *sums) = chosen or _customers(params)
    found = rows.fetch_dicts(_CUSTOMERS["customer_rows"], {**params, "customer_ids": customer_ids})
    debts = _debts(params, customer_ids=customer_ids)
    totals = {
        code: CurrencyTotal(code, *amounts)
        for code, *amounts in zip(*(one or [] for one in sums), strict=True)
    }
    return CustomerPage(
        rows=[{**row, "debts": debts.get(row["id"], [])} for row in found],
        total_rows=total_rows,
        totals=[totals[code] for code in currencies if code in totals],
    )


def _customers(params: dict[str, Any]) -> tuple[list[int], tuple[Any, ...]]:
    """Choose the customers of a page and total the selection, whatever narrows it."""
    found = rows.fetch_all(_CUSTOMERS["customer_ids"], params)
    return [row[4] for row in found if row[4] is not None], found[0][:4]


def _whole_portfolio(params: dict[str, Any]) -> tuple[list[int], tuple[Any, ...]] | None:
    """
    Do the same for the whole portfolio by an index alone: of names, or of open receivables.

    The latter ends where those who owe nothing begin, and with several currencies where those begin who owe none of
    the first: a page that reaches them is None, to be read the other way.
    """
    narrowed = params["overdue_only"] or params["owing_only"]
    wanted = dict(params)
    has_one = len(params["currencies"]) == 1
    if params["sort"] in _NAME_SORTS and not narrowed:
        statement = _NAME_SORTS[params["sort"]]
    elif params["sort"] in (("-overdue",) if params["overdue_only"] else _DEBT_SORTS):
        statement = "debtor_ids"
        if params["sort"] != "-days" and not has_one:
            wanted["currencies"] = params["currencies"][:1]
            wanted["overdue_only"] = params["sort"] == "-overdue"
    else:
        return None
    whole = "overdue_totals" if params["overdue_only"] else "debtor_totals"
    totals = rows.fetch_all(_CUSTOMERS[whole], params)[0]
    found = [row[0] for row in rows.fetch_all(_CUSTOMERS[statement], wanted)]
    is_full = len(found) == min(params["limit"], max(totals[0] - params["skip"], 0))
    return (found, totals) if is_full else None


def _debts(params: dict[str, Any], *, customer_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Give what customers owe in each currency."""
    found = rows.fetch_dicts(_CUSTOMERS["customer_debts"], {**params, "customer_ids": list(customer_ids)})
    grouped: dict[int, list[dict[str, Any]]] = {}
    for row in found:
        grouped.setdefault(row["customer_id"], []).append(row)
    return grouped


def places_held() -> list[str]:
    """List where moves hold cases now."""
    return [row[0] for row in rows.fetch_all(_CUSTOMERS["places_held"])]


def tag_list() -> list[dict[str, Any]]:
    """List the tags in use among the first 20,000 customers, most used first."""
    return rows.fetch_dicts(_CUSTOMERS["tag_list"])


def find(*, search: str, country: str, limit: int) -> list[dict[str, Any]]:
    """
    Find customers by name, number or tax id, and documents by their exact number.

    Customers are also found by what somebody who calls, writes or pays says of them: a telephone of that country, an
    e-mail, the reference of a transfer.
    """
    words = portfolio.search_patterns(text=search)
    if not words:
        return []
    given = search.strip()
    return rows.fetch_dicts(
        _CUSTOMERS["find"],
        {
            "words": words,
            "pointed": _pointed_at(search, country),
            "documents": [given, given.upper()],
            "limit": limit,
        },
    )


def _pointed_at(search: str, country: str) -> list[int]:
    """Return the customers of a payment reference, a tax id, a telephone or an e-mail."""
    if not search.strip():
        return []
    owner = portfolio.customer_id_of_reference(reference=search)
    return [
        *([] if owner is None else [owner]),
        *portfolio.customer_ids_of_tax_id(text=search, limit=_POINTED_MAX),
        *contacts.customer_ids_at(text=search, country=country, limit=_POINTED_MAX),
    ]


def holdings(*, customer_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Count what customers have beside documents: payments, promises, disputes, points, attempts, messages."""
    found = rows.fetch_dicts(_CUSTOMERS["holdings"], {"customer_ids": list(customer_ids)})
    return {row.pop("customer_id"): row for row in found}


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
    *,
    search: str,
    state: str,
    sort: str,
    today: date,
    limit: int,
    skip: int,
    band: Bucket | None = None,
    currency: str = "",
) -> ReceivablePage:
    """
    List documents by number or customer: all, open, overdue or paid ones; of one age, and of one currency.

    `sort` is "due" (oldest due first), "-due", "open", "-open" or "document"; anything else is "due".
    """
    params = {
        "number": f"{portfolio.search_pattern(text=search).lstrip('%')}" if search.strip() else "",
        "words": portfolio.search_patterns(text=search),
        "state": state,
        "sort": sort,
        "today": today,
        "currency": currency or None,
        **_due_days(band, today=today),
    }
    totals = rows.fetch_dicts(_WORK["receivable_totals"], params)
    found = rows.fetch_dicts(_WORK["receivable_list"], {**params, "limit": limit, "skip": skip})
    return ReceivablePage(rows=found, total_rows=sum(one["receivables"] for one in totals), totals=totals)


def _due_days(band: Bucket | None, *, today: date) -> dict[str, date | None]:
    """Return the first and the last day to fall due of a band of days late; None where it is open."""
    if band is None:
        return {"due_from": None, "due_until": None}
    starts = [bucket_starts()[one] for one in BUCKETS]
    place = BUCKETS.index(band)
    following = starts[place + 1 :][:1]
    return {
        "due_from": today - timedelta(days=following[0] - 1) if following else None,
        "due_until": today - timedelta(days=starts[place]) if place else None,
    }


def promise_totals(*, today: date) -> list[dict[str, Any]]:
    """Sum active promises by currency: all, those due within a week, and those due today or before."""
    return rows.fetch_dicts(_WORK["promise_totals"], {"today": today})


def portal_links(*, customer_id: int, at: datetime) -> list[dict[str, Any]]:
    """List the portal links of a customer that still open, newest first."""
    return rows.fetch_dicts(_WORK["portal_links"], {"customer_id": customer_id, "at": at})


def open_currencies(*, home: str) -> list[str]:
    """List the currencies in which something is owed: the home one first if it is, then by amount."""
    found = dict(rows.fetch_all(_WORK["open_currencies"]))
    return currencies_in_order(amounts=found, home=home)

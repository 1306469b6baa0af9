"""Reads of agreements: promises, disputes, pauses."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from puntual.agreements import rules
from puntual.agreements.types import (
    ActiveHold,
    CountablePayment,
    HoldFacts,
    HoldReason,
    PauseReason,
    PauseScope,
    PortfolioPause,
    PromiseBoard,
    PromiseFacts,
    PromiseState,
    WaitingPromise,
)
from puntual.db import named, rows
from puntual.lib.days import add_business_days
from puntual.portfolio.types import BALANCE_KEY

_FOLDER = Path(__file__).parent / "sql"
_PROMISES = named.load(_FOLDER / "promises.sql")
_PAUSES = named.load(_FOLDER / "pauses.sql")
_PAGES = named.load(_FOLDER / "pages.sql")
_MERGING = named.load(_FOLDER / "merging.sql")
_PORTFOLIO_PAUSES = named.load(_FOLDER / "portfolio_pauses.sql")


PromiseGroup = tuple[list[PromiseFacts], dict[int, list[CountablePayment]]]


def _promise_facts(row: Sequence[Any]) -> PromiseFacts:
    """Read a promise from the columns that gather and active_promises share, in their order."""
    return PromiseFacts(
        id=row[0],
        customer_id=row[1],
        amount=row[2],
        currency=row[3],
        made_on=row[4],
        due_date=row[5],
        tolerance_days=row[6],
        paid_amount=row[7],
        state=PromiseState(row[8]),
        settled_on=row[9],
    )


def promises_to_judge(
    *, customer_ids: Sequence[int] | None, looked_back_to: date, today: date
) -> list[PromiseGroup]:
    """
    Return promises that may have to be judged, by customer and currency, each with the money that may count.

    Without customers: those with an active promise or one due since `looked_back_to`.
    """
    found = rows.fetch_all(
        _PROMISES["gather"],
        {
            "customer_ids": None if customer_ids is None else list(customer_ids),
            "looked_back_to": looked_back_to,
            "today": today,
            "balance_keys": f"{BALANCE_KEY}%",
        },
    )
    groups: list[PromiseGroup] = []
    for _customer_and_currency, members in groupby(found, key=lambda row: (row[1], row[3])):
        promises: list[PromiseFacts] = []
        payments: dict[int, list[CountablePayment]] = {}
        for row in members:
            promises.append(replace(_promise_facts(row), is_owed=row[13]))
            if row[10] is not None:
                payments[row[0]] = [CountablePayment(*one) for one in zip(*row[10:13], strict=True)]
        groups.append((promises, payments))
    return groups


def promises_of(*, customer_id: int) -> list[dict[str, Any]]:
    """Return every promise of one customer, newest first."""
    return rows.fetch_dicts(_PROMISES["promises_of"], {"customer_id": customer_id})


def active_promises(*, customer_ids: Sequence[int]) -> dict[int, list[PromiseFacts]]:
    """Return the promises that customers have to keep now, next due first; none is absent."""
    found: dict[int, list[PromiseFacts]] = defaultdict(list)
    for row in rows.fetch_all(_PROMISES["active_promises"], {"customer_ids": list(customer_ids)}):
        found[row[1]].append(_promise_facts(row))
    return dict(found)


def open_promises(*, limit: int, offset: int = 0, due_until: date | None = None) -> list[dict[str, Any]]:
    """Return promises that wait for their money with their customers, the next one due first."""
    return rows.fetch_dicts(
        _PROMISES["open_promises"], {"limit": limit, "offset": offset, "due_until": due_until}
    )


def promise_page(
    *, customer_id: int | None, state: PromiseState | None, after: int, limit: int
) -> list[dict[str, Any]]:
    """List promises whose row id is past `after`, oldest first: of one customer or all, in one state or any."""
    return rows.fetch_dicts(
        _PAGES["promise_page"],
        {"customer_id": customer_id, "state": state, "after": after, "limit": limit},
    )


def missed_promises(*, since: date, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Return promises broken or kept only in part since a day with their customers, newest first."""
    return rows.fetch_dicts(_PROMISES["missed_promises"], {"since": since, "limit": limit, "offset": offset})


def promise_counts(*, today: date) -> PromiseBoard:
    """Count the promises that wait, and those settled in the last 30 days."""
    return PromiseBoard(*rows.fetch_all(_PROMISES["promise_counts"], {"today": today})[0])


def disputes_of(*, customer_id: int) -> list[dict[str, Any]]:
    """Return every dispute of one customer, newest first."""
    return rows.fetch_dicts(_PAUSES["disputes_of"], {"customer_id": customer_id})


def disputed_documents(*, customer_ids: Sequence[int] | None) -> frozenset[int]:
    """Return the receivables that their debtors object to now, of these customers or of all."""
    given = None if customer_ids is None else list(customer_ids)
    return frozenset(row[0] for row in rows.fetch_all(_PAUSES["disputed_documents"], {"customer_ids": given}))


def open_disputes(*, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Return disputes that wait for an answer with their customers, the one owed first on top."""
    return rows.fetch_dicts(_PAUSES["open_disputes"], {"limit": limit, "offset": offset})


def hardships(*, today: date, limit: int) -> list[dict[str, Any]]:
    """Return who told of a difficult moment that lasts still, the first one on top."""
    return rows.fetch_dicts(_PAUSES["hardships"], {"today": today, "limit": limit})


def holds_of(*, customer_id: int, today: date) -> list[dict[str, Any]]:
    """Return every pause of one customer, past and lifted ones too; `is_active` marks those of today."""
    return rows.fetch_dicts(_PAUSES["holds_of"], {"customer_id": customer_id, "today": today})


def active_holds(*, customer_ids: Sequence[int], today: date) -> dict[int, list[ActiveHold]]:
    """
    Return the pauses that hold today, the one of the whole customer first; a customer without any is absent.

    Overlapping holds are one pause; its end is the last day without a gap.
    """
    found = rows.fetch_all(_PAUSES["live_holds"], {"customer_ids": list(customer_ids), "today": today})
    holds = [HoldFacts(row[0], row[1], row[2], HoldReason(row[3]), row[4], row[5]) for row in found]
    pauses: dict[int, list[ActiveHold]] = defaultdict(list)
    for pause in rules.active_holds(holds=holds, today=today):
        pauses[pause.customer_id].append(pause)
    return dict(pauses)


def portfolio_pauses(*, limit: int) -> list[PortfolioPause]:
    """List pauses of parts of the portfolio, past and lifted ones too, the newest first."""
    return [_pause(row) for row in rows.fetch_all(_PORTFOLIO_PAUSES["pauses"], {"limit": limit})]


def pauses_on(*, as_of: date, known_at: datetime) -> list[PortfolioPause]:
    """Return the pauses of a day as they were known at a moment, the one that ends last on top."""
    params = {"as_of": as_of, "known_at": known_at}
    return [_pause(row) for row in rows.fetch_all(_PORTFOLIO_PAUSES["pauses_on"], params)]


def pauses_between(*, first: date, last: date) -> list[PortfolioPause]:
    """Return the pauses that touch some days, also those that were lifted; the one that ends last on top."""
    params = {"first": first, "last": last}
    return [_pause(row) for row in rows.fetch_all(_PORTFOLIO_PAUSES["pauses_between"], params)]


def _pause(row: Sequence[Any]) -> PortfolioPause:
    return PortfolioPause(row[0], PauseScope(row[1]), row[2], PauseReason(row[3]), *row[4:])


def pause_scope_values() -> dict[PauseScope, list[tuple[str, int]]]:
    """List the tags, states and products that customers have, each with how many have it."""
    found: dict[PauseScope, list[tuple[str, int]]] = defaultdict(list)
    for scope, value, count in rows.fetch_all(_PORTFOLIO_PAUSES["scope_values"]):
        found[PauseScope(scope)].append((value, count))
    return dict(found)


def paused_customers(*, pause_id: int) -> list[int]:
    """Return the customers that a pause holds still as a whole: none where it is of a product or a segment."""
    return [row[0] for row in rows.fetch_all(_PORTFOLIO_PAUSES["paused_customers"], {"pause_id": pause_id})]


def merge_obstacles(*, source_id: int, target_id: int) -> list[tuple[str, str]]:
    """List what a person has to settle before two customers can be one: (PROMISE, currency) or (DISPUTE, "")."""
    return [
        (row[0], row[1])
        for row in rows.fetch_all(
            _MERGING["merge_obstacles"], {"source_id": source_id, "target_id": target_id}
        )
    ]


def promises_waiting(*, after: int, up_to: int, country: str) -> dict[int, list[WaitingPromise]]:
    """Return the active promises of the customers with after < id <= up_to, the first that is due first."""
    found: dict[int, list[WaitingPromise]] = defaultdict(list)
    for customer_id, made_on, due_date, tolerance_days in rows.fetch_all(
        _PROMISES["promises_waiting"], {"after": after, "up_to": up_to}
    ):
        last_day = add_business_days(day=due_date, count=tolerance_days, country=country)
        found[customer_id].append(WaitingPromise(made_on=made_on, due_date=due_date, last_day=last_day))
    return dict(found)

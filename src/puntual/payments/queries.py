"""Reads of payments."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.lib.errors import NotFound
from puntual.payments import rules
from puntual.payments.types import NO_PROMPT_PAY, CollectedRow, NewPayment, PaymentList, PromptPay, Share
from puntual.plans.types import PromptTerms
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import OpenItem

_SQL = named.load(Path(__file__).parent / "sql" / "reads.sql")
_LIST_MAX = 1000


def _search(text: str) -> dict[str, Any]:
    return {
        "words": portfolio.search_patterns(text=text),
        "reference": portfolio.search_pattern(text=text.upper()).removeprefix("%"),
    }


def payment_list(*, search: str, page: int, page_size: int) -> PaymentList:
    """
    Return one page of payments, newest first.

    A search finds the words in the customer's name, number or tax id, or how the bank's reference begins.
    A page beyond the last is the last.
    """
    params = _search(search)
    totals = rows.fetch_dicts(_SQL["totals_found" if params["words"] else "totals"], params)
    total = sum(row["payments"] for row in totals)
    number = min(max(page, 1), max(1, -(-total // page_size)))
    found = rows.fetch_dicts(
        _SQL["payment_list_found" if params["words"] else "payment_list"],
        {**params, "limit": page_size, "offset": (number - 1) * page_size},
    )
    return PaymentList(rows=found, total=total, number=number, totals=totals)


def payment_page(
    *, customer_id: int | None, since: date | None, until: date | None, after: int, limit: int
) -> list[dict[str, Any]]:
    """List payments of one customer or of all, after the id where the page before ended, by value date if asked."""
    return rows.fetch_dicts(
        _SQL["payment_page"],
        {"customer_id": customer_id, "since": since, "until": until, "after": after, "limit": limit},
    )


def prompt_pay(*, terms: Sequence[PromptTerms], open_items: Mapping[int, Sequence[OpenItem]]) -> PromptPay:
    """
    Say what may be let go of these debts when they are paid early.

    Of what anything but money has lowered (a credit note, a discount, an adjustment, a write-off) nothing is: that may
    be the same discount, and the discount is a share of the whole document.
    """
    if not terms:
        return NO_PROMPT_PAY
    ids = [item.id for items in open_items.values() for item in items]
    lowered = portfolio.lowered(receivable_ids=ids)
    return PromptPay(
        tuple(terms),
        frozenset(one for one, by in lowered.items() if by.is_let_go),
        {one: by.paid_until for one, by in lowered.items() if by.paid_until is not None},
    )


def shares_of(
    *, payment: NewPayment, in_dispute: Collection[int], terms: Sequence[PromptTerms] = ()
) -> dict[int, Share]:
    """
    Say what each receivable would take of a payment if it were recorded now; writes nothing.

    A payment that would be refused gives nothing to any.
    """
    open_items = {payment.customer_id: portfolio.open_items(customer_id=payment.customer_id)}
    applied, _refused = rules.apply_payments(
        payments=[payment],
        open_items=open_items,
        in_dispute=in_dispute,
        prompt=prompt_pay(terms=terms, open_items=open_items),
    )
    return {share.receivable_id: share for one in applied for share in one.shares}


def payment(*, payment_id: int) -> dict[str, Any]:
    """
    Return one payment; `allocations` lists what each receivable took of it.

    Raises: NotFound when there is no such payment.
    """
    found = rows.fetch_dicts(_SQL["payment"], {"payment_id": payment_id})
    if not found:
        raise NotFound(_("No existe ese pago."))
    allocations = rows.fetch_dicts(_SQL["allocations_of"], {"payment_id": payment_id})
    return {**found[0], "allocations": allocations}


def payments_of(*, customer_id: int) -> list[dict[str, Any]]:
    """List the payments of one customer, newest first."""
    return rows.fetch_dicts(_SQL["payments_of"], {"customer_id": customer_id})


def payment_ids_of(*, keys: Sequence[str]) -> dict[str, int]:
    """Return {key: payment id} of the keys that are known."""
    return dict(rows.fetch_all(_SQL["payment_ids_of"], {"keys": list(keys)}))


def unapplied(*, customer_id: int | None = None, limit: int = _LIST_MAX) -> list[dict[str, Any]]:
    """List payments that left a credit, of one customer or of all, oldest first."""
    return rows.fetch_dicts(_SQL["unapplied"], {"customer_id": customer_id, "limit": limit})


def reports_waiting(*, limit: int = _LIST_MAX) -> list[dict[str, Any]]:
    """List payments that debtors report and nobody has answered, oldest first."""
    return rows.fetch_dicts(_SQL["reports"], {"customer_id": None, "limit": limit})


def reports_of(*, customer_id: int) -> list[dict[str, Any]]:
    """List all payments that one customer reported, oldest first."""
    return rows.fetch_dicts(_SQL["reports"], {"customer_id": customer_id, "limit": _LIST_MAX})


def collected_by_day(*, since: date, until: date) -> list[CollectedRow]:
    """Sum what came in by value date and currency, both days included; reversed payments are left out."""
    found = rows.fetch_all(_SQL["collected_by_day"], {"since": since, "until": until})
    return [CollectedRow(*row) for row in found]


def payment_mismatches() -> list[dict[str, Any]]:
    """List payments that differ from their allocations, their credit or the ledger; any is a defect."""
    return rows.fetch_dicts(_SQL["payment_mismatches"])


def has_anyone_credit() -> bool:
    """Say whether any payment is not wholly applied."""
    return bool(rows.fetch_all(_SQL["has_anyone_credit"])[0][0])

"""What already stands between the debtor and the company: promises, reports, disputes, a pause."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from puntual.agreements import queries as agreements
from puntual.agreements.types import OPEN_DISPUTES, DisputeState, HoldReason, PromiseState
from puntual.flows.offers import OfferNow, offers_now
from puntual.flows.prompt_pay import discounts_of
from puntual.lib.money import ZERO
from puntual.payments import queries as payments
from puntual.payments.types import PaymentState, ReportState
from puntual.portal.access import Visit
from puntual.portal.balance import Balance, balances
from puntual.portfolio import queries as portfolio
from puntual.rights import queries as rights
from puntual.rights.types import Petition
from puntual.rights.types import State as PetitionState

# What was answered is told on the first page for so long; its receipt stays.
_ANSWERS_SHOWN_DAYS = 30
_ANSWERED = (DisputeState.ACCEPTED, DisputeState.REJECTED)


def active_promises(visit: Visit) -> list[dict[str, Any]]:
    """List the promises in force."""
    return [
        one
        for one in agreements.promises_of(customer_id=visit.customer_id)
        if one["state"] == PromiseState.ACTIVE
    ]


def open_disputes(visit: Visit) -> list[dict[str, Any]]:
    """List what is under review; without a document number it is the whole balance."""
    return [
        one for one in agreements.disputes_of(customer_id=visit.customer_id) if one["state"] in OPEN_DISPUTES
    ]


def balances_of(visit: Visit, *, standing: Mapping[str, Any] | None = None) -> tuple[Balance, ...]:
    """
    Lay out what the debtor owes, with what is under review or to be corrected told apart.

    What `standing_of` returned saves reading it again.
    """
    reviewed = open_disputes(visit) if standing is None else standing["disputes"]
    corrected = _being_corrected(_active_holds(visit)) if standing is None else standing["corrected"]
    items = portfolio.open_items(customer_id=visit.customer_id)
    return balances(
        items=items,
        today=visit.today,
        home_currency=visit.company.currency,
        disputed={one["receivable_id"] for one in reviewed} | corrected,
        discounts=discounts_of(items=items, time_zone=visit.company.time_zone, today=visit.today),
    )


def offers_of(visit: Visit, *, owed: Sequence[Balance]) -> list[OfferNow]:
    """List what the debtor was offered and may still take, while anything is asked for."""
    found = offers_now(customer_id=visit.customer_id, time_zone=visit.company.time_zone, today=visit.today)
    return found if any(one.asked_amount > ZERO for one in owed) else []


def _active_holds(visit: Visit) -> list[dict[str, Any]]:
    holds = agreements.holds_of(customer_id=visit.customer_id, today=visit.today)
    return [one for one in holds if one["is_active"]]


def _being_corrected(holds: Sequence[dict[str, Any]]) -> set[int | None]:
    """Return what the debtor was right about and is not corrected yet; None for the whole balance."""
    return {one["receivable_id"] for one in holds if one["reason"] == HoldReason.CORRECTION}


def _credits(paid: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sum what payments left in the debtor's favour by currency."""
    sums: dict[str, Decimal] = {}
    for one in paid:
        sums[one["currency"]] = sums.get(one["currency"], ZERO) + one["unapplied_amount"]
    return [{"currency": code, "amount": amount} for code, amount in sorted(sums.items()) if amount]


def hardship_hold(visit: Visit) -> dict[str, Any] | None:
    """Return the pause that a difficult moment gave, while it lasts."""
    return _hardship(_active_holds(visit))


def _hardship(holds: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    found = [one for one in holds if one["reason"] == HoldReason.HARDSHIP]
    return max(found, key=lambda one: one["until_date"], default=None)


def _answers(
    visit: Visit, *, disputes: Sequence[dict[str, Any]], reports: Sequence[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Choose what was lately answered, with the address of its receipt."""
    since = visit.at - timedelta(days=_ANSWERS_SHOWN_DAYS)
    return {
        "disputes": [
            {**one, "url": visit.url("receipt", "aclaracion", one["id"])}
            for one in disputes
            if one["state"] in _ANSWERED and one["closed_at"] >= since
        ],
        "reports": [
            {**one, "url": visit.url("receipt", "pago", one["id"])}
            for one in reports
            if one["state"] != ReportState.REPORTED and one["answered_at"] >= since
        ],
    }


def _is_fresh(one: Petition, visit: Visit) -> bool:
    """Say whether it was answered so lately that the first page still tells."""
    return one.answered_at is not None and one.answered_at >= visit.at - timedelta(days=_ANSWERS_SHOWN_DAYS)


def standing_of(visit: Visit) -> dict[str, Any]:
    """Gather what the first page says of it, and the last payment for whom owes nothing."""
    placed = agreements.holds_of(customer_id=visit.customer_id, today=visit.today)
    holds = [one for one in placed if one["is_active"]]
    # Each petition began with a pause of its own: most people have neither.
    has_petitions = any(one["reason"] == HoldReason.PETITION for one in placed)
    hold, corrected = _hardship(holds), _being_corrected(holds)
    disputes = agreements.disputes_of(customer_id=visit.customer_id)
    reports = payments.reports_of(customer_id=visit.customer_id)
    paid = [
        one
        for one in payments.payments_of(customer_id=visit.customer_id)
        if one["state"] == PaymentState.POSTED
    ]
    return {
        "promises": active_promises(visit),
        "petitions": [
            {"petition": one, "url": visit.url("petition", one.folio)}
            for one in (rights.petitions_of(customer_id=visit.customer_id) if has_petitions else ())
            if one.state is PetitionState.OPEN or _is_fresh(one, visit)
        ],
        "reports": [one for one in reports if one["state"] == ReportState.REPORTED],
        "disputes": [one for one in disputes if one["state"] in OPEN_DISPUTES],
        "answers": _answers(
            visit,
            disputes=[{**one, "is_held": one["receivable_id"] in corrected} for one in disputes],
            reports=reports,
        ),
        "corrected": corrected,
        "credits": _credits(paid),
        "paused_until": hold["until_date"] if hold else None,
        "last_payment": paid[0] if paid else None,
    }

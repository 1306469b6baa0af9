"""What already stands between the debtor and the company: promises, reports, disputes, a pause."""

from typing import Any

from puntual.agreements import queries as agreements
from puntual.agreements.types import OPEN_DISPUTES, HoldReason, PromiseState
from puntual.payments import queries as payments
from puntual.payments.types import PaymentState, ReportState
from puntual.portal.access import Visit


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


def hardship_hold(visit: Visit) -> dict[str, Any] | None:
    """Return the pause that a difficult moment gave, while it lasts."""
    holds = agreements.holds_of(customer_id=visit.customer_id, today=visit.today)
    found = [one for one in holds if one["is_active"] and one["reason"] == HoldReason.HARDSHIP]
    return max(found, key=lambda one: one["until_date"], default=None)


def standing_of(visit: Visit) -> dict[str, Any]:
    """Gather what the first page says of it, and the last payment for whom owes nothing."""
    hold = hardship_hold(visit)
    paid = [
        one
        for one in payments.payments_of(customer_id=visit.customer_id)
        if one["state"] == PaymentState.POSTED
    ]
    return {
        "promises": active_promises(visit),
        "reports": [
            one
            for one in payments.reports_of(customer_id=visit.customer_id)
            if one["state"] == ReportState.REPORTED
        ],
        "disputes": open_disputes(visit),
        "paused_until": hold["until_date"] if hold else None,
        "last_payment": paid[0] if paid else None,
    }

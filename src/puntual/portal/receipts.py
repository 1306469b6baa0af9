"""What happened, as a page to keep: one receipt for each act, for its own debtor only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from puntual.agreements import queries as agreements
from puntual.agreements.types import OPEN_DISPUTES, DisputeState
from puntual.contacts import queries as contact_rows
from puntual.flows import debtor_acts
from puntual.payments import queries as payments
from puntual.portal import access
from puntual.portal.access import Visit
from puntual.portal.forms import CHANNELS, REASONS
from puntual.web.hours import hours_words

_IDS_MAX = 100


@require_safe
@access.with_identity
def receipt(request: HttpRequest, visit: Visit, kind: str, ids: str) -> HttpResponse:
    """Show a receipt; what is another's does not exist here."""
    finder = _FINDERS.get(kind)
    found = finder(visit, _numbers(ids)) if finder is not None else None
    if not found:
        return access.show(request, visit, "portal/missing.html", status=404)
    return access.show(request, visit, f"portal/receipt_{kind}.html", found)


def _numbers(ids: str) -> frozenset[int]:
    parts = ids.split("-")[:_IDS_MAX]
    return frozenset(int(one) for one in parts if one.isascii() and one.isdigit() and len(one) <= 18)


def _promise(visit: Visit, ids: frozenset[int]) -> dict[str, Any] | None:
    found = [one for one in agreements.promises_of(customer_id=visit.customer_id) if one["id"] in ids]
    return {"promise": found[0], "urls": {"pay": visit.url("pay")}} if found else None


def _report(visit: Visit, ids: frozenset[int]) -> dict[str, Any] | None:
    found = [one for one in payments.reports_of(customer_id=visit.customer_id) if one["id"] in ids]
    return {"report": found[0]} if found else None


def _dispute(visit: Visit, ids: frozenset[int]) -> dict[str, Any] | None:
    found = [
        {
            **one,
            "reason_label": REASONS.get(one["reason"], one["reason"]),
            "is_open": one["state"] in OPEN_DISPUTES,
        }
        for one in agreements.disputes_of(customer_id=visit.customer_id)
        if one["id"] in ids
    ]
    if not found:
        return None
    return {
        "disputes": found,
        "is_open": any(one["is_open"] for one in found),
        "is_accepted": all(one["state"] == DisputeState.ACCEPTED for one in found),
    }


def _pause(visit: Visit, ids: frozenset[int]) -> dict[str, Any] | None:
    holds = agreements.holds_of(customer_id=visit.customer_id, today=visit.today)
    found = [one for one in holds if one["id"] in ids]
    return {"hold": found[0]} if found else None


def _preferences(visit: Visit, ids: frozenset[int]) -> dict[str, Any]:
    refused = contact_rows.opted_out(customer_ids=[visit.customer_id]).get(visit.customer_id, set())
    liked = contact_rows.preference_of(customer_id=visit.customer_id)
    hours = contact_rows.wish_of(customer_id=visit.customer_id).hours
    return {
        "hours": hours_words(hours) if hours else "",
        "is_left_alone": debtor_acts.wants_none(customer_id=visit.customer_id, today=visit.today),
        "allowed": [label for channel, label in CHANNELS.items() if channel not in refused],
        "refused": [label for channel, label in CHANNELS.items() if channel in refused],
        "preferred": CHANNELS.get(liked) if liked is not None else "",
    }


_FINDERS = {
    "promesa": _promise,
    "pago": _report,
    "aclaracion": _dispute,
    "pausa": _pause,
    "preferencias": _preferences,
}

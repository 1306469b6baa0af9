"""What a case page shows: who the customer is, what they owe, and what may be done now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from puntual.agreements import queries as agreements
from puntual.agreements.types import OPEN_DISPUTES, PauseScope
from puntual.assessment import queries as assessment
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel, Point, PointKind, Purpose
from puntual.flows import contact_now, explain, offers, pauses, rehearsal
from puntual.flows.prompt_pay import discounts_of
from puntual.flows.rehearsal.reports import DayLine
from puntual.insights import queries as insights
from puntual.lib.days import BUCKETS, Bucket, bucket_of
from puntual.lib.errors import DomainError, NotFound
from puntual.lib.money import ZERO
from puntual.payments import queries as payments
from puntual.plans import queries as plans
from puntual.plans.types import ActionState, Outcome, Reason
from puntual.portfolio import queries as portfolio
from puntual.portfolio.types import CustomerCard, OpenItem
from puntual.rights import queries as rights
from puntual.staff import people
from puntual.staff.access import Visit
from puntual.staff.places import memberships_named, named, target_name, tasks_named
from puntual.staff.reserved import veiled_explanation, veiled_permission

_ACTIONS_READ = 200
_DOCUMENTS_SHOWN = 8
# Why a task ended that a person found needless.
_PUT_ASIDE = "put-aside"
_STANDS_STILL = frozenset(
    {Reason.ON_HOLD, Reason.PORTFOLIO_ON_HOLD, Reason.IN_DISPUTE, Reason.PROMISE_ACTIVE}
    | {Reason.WITH_AGENCY, Reason.WITH_LEGAL}
)


@dataclass(frozen=True, slots=True)
class Debt:
    """What a customer owes in one currency, by age."""

    currency: str
    open_amount: Decimal
    overdue_amount: Decimal
    buckets: dict[Bucket, Decimal]
    documents: int
    oldest_days: int


@dataclass(frozen=True, slots=True)
class PointNow:
    """A contact point with what the law says of using it at this moment."""

    point: Point
    permission: contact_now.Permission
    clocks: tuple[str, ...]


def debts(*, items: Sequence[OpenItem], today: date) -> list[Debt]:
    """Sum open documents by currency and age; the largest overdue amount first."""
    found = []
    for currency in sorted({item.currency for item in items}):
        own = [item for item in items if item.currency == currency]
        buckets = dict.fromkeys(BUCKETS, ZERO)
        for item in own:
            buckets[bucket_of(days_past_due=(today - item.due_date).days)] += item.open_amount
        total = sum(buckets.values(), ZERO)
        oldest = max((today - item.due_date).days for item in own)
        found.append(
            Debt(
                currency=currency,
                open_amount=total,
                overdue_amount=total - buckets[Bucket.CURRENT],
                buckets=buckets,
                documents=len(own),
                oldest_days=max(oldest, 0),
            )
        )
    return sorted(found, key=lambda debt: (-debt.overdue_amount, debt.currency))


def purpose_of(*, items: Sequence[OpenItem], today: date) -> Purpose:
    """Name why somebody would contact this customer: what is owed decides it."""
    if any(item.due_date < today for item in items):
        return Purpose.COLLECTION
    return Purpose.REMINDER if items else Purpose.INFORMATION


def points_now(*, points: Sequence[Point], purpose: Purpose, visit: Visit) -> list[PointNow]:
    """Say of each contact point whether it may be used now, and what time it is there."""
    allowed = contact_now.points_now(
        points=points, purpose=purpose, country=visit.country, today=visit.today, at=visit.at
    )
    return [
        PointNow(
            point=point,
            permission=veiled_permission(allowed[point.id], visit=visit),
            clocks=_clocks(allowed[point.id].time_zones, at=visit.at),
        )
        for point in points
    ]


def _clocks(time_zones: Sequence[str], *, at: datetime) -> tuple[str, ...]:
    return tuple(sorted({f"{at.astimezone(ZoneInfo(zone)):%H:%M}" for zone in time_zones}))


def suggested_day(*, today: date) -> date:
    """Suggest a week from today for a promise."""
    return today + timedelta(days=7)


def explanation(*, customer_id: int, as_of: date, visit: Visit) -> explain.Explanation | None:
    """Explain the decisions of a day, or nothing when no run has looked at the customer."""
    try:
        found = explain.explain(customer_id=customer_id, as_of=as_of, today=visit.today)
    except NotFound:
        return None
    return veiled_explanation(found, visit=visit)


def standstill(
    *,
    items: Sequence[OpenItem],
    disputes: Sequence[dict[str, Any]],
    holds: Sequence[dict[str, Any]],
    has_promise: bool,
) -> tuple[str, tuple[str, ...]]:
    """
    Say what keeps the whole case still (HOLD, PROMISE, DISPUTE or nothing), and which documents alone are left out.

    As the run does: a document under review or on hold stops the case only when nothing else is owed.
    """
    disputed = {one["receivable_id"] for one in disputes}
    held = {one["receivable_id"] for one in holds}
    left = [item for item in items if item.id not in disputed | held]
    if None in held:
        return "HOLD", ()
    if None in disputed:
        return "DISPUTE", ()
    if items and not left:
        return ("DISPUTE" if any(item.id in disputed for item in items) else "HOLD"), ()
    if has_promise:
        return "PROMISE", ()
    return "", tuple(item.document_number for item in items if item.id in disputed | held)


def is_outdated(*, explained: explain.Explanation | None, actions: Sequence[dict[str, Any]]) -> bool:
    """
    Say of a case that nothing keeps still whether only the next run tells what follows.

    Either none has looked at it, or the last one kept it still for a reason that is over, or what it planned was done
    since, or what it planned, or counted as done, was called off. `actions` come newest first. What a person put aside
    is not planned again.
    """
    if explained is None or any(_STANDS_STILL & {*step.reasons} for step in explained.steps):
        return True
    newest: dict[str, dict[str, Any]] = {}
    for one in actions:
        newest.setdefault(one["step_key"], one)
    called_off = {
        key
        for key, one in newest.items()
        if one["state"] in (ActionState.CANCELLED, ActionState.FAILED) and one["closed_reason"] != _PUT_ASIDE
    }
    carried_out = {key for key, one in newest.items() if one["state"] == ActionState.EXECUTED}
    return any(
        (step.outcome == Outcome.ACT and step.key in carried_out | called_off)
        or (step.outcome == Outcome.DONE and step.key in called_off)
        for step in explained.steps
    )


def _unreachable(*, explained: explain.Explanation | None, points: Sequence[Point]) -> tuple[Channel, ...]:
    """Name the channels of what follows where the case has no contact point in use for any of them."""
    step = explained.next_step if explained else None
    if step is None or any(contacts.best_point(points=points, channel=one) for one in step.channels):
        return ()
    return step.channels


def _coming(*, card: CustomerCard, visit: Visit) -> DayLine | None:
    """Return the first of the next days on which the plan does something, decided by what is known now."""
    try:
        found = rehearsal.calendar_of_customer(external_id=card.external_id, today=visit.today, at=visit.at)
    except DomainError:
        return None
    return next((one for one in found.days if one.carried), None)


def _moved(*, customer_id: int) -> dict[str, Any] | None:
    """Say where a move holds the case, since when, and whether the company's own steps rest meanwhile."""
    move = plans.move_of(customer_id=customer_id)
    if move is None:
        return None
    name = target_name(key=move["moves_to"])
    return {**move, "name": name, "is_away": move["moves_to"] not in plans.place_names()[0]}


def _documents(
    items: Sequence[OpenItem], *, disputed: Collection[int | None], today: date
) -> list[dict[str, Any]]:
    """Lay documents out with how late they are, and what settles one that is paid early."""
    discounts = discounts_of(
        items=[item for item in items if not {item.id, None} & {*disputed}],
        time_zone=timezone.get_current_timezone_name(),
        today=today,
    )
    return [
        {
            "item": item,
            "days": (today - item.due_date).days,
            "is_disputed": item.id in disputed,
            "early_amount": item.open_amount - discounts[item.id].amount if item.id in discounts else None,
            "early_day": discounts[item.id].last_day if item.id in discounts else None,
        }
        for item in items
    ]


def case_context(*, card: CustomerCard, visit: Visit) -> dict[str, Any]:
    """Read all that a case page shows beside its timeline."""
    items = portfolio.open_items(customer_id=card.id)
    points = contacts.points_of(customer_id=card.id)
    purpose = purpose_of(items=items, today=visit.today)
    shown = points_now(points=points, purpose=purpose, visit=visit)
    disputes = agreements.disputes_of(customer_id=card.id)
    disputed = {one["receivable_id"] for one in disputes if one["state"] in OPEN_DISPUTES}
    opted_out = contacts.opted_out(customer_ids=[card.id]).get(card.id, set())
    open_disputes = [one for one in disputes if one["state"] in OPEN_DISPUTES]
    holds = [one for one in agreements.holds_of(customer_id=card.id, today=visit.today) if one["is_active"]]
    promises = agreements.active_promises(customer_ids=[card.id]).get(card.id, [])
    paused = pauses.pauses_of_customer(customer_id=card.id, today=visit.today, at=visit.at)
    still, left_out = standstill(items=items, disputes=open_disputes, holds=holds, has_promise=bool(promises))
    # A pause of one product leaves the rest of what is owed to the plan.
    if any(one.scope is not PauseScope.PRODUCT for one in paused):
        still = "HOLD"
    actions = plans.actions_of(customer_id=card.id, limit=_ACTIONS_READ)
    explained = explanation(customer_id=card.id, as_of=visit.today, visit=visit)
    state = assessment.state_of(customer_id=card.id)
    moved = _moved(customer_id=card.id)
    is_free = not still and not paused and not (moved and moved["is_away"])
    # Who owes nothing any more was decided by what they owed.
    outdated = is_free and (not items or is_outdated(explained=explained, actions=actions))
    waits = any(one["state"] in (ActionState.OPEN, ActionState.QUEUED) for one in actions)
    return {
        "card": card,
        "state": named([state])[0] if state else None,
        "debts": debts(items=items, today=visit.today),
        "documents": _documents(items[:_DOCUMENTS_SHOWN], disputed=disputed, today=visit.today),
        "documents_left": max(0, len(items) - _DOCUMENTS_SHOWN),
        "points": sorted(shown, key=lambda one: one.point.kind is not PointKind.PHONE),
        "opted_out": [channel for channel in Channel if channel in opted_out],
        **people.person_context(customer_id=card.id, visit=visit),
        "preferred": contacts.preference_of(customer_id=card.id),
        "promises": promises,
        "disputes": open_disputes,
        "holds": holds,
        "hold_reasons": dict.fromkeys(one["reason"] for one in holds),
        "portfolio_pauses": [
            {"pause": one, "place": pauses.place_of(pause=one), "why": pauses.PAUSE_WORDS[one.reason]}
            for one in paused
        ],
        "moved": moved,
        "memberships": memberships_named(assessment.memberships_of(customer_id=card.id)),
        "offers": offers.offers_now(
            customer_id=card.id, time_zone=timezone.get_current_timezone_name(), today=visit.today
        ),
        "still": still,
        "left_out": left_out,
        "petitions": [one for one in rights.petitions_of(customer_id=card.id) if one.due_date is not None],
        "reports": [one for one in payments.reports_of(customer_id=card.id) if one["state"] == "REPORTED"],
        "credit": payments.unapplied(customer_id=card.id),
        "tasks": tasks_named(one for one in actions if one["state"] == ActionState.OPEN),
        "queued": [one for one in actions if one["state"] == ActionState.QUEUED],
        "links": insights.portal_links(customer_id=card.id, at=visit.at),
        "explanation": explained,
        "unreachable": _unreachable(explained=explained, points=points),
        "is_outdated": outdated,
        # What waits is what follows; else, where no run has decided by what holds now, the plan is asked.
        "coming": _coming(card=card, visit=visit) if outdated and not waits else None,
        "reference": portfolio.payment_reference(customer_id=card.id),
    }

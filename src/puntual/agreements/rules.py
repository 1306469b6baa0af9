"""What was agreed, and was it kept? Promises by value date, pauses by day, limits of what may be agreed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from puntual.agreements.types import (
    ActiveHold,
    CountablePayment,
    DisputeState,
    HoldFacts,
    Judgement,
    PromiseCounts,
    PromiseFacts,
    PromiseState,
)
from puntual.lib.days import add_business_days
from puntual.lib.money import ZERO, to_cents

PROMISE_DAYS_MAX = 60
ANSWER_BUSINESS_DAYS = 10
# A promise in one of these is judged again whenever the ledger says something new.
JUDGED_STATES = (PromiseState.ACTIVE, PromiseState.KEPT, PromiseState.PARTLY_KEPT, PromiseState.BROKEN)
CLOSING_STATES = (DisputeState.ACCEPTED, DisputeState.REJECTED, DisputeState.WITHDRAWN)
_MISSED = (PromiseState.PARTLY_KEPT, PromiseState.BROKEN)


def promise_refusal(*, amount: Decimal, owed: Decimal, due_date: date, today: date) -> str | None:
    """Say why a promise cannot be taken, as a stable code, or None."""
    if amount <= ZERO:
        return "promise-not-positive"
    if amount != to_cents(amount):
        return "promise-not-cents"
    if owed <= ZERO:
        return "promise-nothing-owed"
    if amount > owed:
        return "promise-more-than-owed"
    if due_date < today:
        return "promise-in-the-past"
    if due_date > today + timedelta(days=PROMISE_DAYS_MAX):
        return "promise-too-late"
    return None


def last_day(*, facts: PromiseFacts, country: str) -> date:
    """Return the last value date that still keeps a promise: the due date and its tolerance in business days."""
    return add_business_days(day=facts.due_date, count=facts.tolerance_days, country=country)


def judge_promise(*, facts: PromiseFacts, today: date, country: str) -> PromiseState:
    """
    Say what a promise is today, from the money that counts toward it.

    Kept as soon as all of it is there, whenever it was recorded. An active one whose debt is gone in another way has
    nothing left to keep or to break: it is cancelled. What is cancelled or superseded stays so.
    """
    if facts.state not in JUDGED_STATES:
        return facts.state
    if facts.paid_amount >= facts.amount:
        return PromiseState.KEPT
    is_in_time = today <= last_day(facts=facts, country=country)
    if not facts.is_owed and (is_in_time or facts.state is PromiseState.ACTIVE):
        return PromiseState.CANCELLED
    if is_in_time:
        return PromiseState.ACTIVE
    return PromiseState.PARTLY_KEPT if facts.paid_amount > ZERO else PromiseState.BROKEN


def settle_group(
    *,
    promises: Sequence[PromiseFacts],
    payments: Mapping[int, Sequence[CountablePayment]],
    today: date,
    country: str,
) -> list[Judgement]:
    """
    Judge the promises of one customer in one currency together, so that no money counts twice.

    `payments` names for each promise the entries that may count toward it. The promise that is due first takes
    first. When a reversal makes an older promise active beside a newer active one, the newer one has taken its
    place: the older is superseded and its money is free for the others, like that of one that is cancelled because
    nothing is owed any more.

    A group that already knows something of a day after `today` is left alone: nothing is judged.
    """
    if any(one.made_on > today or (one.settled_on and one.settled_on > today) for one in promises):
        return []
    group = [one for one in promises if one.state in JUDGED_STATES]
    ended: list[Judgement] = []
    while True:
        judged = _judge_group(promises=group, payments=payments, today=today, country=country)
        gone = [one.promise_id for one in judged if one.state is PromiseState.CANCELLED]
        active = [one.promise_id for one in judged if one.state is PromiseState.ACTIVE]
        if gone:
            ended.append(Judgement(gone[0], PromiseState.CANCELLED, ZERO, today))
        elif len(active) > 1:
            ended.append(Judgement(min(active), PromiseState.SUPERSEDED, ZERO, today))
        else:
            return sorted([*judged, *ended], key=lambda one: one.promise_id)
        group = [one for one in group if one.id != ended[-1].promise_id]


def _judge_group(
    *,
    promises: Sequence[PromiseFacts],
    payments: Mapping[int, Sequence[CountablePayment]],
    today: date,
    country: str,
) -> list[Judgement]:
    taken: dict[int, Decimal] = {}
    judged = []
    for promise in sorted(promises, key=lambda one: (one.due_date, one.id)):
        end = min(today, last_day(facts=promise, country=country))
        counted, completed_on = _take(
            promise=promise, payments=payments.get(promise.id, ()), end=end, taken=taken
        )
        state = judge_promise(facts=replace(promise, paid_amount=counted), today=today, country=country)
        settled_on = _settled_on(
            before=promise, state=state, completed_on=completed_on, today=today, country=country
        )
        judged.append(Judgement(promise.id, state, counted, settled_on))
    return judged


def _take(
    *,
    promise: PromiseFacts,
    payments: Iterable[CountablePayment],
    end: date,
    taken: dict[int, Decimal],
) -> tuple[Decimal, date | None]:
    """
    Take money for a promise, oldest first, and note in `taken` what is gone of each entry.

    Return what counts and the value date that completed the amount.
    """
    counted = ZERO
    for payment in sorted(payments, key=lambda one: (one.value_date, one.entry_id)):
        if not promise.made_on <= payment.value_date <= end:
            continue
        share = min(promise.amount - counted, payment.amount - taken.get(payment.entry_id, ZERO))
        if share <= ZERO:
            continue
        taken[payment.entry_id] = taken.get(payment.entry_id, ZERO) + share
        counted += share
        if counted == promise.amount:
            return counted, payment.value_date
    return counted, None


def _settled_on(
    *, before: PromiseFacts, state: PromiseState, completed_on: date | None, today: date, country: str
) -> date | None:
    """
    Return the day on which a promise was settled, the same whenever it is asked.

    Kept: the value date of the money that completed it. Missed: the day after its last day; but one that was kept
    until a payment was reversed is missed only from the day on which that became known.
    """
    if state is PromiseState.KEPT:
        return completed_on
    if state not in _MISSED:
        return None
    if before.state in _MISSED and before.settled_on:
        return before.settled_on
    if before.state is PromiseState.KEPT:
        return today
    return last_day(facts=before, country=country) + timedelta(days=1)


def changed(
    *, promises: Iterable[PromiseFacts], judged: Iterable[Judgement]
) -> list[tuple[PromiseFacts, Judgement]]:
    """Pair each promise with its judgement where anything is different."""
    by_id = {promise.id: promise for promise in promises}
    return [
        (by_id[one.promise_id], one)
        for one in judged
        if (one.state, one.paid_amount, one.settled_on)
        != (
            by_id[one.promise_id].state,
            by_id[one.promise_id].paid_amount,
            by_id[one.promise_id].settled_on,
        )
    ]


def change_name(*, before: PromiseState, after: PromiseState) -> str:
    """Name what happened to a promise, for the audit trail."""
    if before is after:
        return "promise-progress"
    if after is PromiseState.ACTIVE:
        return "promise-reopened"
    return f"promise-{after.lower().replace('_', '-')}"


def count_changes(pairs: Iterable[tuple[PromiseFacts, Judgement]]) -> PromiseCounts:
    """Count the promises that came into each state."""
    moved = [judgement.state for facts, judgement in pairs if judgement.state is not facts.state]
    return PromiseCounts(
        kept=moved.count(PromiseState.KEPT),
        partly_kept=moved.count(PromiseState.PARTLY_KEPT),
        broken=moved.count(PromiseState.BROKEN),
        reopened=moved.count(PromiseState.ACTIVE),
        superseded=moved.count(PromiseState.SUPERSEDED),
        cancelled=moved.count(PromiseState.CANCELLED),
    )


def dispute_refusal(*, amount: Decimal | None, owed: Decimal | None) -> str | None:
    """Say why the amount of a dispute cannot be taken; `owed` is None when the debt is not one amount."""
    if amount is None:
        return None
    if amount <= ZERO:
        return "dispute-not-positive"
    if amount != to_cents(amount):
        return "dispute-not-cents"
    if owed is None:
        return "dispute-needs-document"
    if amount > owed:
        return "dispute-more-than-owed"
    return None


def answer_due_date(*, today: date, country: str) -> date:
    """Return the day by which a dispute must be answered."""
    return add_business_days(day=today, count=ANSWER_BUSINESS_DAYS, country=country)


def active_holds(*, holds: Iterable[HoldFacts], today: date) -> list[ActiveHold]:
    """Join the holds of each customer and receivable into the pauses that hold today."""
    ordered = sorted(holds, key=_target)
    found = []
    for _key, group in groupby(ordered, key=_target):
        pause = _active_hold(holds=list(group), today=today)
        if pause is not None:
            found.append(pause)
    return found


def _target(hold: HoldFacts) -> tuple[int, int]:
    """Order holds by what they pause; the whole customer comes before its receivables."""
    return hold.customer_id, hold.receivable_id or 0


def _active_hold(*, holds: Sequence[HoldFacts], today: date) -> ActiveHold | None:
    active = [hold for hold in holds if hold.from_date <= today <= hold.until_date]
    if not active:
        return None
    until = max(hold.until_date for hold in active)
    for hold in sorted(holds, key=lambda one: one.from_date):
        # The next day belongs to it as well: there is no free day between two pauses that touch.
        if today <= hold.from_date <= until + timedelta(days=1):
            until = max(until, hold.until_date)
    return ActiveHold(
        customer_id=holds[0].customer_id,
        receivable_id=holds[0].receivable_id,
        until_date=until,
        reasons=tuple(sorted({hold.reason for hold in active})),
        hold_ids=tuple(sorted(hold.id for hold in active)),
    )

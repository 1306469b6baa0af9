"""
Agreements: what was agreed with a customer, and was it kept?

Reads: agreements.Promise, agreements.Dispute, agreements.Hold, portfolio.Customer, portfolio.Receivable,
portfolio.LedgerEntry
Writes: agreements.Promise, agreements.PromisePast, agreements.Dispute, agreements.Hold, portfolio.Receivable (its
promised date), audit.Event
Guarantees: one active promise per customer and currency; a promise is kept only by money of the ledger whose value
date lies between the day it was made and its last day, and no money counts toward two promises; one open dispute
per customer and receivable; what a promise was before stays known; every change is in the audit trail; settling
twice writes nothing.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from puntual.agreements import queries, rules
from puntual.agreements.types import (
    DisputeReason,
    DisputeState,
    HoldReason,
    Judgement,
    PromiseCounts,
    PromiseFacts,
    PromiseState,
)
from puntual.audit import operations as audit
from puntual.audit.operations import NewEvent
from puntual.audit.types import SYSTEM, Actor
from puntual.contacts.types import Channel
from puntual.db import named, rows
from puntual.lib import money
from puntual.lib.errors import DomainError, NotFound
from puntual.portfolio import operations as portfolio
from puntual.portfolio.types import OpenItem

_FOLDER = Path(__file__).parents[1] / "sql"
_PROMISES = named.load(_FOLDER / "promises.sql")
_PAUSES = named.load(_FOLDER / "pauses.sql")
# The nightly look at money recorded late; whatever records or reverses money names its customers instead.
_LOOK_BACK_DAYS = 60

_REFUSALS = {
    "promise-not-positive": _("El importe de la promesa debe ser mayor que cero."),
    "promise-not-cents": _("El importe de la promesa lleva a lo más dos decimales."),
    "promise-nothing-owed": _("No hay adeudo en esa moneda."),
    "promise-more-than-owed": _("La promesa no puede ser mayor que el adeudo."),
    "promise-in-the-past": _("La fecha de la promesa ya pasó."),
    "promise-too-late": _("La fecha de la promesa está demasiado lejos: máximo 60 días."),
    "promise-key-taken": _("Este formulario ya registró otra promesa; ábralo de nuevo."),
    "promise-not-active": _("La promesa ya no está vigente."),
    "dispute-not-positive": _("El importe de la aclaración debe ser mayor que cero."),
    "dispute-not-cents": _("El importe de la aclaración lleva a lo más dos decimales."),
    "dispute-needs-document": _("Indique el documento al que corresponde el importe."),
    "dispute-more-than-owed": _("El importe de la aclaración no puede ser mayor que el adeudo."),
    "dispute-already-open": _("Ya hay una aclaración abierta para ese adeudo."),
    "dispute-closed": _("La aclaración ya está cerrada."),
    "dispute-not-closing": _("Una aclaración se cierra como procedente, improcedente o retirada."),
    "dispute-no-resolution": _("Escriba la respuesta de la aclaración."),
    "hold-ends-before-it-starts": _("La suspensión debe terminar el día en que empieza o después."),
}


class UnableToPromise(DomainError):
    """A promise cannot be taken or changed as asked; nothing was written."""

    code = "unable-to-promise"


class UnableToDispute(DomainError):
    """A dispute cannot be opened or changed as asked; nothing was written."""

    code = "unable-to-dispute"


class UnableToHold(DomainError):
    """A pause cannot be placed as asked; nothing was written."""

    code = "unable-to-hold"


def make_promise(
    *,
    key: str,
    customer_id: int,
    amount: Decimal,
    currency: str,
    due_date: date,
    channel: Channel,
    note: str,
    actor: Actor,
    today: date,
    at: datetime,
    country: str = "MX",
    tolerance_days: int = 1,
) -> int:
    """
    Take a promise to pay and return its id; a second call with the same key returns the first one's id.

    An older active promise in the same currency is superseded. The receivables that the amount covers, oldest due
    first, carry the promised date.

    Raises: NotFound; UnableToPromise.
    """
    with transaction.atomic():
        items = _lock_debt(customer_id=customer_id)
        known = rows.fetch_all(_PROMISES["promise_by_key"], {"key": key})
        if known:
            if known[0][1:] != (customer_id, amount, currency, due_date):
                raise _refused(UnableToPromise, "promise-key-taken")
            return int(known[0][0])
        items = [item for item in items if item.currency == currency]
        owed = money.total(item.open_amount for item in items)
        refusal = rules.promise_refusal(amount=amount, owed=owed, due_date=due_date, today=today)
        if refusal:
            raise _refused(UnableToPromise, refusal)
        superseded = rows.fetch_all(
            _PROMISES["supersede_active"],
            {"customer_id": customer_id, "currency": currency, "today": today, "at": at},
        )
        promise_id = rows.fetch_all(
            _PROMISES["insert_promise"],
            {
                "key": key,
                "customer_id": customer_id,
                "amount": amount,
                "currency": currency,
                "today": today,
                "due_date": due_date,
                "tolerance_days": tolerance_days,
                "channel": channel,
                "actor_label": actor.label[:120],
                "note": note,
                "at": at,
            },
        )[0][0]
        _mark_promised(items=items, amount=amount, due_date=due_date)
        events = [
            _promise_event("promise-superseded", one[0], customer_id, "ACTIVE", "SUPERSEDED")
            for one in superseded
        ]
        made = {
            "amount": str(amount),
            "currency": currency,
            "due_date": due_date.isoformat(),
            "channel": str(channel),
        }
        events.append(NewEvent("promise-made", "promise", promise_id, customer_id, after=made))
        audit.record_many(events=events, actor=actor, at=at)
    return int(promise_id)


def cancel_promise(*, promise_id: int, actor: Actor, at: datetime) -> int:
    """
    Take an active promise back, and return whose it is; a second time changes nothing.

    Raises: NotFound; UnableToPromise when it was settled or superseded.
    """
    with transaction.atomic():
        customer_id = _promise_head(promise_id)[1]
        items = _lock_debt(customer_id=customer_id)
        _id, _customer, currency, _amount, _due, state = _promise_head(promise_id)
        if state == PromiseState.CANCELLED:
            return customer_id
        if state != PromiseState.ACTIVE:
            raise _refused(UnableToPromise, "promise-not-active")
        rows.execute(_PROMISES["cancel_promise"], {"promise_id": promise_id, "at": at})
        mine = [item.id for item in items if item.currency == currency]
        portfolio.set_promised_date(receivable_ids=mine, promised_date=None)
        event = _promise_event("promise-cancelled", promise_id, customer_id, "ACTIVE", "CANCELLED")
        audit.record_many(events=[event], actor=actor, at=at)
        return customer_id


def settle_promises(
    *, today: date, country: str, customer_ids: Sequence[int] | None = None, at: datetime | None = None
) -> PromiseCounts:
    """
    Judge promises by the ledger and write what changed; a second call writes nothing.

    With `customer_ids` every promise of theirs, else those that are active or were due in the last 60 days. A payment
    recorded late or reversed corrects a promise that was settled before. The number of statements does not grow with
    the promises. What changes carries `at`, or the start of `today` in UTC.
    """
    found = _judge(today=today, country=country, customer_ids=customer_ids)
    if not found:
        return PromiseCounts()
    with transaction.atomic():
        # Only customers with something to change wait for each other; their facts are then read anew.
        ids = sorted({facts.customer_id for facts, _judgement in found})
        rows.fetch_all(_PROMISES["lock_customers"], {"customer_ids": ids})
        found = _judge(today=today, country=country, customer_ids=ids)
        known_at = at or datetime.combine(today, time.min, tzinfo=UTC)
        # Who stops being active goes first: only one promise of a currency may be active at any moment.
        _apply([one for _facts, one in found if one.state is not PromiseState.ACTIVE], at=known_at)
        _apply([one for _facts, one in found if one.state is PromiseState.ACTIVE], at=known_at)
        audit.record_many(
            events=[_settled_event(facts, judgement) for facts, judgement in found],
            actor=SYSTEM,
            at=known_at,
        )
    return rules.count_changes(found)


def open_dispute(
    *,
    customer_id: int,
    receivable_id: int | None,
    reason: DisputeReason,
    note: str,
    amount: Decimal | None,
    channel: Channel,
    actor: Actor,
    today: date,
    at: datetime,
    country: str,
) -> int:
    """
    Open a dispute on a receivable, or on the whole debt, and return its id; the answer is owed in 10 business days.

    `amount` is the disputed part; None disputes all of it.

    Raises: NotFound; UnableToDispute.
    """
    with transaction.atomic():
        _lock_customer(customer_id)
        owed = _owed_on(customer_id=customer_id, receivable_id=receivable_id)
        refusal = rules.dispute_refusal(amount=amount, owed=owed)
        if refusal:
            raise _refused(UnableToDispute, refusal)
        target = {"customer_id": customer_id, "receivable_id": receivable_id}
        if rows.fetch_all(_PAUSES["open_dispute_id"], target):
            raise _refused(UnableToDispute, "dispute-already-open")
        answer_due_date = rules.answer_due_date(today=today, country=country)
        dispute_id = rows.fetch_all(
            _PAUSES["insert_dispute"],
            {
                **target,
                "reason": reason,
                "note": note,
                "amount": amount,
                "channel": channel,
                "at": at,
                "answer_due_date": answer_due_date,
            },
        )[0][0]
        event = NewEvent(
            "dispute-opened",
            "dispute",
            dispute_id,
            customer_id,
            after={
                "receivable_id": receivable_id,
                "reason": str(reason),
                "amount": None if amount is None else str(amount),
                "channel": str(channel),
                "answer_due_date": answer_due_date.isoformat(),
            },
        )
        audit.record_many(events=[event], actor=actor, at=at)
    return int(dispute_id)


def review_dispute(*, dispute_id: int, owner_id: int, actor: Actor, at: datetime) -> None:
    """
    Give a dispute to the member of staff who owes the answer; the same again changes nothing.

    Raises: NotFound; UnableToDispute when it is closed.
    """
    with transaction.atomic():
        customer_id, state, owner_before = _open_dispute_head(dispute_id)
        if state == DisputeState.IN_REVIEW and owner_before == owner_id:
            return
        if not rows.execute(_PAUSES["review_dispute"], {"dispute_id": dispute_id, "owner_id": owner_id}):
            raise NotFound(str(_("No existe esa persona.")))
        event = NewEvent(
            "dispute-in-review",
            "dispute",
            dispute_id,
            customer_id,
            before={"state": state, "owner_id": owner_before},
            after={"state": str(DisputeState.IN_REVIEW), "owner_id": owner_id},
        )
        audit.record_many(events=[event], actor=actor, at=at)


def close_dispute(
    *, dispute_id: int, state: DisputeState, resolution: str, actor: Actor, at: datetime
) -> int:
    """
    Answer a dispute: accepted, rejected (both with a written answer) or withdrawn; return whose it was.

    Raises: NotFound; UnableToDispute when it is closed already or the answer is missing.
    """
    if state not in rules.CLOSING_STATES:
        raise _refused(UnableToDispute, "dispute-not-closing")
    resolution = resolution.strip()
    if state is not DisputeState.WITHDRAWN and not resolution:
        raise _refused(UnableToDispute, "dispute-no-resolution")
    with transaction.atomic():
        customer_id, before, _owner = _open_dispute_head(dispute_id)
        rows.execute(
            _PAUSES["close_dispute"],
            {"dispute_id": dispute_id, "state": state, "resolution": resolution, "at": at},
        )
        states = {"before": {"state": before}, "after": {"state": str(state)}}
        event = NewEvent("dispute-closed", "dispute", dispute_id, customer_id, **states)
        audit.record_many(events=[event], actor=actor, at=at)
        return customer_id


def place_hold(
    *,
    customer_id: int,
    receivable_id: int | None,
    reason: HoldReason,
    note: str,
    from_date: date,
    until_date: date,
    actor: Actor,
    at: datetime,
) -> int:
    """
    Pause contact about a receivable, or about the whole debt, up to and including a day; return the hold's id.

    Holds may overlap: together they last until the latest end.

    Raises: NotFound; UnableToHold.
    """
    if until_date < from_date:
        raise _refused(UnableToHold, "hold-ends-before-it-starts")
    with transaction.atomic():
        _lock_customer(customer_id)
        if receivable_id is not None:
            _owed_on(customer_id=customer_id, receivable_id=receivable_id)
        hold_id = rows.fetch_all(
            _PAUSES["insert_hold"],
            {
                "customer_id": customer_id,
                "receivable_id": receivable_id,
                "reason": reason,
                "note": note,
                "from_date": from_date,
                "until_date": until_date,
                "actor_label": actor.label[:120],
                "at": at,
            },
        )[0][0]
        event = NewEvent(
            "hold-placed",
            "hold",
            hold_id,
            customer_id,
            after={
                "receivable_id": receivable_id,
                "reason": str(reason),
                "from_date": from_date.isoformat(),
                "until_date": until_date.isoformat(),
            },
        )
        audit.record_many(events=[event], actor=actor, at=at)
    return int(hold_id)


def lift_hold(*, hold_id: int, actor: Actor, at: datetime) -> int:
    """
    End one hold now, whatever others remain, and return whose it was; a second time changes nothing.

    Raises: NotFound.
    """
    with transaction.atomic():
        found = rows.fetch_all(_PAUSES["lift_hold"], {"hold_id": hold_id, "at": at})
        if not found:
            raise NotFound(str(_("No existe esa suspensión.")))
        customer_id, is_lifted_now = found[0]
        if is_lifted_now:
            event = NewEvent("hold-lifted", "hold", hold_id, customer_id)
            audit.record_many(events=[event], actor=actor, at=at)
        return int(customer_id)


def _refused(error: type[DomainError], code: str) -> DomainError:
    return error(str(_REFUSALS[code]), code=code)


def _lock_customer(customer_id: int) -> None:
    if not rows.fetch_all(_PROMISES["lock_customers"], {"customer_ids": [customer_id]}):
        raise NotFound(str(_("No existe ese cliente.")))


def _lock_debt(*, customer_id: int) -> list[OpenItem]:
    """Hold a customer and what they owe until the transaction ends."""
    held = portfolio.lock_open_items(customer_ids=[customer_id])
    if customer_id not in held:
        raise NotFound(str(_("No existe ese cliente.")))
    return held[customer_id]


def _mark_promised(*, items: Sequence[OpenItem], amount: Decimal, due_date: date) -> None:
    """Put the promised date on the items that the amount reaches, and take it off the others."""
    shares = money.spread(amount=amount, debts=[item.open_amount for item in items])
    covered = [item.id for item, share in zip(items, shares, strict=True) if share > money.ZERO]
    portfolio.set_promised_date(
        receivable_ids=[item.id for item in items if item.id not in covered], promised_date=None
    )
    portfolio.set_promised_date(receivable_ids=covered, promised_date=due_date)


def _promise_head(promise_id: int) -> tuple[int, int, str, Decimal, date, str]:
    found = rows.fetch_all(_PROMISES["promise_head"], {"promise_id": promise_id})
    if not found:
        raise NotFound(str(_("No existe esa promesa.")))
    return found[0]


def _promise_event(action: str, promise_id: int, customer_id: int, before: str, after: str) -> NewEvent:
    return NewEvent(action, "promise", promise_id, customer_id, {"state": before}, {"state": after})


def _judge(
    *, today: date, country: str, customer_ids: Sequence[int] | None
) -> list[tuple[PromiseFacts, Judgement]]:
    """Gather promises with their money and return those that are something else than what is written."""
    groups = queries.promises_to_judge(
        customer_ids=customer_ids, looked_back_to=today - timedelta(days=_LOOK_BACK_DAYS), today=today
    )
    return [
        pair
        for promises, payments in groups
        for pair in rules.changed(
            promises=promises,
            judged=rules.settle_group(promises=promises, payments=payments, today=today, country=country),
        )
    ]


def _apply(judged: Sequence[Judgement], *, at: datetime) -> None:
    if judged:
        rows.execute(
            _PROMISES["apply"],
            {
                "promise_ids": [one.promise_id for one in judged],
                "states": [one.state for one in judged],
                "paid_amounts": [one.paid_amount for one in judged],
                "settled_on": [one.settled_on for one in judged],
                "at": at,
            },
        )


def _settled_event(facts: PromiseFacts, judgement: Judgement) -> NewEvent:
    after = {"state": str(judgement.state), "paid_amount": str(judgement.paid_amount)}
    if judgement.state is PromiseState.CANCELLED:
        after["reason"] = "nothing-owed"
    return NewEvent(
        rules.change_name(before=facts.state, after=judgement.state),
        "promise",
        facts.id,
        facts.customer_id,
        before={"state": str(facts.state), "paid_amount": str(facts.paid_amount)},
        after=after,
    )


def _owed_on(*, customer_id: int, receivable_id: int | None) -> Decimal | None:
    """Return what is owed on a receivable, or in all when that is one currency, else None."""
    if receivable_id is not None:
        target = {"customer_id": customer_id, "receivable_id": receivable_id}
        found = rows.fetch_all(_PAUSES["target_of"], target)
        if not found:
            raise NotFound(str(_("Ese documento no es de este cliente.")))
        return Decimal(found[0][1])
    sums = rows.fetch_all(_PAUSES["owed_by_currency"], {"customer_id": customer_id})
    return Decimal(sums[0][1]) if len(sums) == 1 else None


def _open_dispute_head(dispute_id: int) -> tuple[int, str, int | None]:
    found = rows.fetch_all(_PAUSES["dispute_head"], {"dispute_id": dispute_id})
    if not found:
        raise NotFound(str(_("No existe esa aclaración.")))
    customer_id, state, owner_id = found[0]
    if state in rules.CLOSING_STATES:
        raise _refused(UnableToDispute, "dispute-closed")
    return customer_id, state, owner_id


def erase_customer(*, customer_id: int) -> None:
    """Take away what people wrote about a customer's agreements; the agreements stay."""
    rows.execute(_PAUSES["erase_customer"], {"customer_id": customer_id})

"""
A part of the portfolio stands still for a time, and goes on.

Whoever is in it is decided as on hold from the next run on, and the law gate refuses every contact at once, also those
that a person wants to make by hand. What was queued for whoever is held as a whole stops with the pause; of a product
the gate stops each message when it is due.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy

from puntual.agreements import operations as agreements
from puntual.agreements import queries as agreed
from puntual.agreements.types import PauseReason, PauseScope, PortfolioPause
from puntual.assessment import queries as assessed
from puntual.audit.types import Actor
from puntual.flows.approvals import stop_waiting
from puntual.plans import queries as planned
from puntual.portfolio import queries as portfolio

_REASON = "hold"
PAUSE_WORDS = {
    PauseReason.DISASTER: gettext_lazy("Desastre natural"),
    PauseReason.STRIKE: gettext_lazy("Huelga o paro"),
    PauseReason.MIGRATION: gettext_lazy("Cambio de sistema"),
    PauseReason.LEGAL: gettext_lazy("Orden legal o de autoridad"),
    PauseReason.OTHER: gettext_lazy("Otro motivo"),
}
SCOPE_WORDS = {
    PauseScope.ALL: gettext_lazy("Toda la cartera"),
    PauseScope.STATE: gettext_lazy("Un estado"),
    PauseScope.SEGMENT: gettext_lazy("Un segmento"),
    PauseScope.TAG: gettext_lazy("Una etiqueta"),
    PauseScope.PRODUCT: gettext_lazy("Un producto"),
}

_PLACE_WORDS = {
    PauseScope.STATE: gettext_lazy("Estado de %s"),
    PauseScope.SEGMENT: gettext_lazy("Segmento %s"),
    PauseScope.TAG: gettext_lazy("Etiqueta «%s»"),
    PauseScope.PRODUCT: gettext_lazy("Producto %s"),
}


@transaction.atomic(durable=True)
def pause(
    *,
    scope: PauseScope,
    value: str,
    reason: PauseReason,
    note: str,
    from_date: date,
    until_date: date,
    actor: Actor,
    today: date,
    at: datetime,
) -> int:
    """
    Pause a part of the portfolio; return how many waiting actions stopped with it.

    Raises: agreements.operations.UnableToHold.
    """
    pause_id = agreements.pause_portfolio(
        scope=scope,
        value=value,
        reason=reason,
        note=note,
        from_date=from_date,
        until_date=until_date,
        actor=actor,
        at=at,
    )
    if not from_date <= today <= until_date:
        return 0
    customer_ids = (
        assessed.segment_ids(segment_key=value)
        if scope is PauseScope.SEGMENT
        else agreed.paused_customers(pause_id=pause_id)
    )
    waiting = planned.waiting_among_customers(customer_ids=customer_ids)
    return stop_waiting(action_ids=waiting, reason=_REASON, note=note, actor=actor, at=at).stopped


@transaction.atomic(durable=True)
def resume(*, pause_id: int, actor: Actor, at: datetime) -> bool:
    """End a pause now; False when it was ended before. Raises: NotFound."""
    return agreements.lift_pause(pause_id=pause_id, actor=actor, at=at)


def pauses_of_customer(*, customer_id: int, today: date, at: datetime) -> list[PortfolioPause]:
    """Return the pauses of today that a customer is in, be it with a part of the debt, the last to end on top."""
    pauses = agreed.pauses_on(as_of=today, known_at=at)
    if not pauses:
        return []
    card = portfolio.customer_card(customer_id=customer_id)
    state = assessed.state_of(customer_id=customer_id)
    named: dict[PauseScope, list[str]] = {
        PauseScope.ALL: [""],
        PauseScope.STATE: [card.state],
        PauseScope.TAG: [one.lower() for one in card.tags],
        PauseScope.PRODUCT: portfolio.products_of(customer_id=customer_id),
        PauseScope.SEGMENT: [state["segment"]] if state else [],
    }
    return [
        one
        for one in pauses
        if (one.value.lower() if one.scope is PauseScope.TAG else one.value) in named[one.scope]
    ]


def places(
    *, scopes: Sequence[PauseScope] = tuple(PauseScope)
) -> dict[PauseScope, list[tuple[str, str, int]]]:
    """List what may be paused, by kind: its code, its words and how many customers it has."""
    found = {
        scope: [(value, value, count) for value, count in values]
        for scope, values in agreed.pause_scope_values().items()
    }
    segments = planned.place_names()[1]
    found[PauseScope.SEGMENT] = [(key, name, 0) for key, name in segments.items()]
    return {scope: found.get(scope, []) for scope in scopes if scope is not PauseScope.ALL}


def place_of(*, pause: PortfolioPause) -> str:
    """Name what a pause is for, as people call it."""
    if pause.scope is PauseScope.ALL:
        return str(SCOPE_WORDS[PauseScope.ALL])
    name = pause.value
    if pause.scope is PauseScope.SEGMENT:
        name = planned.place_names()[1].get(pause.value, pause.value)
    return str(_PLACE_WORDS[pause.scope]) % name

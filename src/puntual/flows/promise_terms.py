"""
What a promise to pay may be, by the policy of the plan in force: the least amount, and the latest day.

The day is a matter of the stage of the case and of who takes the promise: a debtor alone may what a collector may. The
policy counts how often the day was moved further for what is owed now; a promise that was taken back does not count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from puntual.agreements import queries as agreements
from puntual.agreements.types import PromiseState
from puntual.assessment import queries as assessed
from puntual.audit.types import Actor, ActorKind
from puntual.identity import queries as identity
from puntual.identity.types import Role as StaffRole
from puntual.lib import formats
from puntual.lib.errors import DomainError
from puntual.plans import queries as planned
from puntual.plans.rules import extension_terms
from puntual.plans.types import Role
from puntual.portfolio import queries as portfolio

_TOLERANCE_DAYS = 1
# The newest promise of somebody, or what it was until the one that is judged took its place.
_STANDING = (PromiseState.ACTIVE, PromiseState.SUPERSEDED)
_ROLES = {
    StaffRole.OWNER: Role.MANAGER,
    StaffRole.MANAGER: Role.MANAGER,
    StaffRole.SUPERVISOR: Role.SUPERVISOR,
}


class BeyondPolicy(DomainError):
    """A promise is less than the policy asks for, or later than this person may grant; nothing was written."""

    code = "beyond-policy"


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """What a promise may be."""

    # Business days after the promised day in which a payment still keeps it.
    tolerance_days: int = _TOLERANCE_DAYS
    # The least amount by currency; never more than what is owed in it.
    amount_min: Mapping[str, Decimal] = field(default_factory=dict)
    # None: the policy sets no last day.
    last_day: date | None = None
    # Whether the policy lets this person move the day no more.
    is_used_up: bool = False
    # Who may grant a later day, and until when.
    higher: tuple[tuple[Role, date], ...] = ()

    def amount_words(self) -> str:
        """Say the least amounts in words; empty where there are none."""
        if not self.amount_min:
            return ""
        amounts = _(" o ").join(
            _money(amount, currency) for currency, amount in sorted(self.amount_min.items())
        )
        return _("El pago mínimo de la política es de %s.") % amounts

    def day_words(self) -> str:
        """Say the last day in words, and who may grant a later one; empty where there is none."""
        if self.last_day is None:
            return ""
        said = (
            _(
                "Ya se le dieron las fechas que la política permite en esta etapa: puede ser a más tardar el %s."
            )
            if self.is_used_up
            else _("En esta etapa la política permite hasta el %s.")
        ) % _day(self.last_day)
        later = [str(_GRANTERS[role]) % _day(until) for role, until in self.higher]
        return " ".join([said, *later])


_GRANTERS = {
    Role.SUPERVISOR: gettext_lazy("Un supervisor puede dar hasta el %s."),
    Role.MANAGER: gettext_lazy("Un gerente puede dar hasta el %s."),
}


def promise_terms(*, customer_id: int, actor: Actor, today: date, but_for: int | None = None) -> PromiseTerms:
    """
    Say what a promise of a customer may be when this person takes it today.

    `but_for`: a promise that does not count among those that were made.
    """
    try:
        _version_id, plan = planned.active_version()
    except planned.NoActivePlan:
        return PromiseTerms()
    items = portfolio.open_items(customer_id=customer_id)
    owed: dict[str, Decimal] = {}
    for item in items:
        owed[item.currency] = owed.get(item.currency, Decimal(0)) + item.open_amount
    state = assessed.state_of(customer_id=customer_id)
    since = min((item.due_date for item in items), default=today)
    made = _made(customer_id=customer_id, but_for=but_for) if plan.extensions else []
    terms = extension_terms(
        limits=plan.extensions,
        stage=state["stage_key"] if state else "",
        role=_role(actor),
        made=_moves(made, issued=min((item.issue_date for item in items), default=today), due=since),
    )
    # Until it falls due, and until the day that was granted before, nothing is moved.
    base = max(today, since)
    granted = [one["due_date"] for one in made[:1] if one["state"] in _STANDING]
    return PromiseTerms(
        tolerance_days=plan.promise_tolerance_days,
        amount_min={
            currency: min(amount, owed[currency]) for currency, amount in plan.payment_min if currency in owed
        },
        last_day=None if terms.days_max is None else max([base + timedelta(days=terms.days_max), *granted]),
        is_used_up=terms.is_used_up,
        higher=tuple((role, base + timedelta(days=days)) for role, days in terms.higher),
    )


def require_new(
    *,
    promise_id: int,
    customer_id: int,
    amount: Decimal,
    currency: str,
    due_date: date,
    actor: Actor,
    today: date,
) -> None:
    """
    Refuse a promise that was just made, in the same transaction, where the policy does not allow it.

    It is asked after the promise holds the lock of its debt: of two at once the second counts the first.

    Raises: BeyondPolicy.
    """
    terms = promise_terms(customer_id=customer_id, actor=actor, today=today, but_for=promise_id)
    if amount < terms.amount_min.get(currency, 0):
        raise BeyondPolicy(terms.amount_words())
    if terms.last_day is not None and due_date > terms.last_day:
        raise BeyondPolicy(terms.day_words())


def _role(actor: Actor) -> Role:
    """Return as what somebody grants; whoever is not known as more grants as a collector."""
    if actor.kind is not ActorKind.STAFF or actor.id is None:
        return Role.COLLECTOR
    found = identity.role_of(user_id=actor.id)
    return _ROLES.get(found, Role.COLLECTOR) if found is not None else Role.COLLECTOR


def _made(*, customer_id: int, but_for: int | None) -> list[dict[str, Any]]:
    """List the promises that were not taken back, the newest first."""
    return [
        one
        for one in agreements.promises_of(customer_id=customer_id)
        if one["state"] != PromiseState.CANCELLED and one["id"] != but_for
    ]


def _moves(made: Sequence[dict[str, Any]], *, issued: date, due: date) -> int:
    """Count the promises that moved the day to pay what is owed now beyond what it was before."""
    latest, count = due, 0
    for one in reversed(made):
        if one["made_on"] >= issued and one["due_date"] > latest:
            latest, count = one["due_date"], count + 1
    return count


def _money(amount: Decimal, currency: str) -> str:
    return formats.money(
        amount=amount, currency=currency, locale=formats.locale_of(language=get_language() or "es-mx")
    )


def _day(day: date) -> str:
    return formats.day(value=day, locale=formats.locale_of(language=get_language() or "es-mx"))

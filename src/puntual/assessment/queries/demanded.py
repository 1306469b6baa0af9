"""
Whom a condition is true of by what may be asked for, as the steps of a plan are decided.

Nearly everybody may be asked for all that they owe: those are found by SQL. The few with a document in dispute or on
hold are judged by their facts without it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from puntual.assessment.queries import conditions as asked
from puntual.assessment.queries.chunks import is_live
from puntual.assessment.queries.facts import facts_of_some
from puntual.assessment.rules import conditions, contactable
from puntual.assessment.types import Clock, Condition, Demanded, Facts, Matches, Owed
from puntual.db import named, rows
from puntual.lib.money import ZERO

_SQL = named.load(Path(__file__).parents[1] / "sql" / "conditions.sql")


def demanded(*, condition: Condition, clock: Clock) -> Demanded:
    """Return the customers whom a condition is true of by what may be asked for, and whom only by all they owe."""
    found = asked.with_partial(condition=condition)
    facts = _facts([one for one, _holds, is_partial in found if is_partial], condition=condition, clock=clock)
    ask = conditions.asker(condition)
    fits = {one: ask(contactable(theirs)) for one, theirs in facts.items()}
    return Demanded(
        ids=tuple(one for one, holds, _is_partial in found if fits.get(one, holds)),
        left_out={
            one: facts[one].disputed_count > 0
            for one, holds, _is_partial in found
            if holds and not fits.get(one, True)
        },
        partial={one: _owed(contactable(theirs)) for one, theirs in facts.items()},
    )


def demanded_matches(*, condition: Condition, clock: Clock, limit: int) -> tuple[Matches, int]:
    """Count as `matches` does, by what may be asked for; with it how many are left out who owe enough for it."""
    whole = asked.matches(condition=condition, limit=limit)
    found = asked.with_partial(condition=condition, only_partial=True)
    facts = _facts([one for one, _holds, _is_partial in found], condition=condition, clock=clock)
    ask = conditions.asker(condition)
    customers, left_out = whole.customers, 0
    amounts = {one.currency: one.amount for one in whole.overdue}
    for one, holds, _is_partial in found:
        if one not in facts:
            continue
        free = contactable(facts[one])
        fits = ask(free)
        customers += fits - holds
        left_out += holds and not fits
        for currency, amount in facts[one].overdue_amounts if holds else ():
            amounts[currency] = amounts.get(currency, ZERO) - amount
        for currency, amount in free.overdue_amounts if fits else ():
            amounts[currency] = amounts.get(currency, ZERO) + amount
    overdue = tuple(replace(one, amount=amounts[one.currency]) for one in whole.overdue)
    return replace(whole, customers=customers, overdue=overdue), left_out


def demanded_in_segment(*, segment_key: str, clock: Clock) -> Demanded:
    """Return the customers of a segment, which is a matter of all that is owed, and what may be asked of them."""
    found = asked.segment_with_partial(segment_key=segment_key)
    ids = tuple(one for one, is_inside, _is_partial in found if is_inside)
    facts = _facts([one for one, is_inside, is_partial in found if is_inside and is_partial], clock=clock)
    return Demanded(
        ids=ids, left_out={}, partial={one: _owed(contactable(theirs)) for one, theirs in facts.items()}
    )


def amounts_of(*, customer_ids: Sequence[int], partial: Mapping[int, Owed]) -> dict[int, Owed]:
    """Return what may be asked of some customers, as the newest run or change left it; `partial` is of `demanded`."""
    found = rows.fetch_all(_SQL["amounts_of"], {"customer_ids": rows.as_array(customer_ids)})
    whole = {
        customer_id: Owed(_amounts(rows.as_json(owed)), _amounts(rows.as_json(overdue)))
        for customer_id, owed, overdue in found
    }
    return whole | {one: partial[one] for one in customer_ids if one in partial}


def _facts(
    customer_ids: Sequence[int], *, clock: Clock, condition: Condition | None = None
) -> dict[int, Facts]:
    if not customer_ids:
        return {}
    found = facts_of_some(
        customer_ids=customer_ids,
        as_of=clock.today,
        known_at=clock.at,
        time_zone=clock.time_zone,
        is_live=is_live(as_of=clock.today),
        wants_profile=condition is not None and conditions.reads_profile(condition),
    )
    return {one.customer_id: one for one in found}


def _owed(facts: Facts) -> Owed:
    return Owed(dict(facts.open_amounts), dict(facts.overdue_amounts))


def _amounts(told: Mapping[str, str]) -> dict[str, Decimal]:
    return {currency: Decimal(amount) for currency, amount in told.items()}

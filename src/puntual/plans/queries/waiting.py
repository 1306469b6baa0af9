"""Reads of what waits: for a person's approval, for its hour, for a person's hand; and of steps that were stopped."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.lib.errors import NotFound
from puntual.plans.types import ActionState, StepStopped, StopInTime, WaitingStep

_SQL = named.load(Path(__file__).parents[1] / "sql" / "stops.sql")


def stops_on(*, as_of: date, known_at: datetime) -> dict[str, StepStopped]:
    """Return the steps stopped on a day, by key, as it was known at a moment."""
    found = rows.fetch_all(_SQL["stops_on"], {"as_of": as_of, "known_at": known_at})
    return {row[0]: StepStopped(*row) for row in found}


def stopped_keys(*, as_of: date, known_at: datetime) -> frozenset[str]:
    """Return the keys of the steps stopped on a day, as it was known at a moment."""
    return frozenset(stops_on(as_of=as_of, known_at=known_at))


def stops_between(*, first: date, last: date) -> list[StopInTime]:
    """Return the steps stopped on some days, also those that went on after all."""
    params = {"first": first, "last": last}
    return [StopInTime(*row) for row in rows.fetch_all(_SQL["stops_between"], params)]


def waiting_steps(*, states: Sequence[ActionState]) -> list[WaitingStep]:
    """Count what is in some states by step and state, in the order of the plan, with what its customers owe late."""
    return [
        WaitingStep(
            key=row["step_key"],
            state=ActionState(row["state"]),
            number=row["step_number"],
            version_id=row["version_id"],
            campaign_id=row["campaign_id"],
            total=row["total"],
            channels=tuple(row["channels"]),
            overdue=tuple(
                (currency, Decimal(amount))
                for currency, amount in sorted(rows.as_json(row["amounts"]).items())
            ),
        )
        for row in rows.fetch_dicts(_SQL["waiting_steps"], {"states": [one.value for one in states]})
    ]


def waiting_of_step(*, step_key: str, states: Sequence[ActionState], limit: int) -> list[dict[str, Any]]:
    """List what is in some states of one step, the largest arrears first."""
    return rows.fetch_dicts(
        _SQL["waiting_of_step"],
        {"step_key": step_key, "states": [one.value for one in states], "limit": limit},
    )


def ids_of_step(*, step_key: str, states: Sequence[ActionState]) -> list[int]:
    """Return every action of one step in some states."""
    params = {"step_key": step_key, "states": [one.value for one in states]}
    return [row[0] for row in rows.fetch_all(_SQL["ids_of_step"], params)]


def waiting_among_customers(*, customer_ids: Sequence[int]) -> list[int]:
    """Return what still waits to ask some customers for money, and lock it. Needs a transaction."""
    return [
        row[0]
        for row in rows.fetch_all(_SQL["waiting_among_customers"], {"customer_ids": list(customer_ids)})
    ]


def action(*, action_id: int) -> dict[str, Any]:
    """
    Return one action with its customer.

    Raises: NotFound.
    """
    found = rows.fetch_dicts(_SQL["action"], {"action_id": action_id})
    if not found:
        raise NotFound(_("No existe esa gestión."))
    return found[0]

"""
What a person changes of what is planned: a step stopped for a day, one action done otherwise.

Reads: nothing else
Writes: plans.StepStop, plans.Action, audit.Event
Guarantees: a step is stopped once for a day; only what still waits is changed; every word is in the audit trail.
"""

from datetime import date, datetime
from pathlib import Path

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.contacts.types import Channel
from puntual.db import named, rows
from puntual.db.locks import Lock, lock_in_transaction
from puntual.plans.types import ActionState

_SQL = named.load(Path(__file__).parents[1] / "sql" / "stops.sql")


def stop_step(*, as_of: date, step_key: str, note: str, actor: Actor, at: datetime) -> bool:
    """
    Stop a step for everybody on a day; False when it is stopped already. Requires a transaction.

    Waits for chunks of a run that are being written, so that what they plan of the step is seen after this call.
    """
    lock_in_transaction(lock=Lock.STEP_STOPS, key="")
    params = {
        "as_of": as_of,
        "step_key": step_key,
        "note": note[:300],
        "actor_label": actor.label[:120],
        "at": at,
    }
    found = rows.fetch_all(_SQL["stop_step"], params)
    if found:
        audit.record(
            actor=actor,
            action="step-stopped",
            subject_type="step-stop",
            subject_id=found[0][0],
            after={"as_of": as_of.isoformat(), "step": step_key, "note": note},
            at=at,
        )
    return bool(found)


def lift_stop(*, as_of: date, step_key: str, actor: Actor, at: datetime) -> bool:
    """Let a stopped step go on; False when it was not stopped. Requires a transaction."""
    found = rows.fetch_all(_SQL["lift_stop"], {"as_of": as_of, "step_key": step_key, "at": at})
    if found:
        audit.record(
            actor=actor,
            action="step-resumed",
            subject_type="step-stop",
            subject_id=found[0][0],
            after={"as_of": as_of.isoformat(), "step": step_key},
            at=at,
        )
    return bool(found)


def change_action(
    *, action_id: int, channel: Channel, contact_point_id: int, template: str, not_before: datetime
) -> ActionState | None:
    """Have an action that still waits done otherwise; return its state, or None when it waits no longer."""
    found = rows.fetch_all(
        _SQL["change_action"],
        {
            "action_id": action_id,
            "channel": channel.value,
            "point_id": contact_point_id,
            "template": template,
            "not_before": not_before,
        },
    )
    return ActionState(found[0][0]) if found else None

"""Reads of runs: decisions, actions and tasks."""

from collections.abc import Sequence
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import Any

from puntual.db import named, rows
from puntual.plans.types import ActionState, Pace, PastActions, RunProgress, RunState

_FOLDER = Path(__file__).parent.parent
_RUNS = named.load(_FOLDER / "sql" / "runs.sql")
_READS = named.load(_FOLDER / "sql" / "reads.sql")
_PAST_ACTIONS_OF = named.of_some(_RUNS["past_actions"])


def past_actions(*, after: int, up_to: int) -> dict[int, PastActions]:
    """Return what was done for the customers with after < id <= up_to; those without anything are left out."""
    found = rows.fetch_all(_RUNS["past_actions"], {"after": after, "up_to": up_to})
    return {
        customer_id: PastActions(
            done=frozenset(zip(keys, anchors, strict=True)), has_pending=has_pending, moved_to=moved_to
        )
        for customer_id, keys, anchors, has_pending, moved_to in found
    }


def moves_of(*, customer_ids: Sequence[int]) -> dict[int, str]:
    """Return the stage that a person or a step moved each of some customers to; those without one are left out."""
    found = rows.fetch_all(_PAST_ACTIONS_OF, {"customer_ids": rows.as_array(customer_ids)})
    return {customer_id: moved_to for customer_id, _keys, _days, _is_pending, moved_to in found if moved_to}


def run_of(*, as_of: date) -> RunProgress | None:
    """Return the run of a day."""
    found = rows.fetch_dicts(_RUNS["run_of"], {"as_of": as_of})
    if not found:
        return None
    row = found[0]
    return RunProgress(
        id=row["id"],
        as_of=row["as_of"],
        state=RunState(row["state"]),
        version_id=row["version_id"],
        customers=row["customers"],
        decisions=row["decisions"],
        actions=row["actions"],
        previous_as_of=row["previous_as_of"],
    )


def open_chunk_count(*, run_id: int) -> int:
    """Count the chunks of a run that are not decided yet."""
    count: int = rows.fetch_all(_RUNS["open_chunks"], {"run_id": run_id})[0][0]
    return count


def pace_of(*, run_id: int) -> Pace:
    """Say how far a run is, how fast it is (customers per second), and how many seconds it still needs."""
    everybody, done, per_second = rows.fetch_all(_RUNS["pace"], {"run_id": run_id})[0]
    return Pace(
        done=done,
        everybody=everybody,
        per_second=per_second,
        seconds_left=ceil((everybody - done) / per_second) if per_second else None,
    )


def run_days(*, limit: int) -> list[dict[str, Any]]:
    """List the newest runs."""
    return rows.fetch_dicts(_READS["run_days"], {"limit": limit})


def decisions_of(*, customer_id: int, as_of: date) -> list[dict[str, Any]]:
    """Return the decisions about one customer in the newest run on or before a day, one for each step."""
    return rows.fetch_dicts(_READS["decisions_of"], {"customer_id": customer_id, "as_of": as_of})


def outcomes_by_step(*, run_id: int) -> list[dict[str, Any]]:
    """Count decisions of a run by step, outcome and reasons; the counts add to customers times steps."""
    return rows.fetch_dicts(_READS["outcomes_by_step"], {"run_id": run_id})


def customers_with(
    *,
    run_id: int,
    step_number: int | None,
    outcome: str | None,
    reasons: Sequence[str] | None,
    after: tuple[int, int],
    limit: int,
) -> list[dict[str, Any]]:
    """List decisions of a run with an outcome and just these reasons, by customer id and step, those after `after`."""
    return rows.fetch_dicts(
        _READS["customers_with"],
        {
            "run_id": run_id,
            "step_number": step_number,
            "outcome": outcome,
            "reasons": None if reasons is None else list(reasons),
            "after": after[0],
            "after_step": after[1],
            "limit": limit,
        },
    )


def actions_of(*, customer_id: int, until: date | None = None, limit: int) -> list[dict[str, Any]]:
    """List what was planned for one customer, newest first; with a day, what runs up to it planned."""
    params = {"customer_id": customer_id, "until": until, "limit": limit}
    return rows.fetch_dicts(_READS["actions_of"], params)


def move_of(*, customer_id: int) -> dict[str, Any] | None:
    """Return the move that still holds a customer somewhere: where, since when, and what was noted; None for none."""
    found = rows.fetch_dicts(_READS["move_of"], {"customer_id": customer_id})
    return found[0] if found else None


def actions_of_run(*, run_id: int) -> list[dict[str, Any]]:
    """Count what a run planned by step, channel and state."""
    return rows.fetch_dicts(_READS["actions_of_run"], {"run_id": run_id})


def open_tasks(*, at: datetime, limit: int, with_moves: bool, skip: int = 0) -> list[dict[str, Any]]:
    """List tasks that wait for a person, maybe with moves to be decided; those that may be done now come first."""
    return rows.fetch_dicts(
        _READS["open_tasks"], {"at": at, "limit": limit, "skip": skip, "with_moves": with_moves}
    )


def open_task_count(*, with_moves: bool) -> int:
    """Count the tasks that wait for a person, maybe with moves to be decided."""
    count: int = rows.fetch_all(_READS["open_task_count"], {"with_moves": with_moves})[0][0]
    return count


def proposed_among(*, action_ids: Sequence[int]) -> list[int]:
    """Return which of some actions wait for approval, and lock them. Needs a transaction."""
    return _among(action_ids, ActionState.PROPOSED)


def stoppable_among(*, action_ids: Sequence[int]) -> list[int]:
    """Return which of some actions were not carried out yet, and lock them. Needs a transaction."""
    return _among(action_ids, ActionState.PROPOSED, ActionState.QUEUED, ActionState.OPEN)


def _among(action_ids: Sequence[int], *states: ActionState) -> list[int]:
    params = {"action_ids": list(action_ids), "states": [state.value for state in states]}
    return [row[0] for row in rows.fetch_all(_READS["among"], params)]

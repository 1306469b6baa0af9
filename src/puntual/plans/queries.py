"""Reads of plans: versions, runs, decisions, actions and tasks."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from puntual.db import named, rows
from puntual.lib.errors import DomainError
from puntual.plans import rules
from puntual.plans.types import PastActions, PlanDocument, RunProgress, RunState

_FOLDER = Path(__file__).parent
_RUNS = named.load(_FOLDER / "sql" / "runs.sql")
_READS = named.load(_FOLDER / "sql" / "reads.sql")


class NoActivePlan(DomainError):
    """No plan version is in force: nothing can be decided."""

    code = "no-active-plan"


def shipped_plan(*, key: str) -> dict[str, Any]:
    """Read a plan that is delivered with the product, as its file says it."""
    loaded: dict[str, Any] = yaml.safe_load((_FOLDER / "data" / f"{key}.yaml").read_text(encoding="utf-8"))
    return loaded


def active_version() -> tuple[int, PlanDocument]:
    """
    Return the version in force and its plan.

    Raises: NoActivePlan.
    """
    found = rows.fetch_dicts(_READS["active_version"])
    if not found:
        raise NoActivePlan("No hay un plan activo.")
    return found[0]["id"], rules.parse_document(rows.as_json(found[0]["document"]))


def plan_of_version(*, version_id: int) -> PlanDocument:
    """Return the plan of a version; versions never change."""
    found = rows.fetch_dicts(_READS["version"], {"version_id": version_id})
    if not found:
        raise NoActivePlan("No existe esa versión del plan.")
    return rules.parse_document(rows.as_json(found[0]["document"]))


def version_label(*, version_id: int) -> str:
    """Name a version for people: plan and number."""
    found = rows.fetch_dicts(_READS["version"], {"version_id": version_id})
    return f"{found[0]['name']} v{found[0]['number']}" if found else ""


def past_actions(*, after: int, up_to: int) -> dict[int, PastActions]:
    """Return what was done for the customers with after < id <= up_to; those without anything are left out."""
    found = rows.fetch_all(_RUNS["past_actions"], {"after": after, "up_to": up_to})
    return {
        customer_id: PastActions(done=frozenset(zip(keys, anchors, strict=True)), has_pending=has_pending)
        for customer_id, keys, anchors, has_pending in found
    }


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
        done_up_to_customer=row["done_up_to_customer"],
        customers=row["customers"],
        decisions=row["decisions"],
        actions=row["actions"],
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
    after: int,
    limit: int,
) -> list[dict[str, Any]]:
    """List the customers of a run with an outcome and just these reasons, by customer id after `after`."""
    return rows.fetch_dicts(
        _READS["customers_with"],
        {
            "run_id": run_id,
            "step_number": step_number,
            "outcome": outcome,
            "reasons": None if reasons is None else list(reasons),
            "after": after,
            "limit": limit,
        },
    )


def actions_of(*, customer_id: int, limit: int) -> list[dict[str, Any]]:
    """List what was planned for one customer, newest first."""
    return rows.fetch_dicts(_READS["actions_of"], {"customer_id": customer_id, "limit": limit})


def actions_of_run(*, run_id: int) -> list[dict[str, Any]]:
    """Count what a run planned by step, channel and state."""
    return rows.fetch_dicts(_READS["actions_of_run"], {"run_id": run_id})


def open_tasks(*, at: datetime, limit: int, skip: int = 0) -> list[dict[str, Any]]:
    """List tasks that wait for a person; those that may be done now come first."""
    return rows.fetch_dicts(_READS["open_tasks"], {"at": at, "limit": limit, "skip": skip})


def open_task_count() -> int:
    """Count the tasks that wait for a person."""
    count: int = rows.fetch_all(_READS["open_task_count"])[0][0]
    return count


@lru_cache(maxsize=32)
def step_names(*, version_id: int, schema_name: str) -> dict[int, str]:
    """Return the names of a version's steps by number; a version never changes, so it is read once."""
    return {step.number: step.name for step in plan_of_version(version_id=version_id).steps}

"""
Plans: what should happen next for each customer, and why?

Reads: assessment facts handed in, plans.Action
Writes: plans.Plan, plans.PlanVersion, plans.Run, plans.Decision, plans.Action
Guarantees: one decision for every customer and step of a run; a chunk is written whole or not at all; a step is
planned once for an anchor; a second run of a day writes nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from puntual.assessment.types import Facts
from puntual.db import named, rows
from puntual.plans import rules
from puntual.plans.models import Plan, PlanVersion
from puntual.plans.types import (
    ActionState,
    Answer,
    Intent,
    NewAction,
    PastActions,
    PlanDocument,
    RunState,
    VersionState,
)

_RUNS = named.load(Path(__file__).parent / "sql" / "runs.sql")
_MERGING = named.load(Path(__file__).parent / "sql" / "merging.sql")
_MERGED = "customer-merged"


def activate_plan(*, raw: Mapping[str, Any], at: datetime) -> int:
    """
    Put a plan in force and return its version; the same text again changes nothing.

    Raises: MalformedPlan.
    """
    document = rules.parse_document(raw)
    digest = hashlib.sha256(json.dumps(raw, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    with transaction.atomic():
        plan, _ = Plan.objects.get_or_create(key=document.key, defaults={"name": document.name})
        versions = PlanVersion.objects.select_for_update().filter(plan=plan).order_by("-number")
        newest = versions.first()
        if newest is not None and newest.document_hash == digest and newest.state == VersionState.ACTIVE:
            return newest.pk
        PlanVersion.objects.filter(state=VersionState.ACTIVE).update(
            state=VersionState.RETIRED, retired_at=at
        )
        created = PlanVersion.objects.create(
            plan=plan,
            number=(newest.number if newest else 0) + 1,
            state=VersionState.ACTIVE,
            document=raw,
            document_hash=digest,
            activated_at=at,
        )
    return created.pk


def start_run(*, as_of: date, version_id: int, at: datetime) -> None:
    """Open the run of a day; one that is there stays as it is, with the version it began with."""
    rows.execute(_RUNS["start_run"], {"as_of": as_of, "version_id": version_id, "at": at})


def decide_all(
    *,
    facts: Sequence[Facts],
    plan: PlanDocument,
    past: Mapping[int, PastActions],
    nothing: PastActions,
    today: date,
    country: str,
) -> tuple[list[tuple[Answer, ...]], list[Intent]]:
    """Decide for each customer in order; return their answers and the steps that would be taken. Writes nothing."""
    answers = []
    intents = []
    for one in facts:
        given, intent = rules.decide(
            facts=one, plan=plan, past=past.get(one.customer_id, nothing), today=today, country=country
        )
        answers.append(given)
        if intent is not None:
            intents.append(intent)
    return answers, intents


def record_decisions(
    *, run_id: int, customer_ids: Sequence[int], answers: Sequence[tuple[Answer, ...]]
) -> int:
    """Write one decision for each customer and step by one statement; return how many are new."""
    patterns: dict[tuple[Answer, ...], int] = {}
    customer_patterns = [patterns.setdefault(given, len(patterns)) for given in answers]
    lines = [(number, answer) for given, number in patterns.items() for answer in given]
    return rows.execute(
        _RUNS["record_decisions"],
        {
            "run_id": run_id,
            "customer_ids": rows.as_array(customer_ids),
            "customer_patterns": rows.as_array(customer_patterns),
            "patterns": [number for number, _ in lines],
            "step_numbers": [answer.step_number for _, answer in lines],
            "outcomes": [answer.outcome.value for _, answer in lines],
            "reasons": [",".join(answer.reasons) for _, answer in lines],
            "next_dates": [answer.next_date for _, answer in lines],
        },
    )


def record_actions(*, run_id: int, actions: Sequence[NewAction]) -> list[int]:
    """Plan allowed actions by one statement; return the ids of the new ones."""
    if not actions:
        return []
    found = rows.fetch_all(
        _RUNS["record_actions"],
        {
            "run_id": run_id,
            "customer_ids": [one.intent.customer_id for one in actions],
            "point_ids": [one.contact_point_id for one in actions],
            "step_numbers": [one.intent.step.number for one in actions],
            "step_keys": [one.intent.step.key for one in actions],
            "anchor_dates": [one.intent.anchor_date for one in actions],
            "channels": [one.intent.step.channel.value for one in actions],
            "purposes": [one.intent.step.purpose.value for one in actions],
            "templates": [one.intent.step.template for one in actions],
            "not_before": [one.not_before for one in actions],
        },
    )
    return [row[0] for row in found]


def advance_run(*, run_id: int, after: int, up_to: int, customers: int, decisions: int, actions: int) -> bool:
    """Move the marker past a chunk; False when another worker already moved it: then roll back."""
    moved = rows.execute(
        _RUNS["advance_run"],
        {
            "run_id": run_id,
            "after": after,
            "up_to": up_to,
            "customers": customers,
            "decisions": decisions,
            "actions": actions,
        },
    )
    return moved == 1


def finish_run(*, run_id: int, state: RunState, error: str = "", at: datetime) -> None:
    """Close a run as done or failed; closing it again the same way changes nothing."""
    rows.execute(
        _RUNS["finish_run"], {"run_id": run_id, "state": state.value, "error": error[:300], "at": at}
    )


def close_actions(*, customer_ids: Sequence[int], reason: str, at: datetime) -> list[int]:
    """Cancel what still waits for these customers; return the ids of the actions that ended."""
    found = rows.fetch_all(
        _RUNS["close_actions"], {"customer_ids": list(customer_ids), "reason": reason, "at": at}
    )
    return [row[0] for row in found]


def complete_actions(
    *, action_ids: Sequence[int], state: ActionState, reason: str = "", note: str = "", at: datetime
) -> int:
    """End actions as executed, failed or cancelled; those already ended stay as they are."""
    return rows.execute(
        _RUNS["complete_actions"],
        {
            "action_ids": list(action_ids),
            "state": state.value,
            "reason": reason[:60],
            "note": note,
            "at": at,
        },
    )


def reschedule_actions(*, moves: Sequence[tuple[int, datetime]]) -> int:
    """Move actions that still wait to later moments."""
    return rows.execute(
        _RUNS["reschedule_actions"],
        {"action_ids": [one for one, _ in moves], "not_before": [moment for _, moment in moves]},
    )


def erase_customer(*, customer_id: int) -> None:
    """Take away what people noted on the actions of a customer; decisions and actions stay."""
    rows.execute(_RUNS["erase_customer"], {"customer_id": customer_id})


def move_customer(*, source_id: int, target_id: int, at: datetime) -> dict[str, list[Any]]:
    """
    Give what was done for one customer to another, and return which rows moved, by table.

    What waits is called off: two plans for one person would reach them twice.
    """
    params = {"source_id": source_id, "target_id": target_id, "reason": _MERGED, "at": at}
    return dict(rows.fetch_all(_MERGING["move_customer"], params))


def return_customer(
    *, source_id: int, target_id: int, moved: Mapping[str, Sequence[Any]], is_same_day: bool
) -> None:
    """Give back what moved; what was called off waits again when it is still the same day."""
    rows.execute(
        _MERGING["return_customer"],
        {
            "source_id": source_id,
            "target_id": target_id,
            "reason": _MERGED,
            "is_same_day": is_same_day,
            "actions": list(moved.get("plans_action", ())),
            "queued": list(moved.get("plans_action_queued", ())),
            "open": list(moved.get("plans_action_open", ())),
        },
    )

"""
The run of a day: what was decided and what is to be done.

Reads: assessment facts handed in, plans.Action
Writes: plans.Run, plans.Decision, plans.DecisionPattern, plans.Action
Guarantees: one decision for every customer and step of a run; a chunk is written whole or not at all; a step is
planned once for an anchor; a second run of a day writes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from puntual.assessment.types import Facts, Placement
from puntual.contacts.types import Channel
from puntual.db import named, rows
from puntual.plans.rules import Decider
from puntual.plans.types import ActionState, Answer, Intent, NewAction, PastActions, PlanDocument, RunState

_RUNS = named.load(Path(__file__).parent.parent / "sql" / "runs.sql")
_MERGING = named.load(Path(__file__).parent.parent / "sql" / "merging.sql")
_MERGED = "customer-merged"


def start_run(*, as_of: date, version_id: int, at: datetime) -> None:
    """Open the run of a day; one that is there stays as it is, with the version it began with."""
    _make_month(as_of)
    rows.execute(_RUNS["start_run"], {"as_of": as_of, "version_id": version_id, "at": at})


def _make_month(as_of: date) -> None:
    """Make the place of a month's decisions. Runs of one company begin one after the other."""
    table = f"plans_decision_{as_of:%Y%m}"
    if rows.fetch_all(_RUNS["has_month"], {"table": table})[0][0]:
        return
    first = as_of.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    rows.execute(
        f"create table {table} partition of plans_decision for values from ('{first}') to ('{after}')"
    )


def drop_decisions(*, before: date) -> list[str]:
    """
    Drop the decisions of whole months that ended before a day, and the answers that only they named.

    Returns the names of the months (YYYYMM), oldest first. Runs, actions and verdicts stay.
    """
    dropped = []
    for table, first in rows.fetch_all(_RUNS["months"]):
        if (first + timedelta(days=32)).replace(day=1) <= before:
            rows.execute(f"drop table {table}")
            dropped.append(table[-6:])
    if dropped:
        rows.execute(_RUNS["drop_patterns"])
    return dropped


def decider(*, plan: PlanDocument, today: date, country: str) -> Decider:
    """Make a plan ready to decide for many customers on a day. Writes nothing."""
    return Decider(plan=plan, today=today, country=country)


def decide_all(
    *,
    decider: Decider,
    facts: Sequence[Facts],
    placements: Sequence[Placement],
    past: Mapping[int, PastActions],
    nothing: PastActions,
) -> tuple[list[tuple[Answer, ...]], list[Intent]]:
    """Decide for each customer in order; return their answers and the steps that would be taken. Writes nothing."""
    answers = []
    intents = []
    for one, placement in zip(facts, placements, strict=True):
        given, intent = decider.decide(
            facts=one, placement=placement, past=past.get(one.customer_id, nothing)
        )
        answers.append(given)
        if intent is not None:
            intents.append(intent)
    return answers, intents


def record_decisions(
    *, run_id: int, customer_ids: Sequence[int], answers: Sequence[tuple[Answer, ...]]
) -> int:
    """Write the answers of each customer, shared as patterns, by two statements; return how many are new."""
    patterns: dict[tuple[Answer, ...], int] = {}
    customer_patterns = []
    for given in answers:
        number = patterns.get(given)
        if number is None:
            number = patterns[given] = pattern_id(answers=given)
        customer_patterns.append(number)
    lines = [(number, answer) for given, number in patterns.items() for answer in given]
    rows.execute(
        _RUNS["record_patterns"],
        {
            "patterns": [number for number, _ in lines],
            "step_numbers": [answer.step_number for _, answer in lines],
            "outcomes": [answer.outcome.value for _, answer in lines],
            "reasons": [",".join(answer.reasons) for _, answer in lines],
            "next_dates": [answer.next_date for _, answer in lines],
        },
    )
    new = rows.execute(
        _RUNS["record_decisions"],
        {
            "run_id": run_id,
            "customer_ids": rows.as_array(customer_ids),
            "customer_patterns": rows.as_array(customer_patterns),
        },
    )
    return new * len(answers[0]) if answers else 0


def pattern_id(*, answers: tuple[Answer, ...]) -> int:
    """Name a pattern by what it says: the same in every worker and on every day. Writes nothing."""
    said = ";".join(
        f"{one.step_number},{one.outcome.value},{','.join(one.reasons)},{one.next_date}" for one in answers
    )
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big", signed=True)


def record_actions(*, run_id: int, actions: Sequence[NewAction]) -> tuple[list[int], list[int]]:
    """Plan allowed actions by one statement; return the ids of the new ones, and of those whose message may go."""
    if not actions:
        return [], []
    found = rows.fetch_all(
        _RUNS["record_actions"],
        {
            "run_id": run_id,
            "customer_ids": [one.intent.customer_id for one in actions],
            "point_ids": [one.contact_point_id for one in actions],
            "step_numbers": [one.intent.step.number for one in actions],
            "step_keys": [one.intent.step.key for one in actions],
            "anchor_dates": [one.intent.anchor_date for one in actions],
            "channels": [one.channel.value if one.channel else "" for one in actions],
            "purposes": [one.intent.step.purpose.value for one in actions],
            "templates": [one.intent.step.template for one in actions],
            "moves_to": [one.intent.step.moves_to for one in actions],
            "teams": [one.intent.step.team for one in actions],
            "states": [_first_state(one) for one in actions],
            "not_before": [one.not_before for one in actions],
        },
    )
    return [row[0] for row in found], [row[0] for row in found if row[1] == ActionState.QUEUED]


def _first_state(action: NewAction) -> str:
    """A message goes to the queue, anything else to a person; either waits first where the plan says so."""
    if action.intent.step.needs_approval and action.channel is not None:
        return ActionState.PROPOSED.value
    return ActionState.QUEUED.value if action.channel is Channel.EMAIL else ActionState.OPEN.value


def approve_actions(*, action_ids: Sequence[int]) -> list[int]:
    """Let proposed actions go on; return the ids of those whose message may go."""
    found = rows.fetch_all(_RUNS["approve_actions"], {"action_ids": list(action_ids)})
    return [row[0] for row in found if row[1] == ActionState.QUEUED]


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

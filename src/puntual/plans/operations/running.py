"""
The run of a day: what was decided and what is to be done.

Reads: assessment facts handed in, plans.Action
Writes: plans.Run, plans.RunChunk, plans.Decision, plans.DecisionPattern, plans.Action
Guarantees: one decision for every customer and step of a run; a chunk is written whole or not at all, by one
worker; a step is planned once for an anchor; a second run of a day writes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from puntual.assessment.types import Facts, Placement
from puntual.contacts.types import Channel
from puntual.db import named, rows
from puntual.db.locks import Lock, lock_in_transaction, share_in_transaction
from puntual.plans.rules import Decider
from puntual.plans.types import (
    ActionState,
    Answer,
    Chunk,
    Intent,
    NewAction,
    PastActions,
    PlanDocument,
    RunState,
)

_RUNS = named.load(Path(__file__).parent.parent / "sql" / "runs.sql")
_MERGING = named.load(Path(__file__).parent.parent / "sql" / "merging.sql")
_MERGED = "customer-merged"
NOT_APPROVED = "not-approved"


def start_run(*, as_of: date, version_id: int, at: datetime) -> None:
    """
    Open the run of a day; one that is there stays as it is, with the version it began with. Needs a transaction.
    """
    _make_month(as_of)
    rows.execute(_RUNS["start_run"], {"as_of": as_of, "version_id": version_id, "at": at})


def _make_month(as_of: date) -> None:
    """Make the place of a month's decisions; runs of two days that begin together find one."""
    table = f"plans_decision_{as_of:%Y%m}"
    lock_in_transaction(lock=Lock.DECISION_MONTHS, key=table)
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

    Returns the names of the months (YYYYMM), oldest first. Runs, actions and verdicts stay. Needs a transaction: a
    run that is deciding meanwhile waits for its end.
    """
    dropped = []
    # No run may name a pattern while those that nobody names are forgotten.
    rows.execute("lock table plans_decisionpattern in share row exclusive mode")
    for table, first in rows.fetch_all(_RUNS["months"]):
        if (first + timedelta(days=32)).replace(day=1) <= before:
            rows.execute(f"drop table {table}")
            dropped.append(table[-6:])
    if dropped:
        rows.execute(_RUNS["drop_patterns"])
        rows.execute(_RUNS["drop_chunks"], {"before": before})
    return dropped


def decider(
    *, plan: PlanDocument, today: date, country: str, stopped: frozenset[str] = frozenset()
) -> Decider:
    """Make a plan ready to decide for many customers on a day, without the steps stopped for it. Writes nothing."""
    return Decider(plan=plan, today=today, country=country, stopped=stopped)


def decide_all(
    *,
    decider: Decider,
    facts: Sequence[Facts],
    placements: Sequence[Placement],
    past: Mapping[int, PastActions],
    nothing: PastActions,
) -> tuple[list[tuple[Answer, ...]], list[tuple[Intent, ...]]]:
    """
    Decide for each customer in order; return their answers, and of each for whom there is something the steps that
    would be taken, in the order in which they are tried. Writes nothing.
    """
    answers = []
    intents = []
    for one, placement in zip(facts, placements, strict=True):
        given, ready = decider.decide(facts=one, placement=placement, past=past.get(one.customer_id, nothing))
        answers.append(given)
        if ready:
            intents.append(ready)
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
            "patterns": rows.as_array([number for number, _ in lines]),
            "step_numbers": rows.as_array([answer.step_number for _, answer in lines]),
            "outcomes": rows.as_texts([answer.outcome.value for _, answer in lines]),
            "reasons": rows.as_texts([",".join(answer.reasons) for _, answer in lines]),
            "next_dates": rows.as_texts([answer.next_date for _, answer in lines]),
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
    # A step that somebody stops at this moment is either seen as stopped here, or its actions are seen there.
    share_in_transaction(lock=Lock.STEP_STOPS, key="")
    found = rows.fetch_all(
        _RUNS["record_actions"],
        {
            "run_id": run_id,
            "customer_ids": rows.as_array([one.intent.customer_id for one in actions]),
            "point_ids": rows.as_array([one.contact_point_id for one in actions]),
            "step_numbers": rows.as_array([one.intent.step.number for one in actions]),
            "step_keys": rows.as_texts([one.intent.step.key for one in actions]),
            "anchor_dates": rows.as_texts([one.intent.anchor_date for one in actions]),
            "channels": rows.as_texts([one.channel.value if one.channel else "" for one in actions]),
            "purposes": rows.as_texts([one.intent.step.purpose.value for one in actions]),
            "templates": rows.as_texts([one.intent.step.template for one in actions]),
            "moves_to": rows.as_texts([one.intent.step.moves_to for one in actions]),
            "teams": rows.as_texts([one.intent.step.team for one in actions]),
            "states": rows.as_texts([_first_state(one) for one in actions]),
            "not_before": rows.as_texts([one.not_before for one in actions]),
            "last_days": rows.as_texts([one.intent.last_day for one in actions]),
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


def add_chunks(*, run_id: int, ranges: Sequence[tuple[int, int, int]], at: datetime) -> int:
    """Give a run customers to decide, as (after, up to, how many), by what is known at `at`; return how many chunks."""
    if not ranges:
        return 0
    afters, up_tos, customers = zip(*ranges, strict=True)
    return rows.execute(
        _RUNS["add_chunks"],
        {
            "run_id": run_id,
            "afters": rows.as_array(afters),
            "up_tos": rows.as_array(up_tos),
            "customers": rows.as_array(customers),
            "at": at,
        },
    )


def renew_chunks(*, run_id: int, at: datetime) -> None:
    """Have the chunks that wait since an earlier start be decided by what is known now."""
    rows.execute(_RUNS["renew_chunks"], {"run_id": run_id, "at": at})


def claim_chunk(*, run_id: int, waits: bool) -> Chunk | None:
    """
    Take the next chunk of a run; None when nothing is left to decide. Needs a transaction, and ends with it.

    `waits`: when others are at all chunks that are left, wait for them, and take what they did not finish. A campaign
    that is beginning is waited for in any case: what it planned is among what the chunk sees.
    """
    share_in_transaction(lock=Lock.PLANNED_CONTACTS, key="")
    found = rows.fetch_all(_RUNS["claim_free_chunk"], {"run_id": run_id})
    if not found and waits:
        found = rows.fetch_all(_RUNS["claim_chunk"], {"run_id": run_id})
    return Chunk(*found[0]) if found else None


def finish_chunk(*, chunk_id: int, customers: int, decisions: int, actions: int, law_version: str) -> None:
    """Count a decided chunk for its run, in the transaction that decided it by a version of the law pack."""
    rows.execute(
        _RUNS["finish_chunk"],
        {
            "chunk_id": chunk_id,
            "customers": customers,
            "decisions": decisions,
            "actions": actions,
            "law_version": law_version,
        },
    )


def finish_run(*, run_id: int, state: RunState, error: str = "", at: datetime) -> None:
    """Close a run as done or failed; closing it again the same way changes nothing."""
    rows.execute(
        _RUNS["finish_run"], {"run_id": run_id, "state": state.value, "error": error[:300], "at": at}
    )


def close_actions(
    *, customer_ids: Sequence[int], contact_point_ids: Sequence[int] = (), reason: str, at: datetime
) -> list[int]:
    """Cancel what still waits for these customers, or through these addresses; return the ids of what ended."""
    params = {"customer_ids": list(customer_ids), "contact_point_ids": list(contact_point_ids)}
    found = rows.fetch_all(_RUNS["close_actions"], {**params, "reason": reason, "at": at})
    return [row[0] for row in found]


def expire_proposals(*, as_of: date, at: datetime) -> int:
    """
    End what nobody approved by the last day on which the plan took its step; return how much.

    While it waited the customer heard nothing else.
    """
    return rows.execute(_RUNS["expire_proposals"], {"as_of": as_of, "reason": NOT_APPROVED, "at": at})


def end_moves(*, customer_ids: Sequence[int], note: str = "", at: datetime) -> list[int]:
    """
    End what moves did to these customers, and return whom a move had held: the next run places them anew.

    `note` says why a person ended them.
    """
    if not customer_ids:
        return []
    found = rows.fetch_all(_RUNS["end_moves"], {"customer_ids": list(customer_ids), "note": note, "at": at})
    return sorted({row[0] for row in found})


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
            "proposed": list(moved.get("plans_action_proposed", ())),
            "decisions": list(moved.get("plans_campaigndecision", ())),
        },
    )

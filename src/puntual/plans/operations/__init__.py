"""
Plans: what should happen next for each customer, and why?

Reads: assessment facts handed in, the text of a plan, plans.Action
Writes: plans.Plan, plans.PlanVersion, plans.Run, plans.Decision, plans.DecisionPattern, plans.Action
Guarantees: those of its parts: `governing` for versions, `running` for the decisions and actions of a day.
"""

from puntual.plans.operations.governing import (
    SecondPersonNeeded,
    UnableToChangeVersion,
    activate,
    adopt_plan,
    approve,
    discard,
    return_to_draft,
    save_draft,
    submit,
)
from puntual.plans.operations.running import (
    advance_run,
    approve_actions,
    close_actions,
    complete_actions,
    decide_all,
    decider,
    drop_decisions,
    erase_customer,
    finish_run,
    move_customer,
    pattern_id,
    record_actions,
    record_decisions,
    reschedule_actions,
    return_customer,
    start_run,
)

__all__ = [
    "SecondPersonNeeded",
    "UnableToChangeVersion",
    "activate",
    "adopt_plan",
    "advance_run",
    "approve",
    "approve_actions",
    "close_actions",
    "complete_actions",
    "decide_all",
    "decider",
    "discard",
    "drop_decisions",
    "erase_customer",
    "finish_run",
    "move_customer",
    "pattern_id",
    "record_actions",
    "record_decisions",
    "reschedule_actions",
    "return_customer",
    "return_to_draft",
    "save_draft",
    "start_run",
    "submit",
]

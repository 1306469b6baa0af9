"""
Plans: what should happen next for each customer, and why?

Reads: assessment facts handed in, the text of a plan, plans.Action
Writes: plans.Plan, plans.PlanVersion, plans.Run, plans.Decision, plans.DecisionPattern, plans.Action
Guarantees: those of its parts: `governing` for versions, `running` for the decisions and actions of a day.
"""

from puntual.plans.operations.governing import (
    DraftChangedMeanwhile,
    SecondPersonNeeded,
    UnableToChangeVersion,
    activate,
    adopt_plan,
    approve,
    begin_draft,
    discard,
    edit_draft,
    explain_draft,
    return_to_draft,
    rewrite_draft,
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
    record_actions,
    record_decisions,
    reschedule_actions,
    return_customer,
    start_run,
)

__all__ = [
    "DraftChangedMeanwhile",
    "SecondPersonNeeded",
    "UnableToChangeVersion",
    "activate",
    "adopt_plan",
    "advance_run",
    "approve",
    "approve_actions",
    "begin_draft",
    "close_actions",
    "complete_actions",
    "decide_all",
    "decider",
    "discard",
    "drop_decisions",
    "edit_draft",
    "erase_customer",
    "explain_draft",
    "finish_run",
    "move_customer",
    "record_actions",
    "record_decisions",
    "reschedule_actions",
    "return_customer",
    "return_to_draft",
    "rewrite_draft",
    "save_draft",
    "start_run",
    "submit",
]

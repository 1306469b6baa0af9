"""
Plans: what should happen next for each customer, and why?

Reads: assessment facts handed in, the text of a plan, plans.Action
Writes: plans.Plan, plans.PlanVersion, plans.Run, plans.RunChunk, plans.Decision, plans.DecisionPattern,
plans.Action, plans.StepStop, plans.Campaign, plans.CampaignDecision
Guarantees: those of its parts: `governing` for versions, `running` for the decisions and actions of a day, `stopping`
for what a person changes of them, `campaigning` for what is done beside the plan.
"""

from puntual.plans.operations.campaigning import (
    UnableToCampaign,
    launch_campaign,
    propose_campaign,
    stop_campaign,
)
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
    add_chunks,
    approve_actions,
    claim_chunk,
    close_actions,
    complete_actions,
    decide_all,
    decider,
    drop_decisions,
    erase_customer,
    expire_proposals,
    finish_chunk,
    finish_run,
    move_customer,
    pattern_id,
    record_actions,
    record_decisions,
    renew_chunks,
    reschedule_actions,
    return_customer,
    start_run,
)
from puntual.plans.operations.stopping import change_action, lift_stop, stop_step

__all__ = [
    "DraftChangedMeanwhile",
    "SecondPersonNeeded",
    "UnableToCampaign",
    "UnableToChangeVersion",
    "activate",
    "add_chunks",
    "adopt_plan",
    "approve",
    "approve_actions",
    "begin_draft",
    "change_action",
    "claim_chunk",
    "close_actions",
    "complete_actions",
    "decide_all",
    "decider",
    "discard",
    "drop_decisions",
    "edit_draft",
    "erase_customer",
    "expire_proposals",
    "explain_draft",
    "finish_chunk",
    "finish_run",
    "launch_campaign",
    "lift_stop",
    "move_customer",
    "pattern_id",
    "propose_campaign",
    "record_actions",
    "record_decisions",
    "renew_chunks",
    "reschedule_actions",
    "return_customer",
    "return_to_draft",
    "rewrite_draft",
    "save_draft",
    "start_run",
    "stop_campaign",
    "stop_step",
    "submit",
]

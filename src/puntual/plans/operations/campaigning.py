"""
Campaigns: something done once for customers that a person chose.

Reads: nothing else
Writes: plans.Campaign, plans.CampaignDecision, plans.Action, audit.Event
Guarantees: a campaign begins once, however often it is asked for with its key; one for many is approved by another
person than its author; each of its customers has a decision with reasons, and at most one action.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.db import named, rows
from puntual.lib.errors import DomainError
from puntual.plans.operations.governing import SecondPersonNeeded
from puntual.plans.types import ActionState, CampaignAsk, CampaignDecided, CampaignRow

_SQL = named.load(Path(__file__).parents[1] / "sql" / "campaigns.sql")


class UnableToCampaign(DomainError):
    """A campaign cannot be asked for, begun or stopped as asked; nothing was written."""

    code = "unable-to-campaign"


def propose_campaign(
    *, key: str, ask: CampaignAsk, customers: int, needs_approval: bool, actor: Actor, at: datetime
) -> int | None:
    """
    Keep a campaign that somebody asks for, and return its id; None where the key was used before.

    Another hand that uses the key at this moment is waited for. Requires a transaction.
    """
    found = rows.fetch_all(
        _SQL["insert_campaign"],
        {
            "key": key,
            "name": ask.name,
            "condition": None if ask.condition is None else json.dumps(ask.condition, ensure_ascii=False),
            "segment_key": ask.segment_key,
            "channel": ask.channel.value,
            "purpose": ask.purpose.value,
            "template": ask.template,
            "team": ask.team,
            "instructions": ask.instructions,
            "not_before": ask.not_before,
            "customers": customers,
            "author_id": actor.id,
            "author_label": actor.label[:120],
            "needs_approval": needs_approval,
            "at": at,
        },
    )
    if not found:
        return None
    campaign_id: int = found[0][0]
    _tell(
        "campaign-proposed", campaign_id, actor=actor, after={"name": ask.name, "customers": customers}, at=at
    )
    return campaign_id


def launch_campaign(
    *, campaign: CampaignRow, decided: Sequence[CampaignDecided], actor: Actor, today: date, at: datetime
) -> tuple[int, list[int]]:
    """
    Begin a campaign: keep what it means for each customer and plan its actions by three statements.

    Returns how many actions are new, and those whose message may go. Requires a transaction.

    Raises: SecondPersonNeeded; UnableToCampaign when it does not wait.
    """
    if campaign.needs_approval and actor.id == campaign.author_id:
        raise SecondPersonNeeded(_("Quien pide la campaña no puede aprobarla: lo hace otra persona."))
    approver = actor if campaign.needs_approval else None
    params = {
        "campaign_id": campaign.id,
        "approver_id": approver.id if approver else None,
        "approver_label": approver.label[:120] if approver else "",
        "at": at,
    }
    if not rows.fetch_all(_SQL["launch"], params):
        raise UnableToCampaign(_("Esta campaña ya no espera: se lanzó o se detuvo."))
    rows.execute(
        _SQL["record_decisions"],
        {
            "campaign_id": campaign.id,
            "customer_ids": [one.customer_id for one in decided],
            "outcomes": [one.outcome.value for one in decided],
            "reasons": [",".join(one.reasons) for one in decided],
        },
    )
    acting = [one for one in decided if one.not_before is not None]
    found = rows.fetch_all(
        _SQL["record_actions"],
        {
            "campaign_id": campaign.id,
            "today": today,
            "customer_ids": [one.customer_id for one in acting],
            "point_ids": [one.contact_point_id for one in acting],
            "not_before": [one.not_before for one in acting],
        },
    )
    _tell("campaign-launched", campaign.id, actor=actor, after={"actions": len(found)}, at=at)
    return len(found), [row[0] for row in found if row[1] == ActionState.QUEUED]


def stop_campaign(*, campaign_id: int, note: str, actor: Actor, at: datetime) -> bool:
    """End a campaign, begun or not; False when it was ended before. Requires a transaction."""
    found = rows.fetch_all(
        _SQL["stop_campaign"],
        {"campaign_id": campaign_id, "note": note[:300], "actor_label": actor.label[:120], "at": at},
    )
    if found:
        _tell("campaign-stopped", campaign_id, actor=actor, after={"note": note}, at=at)
    return bool(found)


def _tell(action: str, campaign_id: int, *, actor: Actor, after: dict[str, object], at: datetime) -> None:
    audit.record(
        actor=actor, action=action, subject_type="campaign", subject_id=campaign_id, after=after, at=at
    )

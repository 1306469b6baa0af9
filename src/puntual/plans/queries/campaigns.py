"""Reads of campaigns."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.contacts.types import Channel, Purpose
from puntual.db import named, rows
from puntual.lib.errors import NotFound
from puntual.plans.types import CampaignResults, CampaignRow, CampaignState, Reason

_SQL = named.load(Path(__file__).parents[1] / "sql" / "campaigns.sql")


def campaigns(*, limit: int) -> list[CampaignRow]:
    """List campaigns, the newest first."""
    return _rows({"campaign_id": None, "limit": limit})


def asked_for_by(*, action_ids: Sequence[int], user_id: int | None) -> frozenset[int]:
    """Name the actions that come from a campaign which a member of staff asked for."""
    if not action_ids or user_id is None:
        return frozenset()
    params = {"action_ids": list(action_ids), "user_id": user_id}
    return frozenset(row[0] for row in rows.fetch_all(_SQL["asked_for_by"], params))


def campaign(*, campaign_id: int) -> CampaignRow:
    """
    Return one campaign.

    Raises: NotFound.
    """
    found = _rows({"campaign_id": campaign_id, "limit": 1})
    if not found:
        raise NotFound(_("No existe esa campaña."))
    return found[0]


def campaign_of_key(*, key: str) -> CampaignRow | None:
    """Return the campaign that was asked for with a key."""
    found = rows.fetch_all(_SQL["id_of_key"], {"key": key})
    return campaign(campaign_id=found[0][0]) if found else None


def _rows(params: dict[str, Any]) -> list[CampaignRow]:
    return [
        CampaignRow(
            **{
                **row,
                "condition": rows.as_json(row["condition"]),
                "channel": Channel(row["channel"]),
                "purpose": Purpose(row["purpose"]),
                "state": CampaignState(row["state"]),
            }
        )
        for row in rows.fetch_dicts(_SQL["campaigns"], params)
    ]


def campaign_step_names() -> dict[str, str]:
    """Name the campaigns by what their actions have in place of the key of a step."""
    return dict(rows.fetch_all(_SQL["step_names"]))


def campaign_results(*, campaign_id: int) -> CampaignResults:
    """Say who answered and who paid after a campaign reached them."""
    answered, payers, amounts = rows.fetch_all(_SQL["results"], {"campaign_id": campaign_id})[0]
    return CampaignResults(
        answered=answered,
        payers=payers,
        amounts=tuple((one, Decimal(amount)) for one, amount in sorted(rows.as_json(amounts).items())),
    )


def campaign_counts(*, campaign_id: int) -> list[dict[str, Any]]:
    """Count what a campaign meant by outcome and reasons; what was done comes first."""
    return rows.fetch_dicts(_SQL["decision_counts"], {"campaign_id": campaign_id})


def actions_of_campaigns(*, day: date) -> list[dict[str, Any]]:
    """Count what the campaigns that began on a day planned, by channel and state."""
    return rows.fetch_dicts(_SQL["actions_of_campaigns"], {"day": day})


def campaigns_of_customer(*, customer_id: int, limit: int) -> list[dict[str, Any]]:
    """Say what the newest campaigns meant for one customer."""
    return rows.fetch_dicts(_SQL["decisions_of_customer"], {"customer_id": customer_id, "limit": limit})


def busy_customers(*, customer_ids: Sequence[int], since: datetime, until: datetime) -> dict[int, Reason]:
    """Return who has a message or a task waiting, or was reached between two moments, and which of them it is."""
    params = {"customer_ids": list(customer_ids), "since": since, "until": until}
    return {customer_id: Reason(why) for customer_id, why in rows.fetch_all(_SQL["busy"], params)}


def ids_of_campaign(*, campaign_id: int) -> list[int]:
    """Return what still waits of a campaign."""
    return [row[0] for row in rows.fetch_all(_SQL["ids_of_campaign"], {"campaign_id": campaign_id})]

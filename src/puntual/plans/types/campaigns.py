"""Words of campaigns."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from puntual.contacts.types import Channel, Purpose
from puntual.plans.types.runs import CampaignState, Outcome


@dataclass(frozen=True, slots=True)
class CampaignAsk:
    """What somebody asks to be done once: for a segment or for whom a condition is true of, how and from when."""

    name: str
    # As a plan writes it; with neither condition nor segment it is for everybody.
    condition: Any
    segment_key: str
    channel: Channel
    purpose: Purpose
    template: str
    team: str
    instructions: str
    not_before: datetime


@dataclass(frozen=True, slots=True)
class CampaignDecided:
    """What a campaign means for one customer; without a moment nothing is done."""

    customer_id: int
    outcome: Outcome
    reasons: tuple[str, ...]
    contact_point_id: int | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign and how far it got."""

    id: int
    name: str
    condition: Any
    segment_key: str
    channel: Channel
    purpose: Purpose
    template: str
    team: str
    instructions: str
    not_before: datetime
    state: CampaignState
    customers: int
    author_id: int
    author_label: str
    needs_approval: bool
    approver_label: str
    launched_at: datetime | None
    stopped_at: datetime | None
    stopped_by: str
    stop_note: str
    created_at: datetime
    planned: int
    waiting: int
    done: int

    @property
    def ask(self) -> CampaignAsk:
        """Return what was asked for."""
        return CampaignAsk(
            self.name, self.condition, self.segment_key, self.channel, self.purpose, self.template, self.team,
            self.instructions, self.not_before,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CampaignResults:
    """What became of a campaign's customers after it reached them: answers, and money by currency."""

    answered: int
    payers: int
    amounts: tuple[tuple[str, Decimal], ...]

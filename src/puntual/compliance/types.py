"""Words of compliance: may this contact happen now?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from puntual.contacts.types import Channel, OwnerRole, PointState, Purpose


class VerdictOutcome(StrEnum):
    """ALLOW now, DEFER to a later moment, or BLOCK."""

    ALLOW = "ALLOW"
    DEFER = "DEFER"
    BLOCK = "BLOCK"


class Moment(StrEnum):
    """When the question was asked."""

    PLANNING = "PLANNING"
    SENDING = "SENDING"


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Everything that the law looks at before one contact. Unknown is None and blocks."""

    customer_id: int
    channel: Channel
    purpose: Purpose
    country: str
    time_zone: str | None
    owner_role: OwnerRole | None
    point_state: PointState | None
    is_opted_out: bool
    has_debt: bool | None
    is_disputed: bool
    is_on_hold: bool
    has_active_promise: bool
    # Outbound attempts already made or reserved, newest first, in UTC.
    attempts_at: tuple[datetime, ...] = ()
    conversations_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: every objecting rule, and the next moment at which it would be allowed."""

    outcome: VerdictOutcome
    rule_ids: tuple[str, ...]
    not_before: datetime | None

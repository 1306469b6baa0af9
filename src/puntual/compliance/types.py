"""Words of compliance: may this contact happen now?"""

from dataclasses import dataclass
from datetime import datetime, time
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


class Content(StrEnum):
    """What a message must say of the creditor."""

    CREDITOR = "CREDITOR"
    ADDRESS = "ADDRESS"
    CONTACT = "CONTACT"
    PAYMENT = "PAYMENT"
    COMPLAINTS = "COMPLAINTS"


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Everything that the law looks at before one contact. Unknown is None and blocks."""

    customer_id: int
    channel: Channel
    purpose: Purpose
    country: str
    # Every zone the person may be in; empty means unknown.
    time_zones: tuple[str, ...]
    owner_role: OwnerRole | None
    point_state: PointState | None
    has_known_source: bool
    is_opted_out: bool
    # None: we could not find out whether anything is owed.
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


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `max` attempts or conversations in `days` days (1 = the local calendar day)."""

    rule: str
    counts_conversations: bool
    max: int
    days: int


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says to people, and where it comes from."""

    text: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class LawPack:
    """The contact law of one country as data. Windows are (first minute, first minute after) or None."""

    country: str
    version: str
    window_rule: str
    window_mon_fri: tuple[time, time] | None
    window_sat: tuple[time, time] | None
    window_sun: tuple[time, time] | None
    window_holiday: tuple[time, time] | None
    party_rule: str
    parties: frozenset[OwnerRole]
    source_rule: str
    caps: tuple[Cap, ...]
    content_rule: str
    contents: tuple[Content, ...]
    rules: dict[str, RuleText]


@dataclass(frozen=True, slots=True)
class IntendedContact:
    """A contact that somebody wants to make; without a contact point nothing is known of the recipient."""

    customer_id: int
    channel: Channel
    purpose: Purpose
    contact_point_id: int | None


@dataclass(frozen=True, slots=True)
class JudgedContact:
    """A contact, what was known of it, and the answer: what the log keeps."""

    facts: ContactFacts
    verdict: Verdict
    step_key: str
    action_id: int | None

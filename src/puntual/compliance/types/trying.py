"""A contact that somebody only asks about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from puntual.compliance.types import Flag, OwnHours, Result, RuleText, Statement, VerdictOutcome
from puntual.contacts.types import Channel, OwnerRole, Purpose


@dataclass(frozen=True, slots=True)
class Trial:
    """A contact that may be made; its moments are the person's own, without a zone."""

    country: str
    # The state or province, as people write it; empty: unknown.
    state: str
    channel: Channel
    purpose: Purpose
    # None: nobody knows whose address it is.
    owner_role: OwnerRole | None
    at: datetime
    flags: frozenset[Flag] = frozenset()
    # Earlier contacts.
    touches: tuple[tuple[datetime, Channel, Result], ...] = ()
    product: str = ""
    # What the message says, and what of it is known to be left out.
    text: str = ""
    missing: frozenset[Statement] = frozenset()
    own_hours: tuple[OwnHours, ...] = ()


class Gap(StrEnum):
    """A fact without which no contact is lawful."""

    PLACE = "PLACE"
    OWNER = "OWNER"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Tried:
    """
    The verdict on a trial.

    `next_at` is in the person's zone, None is never; `remaining` is the rule, the limit in words and what is left.
    """

    outcome: VerdictOutcome
    objections: tuple[tuple[str, RuleText | None], ...]
    next_at: datetime | None
    remaining: tuple[tuple[str, str, int], ...]
    gaps: tuple[Gap, ...]
    zones: tuple[str, ...]
    pack_version: str

"""A contact that somebody only asks about."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
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


@dataclass(frozen=True, slots=True)
class ActTrial:
    """
    Telling a credit bureau of a debt (`is_bureau`), or charging for its collection; what is not known is None.

    Money is in the currency of the debt; `unit_value` is what the country's unit of account is worth in it on that day.
    """

    country: str
    is_bureau: bool
    day: date
    # Of the bureau: notices that were given on different days, the last one, and since when the debt is in default.
    notices: int | None = None
    last_notice_on: date | None = None
    default_since: date | None = None
    monthly_wage: Decimal | None = None
    # Of charges.
    due_date: date | None = None
    fee: Decimal | None = None
    unit_value: Decimal | None = None
    had_free_notice: bool = False
    overdue: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ActTried:
    """
    The answer: objecting rules, the most that may be charged, what else the law says of it.

    `has_rules` is false where the country's law pack holds nothing that could object. `fee_cap` is in the currency of
    the debt; None where no rule limits it, or what it depends on is not known.
    """

    objections: tuple[tuple[str, RuleText], ...]
    known: tuple[tuple[str, RuleText], ...]
    has_rules: bool
    fee_cap: Decimal | None
    pack_version: str

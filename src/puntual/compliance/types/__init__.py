"""Words of compliance: may this contact happen now?"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from puntual.compliance.types.packs import Content, Flag, PackFile, Statement
from puntual.contacts.types import Channel, OwnerRole, PointState, Purpose

__all__ = ["Content", "Flag", "PackFile", "Statement"]


# Whom no contact of ours reached for so long is contacted as if for the first time.
FIRST_CONTACT_AFTER = timedelta(days=366)


class VerdictOutcome(StrEnum):
    """ALLOW now, REVIEW by a person first, DEFER to a later moment, or BLOCK."""

    ALLOW = "ALLOW"
    REVIEW = "REVIEW"
    DEFER = "DEFER"
    BLOCK = "BLOCK"


class Moment(StrEnum):
    """When the question was asked."""

    PLANNING = "PLANNING"
    SENDING = "SENDING"
    # A person releases, or refuses, what the law leaves to one.
    RELEASE = "RELEASE"


class Result(StrEnum):
    """How an earlier contact went, as limits count it."""

    EFFECTIVE = "EFFECTIVE"
    NO_ANSWER = "NO_ANSWER"
    VOICEMAIL = "VOICEMAIL"
    SENT = "SENT"
    FAILED = "FAILED"
    INBOUND = "INBOUND"


@dataclass(frozen=True, slots=True)
class Touched:
    """An earlier contact: when, by which channel, and how it went."""

    at: datetime
    channel: Channel
    result: Result


@dataclass(frozen=True, slots=True)
class OwnHours:
    """
    Hours of a person, local, on these days of the week (0 is Monday).

    Without more they narrow the lawful ones. `widens`: agreed to in a paper apart from, and after, the contract.
    """

    weekdays: tuple[int, ...]
    start: time
    end: time
    widens: bool = False


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
    # Contacts already made or reserved, newest first, in UTC.
    touches: tuple[Touched, ...] = ()
    flags: frozenset[Flag] = frozenset()
    # Every part of the country the person may live in; empty: the country's own rules.
    subdivisions: tuple[str, ...] = ()
    product: str = ""
    own_hours: tuple[OwnHours, ...] = ()
    # What the message does not say of what it may have to; findings of its text.
    missing: frozenset[Statement] = frozenset()
    # Categories that forbid, and those that a person may release.
    findings: frozenset[str] = frozenset()
    review_findings: frozenset[str] = frozenset()
    # Objections that a person released for this contact on this day; they lift only what a person may release.
    released: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The answer: every objecting rule, and the next moment at which it would be allowed; None is never.

    `reviewed` are the rules among them that a person may release.
    """

    outcome: VerdictOutcome
    rule_ids: tuple[str, ...]
    not_before: datetime | None
    reviewed: tuple[str, ...] = ()
    # The law that gave it, by which it is kept; None where there was none. The same answer by another law is the same.
    law: Any = field(default=None, compare=False, repr=False)

    @property
    def may_happen(self) -> bool:
        """Say whether the contact may be made, now or at its moment, without anybody's release."""
        return self.outcome in {VerdictOutcome.ALLOW, VerdictOutcome.DEFER}


@dataclass(frozen=True, slots=True)
class Process:
    """An act beside contacts that the law measures: telling a credit bureau, charging for collection."""

    country: str
    day: date
    # Telling a bureau; else charging for collection.
    is_bureau: bool
    # Since the last notice, and how many there were on different days; None: not known.
    notice_days: int | None = None
    notices: int | None = None
    wage_share: float | None = None
    months_in_default: int | None = None
    days_late: int | None = None
    # In the country's unit of account.
    overdue: float | None = None
    fee: float | None = None
    fee_share: float | None = None
    had_free_notice: bool = False


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What is decided in a case (allow, review or block), and the rules that object, in order of their ids."""

    rule_ids: tuple[str, ...]
    decision: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says to people, and where it comes from."""

    text: str
    source: str
    status: str
    severity: str = "block"
    question: str = ""


@dataclass(frozen=True, slots=True)
class IntendedContact:
    """A contact that somebody wants to make; without a contact point nothing is known of the recipient."""

    customer_id: int
    channel: Channel
    purpose: Purpose
    contact_point_id: int | None


class ReviewState(StrEnum):
    """A contact that a person must release: it waits, was answered, or was asked for anew in other words."""

    PENDING = "PENDING"
    RELEASED = "RELEASED"
    REFUSED = "REFUSED"
    SUPERSEDED = "SUPERSEDED"


@dataclass(frozen=True, slots=True)
class ReviewMark:
    """A review as a verdict names it: its number, and the hash of all that it says."""

    id: int
    hash: str


@dataclass(frozen=True, slots=True)
class JudgedContact:
    """A contact, what was known of it, and the answer: what the log keeps."""

    facts: ContactFacts
    verdict: Verdict
    step_key: str
    action_id: int | None
    # The moment that was asked about, where it is not the one at which somebody asked.
    about: datetime | None = None
    # The answer of a person by which it is so.
    review: ReviewMark | None = None


@dataclass(frozen=True, slots=True)
class ReviewAsk:
    """A contact that a person must release, and what a release is bound to. `text_digest` is empty without words."""

    judged: JudgedContact
    contact_point_id: int
    template: str = ""
    text_digest: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """What a person released for a contact: these objections and no other."""

    mark: ReviewMark
    rule_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class PendingReview:
    """A contact that waits for a person, or was answered by one."""

    id: int
    customer_id: int
    customer_name: str
    customer_key: str
    action_id: int | None
    contact_point_id: int
    channel: Channel
    purpose: Purpose
    step_key: str
    template: str
    text_digest: str
    rule_ids: tuple[str, ...]
    pack_version: str
    asked_at: datetime
    state: ReviewState
    decided_at: datetime | None
    decided_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """Contacts of one template to which the same rules object, and how many wait."""

    step_key: str
    template: str
    channel: Channel
    rule_ids: tuple[str, ...]
    total: int


class FindingCode(StrEnum):
    """What a look through the chain of verdicts found."""

    VERDICT_CHANGED = "VERDICT_CHANGED"
    VERDICT_GONE = "VERDICT_GONE"
    VERDICT_BESIDE_CHAIN = "VERDICT_BESIDE_CHAIN"
    VERDICT_UNREADABLE = "VERDICT_UNREADABLE"
    VERDICT_DIFFERS = "VERDICT_DIFFERS"
    BLOCK_CHANGED = "BLOCK_CHANGED"
    BLOCK_GONE = "BLOCK_GONE"
    LINK_BROKEN = "LINK_BROKEN"
    PACK_CHANGED = "PACK_CHANGED"
    PACK_EDITED = "PACK_EDITED"
    HEAD_GONE = "HEAD_GONE"
    REVIEW_CHANGED = "REVIEW_CHANGED"
    REVIEW_GONE = "REVIEW_GONE"
    OWN_LAW_CHANGED = "OWN_LAW_CHANGED"


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of the proof that does not hold, and a word more of it."""

    code: FindingCode
    row_id: int
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a look through the chain of a company saw; without findings everything holds."""

    links: int
    # The hash of the newest link: whoever writes it down elsewhere can prove that nothing was cut off since.
    head: str
    # Blocks that no link ties yet; the next one of any work does.
    unlinked: int
    verdicts: int
    # Verdicts of before the chain began.
    earlier: int
    decided_again: int
    findings: tuple[Finding, ...]

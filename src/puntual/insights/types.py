"""Words of insights: how are we doing, and how good is the data we work with?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from puntual.companies.types import PortalIdentity
from puntual.contacts.types import Channel, OwnerRole, PointKind, PointState
from puntual.portfolio.types import CustomerKind, ReceivableKind


@dataclass(frozen=True, slots=True)
class BucketTotal:
    """Open amount and documents of one ageing bucket in one currency."""

    bucket: str
    currency: str
    amount: Decimal
    receivables: int


@dataclass(frozen=True, slots=True)
class DayAmount:
    """An amount of one day in one currency."""

    day: date
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose debts a KPI looks at: those in a currency of all, of a segment, or of one product."""

    currency: str
    segment: str | None = None
    product: str | None = None


class Standing(NamedTuple):
    """What is owed at the end of a day: all, not yet due, 1 to 30 and 31 to 60 days late."""

    owed: Decimal
    current: Decimal
    late_to_30: Decimal
    late_to_60: Decimal


class Collected(NamedTuple):
    """Money of a period: what was late at its beginning, what of that was paid, and all that came in."""

    late: Decimal
    recovered: Decimal
    collected: Decimal


class Subject(StrEnum):
    """What a finding is about; the customer is known besides."""

    COMPANY = "COMPANY"
    CUSTOMER = "CUSTOMER"
    POINT = "POINT"
    RECEIVABLE = "RECEIVABLE"
    PAYMENT = "PAYMENT"


class Severity(StrEnum):
    """How much a finding weighs."""

    # Something does not happen at all until it is mended.
    BLOCKS = "BLOCKS"
    # Work goes on with data that is wrong, or the debtor needs a look.
    WARNS = "WARNS"
    # It may well be right: a person looks once.
    NOTES = "NOTES"


class Area(StrEnum):
    """What part of the portfolio a finding is about."""

    IDENTITY = "IDENTITY"
    CONTACT = "CONTACT"
    DOCUMENT = "DOCUMENT"
    PAYMENT = "PAYMENT"
    FINANCES = "FINANCES"


class Mend(StrEnum):
    """The act that mends a finding."""

    EDIT_CUSTOMER = "EDIT_CUSTOMER"
    MERGE_CUSTOMERS = "MERGE_CUSTOMERS"
    ADD_POINT = "ADD_POINT"
    MARK_POINT = "MARK_POINT"
    PAUSE_DOCUMENT = "PAUSE_DOCUMENT"
    MARK_PAPER = "MARK_PAPER"
    SEE_PAYMENT = "SEE_PAYMENT"
    SEE_CUSTOMER = "SEE_CUSTOMER"
    EDIT_COMPANY = "EDIT_COMPANY"


class FindingCode(StrEnum):
    """What may be wrong; stored, and told in words by `queries.quality_wording`."""

    TIME_ZONE_UNKNOWN = "time-zone-unknown"
    UNREACHABLE = "unreachable"
    BANK_ACCOUNT_INVALID = "bank-account-invalid"
    PLAN_CHANNEL_MISSING = "plan-channel-missing"
    PHONE_INVALID = "phone-invalid"
    EMAIL_INVALID = "email-invalid"
    PHONE_UNREADABLE = "phone-unreadable"
    EMAIL_UNREADABLE = "email-unreadable"
    TAX_ID_MISSING = "tax-id-missing"
    TAX_ID_INVALID = "tax-id-invalid"
    TAX_ID_CHECK_DIGIT = "tax-id-check-digit"
    TAX_ID_GENERIC = "tax-id-generic"
    TAX_ID_OF_OTHER_KIND = "tax-id-of-other-kind"
    PORTAL_PROOF_MISSING = "portal-proof-missing"
    TAX_ID_SHARED = "tax-id-shared"
    STATE_UNKNOWN = "state-unknown"
    POSTAL_CODE_INVALID = "postal-code-invalid"
    CLABE_INVALID = "clabe-invalid"
    DUE_BEFORE_ISSUE = "due-before-issue"
    ISSUED_AHEAD = "issued-ahead"
    DOCUMENT_REPEATED = "document-repeated"
    DOCUMENT_ALIKE = "document-alike"
    AMOUNT_UNUSUAL = "amount-unusual"
    BALANCE_TINY = "balance-tiny"
    PAPER_MISSING = "paper-missing"
    PAYMENT_BEFORE_ISSUE = "payment-before-issue"
    PAYMENT_RETURNED = "payment-returned"
    PAYS_SLOWER = "pays-slower"
    PAYS_IN_PARTS = "pays-in-parts"


class CodeFacts(NamedTuple):
    """How a kind of finding is handled."""

    severity: Severity
    area: Area
    mend: Mend
    # Whether a person may say that it is right as it is.
    is_acceptable: bool


_S, _A, _M = Severity, Area, Mend
# In the order of their weight, as pages list them.
CATALOGUE: Mapping[FindingCode, CodeFacts] = {
    FindingCode.BANK_ACCOUNT_INVALID: CodeFacts(_S.BLOCKS, _A.PAYMENT, _M.EDIT_COMPANY, False),
    FindingCode.TIME_ZONE_UNKNOWN: CodeFacts(_S.BLOCKS, _A.CONTACT, _M.EDIT_CUSTOMER, False),
    FindingCode.UNREACHABLE: CodeFacts(_S.BLOCKS, _A.CONTACT, _M.ADD_POINT, False),
    FindingCode.PLAN_CHANNEL_MISSING: CodeFacts(_S.WARNS, _A.CONTACT, _M.ADD_POINT, True),
    FindingCode.PHONE_INVALID: CodeFacts(_S.WARNS, _A.CONTACT, _M.MARK_POINT, False),
    FindingCode.EMAIL_INVALID: CodeFacts(_S.WARNS, _A.CONTACT, _M.MARK_POINT, False),
    FindingCode.PHONE_UNREADABLE: CodeFacts(_S.WARNS, _A.CONTACT, _M.ADD_POINT, True),
    FindingCode.EMAIL_UNREADABLE: CodeFacts(_S.WARNS, _A.CONTACT, _M.ADD_POINT, True),
    FindingCode.TAX_ID_MISSING: CodeFacts(_S.WARNS, _A.IDENTITY, _M.EDIT_CUSTOMER, True),
    FindingCode.PORTAL_PROOF_MISSING: CodeFacts(_S.WARNS, _A.IDENTITY, _M.EDIT_CUSTOMER, True),
    FindingCode.TAX_ID_INVALID: CodeFacts(_S.WARNS, _A.IDENTITY, _M.EDIT_CUSTOMER, True),
    FindingCode.TAX_ID_CHECK_DIGIT: CodeFacts(_S.WARNS, _A.IDENTITY, _M.EDIT_CUSTOMER, True),
    FindingCode.TAX_ID_GENERIC: CodeFacts(_S.WARNS, _A.IDENTITY, _M.EDIT_CUSTOMER, True),
    FindingCode.TAX_ID_SHARED: CodeFacts(_S.WARNS, _A.IDENTITY, _M.MERGE_CUSTOMERS, True),
    FindingCode.DUE_BEFORE_ISSUE: CodeFacts(_S.WARNS, _A.DOCUMENT, _M.PAUSE_DOCUMENT, True),
    FindingCode.ISSUED_AHEAD: CodeFacts(_S.WARNS, _A.DOCUMENT, _M.PAUSE_DOCUMENT, True),
    FindingCode.DOCUMENT_REPEATED: CodeFacts(_S.WARNS, _A.DOCUMENT, _M.PAUSE_DOCUMENT, True),
    FindingCode.AMOUNT_UNUSUAL: CodeFacts(_S.WARNS, _A.DOCUMENT, _M.PAUSE_DOCUMENT, True),
    FindingCode.PAPER_MISSING: CodeFacts(_S.WARNS, _A.DOCUMENT, _M.MARK_PAPER, True),
    FindingCode.PAYMENT_RETURNED: CodeFacts(_S.WARNS, _A.FINANCES, _M.SEE_PAYMENT, True),
    FindingCode.PAYS_SLOWER: CodeFacts(_S.WARNS, _A.FINANCES, _M.SEE_CUSTOMER, True),
    FindingCode.PAYS_IN_PARTS: CodeFacts(_S.WARNS, _A.FINANCES, _M.SEE_CUSTOMER, True),
    FindingCode.CLABE_INVALID: CodeFacts(_S.WARNS, _A.PAYMENT, _M.SEE_CUSTOMER, True),
    FindingCode.TAX_ID_OF_OTHER_KIND: CodeFacts(_S.NOTES, _A.IDENTITY, _M.EDIT_CUSTOMER, True),
    FindingCode.STATE_UNKNOWN: CodeFacts(_S.NOTES, _A.CONTACT, _M.EDIT_CUSTOMER, True),
    FindingCode.POSTAL_CODE_INVALID: CodeFacts(_S.NOTES, _A.CONTACT, _M.EDIT_CUSTOMER, True),
    FindingCode.DOCUMENT_ALIKE: CodeFacts(_S.NOTES, _A.DOCUMENT, _M.PAUSE_DOCUMENT, True),
    FindingCode.PAYMENT_BEFORE_ISSUE: CodeFacts(_S.NOTES, _A.PAYMENT, _M.SEE_PAYMENT, True),
    FindingCode.BALANCE_TINY: CodeFacts(_S.NOTES, _A.DOCUMENT, _M.SEE_CUSTOMER, True),
}

# What a finding was seen in: plain values that JSON holds.
Detail = dict[str, str | int | list[int] | list[str]]


class NewFinding(NamedTuple):
    """A finding as the rules see it; `part` tells two of one kind about one subject apart."""

    code: FindingCode
    subject: Subject
    subject_id: int
    customer_id: int | None
    detail: Detail
    receivable_id: int | None = None
    part: str = ""


class PointFacts(NamedTuple):
    """A contact point; `is_valid` says whether its normal form is one that can be used."""

    id: int
    kind: PointKind
    value: str
    owner_role: OwnerRole
    state: PointState
    is_valid: bool


class DebtFacts(NamedTuple):
    """A receivable; its attributes are read only while it is open."""

    id: int
    kind: ReceivableKind
    document_number: str
    currency: str
    issue_date: date
    due_date: date
    original_due_date: date
    original_amount: Decimal
    open_amount: Decimal
    attributes: Mapping[str, str]
    payments: int = 0
    last_paid_on: date | None = None


class EarlyPayment(NamedTuple):
    """A payment that is dated before a document that it pays was issued."""

    payment_id: int
    receivable_id: int
    document_number: str
    value_date: date
    issue_date: date


class ReturnedPayment(NamedTuple):
    """A payment that was taken back."""

    payment_id: int
    returned_on: date
    amount: Decimal
    currency: str
    reason: str


class DebtorFacts(NamedTuple):
    """All that the rules look at of one customer."""

    id: int
    kind: CustomerKind
    tax_id: str
    time_zone: str
    state: str
    postal_code: str
    attributes: Mapping[str, str]
    has_zone: bool
    is_state_known: bool
    points: tuple[PointFacts, ...]
    opted_out: frozenset[Channel]
    debts: tuple[DebtFacts, ...]
    early: tuple[EarlyPayment, ...]
    returned: tuple[ReturnedPayment, ...]
    # The first other customers with the same tax id, and whether there are more of them.
    sharing: tuple[int, ...]
    shares_with_more: bool
    # Papers that a person has seen: (receivable, code of the paper).
    seen_papers: frozenset[tuple[int, str]]
    # Whether we know something by which the debtor can enter the portal.
    has_proof: bool = True


class Paper(NamedTuple):
    """A paper that a kind of debt must have; `code` is its name without accents and capitals."""

    kind: ReceivableKind
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class QualitySetting:
    """What the rules know besides the customer."""

    today: date
    country: str
    plan_channels: frozenset[Channel]
    portal_identity: PortalIdentity
    papers: tuple[Paper, ...]


class QualityChange(NamedTuple):
    """What a check wrote."""

    new: int = 0
    changed: int = 0
    resolved: int = 0

    def __add__(self, other: object) -> "QualityChange":
        """Add what another check wrote."""
        if not isinstance(other, QualityChange):
            return NotImplemented
        return QualityChange(
            self.new + other.new, self.changed + other.changed, self.resolved + other.resolved
        )


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How many findings of one kind are open, and what that means."""

    code: FindingCode
    severity: Severity
    area: Area
    title: str
    blocks: str
    mend: str
    findings: int
    customers: int
    # Findings that a person took as they are, not counted above.
    accepted: int
    # Findings of the day before that has a picture; None without one.
    before: int | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as lists show it. PII: text, value."""

    id: int
    code: FindingCode
    severity: Severity
    area: Area
    mend: Mend
    is_acceptable: bool
    title: str
    text: str
    how: str
    customer_id: int | None
    external_id: str
    customer_name: str
    receivable_id: int | None
    document_number: str
    subject: Subject
    subject_id: int
    part: str
    detail: dict[str, Any]
    import_id: int | None
    file_name: str
    row_number: int | None
    first_seen_at: datetime
    accepted_at: datetime | None
    accepted_label: str
    accepted_note: str


class RehearsalKind(StrEnum):
    """What is rehearsed of a plan version: a day, the days to come, or days that are over."""

    PREVIEW = "PREVIEW"
    CALENDAR = "CALENDAR"
    REPLAY = "REPLAY"


class RehearsalState(StrEnum):
    """Life of a rehearsal."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class RehearsalCard:
    """A rehearsal that somebody asked for: of which version and days, how far it is, and its report when it is done."""

    id: int
    kind: RehearsalKind
    version_id: int
    version: str
    first: date
    last: date
    state: RehearsalState
    done: int
    total: int
    error: str
    actor_label: str
    asked_at: datetime
    finished_at: datetime | None
    report: dict[str, Any] | None

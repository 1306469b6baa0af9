"""Rows that move debts instead of making them, and debts that a full file leaves out."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from puntual.intake.types.words import Record


class MovementState(StrEnum):
    """Life of a movement that a file brought."""

    WAITING = "WAITING"
    POSTED = "POSTED"
    # A person said that it is none of ours, or was given back.
    DISMISSED = "DISMISSED"
    # A person parted it; its parts are movements of their own.
    SPLIT = "SPLIT"


class WaitReason(StrEnum):
    """Why a movement waits."""

    NEW = "new"
    CUSTOMER_UNKNOWN = "customer-unknown"
    DOCUMENT_UNKNOWN = "document-unknown"
    DOCUMENT_AMBIGUOUS = "document-ambiguous"
    CURRENCY_DIFFERS = "currency-differs"
    # What is left of a credit note of a customer who owes nothing now.
    NOTHING_OWED = "nothing-owed"
    # What is left of a credit note whose documents, of several that it names, owe nothing now.
    NAMED_SETTLED = "named-settled"
    ABOVE_OPEN = "above-open"


class Dismissal(StrEnum):
    """Why a person put a movement aside."""

    NOT_OURS = "NOT_OURS"
    RETURNED = "RETURNED"
    REPEATED = "REPEATED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class MovementCount:
    """What becomes of the movements of one record: posted, waiting for their document, or known already."""

    record: Record
    posted: int = 0
    waiting: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class MovementSum:
    """Money of the movements of one record and currency; a cancellation counts what its document owes now."""

    record: Record
    currency: str
    rows: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MissingSum:
    """Open debts of one currency that a full file does not bring any more, of `open_before` in all."""

    currency: str
    receivables: int
    open_amount: Decimal
    open_before: Decimal

    @property
    def share(self) -> Decimal:
        """Say how much of the open money of the door they are, from 0 to 1."""
        return self.open_amount / self.open_before if self.open_before else Decimal(0)


@dataclass(frozen=True, slots=True)
class MissingRow:
    """One debt that a full file does not bring any more."""

    receivable_id: int
    customer_id: int
    customer_name: str
    document_number: str
    currency: str
    open_amount: Decimal
    due_date: date


@dataclass(frozen=True, slots=True)
class Missing:
    """
    Open debts that came through the same door before and are not in a full file.

    `share` is the greater of two: how many of the door's open debts they are, and how much of their money.
    Unreadable rows may be debts that look missing.
    """

    import_id: int
    scope: str
    receivables: int
    receivables_before: int
    share: Decimal
    needs_approval: bool
    rows_unreadable: int
    sums: tuple[MissingSum, ...]
    sample: tuple[MissingRow, ...]
    closed_at: datetime | None = None

    @property
    def share_of_count(self) -> Decimal:
        """Say how many of the open debts of the door they are, from 0 to 1."""
        return Decimal(self.receivables) / self.receivables_before if self.receivables_before else Decimal(0)


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement as lists and pages see it. PII: reference, note."""

    id: int
    import_id: int
    file_name: str
    row_number: int
    record: Record
    state: MovementState
    reason: str
    customer_key: str
    customer_id: int | None
    customer_name: str
    document_number: str
    own_number: str
    amount: Decimal | None
    remaining: Decimal | None
    currency: str
    value_date: date | None
    method: str
    reference: str
    note: str
    payment_id: int | None
    settled_at: datetime | None
    settled_by: str
    answer: str
    created_at: datetime

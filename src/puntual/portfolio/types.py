"""Words of the portfolio: who owes what."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class CustomerKind(StrEnum):
    """A firm (persona moral) or a natural person (persona física)."""

    COMPANY = "COMPANY"
    PERSON = "PERSON"


class ReceivableKind(StrEnum):
    """What document the debt is on."""

    INVOICE = "INVOICE"
    INSTALMENT = "INSTALMENT"
    NOTE = "NOTE"


class EntryKind(StrEnum):
    """Why the open amount of a receivable changed."""

    ISSUE = "ISSUE"
    PAYMENT = "PAYMENT"
    CREDIT_NOTE = "CREDIT_NOTE"
    DISCOUNT = "DISCOUNT"
    INTEREST = "INTEREST"
    FEE = "FEE"
    WRITE_OFF = "WRITE_OFF"
    ADJUSTMENT = "ADJUSTMENT"
    REVERSAL = "REVERSAL"


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer as a source describes it; `external_id` is kept exactly. None leaves a field as it is."""

    external_id: str
    name: str
    kind: CustomerKind = CustomerKind.COMPANY
    short_name: str = ""
    tax_id: str = ""
    language: str = "es-mx"
    time_zone: str = ""
    state: str = ""
    city: str = ""
    postal_code: str = ""
    sector: str = ""
    tags: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NewReceivable:
    """A receivable as a source describes it. `key` is its identity in the source, unique in the company."""

    key: str
    customer_id: int
    kind: ReceivableKind
    document_number: str
    currency: str
    issue_date: date
    due_date: date
    amount: Decimal
    account: str = ""
    product: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NewEntry:
    """
    A movement to post. `amount` is signed: plus raises the debt, minus lowers it.

    `key` is the idempotency key: a second posting with it changes nothing.
    """

    key: str
    receivable_id: int
    kind: EntryKind
    amount: Decimal
    currency: str
    effective_date: date
    note: str = ""
    reverses_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A receivable that still owes, as allocation and messages see it."""

    id: int
    customer_id: int
    document_number: str
    kind: ReceivableKind
    currency: str
    issue_date: date
    due_date: date
    original_amount: Decimal
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer as lists and messages see it."""

    id: int
    external_id: str
    name: str
    short_name: str
    kind: CustomerKind
    tax_id: str
    language: str
    time_zone: str
    state: str
    city: str
    sector: str
    tags: tuple[str, ...]
    attributes: dict[str, str]
    created_at: datetime

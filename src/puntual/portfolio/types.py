"""Words of the portfolio: who owes what."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from puntual.lib.days import Bucket


class CustomerKind(StrEnum):
    """A firm (persona moral) or a natural person (persona física)."""

    COMPANY = "COMPANY"
    PERSON = "PERSON"


class ReceivableKind(StrEnum):
    """What document the debt is on."""

    INVOICE = "INVOICE"
    INSTALMENT = "INSTALMENT"
    NOTE = "NOTE"


# How the key of an ADJUSTMENT begins that follows the balance in a file of the client: it was settled elsewhere.
BALANCE_KEY = "balance:"
# How the key of a DISCOUNT begins that was given because the rest was paid early.
PROMPT_KEY = "prompt:"
# How the key of a REVERSAL begins that frees money of a document while the payment stays: nothing was taken back.
RELEASE_KEY = "release:"


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
    """
    A customer as a source describes it; `external_id` is kept exactly.

    An empty field leaves what is stored as it is; attributes are merged by name.
    """

    external_id: str
    name: str
    # A new customer without a kind is what its tax id and name say, without a language reads "es-mx".
    kind: CustomerKind | None = None
    short_name: str = ""
    tax_id: str = ""
    language: str = ""
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


class Refusal(StrEnum):
    """Why an entry or a receivable cannot be taken."""

    UNKNOWN_RECEIVABLE = "unknown-receivable"
    OTHER_CURRENCY = "other-currency"
    OTHER_CUSTOMER = "other-customer"
    NOT_CENTS = "not-cents"
    NOT_POSITIVE = "not-positive"
    ZERO = "zero"
    BELOW_ZERO = "below-zero"
    NOT_ITS_REVERSAL = "not-its-reversal"


@dataclass(frozen=True, slots=True)
class UpsertCounts:
    """What became of the distinct rows given."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What a receivable owes now, as the rules of the ledger see it."""

    currency: str
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class StoredReceivable:
    """A receivable as the tables hold it, to compare with what a source says."""

    id: int
    open_amount: Decimal
    as_given: NewReceivable


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry of the ledger, as its reversal sees it."""

    receivable_id: int
    amount: Decimal
    is_reversed: bool


class AgeingRow(NamedTuple):
    """Open amount of one bucket in one currency."""

    bucket: Bucket
    currency: str
    amount: Decimal
    receivables: int
    customers: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A receivable whose kept open amount is not the sum of its ledger."""

    receivable_id: int
    document_number: str
    open_amount: Decimal
    ledger_amount: Decimal


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
class Lowered:
    """By what a document owes less than was issued: until which day by money, and whether by anything else."""

    paid_until: date | None
    is_let_go: bool


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
    # The customer with whom this one was found to be one person.
    merged_into_id: int | None = None

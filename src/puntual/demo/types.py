"""
What the demo generator produces.

Days are proleptic ordinals (`date.toordinal`) and amounts are whole cents: exact, and cheap enough
for a million receivables.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Archetype(StrEnum):
    """How a customer behaves; it decides payments and history and is never written to a file."""

    PUNCTUAL = "PUNCTUAL"
    EARLY = "EARLY"
    SLOW = "SLOW"
    SEASONAL = "SEASONAL"
    PROMISE_BREAKER = "PROMISE_BREAKER"
    CHRONIC = "CHRONIC"
    DISPUTING = "DISPUTING"
    NEW = "NEW"
    STRATEGIC = "STRATEGIC"
    PARTIAL = "PARTIAL"
    SILENT = "SILENT"


class Sector(StrEnum):
    """What the customer does, as the file says it."""

    FURNITURE_STORE = "Mueblería"
    HOTEL = "Hotelería"
    SCHOOL = "Educación"
    CONTRACTOR = "Construcción"
    CONSUMER = "Consumo"


class DataProblem(StrEnum):
    """A fault put into a customer's data on purpose."""

    NO_EMAIL = "NO_EMAIL"
    WRONG_PHONE = "WRONG_PHONE"
    INVALID_TAX_ID = "INVALID_TAX_ID"


class Customer(NamedTuple):
    """A customer as the file tells it, with the behavior behind it."""

    number: str
    name: str
    short_name: str
    is_company: bool
    tax_id: str
    language: str
    email: str
    phone: str
    state: str
    municipality: str
    postal_code: str
    time_zone: str
    sector: Sector
    tags: tuple[str, ...]
    currency: str
    archetype: Archetype
    problem: DataProblem | None


class Receivable(NamedTuple):
    """An invoice, instalment or note with its original amount."""

    contract: str
    product: str
    document_type: str
    folio: str
    issue_day: int
    due_day: int
    cents: int
    guarantor_name: str
    guarantor_phone: str


class Payment(NamedTuple):
    """Money applied to one folio; payments with one reference are one transfer."""

    folio: str
    day: int
    cents: int
    method: str
    reference: str
    is_overpayment: bool


class Dispute(NamedTuple):
    """A folio in dispute; `closed` is None while it is open."""

    opened: int
    closed: int | None
    topic: str
    note: str


class Course(NamedTuple):
    """What became of one receivable: the parts paid so far and the day it was settled, if it was."""

    parts: list[tuple[int, int]]  # Day and cents.
    settled_day: int | None


class Event(NamedTuple):
    """Something that happened with a customer; `details` holds what depends on its kind."""

    day: int
    kind: str
    details: dict[str, str]


class CustomerHistory(NamedTuple):
    """Everything about one customer: the unit that is streamed."""

    customer: Customer
    receivables: list[Receivable]
    payments: list[Payment]
    events: list[Event]


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The files that were written and what they hold."""

    portfolio: Path
    payments: Path
    history: Path
    customers: int
    receivables: int
    payment_rows: int
    overpayments: int
    events: int
    data_problems: int

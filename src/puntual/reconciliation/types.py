"""Words of reconciliation: does the bank agree?"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class LineState(StrEnum):
    """What became of a line of a bank statement."""

    UNMATCHED = "UNMATCHED"
    MATCHED = "MATCHED"
    IGNORED = "IGNORED"


class Role(StrEnum):
    """What a column of a statement means."""

    DATE = "DATE"
    DESCRIPTION = "DESCRIPTION"
    REFERENCE = "REFERENCE"
    CREDIT = "CREDIT"
    DEBIT = "DEBIT"
    AMOUNT = "AMOUNT"
    BALANCE = "BALANCE"
    CURRENCY = "CURRENCY"


class StatementFault(StrEnum):
    """Why a statement cannot be read."""

    EMPTY = "empty"
    NO_HEADER = "no-header"
    BAD_TEXT = "bad-text"
    BAD_DATE = "bad-date"
    BAD_AMOUNT = "bad-amount"
    BAD_CURRENCY = "bad-currency"
    BALANCE_DISAGREES = "balance-disagrees"


@dataclass(frozen=True, slots=True)
class NewBankLine:
    """One credit of a statement. `key` is its identity: a second loading with it changes nothing."""

    key: str
    booked_date: date
    amount: Decimal
    currency: str
    reference: str = ""
    description: str = ""
    bank_account: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as read: its credits, and how many rows were charges."""

    lines: tuple[NewBankLine, ...]
    charges: int


@dataclass(frozen=True, slots=True)
class LoadedLines:
    """What became of the distinct lines given."""

    new_ids: tuple[int, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class BankLine:
    """A stored credit, as matching sees it."""

    id: int
    booked_date: date
    amount: Decimal
    currency: str
    reference: str
    description: str
    state: LineState


@dataclass(frozen=True, slots=True)
class LinePayment:
    """A payment that no bank line speaks for yet: it may be the money of a line."""

    id: int
    customer_id: int
    amount: Decimal
    currency: str
    value_date: date


@dataclass(frozen=True, slots=True)
class LineList:
    """One page of a list of bank lines; `number` is within the pages that exist."""

    rows: list[dict[str, object]]
    total: int
    number: int

"""Whom a condition is true of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OverduePart:
    """What some customers owe of all that is overdue in one currency."""

    currency: str
    amount: Decimal
    whole_amount: Decimal

    @property
    def ratio(self) -> Decimal:
        """Return their part, from 0 to 1."""
        return self.amount / self.whole_amount if self.whole_amount else Decimal(0)


@dataclass(frozen=True, slots=True)
class MatchingCustomer:
    """One of the customers that a condition is true of."""

    id: int
    external_id: str
    name: str
    days_past_due: int
    overdue_amounts: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """How many customers a condition is true of, their part of the overdue, and the most overdue of them."""

    customers: int
    of_customers: int
    # By currency, where anything is overdue.
    overdue: tuple[OverduePart, ...]
    first_customers: tuple[MatchingCustomer, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """What a customer owes by currency, and what of it is overdue."""

    open_amounts: Mapping[str, Decimal]
    overdue_amounts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Demanded:
    """Customers whom a condition is true of by what may be asked for: without documents in dispute or on hold."""

    # In the order of their ids.
    ids: tuple[int, ...]
    # It is true of them only by what they owe, in dispute or on hold included: whether a dispute is why.
    left_out: Mapping[int, bool]
    # What may be asked for, of the few where that is not all that they owe.
    partial: Mapping[int, Owed]


@dataclass(frozen=True, slots=True)
class Clock:
    """The day that facts are of, the moment up to which they are known, and the company's zone."""

    today: date
    at: datetime
    time_zone: str

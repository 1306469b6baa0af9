"""Whom a condition is true of."""

from dataclasses import dataclass
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

"""Words of insights: how are we doing?"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


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

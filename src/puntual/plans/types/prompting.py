"""Words of the discount for who pays early."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PromptTerms:
    """What the policy of one plan version gives to who pays a whole document early."""

    percent: Decimal
    days_before_due: int
    # The days on which the version was in force; None: it still is.
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class PromptDiscount:
    """What is let go of one document when the rest of it is paid until a day."""

    amount: Decimal
    last_day: date

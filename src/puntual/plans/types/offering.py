"""Words of what a step offered to a debtor."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class StandingOffer:
    """What a debtor may still take of an offer, and until when; one of the two is there."""

    # Percent of what is owed, for who pays it in one payment.
    discount_percent: Decimal | None
    instalments_max: int | None
    last_day: date

"""How long what a step offers stands, and what is left of it."""

from datetime import date, timedelta

from puntual.plans.types import Offer, StandingOffer


def standing_offer(
    *, offer: Offer | None, told_on: date, today: date, is_settled: bool = False, is_promised: bool = False
) -> StandingOffer | None:
    """
    Say what is left today of an offer that was told on a day, or None.

    Something that was let go of the debt since (`is_settled`) uses it up; a promise to pay uses up its instalments.
    """
    if offer is None or is_settled:
        return None
    instalments = None if is_promised else offer.instalments_max
    last_day = told_on + timedelta(days=offer.valid_days)
    if today > last_day or (offer.discount_percent is None and instalments is None):
        return None
    return StandingOffer(offer.discount_percent, instalments, last_day)

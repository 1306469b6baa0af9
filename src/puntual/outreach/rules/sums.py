"""What a balance comes to in a message: sums by currency, what it parts into, what is offered."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from puntual.lib import formats
from puntual.outreach.types import Document, MessageContext, Movement
from puntual.plans.types import StandingOffer
from puntual.portfolio.types import EntryKind


def money(*, amount: Decimal, currency: str, locale: str) -> str:
    """Write an amount."""
    return formats.money(amount=amount, currency=currency, locale=locale)


def totals(*, pairs: Iterable[tuple[Decimal, str]], locale: str) -> str:
    """Write the sums of amounts by currency."""
    sums: dict[str, Decimal] = {}
    for amount, currency in pairs:
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return " + ".join(
        money(amount=sums[currency], currency=currency, locale=locale) for currency in sorted(sums)
    )


def split(*, documents: Sequence[Document], locale: str) -> list[dict[str, str]]:
    """Part what documents come to into capital, interest and costs, by currency."""
    found = []
    for currency in sorted({one.currency for one in documents}):
        theirs = [one for one in documents if one.currency == currency]
        interest, costs = sum(one.interest for one in theirs), sum(one.costs for one in theirs)
        whole = sum(one.amount for one in theirs)
        parts = {"capital": whole - interest - costs, "interest": interest, "costs": costs}
        found.append(
            {
                name: money(amount=Decimal(amount), currency=currency, locale=locale)
                for name, amount in parts.items()
            }
        )
    return found


def accessories_of(*, open_amount: Decimal, entries: Sequence[Movement]) -> tuple[Decimal, Decimal]:
    """
    Say what of an open amount is interest and what costs of collection; the rest is capital.

    `entries` stand in the order in which they happened. What was paid went to what had accrued by then: costs first,
    then interest, then capital. Interest goes before capital by the civil codes (Mexico, Código Civil Federal, 2094;
    Chile, Código Civil, 1595); that costs go before both is policy. Credit notes, discounts and adjustments change
    the capital, as far as there is any.
    """
    interest = costs = Decimal(0)
    for one in entries:
        if one.kind is EntryKind.INTEREST:
            interest += one.amount
        elif one.kind is EntryKind.FEE:
            costs += one.amount
        elif one.is_settled:
            left = -one.amount
            to_costs = min(costs, left)
            to_interest = min(interest, left - to_costs)
            costs, interest = costs - to_costs, interest - to_interest
    costs = min(max(costs, Decimal(0)), open_amount)
    return min(max(interest, Decimal(0)), open_amount - costs), costs


def offer_words(*, offer: StandingOffer | None, locale: str) -> MessageContext:
    """Write what an offer says; empty words where there is none."""
    percent = offer.discount_percent if offer else None
    is_whole = percent is not None and percent == percent.to_integral_value()
    return {
        "offer_discount": formats.percent(value=percent / 100, locale=locale, digits=0 if is_whole else 2)
        if percent
        else "",
        "offer_instalments": (offer.instalments_max if offer else None) or "",
        "offer_until": formats.day(value=offer.last_day, locale=locale) if offer else "",
    }

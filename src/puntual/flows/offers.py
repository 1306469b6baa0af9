"""
What steps of the plan offered a debtor in writing, and what of it stands: told to who collects and to the debtor.

An offer stands from the day on which its message left, as the plan of that day said it. It ends on its last day, when
nothing of what was owed then is left, or when it was used: something was let go of the debt, or payment was promised.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from puntual.contacts.types import Channel
from puntual.lib import formats
from puntual.outreach import queries as messages
from puntual.plans import queries as planned
from puntual.plans.rules import standing_offer
from puntual.plans.types import Offer, StandingOffer, Step


@dataclass(frozen=True, slots=True)
class OfferNow:
    """An offer that stands: from which step, when and how it was told, and what of it is left."""

    step_name: str
    channel: Channel
    told_on: date
    message_id: int | None
    offer: StandingOffer

    def words(self) -> str:
        """Say what is offered, for a sentence of staff."""
        return _terms(self.offer.discount_percent, self.offer.instalments_max)

    def share(self) -> str:
        """Write the discount as people read it; empty without one."""
        percent = self.offer.discount_percent
        return _share(percent) if percent is not None else ""


def offers_now(*, customer_id: int, time_zone: str, today: date) -> list[OfferNow]:
    """List the offers to a customer that stand today, the newest first; of one step only the last one told."""
    told = messages.offers_told(customer_id=customer_id, time_zone=time_zone)
    steps = {
        version_id: {step.number: step for step in planned.plan_of_version(version_id=version_id).steps}
        for version_id in sorted({one.version_id for one in told})
    }
    found: dict[str, OfferNow] = {}
    for one in told:
        step = steps[one.version_id][one.step_number]
        told_on = one.told_at.astimezone(ZoneInfo(time_zone)).date()
        left = standing_offer(
            offer=step.offer,
            told_on=told_on,
            today=today,
            is_settled=one.is_settled,
            is_promised=one.is_promised,
        )
        if left is not None:
            found.setdefault(step.key, OfferNow(step.name, one.channel, told_on, one.message_id, left))
    return list(found.values())


def offer_of_message(*, action: Mapping[str, object], told_at: datetime | None, time_zone: str) -> str:
    """
    Say what the step behind a message offers, and until when it stands; empty where it offers nothing.

    `action`: a row of what was planned; `told_at`: when the message left, None for one that did not.
    """
    version_id, number = action["version_id"], action["step_number"]
    if not isinstance(version_id, int):
        return ""
    steps: dict[object, Step] = {
        one.number: one for one in planned.plan_of_version(version_id=version_id).steps
    }
    offer = steps[number].offer
    if offer is None or told_at is None:
        return offer_words(offer=offer)
    told_on = told_at.astimezone(ZoneInfo(time_zone)).date()
    left = standing_offer(offer=offer, told_on=told_on, today=told_on)
    if left is None:
        return ""
    until = formats.day(value=left.last_day, locale=_locale())
    return _("%(what)s, hasta el %(until)s") % {
        "what": _terms(left.discount_percent, left.instalments_max),
        "until": until,
    }


def offer_words(*, offer: Offer | None) -> str:
    """Say what a step may offer, and for how long; empty where it is nothing."""
    if offer is None or (offer.discount_percent is None and offer.instalments_max is None):
        return ""
    days = ngettext("vale %d día", "vale %d días", offer.valid_days) % offer.valid_days
    terms = _terms(offer.discount_percent, offer.instalments_max)
    return _("hasta %(what)s; %(days)s") % {"what": terms, "days": days}


def _terms(discount_percent: Decimal | None, instalments_max: int | None) -> str:
    said = []
    if discount_percent is not None:
        said.append(_("%s de descuento") % _share(discount_percent))
    if instalments_max is not None:
        said.append(_("%d parcialidades") % instalments_max)
    return _(" o ").join(said)


def _share(percent: Decimal) -> str:
    is_whole = percent == percent.to_integral_value()
    return formats.percent(value=percent / 100, locale=_locale(), digits=0 if is_whole else 2)


def _locale() -> str:
    return formats.locale_of(language=get_language() or "es-mx")

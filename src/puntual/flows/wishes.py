"""
How somebody asks to be contacted: said to a person, in the portal or by a program. One transaction.

Hours hold at once for what is planned and queued already: the gate looks at them again when it is sent, and puts it
off.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit.types import Actor
from puntual.compliance import queries as law
from puntual.contacts import operations as contacts
from puntual.contacts.types import Wish
from puntual.lib.errors import DomainError


class NoLawfulHour(DomainError):
    """Within these hours the law leaves no moment for any contact; nothing was written."""

    code = "no-lawful-hour"


@transaction.atomic
def agree(
    *, customer_id: int, wish: Wish, source: str, note: str, actor: Actor, country: str, at: datetime
) -> bool:
    """
    Keep how a customer asks to be contacted; False when they had asked for the same.

    Raises: NotFound; NoLawfulHour; contacts.UnableToAgree.
    """
    if wish.hours is not None and not _leaves_a_moment(wish, country=country, at=at):
        raise NoLawfulHour(
            _(
                "En esos días y horas la ley no permite ningún contacto. Elija otros, por ejemplo entre semana "
                "por la mañana."
            )
        )
    return contacts.set_wish(customer_id=customer_id, wish=wish, source=source, note=note, actor=actor, at=at)


def _leaves_a_moment(wish: Wish, *, country: str, at: datetime) -> bool:
    # Odd hours are told by the operation that would keep them.
    if wish.hours is None or not wish.hours.weekdays or wish.hours.start >= wish.hours.end:
        return True
    try:
        return law.is_lawful_within(hours=wish.hours, country=country, at=at)
    except law.UnknownCountry:
        # Nobody there may be contacted anyhow; what they asked for is kept for the day on which somebody may.
        return True

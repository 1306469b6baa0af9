"""
How a person asked to be contacted: by which channel first, and within which hours.

Reads: portfolio.Customer, contacts.Wish
Writes: contacts.Wish, audit.Event
Guarantees: a customer has one current wish and every earlier one stays; the same again writes nothing; hours hold as
soon as their transaction ends.
"""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.contacts.types import AgreedHours, Wish
from puntual.db import named, rows
from puntual.lib.errors import DomainError, NotFound

_SQL = named.load(Path(__file__).parent.parent / "sql" / "consents.sql")
_WEEK = range(7)


class UnableToAgree(DomainError):
    """These are no hours of a day; nothing was written."""

    code = "unable-to-agree-hours"


def set_wish(*, customer_id: int, wish: Wish, source: str, note: str, actor: Actor, at: datetime) -> bool:
    """
    Keep how a customer asked to be contacted, from this moment on; False when they had asked for the same.

    Raises: NotFound; UnableToAgree for hours that end before they begin, or are of no day.
    """
    if wish.hours is not None:
        _refuse_odd(wish.hours)
    said = _plain(wish)
    with transaction.atomic():
        if not rows.fetch_all(_SQL["lock_customer"], {"customer_id": customer_id}):
            raise NotFound(_("No existe ese cliente."))
        found = rows.fetch_dicts(_SQL["current_wish"], {"customer_id": customer_id})
        before = {name: found[0][name] for name in said} if found else _plain(Wish(channel=None, hours=None))
        if before == said:
            return False
        if found:
            rows.execute(_SQL["retire_wish"], {"wish_id": found[0]["id"]})
        params = {
            "customer_id": customer_id,
            **said,
            "source": source[:80],
            "note": note.strip()[:300],
            "actor_label": actor.label[:120],
            "at": at,
        }
        written = rows.fetch_all(_SQL["insert_wish"], params)
        audit.record(
            actor=actor,
            action="contact-wish-set",
            subject_type="contact-wish",
            subject_id=written[0][0],
            customer_id=customer_id,
            before=_told(before),
            after={**_told(said), "source": source[:80]},
            at=at,
        )
    return True


def _refuse_odd(hours: AgreedHours) -> None:
    if not hours.weekdays or not set(hours.weekdays) <= set(_WEEK):
        raise UnableToAgree(_("Elija por lo menos un día de la semana."))
    if hours.start >= hours.end:
        raise UnableToAgree(_("La hora final debe ser posterior a la inicial."))


def _plain(wish: Wish) -> dict[str, object]:
    hours = wish.hours
    return {
        "channel": wish.channel.value if wish.channel is not None else "",
        "weekdays": sorted(set(hours.weekdays)) if hours else [],
        "starts": hours.start if hours else None,
        "ends": hours.end if hours else None,
    }


def _told(said: dict[str, object]) -> dict[str, object]:
    return {
        "channel": said["channel"],
        "weekdays": said["weekdays"],
        "from_hour": f"{said['starts']:%H:%M}" if said["starts"] else "",
        "to_hour": f"{said['ends']:%H:%M}" if said["ends"] else "",
    }

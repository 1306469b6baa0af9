"""What pages show of a person: their circumstances, and what each changes, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from puntual.compliance import queries as compliance
from puntual.compliance.queries import Effect
from puntual.compliance.types import RuleText
from puntual.contacts import queries as contacts
from puntual.contacts.types import RESERVED_KINDS, Circumstance, CircumstanceKind
from puntual.staff.access import Visit
from puntual.web.hours import hours_words

# What somebody told of a hard time is often about their health.
_WORDS_RESERVED = RESERVED_KINDS | {CircumstanceKind.HARDSHIP}


Effects = Mapping[CircumstanceKind, Effect]


@dataclass(frozen=True, slots=True)
class Known:
    """A circumstance as somebody may read it; without a name it is reserved, without words they are."""

    one: Circumstance
    is_open: bool
    is_named: bool
    has_words: bool
    effect: str
    rules: tuple[RuleText, ...]


def effects(*, visit: Visit) -> Effects:
    """Say what the law that holds for the company makes of each circumstance; none where there is no law."""
    try:
        return compliance.effects_of(country=visit.country, at=visit.at)
    except compliance.UnknownCountry:
        return {}


def effect_words(effect: Effect | None) -> str:
    """Say what a circumstance of a debtor changes by the law."""
    if effect is None:
        return _("Nadie de este país se puede contactar: no hay reglas suyas.")
    if effect.stops:
        return _("No se le contacta por ningún medio.")
    if effect.stops_collection:
        return _("No se le cobra ni se le recuerda; sí se le contesta e informa.")
    if effect.asks:
        return _("Antes de cada contacto decide una persona.")
    if effect.changes:
        return _("No se le ofrece nada que sea publicidad.")
    return _("Se le puede contactar; pide un trato más cuidadoso.")


def shown(one: Circumstance, *, visit: Visit, by_law: Effects) -> Known:
    """Lay a circumstance out for somebody: what they may not know is not among it."""
    effect = by_law.get(one.kind)
    is_named = visit.sees_reserved or one.kind not in RESERVED_KINDS
    return Known(
        one=one,
        is_open=one.holds_on(visit.today),
        is_named=is_named,
        has_words=visit.sees_reserved or one.kind not in _WORDS_RESERVED,
        effect=effect_words(effect),
        rules=effect.rules if effect and is_named else (),
    )


def person_context(*, customer_id: int, visit: Visit) -> dict[str, Any]:
    """Read for the case page what is known of a customer and how they ask to be contacted, now and before."""
    by_law = effects(visit=visit)
    found = [
        shown(one, visit=visit, by_law=by_law) for one in contacts.circumstances_of(customer_id=customer_id)
    ]
    wishes = contacts.wishes_of(customer_id=customer_id)
    current = next((one for one in wishes if one.is_current), None)
    return {
        "own_hours": hours_words(current.wish.hours) if current and current.wish.hours else "",
        "wish": current,
        "past_wishes": [
            {"said": one, "hours": hours_words(one.wish.hours) if one.wish.hours else ""}
            for one in wishes
            if one is not current
        ],
        "listings": {
            one.list_id: one for one in contacts.listings_for(customer_ids=[customer_id], today=visit.today)
        }.values(),
        "circumstances": [one for one in found if one.is_open],
        "past_circumstances": [one for one in found if not one.is_open],
    }

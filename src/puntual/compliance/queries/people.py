"""What the law makes of what is known of a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from puntual.compliance.queries.own_law import company_law, own_versions
from puntual.compliance.rules import hours as lawful
from puntual.compliance.rules.laws import LawPack
from puntual.compliance.types import RuleText
from puntual.compliance.types.packs import REACHING, Flag, FlagRule, Severity, WindowRule
from puntual.contacts.types import (
    KINDS_OF_DEBTOR,
    RESERVED_KINDS,
    AgreedHours,
    Channel,
    CircumstanceKind,
    OwnerRole,
    Purpose,
)

_FLAGS = {
    CircumstanceKind.MINOR: Flag.MINOR,
    CircumstanceKind.OLDER_ADULT: Flag.OLDER_ADULT,
    CircumstanceKind.DISABILITY: Flag.DISABILITY,
    CircumstanceKind.DECEASED: Flag.DECEASED,
    CircumstanceKind.INSOLVENT: Flag.INSOLVENT,
    CircumstanceKind.REPRESENTED: Flag.REPRESENTED,
    CircumstanceKind.HARDSHIP: Flag.HARDSHIP,
    CircumstanceKind.CEASE: Flag.CEASE,
    CircumstanceKind.ON_AD_REGISTER: Flag.ON_AD_REGISTER,
}
_RESERVED = frozenset(_FLAGS[kind] for kind in RESERVED_KINDS)
_AUTHORIZED = frozenset({Flag.CHANNEL_AUTHORIZED})
_FIRST = frozenset({Flag.FIRST_CONTACT})
_NONE: frozenset[Flag] = frozenset()


@dataclass(frozen=True, slots=True)
class Effect:
    """
    What follows from a circumstance of the debtor: the rules that object.

    `stops`: no contact whatever; `stops_collection`: none about the debt; `asks`: a person decides first; `changes`:
    what may be said. None of them: the law makes nothing of it.
    """

    stops: bool
    stops_collection: bool
    asks: bool
    changes: bool
    rules: tuple[RuleText, ...]

    @property
    def touches_contact(self) -> bool:
        """Say whether something that waits might now be unlawful."""
        return self.stops or self.stops_collection or self.asks


def flags_of(
    *,
    circumstances: Collection[CircumstanceKind],
    is_authorized: bool,
    owner_role: OwnerRole | None,
    is_first: bool,
    is_time_barred: bool,
    is_on_ad_register: bool,
    is_on_stop_list: bool,
) -> frozenset[Flag]:
    """
    Name what the law may mind of a contact with whoever owns an address around a debt; None: nobody knows who.

    The lists are those on which the address or the person stands.
    """
    marks = (_AUTHORIZED if is_authorized else _NONE) | (_FIRST if is_first else _NONE)
    if not (circumstances or is_time_barred or is_on_ad_register or is_on_stop_list):
        return marks
    is_other = owner_role is not None and owner_role is not OwnerRole.DEBTOR
    found = {_FLAGS[kind] for kind in circumstances if not (is_other and kind in KINDS_OF_DEBTOR)}
    found |= {Flag.TIME_BARRED} if is_time_barred else _NONE
    found |= {Flag.ON_AD_REGISTER} if is_on_ad_register else _NONE
    found |= {Flag.ON_STOP_LIST} if is_on_stop_list else _NONE
    return marks | found


def effects_of(*, country: str, at: datetime) -> dict[CircumstanceKind, Effect]:
    """
    Say what the law that holds for this company makes of each circumstance of a debtor. One statement.

    Raises: UnknownCountry.
    """
    pack = company_law(country=country, at=at)
    return {kind: _effect(pack, flag, at.date()) for kind, flag in _FLAGS.items()}


def _effect(pack: LawPack, flag: Flag, day: date) -> Effect:
    named = [one for one in pack.of(FlagRule) if flag in one.flags and one.holds_on(day)]
    # A general rule that the country's own one says already is told once.
    said = pack.replaced(one.id for one in named)
    minding = [one for one in named if one.id not in said]
    plain = [one for one in minding if not one.with_text]
    blocking = [one for one in plain if one.severity is Severity.BLOCK]
    collecting = {Purpose.COLLECTION, Purpose.REMINDER}
    return Effect(
        stops=any(set(one.purposes) == set(Purpose) for one in blocking),
        stops_collection=any(collecting <= set(one.purposes) for one in blocking),
        asks=any(one.severity is Severity.REVIEW for one in plain),
        changes=len(plain) < len(minding),
        rules=tuple(pack.rules[one.id] for one in minding),
    )


def reserved_rules(*, country: str, at: datetime) -> frozenset[str]:
    """
    Name the rules whose wording alone would tell a reserved circumstance of a person. Two statements.

    Raises: UnknownCountry.
    """
    law = company_law(country=country, at=at).all
    # What a rule that was given up said then stays told of those whom it concerned.
    ever = [rule for one in own_versions(country=country) for rule in one.profile.rules]
    return frozenset(
        one.id
        for one in (*law, *ever)
        if isinstance(one, FlagRule) and one.flags and set(one.flags) <= _RESERVED
    )


def is_lawful_within(*, hours: AgreedHours, country: str, at: datetime) -> bool:
    """
    Say whether the law that holds for this company leaves any moment within somebody's own hours, by any channel.

    Raises: UnknownCountry.
    """
    pack = company_law(country=country, at=at)
    return any(_is_open(pack, channel, hours, at.date()) for channel in REACHING)


def _is_open(pack: LawPack, channel: Channel, own: AgreedHours, day: date) -> bool:
    windows = [
        lawful.hours_of(rule=one, is_literal=pack.is_literal)
        for one in pack.by_channel[channel]
        if isinstance(one, WindowRule) and not one.subdivisions and one.holds_on(day)
    ]
    for weekday in own.weekdays:
        of_day = [one.mon_fri if weekday < 5 else one.sat if weekday == 5 else one.sun for one in windows]
        open_to = [one for one in of_day if one is not None]
        if len(open_to) == len(windows) and max([own.start, *(one[0] for one in open_to)]) < min(
            [own.end, *(one[1] for one in open_to)]
        ):
            return True
    return False

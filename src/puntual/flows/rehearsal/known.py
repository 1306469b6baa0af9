"""
What was known of the people of a block at any moment: their addresses, words and contacts, for the law.

Read once for a block and answered from memory for each day. The debts come from the facts of the day, so that no
table is asked about a moment that is over.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from puntual.assessment.rules import contactable
from puntual.assessment.types import Facts
from puntual.compliance import queries as law
from puntual.compliance.types import ContactFacts, Flag, OwnHours
from puntual.contacts import queries as contacts
from puntual.contacts.types import (
    COUNTED_PURPOSES,
    AttemptOutcome,
    Channel,
    KnownPerson,
    ListKind,
    OwnerRole,
    Point,
    PointKind,
    Purpose,
    Touch,
    Wish,
    WordInTime,
)
from puntual.flows.deciding import Day
from puntual.plans.types import Intent

_STATES_OF_USE = ("NEW", "VERIFIED")


class Known:
    """The people of one block: what was known of them, and what a rehearsed plan did to them since."""

    def __init__(self, *, after: int, up_to: int, since: datetime, real_until: datetime | None) -> None:
        """
        Read what the tables know of the customers with after < id <= up_to.

        `since` is the first moment whose contacts count for facts. After `real_until` contacts that the company
        began are left out: a rehearsed plan makes its own.
        """
        self._points = contacts.points_known(after=after, up_to=up_to)
        self._words = contacts.words_known(after=after, up_to=up_to)
        self._people = contacts.people_known(after=after, up_to=up_to)
        self._touches: dict[int, list[Touch]] = {}
        # Customers whose contacts are others than those that the tables count.
        self.differing: set[int] = set()
        for customer_id, touches in contacts.touches_known(after=after, up_to=up_to, since=since).items():
            kept = [one for one in touches if not one.is_ours or real_until is None or one.at <= real_until]
            self._touches[customer_id] = kept
            if len(kept) != len(touches):
                self.differing.add(customer_id)
        self._facts: Mapping[int, Facts] = {}

    def is_there(self, customer_id: int, at: datetime) -> bool:
        """Say whether a customer was known at a moment."""
        place = self._people.get(customer_id)
        return place is not None and place.known_from <= at

    def look_at(self, facts: Mapping[int, Facts]) -> None:
        """Take the facts of the day that is decided next."""
        self._facts = facts

    def add_contact(self, *, customer_id: int, at: datetime, purpose: Purpose, channel: Channel) -> None:
        """Note a contact that the rehearsed plan makes."""
        counts = purpose in COUNTED_PURPOSES
        touch = Touch(
            at=at,
            is_contact=counts,
            is_answer=False,
            is_ours=True,
            channel=channel.value,
            outcome=AttemptOutcome.SENT.value if counts else "",
        )
        self._touches.setdefault(customer_id, []).append(touch)
        self.differing.add(customer_id)

    def touches_until(self, *, customer_id: int, at: datetime) -> list[Touch]:
        """List the contacts and reactions of a customer up to a moment."""
        return [one for one in self._touches.get(customer_id, ()) if one.at <= at]

    def reach(
        self, *, day: Day, tried: Sequence[tuple[Intent, Channel]]
    ) -> tuple[list[Point | None], list[ContactFacts]]:
        """Choose the point of each contact and say what the law looks at, as it was known at the moment of the day."""
        points: list[Point | None] = []
        facts = []
        for intent, channel in tried:
            theirs = self._points_at(intent.customer_id, day.at)
            point = contacts.best_point(points=theirs, channel=channel)
            points.append(point)
            facts.append(self._contact_facts(day, intent, channel, point, theirs))
        return points, facts

    def _points_at(self, customer_id: int, at: datetime) -> list[Point]:
        found = [one.at(at) for one in self._points.get(customer_id, ())]
        return [one for one in found if one is not None]

    def _contact_facts(
        self, day: Day, intent: Intent, channel: Channel, point: Point | None, theirs: list[Point]
    ) -> ContactFacts:
        customer_id, purpose = intent.customer_id, intent.step.purpose
        owed = self._facts[customer_id]
        # What is neither in dispute nor on hold, among what the purpose is about.
        free = contactable(owed)
        is_none_free = (
            free.overdue_count == 0 if purpose is Purpose.COLLECTION else free.oldest_due_date is None
        )
        since = day.at - (day.law.look_back if day.law else timedelta())
        touches = [one for one in self._touches.get(customer_id, ()) if since <= one.at <= day.at]
        word = self._word(customer_id, channel, day.at)
        touches.sort(key=lambda one: one.at, reverse=True)
        return ContactFacts(
            customer_id=customer_id,
            channel=channel,
            purpose=purpose,
            country=day.country,
            time_zones=self._zones(customer_id, theirs, day.country)
            or law.zones_of_country(country=day.country),
            owner_role=point.owner_role if point else None,
            point_state=point.state if point else None,
            has_known_source=bool(point and point.source),
            is_opted_out=word is not None and word.is_opted_out,
            has_debt=bool(owed.overdue_amounts) if purpose is Purpose.COLLECTION else owed.open_count > 0,
            is_disputed=owed.has_customer_dispute or bool(owed.disputed_count and is_none_free),
            is_on_hold=owed.hold_until is not None or bool(owed.held_count and is_none_free),
            has_active_promise=owed.promise_due_date is not None,
            touches=tuple(
                law.touched(at=one.at, channel=one.channel, outcome=one.outcome)
                for one in touches
                if one.outcome
            ),
            flags=self._flags(
                day,
                customer_id,
                point,
                is_authorized=word is not None and not word.is_opted_out,
                is_first=law.is_first(touches=self._touches.get(customer_id, ()), at=day.at),
                oldest_due_date=free.oldest_due_date,
            ),
            subdivisions=law.subdivisions_of(country=day.country, state=self._people[customer_id].state),
            own_hours=self._own_hours(customer_id, day.at),
        )

    def _flags(
        self,
        day: Day,
        customer_id: int,
        point: Point | None,
        *,
        is_authorized: bool,
        is_first: bool,
        oldest_due_date: date | None,
    ) -> frozenset[Flag]:
        person, point_id = self._people[customer_id], point.id if point else None
        lists = {
            one.kind for one in person.listings if one.held(moment=day.at, today=day.today, point_id=point_id)
        }
        return law.flags_of(
            circumstances=[
                one.kind for one in person.circumstances if one.held(moment=day.at, today=day.today)
            ],
            is_authorized=is_authorized,
            owner_role=point.owner_role if point else None,
            is_first=is_first,
            is_time_barred=oldest_due_date is not None
            and (barred_before := day.barred_before) is not None
            and oldest_due_date < barred_before,
            is_on_ad_register=ListKind.AD_REGISTER in lists,
            is_on_stop_list=bool(lists - {ListKind.AD_REGISTER}),
        )

    def liked_at(self, at: datetime) -> dict[int, Channel]:
        """Name the channel that each customer preferred at a moment, and had not left."""
        found = {
            customer_id: self._wish(customer_id, at).channel
            for customer_id, person in self._people.items()
            if person.wishes
        }
        return {
            customer_id: channel
            for customer_id, channel in found.items()
            if channel is not None
            and not ((word := self._word(customer_id, channel, at)) and word.is_opted_out)
        }

    def _wish(self, customer_id: int, at: datetime) -> Wish:
        """Return how a customer had asked to be contacted by a moment."""
        said = [wish for told_at, wish in self._people[customer_id].wishes if told_at <= at]
        return said[-1] if said else Wish(channel=None, hours=None)

    def _own_hours(self, customer_id: int, at: datetime) -> tuple[OwnHours, ...]:
        hours = self._wish(customer_id, at).hours
        return (OwnHours(hours.weekdays, hours.start, hours.end),) if hours else ()

    def _word(self, customer_id: int, channel: Channel, at: datetime) -> WordInTime | None:
        """Return what the customer had last said of a channel at a moment."""
        words = [one for one in self._words.get(customer_id, ()) if one.channel is channel and one.at <= at]
        return words[-1] if words else None

    def _zones(self, customer_id: int, theirs: list[Point], country: str) -> tuple[str, ...]:
        place: KnownPerson = self._people[customer_id]
        phones = [
            one
            for one in theirs
            if one.kind is PointKind.PHONE
            and one.owner_role is OwnerRole.DEBTOR
            and one.state in _STATES_OF_USE
        ]
        # A verified number tells more than a new one, an older one more than a newer.
        phones.sort(key=lambda one: (one.state != "VERIFIED", one.id))
        return contacts.zones_at(
            time_zone=place.time_zone,
            state=place.state,
            city=place.city,
            phone=phones[0].normalized if phones else "",
            country=country,
        )

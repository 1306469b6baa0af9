"""Words of contact: whom we may reach, by which channel, and how it went."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum


class Channel(StrEnum):
    """A way to reach a person."""

    EMAIL = "EMAIL"
    SMS = "SMS"
    WHATSAPP = "WHATSAPP"
    CALL = "CALL"
    LETTER = "LETTER"
    VISIT = "VISIT"
    PORTAL = "PORTAL"


class PointKind(StrEnum):
    """What a contact point is."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"


# Which kind of contact point a channel needs.
POINT_OF_CHANNEL: dict[Channel, PointKind] = {
    Channel.EMAIL: PointKind.EMAIL,
    Channel.SMS: PointKind.PHONE,
    Channel.WHATSAPP: PointKind.PHONE,
    Channel.CALL: PointKind.PHONE,
    Channel.LETTER: PointKind.ADDRESS,
    Channel.VISIT: PointKind.ADDRESS,
}


class OwnerRole(StrEnum):
    """Whose contact point it is. The law allows only some of them."""

    DEBTOR = "DEBTOR"
    GUARANTOR = "GUARANTOR"
    COOBLIGOR = "COOBLIGOR"
    REPRESENTATIVE = "REPRESENTATIVE"
    SPOUSE = "SPOUSE"
    GUARDIAN = "GUARDIAN"
    EXECUTOR = "EXECUTOR"
    ATTORNEY = "ATTORNEY"
    REFERENCE = "REFERENCE"
    THIRD_PARTY = "THIRD_PARTY"
    UNKNOWN = "UNKNOWN"


class PointState(StrEnum):
    """What we know of a contact point."""

    NEW = "NEW"
    VERIFIED = "VERIFIED"
    WRONG = "WRONG"
    BOUNCED = "BOUNCED"


class ConsentDecision(StrEnum):
    """What the person said about a channel."""

    GRANTED = "GRANTED"
    OPTED_OUT = "OPTED_OUT"


class Direction(StrEnum):
    """Who started the contact."""

    OUTBOUND = "OUTBOUND"
    INBOUND = "INBOUND"


class Purpose(StrEnum):
    """Why a contact is made. Only COLLECTION and REMINDER need a debt."""

    REMINDER = "REMINDER"
    COLLECTION = "COLLECTION"
    THANKS = "THANKS"
    INFORMATION = "INFORMATION"


# Contacts that count against the limits of the law: thanks and answers do not.
COUNTED_PURPOSES = (Purpose.COLLECTION, Purpose.REMINDER)


class AttemptOutcome(StrEnum):
    """What became of an attempt."""

    SENT = "SENT"
    DELIVERED = "DELIVERED"
    BOUNCED = "BOUNCED"
    FAILED = "FAILED"
    NO_ANSWER = "NO_ANSWER"
    EFFECTIVE = "EFFECTIVE"
    WRONG_PARTY = "WRONG_PARTY"
    INBOUND = "INBOUND"


class CircumstanceKind(StrEnum):
    """What may be known of a person and stops, or changes, how they may be contacted."""

    HARDSHIP = "HARDSHIP"
    CEASE = "CEASE"
    REPRESENTED = "REPRESENTED"
    DECEASED = "DECEASED"
    DISABILITY = "DISABILITY"
    OLDER_ADULT = "OLDER_ADULT"
    MINOR = "MINOR"
    INSOLVENT = "INSOLVENT"
    ON_AD_REGISTER = "ON_AD_REGISTER"


# Sensitive data: who they are of is told only to those who need it; what follows from them is told to all.
RESERVED_KINDS = frozenset({CircumstanceKind.DECEASED, CircumstanceKind.DISABILITY})
# Of the debtor alone: who answers for the debt beside them may be young and well.
KINDS_OF_DEBTOR = frozenset({CircumstanceKind.OLDER_ADULT, CircumstanceKind.DISABILITY})


class ListKind(StrEnum):
    """Whose word a list of people not to contact is: a register against advertising stops only that."""

    AD_REGISTER = "AD_REGISTER"
    COURT_ORDER = "COURT_ORDER"
    OWN = "OWN"


class ListedBy(StrEnum):
    """By what somebody is known on a list."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    TAX_ID = "TAX_ID"


class ResponseKind(StrEnum):
    """How a debtor reacted."""

    REPLIED = "REPLIED"
    PORTAL_VISIT = "PORTAL_VISIT"
    PROMISED = "PROMISED"
    PAYMENT_REPORTED = "PAYMENT_REPORTED"
    DISPUTED = "DISPUTED"
    OPTED_OUT = "OPTED_OUT"


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A contact point as a source gives it; `normalized` is what contacts.rules.normalize makes of it."""

    customer_id: int
    kind: PointKind
    value: str
    normalized: str
    owner_role: OwnerRole
    owner_name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A contact point as rules and pages see it."""

    id: int
    customer_id: int
    kind: PointKind
    value: str
    normalized: str
    owner_role: OwnerRole
    owner_name: str
    source: str
    state: PointState


@dataclass(frozen=True, slots=True)
class PointInTime:
    """A contact point, since when it is known, and what was known of it until which moments, the oldest first."""

    point: Point
    known_from: datetime
    pasts: tuple[tuple[datetime, PointState], ...]

    def at(self, moment: datetime) -> Point | None:
        """Return the point as it was known at a moment; None before it was."""
        if self.known_from > moment:
            return None
        for until, state in self.pasts:
            if until > moment:
                return replace(self.point, state=state)
        return self.point


@dataclass(frozen=True, slots=True)
class WordInTime:
    """What a customer said about a channel at a moment; `is_current` is the word that holds today."""

    channel: Channel
    at: datetime
    is_opted_out: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Touch:
    """A contact in either direction, or a reaction, as laws and facts count it."""

    at: datetime
    # One that reached the person as far as is known.
    is_contact: bool
    is_answer: bool
    # The company began it.
    is_ours: bool
    channel: str = ""
    # How it went; empty where no limit counts it.
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place to take in somebody's budget of contacts, under the key of the attempt that it becomes."""

    key: str
    customer_id: int
    channel: Channel


@dataclass(frozen=True, slots=True)
class NewAttempt:
    """An attempt to record; a second one with the same key changes nothing."""

    key: str
    customer_id: int
    contact_point_id: int | None
    channel: Channel
    direction: Direction
    purpose: Purpose
    outcome: AttemptOutcome
    at: datetime
    note: str = ""
    actor_label: str = ""
    # When the outcome was learned, where that is later than the attempt.
    outcome_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PointCounts:
    """What became of contact points that came in."""

    new: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class NewCircumstance:
    """
    Something to keep of a person: why, who said so, and the last day on which it counts; None is until it is ended.

    A lawyer's name and how to reach them are of REPRESENTED, which cannot be without a name.
    """

    customer_id: int
    kind: CircumstanceKind
    reason: str
    source: str
    until_date: date | None = None
    lawyer_name: str = ""
    lawyer_contact: str = ""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A circumstance as it was kept, and, where it is over, who ended it and why."""

    id: int
    customer_id: int
    kind: CircumstanceKind
    reason: str
    source: str
    until_date: date | None
    lawyer_name: str
    lawyer_contact: str
    actor_label: str
    at: datetime
    ended_at: datetime | None
    ended_by: str
    end_reason: str

    def holds_on(self, today: date) -> bool:
        """Say whether it counts on a day."""
        return self.ended_at is None and (self.until_date is None or today <= self.until_date)


@dataclass(frozen=True, slots=True)
class CircumstanceInTime:
    """From when to when something was known of a person, and its last day."""

    kind: CircumstanceKind
    at: datetime
    ended_at: datetime | None
    until_date: date | None

    def held(self, *, moment: datetime, today: date) -> bool:
        """Say whether it counted at a moment of a day."""
        return (
            self.at <= moment
            and (self.ended_at is None or moment < self.ended_at)
            and (self.until_date is None or today <= self.until_date)
        )


@dataclass(frozen=True, slots=True)
class AgreedHours:
    """Hours in which somebody may be contacted, where they are: days of the week (0 is Monday), from and until."""

    weekdays: tuple[int, ...]
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody asked to be contacted: by a channel first, within hours; None is all alike, at any lawful hour."""

    channel: Channel | None
    hours: AgreedHours | None


@dataclass(frozen=True, slots=True)
class WishInTime:
    """A wish as it was told: who wrote it down, where it was said, when, and whether it counts still."""

    wish: Wish
    source: str
    note: str
    actor_label: str
    at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class NewList:
    """A list of people not to contact as it comes: its name, whose word it is, on which days it counts, its file."""

    name: str
    kind: ListKind
    from_date: date
    until_date: date | None
    file_name: str
    file_hash: str


@dataclass(frozen=True, slots=True)
class ReadEntries:
    """What was understood of a file: by what people are known, and the rows of which nothing was."""

    entries: tuple[tuple[ListedBy, str], ...]
    rows_total: int
    unread_rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a customer stands on a list that counts: by a contact point, or by their tax id (None)."""

    customer_id: int
    point_id: int | None
    list_id: int
    name: str
    kind: ListKind
    until_date: date | None


@dataclass(frozen=True, slots=True)
class ListingInTime:
    """From when to when a customer, or one of their contact points, stood on a list, and on which days it counts."""

    point_id: int | None
    kind: ListKind
    at: datetime
    withdrawn_at: datetime | None
    from_date: date
    until_date: date | None

    def held(self, *, moment: datetime, today: date, point_id: int | None) -> bool:
        """Say whether it counted at a moment of a day for a contact through a point."""
        return (
            self.point_id in (None, point_id)
            and self.at <= moment
            and (self.withdrawn_at is None or moment < self.withdrawn_at)
            and self.from_date <= today
            and (self.until_date is None or today <= self.until_date)
        )


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """
    Since when a customer is known, where their files say that they are, and what became known of them when.

    `wishes` is when they asked for what, the oldest first.
    """

    known_from: datetime
    time_zone: str
    state: str
    city: str
    circumstances: tuple[CircumstanceInTime, ...]
    wishes: tuple[tuple[datetime, Wish], ...]
    listings: tuple[ListingInTime, ...]

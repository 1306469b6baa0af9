"""A law pack as people read it: rules by what they are about, hours as a week, numbers in words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from puntual.compliance.types.packs import Severity, Status
from puntual.contacts.types import Channel, OwnerRole


class Subject(StrEnum):
    """What a rule is about, in the order in which a pack is read."""

    HOURS = "HOURS"
    LIMITS = "LIMITS"
    PEOPLE = "PEOPLE"
    PLACES = "PLACES"
    CONTENT = "CONTENT"
    MONEY = "MONEY"
    RIGHTS = "RIGHTS"
    REST = "REST"


@dataclass(frozen=True, slots=True)
class Week:
    """Lawful hours of each type of day, written `8:00-21:00`; empty where no contact is lawful."""

    mon_fri: str
    sat: str
    sun: str
    holiday: str


@dataclass(frozen=True, slots=True)
class ReadRule:
    """One rule; `details` are its numbers and conditions in sentences."""

    id: str
    subject: Subject
    text: str
    source: str
    status: Status
    severity: Severity
    question: str
    valid_from: date | None
    valid_to: date | None
    channels: tuple[Channel, ...]
    roles: tuple[OwnerRole, ...]
    subdivisions: tuple[str, ...]
    week: Week | None
    # The looser hours of the literal reading, where there are any.
    literal_week: Week | None
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackEdition:
    """A version of a country's pack: brought by the product, or kept because it judged somebody here."""

    version: str
    valid_from: date
    # When it first judged somebody of this company; None: never.
    judged_since: datetime | None


class ChangeKind(StrEnum):
    """What became of a rule from one version to the next."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


class Facet(StrEnum):
    """Which side of a rule changed."""

    TEXT = "TEXT"
    SOURCE = "SOURCE"
    STATUS = "STATUS"
    SEVERITY = "SEVERITY"
    QUESTION = "QUESTION"
    VALIDITY = "VALIDITY"
    CHANNELS = "CHANNELS"
    ROLES = "ROLES"
    PLACES = "PLACES"
    WEEK = "WEEK"
    LITERAL_WEEK = "LITERAL_WEEK"
    DETAILS = "DETAILS"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What changed in a rule; each difference is (facet, value before, value after), as ReadRule holds them."""

    kind: ChangeKind
    rule: ReadRule
    differences: tuple[tuple[Facet, object, object], ...] = ()

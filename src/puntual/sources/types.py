"""Words of sources: what comes in by itself, and how far did we read?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class DeliveryState(StrEnum):
    """What became of one file that a source brought."""

    # Its bytes are ours; applying it comes next.
    KEPT = "KEPT"
    # A person must answer before it can be applied.
    WAITING = "WAITING"
    APPLIED = "APPLIED"
    # It is no file that could be loaded.
    REFUSED = "REFUSED"
    # A person decided to go on without it.
    DISCARDED = "DISCARDED"


class RunState(StrEnum):
    """How one visit to a source ended."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    WAITING = "WAITING"
    FAILED = "FAILED"
    # The worker died; the next visit goes on where it stopped.
    STOPPED = "STOPPED"


class Health(StrEnum):
    """How a source does, in one word for lists."""

    NEW = "NEW"
    GOOD = "GOOD"
    WAITING = "WAITING"
    FAILED = "FAILED"
    PAUSED = "PAUSED"


class SettingKind(StrEnum):
    """How a setting is asked for."""

    TEXT = "TEXT"
    LONG_TEXT = "LONG_TEXT"
    NUMBER = "NUMBER"
    CHOICE = "CHOICE"


class SecretUse(StrEnum):
    """Whether a connector works with a secret."""

    NONE = "NONE"
    OPTIONAL = "OPTIONAL"
    REQUIRED = "REQUIRED"


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source as a person describes it."""

    name: str
    connector: str
    settings: Mapping[str, str]
    secret_name: str = ""
    kind: str = ""
    profile: str = ""
    schedule_minutes: int = 60


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A source with how it does."""

    id: int
    name: str
    connector: str
    settings: Mapping[str, str]
    secret_name: str
    kind: str
    profile: str
    schedule_minutes: int
    is_active: bool
    health: Health
    last_run_at: datetime | None
    next_run_at: datetime
    last_error: str
    # The import that waits for a person, if any.
    waiting_import_id: int | None
    waiting_name: str


@dataclass(frozen=True, slots=True)
class Work:
    """What a visit needs to know of its source."""

    id: int
    name: str
    connector: str
    settings: Mapping[str, str]
    secret_name: str
    kind: str
    profile: str
    schedule_minutes: int
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenDelivery:
    """A file that is ours and not yet applied."""

    id: int
    import_id: int
    name: str
    state: DeliveryState


@dataclass(frozen=True, slots=True)
class SendingCard:
    """What a program sent in one call."""

    content_hash: str
    import_id: int


@dataclass(frozen=True, slots=True)
class DeliveryCard:
    """One file that a source brought, in a list."""

    id: int
    name: str
    state: DeliveryState
    import_id: int | None
    error: str
    fetched_at: datetime
    rows_accepted: int
    rows_unchanged: int
    rows_rejected: int


@dataclass(frozen=True, slots=True)
class RunCard:
    """One visit to a source, in a list."""

    id: int
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    deliveries: int
    rows_accepted: int
    rows_unchanged: int
    rows_rejected: int
    error: str
    actor_label: str


@dataclass(frozen=True, slots=True)
class RunTally:
    """What a visit brought."""

    deliveries: int = 0
    rows_accepted: int = 0
    rows_unchanged: int = 0
    rows_rejected: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as a folder lists it."""

    name: str
    size: int
    changed_at: float
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Picked:
    """What to do with the files of a folder: groups to take, files to put away, files never to take."""

    groups: tuple[tuple[Seen, ...], ...] = ()
    leftovers: tuple[Seen, ...] = ()
    refused: tuple[tuple[Seen, str], ...] = ()
    still: Mapping[str, tuple[int, float]] = field(default_factory=dict)

"""Who did something."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """Which kind of hand acted."""

    STAFF = "STAFF"
    DEBTOR = "DEBTOR"
    API_KEY = "API_KEY"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True, slots=True)
class Actor:
    """The hand behind a change: kind, its row id where it has one, and a label for people."""

    kind: ActorKind
    id: int | None = None
    label: str = ""


SYSTEM = Actor(kind=ActorKind.SYSTEM, label="Puntual")

"""Words of the difference between two versions of a plan."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ChangeKind(StrEnum):
    """How a part differs."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"
    # The same parts in another order.
    MOVED = "MOVED"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of which part of the file, of which of its members by name, which setting, before and after."""

    kind: ChangeKind
    part: str
    member: str
    setting: str
    before: Any
    after: Any

"""Edits of a draft, as pages ask for them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class EditKind(StrEnum):
    """What an edit does to a part."""

    # Make it say a value; None takes its name away.
    PUT = "PUT"
    # Put a new member into the list, before the one at `place`.
    INSERT = "INSERT"
    REMOVE = "REMOVE"
    # Move a member of a list to `place` in it.
    MOVE = "MOVE"


@dataclass(frozen=True, slots=True)
class DraftEdit:
    """One edit of one part of a plan's file, by the way to it: names of the file, places in lists from 0."""

    kind: EditKind
    path: tuple[str | int, ...]
    value: Any = None
    place: int = 0

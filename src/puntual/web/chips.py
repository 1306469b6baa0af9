"""A chip: what a page says of a stored code, and its colour."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class State:
    """What a chip says and its colour (`chip-<tone>` of the style sheet)."""

    label: str | Promise
    tone: str = "quiet"

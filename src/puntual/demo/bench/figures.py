"""One row of the table of targets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, beside what it should be."""

    work: str
    measured: str
    target: str
    is_met: bool

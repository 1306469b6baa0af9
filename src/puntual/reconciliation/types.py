"""Words of reconciliation: does the bank agree?"""

from enum import StrEnum


class LineState(StrEnum):
    """What became of a line of a bank statement."""

    UNMATCHED = "UNMATCHED"
    MATCHED = "MATCHED"
    IGNORED = "IGNORED"

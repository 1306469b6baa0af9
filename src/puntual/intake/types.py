"""Words of intake: what did the client send, what did we accept?"""

from enum import StrEnum


class FileKind(StrEnum):
    """What a file holds."""

    RECEIVABLES = "RECEIVABLES"
    PAYMENTS = "PAYMENTS"


class ImportState(StrEnum):
    """Life of an import."""

    UPLOADED = "UPLOADED"
    PREVIEWED = "PREVIEWED"
    APPLYING = "APPLYING"
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"


class RowOutcome(StrEnum):
    """What became of one row: rows in = accepted + unchanged + rejected + ignored."""

    ACCEPTED = "ACCEPTED"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"
    IGNORED = "IGNORED"

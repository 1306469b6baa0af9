"""Words of outreach: messages and what became of them."""

from dataclasses import dataclass
from enum import StrEnum


class MessageState(StrEnum):
    """
    Life of a message.

    QUEUED waits for its moment; CLAIMED belongs to a worker but was not handed over; SENDING was
    being handed over; UNKNOWN was being handed over when the worker died: a person decides.
    """

    QUEUED = "QUEUED"
    CLAIMED = "CLAIMED"
    SENDING = "SENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    BOUNCED = "BOUNCED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to hand over."""

    subject: str
    text: str
    html: str

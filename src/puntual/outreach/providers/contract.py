"""
What every way to hand a message over must keep.

`send` either returns, and then the provider has taken the message, or raises one of four errors that say what
is known. A transport never tries the same message again by itself once its words have left.
"""

from typing import Protocol

from puntual.outreach.types import Envelope

# How long a transport waits for one answer.
TIMEOUT_SECONDS = 30.0


class TransportError(Exception):
    """Base of what can go wrong; the text is for the log and the staff, without personal data."""


class TransportUnavailable(TransportError):
    """The provider cannot be used now, whatever the message. Nothing was handed over."""


class TemporaryRefusal(TransportError):
    """The provider asks to try this message later. It was not taken."""


class PermanentRefusal(TransportError):
    """The provider will never take this message; `is_recipient` says that the address is the cause."""

    def __init__(self, reason: str, *, is_recipient: bool) -> None:
        super().__init__(reason)
        self.is_recipient = is_recipient


class OutcomeUnknown(TransportError):
    """The words left and no answer came: the provider may have taken the message."""


class Transport(Protocol):
    """A line to a provider, kept open between messages. One worker uses it, one message at a time."""

    def send(self, *, envelope: Envelope) -> str:
        """
        Hand one message over and return the provider's answer.

        Raises: TransportUnavailable, TemporaryRefusal, PermanentRefusal, OutcomeUnknown.
        """
        ...

    def close(self) -> None:
        """Close the line; the next `send` opens it again."""
        ...

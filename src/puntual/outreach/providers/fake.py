"""A transport that keeps messages in memory, for tests and rehearsals; it passes the contract's tests."""

from collections.abc import Callable

from puntual.outreach.providers.contract import OutcomeUnknown, TransportError
from puntual.outreach.types import Envelope

Script = Callable[[Envelope], TransportError | None]


def _accept_all(envelope: Envelope) -> TransportError | None:
    return None


class FakeTransport:
    """Takes every message, unless its script answers with an error for it."""

    def __init__(self, *, script: Script = _accept_all) -> None:
        self._script = script
        self.taken: list[Envelope] = []
        self.is_open = False

    def send(self, *, envelope: Envelope) -> str:
        """Keep the message, or raise what the script says."""
        error = self._script(envelope)
        self.is_open = error is None
        if error is None or isinstance(error, OutcomeUnknown):
            self.taken.append(envelope)
        if error is not None:
            raise error
        return "250 kept"

    def close(self) -> None:
        """Note that the line is closed."""
        self.is_open = False

"""The one base class of every refusal that a person can understand and mend."""


class DomainError(Exception):
    """
    A broken precondition, told to the person who can mend it.

    Subclasses live in the module that raises them. Interfaces turn them into a message or a 4xx.

    `code` is stable and for programs; the message is Mexican Spanish and for people.
    """

    code = "domain-error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class NotFound(DomainError):
    """What was asked for does not exist, or belongs to another company, which is the same answer."""

    code = "not-found"

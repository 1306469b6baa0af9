"""
What every connector must keep.

A connector gives files and never writes: what it yields goes through the same steps as a file that a person
uploads. It says with each file how far it has read; that is stored in the transaction that keeps the file, so
killed anywhere a file is fetched again or not at all, and the same file again writes nothing.

Nothing here is about portfolios: a connector for bank statements yields the same deliveries.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.utils.functional import Promise

from puntual.lib.errors import DomainError
from puntual.sources.types import SecretUse, SettingKind

# How long a connector waits for one answer.
TIMEOUT_SECONDS = 30


# What people read; may be written in their language only when it is shown.
Wording = str | Promise


class UnableToFetch(DomainError):
    """A source cannot be read: its settings, its server or its permissions must be mended first."""

    code = "unable-to-fetch"


@dataclass(frozen=True, slots=True)
class Errand:
    """
    What a connector is told for one visit.

    `folder` is where this company's files lie on this machine, if anywhere; `open_hosts` are the servers inside the
    installation's own network that its operator lets sources reach.
    """

    settings: Mapping[str, str]
    secret: str
    state: Mapping[str, Any]
    at: datetime
    folder: Path | None
    open_hosts: frozenset[str]
    bytes_max: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    One file, and how far the source is read once it is kept.

    With a `problem` it has no content: something is there that will never be taken, and people should know.
    """

    name: str
    content: bytes
    state_after: Mapping[str, Any]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a connector must be told. Wording may be lazy: it is made text by whoever shows it."""

    name: str
    label: Wording
    kind: SettingKind = SettingKind.TEXT
    help: Wording = ""
    is_required: bool = True
    default: str = ""
    choices: tuple[tuple[str, Wording], ...] = ()
    length_max: int = 300


class Connector(Protocol):
    """One way for files to come in by themselves. It holds nothing between calls."""

    @property
    def code(self) -> str:
        """Return the name by which sources know it."""
        ...

    @property
    def label(self) -> Wording:
        """Say what it is, for people."""
        ...

    @property
    def settings(self) -> tuple[Setting, ...]:
        """List what it must be told."""
        ...

    @property
    def secret(self) -> SecretUse:
        """Say whether it needs a password or key."""
        ...

    def refuse_settings(self, *, settings: Mapping[str, str]) -> None:
        """
        Look at settings without reaching for anything.

        Raises: UnableToFetch.
        """
        ...

    def check(self, *, errand: Errand) -> str:
        """
        Reach the source, take nothing, and say what is there.

        Raises: UnableToFetch.
        """
        ...

    def fetch(self, *, errand: Errand) -> Iterator[Delivery]:
        """
        Yield what is new since the state, oldest first. The next file is only asked for when this one is ours.

        Raises: UnableToFetch.
        """
        ...

    def put_away(self, *, errand: Errand, delivery: Delivery, is_refused: bool) -> None:
        """
        Do at the source what is to be done with a file that is ours now; missing that does no harm.

        Raises: UnableToFetch.
        """
        ...

"""Papers to print and keep: sections of facts, tables and entries, made into a PDF."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import typst

_TEMPLATE = Path(__file__).parent / "papers" / "sections.typ"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: a headline, a line of facts and words."""

    head: str
    facts: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper; without facts, rows and entries `empty` is said."""

    title: str
    note: str = ""
    facts: Sequence[tuple[str, str]] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    # Columns of numbers, from 0.
    numbers: Sequence[int] = ()
    entries: Sequence[Entry] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper; `page_of` is written between the number of the page and that of all, `language` is a code."""

    title: str
    subtitle: str
    language: str
    page_word: str
    of_word: str
    foot: str
    to: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    sections: Sequence[Section] = field(default_factory=tuple)


def pdf_of(*, paper: Paper, at: datetime) -> bytes:
    """Set a paper as PDF; words are data there, never markup. `at` is the moment that the file names."""
    content: bytes = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"paper": json.dumps(asdict(paper), ensure_ascii=False)},
        ignore_system_fonts=True,
        timestamp=int(at.timestamp()),
    )
    return content

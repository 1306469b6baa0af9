"""Reads the rules of texts: the categories, and what each language looks for."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from puntual.compliance.texts.lexicon import Lexicon
from puntual.compliance.texts.patterns import Compiler, MalformedPattern, Pattern
from puntual.compliance.texts.signs import signs
from puntual.compliance.texts.types import Category, Severity

_DATA = Path(__file__).parent / "data"
LANGUAGES = ("es", "pt", "en")
_KEYS = {"find", "except", "yields_to", "yields_everywhere_to"}


@dataclass(frozen=True, slots=True)
class Search:
    """What one language looks for under one category, and what is innocent all the same."""

    category: Category
    find: tuple[Pattern, ...]
    innocent: tuple[Pattern, ...]
    # Where one of these is found in the same words, it says more.
    yields_to: frozenset[str]
    # Where one of these is found anywhere in the text, it is the same matter told more gravely.
    yields_everywhere_to: frozenset[str]


@dataclass(frozen=True, slots=True)
class Language:
    """All that is looked for in a language, and the words that tell the language."""

    searches: tuple[Search, ...]
    lexicon: Lexicon
    marks: frozenset[str]


def read_data(name: str) -> dict[str, Any]:
    """Read one of our files of rules."""
    found = yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise MalformedPattern(name)
    return found


def _plain(text: str) -> str:
    return "".join(one.char for one in signs(text))


@cache
def categories() -> dict[str, Category]:
    """
    Read the categories in their order.

    Raises: KeyError, TypeError or ValueError when the file is malformed.
    """
    return {
        key: Category(
            id=key,
            name=one["name"],
            severity=Severity(one["severity"]),
            rule=one["rule"],
            source=one["source"],
            instead=one["instead"],
            countries=frozenset(one.get("countries", ())),
        )
        for key, one in read_data("categories.yaml").items()
    }


@cache
def language(*, code: str) -> Language:
    """
    Read and compile the rules of a language.

    Raises: MalformedPattern, KeyError or TypeError when the file is malformed.
    """
    raw = read_data(f"{code}.yaml")
    compiler = Compiler({name: [_plain(one) for one in found] for name, found in raw["concepts"].items()})
    everywhere = tuple(compiler.pattern(_plain(text)) for text in raw.get("innocent", ()))
    searches = []
    for key, one in raw["categories"].items():
        if key not in categories() or not set(one) <= _KEYS:
            raise MalformedPattern(f"{code}: {key}")
        searches.append(
            Search(
                category=categories()[key],
                find=tuple(compiler.pattern(_plain(text)) for text in one["find"]),
                innocent=everywhere + tuple(compiler.pattern(_plain(text)) for text in one.get("except", ())),
                yields_to=frozenset(one.get("yields_to", ())),
                yields_everywhere_to=frozenset(one.get("yields_everywhere_to", ())),
            )
        )
    order = list(categories())
    spared = (_DATA / f"spared.{code}.txt").read_text(encoding="utf-8").split()
    return Language(
        searches=tuple(sorted(searches, key=lambda one: order.index(one.category.id))),
        lexicon=Lexicon(
            known=compiler.words.known,
            stems=compiler.words.stems,
            guarded=_plain(raw["guarded"]).split(),
            spared=spared,
            small=_plain(raw["small"]).split(),
        ),
        marks=frozenset(_plain(raw["marks"]).split()),
    )

"""How headers and values are folded, and the vocabulary they are compared with."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from puntual.intake.types import Field

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_DATA = Path(__file__).resolve().parents[1] / "data" / "columns.toml"


@dataclass(frozen=True)
class Vocabulary:
    """The words of `data/columns.toml`, folded."""

    same: dict[str, str]
    skip: frozenset[str]
    other: frozenset[str]
    generic: frozenset[str]
    phrases: dict[frozenset[str], tuple[Field, ...]]
    status: frozenset[str]
    values: dict[str, dict[str, str]]
    # Words that tell a code from within a longer value.
    within: dict[str, dict[str, str]]


def fold(text: str) -> str:
    """Write text in small letters without accents or punctuation, words parted by one space; R.F.C. is rfc."""
    whole = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", text)
    split = _CAMEL.sub(" ", whole)
    plain = unicodedata.normalize("NFKD", split)
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return _BETWEEN_WORDS.sub(" ", letters.lower()).strip()


def _tokens(text: str, same: dict[str, str], skip: frozenset[str]) -> frozenset[str]:
    words = (same.get(word, word) for word in fold(text).split())
    return frozenset(word for word in words if word not in skip)


@cache
def vocabulary() -> Vocabulary:
    """Read the vocabulary, once."""
    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    same: dict[str, str] = data["same"]
    skip = frozenset(data["skip"]["words"])
    phrases: dict[frozenset[str], tuple[Field, ...]] = {}
    for name, texts in data["fields"].items():
        for text in texts:
            phrases.setdefault(_tokens(text, same, skip), (Field(name),))
    for text, names in data["ambiguous"].items():
        phrases[_tokens(text, same, skip)] = tuple(Field(name) for name in names)
    values = {
        group: {fold(word): code for code, words in codes.items() for word in words}
        for group, codes in data["values"].items()
    }
    within = {
        group: {fold(word): code for code, words in codes.items() for word in words}
        for group, codes in data["within"].items()
    }
    return Vocabulary(
        within=within,
        same=same,
        skip=skip,
        other=frozenset(data["other"]["words"]),
        generic=frozenset(data["generic"]["words"]),
        phrases=phrases,
        status=frozenset(data["status"]["words"]),
        values=values,
    )


def header_tokens(header: str) -> frozenset[str]:
    """Fold a header to the set of its words in the vocabulary's own words."""
    words = vocabulary()
    return _tokens(header, words.same, words.skip)


@lru_cache(maxsize=10_000)
def value_code(group: str, text: str) -> str | None:
    """Find the code that a value of the file stands for ("Persona Física" is PERSON), or None."""
    known = vocabulary()
    folded = fold(text)
    whole = known.values[group].get(folded)
    if whole is not None or group not in known.within:
        return whole
    found = {code for word in folded.split() if (code := known.within[group].get(word))}
    return found.pop() if len(found) == 1 else None

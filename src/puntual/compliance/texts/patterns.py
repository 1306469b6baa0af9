"""
The small language in which rules say what they look for, and its matcher.

A pattern is words in order. `word` is that word, `word*` one that begins so, `(one|another way)` any of them,
`<concept>` a named list of patterns, `word?` perhaps, `_` any word, `%` a word with a digit, `?` a question mark,
`!word` not before that word, `=(word)` only before it, `..` at most four words of any kind, `..7` at most seven, `...`
all words to the end of the sentence, `^` its beginning; `A & B` both, in any order, within twelve words. Nothing
reaches beyond the end of a sentence. Words are compared by sound.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from puntual.compliance.texts.signs import STOP, sound

_GAP = 4
_NEAR = 12
_CONCEPT = re.compile(r"<([a-z_]+)>")


class MalformedPattern(ValueError):
    """A pattern cannot be read."""


@dataclass(slots=True)
class Words:
    """Words that patterns name: whole ones and beginnings."""

    known: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: parts that must all be found near each other."""

    parts: tuple[re.Pattern[str], ...]

    def spans(self, line: "Line") -> list[tuple[int, int]]:
        """Return where the pattern is true, as (first word, word after the last)."""
        found = [line.found(part) for part in self.parts]
        if not all(found):
            return []
        if len(found) == 1:
            return found[0]
        near = []
        for first in found[0]:
            whole = first
            for others in found[1:]:
                at = min(others, key=lambda one: max(one[1], whole[1]) - min(one[0], whole[0]))
                whole = (min(whole[0], at[0]), max(whole[1], at[1]))
            if whole[1] - whole[0] <= _NEAR and not line.has_stop(whole):
                near.append(whole)
        return near


class Line:
    """The words of a text in a row, as patterns read them."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._text = " " + "".join(f"{one} " for one in words)
        self._starts = [at for at, char in enumerate(self._text) if char == " "]

    def found(self, part: re.Pattern[str]) -> list[tuple[int, int]]:
        """Return where a part of a pattern stands, in words."""
        return [
            (self._word_at(found.start()), self._word_at(found.end()))
            for found in part.finditer(self._text)
            if found.end() > found.start()
        ]

    def _word_at(self, place: int) -> int:
        # A place follows the blank before its word.
        return bisect_right(self._starts, place - 1) - 1

    def has_stop(self, span: tuple[int, int]) -> bool:
        """Say whether a sentence ends within a span."""
        return STOP in self._words[span[0] : span[1]]

    def without(self, spans: Iterable[tuple[int, int]]) -> "Line":
        """Return the line with some of its words hidden; the others keep their places."""
        words = list(self._words)
        for begin, end in spans:
            words[begin:end] = ["~"] * (end - begin)
        return Line(words)


class Compiler:
    """Reads the patterns of one language."""

    def __init__(self, concepts: Mapping[str, Sequence[str]]) -> None:
        self._concepts = concepts
        self._open: list[str] = []
        self._done: dict[str, str] = {}
        self.words = Words()

    def pattern(self, text: str) -> Pattern:
        """
        Compile one pattern.

        Raises: MalformedPattern.
        """
        parts = [self._sequence(part.strip()) for part in text.split(" & ")]
        return Pattern(tuple(re.compile("(?<= )" + part) for part in parts))

    def _sequence(self, text: str) -> str:
        if not text:
            raise MalformedPattern("a pattern has words")
        return "".join(self._piece(one) for one in _cut(text, at=" ") if one)

    def _piece(self, text: str) -> str:
        if text == "?":
            return r"\? "
        if text.startswith("!") and len(text) > 1:
            return f"(?!{self._piece(text[1:])})"
        if text.startswith("=") and len(text) > 1:
            return f"(?={self._piece(text[1:])})"
        if text == "^":
            return r"(?:(?<=\A )|(?<=\| ))"
        if text == "...":
            return "(?:[^| ]+ )*"
        if text.startswith(".."):
            most = int(text[2:] or _GAP)
            return f"(?:[^| ]+ ){{0,{most}}}?"
        if text.endswith("?"):
            return f"(?:{self._piece(text[:-1])})?"
        if text.startswith("(") and text.endswith(")"):
            return "(?:" + "|".join(self._sequence(one.strip()) for one in _cut(text[1:-1], at="|")) + ")"
        concept = _CONCEPT.fullmatch(text)
        return self._concept(concept[1]) if concept else self._word(text)

    def _concept(self, name: str) -> str:
        if name in self._open or name not in self._concepts:
            raise MalformedPattern(f"there is no concept <{name}>, or it names itself")
        if name not in self._done:
            self._open.append(name)
            self._done[name] = "(?:" + "|".join(self._sequence(one) for one in self._concepts[name]) + ")"
            self._open.pop()
        return self._done[name]

    def _word(self, text: str) -> str:
        if text == "_":
            return r"[^| ]+ "
        if text == "%":
            return r"[^| ]*\d[^| ]* "
        if text.endswith("*") and len(text) > 2:
            # Before an e or i the last letter of a stem may sound otherwise.
            heard = {sound(text[:-1]), sound(text[:-1] + "e")[:-1] if text[-2] in "cgq" else sound(text[:-1])}
            self.words.stems |= heard
            return "(?:" + "|".join(map(re.escape, sorted(heard))) + r")[^| ]* "
        if not text.isalnum():
            raise MalformedPattern(text)
        self.words.known.add(sound(text))
        return re.escape(sound(text)) + " "


def _cut(text: str, *, at: str) -> list[str]:
    """Cut a pattern at a sign, but not inside of brackets."""
    pieces, depth = [""], 0
    for char in text:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == at and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += char
    if depth:
        raise MalformedPattern(text)
    return pieces


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that overlap."""
    done: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if done and begin < done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], end))
        else:
            done.append((begin, end))
    return done

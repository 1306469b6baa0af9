"""
Which word is meant by what is written?

A word that the rules know, by sound, stays. One that is a slip of the pen away from a word that is worth guarding
(left out, put in, swapped or changed letter; stars and digits for letters) is read as that word, unless it is a word
of its own: «cancelar» is no «carcelar».
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import OSA

from puntual.compliance.texts.signs import STARS, STOP, Word, readings, sound

_SLIP_LENGTH_MIN = 6
_JOINED_LENGTH_MIN = 6
_STARRED_LETTERS_MIN = 3
_STARS_MAX = 3
_STAR = re.compile("[" + re.escape(STARS) + "]")


class Lexicon:
    """The words of one language that the rules know, and those that only look like them."""

    def __init__(
        self,
        *,
        known: Iterable[str],
        stems: Iterable[str],
        guarded: Iterable[str],
        spared: Iterable[str],
        small: Iterable[str],
    ) -> None:
        self._known = {sound(one) for one in known}
        self._stems = tuple(sorted({sound(one) for one in stems}))
        self._guarded = tuple(sorted({sound(one) for one in guarded}, key=lambda one: (-len(one), one)))
        self._spared = {sound(one) for one in spared}
        self._small = {sound(one) for one in small}
        self._meant = lru_cache(maxsize=65536)(self._find)

    def read(self, found: Iterable[Word]) -> list[Word]:
        """Return the words as they are meant, by sound, each with its place."""
        done: list[Word] = []
        for one in found:
            if one.text == STOP:
                done.append(one)
                continue
            previous = done[-1] if done else None
            whole = self._whole(previous, one)
            if whole and previous:
                done[-1] = Word(whole, previous.start, one.end)
                continue
            done.append(Word(self._meant(one.text, one.is_spaced), one.start, one.end))
        return done

    def _whole(self, first: Word | None, second: Word) -> str:
        """Return the guarded word that two pieces side by side make, or nothing."""
        if first is None or second.start - first.end > 1 or first.text == STOP:
            return ""
        heard = sound(second.text)
        if {first.text, heard} & (self._small | self._spared):
            return ""
        whole = sound(first.text + second.text)
        # Where a sound is lost between them, they are two words: suba hasta.
        if not _JOINED_LENGTH_MIN <= len(whole) == len(first.text) + len(heard):
            return ""
        return next(
            (whole for one in self._guarded if len(one) > len(first.text) and whole.startswith(one)), ""
        )

    def _is_own(self, heard: str) -> bool:
        return heard in self._small or heard in self._known or heard in self._spared

    def _find(self, written: str, is_spaced: bool) -> str:
        plain = sound(written)
        is_plain = written.isalpha()
        if is_plain and (self._is_own(plain) or plain.startswith(self._stems)):
            return plain
        for reading in readings(written):
            heard = self._under_stars(reading) if _STAR.search(reading) else sound(reading)
            if heard and (heard in self._known or heard.startswith(self._stems)):
                return heard
        # Letters that stand apart are doubtful enough.
        for reading in () if is_spaced else readings(written):
            meant = self._slip(sound(reading)) if not _STAR.search(reading) else ""
            if meant:
                return meant
        if is_spaced:
            return next((one for one in self._guarded if len(one) > 3 and one in plain), plain)
        return plain

    def _under_stars(self, written: str) -> str:
        """Return the known word that a starred one hides, or nothing; each star stands for one letter."""
        stars = [at for at, char in enumerate(written) if char in STARS]
        letters = len(written) - len(stars)
        if letters < _STARRED_LETTERS_MIN or len(stars) > _STARS_MAX:
            return ""
        read = []
        for vowels in product("aeiou", repeat=len(stars)):
            given = iter(vowels)
            read.append(sound("".join(next(given) if char in STARS else char for char in written)))
        # A star stands for a letter that somebody would rather not write.
        for one in read:
            if one.startswith(self._guarded):
                return one
        for one in read:
            if one in self._known:
                return one
        heard = sound(written)
        for one in self._guarded:
            head = heard[: len(one)]
            if len(head) == len(one) and all(a == b or a in STARS for a, b in zip(head, one, strict=True)):
                return one + "".join(char for char in heard[len(one) :] if char not in STARS)
        return ""

    def _slip(self, heard: str) -> str:
        """Return the guarded word that lies one slip away, with the ending that was written."""
        if len(heard) < _SLIP_LENGTH_MIN - 1 or heard in self._spared or heard.isdigit():
            return ""
        for one in self._guarded:
            if len(one) < _SLIP_LENGTH_MIN or heard[0] != one[0]:
                continue
            for length in (len(one), len(one) - 1, len(one) + 1):
                if length <= len(heard) and OSA.distance(heard[:length], one, score_cutoff=1) <= 1:
                    return one + heard[length:]
        return ""

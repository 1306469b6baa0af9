"""How a name is read, and how alike two names are."""

import re
from collections.abc import Sequence
from functools import lru_cache
from sys import intern

from rapidfuzz.distance import OSA

from puntual.duplicates.rules import words
from puntual.duplicates.types import NameParts
from puntual.lib.text import folded

_SPLIT = re.compile(r"[^a-z0-9]+")
_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu(?=[ei])"), "k"),
    (re.compile(r"gu(?=[ei])"), "g"),
    (re.compile(r"c(?=[ei])"), "s"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"ck"), "k"),
    (re.compile(r"ch"), "4"),
    (re.compile(r"[cq]"), "k"),
    (re.compile(r"h"), ""),
    (re.compile(r"ll"), "y"),
    (re.compile(r"y"), "i"),
    (re.compile(r"[zx]"), "s"),
    (re.compile(r"v"), "b"),
    (re.compile(r"w"), "u"),
    (re.compile(r"n(?=[bp])"), "m"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_VOWELS = str.maketrans("", "", "aeiou")
_PREFIX_LETTERS_MIN, _PREFIX_LETTERS_LEFT_MIN = 4, 4
_TYPO_LETTERS_MIN, _SECOND_TYPO_LETTERS_MIN = 5, 10
_WEAK_COST, _NUMBER_ON_ONE_SIDE_MAX = 10, 70
_PART_MAX, _OTHER_MAX = 80, 60
_ACTIVITY_WEIGHT = 3.0
_SAME_SOUND, _PREFIX_LIKENESS, _INITIAL_LIKENESS, _TYPO_STEP = 0.97, 0.8, 0.7, 1.5


def _words_of(name: str) -> list[str]:
    """Split a name into words; letters that stand alone in a row are one word: "S. A. de C. V." is "sa de cv"."""
    raw = [word for word in _SPLIT.split(folded(name).replace("'", "").replace("’", "")) if word]
    found: list[str] = []
    letters = ""
    for place, word in enumerate(raw):
        # "López y Asociados", but "E. I. R. L.".
        is_bridge = (
            word in ("y", "e") and not letters and place > 0 and len((raw[place + 1 :] or [word])[0]) > 1
        )
        if len(word) == 1 and word.isalpha() and not is_bridge:
            letters += word
            continue
        if letters:
            found.append(letters)
            letters = ""
        found.append(word)
    return [*found, letters] if letters else found


def _without_legal_form(found: list[str]) -> tuple[list[str], str]:
    """Take legal forms and conditions off the end, but never the whole name."""
    form = ""
    while True:
        for length in range(min(words.LEGAL_FORM_WORDS_MAX, len(found) - 1), 0, -1):
            tail = tuple(found[-length:])
            if tail in words.CONDITIONS:
                found = found[:-length]
                break
            if tail in words.LEGAL_FORMS:
                # The first that was written says what the firm is: "SA de CV SOFOM ENR".
                form = words.LEGAL_FORMS[tail]
                found = found[:-length]
                break
        else:
            return found, form


def parts_of(*, name: str, is_person: bool) -> NameParts:
    """Take a name apart. Two names of one firm, written by two hands, come out alike."""
    found = _words_of(name)
    form = ""
    if is_person:
        found = [word for word in found if word not in words.TITLES] or found
    else:
        found, form = _without_legal_form(found)
    core: list[str] = []
    weak: list[str] = []
    numbers: list[str] = []
    for place, word in enumerate(found):
        full = intern(words.ABBREVIATIONS.get(word, word))
        # "Banco A" is not "Banco B"; inside a name "a" and "y" only join words.
        is_letter_of_its_own = len(full) == 1 and place == len(found) - 1
        if full in words.CONNECTIVES and not is_letter_of_its_own:
            continue
        if full.isdigit():
            numbers.append(full.lstrip("0") or "0")
        elif not is_person and (full in words.NUMERALS or len(full) == 1):
            numbers.append(full)
        elif not is_person and full in words.WEAK:
            weak.append(full)
        else:
            core.append(full)
    if not core:
        # A name of nothing but such words is still a name.
        core, weak = weak or found, []
    return NameParts(core=tuple(core), weak=frozenset(weak), numbers=tuple(sorted(numbers)), legal_form=form)


@lru_cache(maxsize=65_536)
def sound_of(word: str) -> str:
    """Write a word as it sounds in Spanish, so that spellings of one sound are equal."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


def bones_of(word: str) -> str:
    """Write the sound of a word without its vowels."""
    sound = sound_of(word)
    return sound[:1] + sound[1:].translate(_VOWELS)


def _likeness(first: str, second: str, *, is_person: bool) -> float:
    """Say how alike two words are, 0 to 1; 0 means two different words."""
    if first == second:
        return 1.0
    if first in words.EXACT or second in words.EXACT or not (first.isalpha() and second.isalpha()):
        return 0.0
    short, long = sorted((first, second), key=len)
    if is_person and len(short) == 1:
        return _INITIAL_LIKENESS if long.startswith(short) else 0.0
    if len(short) > 3 and sound_of(first) == sound_of(second):
        return _SAME_SOUND
    if len(short) >= _TYPO_LETTERS_MIN:
        most = 2 if len(short) >= _SECOND_TYPO_LETTERS_MIN else 1
        distance = OSA.distance(first, second, score_cutoff=most)
        if distance <= most:
            return 1.0 - _TYPO_STEP * distance / len(long)
    if (
        not is_person
        and len(short) >= _PREFIX_LETTERS_MIN
        and len(long) - len(short) >= _PREFIX_LETTERS_LEFT_MIN
        and long.startswith(short)
    ):
        return _PREFIX_LIKENESS
    return 0.0


def _weight(word: str) -> float:
    return _ACTIVITY_WEIGHT if word in words.ACTIVITIES else float(max(len(word), 2))


def _core_score(first: Sequence[str], second: Sequence[str], *, is_person: bool) -> float:
    """Pair the words of two names, the most alike first, and weigh what is left over."""
    left, right = list(first), list(second)
    total = (sum(map(_weight, left)) + sum(map(_weight, right))) / 2
    gained = 0.0
    for word in first:
        if word in right:
            left.remove(word)
            right.remove(word)
            gained += _weight(word)
    options = sorted(
        (
            (likeness, one, other)
            for one in left
            for other in right
            if (likeness := _likeness(one, other, is_person=is_person)) > 0
        ),
        reverse=True,
    )
    for likeness, one, other in options:
        if one in left and other in right:
            left.remove(one)
            right.remove(other)
            gained += likeness * (_weight(one) + _weight(other)) / 2
    score = 100 * gained / total if total else 0.0
    if left and right:
        return min(score, _OTHER_MAX)
    return min(score, _PART_MAX) if left or right else score


def name_score(*, first: NameParts, second: NameParts, is_person: bool) -> int:
    """
    Say how alike two names are: 100 is the same name, 80 at most where one has a word more.

    The order of the words, accents, points, legal forms and usual abbreviations make no difference; numbers
    and sides of the compass must be equal.
    """
    if first.numbers != second.numbers and first.numbers and second.numbers:
        return 0
    if first.glued == second.glued or sorted(first.core) == sorted(second.core):
        score = 100.0
    else:
        score = _core_score(first.core, second.core, is_person=is_person)
    if first.numbers != second.numbers:
        score = min(score, _NUMBER_ON_ONE_SIDE_MAX)
    apart = first.weak ^ second.weak
    if first.weak - second.weak and second.weak - first.weak:
        score -= _WEAK_COST * len(apart)
    elif apart:
        score -= _WEAK_COST
    return max(0, round(score))

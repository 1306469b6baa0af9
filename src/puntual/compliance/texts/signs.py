"""
What a reader sees in a text, whatever signs it is written with.

Accents, capitals, invisible signs and letters of other alphabets that look like ours are put away; every word that is
left knows where it stands in the text. Sounds that are spelled one for the other (b and v, s, c and z) are one.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

# Letters of other alphabets, each with the Latin one that a reader takes it for.
_LOOKS_LIKE = str.maketrans(
    "авеёкмнорстухіѕјԁһӏԛԝьгпαβεηικνορτυχωγσςμøłđħıɑɡꜱɪɴʀʟ",
    "abeekmhopctyxisjdhlqwbrnabenikvoptuxwyocuoldhiagsinrl",
)
_SENTENCE_ENDS = frozenset(".!?;…¿¡\n\r\u2028\u2029")
# A full stop after one of these does not end a sentence.
_ABBREVIATIONS = frozenset(
    re.findall(
        r"\w+",
        "no num nro exp fol folio art lic sr sra srta dr dra ing av col tel ext cta ref ud uds vs dpto inc mz lt",
    )
)
# What stands for a hidden letter inside a word.
STARS = "*#_•·×"
_INSIDE = frozenset(STARS + "@$!€|")
_LEET = str.maketrans("013457@$!€|", "oieasTasiei".lower())
STOP = "|"
# The end of a paragraph, which nothing reaches across; later it is a STOP like others.
_PARAGRAPH = "\n"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign as it is read, and its place in the text."""

    char: str
    at: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is read, and where it stands in the text; the end of a sentence is the word `|`."""

    text: str
    start: int
    end: int
    # Its letters stood apart: what was before or after them may have slipped in.
    is_spaced: bool = False


def signs(text: str) -> list[Sign]:
    """Read a text sign by sign: small, without accents, look-alikes as Latin, nothing that has no shape."""
    found = []
    for at, raw in enumerate(text):
        if raw.isascii():
            found.append(Sign(raw.lower() if raw.isprintable() or raw in "\n\r" else " ", at))
            continue
        for char in unicodedata.normalize("NFKD", raw).casefold():
            kind = unicodedata.category(char)
            if kind[0] == "M" or kind in {"Cf", "Cs", "Co", "Cn"}:
                continue
            found.append(Sign(" " if kind == "Cc" else char.translate(_LOOKS_LIKE), at))
    return found


def words(text: str) -> list[Word]:
    """Cut a text into words and ends of sentences; what is spaced or dotted letter by letter is one word again."""
    whole = _joined(_cut(signs(text)))
    return [replace(one, text=STOP) if one.text == _PARAGRAPH else one for one in whole if one.text != "."]


def _cut(found: list[Sign]) -> Iterator[Word]:
    at = 0
    while at < len(found):
        char, place = found[at].char, found[at].at
        if char.isalnum() or (char in "@$" and at + 1 < len(found) and found[at + 1].char.isalpha()):
            end = _end_of_word(found, at)
            yield Word("".join(one.char for one in found[at:end]), place, found[end - 1].at + 1)
            at = end
            continue
        if char in _SENTENCE_ENDS:
            if char == "?":
                yield Word("?", place, place + 1)
            stop = _PARAGRAPH if char in "\n\r" else STOP
            yield Word(stop if _ends_sentence(found, at) else ".", place, place + 1)
        at += 1


def _end_of_word(found: list[Sign], at: int) -> int:
    """Find the end of a word: signs that stand for letters count where letters stand on both sides."""
    end = at + 1
    while end < len(found):
        ahead = end
        while ahead < len(found) and ahead - end < 4 and found[ahead].char in _INSIDE:
            ahead += 1
        if ahead == len(found) or not found[ahead].char.isalnum():
            break
        if ahead > end and not found[ahead].char.isalpha():
            break
        end = ahead + 1
    return end


def _ends_sentence(found: list[Sign], at: int) -> bool:
    char = found[at].char
    after = found[at + 1].char if at + 1 < len(found) else " "
    if char in "\n\r":
        # A line that only wraps goes on; an empty one ends the sentence.
        return after in "\n\r"
    if char != ".":
        return True
    if not after.isspace():
        return False
    begin = at
    while begin > 0 and found[begin - 1].char.isalnum():
        begin -= 1
    return "".join(one.char for one in found[begin:at]) not in _ABBREVIATIONS


def _joined(found: Iterator[Word]) -> list[Word]:
    """Put four or more letters that stand alone in a row back together: c a r c e l, p.e.n.d.e.j.o."""
    done: list[Word] = []
    run: list[Word] = []
    for one in [*found, Word("", 0, 0)]:
        if len(one.text) == 1 and (one.text.isalnum() or (run and one.text in {".", STOP})):
            run.append(one)
            continue
        tail: list[Word] = []
        while run and not run[-1].text.isalnum():
            tail.insert(0, run.pop())
        letters = [each for each in run if each.text.isalnum()]
        if len(letters) >= 4 and sum(each.text.isalpha() for each in letters) >= 3:
            whole = "".join(each.text for each in letters)
            run = [Word(whole, letters[0].start, letters[-1].end, is_spaced=True)]
        done += [*run, *tail, one] if one.text else [*run, *tail]
        run = []
    return done


_SOUNDS = (
    (re.compile(r"ch"), "ç"),
    (re.compile(r"h"), ""),
    (re.compile(r"qu(?=[ei])|q"), "k"),
    (re.compile(r"gu(?=[ei])"), "ğ"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"ğ"), "g"),
    (re.compile(r"c(?=[ei])"), "s"),
    (re.compile(r"[cğ]"), "k"),
    (re.compile(r"z"), "s"),
    (re.compile(r"v"), "b"),
    (re.compile(r"ll"), "y"),
    (re.compile(r"n(?=[bp])"), "m"),
)
_DRAWN = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"([^r])\1")
_PAIRS = re.compile(r"(.)\1+")


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """Write a word by its sound, so that usual slips of spelling make no difference."""
    if any(char.isdigit() for char in word):
        return word
    word = _DRAWN.sub(r"\1", word)
    for pattern, by in _SOUNDS:
        word = pattern.sub(by, word)
    return _DOUBLED.sub(r"\1", word)


def readings(word: str) -> tuple[str, ...]:
    """Say how a word with digits, signs or doubled letters may be read, the plainest first; stars may be letters."""
    found = [word]
    if any(char.isalpha() for char in word) and any(ord(char) in _LEET for char in word):
        found += [word.translate(_LEET), word.replace("1", "l").translate(_LEET)]
    found += ["".join(char for char in one if char not in STARS) for one in tuple(found)]
    found += [_PAIRS.sub(r"\1", one) for one in tuple(found) if len(_PAIRS.findall(one)) >= 2]
    return tuple(dict.fromkeys(one for one in found if one))

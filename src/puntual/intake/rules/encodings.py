"""Which encoding a text is written in, told by what its letters look like in their words."""

import codecs
import re
from collections import Counter

from puntual.intake.rules.refusals import Unreadable

_HEAD = 64 * 1024
_PIECE = 1024 * 1024
_WEIGHED = 8 * _PIECE
_WORDS_MAX = 5_000
# Letters of Spanish and Portuguese text: what a wrong encoding hardly ever shows within a word.
_AT_HOME = frozenset("áéíóúüñÁÉÍÓÚÜÑªºçÇãõâêôàÃÕÂÊÔÀ")
# Letters of their neighbours, in names.
_NEXT_DOOR = frozenset("äëïöåèìòùîûßøæÄËÏÖÅÈÌÒÙÎÛØÆ")
# Signs that stand between words.
_SIGNS = frozenset("¿¡°€–—“”‘’«»´·$…")
_SPACES = frozenset("\u00a0")
_BOXES = frozenset("─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬░▒▓█▄▀■")
# Equal evidence is decided by this order: what Windows writes, then what DOS and Macintosh wrote.
_SINGLE_BYTE = ("cp1252", "latin-1", "cp850", "mac_roman")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
# A few odd words are a name from abroad, many are another alphabet.
_WORDS_TO_REFUSE_MIN = 30
_ALIEN_SHARE = 0.3
_IMPOSSIBLE = -(10**9)


# Names that files use for them; what a page calls Latin 1 is what Windows writes.
_DECLARED = {
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "ansi": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-15": "iso8859-15",
    "macintosh": "mac_roman",
    "cp437": "cp437",
    "ibm437": "cp437",
    "cp850": "cp850",
    "ibm850": "cp850",
    "cp860": "cp860",
    "ibm860": "cp860",
}


def find_encoding(content: bytes, *, declared: str = "") -> tuple[str, bool]:
    """
    Name the encoding of a text file, and say whether every byte of it fits.

    What a file declares is believed where its words do not read better in another encoding.

    Raises: Unreadable when it is no text, or text of an alphabet that is not ours.
    """
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", True
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", True
    head = content[:_HEAD]
    if b"\0" in head:
        return _wide_encoding(head), True
    good, bad = _weigh_utf8(content)
    name = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    if bad == 0:
        return name, True
    if good >= 4 * bad:
        return name, False
    return _single_byte_encoding(content, first=_DECLARED.get(declared, "")), True


def _wide_encoding(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    raise Unreadable("file-binary")


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE], start + _PIECE >= len(content))
    except UnicodeDecodeError:
        return False
    return True


def _weigh_utf8(content: bytes) -> tuple[int, int]:
    """Count characters beyond ASCII that are good UTF-8, and bytes that are none."""
    if _is_utf8(content):
        return 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = 0
    for start in range(0, len(content), _PIECE):
        text = decoder.decode(content[start : start + _PIECE], start + _PIECE >= len(content))
        if text.isascii():
            continue
        broken = sum(1 for char in text if "\udc80" <= char <= "\udcff")
        bad += broken
        good += sum(1 for char in text if char > "\x7f") - broken
    return good, bad


def _single_byte_encoding(content: bytes, *, first: str) -> str:
    """
    Choose among the encodings of one byte by how the words read; equal evidence is decided by the first.

    Raises: Unreadable when the words read badly in all of them.
    """
    words: Counter[bytes] = Counter()
    for found in _WORD.finditer(content[:_WEIGHED]):
        words[found[0][-40:]] += 1
        if len(words) >= _WORDS_MAX:
            break
    weights = {name: _weight(words, name) for name in dict.fromkeys((first, *_SINGLE_BYTE)) if name}
    best = max(weights, key=lambda name: weights[name])
    if len(words) >= _WORDS_TO_REFUSE_MIN and weights[best] < -_ALIEN_SHARE * words.total():
        raise Unreadable("file-encoding")
    return best


def _weight(words: Counter[bytes], encoding: str) -> int:
    total = 0
    for word, count in words.items():
        try:
            text = word.decode(encoding)
        except UnicodeDecodeError:
            return _IMPOSSIBLE
        total += count * sum(_weight_of(text, place) for place, char in enumerate(text) if char > "\x7f")
    return total


def _weight_of(text: str, place: int) -> int:
    """Weigh one letter in its word: at home there, in the case of its neighbours, or a sign amid letters."""
    char = text[place]
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    if char in _SIGNS:
        return -2 if before.isalpha() and after.isalpha() else 1
    touches = any(other.isascii() and other.isalpha() for other in (before, after))
    if char in _SPACES:
        return -1 if touches else 0
    if char in _BOXES:
        # Lines of a drawing touch each other, not letters.
        return 1 if {before, after} <= _BOXES | {""} else -2
    if char in _NEXT_DOOR:
        return -2 if _clashes(char, text[max(0, place - 2) : place], after) else 0
    if char not in _AT_HOME:
        return -1 if char.isalpha() else -2
    return -2 if _clashes(char, text[max(0, place - 2) : place], after) else 2


def _clashes(char: str, before: str, after: str) -> bool:
    """Say whether a small letter stands among capitals, or a capital behind a small letter."""
    if char.isupper():
        return before[-1:].islower() and before[-1:].isascii()
    if not char.islower() or char in "ªº":
        return False
    return after.isupper() if after else len(before) == 2 and before.isupper()

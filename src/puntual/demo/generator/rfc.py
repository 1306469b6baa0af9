"""
Mexican tax id (RFC) of persons and companies by the rules of the tax authority.

Letters of the name, date of birth or incorporation, two characters that tell namesakes apart
(homoclave) and a check digit.
"""

from datetime import date
from functools import lru_cache
from operator import mul

_PLAIN = str.maketrans("ÁÉÍÓÚÜ.,-", "AEIOUU   ")
_PARTICLES = frozenset(("DE", "LA", "LAS", "LOS", "DEL", "EL", "Y", "E", "MI", "MC", "MAC", "VON", "VAN"))
_COMPANY_PARTICLES = _PARTICLES | {"COMPAÑIA", "CIA", "SOCIEDAD", "PARA", "POR", "CON", "EN", "AL"}
_GIVEN_NAMES_TO_SKIP = frozenset(("MARIA", "JOSE", "MA", "J"))
_INCONVENIENT = frozenset(
    (
        "BUEI", "BUEY", "CACA", "CACO", "CAGA", "CAGO", "CAKA", "CAKO", "COGE", "COJA", "COJE", "COJI", "COJO",
        "CULO", "FETO", "GUEY", "JOTO", "KACA", "KACO", "KAGA", "KAGO", "KAKA", "KOGE", "KOJO", "KULO", "MAME",
        "MAMO", "MEAR", "MEAS", "MEON", "MION", "MOCO", "MULA", "PEDA", "PEDO", "PENE", "PUTA", "PUTO", "QULO",
        "RATA", "RUIN",
    )
)  # fmt: skip
_NAME_VALUES = {
    " ": "00",
    "&": "10",
    "Ñ": "40",
    **{digit: f"0{digit}" for digit in "0123456789"},
    **{letter: str(11 + i) for i, letter in enumerate("ABCDEFGHI")},
    **{letter: str(21 + i) for i, letter in enumerate("JKLMNOPQR")},
    **{letter: str(32 + i) for i, letter in enumerate("STUVWXYZ")},
}
_HOMOCLAVE = "123456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
_NAME_DIGITS = str.maketrans(_NAME_VALUES)
_DIGIT_PAIRS = {(str(a), str(b)): (a * 10 + b) * b for a in range(10) for b in range(10)}
_CHECK_VALUES = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ")}
_CHECK_WEIGHTS = range(13, 1, -1)
_CHECK_DIGITS = "0123456789A"


def person_tax_id(*, given_name: str, paternal: str, maternal: str, born: date) -> str:
    """Return the 13 characters of a person."""
    given, first, second = _plain_name(given_name), _plain_name(paternal), _plain_name(maternal)
    name = _first_name(given)
    initials = _surname_letters(first)
    if len(initials) == 2:
        letters = initials + _main_word(second)[0] + name[0]
    else:
        letters = initials + _main_word(second)[0] + name[:2]
    if letters in _INCONVENIENT:
        letters = letters[:3] + "X"
    total = _name_total(first) + _name_total(second) + _name_total(given)
    return _complete(letters + _six_digits(born), total)


def company_tax_id(*, name: str, incorporated: date) -> str:
    """Return the 12 characters of a company; the name comes without its legal form."""
    words = plain_upper(name).split()
    main = [w for w in words if w not in _COMPANY_PARTICLES] or words
    if len(main) >= 3:
        letters = main[0][0] + main[1][0] + main[2][0]
    elif len(main) == 2:
        letters = main[0][0] + main[1][:2]
    else:
        letters = main[0][:3]
    return _complete(letters.ljust(3, "X") + _six_digits(incorporated), sum(map(_name_total, words)))


def plain_upper(text: str) -> str:
    """Return the text in capitals without accents; Ñ stays, punctuation becomes spaces."""
    return text.upper().translate(_PLAIN)


def check_digit(stem: str) -> str:
    """Return the last character for an RFC without it."""
    total = sum(map(mul, map(_CHECK_VALUES.__getitem__, stem.rjust(12)), _CHECK_WEIGHTS))
    return _CHECK_DIGITS[-total % 11]


def with_wrong_check_digit(tax_id: str) -> str:
    """Return the tax id with a last digit that cannot be right."""
    right = _CHECK_DIGITS.index(tax_id[-1])
    return tax_id[:-1] + _CHECK_DIGITS[(right + 3) % 10]


# The lists of names are short, so what is worked out for a name or word is kept.

_plain_name = lru_cache(maxsize=2048)(plain_upper)


@lru_cache(maxsize=2048)
def _first_name(given: str) -> str:
    """Return the name that gives the initial: not José or María when there is another."""
    names = given.split()
    if len(names) > 1 and names[0] in _GIVEN_NAMES_TO_SKIP:
        names = [n for n in names[1:] if n not in _PARTICLES] or names[1:]
    return names[0]


@lru_cache(maxsize=2048)
def _surname_letters(surname: str) -> str:
    """Return initial and first inner vowel, or the initial alone of a surname of two letters."""
    word = _main_word(surname)
    if len(word) <= 2:
        return word[0]
    return word[0] + next((c for c in word[1:] if c in "AEIOU"), "X")


@lru_cache(maxsize=2048)
def _main_word(surname: str) -> str:
    words = surname.split()
    return next((w for w in words if w not in _PARTICLES), words[-1])


@lru_cache(maxsize=4096)
def _name_total(words: str) -> int:
    """
    Return what words add to the sum behind the homoclave.

    A space counts as two zeros and a pair that ends in zero adds nothing, so the words of a name can
    be summed apart.
    """
    digits = words.translate(_NAME_DIGITS)
    return sum(_DIGIT_PAIRS[pair] for pair in zip("0" + digits, digits, strict=False))


def _six_digits(day: date) -> str:
    return f"{day.year % 100:02d}{day.month:02d}{day.day:02d}"


def _complete(stem: str, name_total: int) -> str:
    quotient, remainder = divmod(name_total % 1000, 34)
    stem += _HOMOCLAVE[quotient] + _HOMOCLAVE[remainder]
    return stem + check_digit(stem)

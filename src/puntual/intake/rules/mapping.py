"""What the columns of a file mean: names first, then the values must agree."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from puntual.intake.rules import amounts, cells, dates, shapes, words
from puntual.intake.rules.reading import Cell
from puntual.intake.types import AMOUNT_FIELDS, DATE_FIELDS, REPEATABLE_FIELDS, Field
from puntual.lib.zones import is_time_zone

FIELDS_MIN = 2
_NAMED_MIN = 0.7
_HEADER_LENGTH_MAX = 80
_CLOSE = 0.9
_EXACT = 0.9
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_WHO_OR_WHAT = {Field.CUSTOMER_ID, Field.DOCUMENT_NUMBER}
# How many of a column's values must be what its name says.
_SHARE_MIN = dict.fromkeys(DATE_FIELDS | AMOUNT_FIELDS, 0.8) | {
    Field.EMAIL: 0.5,
    Field.PHONE: 0.5,
    Field.GUARANTOR_PHONE: 0.5,
    Field.CURRENCY: 0.8,
    Field.CUSTOMER_KIND: 0.5,
    Field.TIME_ZONE: 0.5,
    Field.DISPUTED: 0.8,
    Field.STATE: 0.5,
    Field.INSTALMENT_COUNT: 0.8,
    Field.INSTALMENTS_PAID: 0.8,
    Field.FREQUENCY: 0.5,
}
# The number of an instalment where it may as well be its amount: hardly any comes to less than a hundred.
_INSTALMENT_NUMBER = re.compile(r"^\d{1,2}(?:\.0+|\s*(?:/|de)\s*\d{1,3})?$")
_SMALL_NUMBER = re.compile(r"^\d{1,4}(?:\.0+)?(?:\s*[A-Za-z]+)?$")


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column may mean and how sure that is; `note` says why a name was not believed."""

    position: int
    field: Field | None
    confidence: float
    note: str = ""


@lru_cache(maxsize=4096)
def name_scores(header: str, *, may_be_misspelled: bool = True) -> dict[Field, float]:
    """Say what a header may mean, by its name alone."""
    vocabulary = words.vocabulary()
    tokens = words.header_tokens(header)
    if currency_in(header) and len(tokens) > 1:
        tokens = frozenset(token for token in tokens if not amounts.currency_code(token))
    if not tokens:
        return {}
    exact = vocabulary.phrases.get(tokens)
    if exact:
        return dict.fromkeys(exact, 1.0 if len(exact) == 1 else 0.9)
    if tokens & vocabulary.other:
        return {}
    scores: dict[Field, float] = {}
    written = " ".join(sorted(tokens))
    for phrase, fields in vocabulary.phrases.items():
        score = 0.0
        if len(phrase) > 1 and phrase < tokens:
            score = 0.6 + 0.3 * len(phrase) / len(tokens)
        elif may_be_misspelled and len(written) > 5:
            ratio = difflib.SequenceMatcher(a=written, b=" ".join(sorted(phrase))).ratio()
            score = 0.75 * ratio if ratio >= _CLOSE else 0.0
        for field in fields if score else ():
            scores[field] = max(scores.get(field, 0.0), score)
    return scores


def currency_in(header: str) -> str | None:
    """Find the currency that a header names ("Saldo USD"); the sign $ alone names none."""
    found = {
        code
        for token in re.split(r"[^A-Za-z$€]+|(?<=[a-z])(?=[A-Z])", header)
        if len(token) == 3 and (code := amounts.currency_code(token)) and token.upper() == code
    }
    return next(iter(found)) if len(found) == 1 else None


def _named(texts: Sequence[Cell]) -> set[Field]:
    """List the meanings that a row of headers names, misspellings left out."""
    fields: set[Field] = set()
    for cell in texts:
        if isinstance(cell, str) and 0 < len(cell) <= _HEADER_LENGTH_MAX:
            scores = name_scores(cell, may_be_misspelled=False)
            fields |= {field for field, score in scores.items() if score >= _NAMED_MIN}
    return fields


def count_named(texts: Sequence[Cell]) -> int:
    """Count the meanings that a row of headers names."""
    return len(_named(texts))


def find_header(rows: Sequence[Sequence[Cell]]) -> tuple[int, int] | None:
    """
    Find the header that names the most columns: its last row, from 0, and how many rows it has.

    None when no row names at least two columns. Two rows count as one header only where that names more.
    """
    best: tuple[int, int] | None = None
    best_count = FIELDS_MIN - 1
    for index, row in enumerate(rows):
        count = count_named(row)
        if count > best_count:
            best, best_count = (index, 1), count
        if index and is_double_header(rows[index - 1], row):
            joined = count_named(joined_header(rows[index - 1], row))
            if joined > max(best_count, count, count_named(rows[index - 1])):
                best, best_count = (index, 2), joined
    return best


def is_double_header(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Say whether two rows may be one header: words only, and groups above of which the second row names parts."""
    if not all(isinstance(cell, str) for cell in (*above, *below)):
        return False
    given = [cells.text_of(cell) for cell in below if not cells.is_blank(cell)]
    if len(given) < FIELDS_MIN or all(cells.is_blank(cell) for cell in above):
        return False
    return not any(dates.looks_like_date(text) or amounts.looks_like_amount(text) for text in given)


def joined_header(above: Sequence[Cell], below: Sequence[Cell]) -> list[str]:
    """Write a header of two rows as one: a group counts for the blank cells to its right, as merged cells do."""
    width = max(len(above), len(below))
    names: list[str] = []
    group = ""
    for position in range(width):
        upper = cells.text_of(above[position]) if position < len(above) else ""
        lower = cells.text_of(below[position]) if position < len(below) else ""
        group = upper or group
        # A name that spans both rows stands in both.
        both = f"{group} {lower}".strip() if lower and lower != group else lower or upper
        names.append(_plainer(both, lower))
    return names


def _plainer(both: str, lower: str) -> str:
    """Choose the name that says more: group and part where they are known together, else the part alone."""
    together = max(name_scores(both, may_be_misspelled=False).values(), default=0.0)
    alone = max(name_scores(lower, may_be_misspelled=False).values(), default=0.0)
    return lower if lower and together < 1.0 and alone >= together else both


def _is_code(text: str) -> bool:
    return any(char.isdigit() for char in text) and " " not in text


def _is_of(field: Field, value: Cell, is_ambiguous: bool) -> bool:
    """Say whether a value may stand in a column of that meaning."""
    text = cells.text_of(value)
    if field in DATE_FIELDS:
        return dates.looks_like_date(value)
    if is_ambiguous and field in (Field.INSTALMENT_NUMBER, Field.INSTALMENT_AMOUNT):
        is_number = bool(_INSTALMENT_NUMBER.match(text))
        return (
            is_number
            if field is Field.INSTALMENT_NUMBER
            else not is_number and amounts.looks_like_amount(value)
        )
    if field in AMOUNT_FIELDS:
        return amounts.looks_like_amount(value)
    if field is Field.EMAIL:
        return "@" in text
    if field in (Field.PHONE, Field.GUARANTOR_PHONE):
        return sum(char.isdigit() for char in text) >= 7
    if field is Field.CURRENCY:
        return amounts.currency_code(text) is not None
    if field is Field.CUSTOMER_KIND:
        return words.value_code("customer_kind", text) is not None
    if field is Field.TIME_ZONE:
        return is_time_zone(name=text)
    if field in (Field.INSTALMENT_COUNT, Field.INSTALMENTS_PAID):
        return bool(_SMALL_NUMBER.match(text))
    if field is Field.FREQUENCY:
        return words.value_code("frequency", text) is not None
    if field is Field.DISPUTED:
        return words.value_code("yes", text) is not None
    if field is Field.STATE:
        return words.fold(text) not in words.vocabulary().status
    if field is Field.CUSTOMER_ID and is_ambiguous:
        return _is_code(text)
    if field is Field.NAME:
        return bool(_LETTERS.search(text)) and not (is_ambiguous and _is_code(text))
    return True


def may_be(field: Field, value: Cell) -> bool:
    """Say whether a value may stand in a column of that meaning."""
    return _is_of(field, value, is_ambiguous=False)


def _fit_of_repeats(field: Field, given: Sequence[Cell]) -> float:
    """Weigh a number that may be a customer's or a document's: documents are listed once, customers again."""
    is_unique = len(set(given)) == len(given)
    return 1.0 if is_unique is (field is Field.DOCUMENT_NUMBER) else 0.8


def _checked(position: int, scores: dict[Field, float], values: Sequence[Cell]) -> list[Guess]:
    """Weigh what the name says with what the values are."""
    given = [value for value in values if not cells.is_blank(value)]
    guesses = []
    for field, score in scores.items():
        if not given:
            guesses.append(Guess(position, field, score * 0.8, "empty"))
            continue
        fits = sum(1 for value in given if _is_of(field, value, len(scores) > 1)) / len(given)
        if field is Field.TAX_ID:
            fits *= 0.8 + 0.2 * sum(shapes.is_tax_id(cells.text_of(value)) for value in given) / len(given)
        if set(scores) == _WHO_OR_WHAT:
            fits *= _fit_of_repeats(field, given)
        # An exact name is believed although many values are wrong: their rows say so themselves.
        enough = _SHARE_MIN.get(field, 0.0) / (2 if score >= _EXACT else 1)
        if fits < enough or (len(scores) > 1 and fits < 0.5):
            guesses.append(Guess(position, None, 0.0, "values-differ"))
        else:
            guesses.append(Guess(position, field, score * (0.5 + 0.5 * fits)))
    return guesses


def _by_shape(position: int, header: str, values: Sequence[Cell]) -> list[Guess]:
    """
    Guess what a column means whose header says nothing, by what its values are.

    "Correo del vendedor" says something: only a header without any word of its own leaves it to the values.
    """
    own = {token for token in words.header_tokens(header) if not token.isdigit()}
    if own - words.vocabulary().generic:
        return []
    found = shapes.meaning_of(values)
    if found:
        return [Guess(position, found[0], round(found[1], 2), "by-values")]
    if shapes.is_currency_column(values):
        return [Guess(position, Field.CURRENCY, 0.6, "by-values")]
    return []


def map_columns(headers: Sequence[str], samples: Sequence[Sequence[Cell]]) -> list[Guess]:
    """
    Give every column at most one meaning, and every meaning at most one column.

    E-mails and telephones may stand in several columns. Of two columns that claim one meaning the surer
    one has it, of two equally sure ones the first.
    """
    candidates: list[Guess] = []
    notes: dict[int, str] = {}
    for position, header in enumerate(headers):
        scores = name_scores(header)
        checked = _checked(position, scores, samples[position])
        for guess in checked or _by_shape(position, header, samples[position]):
            if guess.field is None:
                notes[position] = guess.note
            else:
                candidates.append(guess)
    candidates.sort(key=lambda guess: (-round(guess.confidence, 6), guess.position))
    taken: dict[int, Guess] = {}
    used: set[Field] = set()
    for guess in candidates:
        if guess.field is None or guess.position in taken:
            continue
        if guess.field in used and guess.field not in REPEATABLE_FIELDS:
            notes.setdefault(guess.position, "taken")
            continue
        taken[guess.position] = guess
        used.add(guess.field)
    return [
        taken.get(position, Guess(position, None, 0.0, notes.get(position, "")))
        for position in range(len(headers))
    ]

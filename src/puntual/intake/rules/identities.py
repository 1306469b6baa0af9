"""
The number of a movement, in a file that does not call it so.

Two payments of one customer, day and amount are two, not one that came twice, when each has a number of its own.
Without that number the second file would look as if it brought nothing new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from puntual.intake.rules import cells, words
from puntual.intake.rules.mapping import Guess
from puntual.intake.rules.reading import Cell
from puntual.intake.types import Field, FileKind

# What tells one movement from another, by kind of file; a file that has one of them needs no more.
_IDENTITIES: Mapping[FileKind, tuple[Field, ...]] = {
    FileKind.PAYMENTS: (Field.PAYMENT_REFERENCE, Field.PAYMENT_GROUP),
    FileKind.ADJUSTMENTS: (Field.DOCUMENT_NUMBER,),
    FileKind.CREDIT_NOTES: (Field.DOCUMENT_NUMBER,),
}
# A row that is alone has nobody to be told from.
_ROWS_MIN = 2
_LENGTH_MAX = 40
_CONFIDENCE = 0.6


def with_identity(
    guesses: Sequence[Guess],
    fields: Mapping[int, Field],
    kind: FileKind | None,
    *,
    samples: Sequence[Sequence[Cell]],
) -> tuple[list[Guess], dict[int, Field]]:
    """
    Give the first column of codes that never repeat the meaning of the movement's own number.

    Only in a file of movements that names none, and only to a column that nobody gave another meaning.
    """
    wanted = _IDENTITIES.get(kind) if kind is not None else None
    known = set(fields.values())
    if wanted is None or known & set(wanted):
        return list(guesses), dict(fields)
    if wanted[0] is Field.DOCUMENT_NUMBER and Field.RELATED_DOCUMENT not in known:
        # The only number is that of the document which the row is about.
        return list(guesses), dict(fields)
    for guess in guesses:
        is_free = guess.position not in fields and guess.field is None and not guess.note
        if is_free and _never_repeats(samples[guess.position]):
            named = replace(guess, field=wanted[0], confidence=_CONFIDENCE, note="by-values")
            changed = [named if one.position == guess.position else one for one in guesses]
            return changed, {**fields, guess.position: wanted[0]}
    return list(guesses), dict(fields)


def _never_repeats(values: Sequence[Cell]) -> bool:
    texts = [cells.text_of(value) for value in values if not cells.is_blank(value)]
    return len(texts) >= _ROWS_MIN and len(set(texts)) == len(texts) and all(map(_is_code, texts))


def _is_code(text: str) -> bool:
    """Say whether a text is a code: letters and digits of one piece, no amount and no day."""
    plain = words.fold(text).replace(" ", "")
    has_letter = any(one.isalpha() for one in plain)
    return (
        len(text) <= _LENGTH_MAX
        and " " not in text.strip()
        and any(one.isdigit() for one in plain)
        and (has_letter or (plain.isdigit() and len(plain) <= _LENGTH_MAX))
        and not any(sign in text for sign in "$.,:%")
    )

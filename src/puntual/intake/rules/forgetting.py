"""Which rows of a file name a person who is to be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass

from puntual.intake.rules.cells import text_of

_SIGNS = str.maketrans("áàäâéèëêíìïîóòöôúùüûñç", "aaaaeeeeiiiioooouuuunc")


@dataclass(frozen=True, slots=True)
class Traces:
    """What tells that a row is about a person: their id in its column, or a word that names them anywhere."""

    external_id: str
    words: tuple[str, ...]


def plain(text: str) -> str:
    """Write a text in small letters without accents, one space between words."""
    return " ".join(text.casefold().translate(_SIGNS).split())


def traces_of(*, external_id: str, words: Sequence[str]) -> Traces:
    """Make the traces of a person; the words must be long enough to name nobody else."""
    return Traces(external_id, tuple(sorted({plain(word) for word in words if word.strip()})))


def is_about(cells: Sequence[object], *, traces: Traces, id_position: int | None) -> bool:
    """Say whether a row names a person; without a known column of ids the id counts in every cell."""
    texts = [text_of(cell) for cell in cells]
    ids = texts if id_position is None else texts[id_position : id_position + 1]
    if traces.external_id in ids:
        return True
    whole = plain(" ".join(texts))
    return any(word in whole for word in traces.words)

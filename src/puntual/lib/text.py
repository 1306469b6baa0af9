"""Text as people search and compare it."""

import unicodedata


def is_storable(text: str) -> bool:
    """Say whether the database can hold a text: no zero byte, no half of a letter."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def folded(text: str) -> str:
    """Write a text in small letters without accents, one space between words: how searches compare."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.lower().split())

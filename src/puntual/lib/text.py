"""Text as people search and compare it."""

import unicodedata


def folded(text: str) -> str:
    """Write a text in small letters without accents, one space between words: how searches compare."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.lower().split())

"""The text check: what a message of collection may not say, and what it must."""

from puntual.compliance.texts.contents import ease, literals, mismatches, missing, untold, wanted
from puntual.compliance.texts.load import LANGUAGES, categories
from puntual.compliance.texts.verdicts import COUNTRIES, EXEMPTABLE, check

__all__ = [
    "COUNTRIES",
    "EXEMPTABLE",
    "LANGUAGES",
    "categories",
    "check",
    "ease",
    "literals",
    "mismatches",
    "missing",
    "untold",
    "wanted",
]

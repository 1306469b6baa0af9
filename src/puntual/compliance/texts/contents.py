"""
What a text must tell: who, for whom, which debt, how much and as of when, how and to whom to pay, where to complain.

Pure. A template tells a field with a placeholder, a written text with its words, or with the very names that are known.
"""

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from puntual.compliance.texts.load import read_data
from puntual.compliance.texts.signs import signs
from puntual.compliance.texts.types import (
    Ease,
    Field,
    FieldBasis,
    LedgerFacts,
    Mismatch,
    MismatchKind,
    MissingField,
    TextMoment,
)
from puntual.compliance.texts.values import AMOUNT, days_in, money_in
from puntual.contacts.types import Channel

_PLACEHOLDER = re.compile(r"\{\{?\s*([\w.]+)[^{}]*\}?\}|\{%\s*(?:for|if)\s[^%]*?([a-z_]+)\s*%\}")
_LINK = re.compile(r"https?://|\bwww\.|\{\{?\s*(?:liga|link|url|portal_url)\b")
# Behind a link in an SMS stands the rest; these it says itself.
_SHORT_TELLS = frozenset({Field.AGENCY, Field.CREDITOR, Field.CONTRACT, Field.AMOUNT, Field.OPT_OUT})
_BASIS = {"R": FieldBasis.LAW, "p": FieldBasis.POLICY}


@cache
def _data() -> dict[str, Any]:
    return read_data("contents.yaml")


def wanted(*, country: str, moment: TextMoment) -> dict[Field, tuple[FieldBasis, str]]:
    """Name what a text must tell in a country at a moment, each with its basis and rule."""
    data = _data()
    row = data["countries"].get(country) or data["countries"]["policy"]
    marks = row.get(moment.value.lower()) or row["always"]
    return {
        Field(name): (_BASIS[mark], row["rule"])
        for name, mark in zip(data["order"], marks.split(), strict=True)
        if mark in _BASIS
    }


def missing(
    *,
    text: str,
    country: str,
    moment: TextMoment,
    channel: Channel | None = None,
    known: Mapping[Field, Collection[str]] | None = None,
) -> tuple[MissingField, ...]:
    """
    Name the fields that a template or a written text does not tell.

    `known`: the very words that tell a field of this case, as the creditor's name. An SMS with a link says only the
    shortest itself.
    """
    asked = wanted(country=country, moment=moment)
    lacking = untold(text=text, fields=asked, channel=channel, known=known)
    return tuple(
        MissingField(field=field, name=_data()["names"][field.value], basis=basis, rule=rule)
        for field, (basis, rule) in asked.items()
        if field in lacking
    )


def untold(
    *,
    text: str,
    fields: Collection[Field],
    channel: Channel | None = None,
    known: Mapping[Field, Collection[str]] | None = None,
) -> frozenset[Field]:
    """Name those of some fields that a template or a written text does not tell, whoever asks for them."""
    is_short = channel is Channel.SMS and bool(_LINK.search(text))
    return frozenset(
        field
        for field in fields
        if not (is_short and field not in _SHORT_TELLS)
        and not _tells(text, field=field, known=(known or {}).get(field, ()))
    )


def _tells(text: str, *, field: Field, known: Collection[str]) -> bool:
    names = {name for found in _PLACEHOLDER.findall(text) for name in found if name}
    if names & set(_data()["placeholders"][field.value]):
        return True
    plain = _plain(text)
    if any(_plain(one) in plain for one in known if one.strip()):
        return True
    if field is Field.AMOUNT:
        return AMOUNT.search(text) is not None
    return re.search(_data()["words"][field.value], plain) is not None


def _plain(text: str) -> str:
    return " ".join("".join(one.char for one in signs(text)).split())


def mismatches(*, text: str, country: str, ledger: LedgerFacts) -> tuple[Mismatch, ...]:
    """Name the amounts and days of a written text that the ledger does not know, in the order of the text."""
    wrong = [
        Mismatch(MismatchKind.AMOUNT, start, end, text[start:end])
        for start, end, amount in money_in(text, country=country)
        if amount not in ledger.amounts
    ]
    for start, end, (year, month, day) in days_in(text, country=country):
        if not any((month, day) == (one.month, one.day) and year in (None, one.year) for one in ledger.dates):
            wrong.append(Mismatch(MismatchKind.DATE, start, end, text[start:end]))
    return tuple(sorted(wrong, key=lambda one: one.start))


def literals(*, text: str, country: str) -> tuple[Mismatch, ...]:
    """Name the amounts and days that a template says itself: none of them can be everybody's."""
    return mismatches(text=text, country=country, ledger=LedgerFacts(frozenset(), frozenset()))


_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[.!?…]+(?:\s|$)|\n\s*\n")
# A vowel after a strong one, or an accented weak one beside another, begins a syllable of its own.
_SYLLABLE = re.compile(r"[iuü]?[aeoáéóâêôãõà][iuüy]?(?![íú])|[íú]|[iuüy]+")
# (constant, per syllable of a word, per word of a sentence).
_EASE = {"es": (206.835, 62.3, 1.0), "pt": (248.835, 84.6, 1.015), "en": (206.835, 84.6, 1.015)}
# «Algo difícil» begins below.
_EASE_MIN = 55


def ease(*, text: str, channel: Channel, language: str = "es") -> Ease:
    """
    Say how long and how easy a text is for its channel.

    Spanish is measured by Szigriszt-Pazos (1993) on the INFLESZ scale of Barrio-Cantalejo (2008): 206.835 - 62.3 x
    syllables by word - words by sentence; normal from 55. Portuguese by Martins and others (1996), English by Flesch.
    """
    found = _WORD.findall(text)
    sentences = max(1, sum(1 for one in _SENTENCE.split(text) if _WORD.search(one)))
    syllables = sum(max(1, len(_SYLLABLE.findall(one.lower()))) for one in found)
    base, by_syllable, by_length = _EASE[language if language in _EASE else "es"]
    score = 100.0
    if found:
        score = base - by_syllable * syllables / len(found) - by_length * len(found) / sentences
    limits = _data()["lengths"].get(channel.value, {})
    counted = {"words": len(text.split()), "characters": len(text)}
    return Ease(
        words=counted["words"],
        characters=counted["characters"],
        score=round(min(100.0, max(0.0, score)), 1),
        is_too_long=any(counted[unit] > most for unit, most in limits.items()),
        is_hard=score < _EASE_MIN,
    )

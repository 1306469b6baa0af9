"""
Law packs as they stand on disk.

Each country has a folder of versions; the newest that holds on a day counts. What cannot be read in every word is no
pack: nobody of that country may be contacted.
"""

from datetime import date
from functools import cache
from pathlib import Path

import yaml

from puntual.compliance.rules.laws import LawPack
from puntual.compliance.types import RuleText
from puntual.compliance.types.packs import CommonFile, PackFile

_DATA = Path(__file__).parent.parent / "data"
_COMMON = "X"


class UnknownCountry(LookupError):
    """There is no law pack for a country: nobody there may be contacted."""


def law_pack(*, country: str, on: date | None = None, is_literal: bool = False) -> LawPack:
    """
    Return the law pack of a country that holds on a day; without a day the newest one.

    `is_literal`: the looser reading by the letter, which needs a recorded release.

    Raises: UnknownCountry when there is none; ValueError when it is malformed.
    """
    found = versions(country=country)
    if not found:
        raise UnknownCountry(country)
    held = [one for one in found if on is None or one.valid_from <= on]
    # Before the first version its rules count too: prudence knows no beginning.
    return _ready(held[-1] if held else found[0], _common()[-1], is_literal)


@cache
def _ready(file: PackFile, common: CommonFile, is_literal: bool) -> LawPack:
    return LawPack(file=file, common=common, is_literal=is_literal)


@cache
def versions(*, country: str) -> tuple[PackFile, ...]:
    """
    List the versions of a country's pack, the oldest first; none for a country without one.

    Raises: ValueError when one is malformed.
    """
    if not (country.isascii() and country.isalpha() and len(country) == 2):
        return ()
    found = [PackFile.model_validate(_read(path)) for path in (_DATA / country.upper()).glob("*.yaml")]
    if any(one.country != country for one in found):
        raise ValueError(f"a pack of {country} is another country's")
    return tuple(sorted(found, key=lambda one: (one.valid_from, one.version)))


@cache
def _common() -> tuple[CommonFile, ...]:
    found = [CommonFile.model_validate(_read(path)) for path in (_DATA / _COMMON).glob("*.yaml")]
    return tuple(sorted(found, key=lambda one: (one.valid_from, one.version)))


def _read(path: Path) -> object:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def pack_version(*, country: str) -> str:
    """Return the version of the law pack of a country; empty where there is none."""
    try:
        return law_pack(country=country).version
    except UnknownCountry:
        return ""


def countries() -> list[str]:
    """List the countries that have a law pack."""
    return sorted(path.name for path in _DATA.iterdir() if path.is_dir() and path.name != _COMMON)


def rule_text(*, rule_id: str, country: str) -> RuleText | None:
    """Return the wording of a rule, if the pack has it."""
    return law_pack(country=country).rules.get(rule_id)

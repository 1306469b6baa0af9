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
from puntual.compliance.types.packs import CommonFile, ContentRule, PackFile, Statement, VisitRule
from puntual.lib.days import subdivision_names
from puntual.lib.text import folded

_DATA = Path(__file__).parent.parent / "data"
_COMMON = "X"
_READY: dict[tuple[int, int, bool], LawPack] = {}


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
    return _ready(held[-1] if held else found[0], common_versions()[-1], is_literal)


def _ready(file: PackFile, common: CommonFile, is_literal: bool) -> LawPack:
    # By identity: a hash would read every rule again each time that somebody asks for the law. What is kept holds its
    # files, so that no other file takes their place.
    key = (id(file), id(common), is_literal)
    found = _READY.get(key)
    if found is None:
        found = _READY[key] = LawPack(file=file, common=common, is_literal=is_literal)
    return found


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
def common_versions() -> tuple[CommonFile, ...]:
    """List the versions of the rules of all countries, the oldest first."""
    found = [CommonFile.model_validate(_read(path)) for path in (_DATA / _COMMON).glob("*.yaml")]
    return tuple(sorted(found, key=lambda one: (one.valid_from, one.version)))


def _read(path: Path) -> object:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def countries() -> list[str]:
    """List the countries that have a law pack."""
    return sorted(path.name for path in _DATA.iterdir() if path.is_dir() and path.name != _COMMON)


def shipped_text(*, rule_id: str, country: str) -> RuleText | None:
    """Return the wording of a rule of the law, if the pack has it."""
    return law_pack(country=country).rules.get(rule_id)


@cache
def asks_for(*, statement: Statement, country: str) -> bool:
    """Say whether the law of a country ever asks messages to say something; without a pack none is sent."""
    try:
        pack = law_pack(country=country)
    except UnknownCountry:
        return False
    return any(statement in (*rule.first, *rule.later) for rule in pack.of(ContentRule))


@cache
def subdivisions_of(*, country: str, state: str) -> tuple[str, ...]:
    """
    Name the parts of a country in which somebody may live, as far as its rules tell parts apart.

    A state that nobody knows may be any of them.
    """
    try:
        parts = law_pack(country=country).subdivisions
    except UnknownCountry:
        return ()
    if not parts:
        return ()
    known = subdivision_names(country=country)
    code = known.get(folded(state), "")
    return (code,) if code else ("", *parts)


def zones_of_country(*, country: str) -> tuple[str, ...]:
    """
    Return every zone of a country, for somebody of whom no more is known; the hours of all of them are kept then.

    Mexico's are told apart by state and telephone: of whom neither is known there, nothing is known.
    """
    try:
        pack = law_pack(country=country)
    except UnknownCountry:
        return ()
    return () if pack.file.needs_place else pack.file.time_zones


def products_of_rules() -> list[str]:
    """List the products that any country's law tells apart."""
    found = {
        product
        for country in countries()
        for rule in law_pack(country=country).of(VisitRule)
        for product in rule.except_products
    }
    return sorted(found)

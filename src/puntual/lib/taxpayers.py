"""Firm or person, as a tax number and a name tell it; and tax numbers that stand for anybody."""

import re
import unicodedata
from collections.abc import Mapping

# Tax numbers that tax offices give out for "anybody", by country: they name no debtor.
GENERIC_TAX_IDS: Mapping[str, frozenset[str]] = {
    "MX": frozenset({"XAXX010101000", "XEXX010101000"}),
    "CO": frozenset({"222222222", "2222222222", "222222222222"}),
    "CL": frozenset({"666666666", "555555555"}),
    "EC": frozenset({"9999999999999"}),
    "PY": frozenset({"444444017"}),
}
_ANYBODY = frozenset[str]().union(*GENERIC_TAX_IDS.values())
_NOT_A_SIGN = re.compile(r"[^A-Z0-9&Ñ]")
# An RFC has three letters for a firm and four for a person, then a date and a homoclave.
_RFC = re.compile(r"([A-ZÑ&]{3,4})[0-9]{6}[A-Z0-9]{3}")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9&]+")
# "S. A." and "S.A." are one word, as "sa" is.
_INITIALS = re.compile(r"\b[a-z](?: [a-z])+\b")
# How the name of a firm ends; single letters in a row are one word already.
_ENDS = re.compile(
    r"\b("
    r"sa|sab|sapi|sapib|sc|ac|srl|rl|ri|sas|cv|iap|iac|abp|s en c|s en nc|enr|sofom|sofipo|"
    r"sociedad anonima|sociedad civil|asociacion civil|capital variable|responsabilidad (?:limitada|ilimitada)|"
    r"acciones simplificada|promotora de inversion|asistencia privada|beneficio publico|comandita simple|"
    r"spa|ltda|limitada|eirl|sac|saa|scrl|"
    r"llc|inc|corp|corporation|ltd|co|company|foundation|associates|systems|trust|"
    r"grupo|cia|compania|sociedad|cooperativa|hermanos|e hijos"
    r")$"
)
_BEGINS = re.compile(
    r"^(sociedad (?:anonima|civil|cooperativa|de|por|mercantil)|asociacion (?:civil|de|mexicana|nacional)|"
    r"fundacion|gobierno del?|municipio de|h ayuntamiento|ayuntamiento de|universidad|instituto|cooperativa)\b"
)


def is_firm(*, name: str, tax_id: str) -> bool | None:
    """
    Tell a firm from a person: by the form of an RFC of their own, else by the name; None when neither says.

    A tax number that stands for anybody says nothing.
    """
    number = _NOT_A_SIGN.sub("", tax_id.upper())
    found = _RFC.fullmatch(number) if number not in _ANYBODY else None
    if found:
        return len(found[1]) == 3
    words = _words(name)
    return True if _ENDS.search(words) or _BEGINS.search(words) else None


def _words(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = _BETWEEN_WORDS.sub(" ", plain).strip()
    return _INITIALS.sub(lambda letters: letters[0].replace(" ", ""), words)

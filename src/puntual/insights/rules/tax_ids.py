"""
Tax numbers of nine countries by their form and check digit.

Only what can be proven is a fault: a Colombian cédula has no check digit, so nothing is said against it. The
arithmetic is python-stdnum's; what is known of each country beyond it stands here.
"""

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from types import ModuleType

from stdnum.ar import cuit
from stdnum.br import cnpj, cpf
from stdnum.cl import rut as rut_cl
from stdnum.co import nit
from stdnum.ec import ci as ci_ec
from stdnum.ec import ruc as ruc_ec
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength, ValidationError
from stdnum.mx import rfc
from stdnum.pe import ruc as ruc_pe
from stdnum.py import ruc as ruc_py
from stdnum.uy import rut as rut_uy

from puntual.lib.taxpayers import GENERIC_TAX_IDS
from puntual.portfolio.types import CustomerKind


class TaxIdFault(StrEnum):
    """What is wrong with a tax number."""

    FORM = "form"
    LENGTH = "length"
    # A part of it cannot be: a month 13, a kind of taxpayer that does not exist.
    PART = "part"
    # The beginning is there and the last characters are not: an RFC without homoclave, a NIT without its digit.
    INCOMPLETE = "incomplete"
    CHECK_DIGIT = "check-digit"
    GENERIC = "generic"


NAMES = {
    "MX": "RFC",
    "CO": "NIT",
    "CL": "RUT",
    "PE": "RUC",
    "AR": "CUIT",
    "BR": "CNPJ o CPF",
    "EC": "RUC",
    "PY": "RUC",
    "UY": "RUT",
}
_WORDS = re.compile(r"^(rfc|nit|rut|ruc|cuit|cuil|cnpj|cpf|dni|cc|ci)[\s.:#-]+", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s.\-/_,]+")
# Prefixes that are given out and that python-stdnum does not list.
_MORE_CUIT = ("25", "26")
_MORE_RUC_PE = ("16",)
_COUNTRIES = {
    "mexico": "MX", "mx": "MX", "mex": "MX", "colombia": "CO", "co": "CO", "col": "CO", "chile": "CL", "cl": "CL",
    "chl": "CL", "peru": "PE", "pe": "PE", "per": "PE", "argentina": "AR", "ar": "AR", "arg": "AR", "brasil": "BR",
    "brazil": "BR", "br": "BR", "bra": "BR", "ecuador": "EC", "ec": "EC", "ecu": "EC", "paraguay": "PY", "py": "PY",
    "pry": "PY", "uruguay": "UY", "uy": "UY", "ury": "UY",
}  # fmt: skip


def country_named(text: str) -> str | None:
    """Return the code of a country that somebody named, or None when it is none that we can check."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _COUNTRIES.get("".join(letter for letter in plain if letter.isalpha() and letter.isascii()))


def compact(tax_id: str) -> str:
    """Write a tax number without what people put around and between its characters."""
    return _SEPARATORS.sub("", _WORDS.sub("", tax_id.strip())).upper()


def fault_of(*, tax_id: str, country: str, kind: CustomerKind) -> TaxIdFault | None:
    """Say what is wrong with a tax number, or None; nothing is said of a country that is not known here."""
    check = _CHECKS.get(country)
    if check is None:
        return None
    number = compact(tax_id)
    if number in GENERIC_TAX_IDS.get(country, ()):
        return TaxIdFault.GENERIC
    if not number or len(set(number)) == 1:
        return TaxIdFault.FORM
    # A hyphen before the last character says that it is the check digit.
    return check(number, kind, re.search(r"-\s*[0-9Kk]\s*$", tax_id) is not None)


def is_of_other_kind(*, tax_id: str, country: str, kind: CustomerKind) -> bool:
    """Say whether a tax number is plainly that of a firm on a person, or of a person on a firm."""
    number = compact(tax_id)
    if country == "MX" and len(number) in (12, 13):
        return (len(number) == 12) is (kind is CustomerKind.PERSON)
    if country == "BR" and len(number) in (11, 14):
        return (len(number) == 14) is (kind is CustomerKind.PERSON)
    if country == "PE" and len(number) == 11 and number[:2] in ("10", "20"):
        return (number[:2] == "20") is (kind is CustomerKind.PERSON)
    if country == "AR" and len(number) == 11:
        return number[:2] in ("30", "33", "34") and kind is CustomerKind.PERSON
    return False


def _by(module: ModuleType, number: str) -> TaxIdFault | None:
    try:
        module.validate(number)
    except InvalidChecksum:
        return TaxIdFault.CHECK_DIGIT
    except InvalidLength:
        return TaxIdFault.LENGTH
    except InvalidComponent:
        return TaxIdFault.PART
    except ValidationError:
        return TaxIdFault.FORM
    return None


def _mexico(number: str, kind: CustomerKind, has_hyphen: bool) -> TaxIdFault | None:
    if len(number) in (9, 10) and _by(rfc, number) is None:
        return TaxIdFault.INCOMPLETE
    if re.fullmatch(r"[A-Z&Ñ]{3}[0-9]{6}", number):
        return TaxIdFault.INCOMPLETE
    try:
        rfc.validate(number, validate_check_digits=True)
    except ValidationError:
        # The tax office has given out numbers whose homoclave breaks the rule: told apart from a wrong form.
        return _by(rfc, number) or TaxIdFault.CHECK_DIGIT
    return None


def _colombia(number: str, kind: CustomerKind, has_hyphen: bool) -> TaxIdFault | None:
    if not number.isdigit():
        return TaxIdFault.FORM
    if has_hyphen:
        return _by(nit, number)
    if kind is CustomerKind.PERSON:
        # A cédula: 6 to 10 digits without a check digit, so nothing more can be proven.
        return None if 5 <= len(number) <= 11 else TaxIdFault.LENGTH
    if len(number) == 9 and number[0] in "89" and _by(nit, number) is not None:
        return TaxIdFault.INCOMPLETE
    return _by(nit, number)


def _chile(number: str, kind: CustomerKind, has_hyphen: bool) -> TaxIdFault | None:
    return _by(rut_cl, number)


def _peru(number: str, kind: CustomerKind, has_hyphen: bool) -> TaxIdFault | None:
    if kind is CustomerKind.PERSON and len(number) == 8 and number.isdigit():
        return None
    if len(number) == 11 and number.isdigit() and number[:2] in _MORE_RUC_PE:
        return None if number.endswith(ruc_pe.calc_check_digit(number)) else TaxIdFault.CHECK_DIGIT
    return _by(ruc_pe, number)


def _argentina(number: str, kind: CustomerKind, has_hyphen: bool) -> TaxIdFault | None:
    if kind is CustomerKind.PERSON and len(number) in (7, 8) and number.isdigit():
        return None
    if len(number) == 11 and number.isdigit() and number[:2] in _MORE_CUIT:
        return None if number[-1] == cuit.calc_check_digit(number[:-1]) else TaxIdFault.CHECK_DIGIT
    return _by(cuit, number)


def _brazil(number: str, kind: CustomerKind, has_hyphen: bool) -> TaxIdFault | None:
    if len(number) == 11:
        return _by(cpf, number)
    return _by(cnpj, number)


def _ecuador(number: str, kind: CustomerKind, has_hyphen: bool) -> TaxIdFault | None:
    if len(number) == 10:
        return _by(ci_ec, number) if kind is CustomerKind.PERSON else TaxIdFault.INCOMPLETE
    return _by(ruc_ec, number)


def _paraguay(number: str, kind: CustomerKind, has_hyphen: bool) -> TaxIdFault | None:
    if kind is CustomerKind.PERSON and not has_hyphen and number.isdigit() and 5 <= len(number) <= 8:
        # May be an identity card, which has no check digit.
        return None
    return _by(ruc_py, number)


def _uruguay(number: str, kind: CustomerKind, has_hyphen: bool) -> TaxIdFault | None:
    if kind is CustomerKind.PERSON and len(number) in (7, 8) and number.isdigit():
        return None if _is_identity_card_uy(number) else TaxIdFault.CHECK_DIGIT
    return _by(rut_uy, number)


def _is_identity_card_uy(number: str) -> bool:
    """Check a cédula: weights 2, 9, 8, 7, 6, 3, 4 over seven digits, the check digit completes the ten."""
    body = number[:-1].zfill(7)
    total = sum(weight * int(digit) for weight, digit in zip((2, 9, 8, 7, 6, 3, 4), body, strict=True))
    return int(number[-1]) == -total % 10


_CHECKS: dict[str, Callable[[str, CustomerKind, bool], TaxIdFault | None]] = {
    "MX": _mexico,
    "CO": _colombia,
    "CL": _chile,
    "PE": _peru,
    "AR": _argentina,
    "BR": _brazil,
    "EC": _ecuador,
    "PY": _paraguay,
    "UY": _uruguay,
}

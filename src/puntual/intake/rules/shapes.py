"""What values are by their own shape, whatever the header says: e-mails, tax ids by check digit, currencies."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from stdnum.ar import cuit
from stdnum.br import cnpj, cpf
from stdnum.cl import rut as chilean_rut
from stdnum.co import nit
from stdnum.ec import ruc as ecuadorian_ruc
from stdnum.mx import rfc
from stdnum.pe import ruc as peruvian_ruc
from stdnum.py import ruc as paraguayan_ruc
from stdnum.uy import rut as uruguayan_rut

from puntual.intake.rules import amounts, cells
from puntual.intake.rules.reading import Cell
from puntual.intake.types import Field

_EMAIL = re.compile(r"^[^@\s;,]+@[^@\s;,]+\.[A-Za-z]{2,}$")
_CODE = re.compile(r"^[A-Z]{3}$")
_CHECKS: tuple[Callable[[str], bool], ...] = (
    rfc.is_valid,
    nit.is_valid,
    chilean_rut.is_valid,
    peruvian_ruc.is_valid,
    cuit.is_valid,
    cnpj.is_valid,
    cpf.is_valid,
    ecuadorian_ruc.is_valid,
    paraguayan_ruc.is_valid,
    uruguayan_rut.is_valid,
)
# Shapes that speak for themselves, surest first.
_SURE = 0.9
_DISTINCT_MIN = 3


@lru_cache(maxsize=10_000)
def is_tax_id(text: str) -> bool:
    """Say whether a text is a tax id of any country that we know, its check digit included."""
    return 8 <= len(text) <= 20 and any(check(text) for check in _CHECKS)


def is_email(text: str) -> bool:
    """Say whether a text has the shape of one e-mail address."""
    return bool(_EMAIL.match(text))


def meaning_of(values: Sequence[Cell]) -> tuple[Field, float] | None:
    """
    Say what a column without a telling header means, and how sure that is; None where its values may be anything.

    One country must explain the whole column: by chance one number in ten has the right check digit.
    """
    texts = [cells.text_of(value) for value in values if not cells.is_blank(value)]
    distinct = set(texts)
    if not texts:
        return None
    emails = sum(map(is_email, texts)) / len(texts)
    if emails >= _SURE:
        return Field.EMAIL, 0.75 * emails
    if len(distinct) < _DISTINCT_MIN:
        return None
    tax_ids = max(sum(map(check, distinct)) for check in _CHECKS) / len(distinct)
    if tax_ids >= _SURE and all(len(text) >= 8 for text in distinct):
        return Field.TAX_ID, 0.7 * tax_ids
    return None


def is_currency_column(values: Sequence[Cell]) -> bool:
    """Say whether every value is the ISO code of a currency."""
    texts = {cells.text_of(value) for value in values if not cells.is_blank(value)}
    return bool(texts) and all(_CODE.match(text) and amounts.currency_code(text) for text in texts)

"""Kinds of values that travel over the API, each with what to say when it is wrong."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from puntual.lib.currencies import is_currency
from puntual.lib.days import YEAR_MAX, YEAR_MIN
from puntual.lib.money import LARGEST
from puntual.lib.zones import is_time_zone

_AMOUNT = re.compile(r"[0-9]{1,16}(\.[0-9]{1,2})?")
_SIGNED_AMOUNT = re.compile(rf"-?{_AMOUNT.pattern}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _wrong(kind: str, message: str) -> PydanticCustomError:
    # Braces in a message would be read as placeholders.
    return PydanticCustomError(kind, message.replace("{", "(").replace("}", ")"))


def refused_amount(message: str) -> PydanticCustomError:
    """Return what to raise where an amount is not taken."""
    return _wrong("amount", message)


def _amount(value: Any) -> Decimal:
    amount = _read_amount(value)
    if amount <= 0:
        raise refused_amount(_("El importe debe ser mayor que cero."))
    return amount


def _signed_amount(value: Any) -> Decimal:
    amount = _read_amount(value)
    if amount == 0:
        raise refused_amount(_("El importe no puede ser cero."))
    return amount


def _read_amount(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not _SIGNED_AMOUNT.fullmatch(value):
        raise refused_amount(
            _('Escriba el importe como texto con hasta dos decimales, por ejemplo "1250.00".')
        )
    amount = Decimal(value)
    if abs(amount) > LARGEST:
        raise refused_amount(_("El importe es demasiado grande."))
    return amount


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is not None and YEAR_MIN <= found.year <= YEAR_MAX:
        return found
    if found is not None:
        raise _wrong("day", _("La fecha está fuera de rango (1990 a 2099)."))
    raise _wrong("day", _("Escriba la fecha como AAAA-MM-DD, por ejemplo 2026-11-02."))


def _plain(value: Any) -> Any:
    """Take blanks off both ends, before lengths count, and refuse signs that a database cannot keep."""
    if not isinstance(value, str):
        return value
    if any((sign < " " and sign not in "\n\t") or "\ud800" <= sign <= "\udfff" for sign in value):
        raise _wrong("text", _("El texto lleva signos que no se pueden guardar."))
    return value.strip()


def _currency(value: str) -> str:
    if not is_currency(code=value):
        raise _wrong("currency", _("Escriba la moneda con su clave ISO 4217, por ejemplo MXN."))
    return value


def _time_zone(value: str) -> str:
    if value and not is_time_zone(name=value):
        raise _wrong("time-zone", _("Escriba la zona horaria como America/Mexico_City."))
    return value


Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    WithJsonSchema({"type": "string", "pattern": _AMOUNT.pattern, "examples": ["1250.00"]}),
]
# Amounts that may be below zero.
SignedAmount = Annotated[
    Decimal,
    BeforeValidator(_signed_amount),
    WithJsonSchema({"type": "string", "pattern": _SIGNED_AMOUNT.pattern, "examples": ["1250.00"]}),
]
# Amounts that may be zero, on the way out only.
Sum = Annotated[
    Decimal,
    PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str),
    WithJsonSchema({"type": "string", "examples": ["1250.00"]}),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-02"]}),
]
Text = Annotated[str, BeforeValidator(_plain)]
Currency = Annotated[str, AfterValidator(_currency), WithJsonSchema({"type": "string", "examples": ["MXN"]})]
TimeZone = Annotated[
    str, AfterValidator(_time_zone), WithJsonSchema({"type": "string", "examples": ["America/Mexico_City"]})
]

"""Conditions in the words of people: what they ask, and what is wrong with them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from puntual.assessment.rules import catalogue
from puntual.assessment.rules.conditions import Fault
from puntual.assessment.types import (
    AllOf,
    Always,
    AnyOf,
    Comparison,
    Condition,
    FactKind,
    Not,
    Operator,
    Value,
)
from puntual.lib import formats

_FACTS: Mapping[str, str | Promise] = {
    "dias_de_atraso": gettext_lazy("días de atraso"),
    "dias_para_vencer": gettext_lazy("días para el próximo vencimiento"),
    "documentos_abiertos": gettext_lazy("documentos con saldo"),
    "documentos_vencidos": gettext_lazy("documentos vencidos"),
    "documentos_en_aclaracion": gettext_lazy("documentos en aclaración"),
    "documentos_en_pausa": gettext_lazy("documentos en pausa"),
    "saldo_total": gettext_lazy("saldo total"),
    "saldo_vencido": gettext_lazy("saldo vencido"),
    "saldo_por_vencer": gettext_lazy("saldo por vencer"),
    "saldo_1_30": gettext_lazy("saldo de 1 a 30 días"),
    "saldo_31_60": gettext_lazy("saldo de 31 a 60 días"),
    "saldo_61_90": gettext_lazy("saldo de 61 a 90 días"),
    "saldo_91_mas": gettext_lazy("saldo de más de 90 días"),
    "monedas": gettext_lazy("monedas en que debe"),
    "en_aclaracion": gettext_lazy("tiene una aclaración abierta"),
    "en_pausa": gettext_lazy("está en pausa"),
    "atraso_habitual": gettext_lazy("atraso habitual"),
    "dias_promedio_de_pago": gettext_lazy("días promedio de pago"),
    "documentos_pagados_12m": gettext_lazy("documentos pagados en 12 meses"),
    "pagados_tarde_3m": gettext_lazy("pagados tarde en 3 meses"),
    "pagados_tarde_6m": gettext_lazy("pagados tarde en 6 meses"),
    "pagados_tarde_12m": gettext_lazy("pagados tarde en 12 meses"),
    "pagos_parciales_12m": gettext_lazy("pagos parciales en 12 meses"),
    "pagos_devueltos_12m": gettext_lazy("pagos devueltos en 12 meses"),
    "dias_desde_el_ultimo_pago": gettext_lazy("días desde el último pago"),
    "antiguedad_del_cliente": gettext_lazy("antigüedad del cliente"),
    "mes_de_atraso_habitual": gettext_lazy("es un mes en que suele atrasarse"),
    "promesa_vigente": gettext_lazy("tiene una promesa vigente"),
    "promesas_cumplidas_12m": gettext_lazy("promesas cumplidas en 12 meses"),
    "promesas_incumplidas_12m": gettext_lazy("promesas incumplidas en 12 meses"),
    "dias_desde_la_promesa_incumplida": gettext_lazy("días desde la promesa incumplida"),
    "dias_desde_el_ultimo_contacto": gettext_lazy("días desde el último contacto"),
    "contactos_30d": gettext_lazy("contactos en 30 días"),
    "contactos_sin_respuesta": gettext_lazy("contactos sin respuesta"),
    "respuestas_90d": gettext_lazy("respuestas en 90 días"),
    "visitas_al_portal_90d": gettext_lazy("visitas al portal en 90 días"),
    "mensajes_rebotados_90d": gettext_lazy("mensajes rebotados en 90 días"),
    "canal_que_responde": gettext_lazy("canal por el que responde"),
    "hora_que_responde": gettext_lazy("hora a la que responde"),
    "tiene_correo": gettext_lazy("tiene correo"),
    "tiene_telefono": gettext_lazy("tiene teléfono"),
    "tipo_de_cliente": gettext_lazy("tipo de cliente"),
    "estado": gettext_lazy("estado"),
    "ciudad": gettext_lazy("ciudad"),
    "giro": gettext_lazy("giro"),
    "idioma": gettext_lazy("idioma"),
    "etiquetas": gettext_lazy("etiquetas"),
    "productos": gettext_lazy("productos"),
}
_TESTS: Mapping[Operator, str | Promise] = {
    Operator.IS: gettext_lazy("%(fact)s: %(value)s"),
    Operator.IS_NOT: gettext_lazy("%(fact)s distinto de %(value)s"),
    Operator.BELOW: gettext_lazy("%(fact)s: menos de %(value)s"),
    Operator.AT_MOST: gettext_lazy("%(fact)s: %(value)s o menos"),
    Operator.ABOVE: gettext_lazy("%(fact)s: más de %(value)s"),
    Operator.AT_LEAST: gettext_lazy("%(fact)s: %(value)s o más"),
    Operator.BETWEEN: gettext_lazy("%(fact)s: de %(value)s a %(last)s"),
    Operator.ONE_OF: gettext_lazy("%(fact)s: %(value)s"),
    Operator.NONE_OF: gettext_lazy("%(fact)s: ninguno de %(value)s"),
    Operator.HOLDS: gettext_lazy("%(fact)s con «%(value)s»"),
    Operator.HOLDS_NOT: gettext_lazy("%(fact)s sin «%(value)s»"),
    Operator.IS_KNOWN: gettext_lazy("%(fact)s: se conoce"),
    Operator.IS_UNKNOWN: gettext_lazy("%(fact)s: no se conoce"),
}
_FAULTS: Mapping[str, str | Promise] = {
    Fault.NOT_A_CONDITION: gettext_lazy(
        "Aquí va una condición: [dato, comparación, valor], o una lista con «todas», «alguna» o «no»."
    ),
    Fault.UNKNOWN_FACT: gettext_lazy("El dato «%(fact)s» no existe."),
    Fault.UNKNOWN_OPERATOR: gettext_lazy("«%(operator)s» no es una comparación para «%(fact)s»."),
    Fault.WRONG_OPERATOR: gettext_lazy(
        "«%(fact)s» no se compara con «%(operator)s». Puede usar: %(allowed)s."
    ),
    Fault.NO_VALUE: gettext_lazy("Falta con qué comparar «%(fact)s»: escriba %(wanted)s."),
    Fault.VALUE_TOO_MANY: gettext_lazy("«%(fact)s» con «%(operator)s» lleva menos valores."),
    Fault.NOT_A_NUMBER: gettext_lazy(
        "«%(value)s» no es un número: para comparar «%(fact)s» escriba %(wanted)s."
    ),
    Fault.NOT_A_CHOICE: gettext_lazy("«%(value)s» no es un valor de «%(fact)s». Puede usar: %(allowed)s."),
    Fault.NOT_A_FLAG: gettext_lazy("«%(fact)s» se compara con sí o no (true, false); «%(value)s» no lo es."),
    Fault.NOT_A_DATE: gettext_lazy("«%(fact)s» se compara con una fecha (2026-12-31); «%(value)s» no lo es."),
    Fault.NOT_A_TEXT: gettext_lazy("«%(fact)s» se compara con un texto; «%(value)s» no lo es."),
    Fault.WRONG_ORDER: gettext_lazy("En «%(fact)s entre», el primer valor debe ser el menor."),
    Fault.NO_CURRENCY: gettext_lazy("Falta la moneda de «%(fact)s», por ejemplo MXN."),
    Fault.CURRENCY_TOO_MANY: gettext_lazy("«%(fact)s» no es un importe: no lleva moneda."),
    Fault.EMPTY: gettext_lazy("La lista de condiciones está vacía."),
    Fault.TOO_DEEP: gettext_lazy("La condición está anidada más de %(limit)s veces."),
    Fault.TOO_MANY: gettext_lazy("La condición tiene más de %(limit)s comparaciones."),
}
_WANTED: Mapping[FactKind, str | Promise] = {
    FactKind.MONEY: gettext_lazy("un importe con cifras, por ejemplo 1500"),
    FactKind.DAYS: gettext_lazy("un número de días, por ejemplo 30"),
    FactKind.PERCENT: gettext_lazy("un porcentaje con cifras, por ejemplo 15"),
    FactKind.NUMBER: gettext_lazy("un número con cifras, por ejemplo 3"),
    FactKind.DATE: gettext_lazy("una fecha, por ejemplo 2026-12-31"),
    FactKind.CHOICE: gettext_lazy("uno de sus valores"),
    FactKind.WORDS: gettext_lazy("un texto"),
    FactKind.TEXT: gettext_lazy("un texto o un número"),
}


def fact_words(*, name: str) -> str:
    """Name a fact for people; an attribute of the company's files has the name that it has there."""
    return str(_FACTS.get(name, name.removeprefix(catalogue.ATTRIBUTE)))


def condition_words(*, condition: Condition) -> str:
    """Say a condition in words; one that is always true is empty."""
    if isinstance(condition, Always):
        return ""
    if isinstance(condition, Comparison):
        return _comparison(condition)
    if isinstance(condition, Not):
        return _("no (%s)") % condition_words(condition=condition.part)
    joint = _(" y ") if isinstance(condition, AllOf) else _(" o ")
    return joint.join(_part(part) for part in condition.parts)


def _part(condition: Condition) -> str:
    """Say a part of a condition; one with parts of its own stands in brackets."""
    words = condition_words(condition=condition)
    return f"({words})" if isinstance(condition, AllOf | AnyOf) else words


def _comparison(test: Comparison) -> str:
    entry = catalogue.entry_of(test.fact)
    kind = entry.fact.kind if entry else FactKind.TEXT
    name = fact_words(name=test.fact)
    if kind is FactKind.FLAG:
        return name if test.values == (True,) else _("no %s") % name
    unit = {FactKind.PERCENT: " %"}.get(kind, "")
    values = [_value(value, test.currency) + unit for value in test.values]
    is_list = test.operator in (Operator.ONE_OF, Operator.NONE_OF)
    return str(_TESTS[test.operator]) % {
        "fact": name,
        "value": ", ".join(values) if is_list else values[0] if values else "",
        "last": values[-1] if values else "",
    }


def _value(value: Value, currency: str) -> str:
    locale = formats.locale_of(language=get_language() or "es-mx")
    if isinstance(value, Decimal) and currency:
        return formats.money(amount=value, currency=currency, locale=locale)
    if isinstance(value, Decimal):
        return str(format_decimal(value, locale=locale))
    if isinstance(value, date):
        return formats.long_day(value=value, locale=locale)
    return str(value)


def fault_sentence(*, code: str, values: Mapping[str, str]) -> str:
    """Say in a sentence what is wrong with a condition, and what to write instead."""
    entry = catalogue.entry_of(values.get("fact", ""))
    # A name that nobody knows is told as it was written.
    fact = fact_words(name=values["fact"]) if entry else values.get("fact", "")
    wanted = _WANTED.get(entry.fact.kind if entry else FactKind.TEXT, _WANTED[FactKind.NUMBER])
    told = str(_FAULTS[code]) % {**values, "fact": fact, "wanted": wanted}
    if values.get("near"):
        told += " " + _("¿Quiso decir «%s»?") % values["near"]
    return told

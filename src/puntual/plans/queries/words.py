"""The Spanish of every word that a plan's file may hold, and the value of a setting said with it."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.assessment import queries as assessment
from puntual.lib import formats
from puntual.plans.types import (
    AnchorWord,
    ChannelWord,
    FeeKind,
    Kpi,
    Missed,
    MoveTarget,
    PurposeWord,
    Role,
    StageKind,
    Tone,
)

Words = tuple[tuple[str, Any], ...]
CHANNELS: Words = (
    (ChannelWord.EMAIL.value, lazy("Correo")),
    (ChannelWord.WHATSAPP.value, lazy("WhatsApp")),
    (ChannelWord.SMS.value, lazy("SMS")),
    (ChannelWord.CALL.value, lazy("Llamada")),
    (ChannelWord.LETTER.value, lazy("Carta")),
    (ChannelWord.VISIT.value, lazy("Visita")),
)
ANCHORS: Words = (
    (AnchorWord.DUE_DATE.value, lazy("Cada vencimiento que viene")),
    (AnchorWord.OLDEST_DUE_DATE.value, lazy("El vencimiento más antiguo que debe")),
    (AnchorWord.STAGE_ENTRY.value, lazy("Entrada a la etapa")),
    (AnchorWord.PROMISE_DUE_DATE.value, lazy("Día de la promesa")),
    (AnchorWord.PROMISE_BROKEN.value, lazy("Promesa incumplida")),
    (AnchorWord.LAST_CONTACT.value, lazy("Último contacto")),
    (AnchorWord.PAYMENT.value, lazy("Pago recibido")),
)
PURPOSES: Words = (
    (PurposeWord.REMINDER.value, lazy("Recordatorio")),
    (PurposeWord.COLLECTION.value, lazy("Cobranza")),
    (PurposeWord.THANKS.value, lazy("Agradecimiento")),
    (PurposeWord.INFORMATION.value, lazy("Información")),
)
TONES: Words = (
    (Tone.WARM.value, lazy("Cordial")),
    (Tone.NEUTRAL.value, lazy("Neutral")),
    (Tone.FIRM.value, lazy("Firme")),
    (Tone.FORMAL.value, lazy("Formal")),
)
MISSED: Words = (
    (Missed.LATEST.value, lazy("Se hace solo el último")),
    (Missed.ALL.value, lazy("Se hacen todos, uno por día")),
    (Missed.DROP.value, lazy("Ya no se hace ninguno")),
)
KINDS: Words = (
    (StageKind.PREVENTIVE.value, lazy("Preventiva")),
    (StageKind.ADMINISTRATIVE.value, lazy("Administrativa")),
    (StageKind.EXTRAJUDICIAL.value, lazy("Extrajudicial")),
    (StageKind.JUDICIAL.value, lazy("Judicial")),
)
ROLES: Words = (
    (Role.COLLECTOR.value, lazy("Gestor")),
    (Role.SUPERVISOR.value, lazy("Supervisor")),
    (Role.MANAGER.value, lazy("Gerente")),
)
FEES: Words = (
    ("", lazy("Sin cargo")),
    (FeeKind.FIXED.value, lazy("Un importe fijo")),
    (FeeKind.PERCENT.value, lazy("Un porcentaje de lo vencido")),
)
KPIS: Words = (
    (Kpi.DSO.value, "DSO"),
    (Kpi.CEI.value, "CEI"),
    (Kpi.OVERDUE_SHARE.value, lazy("Índice de morosidad")),
    (Kpi.RECOVERY_RATE.value, lazy("Tasa de recuperación")),
    (Kpi.KEPT_RATE.value, lazy("Promesas cumplidas")),
    (Kpi.ROLL_RATE.value, lazy("Tasa de deterioro")),
    (Kpi.CURE_RATE.value, lazy("Tasa de cura")),
    (Kpi.COST.value, lazy("Costo de cobranza")),
)
_TARGETS: Words = (
    (MoveTarget.AGENCY.value, lazy("A un despacho")),
    (MoveTarget.LEGAL.value, lazy("A jurídico")),
)
_OF_SETTING: Mapping[str, Words] = {
    "canal": CHANNELS,
    "alternativas": CHANNELS,
    "ancla": ANCHORS,
    "fin": PURPOSES,
    "tono": TONES,
    "perdidos": MISSED,
    # Of a stage, and of a late charge.
    "tipo": (*KINDS, *FEES),
    "rol": ROLES,
    "kpi": KPIS,
    "mueve_a": _TARGETS,
}
_CONDITIONS = ("si", "entra", "sale", "se_salta")
_PERCENTS = ("porcentaje", "hasta_porcentaje", "descuento", "tasa_anual", "cambio_porcentual")
_AMOUNTS = ("importes", "pago_minimo", "saldo_minimo")
_DAYS = ("desde", "hasta", "vigente_desde", "vigente_hasta")
_NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(_CONDITIONS, lazy("sin condición")),
    "etapas": lazy("todas"),
    "segmentos": lazy("todos"),
}


def said(
    *, setting: str, value: Any, currency: str, templates: Mapping[str, str], label: Callable[[str], str]
) -> str:
    """
    Say the value of a setting as a person reads it: words, amounts in money, days and conditions.

    `label` names a setting, `templates` a template by its key; amounts without a currency are in `currency`.
    """
    if value is None or value in ({}, [], (), ""):
        return str(_NOTHING.get(setting, lazy("nada")))
    if setting in _CONDITIONS:
        return _condition(value, currency)
    if isinstance(value, bool):
        return _("sí") if value else _("no")
    if setting in _AMOUNTS and isinstance(value, dict):
        return ", ".join(_money(amount, code) for code, amount in value.items())

    def part(name: str, one: Any) -> str:
        return said(setting=name, value=one, currency=currency, templates=templates, label=label)

    if isinstance(value, dict):
        members = {
            name: part(name, one)
            for name, one in value.items()
            if name not in ("clave", "nombre") and one not in (None, "", [], {})
        }
        told = ", ".join(f"{label(name)}: {one}" for name, one in members.items())
        if "nombre" not in value:
            return told
        return f"«{value['nombre']}» ({told})" if told else f"«{value['nombre']}»"
    if isinstance(value, list | tuple):
        joint = "; " if any(isinstance(one, dict) for one in value) else ", "
        return joint.join(part(setting, one) for one in value)
    if setting == "plantilla":
        return f"«{templates.get(value, value)}»"
    return _single(setting, value, currency)


def channel_word(*, name: str) -> str:
    """Say a channel of a plan; what is none stays as it is."""
    return str(dict(CHANNELS).get(name, name))


def _single(setting: str, value: Any, currency: str) -> str:
    word = dict(_OF_SETTING.get(setting, ())).get(value)
    if word is not None:
        return str(word)
    locale = formats.locale_of(language=get_language() or "es-mx")
    if setting in _DAYS:
        return formats.day(value=date.fromisoformat(str(value)), locale=locale)
    if setting == "costo":
        return _money(value, currency)
    if setting in _PERCENTS or setting == "meta" or isinstance(value, int):
        number = formats.number(value=Decimal(str(value)), locale=locale)
        return f"{number}\u00a0%" if setting in _PERCENTS else number
    return str(value)


def _money(amount: Any, currency: str) -> str:
    try:
        exact = Decimal(str(amount))
    except InvalidOperation:
        return str(amount)
    return formats.money(
        amount=exact, currency=currency, locale=formats.locale_of(language=get_language() or "es-mx")
    )


def _condition(raw: Any, currency: str) -> str:
    condition, _wrong = assessment.understood(raw=raw, currency=currency)
    return (
        json.dumps(raw, ensure_ascii=False)
        if condition is None
        else assessment.condition_words(condition=condition)
    )

"""
The facts that conditions may look at.

Each has one name, one kind, and one way to be read from the facts of a day. What is not listed here is an attribute
of the company's own files: `atributo.` and its name.
"""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from puntual.assessment.types import DeclaredFact, FactKind, Facts, Profile, Value

ATTRIBUTE = "atributo."
_NOBODY = Profile()
_HUNDRED = Decimal(100)
_CHANNELS = (
    ("correo", "EMAIL"),
    ("sms", "SMS"),
    ("whatsapp", "WHATSAPP"),
    ("llamada", "CALL"),
    ("carta", "LETTER"),
    ("visita", "VISIT"),
    ("portal", "PORTAL"),
)

# What a fact is for one customer: a value, several words, or nothing known.
Found = Value | tuple[str, ...] | None


class Entry(NamedTuple):
    """A declared fact, and how it is read; facts of money are read for a currency."""

    fact: DeclaredFact
    read: Callable[[Facts, str], Found]


def _days_since(day: date | None, facts: Facts) -> Decimal | None:
    return None if day is None else Decimal((facts.as_of - day).days)


def _share(part: int, whole: int) -> Decimal | None:
    return (_HUNDRED * part / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) if whole else None


def _amount(amounts: tuple[tuple[str, Decimal], ...], currency: str) -> Decimal:
    return dict(amounts).get(currency, Decimal(0))


def _bucket(place: int) -> Callable[[Facts, str], Found]:
    def read(facts: Facts, currency: str) -> Found:
        found = dict(facts.buckets).get(currency)
        return found[place] if found else Decimal(0)

    return read


def _profile(facts: Facts) -> Profile:
    return facts.profile or _NOBODY


def _count(name: str, read: Callable[[Facts], int]) -> Entry:
    return Entry(DeclaredFact(name, FactKind.COUNT), lambda facts, _currency: Decimal(read(facts)))


def _days(name: str, read: Callable[[Facts], Decimal | None]) -> Entry:
    return Entry(DeclaredFact(name, FactKind.DAYS), lambda facts, _currency: read(facts))


def _percent(name: str, read: Callable[[Facts], Decimal | None]) -> Entry:
    return Entry(DeclaredFact(name, FactKind.PERCENT), lambda facts, _currency: read(facts))


def _money(name: str, read: Callable[[Facts, str], Found]) -> Entry:
    return Entry(DeclaredFact(name, FactKind.MONEY), read)


def _flag(name: str, read: Callable[[Facts], bool]) -> Entry:
    return Entry(DeclaredFact(name, FactKind.FLAG), lambda facts, _currency: read(facts))


def _text(name: str, read: Callable[[Facts], str]) -> Entry:
    return Entry(DeclaredFact(name, FactKind.TEXT), lambda facts, _currency: read(facts) or None)


def _words(name: str, read: Callable[[Facts], tuple[str, ...]]) -> Entry:
    return Entry(DeclaredFact(name, FactKind.WORDS), lambda facts, _currency: read(facts))


def _choice(name: str, choices: tuple[tuple[str, str], ...], read: Callable[[Facts], str]) -> Entry:
    return Entry(DeclaredFact(name, FactKind.CHOICE, choices), lambda facts, _currency: read(facts) or None)


_ENTRIES = (
    # What is owed.
    _days("dias_de_atraso", lambda f: Decimal(f.days_past_due)),
    _days(
        "dias_para_vencer",
        lambda f: Decimal((f.coming_due_dates[0] - f.as_of).days) if f.coming_due_dates else None,
    ),
    _count("documentos_abiertos", lambda f: f.open_count),
    _count("documentos_vencidos", lambda f: f.overdue_count),
    _count("documentos_en_aclaracion", lambda f: f.disputed_count),
    _count("documentos_en_pausa", lambda f: f.held_count),
    _money("saldo_total", lambda f, c: _amount(f.open_amounts, c)),
    _money("saldo_vencido", lambda f, c: _amount(f.overdue_amounts, c)),
    _money("saldo_por_vencer", lambda f, c: _amount(f.open_amounts, c) - _amount(f.overdue_amounts, c)),
    _money("saldo_1_30", _bucket(1)),
    _money("saldo_31_60", _bucket(2)),
    _money("saldo_61_90", _bucket(3)),
    _money("saldo_91_mas", _bucket(4)),
    _words("monedas", lambda f: tuple(currency for currency, _amount in f.open_amounts)),
    _flag("en_aclaracion", lambda f: f.has_customer_dispute),
    _flag("en_pausa", lambda f: f.hold_until is not None),
    # How it was paid.
    _days("atraso_habitual", lambda f: f.average_days_late_12m),
    _days("dias_promedio_de_pago", lambda f: f.average_days_to_pay_12m),
    _count("documentos_pagados_12m", lambda f: f.paid_count_12m),
    _percent("pagados_tarde_3m", lambda f: _share(f.late_count_3m, f.paid_count_3m)),
    _percent("pagados_tarde_6m", lambda f: _share(f.late_count_6m, f.paid_count_6m)),
    _percent("pagados_tarde_12m", lambda f: _share(f.late_count_12m, f.paid_count_12m)),
    _count("pagos_parciales_12m", lambda f: f.partial_count_12m),
    _count("pagos_devueltos_12m", lambda f: f.returned_count_12m),
    _days("dias_desde_el_ultimo_pago", lambda f: _days_since(f.last_payment_on, f)),
    _days("antiguedad_del_cliente", lambda f: _days_since(f.first_issue_date, f)),
    _flag("mes_de_atraso_habitual", lambda f: f.as_of.month in f.late_months),
    # What was promised.
    _flag("promesa_vigente", lambda f: f.promise_due_date is not None),
    _count("promesas_cumplidas_12m", lambda f: f.kept_count_12m),
    _count("promesas_incumplidas_12m", lambda f: f.broken_count_12m),
    _days("dias_desde_la_promesa_incumplida", lambda f: _days_since(f.broken_promise_on, f)),
    # How contact went.
    _days("dias_desde_el_ultimo_contacto", lambda f: _days_since(f.last_contact_on, f)),
    _count("contactos_30d", lambda f: f.contact_count_30d),
    _count("contactos_sin_respuesta", lambda f: f.unanswered_count),
    _count("respuestas_90d", lambda f: f.answer_count_90d),
    _count("visitas_al_portal_90d", lambda f: f.portal_visit_count_90d),
    _count("mensajes_rebotados_90d", lambda f: f.bounced_count_90d),
    _choice("canal_que_responde", _CHANNELS, lambda f: f.answering_channel),
    Entry(
        DeclaredFact("hora_que_responde", FactKind.NUMBER),
        lambda f, _currency: None if f.answering_hour is None else Decimal(f.answering_hour),
    ),
    _flag("tiene_correo", lambda f: f.has_email),
    _flag("tiene_telefono", lambda f: f.has_phone),
    # Who it is.
    _choice("tipo_de_cliente", (("persona", "PERSON"), ("empresa", "COMPANY")), lambda f: _profile(f).kind),
    _text("estado", lambda f: _profile(f).state),
    _text("ciudad", lambda f: _profile(f).city),
    _text("giro", lambda f: _profile(f).sector),
    _text("idioma", lambda f: _profile(f).language),
    _words("etiquetas", lambda f: _profile(f).tags),
    _words("productos", lambda f: _profile(f).products),
)
ENTRIES: dict[str, Entry] = {entry.fact.name: entry for entry in _ENTRIES}
# Facts that stand in the company's files about a customer, not in the ledger or the logs.
PROFILE_FACTS = frozenset({"tipo_de_cliente", "estado", "ciudad", "giro", "idioma", "etiquetas", "productos"})


def entry_of(name: str) -> Entry | None:
    """Return a fact by its name; any attribute of the company's files is one."""
    if name in ENTRIES:
        return ENTRIES[name]
    if name.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE):
        key = name[len(ATTRIBUTE) :]
        return Entry(
            DeclaredFact(name, FactKind.TEXT),
            lambda facts, _currency: dict(_profile(facts).attributes).get(key) or None,
        )
    return None


def reads_profile(name: str) -> bool:
    """Say whether a fact needs what the company's files say of a customer."""
    return name in PROFILE_FACTS or name.startswith(ATTRIBUTE)

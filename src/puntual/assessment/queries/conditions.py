"""
Conditions asked of everybody at once, by SQL.

What a condition says of a customer here is what `rules.conditions.holds` says of the facts of now, as the newest
run or the newest change left them. Values are parameters, never text of the statement; what is not known makes a
comparison false, never null, so that «no» is the opposite.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from puntual.assessment.rules import catalogue, conditions
from puntual.assessment.types import (
    AllOf,
    Always,
    AnyOf,
    Comparison,
    Condition,
    FactKind,
    Matches,
    MatchingCustomer,
    Not,
    Operator,
    OverduePart,
    Value,
)
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parents[1] / "sql" / "conditions.sql")
_PLACE = "(/* condition */ true)"
_SEGMENT = "(s.segment = %(segment_key)s::text)"

# How each fact is read from a row `s` of the states; a number, a day or a text that is not known is null.
_STATE: Mapping[str, str] = {
    "dias_de_atraso": "s.days_past_due",
    "dias_para_vencer": "s.next_due_date - s.as_of",
    "documentos_abiertos": "s.open_count",
    "documentos_vencidos": "s.overdue_count",
    "documentos_en_aclaracion": "s.disputed_count",
    "documentos_en_pausa": "s.held_count",
    "en_aclaracion": "s.has_customer_dispute",
    "en_pausa": "s.hold_until is not null",
    "atraso_habitual": "s.average_days_late_12m",
    "dias_promedio_de_pago": "s.average_days_to_pay_12m",
    "documentos_pagados_12m": "s.paid_count_12m",
    "pagados_tarde_3m": "round(100.0 * s.late_count_3m / nullif(s.paid_count_3m, 0), 1)",
    "pagados_tarde_6m": "round(100.0 * s.late_count_6m / nullif(s.paid_count_6m, 0), 1)",
    "pagados_tarde_12m": "round(100.0 * s.late_count_12m / nullif(s.paid_count_12m, 0), 1)",
    "pagos_parciales_12m": "s.partial_count_12m",
    "pagos_devueltos_12m": "s.returned_count_12m",
    "dias_desde_el_ultimo_pago": "s.as_of - s.last_payment_on",
    "antiguedad_del_cliente": "s.as_of - s.first_issue_date",
    "mes_de_atraso_habitual": "extract(month from s.as_of)::smallint = any(s.late_months)",
    "promesa_vigente": "s.promise_due_date is not null",
    "promesas_cumplidas_12m": "s.kept_count_12m",
    "promesas_incumplidas_12m": "s.broken_count_12m",
    "dias_desde_la_promesa_incumplida": "s.as_of - s.broken_promise_on",
    "dias_desde_el_ultimo_contacto": "s.as_of - s.last_contact_on",
    "contactos_30d": "s.contact_count_30d",
    "contactos_sin_respuesta": "s.unanswered_count",
    "respuestas_90d": "s.answer_count_90d",
    "visitas_al_portal_90d": "s.portal_visit_count_90d",
    "mensajes_rebotados_90d": "s.bounced_count_90d",
    "canal_que_responde": "nullif(s.answering_channel, '')",
    "hora_que_responde": "s.answering_hour",
    "tiene_correo": "s.has_email",
    "tiene_telefono": "s.has_phone",
}
# Amounts, for the currency that stands in the place left open.
_OPEN = "coalesce((s.open_amounts ->> {0})::numeric, 0)"
_OVERDUE = "coalesce((s.overdue_amounts ->> {0})::numeric, 0)"
_MONEY: Mapping[str, str] = {
    "saldo_total": _OPEN,
    "saldo_vencido": _OVERDUE,
    "saldo_por_vencer": f"{_OPEN} - {_OVERDUE}",
    "saldo_1_30": "coalesce((s.buckets -> {0} ->> 1)::numeric, 0)",
    "saldo_31_60": "coalesce((s.buckets -> {0} ->> 2)::numeric, 0)",
    "saldo_61_90": "coalesce((s.buckets -> {0} ->> 3)::numeric, 0)",
    "saldo_91_mas": "coalesce((s.buckets -> {0} ->> 4)::numeric, 0)",
}
# Texts of the company's files, from a row `c` of the customers.
_PROFILE: Mapping[str, str] = {
    "tipo_de_cliente": "nullif(c.kind, '')",
    "estado": "nullif(c.state, '')",
    "ciudad": "nullif(c.city, '')",
    "giro": "nullif(c.sector, '')",
    "idioma": "nullif(c.language, '')",
}
# Whether somebody has any of several words, and whether one of them is that of the place left open.
_WORDS: Mapping[str, tuple[str, str]] = {
    "monedas": (
        "s.open_amounts <> '{{}}'",
        "exists (select from jsonb_object_keys(s.open_amounts) as w (word) where {0})",
    ),
    "etiquetas": (
        "c.tags <> '{{}}'",
        "c.tags <> '{{}}' and exists (select from unnest(c.tags) as w (word) where {0})",
    ),
    "productos": (
        "c.id in (select a.customer_id from portfolio_account a where a.product <> '')",
        "c.id in (select w.customer_id from (select customer_id, product as word from portfolio_account"
        " where product <> '') w where {0})",
    ),
}
_SIGNS = {
    Operator.IS: "=",
    Operator.IS_NOT: "<>",
    Operator.BELOW: "<",
    Operator.AT_MOST: "<=",
    Operator.ABOVE: ">",
    Operator.AT_LEAST: ">=",
}
# As `rules.conditions.folded` and `number_in` have it.
_FOLDED = "lower(btrim({0}, {1}))"
_CASTS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (Decimal, "numeric"),
    (date, "date"),
    (str, "text"),
)


def matches(*, condition: Condition, limit: int = 20) -> Matches:
    """Count the customers that a condition is true of, with their part of the overdue and the most overdue of them."""
    return _matches(*_compiled(condition), limit=limit)


def segment_matches(*, segment_key: str, limit: int = 20) -> Matches:
    """Do the same for the customers who are in a segment of the plan."""
    return _matches(_SEGMENT, {"segment_key": segment_key}, limit=limit)


def segment_ids(*, segment_key: str) -> list[int]:
    """List the customers who are in a segment of the plan, in the order of their ids."""
    return [one for one, is_inside, _is_partial in segment_with_partial(segment_key=segment_key) if is_inside]


def with_partial(*, condition: Condition, only_partial: bool = False) -> list[tuple[int, bool, bool]]:
    """
    List whom a condition is true of by all that they owe, and those of whom not all may be asked for, by id.

    With each: whether it is true of them, and whether something of theirs is in dispute or on hold. `only_partial`:
    the latter alone.
    """
    text, params = _compiled(condition)
    return rows.fetch_all(
        _SQL["demanded_ids"].replace(_PLACE, f"({text})"), {**params, "only_partial": only_partial}
    )


def segment_with_partial(*, segment_key: str) -> list[tuple[int, bool, bool]]:
    """List the same of the customers who are in a segment of the plan."""
    params = {"segment_key": segment_key, "only_partial": False}
    return rows.fetch_all(_SQL["demanded_ids"].replace(_PLACE, _SEGMENT), params)


def _matches(text: str, params: Mapping[str, Any], *, limit: int) -> Matches:
    ((customers, of_customers, overdue, first),) = rows.fetch_all(
        _SQL["matches"].replace(_PLACE, f"({text})"), {**params, "limit": limit}
    )
    return Matches(
        customers=customers,
        of_customers=of_customers,
        overdue=tuple(
            OverduePart(currency, Decimal(amount), Decimal(whole))
            for currency, amount, whole in rows.as_json(overdue) or ()
        ),
        first_customers=tuple(
            MatchingCustomer(customer_id, external_id, name, days_past_due, _amounts(amounts))
            for customer_id, external_id, name, days_past_due, amounts in rows.as_json(first) or ()
        ),
    )


def _amounts(amounts: Mapping[str, str]) -> tuple[tuple[str, Decimal], ...]:
    return tuple(sorted((currency, Decimal(amount)) for currency, amount in amounts.items()))


def _compiled(condition: Condition) -> tuple[str, dict[str, Any]]:
    """Write a condition as SQL about a row `s` of the states, and its values."""
    compiler = _Compiler()
    return compiler.of_state(condition), compiler.params


class _Compiler:
    """Writes SQL and collects the values."""

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}

    def of_state(self, condition: Condition) -> str:
        """Write a condition; what is only about the files becomes one look at the customers."""
        if _is_profile(condition):
            about_them = self._of_customer(condition)
            return f"s.customer_id in (select c.id from portfolio_customer c where {about_them})"  # noqa: S608
        if isinstance(condition, AllOf | AnyOf):
            about = tuple(part for part in condition.parts if _is_profile(part))
            rest = [self.of_state(part) for part in condition.parts if not _is_profile(part)]
            return _joined(condition, [*rest, *([self.of_state(type(condition)(about))] if about else [])])
        return self._written(condition, self.of_state)

    def _of_customer(self, condition: Condition) -> str:
        if isinstance(condition, AllOf | AnyOf):
            return _joined(condition, [self._of_customer(part) for part in condition.parts])
        return self._written(condition, self._of_customer)

    def _written(self, condition: Condition, inner: Callable[[Condition], str]) -> str:
        if isinstance(condition, Not):
            return f"not ({inner(condition.part)})"
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        return "true"

    def _comparison(self, test: Comparison) -> str:
        entry = catalogue.entry_of(test.fact)
        if entry is None:
            raise AssertionError(f"{test.fact} was read without being declared")
        kind, operator = entry.fact.kind, test.operator
        if kind is FactKind.WORDS:
            return self._words(test)
        if kind is FactKind.MONEY:
            if operator in conditions.NO_VALUE:
                # An amount is always known: nothing is an amount too.
                return "true" if operator is Operator.IS_KNOWN else "false"
            found = _MONEY[test.fact].format(self._value(test.currency))
        else:
            found = self._found(test.fact)
        if operator in conditions.NO_VALUE:
            return f"({found}) is {'not ' if operator is Operator.IS_KNOWN else ''}null"
        if conditions.compares_number(kind, operator):
            found = self._number(found)
        elif kind in (FactKind.TEXT, FactKind.CHOICE):
            found = _FOLDED.format(found, self._blanks())
        wanted = [self._value(conditions.stored(value, entry.fact.choices)) for value in test.values]
        return f"coalesce({self._compared(found, operator, wanted)}, false)"

    def _found(self, name: str) -> str:
        if name in _STATE:
            return _STATE[name]
        if name in _PROFILE:
            return _PROFILE[name]
        return f"nullif(c.attributes ->> {self._value(name.removeprefix(catalogue.ATTRIBUTE))}, '')"

    def _compared(self, found: str, operator: Operator, wanted: list[str]) -> str:
        if operator in _SIGNS:
            return f"({found}) {_SIGNS[operator]} {wanted[0]}"
        if operator is Operator.BETWEEN:
            return f"({found}) between {wanted[0]} and {wanted[1]}"
        if operator in (Operator.HOLDS, Operator.HOLDS_NOT):
            return f"position({wanted[0]} in {found}) {'>' if operator is Operator.HOLDS else '='} 0"
        if not wanted:
            return f"({found}) is null and false" if operator is Operator.ONE_OF else f"({found}) is not null"
        return f"({found}) {'' if operator is Operator.ONE_OF else 'not '}in ({', '.join(wanted)})"

    def _words(self, test: Comparison) -> str:
        some, holds = _WORDS[test.fact]
        if test.operator in conditions.NO_VALUE:
            return f"{'' if test.operator is Operator.IS_KNOWN else 'not '}({some.format()})"
        word = self._value(conditions.folded(test.values[0]))
        found = holds.format(f"{_FOLDED.format('w.word', self._blanks())} = {word}")
        return f"{'' if test.operator is Operator.HOLDS else 'not '}({found})"

    def _number(self, found: str) -> str:
        length, pattern = Decimal(conditions.NUMBER_LENGTH_MAX), f"^{conditions.NUMBER_PATTERN}$"
        is_one = f"octet_length({found}) <= {self._value(length)} and {found} ~ {self._value(pattern)}"
        return f"case when {is_one} then ({found})::numeric end"

    def _blanks(self) -> str:
        self.params["blanks"] = conditions.BLANKS
        return "%(blanks)s::text"

    def _value(self, value: Value) -> str:
        name = f"value_{len(self.params)}"
        self.params[name] = value
        if isinstance(value, Decimal) and value == value.to_integral_value():
            # Most facts are whole numbers, and those compare much faster.
            return f"%({name})s::bigint"
        cast = next(cast for kind, cast in _CASTS if isinstance(value, kind))
        return f"%({name})s::{cast}"


def _is_profile(condition: Condition) -> bool:
    """Say whether a condition asks something, and only of the company's files."""
    if isinstance(condition, Always):
        return False
    asked = list(conditions.comparisons(condition))
    return bool(asked) and all(catalogue.reads_profile(one.fact) for one in asked)


def _joined(condition: AllOf | AnyOf, parts: list[str]) -> str:
    joint = " and " if isinstance(condition, AllOf) else " or "
    return "(" + joint.join(f"({part})" for part in parts) + ")" if parts else "true"

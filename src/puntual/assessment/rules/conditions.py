"""
Conditions over the facts of a customer: read from a plan, written back, and asked.

What is not known is never true of a customer, whatever the comparison; only «no se conoce» is. So a missing score
puts nobody among the risky, and nobody among the safe.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from puntual.assessment.rules import catalogue
from puntual.assessment.types import (
    ALWAYS,
    AllOf,
    Always,
    AnyOf,
    Comparison,
    Condition,
    FactKind,
    Facts,
    Not,
    Operator,
    Value,
)
from puntual.lib.text import is_storable

_ALL, _ANY, _NOT = "todas", "alguna", "no"
_DEPTH_MAX = 8
_PARTS_MAX = 50
NO_VALUE = frozenset({Operator.IS_KNOWN, Operator.IS_UNKNOWN})
_LISTS = frozenset({Operator.ONE_OF, Operator.NONE_OF})
_ORDERED = frozenset({Operator.BELOW, Operator.AT_MOST, Operator.ABOVE, Operator.AT_LEAST, Operator.BETWEEN})
_EQUAL = frozenset({Operator.IS, Operator.IS_NOT})
_HOLD = frozenset({Operator.HOLDS, Operator.HOLDS_NOT})
NUMBERS = frozenset({FactKind.COUNT, FactKind.DAYS, FactKind.MONEY, FactKind.PERCENT, FactKind.NUMBER})
# What stands around a text without belonging to it, and what is a number in a file; a database reads both the same.
BLANKS = " \t\r\n\u00a0"
NUMBER_PATTERN = "[+-]?[0-9]+([.][0-9]+)?"
NUMBER_LENGTH_MAX = 40
_NUMBER = re.compile(NUMBER_PATTERN)
# An attribute is kept as text; a test that names a number compares it as one.
OPERATORS: dict[FactKind, frozenset[Operator]] = {
    **dict.fromkeys(NUMBERS, _EQUAL | _ORDERED | NO_VALUE),
    FactKind.DATE: _EQUAL | _ORDERED | NO_VALUE,
    FactKind.CHOICE: _EQUAL | _LISTS | NO_VALUE,
    FactKind.TEXT: _EQUAL | _LISTS | _HOLD | _ORDERED | NO_VALUE,
    FactKind.WORDS: _HOLD | NO_VALUE,
    FactKind.FLAG: frozenset({Operator.IS}),
}


class Fault(StrEnum):
    """What is wrong with a condition; each has one sentence in `queries.wording`."""

    NOT_A_CONDITION = "not-a-condition"
    UNKNOWN_FACT = "unknown-fact"
    UNKNOWN_OPERATOR = "unknown-operator"
    WRONG_OPERATOR = "wrong-operator"
    NO_VALUE = "no-value"
    VALUE_TOO_MANY = "value-too-many"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_CHOICE = "not-a-choice"
    NOT_A_FLAG = "not-a-flag"
    NOT_A_DATE = "not-a-date"
    NOT_A_TEXT = "not-a-text"
    WRONG_ORDER = "wrong-order"
    NO_CURRENCY = "no-currency"
    CURRENCY_TOO_MANY = "currency-too-many"
    EMPTY = "empty"
    TOO_DEEP = "too-deep"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class ConditionFault:
    """Something wrong with a condition: where, what, and the words to tell of it."""

    path: tuple[str | int, ...]
    fault: Fault
    values: tuple[tuple[str, str], ...] = ()


class MalformedCondition(Exception):
    """A condition that cannot be asked; `faults` says all that is wrong with it."""

    def __init__(self, faults: Sequence[ConditionFault]) -> None:
        super().__init__(faults[0].fault)
        self.faults = tuple(faults)


def read(raw: Any, *, currency: str = "") -> Condition:
    """
    Read a condition as plans write it: a comparison as a list, or `todas`, `alguna`, `no`; nothing is always true.

    A test of money that names no currency takes `currency`.

    Raises: MalformedCondition with everything that is wrong.
    """
    if raw is None or raw == {} or raw == []:
        return ALWAYS
    reader = _Reader(currency)
    found = reader.condition(raw, (), 0)
    if reader.faults:
        raise MalformedCondition(reader.faults)
    return found


class _Reader:
    """Reads on after a fault, so that all of them are told at once."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.faults: list[ConditionFault] = []
        self._count = 0

    def condition(self, raw: Any, path: tuple[str | int, ...], depth: int) -> Condition:
        if depth > _DEPTH_MAX:
            return self._wrong(path, Fault.TOO_DEEP, limit=_DEPTH_MAX)
        if isinstance(raw, Mapping) and len(raw) == 1:
            word, parts = next(iter(raw.items()))
            if word == _NOT:
                return Not(self.condition(parts, (*path, _NOT), depth + 1))
            if word in (_ALL, _ANY) and isinstance(parts, Sequence) and not isinstance(parts, str):
                if not parts:
                    return self._wrong((*path, word), Fault.EMPTY)
                read_parts = tuple(
                    self.condition(part, (*path, word, place), depth + 1) for place, part in enumerate(parts)
                )
                return AllOf(read_parts) if word == _ALL else AnyOf(read_parts)
        if isinstance(raw, Sequence) and not isinstance(raw, str) and len(raw) >= 2:
            self._count += 1
            if self._count > _PARTS_MAX:
                return self._wrong(path, Fault.TOO_MANY, limit=_PARTS_MAX)
            return self._comparison(list(raw), path)
        return self._wrong(path, Fault.NOT_A_CONDITION)

    def _comparison(self, raw: list[Any], path: tuple[str | int, ...]) -> Condition:
        name, sign, *rest = raw
        entry = catalogue.entry_of(name) if isinstance(name, str) and is_storable(name) else None
        if entry is None:
            near = get_close_matches(str(name), catalogue.ENTRIES, n=1)
            return self._wrong(path, Fault.UNKNOWN_FACT, fact=name, near=near[0] if near else "")
        kind = entry.fact.kind
        try:
            operator = Operator(sign)
        except ValueError:
            return self._wrong(path, Fault.UNKNOWN_OPERATOR, fact=name, operator=sign)
        if operator not in OPERATORS[kind]:
            allowed = ", ".join(one for one in Operator if one in OPERATORS[kind])
            return self._wrong(path, Fault.WRONG_OPERATOR, fact=name, operator=operator, allowed=allowed)
        currency = ""
        if kind is FactKind.MONEY and operator not in NO_VALUE:
            currency, rest = self._currency(rest)
            if not currency:
                return self._wrong(path, Fault.NO_CURRENCY, fact=name)
        values = self._given(rest, operator)
        wanted = 0 if operator in NO_VALUE else 2 if operator is Operator.BETWEEN else 1
        if len(values) < wanted:
            return self._wrong(path, Fault.NO_VALUE, fact=name, operator=operator)
        if len(values) > wanted and operator not in _LISTS:
            return self._wrong(path, Fault.VALUE_TOO_MANY, fact=name, operator=operator)
        read_values = [self._value(kind, name, value, operator, path, entry.fact.choices) for value in values]
        known = tuple(value for value in read_values if value is not None)
        if len(known) == len(read_values) == 2 and operator is Operator.BETWEEN and known[0] > known[1]:  # type: ignore[operator]
            return self._wrong(path, Fault.WRONG_ORDER, fact=name)
        return Comparison(name, operator, known, currency)

    def _currency(self, rest: list[Any]) -> tuple[str, list[Any]]:
        last = rest[-1] if rest else None
        if isinstance(last, str) and len(last) == 3 and last.isalpha() and last.isupper():
            return last, rest[:-1]
        return self.currency, rest

    def _given(self, rest: list[Any], operator: Operator) -> list[Any]:
        """Values of a list or of «entre» may stand in a list of their own."""
        if len(rest) == 1 and isinstance(rest[0], list | tuple) and operator in (*_LISTS, Operator.BETWEEN):
            return list(rest[0])
        return rest

    def _value(
        self,
        kind: FactKind,
        name: str,
        value: Any,
        operator: Operator,
        path: tuple[str | int, ...],
        choices: tuple[tuple[str, str], ...],
    ) -> Value | None:
        if kind in NUMBERS or (kind is FactKind.TEXT and operator in _ORDERED):
            number = _number(value)
            if number is None:
                self._wrong(path, Fault.NOT_A_NUMBER, fact=name, value=value)
            return number
        if kind is FactKind.CHOICE:
            if not isinstance(value, str) or value not in dict(choices):
                allowed = ", ".join(word for word, _ in choices)
                self._wrong(path, Fault.NOT_A_CHOICE, fact=name, value=value, allowed=allowed)
                return None
            return value
        if kind is FactKind.FLAG:
            if not isinstance(value, bool):
                self._wrong(path, Fault.NOT_A_FLAG, fact=name, value=value)
                return None
            return value
        if kind is FactKind.DATE:
            if not isinstance(value, date):
                self._wrong(path, Fault.NOT_A_DATE, fact=name, value=value)
                return None
            return value
        is_text = isinstance(value, str | int | float | Decimal) and not isinstance(value, bool)
        if not is_text or value == "" or not is_storable(str(value)):
            self._wrong(path, Fault.NOT_A_TEXT, fact=name, value=value)
            return None
        return str(value)

    def _wrong(self, path: tuple[str | int, ...], fault: Fault, **values: object) -> Condition:
        told = tuple((name, str(value)) for name, value in values.items())
        self.faults.append(ConditionFault(path, fault, told))
        return ALWAYS


def _number(value: Any) -> Decimal | None:
    """Read a number exactly as it is written; a float comes from the shortest text that means it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    # By its digits: to count with a number of any size would take any time.
    return found if found.is_finite() and abs(found.adjusted()) < 16 else None


def write(condition: Condition) -> Any:
    """Write a condition as plans write it; what `read` makes of it is the same again."""
    if isinstance(condition, AllOf):
        return {_ALL: [write(part) for part in condition.parts]}
    if isinstance(condition, AnyOf):
        return {_ANY: [write(part) for part in condition.parts]}
    if isinstance(condition, Not):
        return {_NOT: write(condition.part)}
    if isinstance(condition, Always):
        return None
    values: list[Any] = [_plain(value) for value in condition.values]
    if condition.operator in _LISTS or condition.operator is Operator.BETWEEN:
        values = [values]
    told = [condition.fact, condition.operator.value, *values]
    return [*told, condition.currency] if condition.currency else told


def _plain(value: Value) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield every comparison of a condition."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from comparisons(part)
    elif isinstance(condition, Not):
        yield from comparisons(condition.part)


def reads_profile(condition: Condition) -> bool:
    """Say whether a condition needs what the company's files say of a customer."""
    return any(catalogue.reads_profile(one.fact) for one in comparisons(condition))


def holds(condition: Condition, facts: Facts) -> bool:
    """Say whether a condition is true of a customer on the day of the facts."""
    return asker(condition)(facts)


def asker(condition: Condition) -> Callable[[Facts], bool]:
    """Make a condition ready to be asked of many customers."""
    if isinstance(condition, Always):
        return lambda _facts: True
    if isinstance(condition, Not):
        part = asker(condition.part)
        return lambda facts: not part(facts)
    if isinstance(condition, AllOf):
        parts = [asker(one) for one in condition.parts]
        return lambda facts: all(one(facts) for one in parts)
    if isinstance(condition, AnyOf):
        parts = [asker(one) for one in condition.parts]
        return lambda facts: any(one(facts) for one in parts)
    return _comparing(condition)


def _comparing(test: Comparison) -> Callable[[Facts], bool]:
    entry = catalogue.entry_of(test.fact)
    if entry is None:
        raise AssertionError(f"{test.fact} was read without being declared")
    read_fact, currency, operator = entry.read, test.currency, test.operator
    if operator in NO_VALUE:
        is_wanted = operator is Operator.IS_KNOWN
        return lambda facts: (read_fact(facts, currency) not in (None, ())) is is_wanted
    if entry.fact.kind is FactKind.WORDS:
        word, wants = folded(test.values[0]), operator is Operator.HOLDS
        return lambda facts: (word in map(folded, read_fact(facts, currency) or ())) is wants  # type: ignore[arg-type]
    wanted: list[Any] = [stored(value, entry.fact.choices) for value in test.values]
    compare = _COMPARE[operator]
    as_number = compares_number(entry.fact.kind, operator)

    def ask(facts: Facts) -> bool:
        found: Any = read_fact(facts, currency)
        if as_number:
            found = None if found is None else number_in(found)
        elif isinstance(found, str):
            found = folded(found)
        return found is not None and bool(compare(found, wanted))

    return ask


def stored(value: Value, choices: tuple[tuple[str, str], ...]) -> Any:
    """Write a value as facts have it: a choice by its code, a text in small letters."""
    if isinstance(value, str):
        return folded(dict(choices).get(value, value))
    return value


def compares_number(kind: FactKind, operator: Operator) -> bool:
    """Say whether a comparison reads a text as a number."""
    return kind is FactKind.TEXT and operator in _ORDERED


def number_in(text: str) -> Decimal | None:
    """Read the number that a text of a company's file is; None when it is none."""
    return Decimal(text) if len(text) <= NUMBER_LENGTH_MAX and _NUMBER.fullmatch(text) else None


def folded(text: object) -> str:
    """Write a text as comparisons see it: small letters, letter by letter as a database writes them."""
    plain = str(text).strip(BLANKS)
    if not plain.isascii():
        plain = plain.replace("İ", "i").replace("Σ", "σ")
    return plain.lower()


_COMPARE: dict[Operator, Callable[[Any, list[Any]], bool]] = {
    Operator.IS: lambda found, wanted: found == wanted[0],
    Operator.IS_NOT: lambda found, wanted: found != wanted[0],
    Operator.BELOW: lambda found, wanted: found < wanted[0],
    Operator.AT_MOST: lambda found, wanted: found <= wanted[0],
    Operator.ABOVE: lambda found, wanted: found > wanted[0],
    Operator.AT_LEAST: lambda found, wanted: found >= wanted[0],
    Operator.BETWEEN: lambda found, wanted: wanted[0] <= found <= wanted[1],
    Operator.ONE_OF: lambda found, wanted: found in wanted,
    Operator.NONE_OF: lambda found, wanted: found not in wanted,
    Operator.HOLDS: lambda found, wanted: wanted[0] in found,
    Operator.HOLDS_NOT: lambda found, wanted: wanted[0] not in found,
}

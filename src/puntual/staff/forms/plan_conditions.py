"""
A condition as a form: groups of comparisons, each with a fact, a comparison and what it is compared with.

The form has its whole state in its fields, so that it works without scripts: a button sends it, and it comes back with
a row more or less. What a plan writes in a way that no row can show is left as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from puntual.assessment import queries as assessment
from puntual.assessment.types import FactKind

_ALL, _ANY, _NOT = "todas", "alguna", "no"
GROUPS = (
    (_ALL, gettext_lazy("se cumplen todas")),
    (_ANY, gettext_lazy("se cumple alguna")),
    (_NOT, gettext_lazy("no se cumple ninguna")),
)
_PARTS_MAX = 50
_DEPTH_MAX = 6
_NUMBER_DIGITS_MAX = 16
_NO_VALUE = ("se conoce", "no se conoce")
_LISTS = ("es uno de", "no es ninguno de")
_BETWEEN = "entre"
_FIRST_FACT = "dias_de_atraso"
_NUMBERS = frozenset({FactKind.COUNT, FactKind.DAYS, FactKind.MONEY, FactKind.PERCENT, FactKind.NUMBER})
_ORDERED = ("<", "<=", ">", ">=", _BETWEEN)


@dataclass
class Test:
    """One comparison, as it is written in the form."""

    fact: str = _FIRST_FACT
    operator: str = ">="
    values: list[str] = field(default_factory=lambda: [""])
    currency: str = ""


@dataclass
class Group:
    """Several conditions: all, any or none of them."""

    kind: str = _ALL
    parts: "list[Group | Test]" = field(default_factory=list)


def tree_of(raw: Any) -> Group | None:
    """Lay a condition of a plan out as a group; None where no form can show it."""
    if raw is None or raw in ({}, []):
        return Group()
    found = _node_of(raw)
    return Group(parts=[found]) if isinstance(found, Test) else found


def _node_of(raw: Any) -> Group | Test | None:
    if isinstance(raw, dict) and len(raw) == 1:
        kind, parts = next(iter(raw.items()))
        if kind == _NOT:
            is_any = isinstance(parts, dict) and list(parts) == [_ANY]
            parts = parts[_ANY] if is_any else [parts]
        if kind not in (_ALL, _ANY, _NOT) or not isinstance(parts, list):
            return None
        found = [_node_of(part) for part in parts]
        known = [one for one in found if one is not None]
        return Group(kind, known) if len(known) == len(found) else None
    if isinstance(raw, list) and len(raw) >= 2 and isinstance(raw[0], str) and isinstance(raw[1], str):
        return _test_of(raw)
    return None


def _test_of(raw: list[Any]) -> Test | None:
    fact, operator, *rest = raw
    if len(rest) == 1 and isinstance(rest[0], list):
        rest = rest[0]
    if any(isinstance(one, list | dict) for one in rest):
        return None
    currency = ""
    is_money = assessment.fact_card(name=fact).kind is FactKind.MONEY
    if is_money and rest and isinstance(rest[-1], str) and len(rest[-1]) == 3 and rest[-1].isalpha():
        currency = rest.pop()
    values = [_said(one) for one in rest]
    if operator in _LISTS:
        # A comma parts the values of the form.
        if any("," in one for one in values):
            return None
        values = [", ".join(values)]
    return Test(fact, operator, values or [""], currency)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "si" if value else "no"
    return str(value)


def raw_of(node: Group | Test) -> Any:
    """Write what the form says as plans do; a group of nothing is no condition."""
    if isinstance(node, Test):
        return _raw_test(node)
    parts = [raw for part in node.parts if (raw := raw_of(part)) is not None]
    if not parts:
        return None
    if node.kind == _NOT:
        return {_NOT: parts[0] if len(parts) == 1 else {_ANY: parts}}
    return parts[0] if len(parts) == 1 else {node.kind: parts}


def _raw_test(test: Test) -> list[Any]:
    card = assessment.fact_card(name=test.fact)
    if test.operator in _NO_VALUE:
        return [test.fact, test.operator]
    given = test.values if test.operator == _BETWEEN else test.values[:1]
    if test.operator in _LISTS:
        given = [one for one in (part.strip() for part in (test.values or [""])[0].split(",")) if one]
    reads_number = card.kind in _NUMBERS or (card.kind is FactKind.TEXT and test.operator in _ORDERED)
    values: list[Any] = []
    for one in given:
        text = one.strip()
        if not text:
            continue
        if card.kind is FactKind.FLAG:
            values.append({"si": True, "no": False}.get(text, text))
        else:
            values.append(number_of(text) if reads_number else text)
    money = [test.currency] if test.currency and card.kind is FactKind.MONEY else []
    if test.operator in _LISTS:
        return [test.fact, test.operator, values]
    return [test.fact, test.operator, *values, *money]


def number_of(text: str) -> int | float | str:
    """Read a number as people write it; what is none, or out of all measure, stays as it is: the plan says so."""
    try:
        found = Decimal(text.replace(",", "").replace("$", "").replace("%", "").strip())
    except InvalidOperation:
        return text
    # Looked at before anything is counted with it: "1e2000000" would be written out digit by digit.
    if not found.is_finite() or abs(found.adjusted()) >= _NUMBER_DIGITS_MAX:
        return text
    return int(found) if found == found.to_integral_value() else float(found)


def is_same(one: Any, other: Any, *, currency: str) -> bool:
    """Say whether two conditions of a plan are the same rows; an amount without currency is in the plan's."""
    before, after = tree_of(one), tree_of(other)
    return before is None or (after is not None and _filled(before, currency) == _filled(after, currency))


def _filled(node: Group | Test, currency: str) -> Group | Test:
    if isinstance(node, Group):
        return Group(node.kind, [_filled(part, currency) for part in node.parts])
    is_money = assessment.fact_card(name=node.fact).kind is FactKind.MONEY
    return Test(node.fact, node.operator, node.values, node.currency or (currency if is_money else ""))


def is_sent(data: Mapping[str, Any], name: str) -> bool:
    """Say whether a form with this condition was sent."""
    return f"{name}.kind" in data


def sent_tree(data: Mapping[str, Any], name: str, depth: int = 0) -> Group:
    """Read the condition that was sent under a name."""
    kind = str(data.get(f"{name}.kind", _ALL))
    group = Group(kind if kind in (_ALL, _ANY, _NOT) else _ALL)
    for place in range(_PARTS_MAX):
        own = f"{name}.{place}"
        if f"{own}.kind" in data and depth < _DEPTH_MAX:
            group.parts.append(sent_tree(data, own, depth + 1))
        elif f"{own}.fact" in data:
            group.parts.append(_sent_test(data, own))
    return group


def _sent_test(data: Mapping[str, Any], own: str) -> Test:
    fact = str(data[f"{own}.fact"])[:120]
    card = assessment.fact_card(name=fact)
    operator = str(data.get(f"{own}.op", ""))
    if operator not in dict(card.operators):
        # The fact was changed to one that is compared otherwise.
        operator = card.operators[0][0]
    values = [str(data.get(f"{own}.value", ""))[:500]]
    if operator == _BETWEEN:
        values.append(str(data.get(f"{own}.last", ""))[:500])
    return Test(fact, operator, values, str(data.get(f"{own}.currency", ""))[:3].upper())


def changed(tree: Group, act: str) -> Group:
    """Carry out what a button of the form asks for: `add`, `group` or `drop`, and the way to the row."""
    wanted, _colon, way = act.partition(":")
    steps = [int(one) for one in way.split(".") if one.isdecimal() and len(one) < 4]
    place: Group = tree
    for step in steps[: -1 if wanted == "drop" else None]:
        inner = place.parts[step] if step < len(place.parts) else None
        if not isinstance(inner, Group):
            return tree
        place = inner
    if wanted == "add":
        place.parts.append(Test())
    elif wanted == "group":
        place.parts.append(Group(_ANY, [Test()]))
    elif wanted == "drop" and steps and steps[-1] < len(place.parts):
        del place.parts[steps[-1]]
    return tree


def shown(tree: Group, *, name: str, currency: str) -> dict[str, Any]:
    """Lay a condition out for its template."""
    return _shown_group(tree, name, "", currency, 0)


def _shown_group(group: Group, name: str, way: str, currency: str, depth: int) -> dict[str, Any]:
    parts = []
    for place, part in enumerate(group.parts):
        own, own_way = f"{name}.{place}", f"{way}.{place}" if way else str(place)
        if isinstance(part, Group):
            parts.append(_shown_group(part, own, own_way, currency, depth + 1))
        else:
            parts.append(_shown_test(part, own, own_way, currency))
    return {
        "is_group": True,
        "name": name,
        "way": way,
        "kind": group.kind,
        "kinds": GROUPS,
        "parts": parts,
        "may_nest": depth < _DEPTH_MAX - 1,
    }


def _shown_test(test: Test, name: str, way: str, currency: str) -> dict[str, Any]:
    card = assessment.fact_card(name=test.fact)
    units = {FactKind.PERCENT: "%", FactKind.DAYS: _("días")}
    return {
        "is_group": False,
        "name": name,
        "way": way,
        "fact": test.fact,
        "label": card.label,
        "operator": test.operator,
        "operators": card.operators,
        "value": (test.values or [""])[0],
        "last": test.values[1] if len(test.values) > 1 else "",
        "has_value": test.operator not in _NO_VALUE,
        "is_between": test.operator == _BETWEEN,
        "is_flag": card.kind is FactKind.FLAG,
        "is_number": card.kind in _NUMBERS,
        "is_list": test.operator in _LISTS,
        "choices": card.choices if test.operator not in _LISTS else (),
        "hint": ", ".join(card.choices),
        "unit": units.get(card.kind, ""),
        "is_money": card.kind is FactKind.MONEY,
        "currency": test.currency or currency,
    }

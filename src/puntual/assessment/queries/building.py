"""What a person needs to build a condition: the facts, how each may be compared, and what was built said back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from puntual.assessment.queries.wording import fact_words, fault_sentence
from puntual.assessment.rules import catalogue, conditions
from puntual.assessment.types import Condition, FactKind, Operator
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parents[1] / "sql" / "building.sql")
_OPERATORS: Mapping[Operator, str | Promise] = {
    Operator.IS: gettext_lazy("es"),
    Operator.IS_NOT: gettext_lazy("no es"),
    Operator.BELOW: gettext_lazy("es menos de"),
    Operator.AT_MOST: gettext_lazy("es a lo más"),
    Operator.ABOVE: gettext_lazy("es más de"),
    Operator.AT_LEAST: gettext_lazy("es al menos"),
    Operator.BETWEEN: gettext_lazy("está entre"),
    Operator.ONE_OF: gettext_lazy("es uno de"),
    Operator.NONE_OF: gettext_lazy("no es ninguno de"),
    Operator.HOLDS: gettext_lazy("contiene"),
    Operator.HOLDS_NOT: gettext_lazy("no contiene"),
    Operator.IS_KNOWN: gettext_lazy("se conoce"),
    Operator.IS_UNKNOWN: gettext_lazy("no se conoce"),
}


@dataclass(frozen=True, slots=True)
class FactCard:
    """A fact as a person chooses it: its name in plans, its words, how it may be compared, the words it may be."""

    name: str
    label: str
    kind: FactKind
    operators: tuple[tuple[str, str], ...]
    choices: tuple[str, ...] = ()


def fact_cards() -> list[FactCard]:
    """List the declared facts, then the attributes that the company's files give its customers."""
    names = [row[0] for row in rows.fetch_all(_SQL["attribute_names"])]
    return [
        *(fact_card(name=name) for name in catalogue.ENTRIES),
        *(fact_card(name=catalogue.ATTRIBUTE + name) for name in names),
    ]


def fact_card(*, name: str) -> FactCard:
    """Describe one fact; one that is not declared is described as a text."""
    entry = catalogue.entry_of(name)
    kind = entry.fact.kind if entry is not None else FactKind.TEXT
    return FactCard(
        name=name,
        label=fact_words(name=name),
        kind=kind,
        operators=tuple(
            (one.value, str(_OPERATORS[one])) for one in Operator if one in conditions.OPERATORS[kind]
        ),
        choices=tuple(word for word, _code in entry.fact.choices) if entry is not None else (),
    )


def understood(*, raw: Any, currency: str) -> tuple[Condition | None, list[str]]:
    """Say what a condition as plans write it means, or all that is wrong with it in sentences."""
    try:
        return conditions.read(raw, currency=currency), []
    except conditions.MalformedCondition as refused:
        return None, [fault_sentence(code=one.fault, values=dict(one.values)) for one in refused.faults]

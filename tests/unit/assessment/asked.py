"""Conditions of every kind, for properties."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from puntual.assessment.rules import catalogue
from puntual.assessment.rules.conditions import NO_VALUE, OPERATORS, compares_number
from puntual.assessment.types import AllOf, AnyOf, Comparison, Condition, FactKind, Not, Operator

# Attributes that a company may give its customers.
ATTRIBUTES = ("atributo.nada", "atributo.score", "atributo.zona")
FACTS = (*sorted(catalogue.ENTRIES), *ATTRIBUTES)
WORDS = (
    "vip", "OBRA", "mxn", "USD", "jalisco", "Michoacán", "MICHOACÁN", " Zapopan ", "tarjeta", "612.5", "es-MX", "a",
)  # fmt: skip
# Small ones often, so that they meet what customers have.
NUMBERS = st.one_of(
    st.integers(-1, 40).map(Decimal),
    st.sampled_from(["33.3", "66.7", "12.5", "37.5", "100", "612.5", "10.50", "9000"]).map(Decimal),
    st.decimals(min_value=-1000, max_value=100_000, places=2),
)


def comparisons_of(name: str) -> st.SearchStrategy[Comparison]:
    """Make comparisons of one fact, by every operator that it has."""
    entry = catalogue.entry_of(name)
    assert entry is not None
    kind = entry.fact.kind
    values: dict[FactKind, st.SearchStrategy[Any]] = {
        FactKind.CHOICE: st.sampled_from([word for word, _ in entry.fact.choices] or ["-"]),
        FactKind.FLAG: st.booleans(),
        FactKind.TEXT: st.sampled_from(WORDS),
        FactKind.WORDS: st.sampled_from(WORDS),
    }

    def of(operator: Operator) -> st.SearchStrategy[Comparison]:
        currency = st.sampled_from(["MXN", "MXN", "USD"] if kind is FactKind.MONEY else [""])
        if operator in NO_VALUE:
            return st.just(Comparison(name, operator))
        asked = NUMBERS if compares_number(kind, operator) else values.get(kind, NUMBERS)
        if operator is Operator.BETWEEN:
            several = st.tuples(asked, asked).map(lambda pair: tuple(sorted(pair)))
        elif operator in (Operator.ONE_OF, Operator.NONE_OF):
            several = st.lists(asked, min_size=1, max_size=3).map(tuple)
        else:
            several = asked.map(lambda value: (value,))
        return st.builds(Comparison, st.just(name), st.just(operator), several, currency)

    return st.sampled_from(sorted(OPERATORS[kind])).flatmap(of)


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.sampled_from(FACTS).flatmap(comparisons_of),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=6,
)

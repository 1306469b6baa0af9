"""Words of conditions: declared facts, and what may be said of them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Value = Decimal | str | bool | date


class FactKind(StrEnum):
    """What a fact is, which says how it may be compared."""

    # A whole number: documents, promises, days.
    COUNT = "COUNT"
    DAYS = "DAYS"
    # An amount in one currency, which the test names.
    MONEY = "MONEY"
    # From 0 to 100.
    PERCENT = "PERCENT"
    # Any number that a company gives its customers.
    NUMBER = "NUMBER"
    DATE = "DATE"
    # One of a few words.
    CHOICE = "CHOICE"
    TEXT = "TEXT"
    # Several words at once: tags, products.
    WORDS = "WORDS"
    FLAG = "FLAG"


class Operator(StrEnum):
    """How a fact is compared, as it is written in a plan."""

    IS = "="
    IS_NOT = "!="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    BETWEEN = "entre"
    ONE_OF = "es uno de"
    NONE_OF = "no es ninguno de"
    HOLDS = "contiene"
    HOLDS_NOT = "no contiene"
    IS_KNOWN = "se conoce"
    IS_UNKNOWN = "no se conoce"


@dataclass(frozen=True, slots=True)
class DeclaredFact:
    """A fact that conditions may look at, by the name that plans write."""

    name: str
    kind: FactKind
    # The words of a CHOICE, as plans write them, and as they are stored.
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison. What is not known is never true, save for IS_UNKNOWN."""

    fact: str
    operator: Operator
    values: tuple[Value, ...] = ()
    # Of a fact of money.
    currency: str = ""


@dataclass(frozen=True, slots=True)
class AllOf:
    """True where every part is."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True where some part is."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """True where its part is not, also where that is because something is not known."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Always:
    """True of everybody."""


ALWAYS = Always()
Condition = Comparison | AllOf | AnyOf | Not | Always

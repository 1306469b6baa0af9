"""Words of the text check: what was found in a text, and what a text must say."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from puntual.contacts.types import Channel


class Severity(StrEnum):
    """BLOCK stops the text; REVIEW needs another person or an approved template."""

    BLOCK = "block"
    REVIEW = "review"


class TextDecision(StrEnum):
    """What may happen with a text."""

    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"


class TextMoment(StrEnum):
    """When in the life of a case a text is read: it decides what the text must say."""

    FIRST = "FIRST"
    LATER = "LATER"
    AGREEMENT = "AGREEMENT"


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of forbidden wording: its rule in Spanish, where it comes from, and what to say instead."""

    id: str
    name: str
    severity: Severity
    rule: str
    source: str
    instead: str
    # Only in these countries; empty means everywhere.
    countries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A forbidden wording in a text; `start` and `end` count characters of the text as it was given."""

    category: str
    name: str
    severity: Severity
    start: int
    end: int
    excerpt: str
    rule: str
    source: str
    instead: str


@dataclass(frozen=True, slots=True)
class TextFacts:
    """
    What is known of a text before it is read.

    `country`: where the debtor is; empty means that what any country forbids objects. `language` is that of the text;
    None means that of the country. `exempted`: the categories that an approved template of the judicial stage may use;
    only words that need review or name a court can be exempted.
    """

    country: str
    language: str | None = None
    channel: Channel | None = None
    exempted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """What may happen with a text and why; `categories` stand in the order of the rules."""

    decision: TextDecision
    categories: tuple[str, ...]
    findings: tuple[Finding, ...]


class Field(StrEnum):
    """Something that a text must tell."""

    AGENCY = "AGENCY"
    COLLECTOR = "COLLECTOR"
    ADDRESS = "ADDRESS"
    CREDITOR = "CREDITOR"
    CONTRACT = "CONTRACT"
    AMOUNT = "AMOUNT"
    AMOUNT_DATE = "AMOUNT_DATE"
    SPLIT = "SPLIT"
    HOW_TO_PAY = "HOW_TO_PAY"
    PAY_TO = "PAY_TO"
    COMPLAINTS = "COMPLAINTS"
    OPT_OUT = "OPT_OUT"
    COLLECTOR_NOTICE = "COLLECTOR_NOTICE"


class FieldBasis(StrEnum):
    """Whether the law asks for a field, or only our own policy."""

    LAW = "law"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class MissingField:
    """A field that a text does not tell, with the rule that asks for it."""

    field: Field
    name: str
    basis: FieldBasis
    rule: str


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """What the ledger says of a case on the day of a text; amounts in the currency's own unit."""

    amounts: frozenset[Decimal]
    dates: frozenset[date]


class MismatchKind(StrEnum):
    """What a text tells otherwise than the ledger."""

    AMOUNT = "amount"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An amount or a day in a text that the ledger does not know."""

    kind: MismatchKind
    start: int
    end: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Ease:
    """
    How long and how easy a text is.

    `score`: 0 (very hard) to 100 (very easy); `words` and `characters` as a reader counts them.
    """

    words: int
    characters: int
    score: float
    is_too_long: bool
    is_hard: bool

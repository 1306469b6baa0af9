"""Words of duplicates: two customers that may be one person, and what was decided."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Strength(StrEnum):
    """How much speaks for a pair; a person confirms even the strongest."""

    STRONG = "STRONG"
    LIKELY = "LIKELY"
    POSSIBLE = "POSSIBLE"


class ProposalState(StrEnum):
    """Life of a proposal. A rejected pair is never proposed again."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    REJECTED = "REJECTED"


class EvidenceCode(StrEnum):
    """One thing that speaks for or against a pair."""

    SAME_TAX_ID = "SAME_TAX_ID"
    SAME_NUMBER = "SAME_NUMBER"
    TAX_ID_TYPO = "TAX_ID_TYPO"
    SAME_TAX_ID_BASE = "SAME_TAX_ID_BASE"
    SAME_EMAIL = "SAME_EMAIL"
    SAME_PHONE = "SAME_PHONE"
    SAME_POSTAL_CODE = "SAME_POSTAL_CODE"
    SAME_NAME = "SAME_NAME"
    SIMILAR_NAME = "SIMILAR_NAME"
    # A search proposes none such; a person may still know better.
    OTHER_TAX_ID = "OTHER_TAX_ID"
    OTHER_NAME = "OTHER_NAME"
    OTHER_STATE = "OTHER_STATE"
    OTHER_LEGAL_FORM = "OTHER_LEGAL_FORM"
    OTHER_KIND = "OTHER_KIND"


AGAINST = frozenset(
    {
        EvidenceCode.OTHER_TAX_ID,
        EvidenceCode.OTHER_NAME,
        EvidenceCode.OTHER_STATE,
        EvidenceCode.OTHER_LEGAL_FORM,
        EvidenceCode.OTHER_KIND,
    }
)


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart: what tells one from another, what hardly does, and the legal form."""

    # The words that count, small, without accents, in the order in which they were written.
    core: tuple[str, ...]
    # Words such as "grupo" or "foundation": their absence says little.
    weak: frozenset[str]
    # Numbers, numerals and single letters: they tell branches apart and must be equal.
    numbers: tuple[str, ...]
    # "" when the name has none.
    legal_form: str

    @property
    def glued(self) -> str:
        """Write the words that count as one."""
        return "".join(self.core)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer as the search for duplicates sees it."""

    id: int
    is_person: bool
    name: str
    external_id: str = ""
    tax_id: str = ""
    state: str = ""
    postal_code: str = ""
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A pair that may be one person; `low_id` is the smaller id."""

    low_id: int
    high_id: int
    # The smallest id of everybody who hangs together with this pair.
    group_id: int
    strength: Strength
    name_score: int
    evidence: tuple[EvidenceCode, ...]


@dataclass(frozen=True, slots=True)
class FindCounts:
    """What a search for duplicates found."""

    customers: int
    pairs_compared: int
    proposals: int
    new: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class ProposalHead:
    """Where a proposal stands, and who it is about now that others may have been united."""

    id: int
    state: ProposalState
    low_id: int
    high_id: int
    decided_by: str


@dataclass(frozen=True, slots=True)
class MergeHead:
    """A union of two customers and exactly which rows moved."""

    id: int
    source_id: int
    target_id: int
    proposal_id: int | None
    moved: dict[str, list[int | str]]
    merged_at: datetime
    merged_on: date
    actor_label: str
    undone_at: datetime | None

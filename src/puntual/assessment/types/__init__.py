"""Words of assessment: what kind of case a debtor is on a day, and conditions about it."""

from puntual.assessment.types.conditions import (
    ALWAYS,
    AllOf,
    Always,
    AnyOf,
    Comparison,
    Condition,
    DeclaredFact,
    FactKind,
    Not,
    Operator,
    Value,
)
from puntual.assessment.types.facts import Contactable, Facts, Profile, Stage
from puntual.assessment.types.matches import Clock, Demanded, Matches, MatchingCustomer, OverduePart, Owed
from puntual.assessment.types.places import NOWHERE, MembershipKind, Placement, SegmentSpec, StageSpec

__all__ = [
    "ALWAYS",
    "NOWHERE",
    "AllOf",
    "Always",
    "AnyOf",
    "Clock",
    "Comparison",
    "Condition",
    "Contactable",
    "DeclaredFact",
    "Demanded",
    "FactKind",
    "Facts",
    "Matches",
    "MatchingCustomer",
    "MembershipKind",
    "Not",
    "Operator",
    "OverduePart",
    "Owed",
    "Placement",
    "Profile",
    "SegmentSpec",
    "Stage",
    "StageSpec",
    "Value",
]

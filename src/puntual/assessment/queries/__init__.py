"""Reads of assessment: the facts of debtors on a day, and where each stands."""

from puntual.assessment.queries.chunks import chunk_end, has_undecided, is_live, undecided_ranges
from puntual.assessment.queries.conditions import matches, matching_ids
from puntual.assessment.queries.facts import facts_of, facts_of_chunk
from puntual.assessment.queries.states import stages, state_of

__all__ = [
    "chunk_end",
    "facts_of",
    "facts_of_chunk",
    "has_undecided",
    "is_live",
    "matches",
    "matching_ids",
    "stages",
    "state_of",
    "undecided_ranges",
]

"""Reads of assessment: the facts of debtors on a day, and where each stands."""

from puntual.assessment.queries.building import FactCard, fact_card, fact_cards, understood
from puntual.assessment.queries.chunks import has_undecided, is_live, ranges, undecided_ranges
from puntual.assessment.queries.conditions import matches, segment_ids, segment_matches, with_partial
from puntual.assessment.queries.demanded import amounts_of, demanded, demanded_in_segment, demanded_matches
from puntual.assessment.queries.facts import facts_of, facts_of_chunk, facts_of_days, facts_of_some
from puntual.assessment.queries.states import (
    is_anybody_placed,
    memberships_of,
    placements,
    placements_now,
    placements_of,
    stages,
    state_of,
)
from puntual.assessment.queries.wording import condition_words, fact_words, fault_sentence

__all__ = [
    "FactCard",
    "amounts_of",
    "condition_words",
    "demanded",
    "demanded_in_segment",
    "demanded_matches",
    "fact_card",
    "fact_cards",
    "fact_words",
    "facts_of",
    "facts_of_chunk",
    "facts_of_days",
    "facts_of_some",
    "fault_sentence",
    "has_undecided",
    "is_anybody_placed",
    "is_live",
    "matches",
    "memberships_of",
    "placements",
    "placements_now",
    "placements_of",
    "ranges",
    "segment_ids",
    "segment_matches",
    "stages",
    "state_of",
    "undecided_ranges",
    "understood",
    "with_partial",
]

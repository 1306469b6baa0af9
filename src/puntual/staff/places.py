"""Stages and segments by the names that the plan in force gives them."""

from collections.abc import Iterable
from typing import Any

from puntual.plans import queries as plans
from puntual.web import states


def named(places: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    Add `stage_name` and `segment_name` to rows with `stage`, `stage_key` and `segment`.

    A stage that the plan in force does not have is called by its kind; a segment that it does not have, by nothing.
    """
    stages, segments = plans.place_names()
    kinds = states.VOCABULARIES["stage"][1]
    return [
        {
            **one,
            "stage_name": stages.get(one["stage_key"]) or str(kinds[one["stage"]].label),
            "segment_name": segments.get(one["segment"], ""),
        }
        for one in places
    ]

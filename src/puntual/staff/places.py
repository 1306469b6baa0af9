"""Stages and segments by the names that the plan in force gives them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as lazy

from puntual.assessment.types import MembershipKind
from puntual.flows.offers import offer_words
from puntual.plans import queries as plans
from puntual.plans.types import MoveTarget, Step
from puntual.web import states

_TARGETS = {MoveTarget.AGENCY.value: lazy("despacho"), MoveTarget.LEGAL.value: lazy("jurídico")}


def target_name(*, key: str) -> str:
    """Name where a step moves a case: a stage of the plan in force, an agency, or legal; empty for nowhere."""
    stages, _segments = plans.place_names()
    return str(stages.get(key) or _TARGETS.get(key, key))


def tasks_named(tasks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    Add to tasks the name of their step or campaign, of where they propose to move the customer, and the offer.

    `moves_to_name` is empty for a task that asks for a contact.
    """
    targets: dict[str, str] = {}
    steps: dict[int | None, dict[int, Step]] = {None: {}}
    named_tasks = []
    for one in tasks:
        version_id = one["version_id"]
        if version_id not in steps:
            plan = plans.plan_of_version(version_id=version_id)
            steps[version_id] = {step.number: step for step in plan.steps}
        target = one["moves_to"]
        if target not in targets:
            targets[target] = target_name(key=target)
        step = steps[version_id].get(one["step_number"])
        named_tasks.append(
            {
                **one,
                "step_name": one["campaign_name"] or (step.name if step is not None else ""),
                "moves_to_name": targets[target],
                "offer": offer_words(offer=step.offer if step is not None else None),
            }
        )
    return named_tasks


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


def memberships_named(memberships: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    Add `name` and `last_day` to the stages and segments that a customer was in, and leave out those of nothing.

    One that the plan in force does not have is called by its kind, or by its key in words.
    """
    stages, segments = plans.place_names()
    kinds = states.VOCABULARIES["stage"][1]
    found = []
    for one in memberships:
        is_stage = one["kind"] == MembershipKind.STAGE
        name = (stages if is_stage else segments).get(one["key"])
        if name is None and is_stage:
            name = str(kinds[one["stage"]].label)
        elif name is None:
            name = one["key"].replace("-", " ").capitalize()
        if name:
            last_day = one["until"] - timedelta(days=1) if one["until"] else None
            found.append({**one, "name": name, "is_stage": is_stage, "last_day": last_day})
    return found

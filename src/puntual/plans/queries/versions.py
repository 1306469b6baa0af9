"""Reads of plan versions, and of the plans that come with the product."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.lib.errors import DomainError, NotFound
from puntual.plans import rules
from puntual.plans.queries.campaigns import campaign_step_names
from puntual.plans.queries.wording import worded
from puntual.plans.types import (
    Change,
    DraftEdit,
    Fault,
    MalformedPlan,
    PlanDocument,
    PlanFile,
    PromptTerms,
    Step,
)

_FOLDER = Path(__file__).parent.parent
_READS = named.load(_FOLDER / "sql" / "reads.sql")
_SHIPPED = _FOLDER / "data"


class NoActivePlan(DomainError):
    """No plan version is in force: nothing can be decided."""

    code = "no-active-plan"


def shipped_keys() -> list[str]:
    """Name the plans that come with the product."""
    return sorted(path.stem for path in _SHIPPED.glob("*.yaml"))


def shipped_text(*, key: str) -> str:
    """
    Return the file of a plan that comes with the product.

    Raises: NotFound.
    """
    if key not in shipped_keys():
        raise NotFound(_("No hay un plan de ejemplo «%s».") % key)
    return (_SHIPPED / f"{key}.yaml").read_text(encoding="utf-8")


def shipped_file(*, key: str) -> PlanFile:
    """
    Return a plan that comes with the product as its file says it.

    Raises: NotFound.
    """
    return _shipped(shipped_text(key=key))


@lru_cache(maxsize=16)
def _shipped(text: str) -> PlanFile:
    return rules.read_text(text)


def schema_document() -> dict[str, Any]:
    """Return the JSON Schema of a plan's file, to be published."""
    found: dict[str, Any] = PlanFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def active_version() -> tuple[int, PlanDocument]:
    """
    Return the version in force and its plan.

    Raises: NoActivePlan.
    """
    found = rows.fetch_dicts(_READS["active_version"])
    if not found:
        raise NoActivePlan(_("No hay un plan activo."))
    return found[0]["id"], _compiled(found[0]["document"])


def prompt_terms(*, time_zone: str) -> tuple[PromptTerms, ...]:
    """Return what the versions that are or were in force give to who pays early; days are those of the time zone."""
    found = rows.fetch_all(_READS["prompt_terms"], {"time_zone": time_zone})
    return tuple(PromptTerms(*row) for row in found)


def version_card(*, version_id: int) -> dict[str, Any]:
    """
    Return a version with its text and its life.

    Raises: NotFound.
    """
    found = rows.fetch_dicts(_READS["version"], {"version_id": version_id})
    if not found:
        raise NotFound(_("No existe esa versión del plan."))
    return found[0]


def versions() -> list[dict[str, Any]]:
    """List all versions, the newest of each plan first."""
    return rows.fetch_dicts(_READS["versions"])


def file_of_version(*, version_id: int) -> PlanFile:
    """
    Return a version as its file says it.

    Raises: NotFound; MalformedPlan in words for a draft with faults.
    """
    document = version_card(version_id=version_id)["document"]
    try:
        return rules.read_raw(rows.as_json(document))
    except MalformedPlan as refused:
        raise worded(refused=refused) from refused


def understood(*, text: str, templates: frozenset[str]) -> tuple[PlanFile | None, tuple[Fault, ...]]:
    """Say what a plan's text says, or all that is wrong with it."""
    try:
        return rules.read_text(text, templates=templates), ()
    except MalformedPlan as refused:
        return None, refused.faults


def data_of(*, text: str) -> dict[str, Any]:
    """
    Return what a draft's text says as data, whole or not.

    Raises: MalformedPlan where it is no plan at all.
    """
    found: dict[str, Any] = rules.plain(rules.load(text))
    return found


def part_of(*, data: Any, path: tuple[str | int, ...]) -> Any:
    """Return the part of a plan's data at a path; None where there is none."""
    return rules.part_at(data, path)


def faults_with(*, text: str, edits: Sequence[DraftEdit], templates: frozenset[str]) -> tuple[Fault, ...]:
    """
    Say what would be wrong with a plan after edits; lines are not known.

    Raises: NotFound where an edit is about nothing; MalformedPlan where the text is no plan at all.
    """
    try:
        data = rules.tried(data_of(text=text), edits)
    except (KeyError, IndexError) as error:
        raise NotFound(_("El plan no tiene esa parte.")) from error
    faults = tuple(rules.unstorable(data))
    if faults:
        return faults
    try:
        rules.read_raw(data, templates=templates)
    except MalformedPlan as refused:
        return refused.faults
    return ()


def changes_between(*, before_id: int, after_id: int) -> list[Change]:
    """
    List what differs between two versions.

    Raises: NotFound; MalformedPlan in words for a draft with faults.
    """
    return rules.changes(file_of_version(version_id=before_id), file_of_version(version_id=after_id))


def plan_of_version(*, version_id: int) -> PlanDocument:
    """
    Return a version as a run decides by it; equal documents are read once.

    Raises: NotFound; MalformedPlan in words for a draft with faults.
    """
    document = version_card(version_id=version_id)["document"]
    try:
        return _compiled(document)
    except MalformedPlan as refused:
        raise worded(refused=refused) from refused


@lru_cache(maxsize=64)
def _compiled(document: str) -> PlanDocument:
    return rules.compiled(rules.read_raw(rows.as_json(document)))


def place_names() -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of stages and of segments of the plan in force, by key, in its order; none without a plan."""
    try:
        _version_id, plan = active_version()
    except NoActivePlan:
        return {}, {}
    return {one.key: one.name for one in plan.stages}, {one.key: one.name for one in plan.segments}


def stage_kind(*, plan: PlanDocument, step: Step) -> str:
    """Return the kind of the first stage that takes a step; empty where any stage does."""
    kinds = {stage.key: stage.kind.value for stage in plan.stages}
    return kinds[step.stages[0]] if step.stages else ""


def version_label(*, version_id: int) -> str:
    """Name a version for people: plan and number."""
    found = rows.fetch_dicts(_READS["version"], {"version_id": version_id})
    return f"{found[0]['name']} v{found[0]['number']}" if found else ""


def step_names(*, version_id: int) -> dict[int, str]:
    """Return the names of a version's steps by number."""
    return {step.number: step.name for step in plan_of_version(version_id=version_id).steps}


def former_step_names() -> dict[str, str]:
    """Return the names of the steps of all versions that are or were in force by key, the newest one's first."""
    found: dict[str, str] = {}
    for one in sorted(versions(), key=lambda row: row["id"], reverse=True):
        if one["activated_at"] is None:
            continue
        try:
            steps = plan_of_version(version_id=one["id"]).steps
        except MalformedPlan:
            # Plans of a former kind are kept as they were.
            continue
        for step in steps:
            found.setdefault(step.key, step.name)
    return found


def names_of_keys() -> dict[str, str]:
    """Name the steps of every plan that ever was in force, and the campaigns, by key; the newest name counts."""
    return former_step_names() | campaign_step_names()

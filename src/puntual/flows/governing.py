"""
A plan from its text to the day on which it is in force: the wording that it names must be there.

Reads outreach's templates beside the plan, so that no version can be approved that would send nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from puntual.audit.types import Actor
from puntual.flows import validity
from puntual.outreach import queries as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import DraftEdit, Fault, MalformedPlan, PlanFile


def templates() -> frozenset[str]:
    """Name the wording that steps may use."""
    return frozenset(key for key, _language in outreach.template_names())


def check_plan(*, text: str) -> tuple[PlanFile | None, tuple[Fault, ...]]:
    """Say what a plan's text says, and all that is wrong with it. Writes nothing."""
    return planned.understood(text=text, templates=templates())


@transaction.atomic(durable=True)
def save_draft(*, text: str, reason: str, replaces: bool, actor: Actor, at: datetime) -> int:
    """
    Keep what a person wrote as the draft of its plan; see plans.operations.save_draft.

    Raises: MalformedPlan in words; UnableToChangeVersion; DraftChangedMeanwhile.
    """
    try:
        return plans.save_draft(text=text, reason=reason, replaces=replaces, actor=actor, at=at)
    except MalformedPlan as refused:
        raise planned.worded(refused=refused) from refused


@transaction.atomic(durable=True)
def begin_draft(*, text: str, reason: str, actor: Actor, at: datetime) -> int:
    """
    Begin a new version of a plan; see plans.operations.begin_draft.

    Raises: MalformedPlan in words; UnableToChangeVersion.
    """
    try:
        return plans.begin_draft(text=text, reason=reason, actor=actor, at=at)
    except MalformedPlan as refused:
        raise planned.worded(refused=refused) from refused


@transaction.atomic(durable=True)
def rewrite_draft(*, version_id: int, text: str, digest: str, actor: Actor, at: datetime) -> str:
    """
    Write over a draft that was read with a fingerprint; see plans.operations.rewrite_draft.

    Raises: NotFound; UnableToChangeVersion; DraftChangedMeanwhile; MalformedPlan in words.
    """
    try:
        return plans.rewrite_draft(version_id=version_id, text=text, digest=digest, actor=actor, at=at)
    except MalformedPlan as refused:
        raise planned.worded(refused=refused) from refused


@transaction.atomic(durable=True)
def edit_draft(
    *, version_id: int, edits: Sequence[DraftEdit], digest: str, actor: Actor, at: datetime
) -> str:
    """
    Carry edits out on a draft that was read with a fingerprint; see plans.operations.edit_draft.

    Raises: NotFound; UnableToChangeVersion; DraftChangedMeanwhile; MalformedPlan in words.
    """
    try:
        return plans.edit_draft(version_id=version_id, edits=edits, digest=digest, actor=actor, at=at)
    except MalformedPlan as refused:
        raise planned.worded(refused=refused) from refused


def faults_with(*, text: str, edits: Sequence[DraftEdit]) -> tuple[Fault, ...]:
    """
    Say what would be wrong with a plan after edits. Writes nothing.

    Raises: NotFound where an edit is about nothing; MalformedPlan where the text is no plan at all.
    """
    return planned.faults_with(text=text, edits=edits, templates=templates())


@transaction.atomic(durable=True)
def explain_draft(*, version_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Say why a draft differs from what is in force. Raises: NotFound; UnableToChangeVersion."""
    plans.explain_draft(version_id=version_id, reason=reason, actor=actor, at=at)


@transaction.atomic(durable=True)
def submit(*, version_id: int, actor: Actor, at: datetime) -> None:
    """
    Send a draft to review.

    Raises: NotFound; MalformedPlan in words; UnableToChangeVersion.
    """
    try:
        plans.submit(version_id=version_id, templates=templates(), actor=actor, at=at)
    except MalformedPlan as refused:
        raise planned.worded(refused=refused) from refused


@transaction.atomic(durable=True)
def return_to_draft(*, version_id: int, actor: Actor, at: datetime) -> None:
    """Give a version back to its author. Raises: NotFound; UnableToChangeVersion."""
    plans.return_to_draft(version_id=version_id, actor=actor, at=at)


@transaction.atomic(durable=True)
def approve(*, version_id: int, actor: Actor, at: datetime) -> None:
    """Approve as another person than the author. Raises: NotFound; UnableToChangeVersion; SecondPersonNeeded."""
    plans.approve(version_id=version_id, actor=actor, at=at)


@transaction.atomic(durable=True)
def activate(*, version_id: int, actor: Actor, at: datetime) -> None:
    """
    Put an approved version in force from the next run on, once it is valid: until then it stays approved.

    Raises: NotFound; UnableToChangeVersion; validity.PlanNotValid.
    """
    plans.activate(version_id=version_id, actor=actor, at=at)
    validity.refuse_invalid(
        plan=planned.plan_of_version(version_id=version_id), day=validity.day_at_company(at=at)
    )


@transaction.atomic(durable=True)
def discard(*, version_id: int, actor: Actor, at: datetime) -> None:
    """Throw a draft away. Raises: NotFound; UnableToChangeVersion."""
    plans.discard(version_id=version_id, actor=actor, at=at)


def changes_of(*, version_id: int, against_id: int) -> list[str]:
    """
    Say in sentences what a version changes against another.

    Raises: NotFound; MalformedPlan in words for a draft with faults.
    """
    found = planned.changes_between(before_id=against_id, after_id=version_id)
    currency = planned.file_of_version(version_id=version_id).currency
    names = {key: name for (key, language), name in outreach.template_names().items() if language == "es"}
    return [planned.change_sentence(change=one, currency=currency, templates=names) for one in found]

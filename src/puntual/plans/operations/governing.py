"""
Versions of plans: written, reviewed, approved by a second person, put in force, retired.

Reads: the text that a person wrote
Writes: plans.Plan, plans.PlanVersion
Guarantees: one version in force in a company; one open version of a plan; what has left the draft never changes; nobody
approves what they wrote in; the same text again changes nothing.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import SYSTEM, Actor
from puntual.db.locks import Lock, lock_in_transaction
from puntual.lib.errors import DomainError, NotFound
from puntual.plans import rules
from puntual.plans.models import Plan, PlanVersion
from puntual.plans.types import DraftEdit, MalformedPlan, VersionState

_OPEN = (VersionState.DRAFT, VersionState.REVIEW, VersionState.APPROVED)


class UnableToChangeVersion(DomainError):
    """The version is not in a state that allows it; nothing was written."""

    code = "unable-to-change-version"


class DraftChangedMeanwhile(DomainError):
    """Somebody saved the draft after it was read; nothing was written."""

    code = "draft-changed-meanwhile"


class SecondPersonNeeded(DomainError):
    """Whoever wrote in a plan may not approve it; nothing was written."""

    code = "second-person-needed"


def _digest_of(text: str) -> str:
    """Return the fingerprint of a plan's text."""
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def adopt_plan(
    *, text: str, templates: frozenset[str] | None = None, actor: Actor = SYSTEM, at: datetime
) -> int:
    """
    Put a plan in force that comes with the product and return its version; the same text again changes nothing.

    It needs no second person: whoever delivers the product has approved it.

    Raises: MalformedPlan.
    """
    found = rules.read_text(text, templates=templates)
    _be_the_one_in_force()
    plan = _plan(key=found.key, name=found.name)
    newest = _newest(plan)
    digest = _digest_of(text)
    if newest is not None and newest.document_hash == digest and newest.state == VersionState.ACTIVE:
        return newest.pk
    _retire_active(at)
    created = PlanVersion.objects.create(
        plan=plan,
        number=(newest.number if newest else 0) + 1,
        state=VersionState.ACTIVE,
        text=text,
        document=rules.plain(rules.load(text)),
        document_hash=digest,
        author_label=actor.label[:120],
        approver_label=actor.label[:120],
        approved_at=at,
        activated_at=at,
        updated_at=at,
    )
    _note("adopt-plan", created, actor, at)
    return created.pk


@transaction.atomic
def save_draft(*, text: str, reason: str = "", replaces: bool = False, actor: Actor, at: datetime) -> int:
    """
    Keep what a person wrote as the draft of its plan and return its version.

    A draft may have faults, as long as it says which plan it is. A plan has one open version: where it is a draft that
    the same person wrote last, or `replaces` says to, it is written over; where it is under review or approved, it
    must go back first.

    Raises: MalformedPlan where not even its key can be read; UnableToChangeVersion; DraftChangedMeanwhile where
    somebody else wrote in the draft last.
    """
    plan, loaded = _plan_of_draft(text)
    newest = _newest(plan)
    if newest is None or newest.state not in _OPEN:
        return _new_draft(plan, newest, text=text, loaded=loaded, reason=reason, actor=actor, at=at)
    if newest.state != VersionState.DRAFT:
        raise UnableToChangeVersion(
            _("La versión %d ya está en revisión. Regrésela a borrador para cambiarla.") % newest.number
        )
    if newest.author_id != actor.id and not replaces:
        raise DraftChangedMeanwhile(
            _("La última mano en el borrador es de %s. No se guardó nada: véalo antes de escribir encima.")
            % (newest.author_label or _("alguien"))
        )
    _write_over(newest, text=text, loaded=loaded, actor=actor, at=at)
    if reason and reason[:500] != newest.change_reason:
        explain_draft(version_id=newest.pk, reason=reason, actor=actor, at=at)
    return newest.pk


@transaction.atomic
def begin_draft(*, text: str, reason: str, actor: Actor, at: datetime) -> int:
    """
    Begin a new version of a plan and return it; a version that is open already is left as it is.

    Raises: MalformedPlan where not even its key can be read; UnableToChangeVersion where the plan has an open version.
    """
    plan, loaded = _plan_of_draft(text)
    newest = _newest(plan)
    if newest is not None and newest.state in _OPEN:
        raise UnableToChangeVersion(
            _("Este plan ya tiene una versión abierta, la %d: siga con ella o descártela.") % newest.number
        )
    return _new_draft(plan, newest, text=text, loaded=loaded, reason=reason, actor=actor, at=at)


def _plan_of_draft(text: str) -> tuple[Plan, Any]:
    """Return the plan that a text is about, whole or not, and its data. Raises: MalformedPlan."""
    loaded = rules.plain(rules.load(text))
    key, name = str(loaded.get("clave") or ""), str(loaded.get("nombre") or "")
    try:
        rules.read_text(text)
    except MalformedPlan as refused:
        if not key or not name or any(fault.path in (("clave",), ("nombre",)) for fault in refused.faults):
            raise
    return _plan(key=key, name=name[:120]), loaded


def _new_draft(
    plan: Plan, newest: PlanVersion | None, *, text: str, loaded: Any, reason: str, actor: Actor, at: datetime
) -> int:
    created = PlanVersion.objects.create(
        plan=plan,
        number=(newest.number if newest else 0) + 1,
        state=VersionState.DRAFT,
        based_on=newest,
        text=text,
        document=loaded,
        document_hash=_digest_of(text),
        change_reason=reason[:500],
        author_id=actor.id,
        author_label=actor.label[:120],
        writer_ids=_writers([], actor),
        updated_at=at,
    )
    _note("draft-plan", created, actor, at)
    return created.pk


def _write_over(version: PlanVersion, *, text: str, loaded: Any, actor: Actor, at: datetime) -> str:
    """Give a draft a new text and return its fingerprint; the same text again changes nothing."""
    digest = _digest_of(text)
    if digest != version.document_hash:
        _move(
            version,
            VersionState.DRAFT,
            text=text,
            document=loaded,
            document_hash=digest,
            author_id=actor.id,
            author_label=actor.label[:120],
            writer_ids=_writers(version.writer_ids, actor),
            updated_at=at,
        )
        version.document_hash = digest
        _note("edit-plan", version, actor, at)
    return digest


@transaction.atomic
def rewrite_draft(*, version_id: int, text: str, digest: str, actor: Actor, at: datetime) -> str:
    """
    Write over a draft that was read with the fingerprint `digest`, and return the new fingerprint.

    The draft may have faults, as long as it says which plan it is, and that it is still the same one. Whoever writes
    last is its author, and nobody who ever wrote in it approves it.

    Raises: NotFound; UnableToChangeVersion; DraftChangedMeanwhile; MalformedPlan.
    """
    version = _version(version_id, VersionState.DRAFT)
    if version.document_hash != digest:
        raise DraftChangedMeanwhile(
            _(
                "%s guardó este borrador después de que usted lo abrió. No se guardó nada suyo: vuelva a abrirlo."
            )
            % (version.author_label or _("Alguien"))
        )
    loaded = rules.plain(rules.load(text))
    if loaded.get("clave") != version.plan.key:
        raise UnableToChangeVersion(
            _(
                "La clave del plan es «%s» y no cambia de una versión a otra. Para otro plan, empiece otro borrador."
            )
            % version.plan.key
        )
    return _write_over(version, text=text, loaded=loaded, actor=actor, at=at)


@transaction.atomic
def edit_draft(
    *, version_id: int, edits: Sequence[DraftEdit], digest: str, actor: Actor, at: datetime
) -> str:
    """
    Carry edits out on a draft that was read with the fingerprint `digest`, and return the new one.

    The rest of the text, its comments and layout, stays as it is.

    Raises: NotFound, also where an edit is about nothing; UnableToChangeVersion; DraftChangedMeanwhile; MalformedPlan.
    """
    version = _version(version_id, VersionState.DRAFT)
    text = version.text
    if version.document_hash == digest:
        try:
            text = rules.edited(text, edits)
        except (KeyError, IndexError) as error:
            raise NotFound(_("El plan no tiene esa parte.")) from error
    return rewrite_draft(version_id=version_id, text=text, digest=digest, actor=actor, at=at)


@transaction.atomic
def explain_draft(*, version_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Say why a draft differs from what is in force. Raises: NotFound; UnableToChangeVersion."""
    version = _version(version_id, VersionState.DRAFT)
    _move(version, VersionState.DRAFT, change_reason=reason[:500], updated_at=at)
    _note("explain-plan", version, actor, at)


@transaction.atomic
def submit(*, version_id: int, templates: frozenset[str] | None = None, actor: Actor, at: datetime) -> None:
    """
    Send a draft to review; from then on its text is what it is.

    Raises: NotFound; MalformedPlan where it has faults; UnableToChangeVersion.
    """
    version = _version(version_id, VersionState.DRAFT)
    rules.read_text(version.text, templates=templates)
    _move(version, VersionState.REVIEW, submitted_at=at, updated_at=at)
    _note("submit-plan", version, actor, at)


@transaction.atomic
def return_to_draft(*, version_id: int, actor: Actor, at: datetime) -> None:
    """
    Give a version that is under review or approved back to its author.

    Raises: NotFound; UnableToChangeVersion.
    """
    version = _version(version_id, VersionState.REVIEW, VersionState.APPROVED)
    _move(
        version,
        VersionState.DRAFT,
        submitted_at=None,
        approver_id=None,
        approver_label="",
        approved_at=None,
        updated_at=at,
    )
    _note("return-plan", version, actor, at)


@transaction.atomic
def approve(*, version_id: int, actor: Actor, at: datetime) -> None:
    """
    Approve a version under review, as a person who never wrote in it.

    Raises: NotFound; UnableToChangeVersion; SecondPersonNeeded.
    """
    version = _version(version_id, VersionState.REVIEW)
    if actor.id is None or version.author_id is None or actor.id in version.writer_ids:
        raise SecondPersonNeeded(_("Debe aprobarla otra persona que quien la escribió."))
    _move(
        version,
        VersionState.APPROVED,
        approver_id=actor.id,
        approver_label=actor.label[:120],
        approved_at=at,
        updated_at=at,
    )
    _note("approve-plan", version, actor, at)


@transaction.atomic
def activate(*, version_id: int, actor: Actor, at: datetime) -> None:
    """
    Put an approved version in force from the next run on; the one in force before is retired.

    Raises: NotFound; UnableToChangeVersion.
    """
    _be_the_one_in_force()
    version = _version(version_id, VersionState.APPROVED)
    _retire_active(at)
    _move(version, VersionState.ACTIVE, activated_at=at, updated_at=at)
    _note("activate-plan", version, actor, at)


@transaction.atomic
def discard(*, version_id: int, actor: Actor, at: datetime) -> None:
    """
    Throw away a draft that nobody wants.

    Raises: NotFound; UnableToChangeVersion.
    """
    version = _version(version_id, VersionState.DRAFT)
    _note("discard-plan", version, actor, at)
    PlanVersion.objects.filter(pk=version.pk).delete()


def _plan(*, key: str, name: str) -> Plan:
    """Find or make a plan, and hold it: whoever writes its versions does so one after the other."""
    Plan.objects.get_or_create(key=key, defaults={"name": name})
    return Plan.objects.select_for_update().get(key=key)


def _newest(plan: Plan) -> PlanVersion | None:
    return PlanVersion.objects.select_for_update().filter(plan=plan).order_by("-number").first()


def _be_the_one_in_force() -> None:
    """Wait for whoever puts another plan in force: each retires the one that it finds there."""
    lock_in_transaction(lock=Lock.PLAN_IN_FORCE, key="")


def _writers(known: Sequence[int], actor: Actor) -> list[int]:
    """Name everyone who wrote in a version, and who writes now."""
    return [*known] if actor.id is None or actor.id in known else [*known, actor.id]


def _version(version_id: int, *states: VersionState) -> PlanVersion:
    version = PlanVersion.objects.select_for_update().filter(pk=version_id).first()
    if version is None:
        raise NotFound(_("No existe esa versión del plan."))
    if version.state not in states:
        raise UnableToChangeVersion(_("La versión %d no está en un estado que lo permita.") % version.number)
    return version


def _move(version: PlanVersion, state: VersionState, **values: Any) -> None:
    PlanVersion.objects.filter(pk=version.pk).update(state=state, **values)


def _retire_active(at: datetime) -> None:
    PlanVersion.objects.filter(state=VersionState.ACTIVE).update(
        state=VersionState.RETIRED, retired_at=at, updated_at=at
    )


def _note(action: str, version: PlanVersion, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="plan-version",
        subject_id=version.pk,
        after={"number": version.number, "document_hash": version.document_hash},
        at=at,
    )

"""
What is planned passes through a person's hands: approve what is proposed, stop or change what still waits.

Approving lets a message go to the queue and a task to people; the law is asked again when it is sent. What is
stopped keeps its reason, and the step is not planned again for the same day of the plan; a whole step stopped for
today is looked at again tomorrow. A worker may hand a message over at the same moment: then it was sent, and the
count of those for which it was too late says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.operations import NewEvent
from puntual.audit.types import Actor
from puntual.companies import queries as companies
from puntual.compliance import operations as compliance
from puntual.compliance.types import IntendedContact, JudgedContact, Moment, RuleText, VerdictOutcome
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel, PointKind, Purpose
from puntual.flows import contact_now, endings
from puntual.flows.deciding import CONNECTED
from puntual.lib.errors import DomainError, NotFound
from puntual.outreach import operations as outreach
from puntual.outreach import queries as messages
from puntual.outreach.types import Refusal, Rendered
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import ActionState

STOPPED = "put-aside"
STOPPED_TODAY = "step-stopped"
WAITING = (ActionState.PROPOSED, ActionState.QUEUED, ActionState.OPEN)
KIND_OF = {
    Channel.EMAIL: PointKind.EMAIL,
    Channel.CALL: PointKind.PHONE,
    Channel.VISIT: PointKind.ADDRESS,
    Channel.LETTER: PointKind.ADDRESS,
}


class UnableToChangeAction(DomainError):
    """An action cannot be changed as asked; nothing was written."""

    code = "unable-to-change-action"


@dataclass(frozen=True, slots=True)
class Stopped:
    """How many actions stopped, and for how many it was too late: their message is leaving or has left."""

    stopped: int
    too_late: int


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """What the law says of a changed action: whether it may be, from when, and the rules that object."""

    is_allowed: bool
    not_before: datetime | None
    rules: tuple[RuleText, ...]


@transaction.atomic(durable=True)
def approve(*, action_ids: Sequence[int], actor: Actor, at: datetime) -> int:
    """Let proposed actions go on; return how many waited. Those that no longer wait stay as they are."""
    waiting = planned.proposed_among(action_ids=action_ids)
    sendable = plans.approve_actions(action_ids=waiting)
    outreach.queue_for_actions(action_ids=sendable, at=at)
    _tell("action-approved", waiting, actor=actor, at=at)
    return len(waiting)


@transaction.atomic(durable=True)
def stop(
    *, action_ids: Sequence[int], note: str, only_proposed: bool = False, actor: Actor, at: datetime
) -> Stopped:
    """
    Stop actions that still wait, with the reason; the plan does not take their steps again.

    With `only_proposed`, what somebody else has approved meanwhile goes on.
    """
    if only_proposed:
        action_ids = planned.proposed_among(action_ids=action_ids)
    return stop_waiting(action_ids=action_ids, reason=STOPPED, note=note, actor=actor, at=at)


@transaction.atomic(durable=True)
def stop_step(*, as_of: date, step_key: str, note: str, actor: Actor, at: datetime) -> Stopped:
    """
    Stop a whole step of the plan for today: what waits of it, and what a later start of the day's run would plan.

    Tomorrow the plan looks at it again where it is still in time.

    Raises: NotFound where neither the plan nor anything that waits has such a step; NoActivePlan.
    """
    if not planned.ids_of_step(step_key=step_key, states=WAITING) and step_key not in _steps_of_day(as_of):
        raise NotFound(_("El plan no tiene ese paso."))
    plans.stop_step(as_of=as_of, step_key=step_key, note=note, actor=actor, at=at)
    waiting = planned.ids_of_step(step_key=step_key, states=WAITING)
    return stop_waiting(action_ids=waiting, reason=STOPPED_TODAY, note=note, actor=actor, at=at)


def _steps_of_day(day: date) -> set[str]:
    """Name the steps that a run of a day decides: of the version it began with, and of the one in force."""
    run = planned.run_of(as_of=day)
    found = [planned.active_version()[1]]
    if run is not None:
        found.append(planned.plan_of_version(version_id=run.version_id))
    return {step.key for plan in found for step in plan.steps}


@transaction.atomic(durable=True)
def resume_step(*, as_of: date, step_key: str, actor: Actor, at: datetime) -> bool:
    """Let a step go on that was stopped for a day; what was stopped of it is looked at by the next day's run."""
    return plans.lift_stop(as_of=as_of, step_key=step_key, actor=actor, at=at)


def stop_waiting(*, action_ids: Sequence[int], reason: str, note: str, actor: Actor, at: datetime) -> Stopped:
    """Stop actions that still wait, with their messages, and tell the audit trail. Requires a transaction."""
    # Actions before messages, as everywhere: two hands then never wait for each other.
    waiting = planned.stoppable_among(action_ids=action_ids)
    late = set(outreach.stop_actions(action_ids=waiting, reason=reason, at=at))
    stopped = [one for one in waiting if one not in late]
    plans.complete_actions(action_ids=stopped, state=ActionState.CANCELLED, reason=reason, note=note, at=at)
    _tell("action-stopped", stopped, actor=actor, at=at)
    return Stopped(stopped=len(stopped), too_late=len(late))


def channels_of(*, action_id: int) -> list[Channel]:
    """
    List the channels by which an action may be done instead, its own first; none for a move.

    Raises: NotFound.
    """
    found = planned.action(action_id=action_id)
    if not found["channel"]:
        return []
    own = Channel(found["channel"])
    others = [one for one in Channel if one in CONNECTED and one is not own]
    return [own, *(one for one in others if one is not Channel.EMAIL or found["template"])]


def ask_again(
    *, action_id: int, channel: Channel, contact_point_id: int, moment: datetime, country: str, today: date
) -> AskedAgain:
    """
    Ask the law whether an action may be done otherwise. Writes nothing.

    Raises: NotFound; UnableToChangeAction when the contact point is not the customer's, or not for this channel.
    """
    found = planned.action(action_id=action_id)
    judged = _judge(
        found, channel=channel, point_id=contact_point_id, moment=moment, country=country, today=today
    )
    return _asked(judged, country=country)


@transaction.atomic(durable=True)
def change(
    *,
    action_id: int,
    channel: Channel,
    contact_point_id: int,
    moment: datetime,
    template: str = "",
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
) -> AskedAgain:
    """
    Have a waiting action done at another moment, by another contact point or channel, where the law allows that.

    `template`: the wording of its message, where that is to be another one.

    Raises: NotFound; UnableToChangeAction when it waits no longer, the law objects, the moment is past, or the wording
    makes no sense for what is owed.
    """
    if moment < at:
        raise UnableToChangeAction(_("Ese momento ya pasó: elija uno de hoy en adelante."))
    found = planned.action(action_id=action_id)
    if not planned.stoppable_among(action_ids=[action_id]):
        raise UnableToChangeAction(_("Esta gestión ya no espera: se hizo o se detuvo mientras tanto."))
    if channel not in channels_of(action_id=action_id):
        raise UnableToChangeAction(_("Esta gestión no puede hacerse por ese canal."))
    wording = template if template and channel is Channel.EMAIL else found["template"]
    if wording != found["template"]:
        _refuse_wording(found, template=wording, country=country, today=today)
    judged = _judge(
        {**found, "template": wording},
        channel=channel,
        point_id=contact_point_id,
        moment=moment,
        country=country,
        today=today,
    )
    compliance.record_verdicts(judged=[judged], country=country, moment=Moment.PLANNING, at=at)
    asked = _asked(judged, country=country)
    if not asked.is_allowed:
        raise UnableToChangeAction(_objection(asked))
    plans.change_action(
        action_id=action_id,
        channel=channel,
        contact_point_id=contact_point_id,
        template=wording,
        not_before=moment,
    )
    if not outreach.readdress(action_id=action_id, at=at):
        raise UnableToChangeAction(_("El mensaje ya salió o está saliendo en este momento: no se cambió."))
    audit.record(
        actor=actor,
        action="action-changed",
        subject_type="action",
        subject_id=action_id,
        customer_id=found["customer_id"],
        before=_as_told(found["channel"], found["contact_point_id"], found["not_before"], found["template"]),
        after=_as_told(channel.value, contact_point_id, moment, wording),
        at=at,
    )
    return asked


def _judge(
    found: Mapping[str, Any], *, channel: Channel, point_id: int, moment: datetime, country: str, today: date
) -> JudgedContact:
    points = {one.id: one for one in contacts.points_of(customer_id=found["customer_id"])}
    point = points.get(point_id)
    if point is None or point.kind is not KIND_OF.get(channel):
        raise UnableToChangeAction(_("Elija un medio de contacto de este cliente que sirva para ese canal."))
    facts, verdict = contact_now.judge(
        contact=IntendedContact(found["customer_id"], channel, Purpose(found["purpose"]), point_id),
        template=found["template"],
        country=country,
        today=today,
        at=moment,
    )
    return JudgedContact(facts=facts, verdict=verdict, step_key=found["step_key"], action_id=found["id"])


def _asked(judged: JudgedContact, *, country: str) -> AskedAgain:
    verdict = judged.verdict
    return AskedAgain(
        is_allowed=verdict.outcome is VerdictOutcome.ALLOW,
        not_before=verdict.not_before if verdict.outcome is VerdictOutcome.DEFER else None,
        rules=contact_now.rule_words(verdict=verdict, country=country),
    )


def _objection(asked: AskedAgain) -> str:
    said = " ".join(rule.text for rule in asked.rules)
    if asked.not_before is None:
        return _("No se cambió: %s") % said
    return _("No se cambió: a esa hora no se permite. %s") % said


def _as_told(channel: object, point_id: object, moment: object, template: str) -> dict[str, object]:
    when = moment.isoformat() if isinstance(moment, datetime) else None
    name = wordings().get(template, template)
    return {"channel": channel, "contact_point_id": point_id, "not_before": when, "template": name}


def wordings() -> dict[str, str]:
    """Name the templates in use, by key."""
    return {key: name for (key, language), name in messages.template_names().items() if language == "es"}


def _refuse_wording(found: Mapping[str, Any], *, template: str, country: str, today: date) -> None:
    _written, refusal = messages.words_for(
        customer_id=found["customer_id"],
        template=template,
        purpose=Purpose(found["purpose"]),
        action_id=found["id"],
        company=companies.current_company(base_url=settings.BASE_URL),
        today=today,
    )
    if refusal is not None:
        why = endings.in_words(reason=refusal.value, country=country)
        raise UnableToChangeAction(_("Ese texto hoy no saldría: %s") % why)


def sample_of(*, action_id: int, today: date) -> tuple[Rendered | None, Refusal | None]:
    """
    Write what an action would send to its customer as things stand, or say why nothing; neither where it is a task.

    Raises: NotFound.
    """
    found = planned.action(action_id=action_id)
    if found["channel"] != Channel.EMAIL:
        return None, None
    return messages.words_for(
        customer_id=found["customer_id"],
        template=found["template"],
        purpose=Purpose(found["purpose"]),
        action_id=action_id,
        company=companies.current_company(base_url=settings.BASE_URL),
        today=today,
    )


def _tell(action: str, action_ids: Sequence[int], *, actor: Actor, at: datetime) -> None:
    events = [NewEvent(action, "action", action_id) for action_id in action_ids]
    audit.record_many(events=events, actor=actor, at=at)

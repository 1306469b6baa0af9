"""
What the law leaves to a person: it waits, a person releases or refuses it, and the gate is asked again.

A message waits until the day ends, in the words in which it would leave. A release lifts the objections that it names
for just these words, this contact point and this law pack, and no other: whatever changes is asked for anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.operations import NewEvent
from puntual.audit.types import Actor
from puntual.companies.types import CompanyFacts
from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.operations import reviewing
from puntual.compliance.types import (
    ContactFacts,
    IntendedContact,
    JudgedContact,
    Moment,
    PendingReview,
    ReviewAsk,
    ReviewMark,
    Verdict,
    VerdictOutcome,
)
from puntual.flows import approvals, wording
from puntual.lib.errors import DomainError
from puntual.outreach import operations as outreach
from puntual.outreach import queries as messages
from puntual.outreach.types import (
    ClaimedMessage,
    Ending,
    MessageFacts,
    Refusal,
    RenderedMessage,
    TemplateText,
)
from puntual.plans import operations as plans
from puntual.plans import queries as planned

REASON_LENGTH_MIN, REASON_LENGTH_MAX = 10, 300
_REFUSED = "review-refused"
Gate = Callable[[Sequence[ContactFacts]], Sequence[tuple[Verdict, datetime | None]]]


class UnableToRelease(DomainError):
    """Contacts cannot be released or refused as asked; nothing was written."""

    code = "unable-to-release"


@dataclass(frozen=True, slots=True)
class Answered:
    """How many contacts a person answered, and why the others were not."""

    done: int
    # They waited no longer: somebody else answered, it was paid, or the day is over.
    gone: int
    # Whoever wrote a text does not release it.
    own: int
    # The law objects to more, or to something else, than was shown.
    changed: int


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom, by which worker and when a batch of messages is looked at."""

    company: CompanyFacts
    worker: str
    today: date
    at: datetime


def hold_for_release(
    *,
    batch: Sequence[ClaimedMessage],
    facts: dict[int, MessageFacts],
    judged: dict[int, JudgedContact],
    templates: Mapping[tuple[str, str], TemplateText],
    call: Asking,
    gate: Gate,
) -> dict[int, Ending]:
    """
    Let a message that the law leaves to a person go where one released just these words; the others wait for one.

    Writes the verdict of what was released into `judged`. A batch without such a message asks nothing. Requires a
    transaction in which the people are held.
    """
    asking = {
        one.id: one
        for one in batch
        if one.id in judged
        and judged[one.id].verdict.outcome is VerdictOutcome.REVIEW
        and messages.objection(facts=facts.get(one.id), templates=templates, today=call.today) is None
    }
    if not asking:
        return {}
    written = _rendered(
        [facts[one] for one in asking],
        templates=templates,
        company=call.company,
        today=call.today,
        at=call.at,
    )
    outreach.store_words(messages=written, worker=call.worker)
    asks = [
        ReviewAsk(
            judged[one.message_id],
            asking[one.message_id].contact_point_id,
            asking[one.message_id].template,
            messages.words_digest(message=one),
        )
        for one in written
    ]
    answered = reviewing.with_releases(asks=asks, judge=gate, today=call.today)
    for words, one in zip(written, answered, strict=True):
        judged[words.message_id] = one
    waiting = [
        (words.message_id, ask)
        for words, ask in zip(written, asks, strict=True)
        if judged[words.message_id].verdict.outcome is VerdictOutcome.REVIEW
    ]
    reviewing.ask(
        asks=[replace(ask, judged=judged[message_id]) for message_id, ask in waiting],
        today=call.today,
        at=call.at,
    )
    # It ends with the day: tomorrow the law is asked anew, and a person where it must be.
    tomorrow = datetime.combine(
        call.today + timedelta(days=1), time(), tzinfo=ZoneInfo(call.company.time_zone)
    )
    return {
        message_id: Ending(
            message_id,
            f"{Refusal.REVIEW.value}:{','.join(judged[message_id].verdict.rule_ids)}",
            tomorrow,
        )
        for message_id, _ask in waiting
    }


def _rendered(
    going: Sequence[MessageFacts],
    *,
    templates: Mapping[tuple[str, str], TemplateText],
    company: CompanyFacts,
    today: date,
    at: datetime,
) -> list[RenderedMessage]:
    """Write messages, each with a link of its own."""
    customer_ids = [one.customer_id for one in going]
    links = outreach.make_portal_links(customer_ids=customer_ids, at=at)
    proven = messages.proofs_of(customer_ids=customer_ids, policy=company.portal_identity)
    return messages.rendered(
        facts=going, links=links, templates=templates, company=company, today=today, proven=proven
    )


@transaction.atomic
def answer(
    *,
    review_ids: Sequence[int],
    is_released: bool,
    reason: str,
    actor: Actor,
    country: str,
    today: date,
    at: datetime,
) -> Answered:
    """
    Release contacts that wait for a person today, or refuse them, with one reason; set-wise.

    The gate is asked about each with the facts of now: only one whose objections are those that were shown is
    released. What is released leaves at once, or at the next lawful moment of the day, after the gate was asked once
    more. Whoever asked for a campaign answers for none of it.

    Raises: UnableToRelease where the reason says too little.
    """
    reason = reason.strip()
    if not REASON_LENGTH_MIN <= len(reason) <= REASON_LENGTH_MAX:
        raise UnableToRelease(
            _("Escriba el motivo, de %(least)d a %(most)d letras: queda en la prueba de cada contacto.")
            % {"least": REASON_LENGTH_MIN, "most": REASON_LENGTH_MAX}
        )
    wanted = list(dict.fromkeys(review_ids))
    held = reviewing.hold(review_ids=wanted, today=today)
    own = planned.asked_for_by(
        action_ids=[one.action_id for one in held if one.action_id is not None], user_id=actor.id
    )
    others = [one for one in held if one.action_id not in own]
    judged = _judged(others, is_released=is_released, country=country, today=today, at=at)
    good = [one for one in others if not is_released or _still_fits(judged[one.id].verdict)]
    marks = reviewing.answer(
        review_ids=[one.id for one in good], is_released=is_released, reason=reason, actor=actor, at=at
    )
    compliance.record_verdicts(
        judged=[replace(judged[one.id], review=marks[one.id]) for one in good],
        country=country,
        moment=Moment.RELEASE,
        at=at,
    )
    action_ids = [one.action_id for one in good if one.action_id is not None]
    if is_released:
        plans.reschedule_actions(moves=[(one, at) for one in action_ids])
        outreach.wake(action_ids=action_ids, at=at)
    else:
        approvals.stop_waiting(action_ids=action_ids, reason=_REFUSED, note=reason, actor=actor, at=at)
    _tell(good, marks, is_released=is_released, actor=actor, at=at)
    compliance.link_blocks()
    return Answered(
        done=len(good),
        gone=len(wanted) - len(held),
        own=len(held) - len(others),
        changed=len(others) - len(good),
    )


def _judged(
    held: Sequence[PendingReview], *, is_released: bool, country: str, today: date, at: datetime
) -> dict[int, JudgedContact]:
    """Ask the gate about contacts as they stand now, with the objections lifted that a person saw."""
    facts = law.contact_facts(
        contacts_intended=[
            IntendedContact(one.customer_id, one.channel, one.purpose, one.contact_point_id) for one in held
        ],
        country=country,
        today=today,
        at=at,
    )
    unsaid = messages.unsaid_by_template()
    facts = [
        wording.with_unsaid(facts=fact, missing=unsaid.get(one.template, frozenset()))
        for one, fact in zip(held, facts, strict=True)
    ]
    asked = [
        replace(fact, released=frozenset(one.rule_ids) if is_released else frozenset())
        for one, fact in zip(held, facts, strict=True)
    ]
    verdicts = compliance.judge_contacts(contacts=asked, country=country, at=at)
    return {
        one.id: JudgedContact(facts=fact, verdict=verdict, step_key=one.step_key, action_id=one.action_id)
        for one, fact, verdict in zip(held, asked, verdicts, strict=True)
    }


def _still_fits(verdict: Verdict) -> bool:
    """Say whether nothing but the hour stands in the way of what was released."""
    return verdict.may_happen and not verdict.reviewed


def _tell(
    good: Sequence[PendingReview],
    marks: Mapping[int, ReviewMark],
    *,
    is_released: bool,
    actor: Actor,
    at: datetime,
) -> None:
    # The reason may name a person, and the trail can only grow: it stands with the review, and its hash in the proof.
    events = [
        NewEvent(
            "contact-released" if is_released else "contact-not-released",
            "review",
            one.id,
            one.customer_id,
            after={"rules": ", ".join(one.rule_ids), "hash": marks[one.id].hash},
        )
        for one in good
    ]
    audit.record_many(events=events, actor=actor, at=at)

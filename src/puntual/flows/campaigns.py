"""
A campaign, from the question whom to reach to what became of it.

It goes through the same law gate as the plan and keeps to one message a day: whoever has one waiting, or a task, or
was reached that day gets none. Nobody's rights are set aside: what is held, disputed, promised or refused stays so,
and each customer's decision says why. The gate is asked again when a message leaves.

Whom it is for is a matter of what may be asked for, as in the decisions of a day: what is in dispute or on hold counts
for nothing, and whoever owes less than the minimum of the policy is not reached for it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.assessment import queries as assessed
from puntual.assessment.rules import conditions
from puntual.assessment.types import ALWAYS, Clock, Condition, Demanded, Matches
from puntual.audit.types import Actor
from puntual.companies import queries as companies
from puntual.companies.types import CompanyFacts
from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.types import IntendedContact, JudgedContact, Moment, VerdictOutcome
from puntual.contacts import queries as contacts
from puntual.contacts.types import Channel, Purpose
from puntual.db.locks import Lock, lock_in_transaction
from puntual.flows import wording
from puntual.flows.approvals import Stopped, stop_waiting
from puntual.outreach import operations as outreach
from puntual.outreach import queries as messages
from puntual.outreach.types import Rendered
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.operations import UnableToCampaign
from puntual.plans.types import CampaignAsk, CampaignDecided, CampaignState, Outcome, Reason
from puntual.portfolio import queries as portfolio

# One page answers for a campaign at once; a larger one is divided.
CUSTOMERS_MAX = 20_000
# How far ahead a campaign may begin: what waits keeps the plan from writing.
DAYS_AHEAD_MAX = 7
TEMPLATES = ("notice-1", "notice-2", "notice-3", "formal-notice", "reminder-before-due")
CHANNELS = (Channel.EMAIL, Channel.CALL, Channel.VISIT, Channel.LETTER)
_STOPPED = "campaign-stopped"
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Preview:
    """What a campaign would do: whom it is for, how many get it, why others do not, and the words of one of them."""

    # Whom it is for, with what is asked of those who are contacted.
    matches: Matches
    # Who would be among them by all that they owe, but not by what may be asked for.
    left_out: int
    acting: int
    # Of those, whose lawful moment comes after the one that was asked for.
    deferred: int
    # (outcome, reasons) with how many customers.
    others: tuple[tuple[tuple[str, tuple[str, ...]], int], ...]
    sample: Rendered | None
    sample_name: str
    needs_approval: bool


def purpose_of(*, template: str) -> Purpose:
    """Say what a message of a template is for: reminders speak of what is not yet late."""
    return Purpose.REMINDER if template.startswith("reminder") else Purpose.COLLECTION


def teams() -> list[tuple[str, str]]:
    """List the teams of the plan in force that may take a task: key and name."""
    try:
        version_id, _plan = planned.active_version()
    except planned.NoActivePlan:
        return []
    return [(one.key, one.name) for one in planned.file_of_version(version_id=version_id).resources.teams]


def whom(*, ask: CampaignAsk, company: CompanyFacts, today: date, at: datetime) -> Demanded:
    """
    Return whom a campaign is for, by the facts of now.

    Raises: UnableToCampaign with everything that is wrong with its condition.
    """
    clock = Clock(today=today, at=at, time_zone=company.time_zone)
    found = (
        assessed.demanded_in_segment(segment_key=ask.segment_key, clock=clock)
        if ask.segment_key
        else assessed.demanded(condition=_condition(ask, currency=company.currency), clock=clock)
    )
    if len(found.ids) > CUSTOMERS_MAX:
        raise UnableToCampaign(
            _("La campaña es para %(count)s clientes; a lo más %(max)s cada una: elija una parte.")
            % {"count": len(found.ids), "max": CUSTOMERS_MAX}
        )
    return found


def words_of(*, ask: CampaignAsk, currency: str) -> str:
    """Say in words whom a campaign's condition is true of; empty for everybody and for a segment."""
    return assessed.condition_words(condition=_condition(ask, currency=currency))


def _condition(ask: CampaignAsk, *, currency: str) -> Condition:
    try:
        return conditions.read(ask.condition, currency=currency)
    except conditions.MalformedCondition as refused:
        said = [assessed.fault_sentence(code=one.fault, values=dict(one.values)) for one in refused.faults]
        raise UnableToCampaign(" ".join(said)) from refused


def preview(*, ask: CampaignAsk, today: date, at: datetime) -> Preview:
    """
    Say what a campaign would do if it began now. Writes nothing.

    Raises: UnableToCampaign; wording.UnlawfulText.
    """
    company = companies.current_company(base_url=settings.BASE_URL)
    is_delicate = _refuse(ask, at=at)
    found = whom(ask=ask, company=company, today=today, at=at)
    decided, _judged = _decide(found, ask=ask, company=company, at=at)
    acting = [one for one in decided if one.outcome is Outcome.ACT]
    others = Counter((one.outcome.value, one.reasons) for one in decided if one.outcome is not Outcome.ACT)
    sample, name = _sample(ask, acting=acting, company=company, today=today)
    moment = max(ask.not_before, at)
    return Preview(
        matches=_matches(found, acting=[one.customer_id for one in acting]),
        left_out=len(found.left_out),
        acting=len(acting),
        deferred=sum(1 for one in acting if one.not_before is not None and one.not_before > moment),
        others=tuple(others.most_common()),
        sample=sample,
        sample_name=name,
        needs_approval=is_delicate or len(found.ids) > company.campaign_alone_max,
    )


def _matches(found: Demanded, *, acting: list[int]) -> Matches:
    """Count whom a campaign is for among all, and sum what is overdue and asked of those who are contacted."""
    everybody = assessed.matches(condition=ALWAYS, limit=0)
    asked: dict[str, Decimal] = defaultdict(Decimal)
    for owed in assessed.amounts_of(customer_ids=acting, partial=found.partial).values():
        for currency, amount in owed.overdue_amounts.items():
            asked[currency] += amount
    return replace(
        everybody,
        customers=len(found.ids),
        overdue=tuple(
            replace(part, amount=asked[part.currency]) for part in everybody.overdue if asked[part.currency]
        ),
    )


def _sample(
    ask: CampaignAsk, *, acting: list[CampaignDecided], company: CompanyFacts, today: date
) -> tuple[Rendered | None, str]:
    for one in acting[:5] if ask.channel is Channel.EMAIL else ():
        words, _refusal = messages.words_for(
            customer_id=one.customer_id,
            template=ask.template,
            purpose=ask.purpose,
            action_id=None,
            company=company,
            today=today,
        )
        if words is not None:
            return words, portfolio.customer_card(customer_id=one.customer_id).name
    return None, ""


def _decide(
    found: Demanded, *, ask: CampaignAsk, company: CompanyFacts, at: datetime
) -> tuple[list[CampaignDecided], list[JudgedContact]]:
    decided = [
        CampaignDecided(
            one,
            Outcome.SKIPPED,
            (Reason.NOT_BY_DEMAND, Reason.IN_DISPUTE if is_disputed else Reason.ON_HOLD),
        )
        for one, is_disputed in found.left_out.items()
    ]
    judged: list[JudgedContact] = []
    minimum = _minimum()
    for start in range(0, len(found.ids), _CHUNK):
        ids = list(found.ids[start : start + _CHUNK])
        if minimum:
            amounts = assessed.amounts_of(customer_ids=ids, partial=found.partial)
            small = {one for one, owed in amounts.items() if _is_below(owed.open_amounts, minimum)}
            decided += [
                CampaignDecided(one, Outcome.SKIPPED, (Reason.BELOW_MINIMUM,)) for one in ids if one in small
            ]
            ids = [one for one in ids if one not in small]
        part, told = _decide_chunk(ids, ask=ask, company=company, at=at)
        decided += part
        judged += told
    return decided, judged


def _minimum() -> dict[str, Decimal]:
    """Return by currency what somebody must owe to be reached for it, by the plan in force."""
    try:
        _version_id, plan = planned.active_version()
    except planned.NoActivePlan:
        return {}
    return dict(plan.balance_min)


def _is_below(amounts: Mapping[str, Decimal], minimum: Mapping[str, Decimal]) -> bool:
    """Say whether something is owed, but too little in every currency."""
    return bool(amounts) and all(amount < minimum.get(currency, 0) for currency, amount in amounts.items())


def _decide_chunk(
    ids: list[int], *, ask: CampaignAsk, company: CompanyFacts, at: datetime
) -> tuple[list[CampaignDecided], list[JudgedContact]]:
    moment = max(ask.not_before, at)
    zone = ZoneInfo(company.time_zone)
    day = moment.astimezone(zone).date()
    begins = datetime.combine(day, time.min, tzinfo=zone)
    busy = planned.busy_customers(customer_ids=ids, since=begins, until=begins + timedelta(days=1))
    free = [one for one in ids if one not in busy]
    points = contacts.points_for(customer_ids=free)
    chosen = [contacts.best_point(points=points.get(one, []), channel=ask.channel) for one in free]
    facts = law.contact_facts(
        contacts_intended=[
            IntendedContact(one, ask.channel, ask.purpose, point.id if point else None)
            for one, point in zip(free, chosen, strict=True)
        ],
        country=company.country,
        today=day,
        at=moment,
    )
    missing = messages.unsaid_by_template().get(ask.template, frozenset())
    facts = [wording.with_unsaid(facts=one, missing=missing) for one in facts]
    verdicts = compliance.judge_contacts(contacts=facts, country=company.country, at=moment)
    decided = [CampaignDecided(one, Outcome.WAIT, (why,)) for one, why in busy.items()]
    for one, point, verdict in zip(free, chosen, verdicts, strict=True):
        if point is None:
            decided.append(CampaignDecided(one, Outcome.BLOCKED, (Reason.NO_CONTACT_POINT,)))
        elif verdict.not_before is None or not (
            verdict.may_happen or verdict.outcome is VerdictOutcome.REVIEW
        ):
            # The hour is not why: at a lawful one the others would object too.
            hours = verdict.law.window_rules if verdict.law else frozenset()
            rules = [rule for rule in verdict.rule_ids if rule not in hours]
            decided.append(CampaignDecided(one, Outcome.BLOCKED, (Reason.LAW, *(rules or verdict.rule_ids))))
        else:
            reasons = (Reason.STEP_DUE, *verdict.rule_ids)
            decided.append(CampaignDecided(one, Outcome.ACT, reasons, point.id, verdict.not_before))
    told = [
        JudgedContact(facts=one, verdict=verdict, step_key="campana", action_id=None, about=moment)
        for one, verdict in zip(facts, verdicts, strict=True)
    ]
    return decided, told


@transaction.atomic(durable=True)
def ask_for(*, key: str, ask: CampaignAsk, actor: Actor, today: date, at: datetime) -> int:
    """
    Begin a campaign, or have it wait for a second person where it is for many or says what needs one; return its id.

    The same key begins nothing anew and returns the id of the first.

    Raises: UnableToCampaign, also for a key that was used for something else; wording.UnlawfulText.
    """
    known = _known(key=key, ask=ask)
    if known is not None:
        return known
    company = companies.current_company(base_url=settings.BASE_URL)
    is_delicate = _refuse(ask, at=at)
    found = whom(ask=ask, company=company, today=today, at=at)
    if not found.ids:
        raise UnableToCampaign(_nobody(found))
    needs_approval = is_delicate or len(found.ids) > company.campaign_alone_max
    campaign_id = plans.propose_campaign(
        key=key, ask=ask, customers=len(found.ids), needs_approval=needs_approval, actor=actor, at=at
    )
    if campaign_id is None:
        # Somebody asked with the same key at the same moment, and was first.
        first = _known(key=key, ask=ask)
        if first is None:
            raise AssertionError("a key was taken by no campaign")
        return first
    if not needs_approval:
        _launch(campaign_id=campaign_id, actor=actor, today=today, at=at)
    return campaign_id


def _nobody(found: Demanded) -> str:
    """Say that a campaign is for nobody, and of whom not enough may be asked."""
    said = _("Nadie cumple lo que pide: no hay campaña.")
    if not found.left_out:
        return said
    count = len(found.left_out)
    return (
        said
        + " "
        + ngettext(
            "%d cliente cumpliría por todo lo que debe, pero parte está en aclaración o en pausa.",
            "%d clientes cumplirían por todo lo que deben, pero parte está en aclaración o en pausa.",
            count,
        )
        % count
    )


def _known(*, key: str, ask: CampaignAsk) -> int | None:
    """Return the campaign of a key, which must be the same but for the moment: one that is past becomes now."""
    found = planned.campaign_of_key(key=key)
    if found is None:
        return None
    if replace(found.ask, not_before=ask.not_before) != ask:
        raise UnableToCampaign(
            _("Este formulario ya se usó para la campaña «%s»: empiece una nueva.") % found.name
        )
    return found.id


def _refuse(ask: CampaignAsk, *, at: datetime) -> bool:
    """Refuse what no campaign can be, by whichever door it is asked for; say if its words need a second person."""
    if not ask.name:
        raise UnableToCampaign(_("Póngale un nombre."))
    if ask.segment_key and ask.condition is not None:
        raise UnableToCampaign(_("Elija un segmento o ponga una condición, no los dos."))
    if ask.segment_key and ask.segment_key not in planned.place_names()[1]:
        raise UnableToCampaign(_("No hay un segmento «%s».") % ask.segment_key)
    if ask.channel not in CHANNELS:
        raise UnableToCampaign(_("Ese canal todavía no está conectado."))
    is_known = ask.template in TEMPLATES and (ask.template, "es") in messages.template_names()
    if ask.channel is Channel.EMAIL and not is_known:
        raise UnableToCampaign(_("Elija una plantilla para el correo."))
    if ask.team and ask.team not in dict(teams()):
        raise UnableToCampaign(_("No hay un equipo «%s».") % ask.team)
    if ask.not_before > at + timedelta(days=DAYS_AHEAD_MAX + 1):
        raise UnableToCampaign(_("Una campaña empieza a lo más en %d días.") % DAYS_AHEAD_MAX)
    return wording.refuse_unlawful(text=ask.instructions, has_second_person=True)


@transaction.atomic(durable=True)
def approve(*, campaign_id: int, actor: Actor, today: date, at: datetime) -> int:
    """
    Begin a campaign as the second person, for whom it is now; return how many actions it set going.

    Raises: NotFound; UnableToCampaign; plans.operations.SecondPersonNeeded.
    """
    return _launch(campaign_id=campaign_id, actor=actor, today=today, at=at)


def _launch(*, campaign_id: int, actor: Actor, today: date, at: datetime) -> int:
    campaign = planned.campaign(campaign_id=campaign_id)
    if campaign.state is not CampaignState.PROPOSED:
        raise UnableToCampaign(_("Esta campaña ya no espera: se lanzó o se detuvo."))
    company = companies.current_company(base_url=settings.BASE_URL)
    found = whom(ask=campaign.ask, company=company, today=today, at=at)
    # From here to the commit nobody else plans: whoever has no message waiting now has none then.
    lock_in_transaction(lock=Lock.PLANNED_CONTACTS, key="")
    decided, judged = _decide(found, ask=campaign.ask, company=company, at=at)
    count, sendable = plans.launch_campaign(
        campaign=campaign, decided=decided, actor=actor, today=today, at=at
    )
    compliance.record_verdicts(judged=judged, country=company.country, moment=Moment.PLANNING, at=at)
    outreach.queue_for_actions(action_ids=sendable, at=at)
    return count


@transaction.atomic(durable=True)
def stop(*, campaign_id: int, note: str, actor: Actor, at: datetime) -> Stopped:
    """
    End a campaign with what still waits of it.

    Raises: NotFound; UnableToCampaign when it was ended before.
    """
    planned.campaign(campaign_id=campaign_id)
    if not plans.stop_campaign(campaign_id=campaign_id, note=note, actor=actor, at=at):
        raise UnableToCampaign(_("Esta campaña ya estaba detenida."))
    waiting = planned.ids_of_campaign(campaign_id=campaign_id)
    return stop_waiting(action_ids=waiting, reason=_STOPPED, note=note, actor=actor, at=at)

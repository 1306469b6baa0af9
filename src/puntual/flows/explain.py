"""
Why was this person contacted, or not?

Reads what the run of a day stored and says it in sentences: the situation, one sentence for each step of the plan
with its reason, and the text and source of every law rule that objected. Decides nothing anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from puntual.agreements.types import PORTFOLIO_HOLD, HoldReason, PauseReason
from puntual.assessment import queries as assessment
from puntual.companies import queries as companies
from puntual.compliance import queries as compliance
from puntual.contacts.types import Channel
from puntual.db import rows
from puntual.flows import endings
from puntual.flows.approvals import STOPPED, STOPPED_TODAY
from puntual.flows.deciding import CONNECTED
from puntual.flows.offers import offer_words
from puntual.flows.pauses import PAUSE_WORDS
from puntual.lib import formats
from puntual.lib.errors import NotFound
from puntual.plans import queries as plans
from puntual.plans.types import ActionState, Anchor, Outcome, PlanDocument, Reason
from puntual.portfolio import queries as portfolio

_ACTIONS_READ = 200
_CAMPAIGNS_READ = 10
# What waits still, and how that is said.
_STILL = {
    ActionState.PROPOSED: gettext_lazy("Espera a que una persona lo apruebe."),
    ActionState.QUEUED: gettext_lazy("El mensaje espera su hora de salir."),
    ActionState.OPEN: gettext_lazy("La tarea sigue por hacer."),
}
_EVER = datetime.max.replace(tzinfo=UTC)

OUTCOME_WORDS = {
    Outcome.ACT: gettext_lazy("Se hace hoy"),
    Outcome.WAIT: gettext_lazy("Espera"),
    Outcome.HOLD: gettext_lazy("En pausa"),
    Outcome.BLOCKED: gettext_lazy("Impedido"),
    Outcome.SKIPPED: gettext_lazy("No aplica"),
    Outcome.MISSED: gettext_lazy("Se pasó su día"),
    Outcome.DONE: gettext_lazy("Ya se hizo"),
}
REASON_WORDS = {
    Reason.STEP_DUE: gettext_lazy("toca según el plan"),
    Reason.PREFERRED_CHANNEL: gettext_lazy("va por el medio que la persona prefiere"),
    Reason.NOT_YET: gettext_lazy("todavía no es su día"),
    Reason.NOTHING_OWED: gettext_lazy("no debe nada"),
    Reason.NOTHING_OVERDUE: gettext_lazy("no tiene nada vencido"),
    Reason.NO_SUCH_DUE_DATE: gettext_lazy("no hay un vencimiento próximo que recordar"),
    Reason.OTHER_STAGE: gettext_lazy(
        "ya tiene documentos vencidos: le corresponden los avisos, no los recordatorios"
    ),
    Reason.ON_HOLD: gettext_lazy("hay una pausa vigente"),
    Reason.PORTFOLIO_ON_HOLD: gettext_lazy("la parte de la cartera a la que pertenece está en pausa"),
    Reason.STEP_STOPPED: gettext_lazy("una persona detuvo este paso hoy para todos"),
    Reason.IN_DISPUTE: gettext_lazy("hay una aclaración abierta"),
    Reason.WITH_AGENCY: gettext_lazy(
        "el caso está con un despacho: la empresa no le escribe ni le llama hasta que pague o el caso se retome"
    ),
    Reason.WITH_LEGAL: gettext_lazy(
        "el caso está en jurídico: la empresa no le escribe ni le llama hasta que pague o el caso se retome"
    ),
    Reason.PROMISE_ACTIVE: gettext_lazy("tiene una promesa de pago vigente y se respeta su fecha"),
    Reason.NO_PROMISE: gettext_lazy("no tiene una promesa vigente"),
    Reason.NO_BROKEN_PROMISE: gettext_lazy("no ha incumplido promesas"),
    Reason.NO_NEW_PAYMENT: gettext_lazy("no hay un pago reciente que agradecer"),
    Reason.ALREADY_DONE: gettext_lazy("este vencimiento ya tuvo este paso"),
    Reason.LATER_STEP_APPLIES: gettext_lazy("ya le corresponde un paso posterior"),
    Reason.OTHER_STEP_TODAY: gettext_lazy("hoy se hace otro paso: una sola voz por cliente al día"),
    Reason.CONTACTED_TODAY: gettext_lazy("hoy ya se le contactó: una sola voz por cliente al día"),
    Reason.ALREADY_QUEUED: gettext_lazy("ya hay un mensaje en espera de salir, o por confirmar si salió"),
    Reason.TASK_WAITING: gettext_lazy("ya hay una tarea por hacer con este cliente"),
    Reason.TOO_LATE: gettext_lazy("pasó el plazo en que el plan permite hacerlo"),
    Reason.STILL_OWES: gettext_lazy("aún tiene documentos vencidos"),
    Reason.OTHER_SEGMENT: gettext_lazy("el paso es para otro segmento"),
    Reason.STEP_OF_OTHER_STAGE: gettext_lazy("el paso es de otra etapa"),
    Reason.CONDITION_NOT_MET: gettext_lazy("no cumple la condición del paso"),
    Reason.NOT_BY_DEMAND: gettext_lazy("por lo que se le puede cobrar no cumple la condición"),
    Reason.BELOW_MINIMUM: gettext_lazy("debe menos que el saldo mínimo de la política"),
    Reason.NO_CONTACT_YET: gettext_lazy("todavía no se le ha contactado"),
    Reason.NOT_A_WORKING_DAY: gettext_lazy("su día cayó en inhábil y pasa al siguiente día hábil"),
    Reason.MISSED_IS_DROPPED: gettext_lazy("pasó su día y el plan no recupera los pasos perdidos"),
    Reason.NEEDS_APPROVAL: gettext_lazy("espera a que una persona lo apruebe"),
    Reason.FIRST_WORD: gettext_lazy(
        "es la primera palabra: en el último año nadie le ha contactado y se empieza por lo más cordial"
    ),
    Reason.FIRST_WORD_FIRST: gettext_lazy(
        "en el último año nadie le ha contactado: primero va el mensaje más cordial"
    ),
    Reason.TIME_TO_ANSWER: gettext_lazy(
        "acaba de recibir la primera palabra y tiene unos días para responder"
    ),
    Reason.LAW: gettext_lazy("la ley o la política no lo permiten"),
    Reason.CHANNEL_NOT_CONNECTED: gettext_lazy("el canal todavía no está conectado"),
    Reason.NO_CONTACT_POINT: gettext_lazy("no hay un medio de contacto para este canal"),
}


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """A rule that objected, in words, with its source."""

    id: str
    text: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """What was decided for one step, and why."""

    key: str
    name: str
    outcome: str
    outcome_words: str
    reasons: tuple[str, ...]
    sentence: str
    next_date: date | None
    rules: tuple[ExplainedRule, ...]
    # What it can go through, in order; empty for a step that moves a case.
    channels: tuple[Channel, ...]
    # Decided for that day, and carried out or called off since.
    is_over: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decisions about one customer on one day."""

    customer_id: int
    external_id: str
    name: str
    as_of: date
    plan: str
    # The law pack by which it was decided; empty where that was not kept.
    law: str
    stage: str
    segment: str
    days_past_due: int
    situation: tuple[str, ...]
    steps: tuple[ExplainedStep, ...]
    next_step: ExplainedStep | None
    # The day that was asked for; `as_of` is that of the run that is shown.
    asked_on: date
    # The day asked for is still to come: what is shown is the newest run.
    is_ahead: bool = False
    # Why another day is shown than the one asked for, in words; empty where it is that one.
    note: str = ""
    # What campaigns meant for the customer, the newest first.
    campaigns: tuple[str, ...] = ()


def explain_customer(*, external_id: str, as_of: date, today: date | None = None) -> Explanation:
    """
    Explain the newest decisions about a customer on or before a day; with `today` a day to come is told as such.

    Raises: NotFound when there is no such customer, or no run has looked at them yet.
    """
    customer_id = portfolio.customer_id_of(external_id=external_id)
    if customer_id is None:
        raise NotFound(_("No existe el cliente «%s».") % external_id)
    return explain(customer_id=customer_id, as_of=as_of, today=today)


def explain(*, customer_id: int, as_of: date, today: date | None = None) -> Explanation:
    """
    Explain by row id; see explain_customer.

    Raises: NotFound.
    """
    card = portfolio.customer_card(customer_id=customer_id)
    decisions = plans.decisions_of(customer_id=customer_id, as_of=as_of)
    if not decisions:
        raise NotFound(_("Todavía no hay una corrida que haya visto a este cliente."))
    run_day = decisions[0]["as_of"]
    country = companies.current_company(base_url=settings.BASE_URL).country
    plan = plans.plan_of_version(version_id=decisions[0]["version_id"])
    kept = assessment.facts_of(customer_id=customer_id, as_of=run_day)
    facts = rows.as_json(kept["facts"]) if kept else {}
    anchors = {step.key: _anchors(step.anchor, facts) for step in plan.steps}
    became = _became(customer_id=customer_id, run_day=run_day, anchors=anchors, country=country)
    steps = tuple(_step(plan, row, country=country, became=became) for row in decisions)
    return Explanation(
        customer_id=customer_id,
        external_id=card.external_id,
        name=card.name,
        as_of=run_day,
        plan=plans.version_label(version_id=decisions[0]["version_id"]),
        law=_law_version(customer_id=customer_id, day=run_day),
        stage=_stage_name(plan, kept) if kept else "",
        segment=_segment_name(plan, kept["segment"]) if kept else "",
        days_past_due=kept["days_past_due"] if kept else 0,
        situation=_situation(facts, stage=_stage_name(plan, kept) if kept else ""),
        steps=steps,
        next_step=_next_step(steps),
        asked_on=as_of,
        is_ahead=today is not None and as_of > today,
        note=_other_day(asked=as_of, shown=run_day, today=today),
        campaigns=tuple(
            f"«{one['name']}»: {said_of(outcome=one['outcome'], reasons=one['reasons'], country=country)}"
            for one in plans.campaigns_of_customer(customer_id=customer_id, limit=_CAMPAIGNS_READ)
        ),
    )


def _other_day(*, asked: date, shown: date, today: date | None) -> str:
    """Say why the run of another day is shown; empty where it is the one asked for."""
    if asked == shown:
        return ""
    days = {"asked": _day(asked), "shown": _day(shown)}
    if today is not None and asked > today:
        return (
            _(
                "El %(asked)s todavía no llega y nada se ha decidido para ese día: se muestra la corrida más reciente, "
                "del %(shown)s."
            )
            % days
        )
    return _("El %(asked)s ninguna corrida vio a este cliente: se muestra la del %(shown)s.") % days


def _stage_name(plan: PlanDocument, kept: dict[str, Any]) -> str:
    """Name a stage as the plan does; who owes nothing is in none."""
    return next((one.name for one in plan.stages if one.key == kept["stage_key"]), _("sin adeudo"))


def _segment_name(plan: PlanDocument, key: str) -> str:
    return next((one.name for one in plan.segments if one.key == key), "")


def _law_version(*, customer_id: int, day: date) -> str:
    """Name the law pack by which a customer was decided on a day; empty where it was not kept."""
    chunks = plans.chunks_known(after=customer_id - 1, up_to=customer_id, first=day, last=day)
    return chunks[day][-1].law_version if day in chunks else ""


def _locale() -> str:
    return formats.locale_of(language=get_language() or "es-mx")


def _day(day: date) -> str:
    return formats.long_day(value=day, locale=_locale())


def _amounts(amounts: dict[str, str]) -> str:
    return ", ".join(
        formats.money(amount=Decimal(amount), currency=currency, locale=_locale())
        for currency, amount in sorted(amounts.items())
    )


def _situation(facts: dict[str, Any], *, stage: str) -> tuple[str, ...]:
    """Say in sentences what was known of the customer that day."""
    said = []
    if facts.get("open_amounts"):
        amounts = _amounts(facts["open_amounts"])
        said.append(
            ngettext(
                "Debe %(amounts)s en %(count)s documento.",
                "Debe %(amounts)s en %(count)s documentos.",
                facts["open_count"],
            )
            % {"amounts": amounts, "count": formats.number(value=facts["open_count"], locale=_locale())}
        )
    else:
        said.append(_("No debe nada."))
    if facts.get("overdue_amounts"):
        amounts = _amounts(facts["overdue_amounts"])
        said.append(
            _("Tiene vencidos %(amounts)s; el más antiguo, hace %(days)s días. Etapa: %(stage)s.")
            % {
                "amounts": amounts,
                "days": formats.number(value=facts.get("days_past_due", 0), locale=_locale()),
                "stage": stage,
            }
        )
    if facts.get("disputed_count"):
        said.append(
            ngettext(
                "%d documento está en aclaración y no se cobra.",
                "%d documentos están en aclaración y no se cobran.",
                facts["disputed_count"],
            )
            % facts["disputed_count"]
        )
    if facts.get("held_count"):
        said.append(
            ngettext(
                "%d documento está en pausa y no se cobra.",
                "%d documentos están en pausa y no se cobran.",
                facts["held_count"],
            )
            % facts["held_count"]
        )
    if facts.get("overdue_amounts") and "contactable" in facts:
        amounts = _amounts(facts["contactable"].get("overdue_amounts", {}))
        said.append(
            _("De lo vencido se cobran %s.") % amounts if amounts else _("De lo vencido no se cobra nada.")
        )
    if facts.get("hold_until"):
        said.append(_hold(facts))
    if facts.get("promise_due_date"):
        said.append(_("Prometió pagar el %s.") % _day(date.fromisoformat(facts["promise_due_date"])))
    if facts.get("last_payment_on"):
        said.append(_("Su último pago fue el %s.") % _day(date.fromisoformat(facts["last_payment_on"])))
    return tuple(said)


def _hold(facts: dict[str, Any]) -> str:
    until = _day(date.fromisoformat(facts["hold_until"]))
    reason = facts.get("hold_reason") or ""
    if reason == HoldReason.PETITION:
        return _("No se le cobra hasta que se conteste su queja o solicitud.")
    if not reason.startswith(PORTFOLIO_HOLD):
        return _("La gestión está en pausa hasta el %s.") % until
    why = PAUSE_WORDS[PauseReason(reason.removeprefix(PORTFOLIO_HOLD))]
    return _("La parte de la cartera a la que pertenece está en pausa hasta el %(until)s: %(why)s.") % {
        "until": until,
        "why": str(why).lower(),
    }


def said_of(*, outcome: str, reasons: Sequence[str], country: str) -> str:
    """Say what a campaign meant for a customer and why, rules of the law in their own words."""
    if outcome == Outcome.ACT:
        return _("Se le contacta.")
    words = []
    for code in reasons:
        if code == Reason.LAW and len(reasons) > 1:
            # The rules that follow say it in their own words.
            continue
        if code in set(Reason):
            words.append(str(REASON_WORDS[Reason(code)]))
            continue
        rule = compliance.rule_text(rule_id=code, country=country)
        words.append(rule.text.rstrip(".") if rule else code)
    return f"{OUTCOME_WORDS[Outcome(outcome)]}: {'; '.join(words)}."


# The fact of a day that is the anchor of a step. When a stage was entered is not among them.
_ANCHORS = {
    Anchor.DUE_DATE: "coming_due_dates",
    Anchor.OLDEST_DUE_DATE: "oldest_due_date",
    Anchor.PROMISE_DUE_DATE: "promise_due_date",
    Anchor.PROMISE_BROKEN: "broken_promise_on",
    Anchor.LAST_CONTACT: "last_contact_on",
    Anchor.PAYMENT: "last_payment_on",
}


def _anchors(anchor: Anchor, facts: dict[str, Any]) -> frozenset[date] | None:
    """Return the days that a step counted from by the facts of a day; None where they do not say."""
    if anchor not in _ANCHORS:
        return None
    found = facts.get(_ANCHORS[anchor]) or []
    return frozenset(date.fromisoformat(one) for one in ([found] if isinstance(found, str) else found))


def _became(
    *, customer_id: int, run_day: date, anchors: Mapping[str, frozenset[date] | None], country: str
) -> dict[str, str]:
    """
    Say by step what became of its action after it was decided, and what a person stopped for everybody.

    Its action is that of the day, else the newest of the days before for what the step counted from.
    """
    said: dict[str, str] = {}
    closed: dict[str, datetime] = {}
    for one in plans.actions_of(customer_id=customer_id, until=run_day, limit=_ACTIONS_READ):
        key = one["step_key"]
        theirs = anchors.get(key)
        if key in said or (
            one["as_of"] != run_day and theirs is not None and one["anchor_date"] not in theirs
        ):
            continue
        if one["closed_at"] is not None and one["closed_reason"] != STOPPED_TODAY:
            closed[key] = one["closed_at"]
        if one["state"] in _STILL:
            said[key] = str(_STILL[one["state"]])
        elif one["as_of"] == run_day and one["closed_reason"] == STOPPED:
            said[key] = _("Después una persona detuvo esta gestión%s.") % _because(one["note"])
        elif one["as_of"] == run_day and one["state"] in (ActionState.CANCELLED, ActionState.FAILED):
            why = endings.in_words(reason=one["closed_reason"], country=country)
            said[key] = _("Después se canceló: %s.") % (why[:1].lower() + why[1:]).rstrip(".")
        else:
            said[key] = ""
    for stopped, stop in plans.stops_on(as_of=run_day, known_at=_EVER).items():
        # What was done, or had ended otherwise, by then was not stopped with the others.
        if stopped in closed and closed[stopped] < stop.stopped_at:
            continue
        said[stopped] = _("%(who)s detuvo este paso ese día para todos%(why)s.") % {
            "who": stop.actor_label,
            "why": _because(stop.note),
        }
    return said


def _because(note: str) -> str:
    return f": {note}" if note else ""


def _step(plan: PlanDocument, row: dict[str, Any], *, country: str, became: dict[str, str]) -> ExplainedStep:
    step = plan.steps[row["step_number"] - 1]
    outcome = Outcome(row["outcome"])
    words = []
    found = []
    for code in row["reasons"]:
        try:
            words.append(str(REASON_WORDS[Reason(code)]))
        except ValueError:
            text = compliance.rule_text(rule_id=code, country=country)
            found.append(
                ExplainedRule(code, text.text, text.source, text.status)
                if text
                else ExplainedRule(code, _("Regla sin texto en el paquete vigente."), "", "")
            )
    after = became.get(step.key, "")
    if outcome is Outcome.DONE and after in _STILL.values():
        # Planned on an earlier day, and not carried out yet.
        words = []
        outcome_words: str | Promise = _("Ya está planeado")
    else:
        outcome_words = OUTCOME_WORDS[outcome]
    sentence = f"{step.name}: {str(outcome_words).lower()}"
    if words:
        sentence += f", {_(' y ').join(words)}"
    if row["next_date"] is not None and outcome is not Outcome.ACT:
        sentence += " " + _("(vuelve a verse el %s)") % _day(row["next_date"])
    sentence += "."
    offer = offer_words(offer=step.offer)
    if offer and outcome in (Outcome.ACT, Outcome.WAIT, Outcome.DONE):
        sentence += " " + _("Ofrece %s.") % offer
    if after and (outcome in (Outcome.ACT, Outcome.DONE) or Reason.STEP_STOPPED in row["reasons"]):
        sentence += " " + after
    return ExplainedStep(
        key=step.key,
        name=step.name,
        outcome=outcome.value,
        outcome_words=str(outcome_words),
        reasons=tuple(row["reasons"]),
        sentence=sentence,
        next_date=row["next_date"],
        rules=tuple(found),
        channels=tuple(one for one in (step.channel, *step.fallbacks) if one in CONNECTED),
        is_over=step.key in became and after not in _STILL.values(),
    )


def _next_step(steps: tuple[ExplainedStep, ...]) -> ExplainedStep | None:
    """Return the step that comes first: what is done today, else the nearest that waits or is asked for again."""
    acting = [step for step in steps if step.outcome == Outcome.ACT and not step.is_over]
    waiting = [
        step
        for step in steps
        if step.outcome in (Outcome.WAIT, Outcome.BLOCKED) and step.next_date is not None
    ]
    if acting:
        return acting[0]
    return min(waiting, key=lambda step: step.next_date or date.max, default=None)

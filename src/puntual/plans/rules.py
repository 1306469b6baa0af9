"""
What should happen next for one customer, and why?

Pure: facts of a day, a plan and what was already done go in; one answer for every step comes out, and at most
one step that would be taken. Nothing here knows the clock, the law or the database.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from puntual.assessment.types import Facts, Segment, Stage, StageBounds
from puntual.contacts.types import Channel, Purpose
from puntual.lib.days import add_business_days
from puntual.lib.errors import DomainError
from puntual.plans.types import Anchor, Answer, Intent, Outcome, PastActions, PlanDocument, Reason, Step

_TOMORROW = timedelta(days=1)
# Which step is taken when several could be today: the more pressing anchor first.
_PRIORITY = {
    Anchor.PROMISE_BROKEN: 0,
    Anchor.OLDEST_DUE_DATE: 1,
    Anchor.PROMISE_DUE_DATE: 2,
    Anchor.DUE_DATE: 3,
    Anchor.PAYMENT: 4,
}


class MalformedPlan(DomainError):
    """A plan file that cannot be understood."""

    code = "malformed-plan"


def parse_document(raw: Mapping[str, Any]) -> PlanDocument:
    """
    Read a plan from its file form.

    Raises: MalformedPlan with what is wrong and where.
    """
    try:
        bounds = raw["etapas"]
        steps = tuple(_parse_step(number, step) for number, step in enumerate(raw["pasos"], start=1))
        document = PlanDocument(
            key=str(raw["clave"]),
            name=str(raw["nombre"]),
            bounds=StageBounds(
                administrative_from=int(bounds["administrativa_desde"]),
                extrajudicial_from=int(bounds["extrajudicial_desde"]),
                judicial_from=int(bounds["judicial_desde"]),
            ),
            promise_tolerance_days=int(raw["promesas"]["tolerancia_dias_habiles"]),
            steps=steps,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedPlan(f"El plan no se entiende: {error}") from error
    keys = [step.key for step in steps]
    if not steps or len(set(keys)) != len(keys):
        raise MalformedPlan("El plan no tiene pasos, o una clave está repetida.")
    return document


def _parse_step(number: int, raw: Mapping[str, Any]) -> Step:
    known = {
        "clave", "nombre", "etapa", "ancla", "dias", "recuperar", "canal", "fin", "plantilla", "segmentos"
    }  # fmt: skip
    unknown = set(raw) - known
    if unknown:
        raise ValueError(f"paso {number}: datos desconocidos {', '.join(sorted(unknown))}")
    return Step(
        number=number,
        key=str(raw["clave"]),
        name=str(raw["nombre"]),
        stage=Stage(raw["etapa"]),
        anchor=Anchor(raw["ancla"]),
        offset_days=int(raw["dias"]),
        channel=Channel(raw["canal"]),
        purpose=Purpose(raw["fin"]),
        template=str(raw["plantilla"]),
        catch_up_days=int(raw["recuperar"]),
        segments=tuple(Segment(name).value for name in raw.get("segmentos", ())),
    )


def decide(
    *, facts: Facts, plan: PlanDocument, past: PastActions, today: date, country: str
) -> tuple[tuple[Answer, ...], Intent | None]:
    """
    Answer every step of the plan for one customer, in the plan's order.

    At most one step is ACT, and it is the intent returned; a step never acts twice for one anchor.
    """
    answers: dict[int, Answer] = {}
    ready: list[tuple[Step, date]] = []
    latest_overdue = _latest_overdue_step(facts=facts, plan=plan, today=today)
    for step in plan.steps:
        answer = _gate(step=step, facts=facts, plan=plan, today=today, country=country)
        if answer is None:
            answer, anchor = _timing(
                step=step, facts=facts, past=past, latest_overdue=latest_overdue, today=today
            )
            if anchor is not None:
                ready.append((step, anchor))
        if answer is not None:
            answers[step.number] = answer
    chosen = None
    ready.sort(key=lambda pair: (_PRIORITY[pair[0].anchor], -pair[0].offset_days, pair[0].number))
    for step, anchor in ready:
        if past.has_pending:
            answers[step.number] = Answer(
                step.number, Outcome.WAIT, (Reason.ALREADY_QUEUED,), today + _TOMORROW
            )
        elif chosen is None:
            chosen = Intent(customer_id=facts.customer_id, step=step, anchor_date=anchor)
            answers[step.number] = Answer(step.number, Outcome.ACT, (Reason.STEP_DUE,), today)
        else:
            answers[step.number] = Answer(
                step.number, Outcome.WAIT, (Reason.OTHER_STEP_TODAY,), today + _TOMORROW
            )
    return tuple(answers[step.number] for step in plan.steps), chosen


def _gate(*, step: Step, facts: Facts, plan: PlanDocument, today: date, country: str) -> Answer | None:
    """Answer a step that the customer's situation rules out before any date is looked at."""
    number = step.number
    if step.segments and facts.segment not in step.segments:
        return Answer(number, Outcome.SKIPPED, (Reason.OTHER_SEGMENT,))
    if step.anchor is Anchor.PAYMENT:
        return _gate_thanks(step=step, facts=facts, today=today)
    if facts.open_count == 0:
        return Answer(number, Outcome.SKIPPED, (Reason.NOTHING_OWED,))
    if facts.hold_until is not None:
        return Answer(number, Outcome.HOLD, (Reason.ON_HOLD,), facts.hold_until + _TOMORROW)
    if facts.has_customer_dispute:
        return Answer(number, Outcome.HOLD, (Reason.IN_DISPUTE,))
    if facts.oldest_due_date is None:
        reason = Reason.IN_DISPUTE if facts.disputed_count else Reason.ON_HOLD
        return Answer(number, Outcome.HOLD, (reason,))
    if step.anchor is Anchor.PROMISE_DUE_DATE:
        if facts.promise_due_date is None:
            return Answer(number, Outcome.SKIPPED, (Reason.NO_PROMISE,))
        return None
    if facts.promise_due_date is not None:
        last_day = add_business_days(
            day=facts.promise_due_date, count=plan.promise_tolerance_days, country=country
        )
        return Answer(number, Outcome.HOLD, (Reason.PROMISE_ACTIVE,), max(last_day, today) + _TOMORROW)
    if step.anchor is Anchor.PROMISE_BROKEN and facts.broken_promise_on is None:
        return Answer(number, Outcome.SKIPPED, (Reason.NO_BROKEN_PROMISE,))
    if step.anchor is Anchor.PROMISE_BROKEN and facts.overdue_count == 0:
        return Answer(number, Outcome.SKIPPED, (Reason.NOTHING_OVERDUE,))
    return None


def _gate_thanks(*, step: Step, facts: Facts, today: date) -> Answer | None:
    paid_on = facts.last_payment_on
    if paid_on is None or paid_on + timedelta(days=step.offset_days + step.catch_up_days) < today:
        return Answer(step.number, Outcome.SKIPPED, (Reason.NO_NEW_PAYMENT,))
    if facts.overdue_amounts:
        return Answer(step.number, Outcome.SKIPPED, (Reason.STILL_OWES,))
    return None


def _latest_overdue_step(*, facts: Facts, plan: PlanDocument, today: date) -> int | None:
    """Return the number of the last arrears step whose day has come: the only one that may still be taken."""
    if facts.oldest_due_date is None or facts.overdue_count == 0:
        return None
    reached = [
        (step.offset_days, step.number)
        for step in plan.steps
        if step.anchor is Anchor.OLDEST_DUE_DATE
        and facts.oldest_due_date + timedelta(days=step.offset_days) <= today
        and (not step.segments or facts.segment in step.segments)
    ]
    return max(reached)[1] if reached else None


def _timing(
    *, step: Step, facts: Facts, past: PastActions, latest_overdue: int | None, today: date
) -> tuple[Answer | None, date | None]:
    """Answer by dates; a step that is ready has no answer yet but its anchor."""
    if step.anchor is Anchor.DUE_DATE:
        return _timing_before_due(step=step, facts=facts, past=past, today=today)
    anchor = _anchor_date(step.anchor, facts)
    if anchor is None:
        raise AssertionError(f"the gate let {step.key} pass without an anchor")
    number = step.number
    day = anchor + timedelta(days=step.offset_days)
    if (step.key, anchor) in past.done:
        return Answer(number, Outcome.DONE, (Reason.ALREADY_DONE,)), None
    if day > today:
        return Answer(number, Outcome.WAIT, (Reason.NOT_YET,), day), None
    if step.anchor is Anchor.OLDEST_DUE_DATE and number != latest_overdue:
        return Answer(number, Outcome.MISSED, (Reason.LATER_STEP_APPLIES,)), None
    if day + timedelta(days=step.catch_up_days) < today:
        return Answer(number, Outcome.MISSED, (Reason.TOO_LATE,)), None
    return None, anchor


def _anchor_date(anchor: Anchor, facts: Facts) -> date | None:
    if anchor is Anchor.OLDEST_DUE_DATE:
        return facts.oldest_due_date
    if anchor is Anchor.PROMISE_DUE_DATE:
        return facts.promise_due_date
    if anchor is Anchor.PROMISE_BROKEN:
        return facts.broken_promise_on
    return facts.last_payment_on


def _timing_before_due(
    *, step: Step, facts: Facts, past: PastActions, today: date
) -> tuple[Answer | None, date | None]:
    """Answer a reminder before the due date: it looks at every coming due date, never at overdue ones."""
    number = step.number
    if facts.overdue_count:
        return Answer(number, Outcome.SKIPPED, (Reason.OTHER_STAGE,)), None
    offset = timedelta(days=step.offset_days)
    catch_up = timedelta(days=step.catch_up_days)
    reached = [due for due in facts.coming_due_dates if due + offset <= today]
    in_time = [due for due in reached if due + offset + catch_up >= today]
    open_dates = [due for due in in_time if (step.key, due) not in past.done]
    if open_dates:
        return None, open_dates[0]
    later = _first(due + offset for due in facts.coming_due_dates if due + offset > today)
    if in_time:
        return Answer(number, Outcome.DONE, (Reason.ALREADY_DONE,), later), None
    if later is not None:
        return Answer(number, Outcome.WAIT, (Reason.NOT_YET,), later), None
    if reached:
        done = any((step.key, due) in past.done for due in reached)
        outcome, reason = (Outcome.DONE, Reason.ALREADY_DONE) if done else (Outcome.MISSED, Reason.TOO_LATE)
        return Answer(number, outcome, (reason,)), None
    return Answer(number, Outcome.SKIPPED, (Reason.NO_SUCH_DUE_DATE,)), None


def _first(days: Iterable[date]) -> date | None:
    return min(days, default=None)

"""Hoy › Corrida: what was decided for everybody, and why."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from puntual.compliance import queries as compliance
from puntual.flows import explain, validity
from puntual.identity.types import Permission
from puntual.plans import queries as plans
from puntual.plans.types import Outcome, Reason, RunProgress, RunState
from puntual.staff import background
from puntual.staff.access import Visit, act, page

RUN_TASK = "run_daily"
_PAGE = 100
_DIGITS = 9
_RULE_ID = re.compile("[A-Z0-9-]+")


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """How many customers have one outcome for the same reasons, and where to see them."""

    outcome: str
    outcome_words: str
    words: str
    times: int
    url: str


@dataclass(frozen=True, slots=True)
class StepBlock:
    """One step of the plan with what was decided about it."""

    number: int
    name: str
    stage: str
    total: int
    acts: int
    lines: tuple[ReasonLine, ...]


def day_of(text: str) -> date:
    """Read a day of an address; anything else is not found."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def reason_words(*, reasons: Iterable[str], country: str) -> str:
    """Say stored reasons in words; law rules by their text, of which the page of rules tells the code."""
    words, rules = [], []
    for code in reasons:
        try:
            words.append(str(explain.REASON_WORDS[Reason(code)]))
        except ValueError:
            rule = compliance.rule_text(rule_id=code, country=country)
            rules.append(rule.text if rule else _("Lo impide una regla que ya no está en el paquete."))
    said = "; ".join(words)
    return " ".join((f"{said[:1].upper()}{said[1:]}.", *rules)) if rules and said else said or " ".join(rules)


@page(Permission.SEE_RUNS)
def run(request: HttpRequest, visit: Visit, day: str = "") -> HttpResponse:
    """Show the run of a day (today's without one): totals, and every step with its outcomes and reasons."""
    days = plans.run_days(limit=14)
    as_of = day_of(day) if day else visit.today
    found = plans.run_of(as_of=as_of)
    shown = next((one for one in days if one["as_of"] == as_of), None)
    return render(
        request,
        "staff/run.html",
        {
            "as_of": as_of,
            "run": found,
            "details": shown,
            "days": days,
            "blocks": _blocks(found, country=visit.country) if found else (),
            "actions": plans.actions_of_run(run_id=found.id) if found else [],
            "objection": _objection(visit) if found is None and as_of == visit.today else "",
            "version": plans.version_label(version_id=found.version_id) if found else "",
            **_waiting(request, visit, as_of=as_of, found=found),
        },
    )


def _objection(visit: Visit) -> str:
    """Say why today cannot be decided by the plan in force, if it cannot."""
    try:
        _version_id, plan = plans.active_version()
    except plans.NoActivePlan as refused:
        return refused.message
    return validity.objection(plan=plan, day=visit.today)


def _waiting(
    request: HttpRequest, visit: Visit, *, as_of: date, found: RunProgress | None
) -> dict[str, object]:
    """Say whether the day is being decided right now, how far it is, and whether this person may start it."""
    company: Any = request.company  # type: ignore[attr-defined]
    user: Any = request.user
    is_today = as_of == visit.today
    is_done = found is not None and found.state is RunState.DONE
    is_under_way = is_today and background.is_under_way(key=background.run_key(company=company.schema_name))
    return {
        "as_of": as_of,
        "run": found,
        "is_under_way": is_under_way,
        "is_done": is_done,
        "pace": plans.pace_of(run_id=found.id) if found else None,
        "may_rehearse": user.can(Permission.EDIT_PLAN),
        "may_start": is_today and not is_under_way and user.can(Permission.START_RUN),
    }


@act(Permission.START_RUN)
def start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Hand today's run to the workers; a run under way is left alone."""
    company: Any = request.company  # type: ignore[attr-defined]
    try:
        if plans.run_of(as_of=visit.today) is None:
            validity.refuse_invalid(plan=plans.active_version()[1], day=visit.today)
    except (plans.NoActivePlan, validity.PlanNotValid) as refused:
        notices.error(request, refused.message)
        return redirect("staff:run")
    key = background.run_key(company=company.schema_name)
    if background.is_under_way(key=key) or not background.hand_over(
        task=RUN_TASK, key=key, company=company.schema_name
    ):
        notices.info(request, _("La corrida de hoy ya está en curso: no hace falta pedirla otra vez."))
    return redirect("staff:run_of_day", visit.today.isoformat())


@page(Permission.SEE_RUNS)
def progress(request: HttpRequest, visit: Visit, day: str) -> HttpResponse:
    """Answer the page that waits for a run: how far it is, or look again at all of it."""
    as_of = day_of(day)
    context = _waiting(request, visit, as_of=as_of, found=plans.run_of(as_of=as_of))
    answer = render(request, "staff/_run_progress.html", context)
    if not context["is_under_way"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _blocks(found: RunProgress, *, country: str) -> tuple[StepBlock, ...]:
    plan = plans.plan_of_version(version_id=found.version_id)
    counted: dict[int, list[dict[str, Any]]] = {}
    for row in plans.outcomes_by_step(run_id=found.id):
        counted.setdefault(row["step_number"], []).append(row)
    address = reverse("staff:decided", args=[found.as_of.isoformat()])
    blocks = []
    for step in plan.steps:
        rows = counted.get(step.number, [])
        lines = tuple(
            ReasonLine(
                outcome=row["outcome"],
                outcome_words=str(explain.OUTCOME_WORDS[Outcome(row["outcome"])]),
                words=reason_words(reasons=row["reasons"], country=country),
                times=row["times"],
                url=f"{address}?"
                + urlencode(
                    {"step": step.number, "outcome": row["outcome"], "reasons": ",".join(row["reasons"])}
                ),
            )
            for row in rows
        )
        blocks.append(
            StepBlock(
                number=step.number,
                name=step.name,
                stage=plans.stage_kind(plan=plan, step=step),
                total=sum(line.times for line in lines),
                acts=sum(line.times for line in lines if line.outcome == Outcome.ACT),
                lines=lines,
            )
        )
    return tuple(blocks)


def _number(text: str | None) -> int | None:
    """Read a number of an address; what is none counts as not given."""
    given = text or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _DIGITS else None


def _reasons(text: str) -> list[str]:
    """Read reasons of an address: those of the product and ids of law rules; anything else counts as not given."""
    return [code for code in text.split(",") if code in set(Reason) or _RULE_ID.fullmatch(code)]


@page(Permission.SEE_RUNS)
def decided(request: HttpRequest, visit: Visit, day: str) -> HttpResponse:
    """List the customers behind one cell of the run's table, a hundred at a time."""
    found = plans.run_of(as_of=day_of(day))
    if found is None:
        raise Http404
    asked = request.GET
    step = _number(asked.get("step"))
    outcome = asked.get("outcome", "")
    rows = plans.customers_with(
        run_id=found.id,
        step_number=step,
        outcome=outcome if outcome in set(Outcome) else None,
        reasons=_reasons(asked.get("reasons", "")) or None,
        after=(_number(asked.get("after")) or 0, _number(asked.get("after_step")) or 0),
        limit=_PAGE + 1,
    )
    names = {one.number: one.name for one in plans.plan_of_version(version_id=found.version_id).steps}
    shown = [
        {
            **row,
            "step": "" if step else names[row["step_number"]],
            "words": reason_words(reasons=row["reasons"], country=visit.country),
            "outcome_words": str(explain.OUTCOME_WORDS[Outcome(row["outcome"])]),
        }
        for row in rows[:_PAGE]
    ]
    last = rows[_PAGE - 1] if len(rows) > _PAGE else None
    more = {**asked.dict(), "after": last["customer_id"], "after_step": last["step_number"]} if last else None
    return render(
        request,
        "staff/decided.html",
        {
            "as_of": found.as_of,
            "rows": shown,
            "step_name": names.get(step or 0, ""),
            "more_url": f"?{urlencode(more)}" if more else "",
        },
    )

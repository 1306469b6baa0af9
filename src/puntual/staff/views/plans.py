"""Plan: what a plan says and the wording of its messages, to be read by anybody."""

from datetime import date
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from puntual.assessment import queries as assessment
from puntual.companies import queries as companies
from puntual.flows.goals import GoalStanding, goals_of
from puntual.flows.offers import offer_words
from puntual.identity.types import Permission
from puntual.lib import formats
from puntual.outreach import queries as outreach
from puntual.outreach.types import Rendered
from puntual.plans.queries.words import KPIS
from puntual.plans.types import Anchor, Kpi, PlanDocument, Step
from puntual.staff.access import Visit, page
from puntual.staff.views.messages import framed

_CHANNELS = {
    "EMAIL": gettext_lazy("Correo"),
    "CALL": gettext_lazy("Llamada"),
    "SMS": gettext_lazy("SMS"),
    "WHATSAPP": gettext_lazy("WhatsApp"),
    "LETTER": gettext_lazy("Carta"),
    "VISIT": gettext_lazy("Visita"),
}


def step_day(step: Step) -> str:
    """Say in words when a step happens."""
    days = abs(step.offset_days)
    count = ngettext("%d día", "%d días", days) % days
    if step.anchor is Anchor.DUE_DATE:
        return _("%s antes de vencer") % count if days else _("el día que vence")
    if step.anchor is Anchor.OLDEST_DUE_DATE:
        return _("%s después de vencer") % count
    if step.anchor is Anchor.PROMISE_DUE_DATE:
        return _("%s antes de la promesa") % count if days else _("el día de la promesa")
    if step.anchor is Anchor.PROMISE_BROKEN:
        return (
            _("%s después de no cumplirse una promesa") % count if days else _("al no cumplirse una promesa")
        )
    if step.anchor is Anchor.STAGE_ENTRY:
        return _("%s después de entrar a la etapa") % count if days else _("al entrar a la etapa")
    if step.anchor is Anchor.LAST_CONTACT:
        return _("%s después del último contacto") % count
    return _("al recibir un pago que deja al corriente")


def said(document: PlanDocument) -> dict[str, object]:
    """Lay a plan out as pages show it: stages, segments, and steps by where they apply."""
    return {
        "groups": _groups(document),
        "stages": [
            {
                "name": one.name,
                "kind": one.kind.value,
                "enters": assessment.condition_words(condition=one.enters),
            }
            for one in document.stages
        ],
        "segments": [
            {"name": one.name, "condition": assessment.condition_words(condition=one.condition)}
            for one in document.segments
        ],
        "plan": document,
    }


def goals(*, version_id: int, today: date) -> list[dict[str, object]]:
    """Lay the goals of a version out as pages show them, beside what each KPI is today."""
    names = dict(KPIS)
    return [
        {"goal": one, "name": str(names[one.kpi.value]), "aim": _aim(one), "now": _now(one)}
        for one in goals_of(version_id=version_id, today=today)
    ]


def _aim(goal: GoalStanding) -> str:
    if goal.change_percent is not None:
        change = _percent(abs(goal.change_percent))
        return _("bajar %s") % change if goal.change_percent < 0 else _("subir %s") % change
    if goal.target is None:
        return formats.MISSING
    number = formats.number(value=goal.target, locale=_locale())
    if goal.kpi is Kpi.DSO:
        return _("%s días") % number
    return number if goal.kpi is Kpi.COST else _percent(goal.target)


def _now(goal: GoalStanding) -> str:
    if goal.value is None:
        return _("sin medir todavía")
    value = _percent(goal.value)
    if goal.change_percent is None:
        return value
    if not goal.has_begun:
        return _("%s; el periodo todavía no empieza") % value
    if goal.change is None:
        return _("%s; no hay con qué comparar el principio del periodo") % value
    change = _percent(abs(goal.change))
    return (_("%(value)s; bajó %(change)s") if goal.change < 0 else _("%(value)s; subió %(change)s")) % {
        "value": value,
        "change": change,
    }


def _percent(value: Decimal) -> str:
    is_whole = value == value.to_integral_value()
    return formats.percent(value=value / 100, locale=_locale(), digits=0 if is_whole else 1)


def _locale() -> str:
    return formats.locale_of(language=get_language() or "es-mx")


def _groups(document: PlanDocument) -> list[dict[str, object]]:
    """Lay the steps together by the stages and segments that take them, in the order of the plan."""
    stages = {stage.key: stage for stage in document.stages}
    segments = {segment.key: segment.name for segment in document.segments}
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Step]] = {}
    for step in document.steps:
        groups.setdefault((step.stages, step.segments), []).append(step)
    return [
        {
            "stage": stages[own[0]].kind.value if own else "",
            "name": ", ".join(stages[key].name for key in own) or _("En cualquier etapa"),
            "segments": ", ".join(segments[key] for key in theirs) or _("todos los segmentos"),
            "steps": [_row(step) for step in steps],
        }
        for (own, theirs), steps in groups.items()
    ]


def _sample(request: HttpRequest, visit: Visit, *, key: str, language: str) -> Rendered | None:
    company = companies.current_company(base_url=request.build_absolute_uri("/").rstrip("/"))
    return outreach.template_sample(key=key, language=language, company=company, today=visit.today)


def _row(step: Step) -> dict[str, object]:
    channels = (step.channel, *step.fallbacks) if step.channel is not None else ()
    return {
        "name": step.name,
        "when": step_day(step),
        "channel": ", ".join(str(_CHANNELS[one.value]) for one in channels) or _("Revisión interna"),
        "is_task": not step.template,
        "template": step.template,
        "catch_up_days": step.catch_up_days,
        "condition": assessment.condition_words(condition=step.condition),
        "needs_approval": step.needs_approval,
        "first_word_days": step.first_word_days,
        "offer": offer_words(offer=step.offer),
    }


@page(Permission.SEE_MESSAGES)
def templates(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the wording in use."""
    names = outreach.template_names()
    rows = [
        {
            "key": key,
            "language": language,
            "name": name,
            "sample": _sample(request, visit, key=key, language=language),
        }
        for (key, language), name in sorted(names.items(), key=lambda one: (one[0][1] != "es", one[1]))
    ]
    return render(request, "staff/templates.html", {"rows": rows})


@page(Permission.SEE_MESSAGES)
def template(request: HttpRequest, visit: Visit, key: str, language: str) -> HttpResponse:
    """Show a template as a person would receive it, with sample data."""
    sample = _sample(request, visit, key=key, language=language)
    if sample is None:
        raise Http404
    return render(
        request,
        "staff/template.html",
        {
            "sample": sample,
            "name": outreach.template_names()[key, language],
            "key": key,
            "wording": language,
        },
    )


@xframe_options_sameorigin
@page(Permission.SEE_MESSAGES)
def template_body(request: HttpRequest, visit: Visit, key: str, language: str) -> HttpResponse:
    """Give the HTML of a template's sample for its frame."""
    sample = _sample(request, visit, key=key, language=language)
    if sample is None:
        raise Http404
    return framed(sample.html)

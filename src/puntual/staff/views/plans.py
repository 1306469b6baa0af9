"""Plan: what a plan says and the wording of its messages, to be read by anybody."""

from datetime import date
from decimal import Decimal

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from puntual.assessment import queries as assessment
from puntual.companies import queries as companies
from puntual.flows import wording
from puntual.flows.goals import Course, Gap, GoalStanding, goals_of
from puntual.flows.offers import offer_words
from puntual.identity.types import Permission
from puntual.lib import formats
from puntual.outreach import queries as outreach
from puntual.outreach.types import Rendered
from puntual.plans.queries.words import KPIS
from puntual.plans.types import Anchor, Kpi, PlanDocument, Step
from puntual.portfolio import queries as portfolio
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


_GAPS = {
    Gap.NOT_BEGUN: gettext_lazy("el periodo todavía no empieza"),
    Gap.NOTHING_OWED: gettext_lazy("no se debe nada"),
    Gap.FEW_SALES: gettext_lazy("se debe más de lo que los documentos dicen que se vendió"),
    Gap.NOTHING_LATE: gettext_lazy("no había nada vencido que cobrar"),
    Gap.NOTHING_LATE_BEFORE: gettext_lazy("hace 30 días nada tenía de 1 a 30 días de atraso"),
    Gap.NO_PROMISES: gettext_lazy("en el periodo no ha vencido ninguna promesa"),
    Gap.NO_COSTS: gettext_lazy("el plan no dice cuánto cuesta cada uso de sus canales"),
    Gap.NOTHING_COLLECTED: gettext_lazy("en el periodo no ha entrado ningún pago"),
    Gap.NOBODY_PLACED: gettext_lazy("ninguna corrida había puesto a alguien en el segmento"),
    Gap.NOT_BY_PRODUCT: gettext_lazy("promesas y contactos son del cliente, no de un producto"),
}
# Less than this of what costs one unit of money is told as less.
_COST_MIN = Decimal("0.0001")
_KEPT_SECONDS = 600
_COURSES = {
    Course.MET: ("good", gettext_lazy("se cumple")),
    Course.ON_COURSE: ("good", gettext_lazy("en camino")),
    Course.OFF_COURSE: ("warn", gettext_lazy("fuera de camino")),
}


def goals(*, version_id: int, today: date) -> list[dict[str, object]]:
    """Lay the goals of a version out as pages show them, beside what each KPI is today and was at the start."""
    names = dict(KPIS)
    return [
        {
            "goal": one,
            "name": str(names[one.kpi.value]),
            "of": one.segment or one.product,
            "aim": _aim(one),
            "now": _value(one.kpi, one.value) if one.value is not None else "",
            "gap": _GAPS[one.gap] if one.gap else "",
            "start": _value(one.kpi, one.start) if one.start is not None else "",
            "change": _change(one),
            "course": _COURSES[one.course] if one.course else None,
        }
        for one in _standings(version_id=version_id, today=today)
    ]


def _standings(*, version_id: int, today: date) -> list[GoalStanding]:
    """Measure the goals of a version, or return what was measured a little while ago: it reads the whole ledger."""
    key = f"goals-{version_id}-{today}-{portfolio.last_entry()}"
    found: list[GoalStanding] | None = cache.get(key)
    if found is None:
        found = goals_of(version_id=version_id, today=today, time_zone=timezone.get_current_timezone_name())
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _aim(goal: GoalStanding) -> str:
    if goal.change_percent is not None:
        change = _percent(abs(goal.change_percent))
        return _("bajar %s") % change if goal.change_percent < 0 else _("subir %s") % change
    return _value(goal.kpi, goal.target) if goal.target is not None else formats.MISSING


def _value(kpi: Kpi, value: Decimal) -> str:
    if kpi is Kpi.COST and 0 < value < _COST_MIN:
        return _("menos de %s") % _number(_COST_MIN)
    if kpi is Kpi.COST:
        return _number(round(value, 4))
    if kpi is Kpi.DSO:
        return _("%s días") % _number(round(value, 1))
    return _percent(value)


def _number(value: Decimal) -> str:
    """Write a number with as many decimals as it has."""
    exponent = value.normalize().as_tuple().exponent
    digits = max(0, -exponent) if isinstance(exponent, int) else 0
    return formats.number(value=value, locale=_locale(), digits=digits)


def _change(goal: GoalStanding) -> str:
    if goal.change is None:
        return ""
    change = _percent(abs(goal.change))
    return _("bajó %s") % change if goal.change < 0 else _("subió %s") % change


def _percent(value: Decimal) -> str:
    value = round(value, 1)
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
            "report": wording.template_report(
                key=key, language=language, sample=sample.text, country=visit.country
            ),
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

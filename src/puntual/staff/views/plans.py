"""Plan: the plan in force and the wording of its messages, to be read by anybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin

from puntual.companies import queries as companies
from puntual.flows import explain
from puntual.identity.types import Permission
from puntual.outreach import queries as outreach
from puntual.outreach.types import Rendered
from puntual.plans import queries as plans
from puntual.plans.types import Anchor, PlanDocument, Step
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
        return _("al no cumplirse una promesa")
    return _("al recibir un pago que deja al corriente")


@page(Permission.SEE_RUNS)
def plan(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the plan in force, stage by stage."""
    try:
        version_id, document = plans.active_version()
    except plans.NoActivePlan:
        return render(request, "staff/plan.html", {"stages": ()})
    return render(
        request,
        "staff/plan.html",
        {
            "version": plans.version_label(version_id=version_id),
            "stages": _stages(document),
            "plan": document,
        },
    )


def _stages(document: PlanDocument) -> list[dict[str, object]]:
    bounds = document.bounds
    ranges = {
        "PREVENTIVE": _("antes de vencer"),
        "ADMINISTRATIVE": _("de %(a)d a %(b)d días de atraso")
        % {"a": bounds.administrative_from, "b": bounds.extrajudicial_from - 1},
        "EXTRAJUDICIAL": _("de %(a)d a %(b)d días de atraso")
        % {"a": bounds.extrajudicial_from, "b": bounds.judicial_from - 1},
        "JUDICIAL": _("desde %d días de atraso") % bounds.judicial_from,
    }
    return [
        {
            "stage": stage,
            "name": str(explain.STAGE_WORDS[stage]).capitalize(),
            "range": words,
            "steps": [
                {
                    "name": step.name,
                    "when": step_day(step),
                    "channel": str(_CHANNELS[step.channel.value]),
                    "is_task": not step.template,
                    "template": step.template,
                    "catch_up_days": step.catch_up_days,
                }
                for step in document.steps
                if step.stage == stage
            ],
        }
        for stage, words in ranges.items()
    ]


def _sample(request: HttpRequest, visit: Visit, *, key: str, language: str) -> Rendered | None:
    company = companies.current_company(base_url=request.build_absolute_uri("/").rstrip("/"))
    return outreach.template_sample(key=key, language=language, company=company, today=visit.today)


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

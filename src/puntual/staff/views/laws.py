"""Cumplimiento: which rules are in force, what changed in them, and what they refused."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from puntual.compliance import queries as compliance
from puntual.compliance.queries import LawPack
from puntual.compliance.types import VerdictOutcome
from puntual.compliance.types.reading import Facet, ReadRule, Subject
from puntual.identity.types import Permission
from puntual.lib import formats
from puntual.plans import queries as plans
from puntual.rights import queries as rights
from puntual.staff.access import Visit, page
from puntual.web import paging, states
from puntual.web.words_of_law import week_words

_DAYS = 30
_SIZE = 50
_PERIODS = {"hoy": 1, "mes": _DAYS}


@page(Permission.SEE_AUDIT)
def refusals(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show how often each rule objected today and in the last 30 days."""
    pack = compliance.known_law(country=visit.country, at=visit.at) or compliance.law_pack(
        country=visit.country
    )
    return render(
        request,
        "staff/refusals.html",
        {
            "pack": pack,
            "petitions_due": rights.due_counts(today=visit.today),
            "periods": [
                {"key": key, "rows": _rows(_since(request, visit, days=days), visit)}
                for key, days in _PERIODS.items()
            ],
        },
    )


def _since(request: HttpRequest, visit: Visit, *, days: int) -> datetime:
    company = request.company  # type: ignore[attr-defined]
    start = datetime.combine(visit.today, time(), tzinfo=ZoneInfo(company.time_zone))
    return start - timedelta(days=days - 1)


def _rows(since: datetime, visit: Visit) -> list[dict[str, object]]:
    return [
        {**row, "rule": compliance.rule_text(rule_id=row["rule_id"], country=visit.country)}
        for row in compliance.refusals_by_rule(since=since, until=visit.at + timedelta(minutes=1))
    ]


@page(Permission.SEE_AUDIT)
def refused(request: HttpRequest, visit: Visit, rule_id: str) -> HttpResponse:
    """List whom a rule concerned, today or in the last 30 days."""
    period = request.GET.get("periodo", "mes")
    if period not in _PERIODS:
        raise Http404
    outcome = request.GET.get("resultado", "")
    if outcome and outcome not in VerdictOutcome.__members__:
        raise Http404
    asked: dict[str, Any] = {
        "rule_id": rule_id[:40],
        "outcome": VerdictOutcome(outcome) if outcome else None,
        "since": _since(request, visit, days=_PERIODS[period]),
        "until": visit.at + timedelta(minutes=1),
    }
    rule = compliance.rule_text(rule_id=rule_id, country=visit.country)
    total = compliance.refused_count(**asked)
    if rule is None and not total and not outcome:
        raise Http404
    shown = paging.page_of(asked=request.GET.get("page"), total=total, size=_SIZE)
    found = compliance.refused_people(**asked, limit=_SIZE, offset=shown.offset)
    names = plans.names_of_keys()
    context = {
        "rule_id": rule_id,
        "rule": rule,
        "period": period,
        "outcome": outcome,
        "page": shown,
        "rows": [{**one, "step": names.get(one["step_key"], "")} for one in found],
    }
    return render(request, "staff/refused.html", context)


@page(Permission.SEE_AUDIT)
def laws(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show a law pack: of the company's country, or of another, in any of its versions."""
    country = _country(request, visit)
    current = compliance.known_law(country=country, at=visit.at) or compliance.law_pack(country=country)
    asked = request.GET.get("version", "")
    pack = compliance.pack_edition(country=country, version=asked) if asked else current
    if pack is None:
        raise Http404
    subjects = compliance.read_pack(pack=pack)
    return render(
        request,
        "staff/laws.html",
        {
            "pack": pack,
            "is_current": pack.version == current.version,
            "is_own": country == visit.country,
            "subjects": [
                {
                    "key": subject.value,
                    "rules": [shown_rule(one, visit) for one in rules],
                    "is_hours": subject is Subject.HOURS,
                }
                for subject, rules in subjects.items()
            ],
            "question_count": sum(bool(one.question) for rules in subjects.values() for one in rules),
            "countries": _countries(),
            "editions": compliance.editions(country=country),
        },
    )


def _country(request: HttpRequest, visit: Visit) -> str:
    country = request.GET.get("pais") or visit.country
    if country not in compliance.countries():
        raise Http404
    return country


def _countries() -> list[tuple[str, str]]:
    packs = [compliance.law_pack(country=one) for one in compliance.countries()]
    return sorted(((one.country, one.file.name) for one in packs), key=lambda one: one[1])


def shown_rule(rule: ReadRule, visit: Visit) -> dict[str, Any]:
    """Lay a rule out for its row."""
    return {
        "rule": rule,
        "channels": _listed("channel", rule.channels),
        "roles": _listed("owner", rule.roles),
        "is_early": rule.valid_from is not None and rule.valid_from > visit.today,
        "is_over": rule.valid_to is not None and rule.valid_to < visit.today,
    }


def _listed(kind: str, codes: Any) -> str:
    return ", ".join(str(states.state(name=one, kind=kind).label) for one in codes)


@page(Permission.SEE_AUDIT)
def questions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List every open legal question, the company's country first, so that a lawyer can decide them."""
    found = compliance.open_questions()
    found.sort(key=lambda one: (one[0] is not None and one[0].country != visit.country, one[0] is None))
    context = {
        "groups": [{"pack": pack, "rules": rules} for pack, rules in found],
        "total": sum(len(rules) for _pack, rules in found),
    }
    return render(request, "staff/law_questions.html", context)


@page(Permission.SEE_AUDIT)
def changes(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what changed between two versions of a pack; without a choice between the last two."""
    country = _country(request, visit)
    editions = compliance.editions(country=country)
    versions = [one.version for one in editions]
    new = request.GET.get("a") or versions[0]
    old = request.GET.get("de") or (versions[1] if len(versions) > 1 else "")
    after = compliance.pack_edition(country=country, version=new)
    before = compliance.pack_edition(country=country, version=old) if old else None
    if after is None or (old and before is None):
        raise Http404
    context = {
        "pack": after,
        "editions": editions,
        "old": old,
        "new": new,
        "changes": said_of_changes(before=before, after=after) if before is not None else [],
    }
    return render(request, "staff/law_changes.html", context)


def said_of_changes(*, before: LawPack, after: LawPack) -> list[dict[str, Any]]:
    """Put what changed from one law to another into words."""
    return [
        {
            "change": one,
            "differences": [
                {"facet": facet.value, "before": _said(facet, was), "after": _said(facet, now)}
                for facet, was, now in one.differences
            ],
        }
        for one in compliance.changes(before=before, after=after)
    ]


def _said(facet: Facet, value: Any) -> str:
    """Put one side of a difference into words."""
    if facet in (Facet.WEEK, Facet.LITERAL_WEEK):
        return week_words(week=value) if value else ""
    if facet is Facet.VALIDITY:
        locale = formats.locale_of(language=get_language() or "es-mx")
        first, last = (formats.day(value=one, locale=locale) if one else "" for one in value)
        return " – ".join((first or "…", last or "…")) if first or last else _("sin fecha")
    if facet is Facet.CHANNELS or facet is Facet.ROLES:
        return _listed("channel" if facet is Facet.CHANNELS else "owner", value)
    if facet is Facet.STATUS or facet is Facet.SEVERITY:
        return str(states.state(name=value, kind=f"law_{facet.value.lower()}").label)
    return ", ".join(value) if facet is Facet.PLACES else " ".join(value) if facet is Facet.DETAILS else value

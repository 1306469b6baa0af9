"""Cumplimiento › Reglas de la empresa: what the company adds to the law, who signed what, and what it would change."""

from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from puntual.compliance import queries as compliance
from puntual.compliance.operations.own_law import new_rule_id
from puntual.compliance.types import packs as p
from puntual.compliance.types.own import Effect, OwnProfile, OwnState, OwnVersion
from puntual.compliance.types.reading import ReadRule
from puntual.flows import own_rules as flow
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.case import ReasonForm
from puntual.staff.forms.own_rules import KINDS, LiteralForm, OwnRuleForm
from puntual.staff.views.case import may
from puntual.staff.views.case_acts import Sheet, carry_out, sent
from puntual.staff.views.laws import said_of_changes, shown_rule
from puntual.web.words_of_law import week_words


@page(Permission.SEE_AUDIT)
def own(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the company's own law: how the country's is read, the rules beside it, what waits and what was before."""
    version = compliance.own_version(country=visit.country, at=visit.at)
    versions = compliance.own_versions(country=visit.country)
    pack = compliance.known_law(country=visit.country, at=visit.at)
    context = {
        "pack": pack or compliance.law_pack(country=visit.country),
        "is_broken": pack is None,
        "version": version,
        "rules": [shown_rule(compliance.read_rule(rule=one), visit) for one in (pack.own if pack else ())],
        "waiting": next((one for one in versions if one.state is OwnState.PROPOSED), None),
        "versions": versions,
        "may": may(request),
    }
    return render(request, "staff/own_rules.html", context)


@form(Permission.CHANGE_LAW)
def add(request: HttpRequest, visit: Visit, own_kind: str = "") -> HttpResponse:
    """Choose a kind of rule, then write one."""
    if not own_kind:
        kinds = [(code, label, told) for code, (label, told) in KINDS.items()]
        return render(request, "staff/own_rule_kinds.html", {"kinds": kinds})
    if own_kind not in KINDS:
        raise Http404
    return _write(request, visit, kind=own_kind, rule=None)


@form(Permission.CHANGE_LAW)
def edit(request: HttpRequest, visit: Visit, own_rule_id: str) -> HttpResponse:
    """Change a rule of the company."""
    rule = _own_rule(visit, own_rule_id)
    # A rule of several limits, which only a program could have written, is not changed by a form of one.
    if isinstance(rule, p.CapRule) and len(rule.limits) > 1:
        raise Http404
    return _write(request, visit, kind=rule.kind, rule=rule)


def _own_rule(visit: Visit, rule_id: str) -> p.Rule:
    _number, profile = flow.profile_now(country=visit.country, at=visit.at)
    found = next((one for one in profile.rules if one.id == rule_id), None)
    if found is None:
        raise Http404
    return found


def _write(request: HttpRequest, visit: Visit, *, kind: str, rule: p.Rule | None) -> HttpResponse:
    number, _before = flow.profile_now(country=visit.country, at=visit.at)
    given = OwnRuleForm(sent(request), kind=kind, today=visit.today, rule=rule)
    tried: dict[str, Any] = {}
    if given.is_bound and given.is_valid():
        rule_id = rule.id if rule else new_rule_id(country=visit.country, kind=kind)
        try:
            profile = flow.with_rule(country=visit.country, rule=given.rule(rule_id=rule_id), at=visit.at)
            if "guardar" in request.POST:
                reason = given.cleaned_data["reason"]
                version = _change(visit, based_on=_based_on(request), profile=profile, reason=reason)
                return _told(request, version)
            tried = _tried(visit, profile)
        except DomainError as refused:
            given.add_error(None, refused.message)
    label, told = KINDS[kind]
    context = {
        "form": given,
        "kind": kind,
        "label": label,
        "told": told,
        "rule": rule,
        "number": number,
        **tried,
    }
    status = 422 if given.is_bound and given.errors else 200
    return render(request, "staff/own_rule.html", context, status=status)


def _based_on(request: HttpRequest) -> int:
    """Return the number of the version that the person saw when they began to write."""
    said = request.POST.get("based_on", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0


def _change(visit: Visit, *, based_on: int, profile: OwnProfile, reason: str, **signed: str) -> OwnVersion:
    return flow.change(
        country=visit.country,
        based_on=based_on,
        profile=profile,
        reason=reason,
        actor=visit.actor,
        at=visit.at,
        **signed,
    )


def _told(request: HttpRequest, version: OwnVersion) -> HttpResponse:
    notices.success(request, _words_of(version))
    if version.state is OwnState.PROPOSED:
        return redirect("staff:own_version", version.id)
    return redirect("staff:own_rules")


def _words_of(version: OwnVersion) -> str:
    if version.state is OwnState.PROPOSED:
        return _("El cambio espera a una segunda persona; hasta entonces rige lo de antes.")
    return _("Está en vigor: rige desde ahora para todo contacto, también lo ya planeado.")


def _tried(visit: Visit, profile: OwnProfile) -> dict[str, Any]:
    before = compliance.company_law(country=visit.country, at=visit.at)
    after = compliance.law_of(country=visit.country, profile=profile, at=visit.at)
    return {
        "changes": said_of_changes(before=before, after=after),
        "effect": _effect(visit, profile),
        "is_tried": True,
    }


def _effect(visit: Visit, profile: OwnProfile) -> dict[str, Any]:
    effect: Effect = flow.effect(country=visit.country, profile=profile, at=visit.at)
    texts = compliance.law_of(country=visit.country, profile=profile, at=visit.at).rules
    return {
        "counts": effect,
        "rules": [(rule_id, count, texts.get(rule_id)) for rule_id, count in effect.by_rule],
    }


@form(Permission.CHANGE_LAW)
def remove(request: HttpRequest, visit: Visit, own_rule_id: str) -> HttpResponse:
    """Propose to give a rule up, with the reason."""
    _own_rule(visit, own_rule_id)

    def carry(data: dict[str, Any]) -> str:
        number, _profile = flow.profile_now(country=visit.country, at=visit.at)
        profile = flow.without_rule(country=visit.country, rule_id=own_rule_id, at=visit.at)
        return _words_of(_change(visit, based_on=number, profile=profile, reason=data["reason"]))

    sheet = Sheet(
        title=_("Quitar la regla %s") % own_rule_id,
        button=_("Proponer que se quite"),
        back_url=reverse("staff:own_rules"),
        variant="danger",
        about=_("Quitarla permite más contactos: lo aprueba otra persona, y hasta entonces la regla rige."),
    )
    return carry_out(request, form=ReasonForm(sent(request)), sheet=sheet, act=carry)


@form(Permission.CHANGE_LAW)
def literal(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Propose the literal reading of the law, with who answers for it."""
    number, before = flow.profile_now(country=visit.country, at=visit.at)
    given = LiteralForm(sent(request), today=visit.today)
    if given.is_bound and given.is_valid():
        data = given.cleaned_data
        profile = OwnProfile(rules=before.rules, literal_until=data["until"])
        try:
            version = _change(
                visit,
                based_on=number,
                profile=profile,
                reason=data["reason"],
                counsel=data["counsel"],
                basis=data["basis"],
            )
            return _told(request, version)
        except DomainError as refused:
            given.add_error(None, refused.message)
    pack = compliance.law_pack(country=visit.country)
    looser = [
        _looser(compliance.read_rule(rule=one))
        for one in pack.file.rules
        if getattr(one, "text_hours", None) is not None or getattr(one, "per_channel_in_text", False)
    ]
    context = {"form": given, "looser": looser, "pack": pack}
    return render(request, "staff/own_literal.html", context, status=422 if given.is_bound else 200)


def _looser(rule: ReadRule) -> dict[str, Any]:
    return {
        "rule": rule,
        "strict": week_words(week=rule.week) if rule.week else "",
        "literal": week_words(week=rule.literal_week) if rule.literal_week else "",
    }


@form(Permission.CHANGE_LAW)
def strict(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Read the law strictly again; nobody else is needed for that."""
    number, before = flow.profile_now(country=visit.country, at=visit.at)
    if before.literal_until is None:
        raise Http404

    def carry(data: dict[str, Any]) -> str:
        profile = OwnProfile(rules=before.rules)
        return _words_of(_change(visit, based_on=number, profile=profile, reason=data["reason"]))

    sheet = Sheet(
        title=_("Volver a la lectura estricta"),
        button=_("Volver a la estricta"),
        back_url=reverse("staff:own_rules"),
    )
    return carry_out(request, form=ReasonForm(sent(request)), sheet=sheet, act=carry)


@page(Permission.SEE_AUDIT)
def version(request: HttpRequest, visit: Visit, own_id: int) -> HttpResponse:
    """Show one version: what it changes in words, who wrote it, who let it pass, and what it would have done."""
    found = compliance.own_version_by_id(version_id=own_id)
    at: datetime = found.effective_at or visit.at
    earlier = [
        one
        for one in compliance.own_versions(country=found.country)
        if one.number < found.number and one.state is OwnState.IN_FORCE
    ]
    before = (
        compliance.law_with(version=earlier[0], at=at)
        if earlier
        else compliance.law_pack(country=found.country)
    )
    after = compliance.law_with(version=found, at=at)
    is_waiting = found.state is OwnState.PROPOSED
    context = {
        "version": found,
        "changes": said_of_changes(before=before, after=after),
        "was_literal": before.is_literal,
        "is_literal": after.is_literal,
        "effect": _effect(visit, found.profile) if is_waiting else None,
        "is_waiting": is_waiting,
        "is_own": found.author_id == visit.actor.id,
        "may": may(request),
    }
    return render(request, "staff/own_version.html", context)


@act(Permission.SIGN_LAW)
def decide(request: HttpRequest, visit: Visit, own_id: int) -> HttpResponse:
    """Put a proposed version in force, or refuse it."""
    is_accepted = request.POST.get("decision") == "aprobar"
    try:
        flow.decide(
            version_id=own_id,
            is_accepted=is_accepted,
            reason=request.POST.get("reason", "")[:500],
            actor=visit.actor,
            at=visit.at,
        )
    except DomainError as refused:
        notices.error(request, refused.message)
        return redirect("staff:own_version", own_id)
    notices.success(
        request,
        _("El cambio está en vigor.") if is_accepted else _("El cambio se rechazó: rige lo de antes."),
    )
    return redirect("staff:own_rules")

"""Cumplimiento › Por liberar: what the law leaves to a person, released or refused with a reason."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.compliance import queries as compliance
from puntual.compliance import texts
from puntual.compliance.queries import reviewing
from puntual.compliance.types import PendingReview, ReviewGroup, RuleText
from puntual.contacts import queries as contacts
from puntual.flows import approvals, releasing
from puntual.flows.releasing import Answered
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError
from puntual.lib.text import is_storable
from puntual.outreach import queries as outreach
from puntual.plans import queries as plans
from puntual.staff.access import BROKEN_TEXT, Visit, act, page
from puntual.staff.views.case import may

_SHOWN, _HISTORY = 50, 20
# More than one press answers is left for the next one.
_AT_ONCE_MAX = 5_000


@dataclass(frozen=True, slots=True)
class _Shown:
    """A group with its first contacts, its rules in words, and the mark by which a press names it."""

    group: ReviewGroup
    mark: str
    name: str
    rules: tuple[tuple[str, RuleText | None], ...]
    rows: tuple[PendingReview, ...]


@page(Permission.SEE_AUDIT)
def releases(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what waits today for a person, by template and rule, and what was answered."""
    names, steps = approvals.wordings(), plans.names_of_keys()
    groups = [
        _Shown(
            group=one,
            mark=_mark(one),
            name=names.get(one.template) or steps.get(one.step_key) or _("Contacto a mano"),
            rules=_rules(one.rule_ids, visit),
            rows=tuple(reviewing.waiting(today=visit.today, limit=_SHOWN, group=one)),
        )
        for one in reviewing.groups(today=visit.today)
    ]
    context = {
        "groups": groups,
        "answered": reviewing.answered(today=visit.today, limit=_SHOWN),
        "may": may(request),
        "reason_max": releasing.REASON_LENGTH_MAX,
    }
    return render(request, "staff/releases.html", context)


@page(Permission.SEE_AUDIT)
def release(request: HttpRequest, visit: Visit, review_id: int) -> HttpResponse:
    """Show one contact: what it would say, what objects, and what was done with the person before."""
    found = reviewing.review(review_id=review_id)
    written = [
        one
        for one in outreach.messages_in_full(customer_id=found.customer_id)
        if found.text_digest and one["action_id"] == found.action_id
    ]
    context = {
        "review": found,
        "rules": _rules(found.rule_ids, visit),
        "message": {**written[0], "text": outreach.without_links(text=written[0]["text"])}
        if written
        else None,
        "history": contacts.attempts_of(customer_id=found.customer_id, limit=_HISTORY),
        "may": may(request),
        "is_today": found.id in {one.id for one in reviewing.waiting(today=visit.today, limit=_AT_ONCE_MAX)},
        "reason_max": releasing.REASON_LENGTH_MAX,
    }
    return render(request, "staff/release.html", context)


@act(Permission.RELEASE_CONTACT)
def answer_releases(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Release or refuse the contacts that were chosen, or all of a group."""
    decision = request.POST.get("decision", "")
    is_whole = decision in {"release-all", "refuse-all"}
    chosen = _of_group(request.POST.get("group", ""), visit) if is_whole else _chosen(request)
    reason = request.POST.get("reason", "").strip()
    if not is_storable(reason):
        notices.error(request, BROKEN_TEXT)
    elif not chosen or decision not in {"release", "refuse", "release-all", "refuse-all"}:
        notices.error(request, _("Elija al menos un contacto."))
    else:
        is_released = decision.startswith("release")
        try:
            done = releasing.answer(
                review_ids=chosen,
                is_released=is_released,
                reason=reason,
                actor=visit.actor,
                country=visit.country,
                today=visit.today,
                at=visit.at,
            )
        except DomainError as refused:
            notices.error(request, refused.message)
        else:
            _tell(request, done, is_released=is_released)
    return redirect(reverse("staff:releases"))


def _mark(group: ReviewGroup) -> str:
    return "|".join((group.step_key, group.template, group.channel.value, ",".join(group.rule_ids)))


def _of_group(mark: str, visit: Visit) -> list[int]:
    found = [one for one in reviewing.groups(today=visit.today) if _mark(one) == mark]
    return [
        one.id
        for group in found
        for one in reviewing.waiting(today=visit.today, limit=_AT_ONCE_MAX, group=group)
    ]


def _chosen(request: HttpRequest) -> list[int]:
    return [int(one) for one in request.POST.getlist("review") if one.isdecimal() and len(one) < 19]


def _rules(rule_ids: tuple[str, ...], visit: Visit) -> tuple[tuple[str, RuleText | None], ...]:
    return tuple((one, _rule(one, visit)) for one in rule_ids)


def _rule(rule_id: str, visit: Visit) -> RuleText | None:
    found = compliance.rule_text(rule_id=rule_id, country=visit.country)
    category = texts.categories().get(rule_id)
    if found is None and category is not None:
        return RuleText(text=category.rule, source=category.source, status="law")
    return found


def _tell(request: HttpRequest, done: Answered, *, is_released: bool) -> None:
    counted: list[tuple[int, Any]] = [
        (
            done.gone,
            ngettext(
                "%d ya no esperaba: otra persona contestó, o se pagó o se detuvo.",
                "%d ya no esperaban: otra persona contestó, o se pagaron o se detuvieron.",
                done.gone,
            ),
        ),
        (
            done.own,
            ngettext(
                "%d es de una campaña que usted pidió: lo libera otra persona.",
                "%d son de una campaña que usted pidió: los libera otra persona.",
                done.own,
            ),
        ),
        (
            done.changed,
            ngettext(
                "%d no se liberó: la ley ya objeta otra cosa.",
                "%d no se liberaron: la ley ya objeta otra cosa.",
                done.changed,
            ),
        ),
    ]
    if done.done:
        said = (
            ngettext(
                "Se liberó %d contacto; la ley se revisa otra vez al hacerlo.",
                "Se liberaron %d contactos; la ley se revisa otra vez al hacerlos.",
                done.done,
            )
            if is_released
            else ngettext("%d contacto no se hará.", "%d contactos no se harán.", done.done)
        )
        notices.success(request, said % done.done)
    for count, words in counted:
        if count:
            notices.warning(request, words % count)

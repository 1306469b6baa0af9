"""Plan › Planes: the versions of the plans, what each says and changes, and who lets it into force."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from puntual.flows import governing
from puntual.identity.types import Permission
from puntual.lib.errors import DomainError, NotFound
from puntual.lib.text import is_storable
from puntual.plans import queries as plans
from puntual.plans.types import Fault, MalformedPlan, VersionState
from puntual.staff.access import BROKEN_TEXT, Visit, act, form, page
from puntual.staff.views.plans import goals, said

_CHANGES_IN_DIALOG = 12
_REASON_LENGTH_MAX = 500
# No plan is larger; the reader says so in words.
FILE_BYTES_MAX = 2_000_000


def title_of(card: dict[str, Any]) -> str:
    """Name a version for people."""
    return _("%(name)s, versión %(number)d") % {"name": card["name"], "number": card["number"]}


def may(request: HttpRequest, permission: Permission) -> bool:
    """Say whether who asks has a permission."""
    return bool(request.user.can(permission))  # type: ignore[union-attr]


def _active_id() -> int | None:
    try:
        return plans.active_version()[0]
    except plans.NoActivePlan:
        return None


@page(Permission.SEE_RUNS)
def plan_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the versions, and show what the one in force says."""
    context: dict[str, Any] = {"versions": plans.versions(), "may_edit": may(request, Permission.EDIT_PLAN)}
    version_id = _active_id()
    if version_id is not None:
        context |= said(plans.plan_of_version(version_id=version_id))
        context["version"] = plans.version_label(version_id=version_id)
        context |= _own_words(version_id)
    return render(request, "staff/plans.html", context)


@page(Permission.SEE_RUNS)
def version(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Show one version: its life, what it says, what it changes against the one in force, what may be done with it."""
    card = plans.version_card(version_id=version_id)
    found, faults = governing.check_plan(text=card["text"]) if card["text"] else (None, ())
    context: dict[str, Any] = {
        "card": card,
        "title": title_of(card),
        "faults": _told(card, faults),
        "others": [one for one in plans.versions() if one["id"] != version_id],
        "may_edit": may(request, Permission.EDIT_PLAN),
        "may_approve": may(request, Permission.APPROVE_PLAN),
        "is_writer": visit.actor.id in card["writer_ids"],
        "changes": None,
    }
    if found is not None or card["state"] != VersionState.DRAFT:
        try:
            context |= said(plans.plan_of_version(version_id=version_id))
            context |= _changes(version_id)
            context |= _own_words(version_id)
        except MalformedPlan as refused:
            # Plans of a former kind are kept as they were.
            context["faults"] = plans.fault_lines(faults=refused.faults)
    return render(request, "staff/plan_version.html", context)


@page(Permission.SEE_RUNS)
def version_goals(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Show where the goals of a version stand; a part of its page and of Inicio, for it reads the whole ledger."""
    found = goals(version_id=version_id, today=visit.today)
    return render(request, "staff/_plan_goals.html", {"goals": found})


def _own_words(version_id: int) -> dict[str, Any]:
    """Say what a version itself says of goals, policy and resources."""
    plan = plans.file_of_version(version_id=version_id)
    return {
        "goals_of": version_id if plan.goals else None,
        "terms": plans.terms_told(plan=plan),
    }


def _told(card: dict[str, Any], faults: tuple[Fault, ...]) -> list[str]:
    """Say what is wrong with a draft; what has left the draft was whole when it did."""
    return plans.fault_lines(faults=faults) if card["state"] == VersionState.DRAFT else []


def _changes(version_id: int) -> dict[str, Any]:
    """Say what a version changes against the one in force; nothing about that one itself."""
    active_id = _active_id()
    if active_id is None or active_id == version_id:
        return {}
    found = governing.changes_of(version_id=version_id, against_id=active_id)
    label = plans.version_label(version_id=active_id)
    return {
        "changes": found,
        "more_changes": max(0, len(found) - _CHANGES_IN_DIALOG),
        "changes_title": _("Qué cambia contra la que está en vigor (%s)") % label,
    }


@page(Permission.SEE_RUNS)
def changes(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Say in words what differs between two versions."""
    card = plans.version_card(version_id=version_id)
    asked = request.GET.get("contra", "")
    against_id = int(asked) if asked.isdecimal() and len(asked) < 19 else _active_id()
    if against_id is None:
        raise NotFound(_("No existe esa versión del plan."))
    against = plans.version_card(version_id=against_id)
    found = governing.changes_of(version_id=version_id, against_id=against_id)
    context = {"card": card, "title": title_of(card), "against": title_of(against), "changes": found}
    return render(request, "staff/plan_changes.html", context)


@page(Permission.SEE_RUNS)
def text(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Show the file of a version."""
    card = plans.version_card(version_id=version_id)
    return render(request, "staff/plan_text.html", {"card": card, "title": title_of(card)})


@page(Permission.SEE_RUNS)
def file(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Hand over the file of a version, byte by byte as it was written."""
    card = plans.version_card(version_id=version_id)
    answer = HttpResponse(card["text"], content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{card["key"]}-v{card["number"]}.yaml"'
    return answer


@form(Permission.EDIT_PLAN)
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Begin a draft from the version in force, an example, or a file."""
    active_id = _active_id()
    context: dict[str, Any] = {
        "sources": _sources(active_id),
        "chosen": request.POST.get("source") or ("active" if active_id else plans.shipped_keys()[0]),
        "reason": request.POST.get("reason", "").strip()[:_REASON_LENGTH_MAX],
    }
    if request.method == "POST":
        try:
            _refuse_broken(str(context["reason"]))
            written = _text_of(request, source=str(context["chosen"]), active_id=active_id)
            version_id = governing.begin_draft(
                text=written, reason=context["reason"], actor=visit.actor, at=visit.at
            )
        except DomainError as refused:
            context["refused"] = refused.message
            return render(request, "staff/plan_new.html", context, status=422)
        notices.success(request, _("Se creó el borrador."))
        return redirect("staff:plan_version", version_id)
    return render(request, "staff/plan_new.html", context)


def _sources(active_id: int | None) -> list[dict[str, str]]:
    """List what a draft may begin from."""
    found = []
    if active_id is not None:
        found.append(
            {
                "key": "active",
                "name": _("El plan en vigor"),
                "about": plans.version_label(version_id=active_id),
            }
        )
    for key in plans.shipped_keys():
        sample = plans.shipped_file(key=key)
        found.append({"key": key, "name": sample.name, "about": sample.description})
    return found


class BrokenText(DomainError):
    """A short text that a page sent holds a letter that nothing can keep; nothing was written."""

    code = "broken-text"


def _refuse_broken(text: str) -> None:
    if not is_storable(text):
        raise BrokenText(str(BROKEN_TEXT))


class UnreadableFile(DomainError):
    """What was sent is no text file that a plan could stand in; nothing was written."""

    code = "unreadable-file"


def _text_of(request: HttpRequest, *, source: str, active_id: int | None) -> str:
    """Return the text that a draft begins with. Raises: NotFound; UnreadableFile."""
    if source == "file":
        return uploaded_text(request)
    if source == "active" and active_id is not None:
        return str(plans.version_card(version_id=active_id)["text"])
    return plans.shipped_text(key=source)


def uploaded_text(request: HttpRequest) -> str:
    """Return the text of the file that was sent. Raises: UnreadableFile."""
    sent = request.FILES.get("file")
    if sent is None:
        raise UnreadableFile(_("Elija el archivo del plan."))
    if (sent.size or 0) > FILE_BYTES_MAX:
        raise UnreadableFile(_("El archivo es demasiado grande para ser un plan."))
    try:
        return sent.read().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UnreadableFile(_("El archivo no está en UTF-8.")) from error


@act(Permission.EDIT_PLAN)
def edit_act(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Send a version to review, give it back to its author, or throw it away."""
    wanted = request.POST.get("act", "")
    try:
        if wanted == "submit":
            reason = request.POST.get("reason", "").strip()
            _refuse_broken(reason)
            governing.explain_draft(version_id=version_id, reason=reason, actor=visit.actor, at=visit.at)
            governing.submit(version_id=version_id, actor=visit.actor, at=visit.at)
            notices.success(request, _("Se mandó a revisión. La aprueba otra persona."))
        elif wanted == "return":
            governing.return_to_draft(version_id=version_id, actor=visit.actor, at=visit.at)
            notices.success(request, _("Otra vez es borrador."))
        elif wanted == "discard":
            governing.discard(version_id=version_id, actor=visit.actor, at=visit.at)
            notices.success(request, _("Se descartó el borrador."))
            return redirect("staff:plans")
        else:
            plans.version_card(version_id=version_id)
            notices.error(request, _("Diga qué hacer con la versión."))
    except NotFound:
        raise
    except DomainError as refused:
        notices.error(request, refused.message)
    return redirect("staff:plan_version", version_id)


@act(Permission.APPROVE_PLAN)
def approve_act(request: HttpRequest, visit: Visit, version_id: int) -> HttpResponse:
    """Approve a version as its second person, or put it in force."""
    wanted = request.POST.get("act", "")
    try:
        if wanted == "approve":
            governing.approve(version_id=version_id, actor=visit.actor, at=visit.at)
            notices.success(request, _("Se aprobó. Falta ponerla en vigor."))
        elif wanted == "activate":
            governing.activate(version_id=version_id, actor=visit.actor, at=visit.at)
            notices.success(request, _("Está en vigor: decide desde la siguiente corrida."))
        else:
            plans.version_card(version_id=version_id)
            notices.error(request, _("Diga qué hacer con la versión."))
    except NotFound:
        raise
    except DomainError as refused:
        notices.error(request, refused.message)
    return redirect("staff:plan_version", version_id)

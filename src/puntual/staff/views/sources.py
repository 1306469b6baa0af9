"""Ajustes › Fuentes: where files come from by themselves, how that goes, and what waits for a person."""

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.flows import sources as feeds
from puntual.identity.types import Permission
from puntual.intake import queries as intake
from puntual.lib.errors import DomainError
from puntual.sources import operations, queries
from puntual.sources.types import SourceCard
from puntual.staff import background
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.sources import SourceForm
from puntual.web import paging

PULL_TASK = "pull_source"
_RUNS_SHOWN = 8


@page(Permission.RUN_SOURCES)
def source_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the sources and how each does."""
    labels = {one.code: one.label for one in feeds.connector_list()}
    rows = [(card, labels.get(card.connector, card.connector)) for card in queries.source_list()]
    context = {"rows": rows, "is_empty": not rows, "may_manage": _may_manage(request)}
    return render(request, "staff/sources.html", context)


@page(Permission.RUN_SOURCES)
def source_page(request: HttpRequest, visit: Visit, source_id: int) -> HttpResponse:
    """Show one source: what waits, what it brought, how the last visits went."""
    card = queries.source_card(source_id=source_id)
    connector = next((one for one in feeds.connector_list() if one.code == card.connector), None)
    found = paging.page_of(asked=request.GET.get("page"), total=queries.delivery_count(source_id=source_id))
    context = {
        "card": card,
        "connector": connector,
        "facts": [
            (one.label, dict(one.choices).get(value, value), one.kind)
            for one in (connector.settings if connector else ())
            if (value := card.settings.get(one.name, ""))
        ],
        "rows": queries.deliveries(source_id=source_id, limit=found.size, offset=found.offset),
        "page": found,
        "is_empty_list": not found.total,
        "runs": queries.recent_runs(source_id=source_id, limit=_RUNS_SHOWN),
        "is_under_way": background.is_under_way(key=_key(request, source_id)),
        "may_manage": _may_manage(request),
        "may_import": request.user.can(Permission.IMPORT),  # type: ignore[union-attr]
    }
    return render(request, "staff/source.html", context)


@form(Permission.MANAGE_SOURCES)
def source_new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Choose a connector, then describe, try and save a source."""
    found = feeds.connector_list()
    connector = next((one for one in found if one.code == request.GET.get("conector")), None)
    if connector is None:
        listed = [
            {
                "code": one.code,
                "label": one.label,
                "asked": [setting.label for setting in one.settings if setting.is_required],
            }
            for one in found
        ]
        return render(request, "staff/source_new.html", {"connectors": listed})
    return _edit(request, visit, connector=connector, stored=None)


@form(Permission.MANAGE_SOURCES)
def source_edit(request: HttpRequest, visit: Visit, source_id: int) -> HttpResponse:
    """Change a source, and try it as changed."""
    card = queries.source_card(source_id=source_id)
    connector = next((one for one in feeds.connector_list() if one.code == card.connector), None)
    if connector is None:
        raise Http404
    return _edit(request, visit, connector=connector, stored=card)


def _edit(
    request: HttpRequest, visit: Visit, *, connector: feeds.ConnectorCard, stored: SourceCard | None
) -> HttpResponse:
    is_sent = request.method == "POST"
    profiles = [one.name for one in intake.profile_list()]
    given = SourceForm(
        request.POST if is_sent else None, connector=connector, profiles=profiles, stored=stored
    )
    context: dict[str, Any] = {"form": given, "connector": connector, "card": stored}
    if is_sent and given.is_valid():
        try:
            if "check" in request.POST:
                notices.success(request, feeds.check_source(draft=given.draft(), at=visit.at))
            else:
                return _save(request, visit, given=given, stored=stored)
        except DomainError as refused:
            given.add_error(None, refused.message)
    return render(request, "staff/source_edit.html", context, status=422 if given.errors else 200)


def _save(
    request: HttpRequest, visit: Visit, *, given: SourceForm, stored: SourceCard | None
) -> HttpResponse:
    source_id = feeds.save_source(
        source_id=stored.id if stored else None,
        draft=given.draft(),
        is_reset="reset" in request.POST,
        actor=visit.actor,
        at=visit.at,
    )
    notices.success(request, _("Se guardó la fuente. La siguiente visita es enseguida."))
    return redirect("staff:source", source_id)


@act(Permission.RUN_SOURCES)
def pull(request: HttpRequest, visit: Visit, source_id: int) -> HttpResponse:
    """Have a worker visit a source now."""
    queries.source_card(source_id=source_id)
    background.hand_over(
        task=PULL_TASK,
        key=_key(request, source_id),
        company=request.company.schema_name,  # type: ignore[attr-defined]
        source_id=source_id,
        user_id=visit.actor.id or 0,
        user_name=visit.actor.label,
    )
    return redirect("staff:source", source_id)


@page(Permission.RUN_SOURCES)
def progress(request: HttpRequest, visit: Visit, source_id: int) -> HttpResponse:
    """Answer the page that waits for a visit: still under way, or look again at all of it."""
    card = queries.source_card(source_id=source_id)
    is_under_way = background.is_under_way(key=_key(request, source_id))
    answer = render(request, "staff/_source_progress.html", {"card": card, "is_under_way": is_under_way})
    if not is_under_way:
        answer.headers["HX-Refresh"] = "true"
    return answer


@act(Permission.RUN_SOURCES)
def switch(request: HttpRequest, visit: Visit, source_id: int) -> HttpResponse:
    """Pause a source, or let it go on."""
    is_active = request.POST.get("is_active") == "1"
    operations.set_active(source_id=source_id, is_active=is_active, actor=visit.actor, at=visit.at)
    notices.success(request, _("Se traerá otra vez.") if is_active else _("Quedó en pausa."))
    return redirect("staff:source", source_id)


@act(Permission.RUN_SOURCES)
def skip(request: HttpRequest, visit: Visit, source_id: int) -> HttpResponse:
    """Go on without what waits for a person."""
    count = operations.discard_waiting(source_id=source_id, actor=visit.actor, at=visit.at)
    notices.success(
        request,
        ngettext(
            "Se seguirá sin %(count)s archivo; queda en la lista de Importar.",
            "Se seguirá sin %(count)s archivos; quedan en la lista de Importar.",
            count,
        )
        % {"count": count},
    )
    return redirect("staff:source", source_id)


@act(Permission.MANAGE_SOURCES)
def remove(request: HttpRequest, visit: Visit, source_id: int) -> HttpResponse:
    """Remove a source; what it brought stays."""
    try:
        feeds.remove_source(source_id=source_id, actor=visit.actor, at=visit.at)
    except feeds.SourceBusy as busy:
        notices.error(request, busy.message)
        return redirect("staff:source", source_id)
    notices.success(request, _("Se quitó la fuente; lo que trajo se queda."))
    return redirect("staff:sources")


def _key(request: HttpRequest, source_id: int) -> str:
    company: str = request.company.schema_name  # type: ignore[attr-defined]
    return queries.pull_key(company=company, source_id=source_id)


def _may_manage(request: HttpRequest) -> bool:
    return bool(request.user.can(Permission.MANAGE_SOURCES))  # type: ignore[union-attr]

"""Hoy › Pausas: parts of the portfolio that stand still for a time."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from puntual.agreements import queries as agreements
from puntual.agreements.types import PauseReason, PauseScope, PortfolioPause
from puntual.flows import pauses as flow
from puntual.identity.types import Permission
from puntual.staff.access import Visit, act, form, page
from puntual.staff.forms.approvals import PortfolioPauseForm
from puntual.staff.views.case_acts import Sheet, carry_out, sent

_SHOWN = 100


def shown(pause: PortfolioPause, *, visit: Visit) -> dict[str, Any]:
    """Lay a pause out for pages: what, why, until when, and whether it holds today."""
    is_lifted = pause.lifted_at is not None
    return {
        "pause": pause,
        "place": flow.place_of(pause=pause),
        "why": flow.PAUSE_WORDS[pause.reason],
        "is_active": not is_lifted and pause.from_date <= visit.today <= pause.until_date,
        "is_coming": not is_lifted and visit.today < pause.from_date,
    }


@page(Permission.SEE_RUNS)
def pauses(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List pauses of parts of the portfolio, the newest first."""
    found = [shown(one, visit=visit) for one in agreements.portfolio_pauses(limit=_SHOWN)]
    user: Any = request.user
    return render(request, "staff/pauses.html", {"rows": found, "may_pause": user.can(Permission.START_RUN)})


@form(Permission.START_RUN)
def pause(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Pause a part of the portfolio."""
    given = PortfolioPauseForm(sent(request), places=flow.places(), today=visit.today)

    def act_on(data: dict[str, Any]) -> str:
        scope, _sign, value = data["place"].partition(":")
        stopped = flow.pause(
            scope=PauseScope(scope),
            value=value,
            reason=PauseReason(data["reason"]),
            note=data["note"],
            from_date=data["from_date"],
            until_date=data["until_date"],
            actor=visit.actor,
            today=visit.today,
            at=visit.at,
        )
        if not stopped:
            return str(_("La cartera elegida queda en pausa."))
        told = ngettext(
            "La cartera elegida queda en pausa; se detuvo %d gestión que esperaba.",
            "La cartera elegida queda en pausa; se detuvieron %d gestiones que esperaban.",
            stopped,
        )
        return told % stopped

    sheet = Sheet(
        title=_("Pausar cartera"),
        button=_("Pausar cartera"),
        back_url=reverse("staff:pauses"),
        about=_(
            "A nadie de la parte elegida se le cobra hasta el día que diga, ni por mensaje ni a mano. "
            "Cada cliente explica por qué."
        ),
    )
    return carry_out(request, form=given, sheet=sheet, act=act_on)


@act(Permission.START_RUN)
def resume(request: HttpRequest, visit: Visit, pause_id: int) -> HttpResponse:
    """End a pause now."""
    if flow.resume(pause_id=pause_id, actor=visit.actor, at=visit.at):
        notices.success(
            request, _("La pausa terminó: la siguiente corrida vuelve a decidir por esos clientes.")
        )
    return redirect("staff:pauses")

"""Gestión: what waits for a person – tasks, promises, disputes."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from puntual.agreements import queries as agreements
from puntual.contacts.types import Channel
from puntual.db import rows as tables
from puntual.flows import contact_now
from puntual.identity.types import Permission
from puntual.insights import queries as insights
from puntual.plans import queries as plans
from puntual.portfolio import queries as portfolio
from puntual.staff import places, standing
from puntual.staff.access import Visit, page
from puntual.staff.reserved import veiled_permission
from puntual.staff.views import history
from puntual.staff.views.case import may
from puntual.staff.views.customers import chip, page_number
from puntual.web import paging

_TASKS = 200
_SIZE = 50
_EVENTS = 6
_MISSED_DAYS = 30
_HARDSHIPS = 200
_ICONS = {"": "scale", "VISIT": "home-2", "LETTER": "file-text", "WHATSAPP": "brand-whatsapp"}


@page(Permission.SEE_TASKS)
def inbox(request: HttpRequest, visit: Visit) -> HttpResponse:
    """
    Show the next task open and those that follow; `task` opens another one.

    A move of a case is a task only of those who may decide it, and of who reads everything.
    """
    user: Any = request.user
    sees_moves = user.can(Permission.SEE_AUDIT)
    found = plans.open_tasks(at=visit.at, limit=_TASKS, with_moves=sees_moves)
    tasks = [_task(one) for one in places.tasks_named(found)]
    allowed = contact_now.tasks_now(
        action_ids=[one["id"] for one in tasks], country=visit.country, today=visit.today, at=visit.at
    )
    tasks = sorted(
        (_with_permission(one, allowed.get(one["id"]), visit=visit) for one in tasks),
        key=lambda one: not one["may_now"],
    )
    asked = request.GET.get("task", "")
    chosen = next((one for one in tasks if str(one["id"]) == asked), tasks[0] if tasks else None)
    context = {
        "all_tasks": tasks,
        "total": plans.open_task_count(with_moves=sees_moves),
        "allowed": sum(1 for one in tasks if one["may_now"]),
        "chosen": chosen,
        "next_task": _after(tasks, chosen),
        "may": may(request),
    }
    if chosen is not None:
        card = portfolio.customer_card(customer_id=chosen["customer_id"])
        events = insights.timeline(customer_id=card.id, kinds=None, limit=_EVENTS)
        context.update(standing.case_context(card=card, visit=visit))
        context["happenings"] = history.happenings(events=events, visit=visit)
    return render(request, "staff/inbox.html", context)


def _after(tasks: list[dict[str, Any]], chosen: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the task that follows the open one; after the last comes the first."""
    if chosen is None or len(tasks) < 2:
        return None
    return tasks[(tasks.index(chosen) + 1) % len(tasks)]


def _with_permission(
    task: dict[str, Any], permission: contact_now.Permission | None, *, visit: Visit
) -> dict[str, Any]:
    """Add whether a task may be done now: to move a customer contacts nobody and asks no law."""
    permission = veiled_permission(permission, visit=visit) if permission else None
    may_now = bool(task["moves_to"]) or (permission is not None and permission.is_allowed)
    return {**task, "permission": permission, "may_now": may_now}


def _task(row: dict[str, Any]) -> dict[str, Any]:
    """Add the overdue amounts, and what the task asks for."""
    overdue = tables.as_json(row["overdue_amounts"]) if row["overdue_amounts"] else {}
    return {
        **row,
        "overdue": sorted(overdue.items()),
        "icon": _ICONS.get(row["channel"], "phone"),
        "is_call": row["channel"] == Channel.CALL,
    }


@page(Permission.SEE_CUSTOMERS)
def promises(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List promises: those that wait, those of this week, or those that were not kept."""
    shown = request.GET.get("filter", "")
    counts = agreements.promise_counts(today=visit.today)
    number = page_number(request)
    skip = (number - 1) * _SIZE
    if shown == "missed":
        total = counts.broken_30_days + counts.partly_kept_30_days
        since = visit.today - timedelta(days=_MISSED_DAYS)
        rows = agreements.missed_promises(since=since, limit=_SIZE, offset=skip)
    else:
        until = visit.today + timedelta(days=7) if shown == "week" else None
        total = counts.due_within_7_days if shown == "week" else counts.active
        rows = agreements.open_promises(limit=_SIZE, offset=skip, due_until=until)
    names = (("week", _("Vencen esta semana")), ("missed", _("Incumplidas en 30 días")))
    context = {
        "rows": rows,
        "is_empty": not rows,
        "shown": shown,
        "counts": counts,
        "totals": insights.promise_totals(today=visit.today),
        "page": paging.page_of(asked=str(number), total=max(total, skip + len(rows)), size=_SIZE),
        "chips": [
            chip(request, name="filter", value=value, label=label, now=shown) for value, label in names
        ],
        "may": may(request),
    }
    return render(request, "staff/promises.html", context)


@page(Permission.SEE_CUSTOMERS)
def disputes(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List open disputes, the answer that is owed first on top, and who told of a difficult moment."""
    rows = agreements.open_disputes(limit=1000)
    context = {
        "hardships": agreements.hardships(today=visit.today, limit=_HARDSHIPS),
        "rows": [{**row, "days": (row["answer_due_date"] - visit.today).days} for row in rows],
        "is_empty": not rows,
        "late": sum(1 for row in rows if row["answer_due_date"] < visit.today),
        "may": may(request),
    }
    return render(request, "staff/disputes.html", context)

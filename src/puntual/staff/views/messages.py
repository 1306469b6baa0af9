"""Mensajes › Envíos: what was sent, what waits, what did not go out and why; and the demo's mailbox."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from puntual.compliance import queries as compliance
from puntual.compliance.queries.rule_words import STATEMENTS
from puntual.compliance.types import Statement
from puntual.db import rows as tables
from puntual.demo import mailserver
from puntual.flows import endings, offers
from puntual.identity.types import Permission
from puntual.outreach import operations as outreach
from puntual.outreach import queries as outreach_rows
from puntual.outreach.types import MessageState
from puntual.plans import queries as plans
from puntual.staff.access import Visit, act, page
from puntual.staff.reserved import veiled, veiled_rule
from puntual.staff.views.customers import search_of
from puntual.web import paging

_SIZE = 50
# A message is shown in a frame that can run nothing and fetch nothing. Its page may only measure it: the frame
# is as high as the message.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-same-origin; frame-ancestors 'self'"
)

# A message is paper: it keeps its own light colours on a dark page, where its letters would be white on white.
_SHEET = "<style>:root{color-scheme:only light;background:#fff;color:#1a1a1a}</style>"


def framed(html: str) -> HttpResponse:
    """Answer with the HTML of a message for its frame, as a sheet of paper."""
    head, end, rest = html.partition("</head>")
    answer = HttpResponse(f"{head}{_SHEET}{end}{rest}" if end else f"{_SHEET}{html}")
    answer.headers["Content-Security-Policy"] = FRAME_POLICY
    return answer


@page(Permission.SEE_MESSAGES)
def message_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List messages, newest first, by state and by customer."""
    state = request.GET.get("state", "")
    state = state if state in set(MessageState) else ""
    search = search_of(request)
    asked = paging.page_of(asked=request.GET.get("page"), total=10**9, size=_SIZE)
    number = asked.number
    rows, total = outreach_rows.message_list(state=state, search=search, page=number, page_size=_SIZE)
    if not rows and number > 1:
        # A page past the last tells nothing, not even how many there are.
        number = 1
        rows, total = outreach_rows.message_list(state=state, search=search, page=number, page_size=_SIZE)
    counts = outreach_rows.state_counts()
    names = outreach_rows.template_names()
    return render(
        request,
        "staff/messages.html",
        {
            "rows": [
                {
                    **row,
                    "title": row["subject"] or names.get((row["template"], "es"), ""),
                    "why": _why(row, visit),
                }
                for row in rows
            ],
            "page": paging.page_of(asked=str(number), total=total, size=_SIZE),
            "q": search,
            "state": state,
            "chips": [
                {"state": one.value, "count": counts[one], "active": state == one}
                for one in MessageState
                if counts.get(one)
            ],
            "all_active": not state,
            "is_empty": not rows,
            "total": sum(counts.values()),
        },
    )


def _why(row: Mapping[str, Any], visit: Visit) -> str:
    said = endings.of_message(state=row["state"], reason=row["reason"], country=visit.country)
    return veiled(said, visit=visit)


@page(Permission.SEE_MESSAGES)
def message(request: HttpRequest, visit: Visit, message_id: int) -> HttpResponse:
    """Show one message as it was written, what became of it and why."""
    found = _read(message_id)
    verdicts = [
        {
            **row,
            "rules": [
                veiled_rule(
                    rule_id, compliance.rule_text(rule_id=rule_id, country=visit.country), visit=visit
                )
                for rule_id in row["rule_ids"]
            ],
            "unsaid": [
                STATEMENTS[Statement(one)] for one in tables.as_json(row["inputs"]).get("missing", ())
            ],
        }
        for row in compliance.verdicts_of(customer_id=found["customer_id"], limit=20)
        if row["action_id"] == found["action_id"]
    ]
    planned = [
        one
        for one in plans.actions_of(customer_id=found["customer_id"], limit=100)
        if one["id"] == found["action_id"]
    ]
    return render(
        request,
        "staff/message.html",
        {
            "message": {
                **found,
                "events": [
                    {**one, "detail": endings.of_server(text=one["detail"])} for one in found["events"]
                ],
            },
            "template_name": outreach_rows.template_names().get((found["template"], "es"), ""),
            "why": _why(found, visit),
            "verdicts": verdicts,
            "action": planned[0] if planned else None,
            "offer": offers.offer_of_message(
                action=planned[0],
                told_at=found["sent_at"] or (found["claimed_at"] if found["state"] == "UNKNOWN" else None),
                time_zone=timezone.get_current_timezone_name(),
            )
            if planned
            else "",
        },
    )


@xframe_options_sameorigin
@page(Permission.SEE_MESSAGES)
def message_body(request: HttpRequest, visit: Visit, message_id: int) -> HttpResponse:
    """Give the HTML of a message for its frame."""
    return framed(_read(message_id)["html"])


def _read(message_id: int) -> dict[str, Any]:
    """Read a message without the debtor's own way into the portal: whoever reads it here is not the debtor."""
    found = outreach_rows.message(message_id=message_id)
    return {**found, **{name: outreach_rows.without_links(text=found[name]) for name in ("text", "html")}}


@act(Permission.RESOLVE_MESSAGE)
def resolve(request: HttpRequest, visit: Visit, message_id: int) -> HttpResponse:
    """Settle a message of which nobody knows whether it went out."""
    outreach_rows.message(message_id=message_id)
    asked = request.POST.get("was_sent", "")
    if asked not in ("0", "1"):
        notices.error(request, _("Diga si el mensaje se envió o no."))
        return redirect("staff:message", message_id)
    was_sent = asked == "1"
    outreach.resolve_unknown(message_id=message_id, was_sent=was_sent, actor=visit.actor, at=visit.at)
    notices.success(request, _("Quedó anotado como enviado.") if was_sent else _("Se enviará de nuevo."))
    return redirect("staff:message", message_id)


def _mailbox(request: HttpRequest) -> Path:
    company = request.company  # type: ignore[attr-defined]
    if not company.is_demo or not settings.DEMO_MAILBOX:
        raise Http404
    return Path(settings.DEMO_MAILBOX)


@page(Permission.SEE_MESSAGES)
def mailbox(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what the demo's mail server received: what debtors would have read."""
    search = search_of(request)
    rows = mailserver.list_messages(folder=_mailbox(request), search=search)
    return render(request, "staff/mailbox.html", {"rows": rows, "q": search, "is_empty": not rows})


@page(Permission.SEE_MESSAGES)
def mail(request: HttpRequest, visit: Visit, mail_id: str) -> HttpResponse:
    """Show one message of the demo's mailbox."""
    found = mailserver.read_message(folder=_mailbox(request), message_id=mail_id)
    if found is None:
        raise Http404
    return render(request, "staff/mail.html", {"mail": found})


@xframe_options_sameorigin
@page(Permission.SEE_MESSAGES)
def mail_body(request: HttpRequest, visit: Visit, mail_id: str) -> HttpResponse:
    """Give the HTML of a message of the demo's mailbox for its frame."""
    found = mailserver.read_message(folder=_mailbox(request), message_id=mail_id)
    if found is None:
        raise Http404
    return framed(found.html)

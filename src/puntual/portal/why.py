"""«¿Por qué me contactaron?»: each contact with its reason and its law, how to object, and one's own data to take."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from puntual.contacts import queries as contact_rows
from puntual.contacts.types import Channel, Purpose
from puntual.flows import own_data
from puntual.portal import access
from puntual.portal.access import Visit
from puntual.portal.forms import CHANNELS
from puntual.portal.standing import balances_of, offers_of
from puntual.web import states
from puntual.web.own_data_files import json_of
from puntual.web.own_data_paper import paper_of
from puntual.web.papers import pdf_of

_CONTACTS_SHOWN = 20
_CONTACTS_MAX = 500
_PURPOSES: dict[Purpose, str | Promise] = {
    Purpose.REMINDER: _("Para recordarle lo que está por vencer."),
    Purpose.COLLECTION: _("Para ayudarle a ponerse al corriente."),
    Purpose.THANKS: _("Para agradecerle un pago."),
    Purpose.INFORMATION: _("Para darle información."),
}


@require_safe
@access.with_identity
def why(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Answer "why did you contact me?": what is owed, each contact and its reason, the law, how to stop, the data."""
    limit = _CONTACTS_MAX if request.GET.get("todos") else _CONTACTS_SHOWN
    made = own_data.contacts_made(
        customer_id=visit.customer_id, time_zone=visit.company.time_zone, limit=limit + 1
    )
    refused = contact_rows.opted_out(customer_ids=[visit.customer_id]).get(visit.customer_id, set())
    owed = balances_of(visit)
    context = {
        "balances": owed,
        "offers": offers_of(visit, owed=owed),
        "contacts": [
            {"made": one, "channel": channel_word(one.channel), "purpose": _PURPOSES[one.purpose]}
            for one in made[:limit]
        ],
        "has_more": len(made) > limit and limit < _CONTACTS_MAX,
        "rules": own_data.legal_basis(country=visit.company.country, at=visit.at),
        "points": own_data.own_points(customer_id=visit.customer_id),
        "refused": [channel_word(channel) for channel in CHANNELS if channel in refused],
        "urls": {
            name: visit.url(name)
            for name in (
                "preferences",
                "dispute",
                "hardship",
                "own_data",
                "own_paper",
                "why",
                "complaint",
                "rights",
            )
        },
    }
    return access.show(request, visit, "portal/why.html", context)


def channel_word(channel: Channel) -> str:
    """Say a channel as a debtor does."""
    return str(CHANNELS.get(channel) or states.state(name=channel, kind="channel").label)


@require_safe
@access.with_identity
def data(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Hand all data over to whom it is about, for machines."""
    return _file(json_of(kept=_kept(visit)), content_type="application/json", name="mis-datos.json")


@require_safe
@access.with_identity
def paper(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Hand all data over to whom it is about, to read."""
    pdf = pdf_of(paper=paper_of(kept=_kept(visit)), at=visit.at)
    return _file(pdf, content_type="application/pdf", name="mis-datos.pdf")


def _kept(visit: Visit) -> dict[str, Any]:
    return own_data.own_data(
        customer_id=visit.customer_id, company=visit.company, today=visit.today, at=visit.at
    )


def _file(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response

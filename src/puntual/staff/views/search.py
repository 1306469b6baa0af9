"""The search box: customers, documents, and the petitions and pages that this person may open."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from puntual.identity.types import Permission
from puntual.insights import queries as insights
from puntual.lib.text import folded
from puntual.rights import queries as rights
from puntual.staff.access import Visit, page
from puntual.staff.views.customers import search_of
from puntual.web import navigation

_HITS = 8


@page(Permission.SEE_CUSTOMERS)
def search(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Answer with what fits: to the search box as a fragment, empty when nothing does, to a person as a page."""
    asked = search_of(request)
    found = insights.find(search=asked, country=visit.country, limit=_HITS) if len(asked) > 1 else []
    context = {
        "customers": [
            {**hit, "url": reverse("staff:customer", args=[hit["customer_id"]])}
            for hit in found
            if hit["kind"] == "CUSTOMER"
        ],
        "documents": [
            {**hit, "url": reverse("staff:customer_documents", args=[hit["customer_id"]])}
            for hit in found
            if hit["kind"] == "RECEIVABLE"
        ],
        "petitions": _petitions(request, asked) if len(asked) > 1 else [],
        "pages": _pages(request, asked) if len(asked) > 1 else [],
    }
    if request.headers.get("HX-Request"):
        return render(request, "staff/_search_hits.html", context)
    is_empty = not any(context.values())
    return render(request, "staff/search.html", {**context, "q": asked, "is_empty": is_empty})


def _petitions(request: HttpRequest, asked: str) -> list[dict[str, Any]]:
    """List the complaints and requests whose folio begins so, for who may see them."""
    user: Any = request.user
    if not user.can(Permission.SEE_PETITIONS):
        return []
    return [
        {
            "title": one.folio,
            "kind": one.kind,
            "customer": one.customer_name,
            "url": reverse("staff:petition", args=[one.id]),
        }
        for one in rights.petitions_with_folio(folio=asked, limit=_HITS)
    ]


def _pages(request: HttpRequest, asked: str) -> list[dict[str, Any]]:
    """List the pages whose section or name has the words."""
    user: Any = request.user
    found = []
    for section in navigation.shown_sections(visitor=user, path=request.path):
        entries = section.items or ()
        if not entries and folded(asked) in folded(str(section.label)):
            found.append({"label": section.label, "note": "", "url": section.url, "icon": section.icon})
        found += [
            {"label": entry.label, "note": section.label, "url": entry.url, "icon": section.icon}
            for entry in entries
            if folded(asked) in folded(f"{section.label} {entry.label}")
        ]
    return found[:_HITS]

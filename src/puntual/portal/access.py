"""The door of the portal: which link, of which company, and whether the visitor proved who they are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from puntual.audit.types import Actor, ActorKind
from puntual.companies import queries as companies
from puntual.companies.types import CompanyFacts
from puntual.outreach import operations as outreach
from puntual.outreach.types import LinkVisit
from puntual.portal import session as sessions


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to the pages of a link that is good."""

    token: str
    link: LinkVisit
    company: CompanyFacts
    session: sessions.Session | None
    today: date
    at: datetime

    @property
    def customer_id(self) -> int:
        """Return whose link it is."""
        return self.link.customer_id

    @property
    def home_url(self) -> str:
        """Return the address of the first page of this link, above all its others."""
        return reverse("portal:home", args=[self.token])

    @property
    def actor(self) -> Actor:
        """Return the hand that acts: the debtor."""
        return Actor(kind=ActorKind.DEBTOR, id=self.customer_id, label="Cliente (portal)")

    def url(self, name: str, *parts: object) -> str:
        """Return the address of another page of this link."""
        return reverse(f"portal:{name}", args=[self.token, *parts])

    def act_key(self, form_key: object) -> str:
        """Return the idempotency key of an act: nobody else's form can carry it."""
        return f"portal:{self.customer_id}:{form_key}"


# Pages to which proof of identity may lead; anything else leads to the first page.
RETURN_TO = frozenset(
    {"pay", "promise", "report", "dispute", "hardship", "preferences", "why", "complaint", "rights"}
)
Page = Callable[..., HttpResponse]


def with_link(page: Page) -> Page:
    """Let a page see a good link; whatever is wrong with one ends in the same kind page."""
    return _guarded(page, takes_old=False)


def with_any_link(page: Page) -> Page:
    """Let a page see any link that was ever ours, also one that expired or was revoked."""
    return _guarded(page, takes_old=True)


def _guarded(page: Page, *, takes_old: bool) -> Page:
    @wraps(page)
    def guarded(request: HttpRequest, token: str, **parts: Any) -> HttpResponse:
        at = timezone.now()
        company = companies.facts_of(
            company=request.company,  # type: ignore[attr-defined]
            base_url=request.build_absolute_uri("/").rstrip("/"),
        )
        zone = ZoneInfo(company.time_zone)
        with timezone.override(zone):
            try:
                link = outreach.check_link(token=token, at=at, takes_old=takes_old)
            except outreach.LinkRefused as refused:
                return gone(request, company=company, is_known=refused.is_known)
            session = sessions.read(
                text=request.COOKIES.get(sessions.COOKIE, ""),
                schema_name=company.schema_name,
                link_id=str(link.link_id),
                at=at,
            )
            if _is_staff_acting(request, company):
                return _refuse_staff(request, company)
            visit = Visit(
                token=token,
                link=link,
                company=company,
                session=session,
                today=at.astimezone(zone).date(),
                at=at,
            )
            return page(request, visit, **parts)

    return guarded


def _is_staff_acting(request: HttpRequest, company: CompanyFacts) -> bool:
    """
    Say whether somebody of the company acts as its debtor, which the trail would tell as the debtor's word.

    In a demo one person plays all parts.
    """
    user: Any = getattr(request, "user", None)
    return request.method == "POST" and not company.is_demo and user is not None and user.is_authenticated


def _refuse_staff(request: HttpRequest, company: CompanyFacts) -> HttpResponse:
    context = {"creditor": facts_of_creditor(company)}
    return render(request, "portal/staff.html", context, status=403)


def with_identity(page: Page) -> Page:
    """Let a page see who proved identity; anybody else is asked for it first."""

    @with_link
    @wraps(page)
    def guarded(request: HttpRequest, visit: Visit, **parts: Any) -> HttpResponse:
        if visit.session is None:
            wanted = request.resolver_match.url_name if request.resolver_match else ""
            return redirect(f"{visit.home_url}?ir={wanted}" if wanted in RETURN_TO else visit.home_url)
        response = page(request, visit, **parts)
        keep_session(response, visit)
        return response

    return guarded


def keep_session(response: HttpResponse, visit: Visit) -> None:
    """Move the end of the session on, for the visitor is still here; a page that ended it is left alone."""
    if visit.session is not None and sessions.COOKIE not in response.cookies:
        sessions.start(
            response=response,
            path=visit.home_url,
            session=replace(visit.session, seen_at=visit.at),
        )


def show(
    request: HttpRequest,
    visit: Visit,
    template: str,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page of a link, with the creditor's facts and the rights that are always at hand."""
    creditor = facts_of_creditor(visit.company)
    if visit.session is not None:
        creditor["preferences_url"] = visit.url("preferences")
        creditor["why_url"] = visit.url("why")
        creditor["rights_url"] = visit.url("rights")
        creditor["complaint_url"] = visit.url("complaint")
    known = {
        "creditor": creditor,
        "home_url": visit.home_url,
        "manifest_url": visit.url("manifest"),
        "today": visit.today,
        "now": visit.at,
    }
    return render(request, template, {**known, **(context or {})}, status=status)


def gone(request: HttpRequest, *, company: CompanyFacts, is_known: bool) -> HttpResponse:
    """Answer for a link that is not good: 410 where it once was, else 404; the words are the same."""
    context = {"creditor": facts_of_creditor(company)}
    return render(request, "portal/gone.html", context, status=410 if is_known else 404)


def facts_of_creditor(company: CompanyFacts) -> dict[str, str]:
    """Say who the creditor is and how to reach it: public data only."""
    return {
        "name": company.name,
        "legal_name": company.legal_name,
        "phone": company.phone,
        "phone_link": "".join(sign for sign in company.phone if sign.isdigit() or sign == "+"),
        "email": company.email,
        "hours": company.office_hours,
        "complaint": company.complaint_contact,
        "privacy_url": company.privacy_url,
    }

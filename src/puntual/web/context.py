"""What every template knows without being told: the company, the navigation, the person, today."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from puntual.flows import sending
from puntual.identity.types import Permission
from puntual.web import navigation


def _company(request: HttpRequest) -> dict[str, Any]:
    """Name the company of this request; pages outside any company know none."""
    company = getattr(request, "company", None)
    return {
        "name": getattr(company, "name", ""),
        "currency": getattr(company, "currency", "MXN"),
        "time_zone": getattr(company, "time_zone", "") or settings.TIME_ZONE,
        "is_demo": bool(getattr(company, "is_demo", False)),
    }


def _creditor(request: HttpRequest) -> dict[str, Any]:
    """Say who the creditor is and how to reach it, for the portal's header and footer."""
    company = getattr(request, "company", None)
    return {
        "name": getattr(company, "name", ""),
        "legal_name": getattr(company, "legal_name", ""),
        "phone": getattr(company, "phone", ""),
        "email": getattr(company, "email", ""),
        "hours": getattr(company, "office_hours", ""),
        "complaint": getattr(company, "complaint_contact", ""),
        "privacy_url": getattr(company, "privacy_url", ""),
    }


def _today(*, time_zone: str) -> date:
    return datetime.now(tz=ZoneInfo(time_zone)).date()


def _person(request: HttpRequest) -> Any:
    """Return who signed in, or nobody."""
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def _nav(request: HttpRequest) -> tuple[navigation.ShownSection, ...]:
    user = _person(request)
    return navigation.shown_sections(visitor=user, path=request.path) if user else ()


def _user_label(request: HttpRequest) -> str:
    user = _person(request)
    return (user.get_full_name() or user.get_username()) if user else ""


def _search_url(request: HttpRequest) -> str:
    return (navigation.address_of(url_name="staff:search") or "") if _person(request) else ""


def _send_stop(request: HttpRequest) -> dict[str, Any] | None:
    """Say why nothing leaves, and whether this person may mend it."""
    user = _person(request)
    stop = sending.stop_now() if user and getattr(request, "company", None) else None
    if stop is None:
        return None
    return {
        "words": stop.words,
        "is_of_company": stop.is_of_company,
        "is_of_installation": stop.is_of_installation,
        "may_mend": stop.is_of_company and user.can(Permission.MANAGE_COMPANY),
    }


def page(request: HttpRequest) -> dict[str, Any]:
    """
    Give templates `company`, `creditor`, `today`, `notices`, `nav`, `user_label`, `send_stop` and `search_url`.

    Those that need the person are looked up when a template asks: an error page asks for none of them,
    so it can be shown while the database is away.
    """
    company = _company(request)
    return {
        "company": company,
        "creditor": _creditor(request),
        "today": _today(time_zone=company["time_zone"]),
        # Under a name of its own: pages have lists of `messages` that mean something else.
        "notices": SimpleLazyObject(lambda: get_messages(request)),
        "nav": SimpleLazyObject(lambda: _nav(request)),
        "user_label": SimpleLazyObject(lambda: _user_label(request)),
        # Why no message leaves; nothing, when they do.
        "send_stop": SimpleLazyObject(lambda: _send_stop(request)),
        "search_url": SimpleLazyObject(lambda: _search_url(request)),
    }

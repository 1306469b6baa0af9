"""Who may open a page, and what every page knows of the request. Denied by default."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from puntual.audit.types import Actor, ActorKind
from puntual.identity.types import Permission
from puntual.portfolio import queries as portfolio

# The largest number that a row can have.
_ID_MAX = 2**63 - 1

# Said where a page reads a short text without a form; forms say it beside their field.
BROKEN_TEXT = gettext_lazy("El texto lleva una letra que no se puede guardar. No se guardó nada.")

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks, when, and what day it is at the company."""

    actor: Actor
    at: datetime
    today: date
    country: str
    currency: str
    # Whether reserved circumstances of people may be told to them.
    sees_reserved: bool
    # What was read once for this request.
    kept: dict[str, Any] = field(default_factory=dict, compare=False)


def visit_of(request: HttpRequest) -> Visit:
    """Say who asks and when; here, at the edge, the clock is read."""
    company: Any = request.company  # type: ignore[attr-defined]
    at = datetime.now(tz=UTC)
    zone = ZoneInfo(company.time_zone)
    timezone.activate(zone)
    user: Any = request.user
    return Visit(
        actor=Actor(kind=ActorKind.STAFF, id=user.pk, label=user.name),
        at=at,
        today=at.astimezone(zone).date(),
        country=company.country,
        currency=company.currency,
        sees_reserved=user.can(Permission.SEE_CIRCUMSTANCES),
    )


def page(
    permission: Permission, *, methods: tuple[str, ...] = ("GET", "HEAD"), shows_history: bool = False
) -> Callable[[View], View]:
    """
    Open a view to members of staff with a permission; anybody else signs in or is told no.

    The view gets the request and its Visit. A test walks every route and finds this mark. What is asked of a
    customer who was united with another leads to the one that stayed, save where it `shows_history`.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            if not user.is_authenticated:
                return _to_sign_in(request, shows_form="GET" in methods)
            if not user.can(permission):
                raise PermissionDenied
            # No text of ours holds this character, and the database refuses to look for it.
            if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
                raise BadRequest
            if any(isinstance(value, int) and value > _ID_MAX for value in kwargs.values()):
                raise Http404
            if "customer_id" in kwargs and not shows_history:
                survivor_id = portfolio.survivor_of(customer_id=kwargs["customer_id"])
                if survivor_id != kwargs["customer_id"]:
                    messages.warning(request, _("Ese cliente se unió con este; nada se registró todavía."))
                    return redirect("staff:customer", survivor_id)
            return view(request, visit_of(request), *args, **kwargs)

        allowed: Any = require_http_methods(list(methods))(guarded)
        allowed.permission = permission
        return allowed

    return mark


def _to_sign_in(request: HttpRequest, *, shows_form: bool) -> HttpResponse:
    """Lead to the sign-in, as a page of its own also for who asked from a dialog, and say if an act was lost."""
    is_read = request.method in ("GET", "HEAD")
    if not is_read:
        messages.warning(request, _("Su sesión había terminado y lo último no se guardó. Entre para seguir."))
    is_part = bool(request.headers.get("HX-Request"))
    # A form that is also a page is shown again with what was typed: static/js/kept.js.
    is_page = shows_form and not is_part if is_read else shows_form
    pressed_on = _pressed_on(request)
    # What a page asks of itself while one types is no page.
    is_own = is_part and urlsplit(pressed_on).path == request.path
    answer = redirect_to_login(request.get_full_path() if is_page and not is_own else pressed_on)
    return HttpResponse(headers={"HX-Redirect": answer.url}) if is_part else answer


def _pressed_on(request: HttpRequest) -> str:
    """Return the page of ours on which a button was pressed, or the first one."""
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if page.netloc != request.get_host() or not page.path:
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path


def act(permission: Permission) -> Callable[[View], View]:
    """Open a view that changes something: POST alone."""
    return page(permission, methods=("POST",))


def form(permission: Permission) -> Callable[[View], View]:
    """Open a view that shows a form and takes it."""
    return page(permission, methods=("GET", "HEAD", "POST"))

"""What happens to every request: company, log line, security headers, refusals told to people."""

import time
from collections.abc import Callable

import psycopg.errors
import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from puntual.companies import queries as companies
from puntual.db import schema
from puntual.lib.errors import DomainError, NotFound
from puntual.web import metrics

log = structlog.get_logger("puntual.request")
Handler = Callable[[HttpRequest], HttpResponse]

# Addresses that answer for the installation, not for a company.
_NO_COMPANY = ("/healthz", "/readyz", "/metrics", settings.STATIC_URL)

# A file comes with the rest of its form.
_FORM_BYTES = 1024**2

_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class RequestLog:
    """One line and one measure for every request, by route: never an address with personal data."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Time the request and log its route, status and company."""
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        match = request.resolver_match
        route = match.view_name or match.route if match else "unmatched"
        method = metrics.method_label(method=request.method)
        # By now the connection is back in the shared schema.
        company = getattr(request, "company", None)
        metrics.REQUESTS.labels(route=route, method=method, status=response.status_code).inc()
        metrics.REQUEST_SECONDS.labels(route=route).observe(seconds)
        log.info(
            "request",
            route=route,
            method=method,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            company=company.schema_name if company else schema.current(),
        )
        return response


class CompanyFromHost:
    """Choose the company by host name before anything reads a table of one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the connection's schema for this request and back to public after it."""
        schema.enter_public()
        if request.path.startswith(_NO_COMPANY):
            return self.get_response(request)
        try:
            host = request.get_host().rsplit(":", 1)[0].lower()
        except DisallowedHost:
            return HttpResponseBadRequest("400")
        company = companies.company_of_host(host=host)
        if company is None:
            return HttpResponseNotFound(_("No hay empresa en esta dirección."))
        schema.enter(company)
        request.company = company  # type: ignore[attr-defined]
        try:
            return self.get_response(request)
        finally:
            schema.enter_public()
            # A page chose the zone of this company; the next request of this thread may be another's.
            timezone.deactivate()


class ContentSecurity:
    """A strict Content-Security-Policy on every page, and no caching of pages with data."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers unless the view set its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class DomainErrors:
    """Turn a refusal that nobody handled into a 404 or 400 with its message, and say what a bare 405 means."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; what an address does not do is refused by Django and the API without a word of ours."""
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        said = _refusal(
            request, status=405, code="not-allowed", message=_("Esta dirección no admite esa operación.")
        )
        said["Allow"] = response.headers.get("Allow", "")
        return said

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a DomainError, and what the database cannot hold; anything else is a bug and goes on."""
        if _is_unkeepable(exception):
            is_read = request.method in ("GET", "HEAD")
            return _refusal(
                request,
                status=404 if is_read else 400,
                code="not-found" if is_read else "unkeepable",
                message=_("No existe lo que busca.")
                if is_read
                else _("Algún dato lleva signos o números que no se pueden guardar. No se guardó nada."),
            )
        if not isinstance(exception, DomainError):
            return None
        status = 404 if isinstance(exception, NotFound) else 400
        return _refusal(request, status=status, code=exception.code, message=exception.message)


def _is_unkeepable(exception: Exception) -> bool:
    """Say whether somebody sent what no column takes: a number beyond every id, a NUL, half a character."""
    if isinstance(exception, UnicodeEncodeError):
        return exception.reason == "surrogates not allowed"
    cause = exception.__cause__
    return isinstance(exception, DataError) and (
        isinstance(cause, psycopg.errors.NumericValueOutOfRange) or "NUL (0x00)" in str(cause)
    )


def _refusal(request: HttpRequest, *, status: int, code: str, message: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"code": code, "message": message}, status=status)
    return render(request, f"{status}.html", {"message": message}, status=status)


class BodySize:
    """Refuse a request that is larger than anything we take, before a byte of it is read or kept."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 413 by the length that the request declares; the server reads no more than that."""
        length = request.META.get("CONTENT_LENGTH") or ""
        if not (length.isdecimal() and int(length) > settings.IMPORT_FILE_BYTES_MAX + _FORM_BYTES):
            return self.get_response(request)
        message = _(
            "Lo que se envió es demasiado grande; el límite es de %(limit)s MB. No se guardó nada."
        ) % {"limit": settings.IMPORT_FILE_BYTES_MAX // 1024**2}
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "too-big", "message": message}, status=413)
        return render(request, "413.html", {"message": message}, status=413)

"""Is the process alive, can it work, and how is it doing?"""

import hmac
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from puntual.companies import queries as companies

# A company that is just being made has no tables yet, which must not take the others out of service.
_MAKING = timedelta(minutes=10)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process lives."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer whether the database is there and migrated, company by company."""
    try:
        executor = MigrationExecutor(connection)
        leaves = executor.loader.graph.leaf_nodes()
        pending = executor.migration_plan(leaves) or companies.unmigrated_schema(
            leaves=leaves, made_before=timezone.now() - _MAKING
        )
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)
    if pending:
        return JsonResponse({"status": "unavailable", "database": "not-migrated"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Give figures to Prometheus; with PUNTUAL_METRICS_TOKEN set, only to who knows it."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and not hmac.compare_digest(given.encode(), token.encode()):
        return HttpResponseForbidden("403")
    if not token and settings.IS_PRODUCTION:
        return HttpResponseForbidden("403")
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)

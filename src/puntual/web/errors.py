"""Error pages: what happened, what was kept, what to do. They read no table."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that makes no sense."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody who may not."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a page that does not exist, or belongs to another company."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a bug, or without a database; a program gets what a program can read."""
    if request.path.startswith("/api/"):
        is_away = isinstance(sys.exc_info()[1], OperationalError)
        words = _("Algo falló de nuestro lado; no se guardó nada. Vuelva a intentarlo.")
        return JsonResponse({"code": "failed", "message": words}, status=503 if is_away else 500)
    return render(request, "500.html", status=500)

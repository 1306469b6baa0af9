"""Figures for Prometheus. Labels never hold personal data."""

from prometheus_client import Counter, Histogram

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Counter("puntual_requests_total", "Answered requests", ["route", "method", "status"])
REQUEST_SECONDS = Histogram(
    "puntual_request_seconds",
    "Time to answer a request",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10),
)


def method_label(*, method: str | None) -> str:
    """Name a request's method; anybody can invent methods, so those share one label."""
    return method if method in _METHODS else "OTHER"

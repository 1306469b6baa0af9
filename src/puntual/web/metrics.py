"""Figures for Prometheus. Labels never hold personal data."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("puntual_requests_total", "Answered requests", ["route", "method", "status"])
REQUEST_SECONDS = Histogram(
    "puntual_request_seconds",
    "Time to answer a request",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10),
)

"""Which day it is where the company works."""

from datetime import date
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone


def today_of(request: HttpRequest) -> date:
    """Return the company's local day."""
    zone = ZoneInfo(request.company.time_zone)  # type: ignore[attr-defined]
    return timezone.now().astimezone(zone).date()

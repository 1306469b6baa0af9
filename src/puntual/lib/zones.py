"""Time zones by their names."""

from functools import cache
from zoneinfo import available_timezones


@cache
def _known() -> frozenset[str]:
    # Looking them up reads a folder of a thousand files.
    return frozenset(available_timezones())


def is_time_zone(*, name: str) -> bool:
    """Say whether a name is that of a time zone, as America/Mexico_City is."""
    return name in _known()

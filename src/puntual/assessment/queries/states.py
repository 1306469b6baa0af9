"""Where each customer stands."""

from datetime import date
from pathlib import Path
from typing import Any

from puntual.assessment.types import Placement, Stage
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parents[1] / "sql" / "facts.sql")


def state_of(*, customer_id: int) -> dict[str, Any] | None:
    """Return where a customer stands now; None before the first run."""
    found = rows.fetch_dicts(_SQL["state_of"], {"customer_id": customer_id})
    return found[0] if found else None


def stages() -> list[Stage]:
    """List the stages in order."""
    return list(Stage)


def placements(*, after: int, up_to: int, before: date) -> dict[int, Placement]:
    """Say where the customers with after < id <= up_to stood at the end of the day before `before`."""
    found = rows.fetch_all(_SQL["placements"], {"after": after, "up_to": up_to, "before": before})
    return {
        customer_id: Placement(
            stage_key=stage_key or "",
            stage=Stage(stage or Stage.NONE),
            segment_key=segment or "",
            entered_on=entered_on,
            segment_since=segment_since,
        )
        for customer_id, stage_key, stage, segment, entered_on, segment_since in found
    }


def placements_now(*, after: int, up_to: int) -> dict[int, Placement]:
    """Say where the customers with after < id <= up_to stand since the last run."""
    return placements(after=after, up_to=up_to, before=date.max)


def memberships_of(*, customer_id: int) -> list[dict[str, Any]]:
    """List the stages and segments that a customer was in, the newest first; `until` of the present ones is None."""
    return rows.fetch_dicts(_SQL["memberships_of"], {"customer_id": customer_id})

"""Where each customer stands."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from puntual.assessment.types import Placement, Stage
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parents[1] / "sql" / "facts.sql")
_PLACEMENTS_OF = named.of_some(_SQL["placements"])


def state_of(*, customer_id: int) -> dict[str, Any] | None:
    """Return where a customer stands now; None before the first run."""
    found = rows.fetch_dicts(_SQL["state_of"], {"customer_id": customer_id})
    return found[0] if found else None


def stages() -> list[Stage]:
    """List the stages in order."""
    return list(Stage)


def placements(*, after: int, up_to: int, before: date) -> dict[int, Placement]:
    """
    Say where the newest run before a day placed the customers with after < id <= up_to.

    It is what the day's run starts from: changes since then do not count, so that a replay comes to the same.
    """
    return _placements(rows.fetch_all(_SQL["placements"], {"after": after, "up_to": up_to, "before": before}))


def placements_of(*, customer_ids: Sequence[int], before: date) -> dict[int, Placement]:
    """Say the same of some customers."""
    return _placements(
        rows.fetch_all(_PLACEMENTS_OF, {"customer_ids": rows.as_array(customer_ids), "before": before})
    )


def placements_now(*, after: int, up_to: int) -> dict[int, Placement]:
    """Say where the customers with after < id <= up_to stand now: since the last run, or the last change."""
    return _placements(rows.fetch_all(_SQL["placements_now"], {"after": after, "up_to": up_to}))


def is_anybody_placed(*, customer_ids: Sequence[int]) -> bool:
    """Say whether a run has seen any of some customers."""
    return bool(
        rows.fetch_all(_SQL["is_anybody_placed"], {"customer_ids": rows.as_array(customer_ids)})[0][0]
    )


def _placements(found: Iterable[tuple[Any, ...]]) -> dict[int, Placement]:
    return {
        customer_id: Placement(
            stage_key=stage_key,
            stage=Stage(stage),
            segment_key=segment,
            entered_on=entered_on,
            segment_since=segment_since,
        )
        for customer_id, stage_key, stage, segment, entered_on, segment_since in found
    }


def memberships_of(*, customer_id: int) -> list[dict[str, Any]]:
    """List the stages and segments that a customer was in, the newest first; `until` of the present ones is None."""
    return rows.fetch_dicts(_SQL["memberships_of"], {"customer_id": customer_id})

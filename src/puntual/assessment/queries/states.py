"""Where each customer stands."""

from pathlib import Path
from typing import Any

from puntual.assessment.types import Stage
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parents[1] / "sql" / "facts.sql")


def state_of(*, customer_id: int) -> dict[str, Any] | None:
    """Return where a customer stands now; None before the first run."""
    found = rows.fetch_dicts(_SQL["state_of"], {"customer_id": customer_id})
    return found[0] if found else None


def stages() -> list[Stage]:
    """List the stages in order."""
    return list(Stage)

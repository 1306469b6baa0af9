"""
Two customers are found to be one person: what was agreed goes with them, and comes back.

Reads: portfolio.Receivable
Writes: agreements.Promise, agreements.Dispute, agreements.Hold
Guarantees: a row changes its customer and nothing else; what would break "one active, one open" stays where it is.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from puntual.db import named, rows

_SQL = named.load(Path(__file__).parents[1] / "sql" / "merging.sql")


def move_customer(*, source_id: int, target_id: int) -> dict[str, list[Any]]:
    """Give what was agreed with one customer to another, and return which rows moved, by table."""
    return dict(rows.fetch_all(_SQL["move_customer"], {"source_id": source_id, "target_id": target_id}))


def return_customer(*, source_id: int, target_id: int, moved: Mapping[str, Sequence[Any]]) -> None:
    """
    Give back what moved. What is about one document follows the document, whenever it was agreed.

    The documents must have been given back before.
    """
    rows.execute(
        _SQL["return_customer"],
        {
            "source_id": source_id,
            "target_id": target_id,
            "promises": list(moved.get("agreements_promise", ())),
            "disputes": list(moved.get("agreements_dispute", ())),
            "holds": list(moved.get("agreements_hold", ())),
        },
    )

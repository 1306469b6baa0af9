"""
Two customers are found to be one person: what files brought for one is the other's, and comes back.

Reads: portfolio.Customer, portfolio.Receivable, portfolio.LedgerEntry
Writes: intake.Movement
Guarantees: what a row said, and the customer number that it said, stay as they were; only whose it is changes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from puntual.db import named, rows
from puntual.intake.queries.vouchers import StandingCredit

_SQL = named.load(Path(__file__).parents[1] / "sql" / "merging.sql")


def move_customer(*, source_id: int, target_id: int) -> dict[str, list[Any]]:
    """Give what files brought for one customer to another, and return which rows moved, by table."""
    return dict(rows.fetch_all(_SQL["move_customer"], {"source_id": source_id, "target_id": target_id}))


def return_customer(*, source_id: int, target_id: int, moved: Mapping[str, Sequence[Any]]) -> None:
    """Give back what moved, and what files brought meanwhile under the number of the customer."""
    params = {"source_id": source_id, "target_id": target_id}
    rows.execute(_SQL["return_customer"], params | {"movements": list(moved.get("intake_movement", ()))})


def free_notes(*, source_id: int, target_id: int) -> list[StandingCredit]:
    """
    Let credit notes of one customer wait again with what they laid on debts of another, and return what that was.

    For two that were one and no longer are. The caller takes it back in the ledger, in the same transaction. Notes
    that name a document keep to it.
    """
    params = {"source_id": source_id, "target_id": target_id}
    return [StandingCredit(*row) for row in rows.fetch_all(_SQL["free_notes"], params)]

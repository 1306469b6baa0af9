"""
Owning: whose payments are they, when a customer is united with another or forgotten?

Reads: nothing else
Writes: payments.Payment, payments.ReportedPayment
Guarantees: what was paid, and what it settled, stays as it is; what moved can be given back; what a person wrote is
kept here alone, for the ledger and the trail cannot forget.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from puntual.db import named, rows

_SQL = named.load(Path(__file__).parents[1] / "sql" / "payments.sql")
_MERGING = named.load(Path(__file__).parents[1] / "sql" / "merging.sql")


def erase_customer(*, customer_id: int) -> None:
    """Take away references and notes of a customer's payments; the money stays."""
    rows.execute(_SQL["erase_customer"], {"customer_id": customer_id})


def move_customer(*, source_id: int, target_id: int) -> dict[str, list[Any]]:
    """Give the payments of one customer to another, and return which rows moved, by table."""
    return dict(rows.fetch_all(_MERGING["move_customer"], {"source_id": source_id, "target_id": target_id}))


def return_customer(*, source_id: int, target_id: int, moved: Mapping[str, Sequence[Any]]) -> None:
    """Give back what moved; what was paid meanwhile stays with the survivor."""
    given = {
        "payments": moved.get("payments_payment", ()),
        "reports": moved.get("payments_reportedpayment", ()),
    }
    params = {"source_id": source_id, "target_id": target_id}
    rows.execute(_MERGING["return_customer"], params | {name: list(ids) for name, ids in given.items()})

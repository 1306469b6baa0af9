"""
What was judged, laid before the stages that take it.

Reads: the staging tables of the current transaction, portfolio.Customer
Writes: temporary views of the current transaction
Guarantees: nothing that others can see; the views vanish with the tables beneath them.
"""

from pathlib import Path

from puntual.db import named, rows

_GIVING = named.load(Path(__file__).parent.parent / "sql" / "giving.sql")
# The names are those of empty tables: inside this transaction the views are what the statements find.
_VIEWS = {
    "portfolio_given_customer": "given_customers",
    "portfolio_given_receivable": "given_receivables",
    "contacts_given_point": "given_points",
}


def give_rows() -> None:
    """Lay new customers, their contact points and new documents before portfolio and contacts."""
    for view, statement in _VIEWS.items():
        rows.execute(f"create or replace temporary view {view} as {_GIVING[statement]}")

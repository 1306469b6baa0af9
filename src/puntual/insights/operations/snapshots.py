"""
Insights: how are we doing?

Reads: portfolio.Receivable, portfolio.LedgerEntry, assessment.DailyFacts
Writes: insights.Snapshot
Guarantees: the picture of a day is taken once; taking it again changes nothing.
"""

from datetime import date
from pathlib import Path

from puntual.db import named, rows

_SQL = named.load(Path(__file__).resolve().parents[1] / "sql" / "snapshot.sql")


def take_snapshot(*, as_of: date, is_live: bool) -> int:
    """Keep the portfolio of a day by stage, bucket and currency; return how many lines are new."""
    return rows.execute(_SQL["take_snapshot"], {"as_of": as_of, "is_live": is_live})

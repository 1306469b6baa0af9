"""
Assessment: what kind of case is each debtor today?

Reads: portfolio.Receivable, portfolio.LedgerEntry, agreements
Writes: assessment.DailyFacts, assessment.CustomerState
Guarantees: the facts that a day's decisions used are kept as they were; recording a chunk twice changes
nothing; an older day never overwrites the state of a newer one.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from puntual.assessment.types import Facts
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent / "sql" / "facts.sql")
_KEPT = tuple(
    field.name for field in fields(Facts) if field.name not in {"customer_id", "as_of", "stage", "segment"}
)


def record_facts(*, facts: Sequence[Facts], as_of: date) -> int:
    """Keep the facts of a chunk of customers on a day; return how many are new."""
    if not facts:
        return 0
    document = rows.as_document(
        [
            (one.customer_id, one.stage.value, one.segment.value, one.days_past_due, _kept(one))
            for one in facts
        ]
    )
    new = rows.execute(_SQL["record_facts"], {"as_of": as_of, "rows": document})
    rows.execute(_SQL["move_states"], {"as_of": as_of, "rows": document})
    return new


def _kept(facts: Facts) -> dict[str, Any]:
    """Put the facts into plain JSON; empty ones are left out, so that a million rows stay small."""
    kept: dict[str, Any] = {}
    for name in _KEPT:
        value = getattr(facts, name)
        if value is None or value == 0 or value == () or value is False:
            continue
        if name in {"open_amounts", "overdue_amounts"}:
            kept[name] = {currency: str(amount) for currency, amount in value}
        elif name == "coming_due_dates":
            kept[name] = [day.isoformat() for day in value]
        elif isinstance(value, date):
            kept[name] = value.isoformat()
        elif isinstance(value, Decimal):
            kept[name] = str(value)
        else:
            kept[name] = value
    return kept

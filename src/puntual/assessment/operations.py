"""
Assessment: what kind of case is each debtor today?

Reads: portfolio.Receivable, portfolio.LedgerEntry, agreements
Writes: assessment.DailyFacts, assessment.CustomerState
Guarantees: the facts that a day's decisions used are kept as they were; recording a chunk twice changes
nothing; an older day never overwrites the state of a newer one.
"""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from puntual.assessment.types import Facts
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent / "sql" / "facts.sql")
_KEPT = tuple(field.name for field in fields(Facts) if field.name not in {"customer_id", "stage", "segment"})


def record_facts(*, facts: Sequence[Facts], as_of: date) -> int:
    """Keep the facts of a chunk of customers on a day; return how many are new."""
    if not facts:
        return 0
    common: dict[str, Any] = {
        "as_of": as_of,
        "customer_ids": [one.customer_id for one in facts],
        "stages": [one.stage.value for one in facts],
        "segments": [one.segment.value for one in facts],
        "days": [one.days_past_due for one in facts],
    }
    new = rows.execute(_SQL["record_facts"], {**common, "facts": [_json(one) for one in facts]})
    rows.execute(
        _SQL["move_states"],
        {
            **common,
            "overdue_amounts": [_amounts(one.overdue_amounts) for one in facts],
            "open_amounts": [_amounts(one.open_amounts) for one in facts],
        },
    )
    return new


def _amounts(amounts: tuple[tuple[str, Decimal], ...]) -> str:
    return json.dumps({currency: str(amount) for currency, amount in amounts})


def _json(facts: Facts) -> str:
    """Write the facts as JSON; empty ones are left out, so that a million rows stay small."""
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
    return json.dumps(kept)

"""
Assessment: what kind of case is each debtor today?

Reads: portfolio.Receivable, portfolio.LedgerEntry, agreements
Writes: assessment.DailyFacts, assessment.CustomerState
Guarantees: the facts that a day's decisions used are kept as they were; recording a chunk twice changes
nothing; an older day never overwrites the state of a newer one.
"""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

from puntual.assessment.types import Facts
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent / "sql" / "facts.sql")
# Facts that are kept where they are something, where they are known, and as days.
_COUNTS = (
    "open_count", "overdue_count", "disputed_count", "held_count", "days_past_due", "hold_reason",
    "has_customer_dispute", "broken_count_12m", "paid_count_12m", "late_count_12m", "paid_count_3m", "late_count_3m",
    "paid_count_6m", "late_count_6m", "partial_count_12m", "returned_count_12m", "kept_count_12m", "late_months",
    "contact_count_30d", "unanswered_count", "answer_count_90d", "portal_visit_count_90d", "bounced_count_90d",
    "answering_channel", "has_email", "has_phone",
)  # fmt: skip
_FIGURES = ("average_days_late_12m", "average_days_to_pay_12m")
_DAYS = (
    "oldest_due_date", "promise_due_date", "promise_made_on", "broken_promise_on", "last_payment_on", "hold_until",
    "first_issue_date", "last_contact_on",
)  # fmt: skip
_counts_of = attrgetter(*_COUNTS)
_days_of = attrgetter(*_DAYS)


def record_facts(*, facts: Sequence[Facts], as_of: date) -> int:
    """Keep the facts of a chunk of customers on a day; return how many are new."""
    if not facts:
        return 0
    document = rows.as_document(
        [
            (one.customer_id, one.stage, one.segment, one.days_past_due, _kept(one), *_single_overdue(one))
            for one in facts
        ]
    )
    new = rows.execute(_SQL["record_facts"], {"as_of": as_of, "rows": document})
    rows.execute(_SQL["move_states"], {"as_of": as_of, "rows": document})
    return new


def _single_overdue(facts: Facts) -> tuple[str, str]:
    """Name the currency and amount of who is overdue in one currency alone."""
    if len(facts.overdue_amounts) != 1:
        return "", "0"
    currency, amount = facts.overdue_amounts[0]
    return currency, str(amount)


def _kept(facts: Facts) -> dict[str, Any]:
    """
    Put the facts into plain JSON; empty ones are left out, so that a million rows stay small.

    What a company's files say of a person is not kept with a day: it can be erased where it stands.
    """
    kept: dict[str, Any] = {
        name: value for name, value in zip(_COUNTS, _counts_of(facts), strict=True) if value
    }
    for name, day in zip(_DAYS, _days_of(facts), strict=True):
        if day is not None:
            kept[name] = day.isoformat()
    for name in _FIGURES:
        figure = getattr(facts, name)
        if figure is not None:
            kept[name] = str(figure)
    if facts.answering_hour is not None:
        kept["answering_hour"] = facts.answering_hour
    if facts.coming_due_dates:
        kept["coming_due_dates"] = [day.isoformat() for day in facts.coming_due_dates]
    if facts.open_amounts:
        kept["open_amounts"] = {currency: str(amount) for currency, amount in facts.open_amounts}
        kept["buckets"] = {currency: [str(amount) for amount in ages] for currency, ages in facts.buckets}
    if facts.overdue_amounts:
        kept["overdue_amounts"] = {currency: str(amount) for currency, amount in facts.overdue_amounts}
    return kept

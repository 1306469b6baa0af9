"""What may be asked for of what a debtor owes. Pure."""

from dataclasses import replace

from puntual.assessment.types import Facts


def contactable(facts: Facts) -> Facts:
    """
    Return the facts as if what is in dispute or on hold were not owed: what messages may speak of.

    What is said of the person, and how many documents are in dispute or on hold, stays.
    """
    part = facts.contactable
    if part is None:
        return facts
    oldest = part.oldest_due_date
    return replace(
        facts,
        open_amounts=part.open_amounts,
        overdue_amounts=part.overdue_amounts,
        buckets=part.buckets,
        open_count=part.open_count,
        overdue_count=part.overdue_count,
        oldest_due_date=oldest,
        coming_due_dates=part.coming_due_dates,
        days_past_due=max((facts.as_of - oldest).days, 0) if oldest else 0,
    )

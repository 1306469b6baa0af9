"""Reads of assessment: the facts of debtors on a day, and where each stands."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from puntual.assessment import rules
from puntual.assessment.types import Facts, Stage, StageBounds
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent / "sql" / "facts.sql")


def is_live(*, as_of: date) -> bool:
    """Say whether the ledger knows nothing after a day, so that the kept open amounts are those of the day."""
    return not rows.fetch_all(_SQL["has_later_entries"], {"as_of": as_of})[0][0]


def chunk_end(*, after: int, size: int) -> tuple[int, int] | None:
    """Return the last customer id of the next chunk and its size, or None when no customer is left."""
    last, count = rows.fetch_all(_SQL["chunk_end"], {"after": after, "size": size})[0]
    return (last, count) if count else None


def has_undecided(*, as_of: date) -> bool:
    """Say whether somebody came after the day's run had passed."""
    return bool(rows.fetch_all(_SQL["has_undecided"], {"as_of": as_of})[0][0])


def undecided_ranges(*, up_to: int, as_of: date, size: int) -> list[tuple[int, int, int]]:
    """
    List customers that a day's run passed without seeing, as (after, up to, how many), at most `size` in each.

    A customer whose import commits late has a lower number than others that were decided before.
    """
    ranges = []
    for after, last, count in rows.fetch_all(_SQL["undecided"], {"as_of": as_of, "up_to": up_to}):
        while count > size:
            found = chunk_end(after=after, size=size)
            if found is None:
                break
            ranges.append((after, *found))
            after, count = found[0], count - found[1]
        ranges.append((after, last, count))
    return ranges


def facts_of_chunk(*, after: int, up_to: int, as_of: date, is_live: bool, bounds: StageBounds) -> list[Facts]:
    """Gather the facts of the customers with after < id <= up_to, in id order, by one statement."""
    found = rows.fetch_all(
        _SQL["gather"], {"after": after, "up_to": up_to, "as_of": as_of, "is_live": is_live}
    )
    return [_facts(row, as_of=as_of, bounds=bounds) for row in found]


def _amounts(value: str | None) -> tuple[tuple[str, Decimal], ...]:
    amounts: Mapping[str, str] = rows.as_json(value) or {}
    return tuple(sorted((currency, Decimal(amount)) for currency, amount in amounts.items()))


def _facts(row: tuple[Any, ...], *, as_of: date, bounds: StageBounds) -> Facts:
    (
        customer_id, open_amounts, overdue_amounts, open_count, overdue_count, disputed_count, held_count,
        oldest_due_date, due_dates, promise_due_date, promise_made_on, broken_promise_on, broken_count,
        last_payment_on, hold_until, hold_reason, has_customer_dispute, paid_count, late_count, average_late,
    ) = row  # fmt: skip
    days_past_due = max((as_of - oldest_due_date).days, 0) if oldest_due_date else 0
    return Facts(
        customer_id=customer_id,
        as_of=as_of,
        open_amounts=_amounts(open_amounts),
        overdue_amounts=_amounts(overdue_amounts),
        open_count=open_count or 0,
        overdue_count=overdue_count or 0,
        disputed_count=disputed_count or 0,
        held_count=held_count or 0,
        oldest_due_date=oldest_due_date,
        coming_due_dates=tuple(due_dates or ()),
        days_past_due=days_past_due,
        promise_due_date=promise_due_date,
        promise_made_on=promise_made_on,
        broken_promise_on=broken_promise_on,
        last_payment_on=last_payment_on,
        hold_until=hold_until,
        hold_reason=hold_reason,
        has_customer_dispute=has_customer_dispute,
        broken_count_12m=broken_count or 0,
        paid_count_12m=paid_count or 0,
        late_count_12m=late_count or 0,
        average_days_late_12m=average_late,
        stage=rules.stage_of(has_debt=bool(open_count), days_past_due=days_past_due, bounds=bounds),
        segment=rules.segment_of(
            paid_count_12m=paid_count or 0,
            late_count_12m=late_count or 0,
            average_days_late_12m=average_late,
            broken_count_12m=broken_count or 0,
        ),
    )


def facts_of(*, customer_id: int, as_of: date) -> dict[str, Any] | None:
    """Return the newest kept facts of a customer on or before a day."""
    found = rows.fetch_dicts(_SQL["facts_of"], {"customer_id": customer_id, "as_of": as_of})
    return found[0] if found else None


def state_of(*, customer_id: int) -> dict[str, Any] | None:
    """Return where a customer stands now; None before the first run."""
    found = rows.fetch_dicts(_SQL["state_of"], {"customer_id": customer_id})
    return found[0] if found else None


def stages() -> list[Stage]:
    """List the stages in order."""
    return list(Stage)

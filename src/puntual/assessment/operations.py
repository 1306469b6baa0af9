"""
Assessment: what kind of case is each debtor today?

Reads: portfolio.Receivable, portfolio.LedgerEntry, agreements
Writes: assessment.DailyFacts, assessment.CustomerState, assessment.Membership
Guarantees: the facts and places that a day's decisions used are kept as they were; recording a chunk twice changes
nothing; an older day never overwrites the state of a newer one, nor a run what came to be known since it began.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from puntual.assessment.rules import Placer
from puntual.assessment.types import NOWHERE, Contactable, Facts, Placement, SegmentSpec, StageSpec
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent / "sql" / "facts.sql")
_HOLD_STATES_OF = named.of_some(_SQL["hold_states"])
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


def placer(*, stages: Sequence[StageSpec], segments: Sequence[SegmentSpec]) -> Placer:
    """Make the stages and segments of a plan ready to place many customers. Writes nothing."""
    return Placer(stages=stages, segments=segments)


def place_all(
    *,
    placer: Placer,
    facts: Sequence[Facts],
    before: Mapping[int, Placement],
    moved_to: Mapping[int, str],
) -> list[Placement]:
    """
    Say where each customer stands today, in order, by where they stood before. Writes nothing.

    `moved_to` is the stage that a person or a step moved a case to.
    """
    return [
        placer.place(
            facts=one,
            before=before.get(one.customer_id, NOWHERE),
            moved_to=moved_to.get(one.customer_id, ""),
        )
        for one in facts
    ]


def hold_states(*, after: int, up_to: int) -> None:
    """
    Keep a change from placing the customers with after < id <= up_to until the transaction ends.

    What a run reads of them from here on is then newer than whatever they were placed by before.
    """
    rows.fetch_all(_SQL["hold_states"], {"after": after, "up_to": up_to})


def hold_states_of(*, customer_ids: Sequence[int]) -> list[int]:
    """Do the same for some customers, and return those of them that were placed before."""
    held = rows.fetch_all(_HOLD_STATES_OF, {"customer_ids": rows.as_array(customer_ids)})
    return [row[0] for row in held]


def record_facts(
    *, facts: Sequence[Facts], placements: Sequence[Placement], as_of: date, known_at: datetime
) -> int:
    """
    Keep the facts and places of a chunk of customers on a day; return how many are new.

    Who was placed meanwhile, by what came after `known_at`, stays there.
    """
    if not facts:
        return 0
    document = _document(facts, placements)
    new = rows.execute(_SQL["record_facts"], {"as_of": as_of, "rows": document})
    _place(facts, placements, document=document, as_of=as_of, at=known_at, known_at=known_at)
    return new


def place_now(*, facts: Sequence[Facts], placements: Sequence[Placement], as_of: date, at: datetime) -> None:
    """
    Say where customers stand after a change on a day; the facts that the day's decisions used stay as they were.

    Hold their states first, and read the facts then: this is the last word, whatever was known before.
    """
    if facts:
        document = _document(facts, placements)
        _place(facts, placements, document=document, as_of=as_of, at=at, known_at=None)


def _place(
    facts: Sequence[Facts],
    placements: Sequence[Placement],
    *,
    document: str,
    as_of: date,
    at: datetime,
    known_at: datetime | None,
) -> None:
    places = {
        "as_of": as_of,
        "known_at": known_at,
        "customer_ids": rows.as_array([one.customer_id for one in facts]),
        "stage_keys": rows.as_texts([one.stage_key for one in placements]),
        "segments": rows.as_texts([one.segment_key for one in placements]),
    }
    rows.execute(_SQL["go_back"], places)
    rows.execute(_SQL["close_memberships"], places)
    rows.execute(_SQL["move_states"], {"as_of": as_of, "rows": document, "at": at, "known_at": known_at})


def _document(facts: Sequence[Facts], placements: Sequence[Placement]) -> str:
    return rows.as_document(
        [
            (
                one.customer_id, place.stage.value, place.stage_key, _day(place.entered_on), place.segment_key,
                _day(place.segment_since), one.days_past_due, *_single_overdue(one), _kept(one),
            )
            for one, place in zip(facts, placements, strict=True)
        ]
    )  # fmt: skip


def forget_oldest_facts(*, before: date) -> int:
    """Forget the facts of the oldest day that is kept, if it is before a day; return how many."""
    return rows.execute(_SQL["forget_oldest"], {"before": before})


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


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
    if facts.contactable is not None:
        kept["contactable"] = _contactable(facts.contactable)
    return kept


def _contactable(part: Contactable) -> dict[str, Any]:
    """Put what may be asked for into plain JSON: empty where nothing may."""
    kept: dict[str, Any] = {}
    if part.open_amounts:
        kept["open_amounts"] = {currency: str(amount) for currency, amount in part.open_amounts}
    if part.overdue_amounts:
        kept["overdue_amounts"] = {currency: str(amount) for currency, amount in part.overdue_amounts}
    for name in ("oldest_due_date", "held_until"):
        day = getattr(part, name)
        if day is not None:
            kept[name] = day.isoformat()
    return kept

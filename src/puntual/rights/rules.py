"""By when is a petition answered, who may answer it, and what was known of it at a moment?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from puntual.lib.days import add_business_days
from puntual.rights.types import (
    COMPLAINT_OUTCOMES,
    REQUEST_OUTCOMES,
    EventKind,
    Happened,
    IdentityCheck,
    Kind,
    KnownComplaint,
    Outcome,
    Petition,
    State,
    Term,
)

# What is due within so many days is told to managers.
SOON_DAYS = 3
_TO_CARRY_OUT = (Outcome.GRANTED, Outcome.PARTLY)


def due_date(*, term: Term, from_date: date, country: str) -> date:
    """Return the last day of a term that begins the day after `from_date`."""
    if term.is_calendar:
        return from_date + timedelta(days=term.days)
    return add_business_days(day=from_date, count=term.days, country=country)


def folio_pattern(*, text: str) -> str:
    """Write the beginning of a folio as a pattern of SQL: its signs stand for themselves."""
    sure = text.strip().upper().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"{sure}%"


def outcomes_of(*, kind: Kind) -> tuple[Outcome, ...]:
    """List how a petition of a kind may be answered."""
    return COMPLAINT_OUTCOMES if kind is Kind.COMPLAINT else REQUEST_OUTCOMES


def opening_refusal(
    *, kind: Kind, cause: str, known_causes: Iterable[str], received: date, today: date
) -> str:
    """Say why a petition cannot be opened, as a stable code; empty when it can."""
    if received > today:
        return "petition-in-the-future"
    if kind is Kind.COMPLAINT and cause not in set(known_causes):
        return "petition-unknown-cause"
    if kind is not Kind.COMPLAINT and cause:
        return "petition-cause-of-request"
    return ""


def hand_refusal(*, petition: Petition, user_id: int | None) -> str:
    """Say why somebody may not decide a petition: nobody judges a complaint about themself. Empty: they may."""
    if user_id is not None and petition.collector_id == user_id:
        return "petition-about-yourself"
    return ""


def answer_refusal(
    *, petition: Petition, outcome: Outcome, text: str, identity_check: IdentityCheck | None
) -> str:
    """Say why a petition cannot be answered so, as a stable code; empty when it can."""
    if petition.state is not State.OPEN:
        return "petition-not-open"
    if outcome not in outcomes_of(kind=petition.kind):
        return "petition-other-outcome"
    if not text.strip():
        return "petition-no-answer"
    if is_carried_out(kind=petition.kind, outcome=outcome) and identity_check is None:
        return "petition-no-identity"
    return ""


def reopening_refusal(*, petition: Petition, words: str, today: date, until: date | None) -> str:
    """
    Say why a petition cannot be opened again, as a stable code; empty when it can.

    `until`: the last day on which who asks may say so; None for whom no term runs.
    """
    if petition.state is State.OPEN and petition.reopened_count:
        return "petition-open-again"
    if petition.state not in (State.ANSWERED, State.DONE):
        return "petition-not-answered"
    if petition.kind is Kind.CANCELLATION and petition.state is State.DONE:
        return "petition-forgotten"
    if until is not None and today > until:
        return "petition-too-late"
    if not words.strip():
        return "petition-no-reason"
    return ""


def is_carried_out(*, kind: Kind, outcome: Outcome) -> bool:
    """Say whether something is to be done after the answer."""
    return kind is not Kind.COMPLAINT and outcome in _TO_CARRY_OUT


def keeps_hold(*, kind: Kind, outcome: Outcome) -> bool:
    """Say whether the pause of a petition lasts beyond its answer: who may object to contact is left alone."""
    return kind is Kind.OPPOSITION and outcome in _TO_CARRY_OUT


@dataclass(frozen=True, slots=True)
class Filed:
    """A complaint and what never changes of it."""

    petition_id: int
    folio: str
    customer_external_id: str
    is_person: bool
    state_of_country: str
    products: tuple[str, ...]


def as_known(
    *, filed: Filed, events: Sequence[Happened], known_at: datetime, time_zone: str
) -> KnownComplaint | None:
    """
    Say what was known of a complaint at a moment, from its history alone; None when it had not come in.

    What happened later, also a cause that was corrected since, does not count.
    """
    zone = ZoneInfo(time_zone)
    found: KnownComplaint | None = None
    for one in sorted(events, key=lambda each: each.at):
        if one.at > known_at:
            break
        if one.kind is EventKind.OPENED:
            found = _opened(filed, one.data)
        elif found is not None:
            found = _after(found, one, zone)
    return found


def _opened(filed: Filed, data: Any) -> KnownComplaint:
    return KnownComplaint(
        folio=filed.folio,
        customer_external_id=filed.customer_external_id,
        is_person=filed.is_person,
        state_of_country=filed.state_of_country,
        products=filed.products,
        received_date=date.fromisoformat(data["received_date"]),
        way=data["way"],
        authority_folio=data["authority_folio"],
        cause=data["cause"],
        agency=data["agency"],
        collector_id=data["collector_id"],
        answer_due_date=date.fromisoformat(data["answer_due_date"]),
        state=State.OPEN,
        outcome="",
        answered_date=None,
        reopened_count=0,
    )


def _after(known: KnownComplaint, event: Happened, zone: ZoneInfo) -> KnownComplaint:
    data = event.data
    if event.kind is EventKind.CHANGED:
        return replace(known, cause=data["cause"], agency=data["agency"], collector_id=data["collector_id"])
    if event.kind is EventKind.ANSWERED:
        answered = event.at.astimezone(zone).date()
        return replace(known, state=State.ANSWERED, outcome=data["outcome"], answered_date=answered)
    if event.kind is EventKind.REOPENED:
        return replace(
            known,
            state=State.OPEN,
            outcome="",
            answered_date=None,
            answer_due_date=date.fromisoformat(data["answer_due_date"]),
            reopened_count=known.reopened_count + 1,
        )
    if event.kind is EventKind.WITHDRAWN:
        return replace(known, state=State.WITHDRAWN)
    return known


def month_bounds(*, month: str) -> tuple[date, date]:
    """
    Return the first day of a month, written as 2026-11, and the first of the next.

    Raises: ValueError when it is no month.
    """
    year, _dash, number = month.partition("-")
    if len(year) != 4 or len(number) != 2 or not (year + number).isdigit() or not year.isascii():
        raise ValueError(month)
    first = date(int(year), int(number), 1)
    return first, (first + timedelta(days=31)).replace(day=1)

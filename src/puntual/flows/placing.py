"""
A change moves its customers to the stage and segment where they belong now, right after it.

The run of a day places everybody; what happens in between (money, a promise, an objection, a pause, what is stored of a
customer, a union, a file) places those whom it touches, by the same rules and facts, from where the newest run before
the day had placed them. The facts and decisions of the day stay as they were, and the next run starts from them: it
decides what it would have decided, and so does its replay.

The change is committed first. Placing has a transaction of its own that holds nothing but the states of its customers,
so it can only wait for whoever places the same ones, a run's chunk or another change; then it reads all that is
committed. One that is cut off, and customers whom no run has seen, are left to the next run.
"""

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction

from puntual.assessment import operations as assessment
from puntual.assessment import queries as assessed
from puntual.assessment.rules import Placer
from puntual.companies import queries as companies
from puntual.lib.errors import DomainError
from puntual.plans import queries as planned
from puntual.portfolio import operations as portfolio

log = structlog.get_logger("puntual.placing")
_AT_ONCE = 5_000
# From so many on, what changed is much of what the database knows of.
_MANY = 1_000
_INSTANT = timedelta(microseconds=1)
_touched: ContextVar[set[int] | None] = ContextVar("puntual_touched", default=None)
_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


def change() -> Callable[[Callable[_Given, _Found]], Callable[_Given, _Found]]:
    """
    Make a use case one transaction, after which whoever it touched is placed anew.

    It is called with the moment `at`; it, or what it calls, names its customers by `touch`.
    """
    return _changing


def _changing(act: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
    @wraps(act)
    def changing(*args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
        touched: set[int] = set()
        token = _touched.set(touched)
        try:
            with transaction.atomic(durable=True):
                found = act(*args, **kwargs)
        finally:
            _touched.reset(token)
        at = kwargs["at"]
        if not isinstance(at, datetime):
            raise TypeError("a change has a moment")
        _place_safely(customer_ids=touched, at=at)
        return found

    return changing


def touch(*, customer_ids: Iterable[int]) -> None:
    """Name customers of whom something changed; where a run does it, everybody is placed anyway."""
    touched = _touched.get()
    if touched is not None:
        touched.update(customer_ids)


def _place_safely(*, customer_ids: Iterable[int], at: datetime) -> None:
    """
    Place them, or leave them to the next run.

    The change is committed by now: whatever keeps them from being placed must not read as if it had not been done.
    """
    try:
        place(customer_ids=customer_ids, at=at)
    except (DomainError, DatabaseError):
        log.warning("left-to-the-next-run", exc_info=True)


def place(*, customer_ids: Iterable[int], at: datetime) -> int:
    """
    Place customers by the plan in force and the facts of this moment; return how many, of those that a run has seen.

    Raises: RuntimeError inside of another transaction.
    """
    ids = sorted(set(customer_ids))
    if not ids:
        return 0
    try:
        _version_id, plan = planned.active_version()
    except planned.NoActivePlan:
        return 0
    if len(ids) >= _MANY and assessed.is_anybody_placed(customer_ids=ids):
        portfolio.count_anew()
    time_zone = companies.current_company(base_url=settings.BASE_URL).time_zone
    today = at.astimezone(ZoneInfo(time_zone)).date()
    placer = assessment.placer(stages=plan.stages, segments=plan.segments)
    count = 0
    for start in range(0, len(ids), _AT_ONCE):
        with transaction.atomic(durable=True):
            count += _place(
                customer_ids=ids[start : start + _AT_ONCE],
                placer=placer,
                wants_profile=plan.wants_profile,
                time_zone=time_zone,
                today=today,
                at=at,
            )
    return count


def _place(
    *,
    customer_ids: Sequence[int],
    placer: Placer,
    wants_profile: bool,
    time_zone: str,
    today: date,
    at: datetime,
) -> int:
    placed = assessment.hold_states_of(customer_ids=customer_ids)
    if not placed:
        return 0
    # All that is committed counts, also what was told a moment later than this change and came before it.
    end_of_day = datetime.combine(today + timedelta(days=1), time.min, tzinfo=ZoneInfo(time_zone)) - _INSTANT
    facts = assessed.facts_of_some(
        customer_ids=placed,
        as_of=today,
        known_at=max(at, end_of_day),
        time_zone=time_zone,
        is_live=assessed.is_live(as_of=today),
        wants_profile=wants_profile,
    )
    placements = assessment.place_all(
        placer=placer,
        facts=facts,
        before=assessed.placements_of(customer_ids=placed, before=today),
        moved_to=planned.moves_of(customer_ids=placed),
    )
    assessment.place_now(facts=facts, placements=placements, as_of=today, at=at)
    return len(facts)

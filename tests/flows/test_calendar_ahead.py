"""The calendar of the next days: what the plan would do if nobody paid."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from puntual.agreements import operations as agreement_acts
from puntual.agreements.types import PauseReason, PauseScope
from puntual.audit.types import SYSTEM
from puntual.flows import (
    daily_run,
    rehearsal,
)
from puntual.flows.rehearsal import calendars
from puntual.plans import operations as plans
from puntual.plans.models import Action
from tests.flows.lives import FIRST, KilledError, Life, campaign, day_of, moment, once, person, promises


@pytest.mark.feature("PLN-14")
def test_the_calendar_goes_on_as_if_nobody_paid(version_id: int) -> None:
    customer = person(late=1, phone=True)
    promiser = person(late=1)
    promises(promiser, days=2, key="p")(FIRST - timedelta(days=1))

    told = rehearsal.calendar_of_customer(external_id=customer.external_id, today=FIRST, at=moment(FIRST, 7))

    steps = {one.day - FIRST: [cell.key for cell in one.steps] for one in told.days if one.carried}
    # One day late on Monday: the notice on the second day, the call on the fifth, and again three days after it, on
    # Monday the 16th, which is a holiday, so on Tuesday.
    assert {days.days: keys for days, keys in steps.items() if days.days <= 8} == {
        1: ["aviso"], 4: ["llamada"], 8: ["repaso"],
    }  # fmt: skip
    broken = rehearsal.calendar_of_customer(
        external_id=promiser.external_id, today=FIRST, at=moment(FIRST, 7)
    )
    days = {cell.key: one.day for one in reversed(broken.days) for cell in one.steps}
    # Promised for Tuesday, one working day of tolerance: broken on Thursday.
    assert days["rota"] == FIRST + timedelta(days=3)
    assert min(one.day for one in broken.days if one.carried) == FIRST + timedelta(days=3)


@pytest.mark.feature("PLN-14")
def test_what_waits_of_a_campaign_is_in_the_calendar_by_its_name(version_id: int) -> None:
    person(late=1)
    Life().live(1)
    campaign("Buen Fin", hours=30)(FIRST)

    told = rehearsal.calendar(today=FIRST, at=moment(FIRST, 13))

    # The notice of the plan waits until the campaign's mail of Tuesday evening has left.
    steps = {one.day - FIRST: [cell.name for cell in one.steps] for one in told.days if one.carried}
    assert [(days.days, names) for days, names in steps.items()][:2] == [(1, ["Buen Fin"]), (2, ["Aviso"])]
    assert [one.count for one in told.steps if one.name == "Buen Fin"] == [1]


def test_the_calendar_goes_on_from_a_run_that_is_not_at_its_end(version_id: int) -> None:
    for late in (2, 1, 2, 2):
        person(late=late, phone=True)
    at = moment(FIRST, 7)
    asked: dict[str, Any] = {"today": FIRST, "at": moment(FIRST, 7, 30)}
    # Nothing is decided yet; then half of them are; then all.
    plans.start_run(as_of=FIRST, version_id=version_id, at=at)
    before = rehearsal.calendar(**asked)

    def die() -> None:
        raise KilledError

    with pytest.raises(KilledError), time_machine.travel(at, tick=False):
        daily_run.run_day(today=FIRST, at=at, chunk_size=2, on_progress=once(die))
    half = rehearsal.calendar(**asked)
    with time_machine.travel(at, tick=False):
        daily_run.run_day(today=FIRST, at=at, chunk_size=2)

    assert Action.objects.filter(step_key="aviso").count() == 3
    for told in (before, half):
        lines = [(cell.key, cell.count) for cell in told.days[0].steps]
        assert lines == [("aviso", 3)]
    # The days that follow do not depend on how far the run was.
    assert [one.steps for one in half.days] == [one.steps for one in before.days]
    assert half.acts == before.acts


def test_a_day_more_in_the_calendar_of_a_customer_asks_nothing_more(
    version_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = person(late=1, phone=True)
    Life().live(1)

    def asked(days: int) -> int:
        monkeypatch.setattr(calendars, "DAYS", days)
        with CaptureQueriesContext(connection) as questions:
            rehearsal.calendar_of_customer(
                external_id=customer.external_id, today=FIRST, at=moment(FIRST, 13)
            )
        return len(questions)

    assert asked(30) == asked(10)
    assert asked(30) <= 21


@pytest.mark.parametrize("is_lifted", [False, True])
def test_the_calendar_knows_pauses_and_stops_of_days_to_come(version_id: int, is_lifted: bool) -> None:
    customer = person(late=1)
    Life().live(1)
    at = moment(FIRST, 12)
    number = agreement_acts.pause_portfolio(
        scope=PauseScope.SEGMENT, value="todos", reason=PauseReason.DISASTER, note="x", from_date=day_of(1),
        until_date=day_of(1), actor=SYSTEM, at=at,
    )  # fmt: skip
    plans.stop_step(as_of=day_of(2), step_key="aviso", note="x", actor=SYSTEM, at=at)
    if is_lifted:
        agreement_acts.lift_pause(pause_id=number, actor=SYSTEM, at=at + timedelta(minutes=5))
        plans.lift_stop(as_of=day_of(2), step_key="aviso", actor=SYSTEM, at=at + timedelta(minutes=5))

    told = rehearsal.calendar_of_customer(
        external_id=customer.external_id, today=FIRST, at=at + timedelta(minutes=10)
    )

    first = next(one for one in told.days if one.carried)
    assert (first.day, first.steps[0].key) == (day_of(1 if is_lifted else 3), "aviso")


def test_the_calendar_says_where_a_day_is_more_than_can_be_carried(version_id: int) -> None:
    for _one in range(4):
        person(late=1)

    told = rehearsal.calendar(today=FIRST, at=moment(FIRST, 7))

    tuesday = told.days[1]
    cell = next(one for one in tuesday.channels if one.key == "EMAIL")
    assert (cell.count, cell.capacity, cell.is_over) == (4, 3, True)
    assert tuesday.cost == Decimal("0.20")
    mail = next(one for one in told.channels if one.channel == "EMAIL")
    assert mail.days_over >= 1
    assert mail.busiest_count >= 4

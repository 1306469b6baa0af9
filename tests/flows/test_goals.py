"""The goals of a plan beside what is measured, and nothing said of what is not."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from puntual.companies.models import Company
from puntual.flows import daily_run
from puntual.flows.goals import GoalStanding, goals_of, is_met
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import Goal, Kpi
from tests.factories import make_customer, make_receivable

DAY = timedelta(days=1)


def standings(goals: str, *, today: date, now: datetime) -> list[GoalStanding]:
    """Put a plan with some goals in force and say where they stand."""
    text = planned.shipped_text(key="facturas-mx").replace(
        "politica:\n", f"objetivos:\n{goals}\npolitica:\n", 1
    )
    version_id = plans.adopt_plan(text=text, at=now)
    outreach.load_templates(at=now)
    return goals_of(version_id=version_id or planned.active_version()[0], today=today)


@pytest.mark.feature("PLN-02")
def test_the_overdue_share_stands_beside_its_goal_and_what_is_not_measured_says_nothing(
    company: Company, today: date, now: datetime
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - DAY, amount="300.00")
    make_receivable(customer=customer, due=today + 9 * DAY, amount="700.00")
    make_receivable(customer=customer, due=today - DAY, amount="900.00", currency="USD")

    share, dso, of_segment, kept = standings(
        "  - {kpi: indice-de-morosidad, meta: 25, desde: 2026-01-01, hasta: 2026-12-31}\n"
        "  - {kpi: DSO, meta: 45, desde: 2026-01-01, hasta: 2026-12-31}\n"
        "  - {kpi: indice-de-morosidad, meta: 50, segmento: nuevo, desde: 2026-01-01, hasta: 2026-12-31}\n"
        "  - {kpi: promesas-cumplidas, meta: 75, desde: 2026-01-01, hasta: 2026-12-31}\n",
        today=today,
        now=now,
    )

    assert (share.value, share.is_met) == (Decimal(30), False)
    for one in (dso, of_segment, kept):
        assert (one.value, one.is_met) == (None, None)
    assert of_segment.segment == "Nuevo"


def test_a_change_is_counted_from_the_first_picture_of_its_period(
    company: Company, today: date, now: datetime
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - DAY, amount="400.00")
    make_receivable(customer=customer, due=today + 20 * DAY, amount="600.00")
    goals = (
        f"  - {{kpi: indice-de-morosidad, cambio_porcentual: -10, desde: {today}, hasta: 2026-12-31}}\n"
        f"  - {{kpi: indice-de-morosidad, cambio_porcentual: -10, desde: {today + 9 * DAY}, hasta: 2026-12-31}}\n"
    )
    standings(goals, today=today, now=now)
    daily_run.run_day(today=today, at=now)
    make_receivable(customer=customer, due=today + 20 * DAY, amount="600.00")

    begun, ahead = goals_of(version_id=planned.active_version()[0], today=today + DAY)

    assert (begun.value, begun.change, begun.is_met) == (Decimal(25), Decimal("-37.5"), True)
    assert (ahead.has_begun, ahead.change, ahead.is_met) == (False, None, None)


@pytest.mark.parametrize(
    ("kpi", "aim", "value", "change", "expected"),
    [
        (Kpi.OVERDUE_SHARE, {"target": 25}, "25", None, True),
        (Kpi.OVERDUE_SHARE, {"target": 25}, "25.1", None, False),
        (Kpi.KEPT_RATE, {"target": 75}, "75", None, True),
        (Kpi.KEPT_RATE, {"target": 75}, "74", None, False),
        (Kpi.OVERDUE_SHARE, {"change_percent": -15}, "20", "-15", True),
        (Kpi.OVERDUE_SHARE, {"change_percent": -15}, "20", "-14", False),
        (Kpi.KEPT_RATE, {"change_percent": 5}, "20", "5", True),
        (Kpi.KEPT_RATE, {"change_percent": 5}, "20", None, None),
        (Kpi.DSO, {"target": 45}, None, None, None),
    ],
)
def test_when_a_goal_is_met(
    kpi: Kpi, aim: dict[str, int], value: str | None, change: str | None, expected: bool | None
) -> None:
    goal = Goal(kpi=kpi, from_date=date(2026, 1, 1), until_date=date(2026, 12, 31), **aim)  # type: ignore[arg-type]

    found = is_met(
        goal=goal, value=Decimal(value) if value else None, change=Decimal(change) if change else None
    )

    assert found is expected

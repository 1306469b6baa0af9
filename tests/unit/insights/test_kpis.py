"""The formulas of the KPIs, with the values that the trade gives for them."""

from datetime import date
from decimal import Decimal

import pytest

from puntual.insights.rules import kpis


@pytest.mark.feature("PLN-02")
def test_dso_takes_off_the_sales_of_one_month_after_the_other() -> None:
    months = [(Decimal(100), 30), (Decimal(80), 31)]

    # 100 of November in 30 days, and 50 of the 80 of October.
    assert round(kpis.exhaustion_days(owed=Decimal(150), months=months) or 0, 1) == Decimal("49.4")
    assert kpis.exhaustion_days(owed=Decimal(180), months=months) == 61
    assert kpis.exhaustion_days(owed=Decimal(0), months=months) == 0
    assert kpis.exhaustion_days(owed=Decimal("180.01"), months=months) is None


@pytest.mark.feature("PLN-02")
def test_cei_of_the_trade() -> None:
    found = kpis.effectiveness(
        owed_before=Decimal(100), sold=Decimal(200), owed_after=Decimal(80), current_after=Decimal(60)
    )

    assert round(found or 0, 1) == Decimal("91.7")
    assert (
        kpis.effectiveness(
            owed_before=Decimal(0), sold=Decimal(60), owed_after=Decimal(60), current_after=Decimal(60)
        )
        is None
    )


def test_nothing_is_no_divisor() -> None:
    assert kpis.share(5, 0) is None
    assert kpis.share(250, 1000) == 25
    assert kpis.cost_of_one(cost=Decimal(8), collected=Decimal(100)) == Decimal("0.08")
    assert kpis.cost_of_one(cost=Decimal(8), collected=Decimal(0)) is None


@pytest.mark.parametrize(
    ("start", "aim", "value", "day", "expected"),
    [
        # Half of the period: half of the way.
        ("40", "30", "35", 11, True),
        ("40", "30", "35.1", 11, False),
        ("40", "50", "45", 11, True),
        ("40", "50", "44.9", 11, False),
        ("40", "30", "40", 1, True),
        ("40", "30", "30.1", 21, False),
        ("40", "30", "30", 28, True),
    ],
)
def test_a_goal_is_on_course_that_is_as_far_as_its_period(
    start: str, aim: str, value: str, day: int, expected: bool
) -> None:
    found = kpis.is_on_course(
        start=Decimal(start),
        aim=Decimal(aim),
        value=Decimal(value),
        first=date(2026, 1, 1),
        last=date(2026, 1, 21),
        today=date(2026, 1, day),
    )

    assert found is expected

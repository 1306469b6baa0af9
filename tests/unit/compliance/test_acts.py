"""Telling a bureau and charging for collection, asked before it is done."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from puntual.compliance.operations.acts import try_act
from puntual.compliance.types.trying import ActTrial

DAY = date(2026, 11, 30)
UF = Decimal("39500.00")


def asked(country: str, **said: Any) -> ActTrial:
    return ActTrial(country=country, day=DAY, **said)


def objections(trial: ActTrial) -> list[str]:
    return [rule_id for rule_id, _rule in try_act(trial=trial).objections]


@pytest.mark.parametrize(
    ("units", "notice", "cap"),
    [
        # Chile, art. 37 of Ley 19.496: 9 % up to 10 UF, 6 % of what goes to 50, 3 % of the rest.
        ("10", True, "35550.00"),
        ("30", True, "82950.00"),
        ("60", True, "142200.00"),
        # Without the free notice 0.2 UF less.
        ("30", False, "75050.00"),
        ("1", False, "0.00"),
    ],
)
def test_the_most_that_collection_may_cost_in_chile(units: str, notice: bool, cap: str) -> None:
    trial = asked(
        "CL",
        is_bureau=False,
        due_date=date(2026, 11, 1),
        overdue=Decimal(units) * UF,
        unit_value=UF,
        had_free_notice=notice,
        fee=max(Decimal(cap), Decimal(100)),
    )

    assert try_act(trial=trial).fee_cap == Decimal(cap)
    assert objections(trial) == ([] if cap != "0.00" else ["CL-FEE-02"])
    dearer = ActTrial(**{**_fields(trial), "fee": Decimal(cap) + 100})
    assert objections(dearer) == ["CL-FEE-02"]


def _fields(trial: ActTrial) -> dict[str, Any]:
    return {name: getattr(trial, name) for name in ActTrial.__slots__}


@pytest.mark.parametrize(("due", "lawful"), [(date(2026, 11, 10), True), (date(2026, 11, 11), False)])
def test_before_day_twenty_nothing_may_be_charged_in_chile(due: date, lawful: bool) -> None:
    trial = asked(
        "CL", is_bureau=False, due_date=due, overdue=UF * 10, unit_value=UF, fee=UF / 10, had_free_notice=True
    )

    assert objections(trial) == ([] if lawful else ["CL-FEE-01"])
    assert try_act(trial=trial).fee_cap == (Decimal("35550.00") if lawful else Decimal("0.00"))


def test_what_is_not_known_objects() -> None:
    assert objections(asked("CL", is_bureau=False)) == ["CL-FEE-01", "CL-FEE-02"]
    assert objections(asked("BR", is_bureau=False)) == ["BR-FEE-01"]
    assert "CO-BUREAU-01" in objections(asked("CO", is_bureau=True))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"notices": 1, "last_notice_on": date(2026, 11, 10), "overdue": Decimal(900_000)}, []),
        ({"notices": 1, "last_notice_on": date(2026, 11, 11), "overdue": Decimal(900_000)}, ["CO-BUREAU-01"]),
        # Up to 15 % of a minimum wage: two notices.
        ({"notices": 1, "last_notice_on": date(2026, 11, 10), "overdue": Decimal(150_000)}, ["CO-BUREAU-02"]),
        ({"notices": 2, "last_notice_on": date(2026, 11, 10), "overdue": Decimal(150_000)}, []),
        # 18 months to the day, and one day more.
        (
            {
                "notices": 1,
                "last_notice_on": date(2026, 11, 10),
                "overdue": Decimal(900_000),
                "default_since": date(2025, 5, 30),
            },
            [],
        ),
        (
            {
                "notices": 1,
                "last_notice_on": date(2026, 11, 10),
                "overdue": Decimal(900_000),
                "default_since": date(2025, 5, 29),
            },
            ["CO-BUREAU-03"],
        ),
    ],
)
def test_a_bureau_is_told_after_the_notices_and_in_time_in_colombia(
    said: dict[str, Any], expected: list[str]
) -> None:
    assert objections(asked("CO", is_bureau=True, monthly_wage=Decimal(1_000_000), **said)) == expected


def test_a_country_without_such_a_rule_says_so_and_what_is_known() -> None:
    told = try_act(trial=asked("MX", is_bureau=True))

    assert (told.objections, told.has_rules, told.fee_cap) == ((), False, None)
    assert [rule_id for rule_id, _rule in told.known] == ["MX-BUREAU-01"]

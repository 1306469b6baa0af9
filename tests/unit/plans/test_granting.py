"""How far who may move a day to pay, by stage, role and how often it was moved before."""

import pytest

from puntual.plans import queries, rules
from puntual.plans.types import ExtensionLimit, ExtensionTerms, Role

LIMITS = (
    ExtensionLimit(stage="administrativa", role=Role.COLLECTOR, days_max=7),
    ExtensionLimit(stage="administrativa", role=Role.SUPERVISOR, days_max=15, times_max=2),
    ExtensionLimit(stage="extrajudicial", role=Role.MANAGER, days_max=30),
)
SUPERVISOR_15, MANAGER_30 = ((Role.SUPERVISOR, 15),), ((Role.MANAGER, 30),)


@pytest.mark.parametrize(
    ("stage", "role", "made", "expected"),
    [
        ("administrativa", Role.COLLECTOR, 0, ExtensionTerms(7, higher=SUPERVISOR_15)),
        ("administrativa", Role.COLLECTOR, 1, ExtensionTerms(0, is_used_up=True, higher=SUPERVISOR_15)),
        ("administrativa", Role.COLLECTOR, 2, ExtensionTerms(0, is_used_up=True)),
        ("administrativa", Role.SUPERVISOR, 0, ExtensionTerms(15)),
        ("administrativa", Role.SUPERVISOR, 1, ExtensionTerms(15)),
        ("administrativa", Role.SUPERVISOR, 2, ExtensionTerms(0, is_used_up=True)),
        ("administrativa", Role.MANAGER, 0, ExtensionTerms(15)),
        ("extrajudicial", Role.COLLECTOR, 0, ExtensionTerms(0, higher=MANAGER_30)),
        ("extrajudicial", Role.MANAGER, 0, ExtensionTerms(30)),
        ("preventiva", Role.COLLECTOR, 9, ExtensionTerms(None)),
    ],
)
@pytest.mark.feature("PRM-02")
def test_the_days_of_each_role(stage: str, role: Role, made: int, expected: ExtensionTerms) -> None:
    assert rules.extension_terms(limits=LIMITS, stage=stage, role=role, made=made) == expected


def test_a_plan_in_force_carries_its_limits() -> None:
    plan = rules.compiled(rules.read_text(queries.shipped_text(key="consumo-mx")))

    assert dict(plan.payment_min) == {"MXN": 200}
    assert plan.extensions == LIMITS[:2]

"""Where a customer stands: by the stages and segments of a plan, and by where they stood before."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.assessment.rules import Placer
from puntual.assessment.rules.conditions import read
from puntual.assessment.types import NOWHERE, Facts, Placement, SegmentSpec, Stage, StageSpec

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)


def late_from(days: int) -> Any:
    return read(["dias_de_atraso", ">=", days])


STAGES = (
    StageSpec("preventiva", "Preventiva", Stage.PREVENTIVE),
    StageSpec("administrativa", "Administrativa", Stage.ADMINISTRATIVE, late_from(1)),
    StageSpec("extrajudicial", "Extrajudicial", Stage.EXTRAJUDICIAL, late_from(31)),
    StageSpec("judicial", "Judicial", Stage.JUDICIAL, late_from(121)),
)
SEGMENTS = (
    SegmentSpec("riesgoso", "Riesgoso", read(["promesas_incumplidas_12m", ">=", 2])),
    SegmentSpec("nuevo", "Nuevo", read(["documentos_pagados_12m", "<", 2])),
    SegmentSpec("puntual", "Puntual"),
)


def facts(days: int = 0, **changes: Any) -> Facts:
    """Return facts of one who owes one document, so many days late."""
    found = Facts(
        customer_id=1, as_of=TODAY, open_amounts=(), overdue_amounts=(), open_count=1, overdue_count=int(days > 0),
        disputed_count=0, held_count=0, oldest_due_date=TODAY - timedelta(days=days), coming_due_dates=(),
        days_past_due=days, promise_due_date=None, promise_made_on=None, broken_promise_on=None, last_payment_on=None,
        hold_until=None, hold_reason=None, has_customer_dispute=False, broken_count_12m=0, paid_count_12m=0,
        late_count_12m=0, average_days_late_12m=None,
    )  # fmt: skip
    return replace(found, **changes)


def placed(
    found: Facts, before: Placement = NOWHERE, moved_to: str = "", stages: tuple[StageSpec, ...] = STAGES
) -> Placement:
    return Placer(stages=stages, segments=SEGMENTS).place(facts=found, before=before, moved_to=moved_to)


def stood(key: str, since: date = YESTERDAY) -> Placement:
    """Say that a customer stood in a stage before."""
    return Placement(key, Stage.NONE, "nuevo", since, since)


@pytest.mark.feature("STG-01")
@pytest.mark.parametrize(
    ("days", "key", "kind"),
    [
        (0, "preventiva", Stage.PREVENTIVE),
        (1, "administrativa", Stage.ADMINISTRATIVE),
        (30, "administrativa", Stage.ADMINISTRATIVE),
        (31, "extrajudicial", Stage.EXTRAJUDICIAL),
        (120, "extrajudicial", Stage.EXTRAJUDICIAL),
        (121, "judicial", Stage.JUDICIAL),
        (4000, "judicial", Stage.JUDICIAL),
    ],
)
def test_a_new_case_enters_the_furthest_stage_that_it_reaches(days: int, key: str, kind: Stage) -> None:
    found = placed(facts(days))

    assert (found.stage_key, found.stage, found.entered_on) == (key, kind, TODAY)


def test_nobody_without_debt_is_in_a_stage() -> None:
    found = placed(facts(open_count=0), stood("administrativa"))

    assert (found.stage_key, found.stage, found.entered_on) == ("", Stage.NONE, TODAY)


@pytest.mark.parametrize(
    ("_case", "days", "before", "expected"),
    [
        ("one level up at the most", 200, "preventiva", "administrativa"),
        ("and the next one on the next day", 200, "administrativa", "extrajudicial"),
        ("down as far as the facts say", 0, "judicial", "preventiva"),
        ("nothing changes", 40, "extrajudicial", "extrajudicial"),
        ("a stage that the plan no longer has", 40, "antigua", "extrajudicial"),
    ],
)
def test_stage_by_where_the_case_stood(_case: str, days: int, before: str, expected: str) -> None:
    assert placed(facts(days), stood(before)).stage_key == expected


def test_a_stage_that_does_not_return_keeps_the_case_until_it_is_paid() -> None:
    kept = (*STAGES[:3], replace(STAGES[3], returns=False))

    assert placed(facts(10), stood("judicial"), stages=kept).stage_key == "judicial"
    assert placed(facts(open_count=0), stood("judicial"), stages=kept).stage_key == ""


def test_a_stage_is_left_before_its_end_and_not_entered_again() -> None:
    leaves = read(["promesas_cumplidas_12m", ">=", 3])
    kept = (*STAGES[:2], replace(STAGES[2], leaves=leaves, returns=False), STAGES[3])
    found = facts(60, kept_count_12m=3)

    assert placed(found, stood("extrajudicial"), stages=kept).stage_key == "administrativa"
    assert placed(found, stood("administrativa"), stages=kept).stage_key == "administrativa"


def test_a_stage_that_is_passed_by_does_not_count_as_a_level() -> None:
    skipped = read(["tiene_telefono", "=", False])
    kept = (STAGES[0], replace(STAGES[1], skipped=skipped), *STAGES[2:])

    assert placed(facts(200), stood("preventiva"), stages=kept).stage_key == "extrajudicial"
    assert placed(facts(10), stood("preventiva"), stages=kept).stage_key == "preventiva"


def test_a_move_by_hand_holds_the_case_in_its_stage() -> None:
    assert placed(facts(10), stood("judicial"), moved_to="judicial").stage_key == "judicial"
    assert placed(facts(10), stood("administrativa"), moved_to="despacho").stage_key == "administrativa"


def test_since_when_is_kept_while_nothing_changes() -> None:
    since = TODAY - timedelta(days=20)
    same = placed(facts(10), Placement("administrativa", Stage.ADMINISTRATIVE, "puntual", since, since))

    assert (same.entered_on, same.segment_key, same.segment_since) == (since, "nuevo", TODAY)


@pytest.mark.feature("SEG-01")
def test_the_first_segment_that_fits_is_theirs() -> None:
    assert placed(facts(broken_count_12m=2, paid_count_12m=9)).segment_key == "riesgoso"
    assert placed(facts(paid_count_12m=1)).segment_key == "nuevo"
    assert placed(facts(paid_count_12m=2)).segment_key == "puntual"
    nobody = Placer(stages=STAGES, segments=SEGMENTS[:1]).place(facts=facts())
    assert nobody.segment_key == ""


@given(days=st.lists(st.integers(0, 200), min_size=1, max_size=30))
def test_no_case_goes_up_by_more_than_one_level_a_run(days: list[int]) -> None:
    ranks = {stage.key: rank for rank, stage in enumerate(STAGES)}
    place = placed(facts(days[0]))
    for late in days[1:]:
        after = placed(facts(late), place)
        assert ranks[after.stage_key] <= ranks[place.stage_key] + 1
        assert ranks[after.stage_key] <= ranks[placed(facts(late)).stage_key]
        place = after

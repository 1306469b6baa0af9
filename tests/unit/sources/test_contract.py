"""What every connector must keep, tried on every one of them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from puntual.sources.providers import CONNECTORS, connector
from puntual.sources.providers.contract import Delivery, Errand, UnableToFetch
from tests.feeds.arms import ARMS, AT, Arm, Debt, amounts_of, make_arm

LATER = AT + timedelta(hours=2)


@pytest.fixture(params=ARMS)
def arm(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Arm]:
    yield from make_arm(request.param, tmp_path)


def visit(
    arm: Arm, state: Mapping[str, Any], *, at: datetime, dies_after: int | None = None
) -> tuple[list[Delivery], dict[str, Any]]:
    """Visit a source as the product does: keep the file and the state, then put it away."""
    errand = arm.errand(state=state, at=at)
    taken: list[Delivery] = []
    for delivery in arm.connector.fetch(errand=errand):
        assert not delivery.problem
        if dies_after == len(taken):
            return taken, dict(errand.state)
        taken.append(delivery)
        arm.connector.put_away(errand=errand, delivery=delivery, is_refused=False)
        errand = arm.errand(state=delivery.state_after, at=at)
    return taken, dict(errand.state)


@pytest.mark.feature("INT-01")
def test_what_is_there_comes_once_with_every_cent(arm: Arm) -> None:
    debts = [
        Debt(1, amount=Decimal("1250.50")),
        Debt(2, 2, Decimal("0.10")),
        Debt(3, 2, Decimal("98765432.99")),
    ]
    arm.put(debts, at=AT)

    taken, state = visit(arm, {}, at=AT)
    again, same = visit(arm, state, at=LATER)

    assert amounts_of(taken) == {"1": Decimal("1250.50"), "2": Decimal("0.10"), "3": Decimal("98765432.99")}
    assert again == []
    assert same == state


def test_only_what_is_new_or_changed_comes_later(arm: Arm) -> None:
    arm.put([Debt(1), Debt(2)], at=AT)
    _taken, state = visit(arm, {}, at=AT)
    arm.put([Debt(2, amount=Decimal("7.00")), Debt(3)], at=LATER)

    taken, state = visit(arm, state, at=LATER + timedelta(hours=1))

    assert amounts_of(taken) == {"2": Decimal("7.00"), "3": Decimal("1250.50")}
    assert visit(arm, state, at=LATER + timedelta(hours=2))[0] == []


def test_two_changes_of_one_moment_with_a_visit_between_both_come(arm: Arm) -> None:
    arm.put([Debt(1)], at=AT)
    _taken, state = visit(arm, {}, at=AT)
    arm.put([Debt(2)], at=AT)

    taken, _state = visit(arm, state, at=LATER)

    assert amounts_of(taken) == {"2": Decimal("1250.50")}


def test_nothing_is_lost_when_the_file_was_not_kept(arm: Arm) -> None:
    arm.put([Debt(1), Debt(2)], at=AT)

    lost, state = visit(arm, {}, at=AT, dies_after=0)
    taken, _state = visit(arm, state, at=AT)

    assert lost == []
    assert amounts_of(taken) == {"1": Decimal("1250.50"), "2": Decimal("1250.50")}


def test_an_empty_source_gives_nothing(arm: Arm) -> None:
    assert visit(arm, {}, at=AT)[0] == []


def test_a_check_takes_nothing_and_says_what_is_there(arm: Arm) -> None:
    arm.put([Debt(1)], at=AT)

    said = arm.connector.check(errand=arm.errand(state={}, at=AT))

    assert said.endswith(".") or "columnas: " in said
    assert amounts_of(visit(arm, {}, at=AT)[0]) == {"1": Decimal("1250.50")}


def knock(arm: Arm, door: str, errand: Errand) -> None:
    """Ask a source for something, by one of its two doors."""
    if door == "check":
        arm.connector.check(errand=errand)
    else:
        list(arm.connector.fetch(errand=errand))


@pytest.mark.parametrize("door", ["check", "fetch"])
def test_what_is_broken_is_told_in_words_and_without_the_secret(arm: Arm, door: str) -> None:
    arm.put([Debt(1)], at=AT)
    for case, errand in arm.broken().items():
        with pytest.raises(UnableToFetch) as refused:
            knock(arm, door, errand)
        assert len(refused.value.message) > 15, case
        assert len(errand.secret) < 3 or errand.secret not in refused.value.message, case


def test_the_settings_of_an_arm_are_those_that_its_connector_asks_for(arm: Arm) -> None:
    given = arm.errand(state={}, at=AT).settings

    assert set(given) == {one.name for one in arm.connector.settings}
    arm.connector.refuse_settings(settings=given)


def test_every_connector_is_tried() -> None:
    tried = {arm.connector.code for arm in ARMS.values()}

    assert tried == set(CONNECTORS) == {connector(code).code for code in CONNECTORS}
    assert connector("FAX") is None

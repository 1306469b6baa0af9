"""Decisions and promises over the API."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from puntual.agreements import operations as agreements
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import Channel
from puntual.flows import daily_run
from puntual.identity.types import Scope
from puntual.plans import operations as plans
from puntual.plans import queries as plan_rows
from puntual.portfolio.models import Customer
from tests import factories
from tests.conftest import NOW, TODAY
from tests.web.programs import Program, make_program


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def program(company: Company) -> Program:
    return make_program(scope=Scope.READ)


def promise(customer: Customer, *, key: str, amount: str, due: date) -> int:
    return agreements.make_promise(
        key=key,
        customer_id=customer.pk,
        amount=Decimal(amount),
        currency="MXN",
        due_date=due,
        channel=Channel.CALL,
        note="",
        actor=SYSTEM,
        today=TODAY,
        at=NOW,
    )


def test_promises_are_listed_by_customer_and_state(program: Program) -> None:
    one, two = factories.make_customer(external_id="C1"), factories.make_customer(external_id="C2")
    for customer in (one, two):
        factories.make_receivable(customer=customer, due=TODAY, amount="900.00")
    first = promise(one, key="a", amount="100.00", due=TODAY)
    second = promise(one, key="b", amount="200.00", due=TODAY + timedelta(days=3))
    third = promise(two, key="c", amount="300.50", due=TODAY)

    everything = program.get("promises").json()
    of_one = program.get("promises", customer="C1", state="ACTIVE").json()

    assert [row["id"] for row in everything["items"]] == [first, second, third]
    assert of_one == {
        "items": [
            {
                "id": second,
                "customer": "C1",
                "amount": "200.00",
                "paid_amount": "0.00",
                "currency": "MXN",
                "made_on": "2026-11-23",
                "due_date": "2026-11-26",
                "state": "ACTIVE",
                "channel": "CALL",
            }
        ],
        "next_cursor": "",
    }
    page = program.get("promises", limit=1).json()
    assert [row["id"] for row in program.get("promises", cursor=page["next_cursor"]).json()["items"]] == [
        second,
        third,
    ]
    assert program.get("promises", state="HOPED").status_code == 422
    assert program.get("promises", customer="nadie").status_code == 404


def test_decisions_of_a_day_are_told_with_their_reasons(program: Program) -> None:
    customer = factories.make_customer(external_id="C1")
    factories.make_receivable(customer=customer, due=date(2026, 11, 20), amount="900.00")
    plans.adopt_plan(text=plan_rows.shipped_text(key="facturas-mx"), at=NOW)
    daily_run.run_day(today=TODAY, at=NOW)

    response = program.get("decisions", customer="C1", date="2026-11-25")

    assert response.status_code == 200
    body = response.json()
    assert (body["customer"], body["date"], body["days_past_due"]) == ("C1", "2026-11-23", 3)
    assert len(body["decisions"]) == len(plan_rows.active_version()[1].steps)
    for decision in body["decisions"]:
        assert sorted(decision) == ["name", "next_date", "outcome", "reasons", "sentence", "step"]
        assert decision["reasons"]
        assert decision["sentence"].startswith(decision["name"])


def test_before_the_first_run_there_is_nothing_to_tell(program: Program) -> None:
    factories.make_customer(external_id="C1")

    response = program.get("decisions", customer="C1")

    assert response.status_code == 200
    assert response.json() == {
        "customer": "C1",
        "date": TODAY.isoformat(),
        "plan": "",
        "stage": "",
        "days_past_due": 0,
        "situation": ["Todavía no hay una corrida que haya visto a este cliente."],
        "decisions": [],
    }


@pytest.mark.parametrize(
    ("asked", "status"),
    [({}, 422), ({"customer": "nadie"}, 404), ({"customer": "C1", "date": "ayer"}, 422)],
)
def test_a_question_that_makes_no_sense_is_told(program: Program, asked: dict[str, str], status: int) -> None:
    factories.make_customer(external_id="C1")

    assert program.get("decisions", **asked).status_code == status

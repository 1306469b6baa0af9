"""Decisions and promises over the API."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection

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


_ASKED = {
    "country": "MX",
    "state": "Ciudad de México",
    "channel": "WHATSAPP",
    "owner_role": "DEBTOR",
    "at": "2026-11-23T21:00",
}


@pytest.mark.feature("N-03")
def test_a_contact_is_asked_about_and_nothing_is_written(program: Program) -> None:
    answer = program.post("contacts/try", _ASKED)
    threat = program.post("contacts/try", _ASKED | {"text": "Si no paga irá a la cárcel"}).json()
    assert "C-JAIL" in [one["id"] for one in threat["objections"]]

    assert answer.status_code == 200
    told = answer.json()
    assert (told["outcome"], told["next_at"]) == ("DEFER", "2026-11-24T08:00:00-06:00")
    assert [one["id"] for one in told["objections"]] == ["MX-WIN-01"]
    assert told["objections"][0]["text"].startswith("Solo se contacta de lunes a viernes")
    assert [one["left"] for one in told["remaining"]] == [3, 7, 1]
    assert told["missing_facts"] == []
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from compliance_verdict")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"country": "ZZ"}, 404),
        ({"country": "mx"}, 422),
        ({"at": "9999-12-31T23:00"}, 422),
        ({"at": "2026-11-23T21:00Z"}, 422),
        ({"flags": ["nada"]}, 422),
        ({"history": [{"at": "2026-11-23T09:00", "channel": "CALL", "result": "TAL"}]}, 422),
        ({"otra": 1}, 422),
    ],
)
def test_what_cannot_be_asked_is_told(program: Program, changes: dict[str, object], status: int) -> None:
    assert program.post("contacts/try", _ASKED | changes).status_code == status


def test_a_charge_is_asked_about(program: Program) -> None:
    asked = {"country": "CL", "act": "FEE", "day": "2026-11-30", "due_date": "2026-11-01", "fee": "90000"}

    unknown = program.post("acts/try", asked).json()
    told = program.post(
        "acts/try", asked | {"overdue": "1185000", "unit_value": "39500", "had_free_notice": True}
    )

    assert (unknown["is_lawful"], [one["id"] for one in unknown["objections"]]) == (False, ["CL-FEE-02"])
    assert (told.json()["fee_cap"], told.json()["is_lawful"]) == ("82950.00", False)
    assert program.post("acts/try", asked | {"country": "ZZ"}).status_code == 404
    assert program.post("acts/try", asked | {"act": "OTHER"}).status_code == 422

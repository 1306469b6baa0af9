"""«Voy a llamar»: the law is asked and a place taken before the call, and the record of the call uses it up."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from puntual.companies.models import Company
from puntual.compliance.types import Flag
from puntual.identity.models import User
from puntual.portfolio.models import Customer
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_point, make_receivable
from tests.flows.test_releasing import Mark, marks
from tests.web.staffers import read, text_of

__all__ = ["marks"]
pytestmark = pytest.mark.feature("N-06")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as found:
        yield found


@pytest.fixture
def ana(company: Company) -> tuple[Customer, str]:
    """Return who owes since five days, and how she is called."""
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - timedelta(days=5))
    return customer, f"CALL:{make_point(customer=customer, value='55 1234 5678', kind='PHONE').pk}"


@pytest.fixture
def client(cast: dict[str, User]) -> Client:
    """Return the browser of a collector."""
    found = Client(headers={"host": "muebles.localhost"})
    found.force_login(cast["collector"])
    return found


def go(client: Client, ana: tuple[Customer, str]) -> HttpResponse:
    customer, way = ana
    return client.post(f"/clientes/{customer.pk}/voy/", {"form_key": str(uuid4()), "way": way})


def record(client: Client, ana: tuple[Customer, str], key: str) -> str:
    data = {"form_key": key, "way": ana[1], "result": "NO_ANSWER", "note": ""}
    return text_of(client.post(f"/clientes/{ana[0].pk}/contacto/", data, follow=True))


def places() -> int:
    return int(read("select count(*) from contacts_reservation")[0][0])


def told() -> object:
    return read("select after ->> 'reserved' from audit_event where action = 'contact-recorded'")


def test_a_call_is_reserved_made_and_recorded(client: Client, ana: tuple[Customer, str]) -> None:
    answer = go(client, ana)
    key = parse_qs(urlsplit(answer["Location"]).query)["lugar"][0]
    shown = text_of(client.get(answer["Location"]))

    assert "apartado hasta el" in shown
    assert f'name="form_key" value="{key}"' in shown
    assert (places(), read("select outcome, moment from compliance_verdict")) == (1, [("ALLOW", "SENDING")])
    assert "No se apartó antes" not in record(client, ana, key)
    assert (places(), told()) == (0, [("true",)])


def test_what_was_not_reserved_is_kept_and_told(client: Client, ana: tuple[Customer, str]) -> None:
    assert "No se apartó antes: cuenta igual" in record(client, ana, str(uuid4()))
    assert told() == [("false",)]


def test_a_call_that_was_not_made_is_let_go_and_one_forgotten_lapses(
    client: Client, ana: tuple[Customer, str], clock: time_machine.Traveller
) -> None:
    address = go(client, ana)["Location"]
    key = parse_qs(urlsplit(address).query)["lugar"][0]
    client.post(f"/clientes/{ana[0].pk}/voy/soltar/", {"lugar": key})
    assert places() == 0
    address = go(client, ana)["Location"]
    clock.shift(timedelta(minutes=31))

    assert "apartado hasta el" not in text_of(client.get(address))


def test_everything_that_objects_is_told_with_the_next_moment(
    client: Client, cast: dict[str, User], ana: tuple[Customer, str], clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=14))
    client.force_login(cast["collector"])

    answer = go(client, ana)

    assert answer.status_code == 422
    assert "Ahora no: se puede desde el" in text_of(answer)
    assert places() == 0


def test_what_the_law_leaves_to_a_person_is_asked_of_one(
    client: Client, ana: tuple[Customer, str], marks: Mark
) -> None:
    marks(flags=frozenset({Flag.HARDSHIP}))

    answer = go(client, ana)

    assert "ya se pidió en Cumplimiento" in text_of(answer)
    assert read("select state, channel, action_id from compliance_review") == [("PENDING", "CALL", None)]

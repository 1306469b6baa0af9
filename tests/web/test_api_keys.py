"""Who may call the API: no key, a wrong one, a revoked one, another company's, one that only reads."""

import shlex
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from puntual.api import docs
from puntual.api.auth import CALLS_PER_MINUTE_MAX
from puntual.api.routes import api
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.db import rows
from puntual.flows import petitions
from puntual.identity import operations as identity
from puntual.identity.models import ApiKey
from puntual.identity.types import Scope
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer
from puntual.rights.types import Kind, NewPetition, Outcome, Way
from tests import factories
from tests.conftest import NOW, TODAY
from tests.web.debtors import OTHER_HOST, browser
from tests.web.programs import Program, make_key, make_program, stranger

READS = (
    "customers", "customers/C1", "receivables", "payments", "promises", "decisions?customer=C1",
    "plans/versions", "plans/versions/1", "plans/versions/1/file", "plans/versions/1/changes",
    "rehearsals", "rehearsals/1",
)  # fmt: skip
WRITES = ("customers", "receivables", "payments", "rehearsals")
UNAUTHORIZED = {
    "code": "unauthorized",
    "message": "Falta la llave de la API, o no es válida. Mándela así: «Authorization: Bearer pk….…».",
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def assert_unauthorized(response: object) -> None:
    assert response.status_code == 401  # type: ignore[attr-defined]
    assert response.json() == UNAUTHORIZED  # type: ignore[attr-defined]
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Puntual"'  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", READS)
def test_nothing_is_read_without_a_key(company: Company, path: str) -> None:
    assert_unauthorized(stranger().get(path))


@pytest.mark.parametrize("path", WRITES)
def test_nothing_is_written_without_a_key(company: Company, path: str) -> None:
    assert_unauthorized(stranger().post(path, {"customers": [{"external_id": "C1", "name": "Uno"}]}))
    assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer pk1234.secret",
        "Basic cGs6eA==",
        "Bearer " + "a" * 300,
        "pk.x",
    ],
)
def test_what_is_no_key_opens_nothing(company: Company, header: str) -> None:
    response = browser().get("/api/v1/customers", headers={"authorization": header})

    assert_unauthorized(response)


def test_a_key_with_another_secret_opens_nothing(company: Company) -> None:
    prefix = make_key().split(".")[0]

    assert_unauthorized(Program(client=browser(), key=f"{prefix}.nada").get("customers"))


def test_a_revoked_key_opens_nothing(company: Company) -> None:
    program = make_program()
    assert program.get("customers").status_code == 200

    identity.revoke_api_key(key_id=ApiKey.objects.get().pk, actor=SYSTEM, at=NOW)

    assert_unauthorized(program.get("customers"))
    assert_unauthorized(program.post("customers", {"customers": [{"external_id": "C1", "name": "Uno"}]}))
    assert Customer.objects.count() == 0


def test_the_key_of_another_company_opens_nothing(company: Company, outsider: Company) -> None:
    factories.make_customer(external_id="C1")
    connection.set_tenant(outsider)
    key = make_key()
    connection.set_tenant(company)

    assert_unauthorized(Program(client=browser(), key=key).get("customers"))
    theirs = Program(client=browser(host=OTHER_HOST), key=key).get("customers")
    assert theirs.status_code == 200
    assert theirs.json() == {"items": [], "next_cursor": ""}


@pytest.mark.parametrize("path", WRITES)
def test_a_key_that_reads_does_not_write(company: Company, path: str) -> None:
    program = make_program(scope=Scope.READ)

    response = program.post(path, {"customers": [{"external_id": "C1", "name": "Uno"}]})

    assert response.status_code == 403
    assert response.json() == {
        "code": "read-only-key",
        "message": "Esta llave solo puede leer. Pida una llave de escritura para mandar datos.",
    }
    assert Customer.objects.count() == 0
    assert program.get("customers").status_code == 200


def test_a_key_remembers_when_it_was_used(company: Company) -> None:
    program = make_program()
    assert ApiKey.objects.get().last_used_at is None

    program.get("customers")

    assert ApiKey.objects.get().last_used_at == NOW


@pytest.mark.parametrize("path", ["nothing", "customer", "customers/C1/x/y", "v2/customers"])
def test_an_unknown_address_or_customer_is_told_in_json(company: Company, path: str) -> None:
    response = make_program().get(path)

    assert response.status_code == 404
    assert response.json()["code"] == "not-found"
    assert response.json()["message"]


def test_a_method_that_is_not_there_is_refused(company: Company) -> None:
    program = make_program()

    response = program.client.delete("/api/v1/customers", headers={"authorization": f"Bearer {program.key}"})

    assert response.status_code == 405
    assert response.json() == {"code": "not-allowed", "message": "Esta dirección no admite esa operación."}
    assert response.headers["Allow"]
    assert sorted(response.headers["Allow"].split(", ")) == ["GET", "POST"]


def test_the_schema_and_its_page_are_open_and_hold_no_data(company: Company) -> None:
    factories.make_customer(name="María Secreta")

    schema = browser().get("/api/v1/openapi.json")
    page = browser().get("/api/v1/docs")

    assert schema.status_code == page.status_code == 200
    assert schema.json()["openapi"].startswith("3.")
    # Which calls there are, and who may make them, stands in the table of routes.
    assert {"/api/v1/customers", "/api/v1/payments", "/api/v1/decisions"} <= set(schema.json()["paths"])
    html = page.content.decode()
    assert "<script" not in html
    assert "style=" not in html
    assert 'src="http' not in html
    assert "María Secreta" not in html
    for call in (
        "GET",
        "POST",
        "/api/v1/payments",
        "curl -s &quot;http://muebles.localhost/api/v1/customers",
    ):
        assert call in html


def test_the_calls_of_the_page_work_when_pasted_in_order(company: Company) -> None:
    program = make_program()
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=NOW)
    # The examples open again what was answered to the customer whom they bring in.
    customer = factories.make_customer(external_id="C000123")
    new = NewPetition("k", customer.pk, Kind.COMPLAINT, Way.CALL, TODAY, "Llamaron de noche.", cause="HOURS")
    told = petitions.open_petition(new=new, country="MX", actor=SYSTEM, today=TODAY, at=NOW)
    petitions.answer_petition(
        petition_id=told.id,
        outcome=Outcome.UNFOUNDED,
        text="Lo revisamos.",
        identity_check=None,
        identity_note="",
        country="MX",
        actor=SYSTEM,
        today=TODAY,
        at=NOW,
    )
    rows.execute("update rights_petition set folio = 'Q-2026-000001'", {})
    # The examples name the first version, the first rehearsal, the first circumstance, the first list.
    rows.execute("update plans_planversion set id = 1", {})
    rows.execute("alter sequence insights_rehearsal_id_seq restart", {})
    rows.execute("alter sequence contacts_circumstance_id_seq restart", {})
    rows.execute("alter sequence contacts_exclusionlist_id_seq restart", {})
    schema = api.get_openapi_schema()
    page = docs.groups(schema=schema, base="http://muebles.localhost", today=TODAY)
    commands = [one.command for group in page for one in group.operations]

    statuses = {}
    for command in commands:
        _curl, _silent, url, *options = shlex.split(command.replace("$PUNTUAL_KEY", program.key))
        headers = dict(option.split(": ", 1) for option in options if ": " in option and option[0] != "{")
        path = url.removeprefix("http://muebles.localhost")
        if "-d" in options:
            body = options[options.index("-d") + 1]
            response = program.client.post(path, body, content_type="application/json", headers=headers)
        else:
            response = program.client.get(path, headers=headers)
        statuses[path] = response.status_code

    assert len(commands) == sum(len(ways) for ways in schema["paths"].values())
    assert set(statuses.values()) <= {200, 201, 202}, statuses
    assert Customer.objects.get().external_id == "C000123"


def test_too_many_calls_of_one_key_wait_for_the_next_minute(company: Company) -> None:
    busy, calm = make_program(), make_program()
    ApiKey.objects.filter(pk=min(ApiKey.objects.values_list("pk", flat=True))).update(
        last_used_at=NOW, calls_in_minute=CALLS_PER_MINUTE_MAX - 1
    )

    answers = [busy.get("customers"), busy.get("customers"), calm.get("customers")]

    assert [one.status_code for one in answers] == [200, 429, 200]
    assert answers[1].json()["code"] == "too-many-calls"
    assert answers[1].headers["Retry-After"] == "60"
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert busy.get("customers").status_code == 200


def test_a_failure_of_ours_is_told_in_json(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_options: object) -> None:
        raise ArithmeticError

    program = make_program()
    program.client.raise_request_exception = False
    monkeypatch.setattr(portfolio, "customer_page", fail)

    response = program.get("customers")

    assert response.status_code == 500
    assert response.json()["code"] == "failed"

"""Data quality over the API and on the command line: the same counts as the page."""

import json
from collections.abc import Iterator

import pytest
import time_machine
from click.testing import CliRunner
from procrastinate.contrib.django.models import ProcrastinateJob

from puntual.cli.main import main
from puntual.companies.models import Company
from puntual.flows import quality
from puntual.identity.types import Scope
from puntual.insights.models import Finding, QualityCheck
from puntual.portfolio.models import Customer
from puntual.worker import tasks
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.web.programs import make_program, stranger


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def faulty(company: Company) -> Customer:
    """Return a customer whose hour nobody knows and whose tax id has a slip."""
    customer = make_customer(tax_id="GODE561231GR9", time_zone="", state="")
    make_receivable(customer=customer, due=TODAY)
    return customer


@pytest.mark.feature("IRR-01")
def test_the_counts_and_the_findings_are_read(faulty: Customer) -> None:
    program = make_program(scope=Scope.READ)
    before = program.get("quality").json()
    quality.check_portfolio(today=TODAY, at=NOW)

    counts = program.get("quality").json()
    first = program.get("quality/findings", limit=1).json()
    second = program.get("quality/findings", limit=1, cursor=first["next_cursor"]).json()

    assert before == {"checked_on": None, "findings": []}
    assert counts["checked_on"] == TODAY.isoformat()
    assert {one["code"]: one["findings"] for one in counts["findings"]} == {
        "time-zone-unknown": 1,
        "tax-id-check-digit": 1,
    }
    codes = {one["items"][0]["code"] for one in (first, second)}
    assert codes == {"time-zone-unknown", "tax-id-check-digit"}
    assert second["next_cursor"] == ""
    assert first["items"][0]["customer"] == faulty.external_id


def test_findings_are_narrowed_by_kind_weight_and_customer(faulty: Customer) -> None:
    program = make_program(scope=Scope.READ)
    quality.check_portfolio(today=TODAY, at=NOW)

    blocking = program.get("quality/findings", severity="BLOCKS").json()["items"]
    nothing = program.get("quality/findings", severity="NOTES", code="time-zone-unknown").json()["items"]
    own = program.get("quality/findings", customer=faulty.external_id).json()["items"]

    assert [one["code"] for one in blocking] == ["time-zone-unknown"]
    assert nothing == []
    assert len(own) == 2
    assert program.get("quality/findings", customer="nadie").status_code == 404
    assert program.get("quality/findings", code="whatever").status_code == 422
    assert stranger().get("quality").status_code == 401


def test_the_command_looks_and_tells(faulty: Customer) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(
            main, ["quality", "--company", "muebles", *arguments], catch_exceptions=False
        )
        assert done.exit_code == 0
        return done.output

    before = run()
    told = run("--check")
    document = json.loads(run("--json"))

    assert "todavía no se ha revisado" in before
    assert "Bloquea: No se sabe la hora del deudor" in told
    assert "Saldo que no se puede cobrar hasta corregir: 1,000.00 MXN, 1 clientes." in told
    assert document["last"]["as_of"] == TODAY.isoformat()
    assert [one["code"] for one in document["findings"]] == ["time-zone-unknown", "tax-id-check-digit"]
    assert document["blocked"] == [{"currency": "MXN", "amount": "1000.00", "customers": 1}]


def test_workers_look_at_the_data(faulty: Customer, company: Company) -> None:
    tasks.check_quality(company=company.schema_name)

    assert QualityCheck.objects.get().as_of == TODAY
    assert Finding.objects.count() == 2


def test_a_day_that_was_decided_is_looked_at_once(company: Company) -> None:
    tasks._begin_day(company=company.schema_name, at=NOW)
    waiting = [job.task_name for job in ProcrastinateJob.objects.all()]
    assert "check_quality" not in waiting

    quality.check_portfolio(today=TODAY, at=NOW)

    assert not quality.is_check_due(today=TODAY)

"""Hoy: what was decided for everybody and why, started once, followed while it works."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob

from puntual.companies.models import Company
from puntual.flows import daily_run
from puntual.identity.models import User
from puntual.plans import operations as plan_writes
from puntual.plans import queries as plans
from puntual.plans.models import PlanVersion, Run, RunChunk
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare
from tests.web.staff import sign_in, words_of

DAY = TODAY.isoformat()


@pytest.fixture(autouse=True)
def monday(company: Company) -> Iterator[None]:
    """Make it ten o'clock of the tests' Monday, with a plan in force and a customer who is late."""
    prepare()
    make_receivable(customer=make_customer(name="Atrasada"), due=TODAY - timedelta(days=3))
    make_receivable(customer=make_customer(name="Sin correo", email=None), due=TODAY - timedelta(days=3))
    make_customer(name="No debe")
    with time_machine.travel(NOW, tick=False):
        yield


def jobs() -> list[tuple[str, dict[str, object]]]:
    """List what waits for a worker."""
    return list(ProcrastinateJob.objects.filter(status="todo").values_list("task_name", "args"))


@pytest.mark.feature("N-01")
def test_a_run_shows_every_step_with_reasons_that_open_their_customers(cast: dict[str, User]) -> None:
    daily_run.run_day(today=TODAY, at=NOW)
    client = sign_in(cast["auditor"])

    page = client.get("/hoy/")

    said = words_of(page)
    assert "Clientes decididos 3" in said
    assert "Decisiones 42" in said
    assert "Primer aviso, cordial" in said
    assert "No hay un medio de contacto para este canal. Falta un dato necesario" in said
    assert "X-DATA-01" not in said
    assert "ya se hizo, ya se hizo" not in said
    block = next(one for one in page.context["blocks"] if one.name == "Primer aviso, cordial")
    assert block.total == 3
    assert {(line.outcome, line.times) for line in block.lines} == {
        ("ACT", 1),
        ("BLOCKED", 1),
        ("SKIPPED", 1),
    }
    for line in block.lines:
        rows = client.get(line.url).context["rows"]
        assert len(rows) == line.times
    blocked = next(line for line in block.lines if line.outcome == "BLOCKED")
    assert "Sin correo" in words_of(client.get(blocked.url))


def test_actions_by_step_channel_and_state(cast: dict[str, User]) -> None:
    daily_run.run_day(today=TODAY, at=NOW)

    page = sign_in(cast["supervisor"]).get("/hoy/acciones/")

    (line,) = page.context["lines"]
    assert (line.name, line.channel, line.states, line.total) == (
        "Primer aviso, cordial", "EMAIL", (0, 1, 0, 0, 0, 0), 1,
    )  # fmt: skip
    assert page.context["totals"] == [0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "page", ["/hoy/corridas/ayer/", "/hoy/decisiones/2026-99-01/", "/hoy/acciones/?dia=x"]
)
def test_a_day_that_is_no_day_is_not_found(cast: dict[str, User], page: str) -> None:
    assert sign_in(cast["owner"]).get(page).status_code == 404


def test_odd_questions_are_answered_quietly(cast: dict[str, User]) -> None:
    daily_run.run_day(today=TODAY, at=NOW)

    for asked in ("step=²", "after=-1", "step=999&after=9", "outcome=NADA", "step=" + "9" * 30):
        assert sign_in(cast["owner"]).get(f"/hoy/decisiones/{DAY}/?{asked}").status_code == 200, asked
    assert sign_in(cast["owner"]).get(f"/hoy/decisiones/{DAY}/?reasons=%00").status_code == 400


def test_a_company_without_a_run_is_offered_one(cast: dict[str, User]) -> None:
    assert "Correr hoy" in words_of(sign_in(cast["manager"]).get("/hoy/"))
    assert "Correr hoy" not in words_of(sign_in(cast["supervisor"]).get("/hoy/"))


def test_today_is_handed_over_once(cast: dict[str, User]) -> None:
    client = sign_in(cast["manager"])

    first = client.post("/hoy/correr/", follow=True)
    second = client.post("/hoy/correr/", follow=True)

    assert jobs() == [("run_daily", {"company": "muebles"})]
    assert "La corrida está por empezar" in words_of(first)
    assert "ya está en curso" not in words_of(first)
    assert "La corrida de hoy ya está en curso: no hace falta pedirla otra vez." in words_of(second)
    assert not Run.objects.exists()


def test_without_a_plan_nothing_is_handed_over(cast: dict[str, User]) -> None:
    PlanVersion.objects.update(state="RETIRED")

    said = words_of(sign_in(cast["manager"]).post("/hoy/correr/", follow=True))

    assert "No hay un plan activo." in said
    assert jobs() == []


def test_the_page_follows_a_run_until_it_ends(cast: dict[str, User]) -> None:
    client = sign_in(cast["manager"])
    client.post("/hoy/correr/")
    waiting = client.get(f"/hoy/avance/{DAY}/")
    daily_run.run_day(today=TODAY, at=NOW)
    Run.objects.update(state="RUNNING")
    RunChunk.objects.update(customers=1)
    planned = RunChunk.objects.get()
    RunChunk.objects.create(
        run=planned.run, after=planned.up_to, up_to=planned.up_to + 2, customers=2, known_at=NOW, done_at=None
    )

    working = client.get(f"/hoy/avance/{DAY}/")

    assert "HX-Refresh" not in waiting.headers
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    assert "1 de 3 clientes decididos" in words_of(working)


def test_when_nothing_is_under_way_the_page_is_shown_again(cast: dict[str, User]) -> None:
    daily_run.run_day(today=TODAY, at=NOW)

    answer = sign_in(cast["manager"]).get(f"/hoy/avance/{DAY}/")

    assert answer.headers["HX-Refresh"] == "true"
    assert "hx-get" not in answer.content.decode()


def test_after_the_run_only_newcomers_are_left_to_decide(cast: dict[str, User]) -> None:
    daily_run.run_day(today=TODAY, at=NOW)

    said = words_of(sign_in(cast["manager"]).get("/hoy/"))

    assert "Decidir a los que llegaron después" in said
    assert "Terminada" in said


def test_each_line_opens_exactly_its_customers(cast: dict[str, User]) -> None:
    # Two ways to be refused for the same step, told apart by all of their reasons.
    for _number in range(3):
        customer = make_customer(email=None, time_zone="", state="")
        make_receivable(customer=customer, due=TODAY - timedelta(days=3))
    daily_run.run_day(today=TODAY, at=NOW)
    client = sign_in(cast["auditor"])

    lines = [line for block in client.get("/hoy/").context["blocks"] for line in block.lines]

    assert sum(line.times for line in lines) == 6 * 14
    assert [len(client.get(line.url).context["rows"]) for line in lines] == [line.times for line in lines]


@pytest.mark.parametrize("query", ["outcome=NADA", "reasons=nada", "reasons=X'--,%20", "step=x", "after=-1"])
def test_what_is_no_outcome_or_reason_counts_as_not_asked(cast: dict[str, User], query: str) -> None:
    daily_run.run_day(today=TODAY, at=NOW)
    client = sign_in(cast["owner"])

    page = client.get(f"/hoy/decisiones/{DAY}/?{query}")

    assert page.status_code == 200
    assert page.context["rows"] == client.get(f"/hoy/decisiones/{DAY}/").context["rows"] != []


def test_a_plan_that_is_over_says_so_and_starts_no_run(cast: dict[str, User]) -> None:
    client = sign_in(cast["manager"])
    text = plans.shipped_text(key="facturas-mx")
    plan_writes.adopt_plan(text=text.replace("clave: ", "vigente_hasta: 2026-11-22\nclave: ", 1), at=NOW)

    page = client.get("/hoy/")
    answer = client.post("/hoy/correr/", follow=True)

    said = "fue vigente hasta el domingo, 22 de noviembre de 2026: ponga en vigor otra versión."
    assert said in words_of(page)
    assert said in words_of(answer)
    assert jobs() == []

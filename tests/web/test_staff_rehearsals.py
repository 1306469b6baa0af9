"""Plan › Simular: what is tried, followed while it works, and told when it is done."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.flows import daily_run, governing, rehearsal
from puntual.flows.run_helpers import WORKERS_MAX
from puntual.identity.models import User
from puntual.insights.models import Rehearsal
from puntual.plans import queries as plans
from puntual.plans.models import PlanVersion
from puntual.worker import tasks
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare
from tests.web.staff import sign_in, words_of


@pytest.fixture(autouse=True)
def monday(company: Company) -> Iterator[None]:
    """Make it ten o'clock of the tests' Monday, with a plan in force and a customer who is late."""
    prepare()
    make_receivable(customer=make_customer(name="=Atrasada"), due=TODAY - timedelta(days=3))
    make_receivable(customer=make_customer(name="Sin correo", email=None), due=TODAY - timedelta(days=3))
    with time_machine.travel(NOW, tick=False):
        yield


def ask(user: User, **fields: str) -> int:
    """Ask for something to be tried, and return its number."""
    version = str(PlanVersion.objects.get(state="ACTIVE").pk)
    answer = sign_in(user).post("/plan/simular/", {"version": version, **fields})
    assert answer.status_code == 302, words_of(answer)
    return int(answer["Location"].rstrip("/").split("/")[-1])


def work() -> None:
    """Do what a worker does with all that waits."""
    for one in Rehearsal.objects.filter(state="WAITING"):
        rehearsal.carry_out(rehearsal_id=one.pk, today=TODAY, at=NOW, processes=1)


@pytest.mark.feature("N-02")
def test_a_preview_is_asked_followed_and_read(cast: dict[str, User]) -> None:
    number = ask(cast["manager"], kind="PREVIEW")

    job = ProcrastinateJob.objects.get(task_name="rehearse")
    assert job.args == {"company": "muebles", "rehearsal_id": number}
    page = sign_in(cast["auditor"]).get(f"/plan/simular/{number}/")
    assert "Simulando" in words_of(page)
    work()
    page = sign_in(cast["auditor"]).get(f"/plan/simular/{number}/")
    told = words_of(page)
    assert "Primer aviso, cordial" in told
    assert "No hay un medio de contacto para este canal" in told
    assert "Simular de nuevo" not in told


def test_the_calendar_and_a_replay_have_their_pages_and_workbooks(cast: dict[str, User]) -> None:
    daily_run.run_day(today=TODAY - timedelta(days=1), at=NOW - timedelta(days=1))
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    calendar = ask(cast["manager"], kind="CALENDAR")
    replay = ask(cast["manager"], kind="REPLAY", first=yesterday, last=yesterday)
    work()
    client = sign_in(cast["manager"])

    told = words_of(client.get(f"/plan/simular/{calendar}/"))
    assert "Si nadie paga" in told
    assert "Se supone que nadie paga" in told
    told = words_of(client.get(f"/plan/simular/{replay}/"))
    assert "Es la versión que de verdad decidió esos días" in told
    assert "No se sabe cómo habrían respondido los deudores" in told
    answer = client.get(f"/plan/simular/{replay}/excel/")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names[:3] == ["Resumen", "Días", "Canales"]
    facts = {row[0]: row[1] for row in book.get_sheet_by_name("Resumen").to_python()}
    assert facts["Decisiones distintas"] == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "REPLAY", "first": "2026-11-20", "last": "2026-11-10"},
        {"kind": "REPLAY", "first": "", "last": ""},
        {"kind": "REPLAY", "first": "2026-11-20", "last": "2026-12-20"},
        {"kind": "TODO"},
        {"kind": "PREVIEW", "version": "999999"},
    ],
)
def test_what_cannot_be_tried_is_told_and_nothing_kept(cast: dict[str, User], fields: dict[str, str]) -> None:
    version = str(PlanVersion.objects.get(state="ACTIVE").pk)

    answer = sign_in(cast["manager"]).post("/plan/simular/", {"version": version, **fields})

    assert answer.status_code == 422
    assert not Rehearsal.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="rehearse").exists()


def test_who_may_not_edit_plans_reads_and_asks_for_nothing(cast: dict[str, User]) -> None:
    client = sign_in(cast["supervisor"])

    assert "Probar una versión" not in words_of(client.get("/plan/simular/"))
    assert client.post("/plan/simular/", {"kind": "PREVIEW"}).status_code == 403
    assert client.post("/plan/ensayo/0/").status_code == 403
    assert not Rehearsal.objects.exists()


def test_what_was_lost_may_be_asked_for_again(cast: dict[str, User]) -> None:
    number = ask(cast["manager"], kind="PREVIEW")
    ProcrastinateJob.objects.filter(task_name="rehearse").update(status="failed")
    client = sign_in(cast["manager"])

    assert "La simulación no terminó" in words_of(client.get(f"/plan/simular/{number}/"))
    again = client.post(f"/plan/simular/{number}/repetir/")

    assert again.status_code == 302
    assert Rehearsal.objects.filter(kind="PREVIEW").count() == 2


def test_the_customer_page_tells_the_coming_days(cast: dict[str, User]) -> None:
    customer = make_customer(name="Por vencer")
    make_receivable(customer=customer, due=TODAY + timedelta(days=7))

    told = words_of(sign_in(cast["collector"]).get(f"/clientes/{customer.pk}/proximos-pasos/"))

    assert "Recordatorio una semana antes" in told
    assert "Recordatorio el día del vencimiento" in told
    assert "si no paga ni promete" in told


def test_a_draft_with_faults_is_refused_in_words(cast: dict[str, User]) -> None:
    text = plans.shipped_text(key="facturas-mx").replace("ancla: atraso", "ancla: ayer", 1)
    actor = Actor(kind=ActorKind.STAFF, id=cast["manager"].pk, label="Gerente")
    version_id = governing.save_draft(text=text, reason="", replaces=False, actor=actor, at=NOW)
    client = sign_in(cast["manager"])

    told = words_of(client.post("/plan/simular/", {"kind": "PREVIEW", "version": str(version_id)}))

    assert "«ayer» no es un valor de «ancla»" in told
    assert not Rehearsal.objects.exists()


def test_a_rehearsal_takes_no_more_processes_than_a_daily_run(
    cast: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    monkeypatch.setattr(rehearsal, "carry_out", lambda **asked: taken.append(asked["processes"]))

    tasks.rehearse(company="muebles", rehearsal_id=1)

    assert taken == [WORKERS_MAX]

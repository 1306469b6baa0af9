"""A worker finds what is to do for every company, does it, and takes over what a dead one left."""

import logging
from collections.abc import Iterator
from datetime import date, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from structlog.testing import capture_logs

from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.contacts.models import ContactPoint
from puntual.contacts.types import ListKind
from puntual.demo import mailserver
from puntual.flows import dispatch, exclusions, petitions
from puntual.outreach.models import Message
from puntual.plans.models import Run
from puntual.rights.types import IdentityCheck, Kind, NewPetition, Outcome, Way
from puntual.worker import tasks
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import make_message, prepare
from tests.smtp_server import serving


@pytest.fixture
def mailbox(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Serve a mailbox as the installation's mail server."""
    with serving(mailserver.FolderHandler(folder=tmp_path)) as port:
        settings.EMAIL_SERVER = {
            "host": "127.0.0.1",
            "port": port,
            "user": "",
            "password": "",
            "tls": "none",
        }
        yield tmp_path


@pytest.fixture
def day(now: datetime) -> Iterator[None]:
    """Make the clock of the worker show the moment of the tests."""
    with time_machine.travel(now, tick=True):
        yield


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], Any]:
    """Keep the worker from doing anything by itself at its hours; return what it would have done."""
    planned = app.periodic_registry.periodic_tasks
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    return dict(planned)


def work() -> None:
    """Run workers until nothing waits: one ends when it finds nothing, though a job of its own may hand over more."""
    for _round in range(5):
        if not ProcrastinateJob.objects.filter(status="todo").exists():
            return
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
            worker.run_worker(wait=False, concurrency=2, install_signal_handlers=False, listen_notify=False)
    raise AssertionError("the queue never came to its end")


def statuses(task: str) -> list[str]:
    return list(
        ProcrastinateJob.objects.filter(task_name=task).order_by("id").values_list("status", flat=True)
    )


def hand_over(task: str, **arguments: object) -> None:
    app.configure_task(name=task).defer(**arguments)  # type: ignore[arg-type]


def test_what_a_worker_does_by_itself(calm: dict[tuple[str, str], Any]) -> None:
    assert {name: one.cron for (name, _id), one in calm.items()} == {
        "each_minute": "* * * * *",
        "each_ten_minutes": "*/10 * * * *",
        "each_night": "40 3 * * *",
        "retry_stalled": "* * * * *",
        "forget_old_jobs": "17 3 * * *",
    }


def test_a_job_handed_over_from_a_company_commits_with_its_data(company: Company, now: datetime) -> None:
    hand_over("dispatch_messages", company="muebles")

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from public.procrastinate_jobs where args ->> 'company' = 'muebles'")
        assert cursor.fetchone() == (1,)


@pytest.mark.usefixtures("day")
def test_a_minute_sends_what_is_due_of_every_company(
    committed_company: Company, mailbox: Path, now: datetime
) -> None:
    for schema in ("muebles", "ferreteria"):
        told = {
            "email": f"cobranza@{schema}.example",
            "address": "Av. Ejemplo 100, Ciudad de México",
            "complaint_contact": f"quejas@{schema}.example",
            "bank_account": "002010077777777771",
        }
        companies.update_company(schema_name=schema, settings=told)
        with companies.in_company(schema_name=schema):
            prepare()
            for _ in range(3):
                customer = make_customer()
                make_receivable(customer=customer, due=now.date())
                make_message(customer=customer, template="reminder-due-today", purpose="REMINDER")

    hand_over("each_minute", timestamp=0)
    work()

    lines = mailserver.list_messages(folder=mailbox)
    assert sorted(line.sender for line in lines) == sorted(
        ["Ferretería Otra <cobranza@ferreteria.example>"] * 3
        + ["Muebles del Valle <cobranza@muebles.example>"] * 3
    )
    assert set(Message.objects.values_list("state", flat=True)) == {"SENT"}
    assert statuses("dispatch_messages") == ["succeeded"] * 2 * dispatch.LANES


def test_work_that_waits_is_not_queued_again(committed_company: Company) -> None:
    hand_over("each_minute", timestamp=0)
    tasks.each_minute(timestamp=0)

    tasks.each_minute(timestamp=60)

    assert statuses("dispatch_messages") == ["todo"] * 2 * dispatch.LANES


@pytest.mark.parametrize(
    ("_case", "moment", "runs"),
    [("before six", "2026-11-23T11:59:00+00:00", 0), ("at six", "2026-11-23T12:00:00+00:00", 1)],
)
def test_the_day_begins_at_six_local_and_is_decided_once(
    committed_company: Company, _case: str, moment: str, runs: int
) -> None:
    companies.erase_company(schema_name="ferreteria")
    connection.set_tenant(committed_company)
    prepare()
    make_receivable(customer=make_customer(), due=datetime.fromisoformat(moment).date())

    with time_machine.travel(moment, tick=True):
        for _ in range(2):
            hand_over("each_ten_minutes", timestamp=0)
            work()

    assert list(Run.objects.values_list("state", flat=True)) == ["DONE"] * runs
    assert len(statuses("run_daily")) == runs


def test_jobs_of_a_dead_worker_are_done_by_the_next(committed_company: Company) -> None:
    tasks.each_minute(timestamp=0)
    with connection.cursor() as cursor:
        # The first job was begun by a worker that is gone; the second as well, and is queued again already.
        cursor.execute(
            "update public.procrastinate_jobs set status = 'doing', worker_id = null "
            "where id in (select id from public.procrastinate_jobs order by id limit 2)"
        )
        cursor.execute(
            "update public.procrastinate_jobs set queueing_lock = 'dispatch:muebles:1' "
            "where id = (select max(id) from public.procrastinate_jobs where status = 'todo')"
        )

    async_to_sync(tasks.retry_stalled.func)(timestamp=0)

    assert statuses("dispatch_messages") == ["todo", "failed", "todo", "todo"]
    work()
    assert statuses("dispatch_messages") == ["succeeded", "failed", "succeeded", "succeeded"]


@pytest.mark.usefixtures("day")
def test_a_refusal_is_a_normal_end_and_is_logged(
    committed_company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        hand_over("run_daily", company="no-existe")
        hand_over("apply_import", company="muebles", import_id=10**9, user_id=1, user_name="Ana")
        work()

    assert statuses("run_daily") == statuses("apply_import") == ["succeeded"]


def test_without_a_mail_server_messages_wait(
    committed_company: Company, settings: Any, now: datetime
) -> None:
    settings.EMAIL_SERVER = None
    prepare()
    make_message(customer=make_customer())

    tasks.dispatch_messages(company="muebles")

    assert Message.objects.get().state == "QUEUED"


def test_what_goes_wrong_with_one_company_stops_no_other(
    committed_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    Company.objects.filter(schema_name="muebles").update(time_zone="America/Xalapa")
    handed: list[str] = []
    make_customer()
    with companies.in_company(schema_name="ferreteria"):
        prepare()
        make_customer()
    hand_over_one = tasks._hand_over

    def fail_for_one(*, company: str, **arguments: Any) -> None:
        if company == "muebles":
            raise RuntimeError("no")
        handed.append(arguments["task"])
        hand_over_one(company=company, **arguments)

    monkeypatch.setattr(tasks, "_hand_over", fail_for_one)

    with time_machine.travel("2026-11-23T16:00:00+00:00", tick=True), capture_logs() as lines:
        tasks.each_ten_minutes(timestamp=0)
        tasks.each_minute(timestamp=0)

    assert handed == ["run_daily", *["dispatch_messages"] * dispatch.LANES]
    failed = [(line["task"], line["company"]) for line in lines if line["event"] == "company-failed"]
    assert failed == [("each_ten_minutes", "muebles"), ("each_minute", "muebles")]


def test_the_worker_sends_granted_data_with_their_answer(
    committed_company: Company, mailbox: Path, day: None, now: datetime, today: date
) -> None:
    prepare()
    customer = make_customer(email="ximena@correo.example")
    ContactPoint.objects.update(state="VERIFIED")
    asked = NewPetition("k1", customer.pk, Kind.ACCESS, Way.EMAIL, today, "Quiero mis datos.")
    one = petitions.open_petition(new=asked, country="MX", actor=SYSTEM, today=today, at=now)
    petitions.answer_petition(
        petition_id=one.id,
        outcome=Outcome.GRANTED,
        text="Esta es nuestra respuesta.",
        identity_check=IdentityCheck.DOCUMENT,
        identity_note="",
        country="MX",
        actor=SYSTEM,
        today=today,
        at=now,
    )

    tasks.dispatch_messages(company="muebles")

    (letter,) = mailbox.rglob("*.eml")
    names = [part.get_filename() for part in message_from_bytes(letter.read_bytes()).walk()]
    assert [name for name in names if name] == [f"{one.folio}.pdf", f"{one.folio}.json"]


def test_each_night_counts_whom_the_lists_are_about(
    committed_company: Company, day: None, now: datetime
) -> None:
    list_id = exclusions.take_values(
        values=["ximena@correo.example"],
        name="REPEP",
        kind=ListKind.OWN,
        from_date=now.date(),
        until_date=None,
        actor=SYSTEM,
        country="MX",
        at=now,
    ).list_id
    make_customer(email="ximena@correo.example")

    tasks.each_night(timestamp=0)

    with companies.in_company(schema_name="muebles"):
        assert exclusions.preview(list_id=list_id, today=now.date()).customers == 1

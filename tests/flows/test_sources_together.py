"""Visits that are killed or meet, on real commits: every file counts once. And the worker that makes them."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from click.testing import CliRunner, Result
from django.conf import LazySettings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from puntual.audit.types import SYSTEM
from puntual.cli.main import main
from puntual.companies.models import Company
from puntual.flows import sources
from puntual.intake.models import Import
from puntual.intake.types import ImportState
from puntual.portfolio.models import LedgerEntry, Receivable
from puntual.sources.models import Delivery, Run, Source
from puntual.sources.types import DeliveryState, NewSource, RunState
from puntual.worker import tasks
from tests.committed import together
from tests.conftest import NOW, TODAY
from tests.feeds.arms import Debt, write_file

FILES = 3
PROGRAM = """
import os, signal, sys
import django
django.setup()
from datetime import date, datetime
from django.db import connection
from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.flows import sources

left = int(sys.argv[2])

def count(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

with companies.in_company(schema_name="muebles"), connection.execute_wrapper(count):
    sources.pull_source(
        source_id=int(sys.argv[1]), actor=SYSTEM, today=date.fromisoformat(sys.argv[3]),
        at=datetime.fromisoformat(sys.argv[4]),
    )
print("statements", int(sys.argv[2]) - left)
"""


@pytest.fixture
def place(tmp_path: Path, settings: LazySettings) -> Path:
    settings.SOURCE_FOLDERS = str(tmp_path)
    (tmp_path / "muebles").mkdir()
    return tmp_path / "muebles"


def fill(place: Path) -> None:
    for number in range(FILES):
        debts = [Debt(10 * number + one, amount=Decimal("100.00")) for one in range(4)]
        write_file(place / f"cartera-{number}.csv", debts, at=NOW - timedelta(hours=9 - number))


def add(*, after: str = "MOVE") -> int:
    given = {"quiet_seconds": "60", "after": after}
    draft = NewSource(name="ERP", connector="FOLDER", settings=given)
    return sources.save_source(source_id=None, draft=draft, actor=SYSTEM, at=NOW)


def pull(source_id: int) -> sources.PullResult:
    return sources.pull_source(source_id=source_id, actor=SYSTEM, today=TODAY, at=NOW)


def written() -> tuple[int, ...]:
    return Receivable.objects.count(), LedgerEntry.objects.count()


def run_as_process(source_id: int, place: Path, *, dies_at: int) -> subprocess.CompletedProcess[str]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            PROGRAM,
            str(source_id),
            str(dies_at),
            str(TODAY),
            NOW.isoformat(),
        ],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "puntual.config.settings",
            "PUNTUAL_FOLDERS": str(place.parent),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.feature("INT-01")
@pytest.mark.parametrize("after", ["MOVE", "LEAVE"])
def test_killed_anywhere_every_file_counts_once(
    committed_company: Company, tmp_path: Path, place: Path, after: str
) -> None:
    fill(place)
    source_id = add(after=after)
    draw = random.Random(20261123)
    deaths = 0

    # About a hundred statements make one file: deaths in fetching, keeping, applying and closing.
    for _kill in range(6):
        died = run_as_process(source_id, place, dies_at=draw.randint(3, 130))
        if died.returncode == -signal.SIGKILL:
            deaths += 1
            continue
        assert died.returncode == 0, died.stderr
        break
    last = run_as_process(source_id, place, dies_at=10**6)
    assert last.returncode == 0, last.stderr
    connection.close()
    connection.set_tenant(committed_company)

    assert deaths >= 1
    assert written() == (4 * FILES, 4 * FILES)
    assert Import.objects.count() == FILES
    assert set(Import.objects.values_list("state", flat=True)) == {ImportState.APPLIED}
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.APPLIED}
    assert set(Run.objects.values_list("state", flat=True)) <= {RunState.DONE, RunState.STOPPED}
    assert pull(source_id).deliveries == 0
    left = sorted(path.name for path in place.iterdir() if path.is_file())
    assert left == ([] if after == "MOVE" else [f"cartera-{number}.csv" for number in range(FILES)])


def test_two_visits_at_once_are_one(committed_company: Company, place: Path) -> None:
    fill(place)
    source_id = add()

    def visit() -> str:
        try:
            return pull(source_id).state
        except sources.SourceBusy:
            return "BUSY"

    hands = together(company=committed_company, works=[visit, visit])

    assert {hand.finish() for hand in hands} <= {RunState.DONE, "BUSY"}
    assert written() == (4 * FILES, 4 * FILES)
    assert Import.objects.count() == FILES


def test_a_source_that_is_being_pulled_is_not_removed(
    committed_company: Company, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(place)
    source_id = add()
    refused: list[str] = []
    keep = sources.pulling.intake.keep_file

    def remove_meanwhile(**given: object) -> int:
        def remove() -> None:
            sources.remove_source(source_id=source_id, actor=SYSTEM, at=NOW)

        (hand,) = together(company=committed_company, works=[remove])
        refused.append(type(hand.error).__name__)
        return keep(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(sources.pulling.intake, "keep_file", remove_meanwhile)
    pull(source_id)

    assert refused == ["SourceBusy"] * FILES
    assert Source.objects.count() == 1


def test_a_minute_hands_over_the_sources_that_are_due_once(committed_company: Company, place: Path) -> None:
    source_id = add()
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        tasks.each_minute(timestamp=0)
        tasks.each_minute(timestamp=60)

    jobs = ProcrastinateJob.objects.filter(task_name="pull_source")
    assert [(job.args, job.queueing_lock) for job in jobs] == [
        ({"company": "muebles", "source_id": source_id}, f"source:muebles:{source_id}")
    ]


def test_a_worker_brings_in_what_is_new(committed_company: Company, place: Path) -> None:
    fill(place)
    source_id = add()

    with time_machine.travel(NOW, tick=False):
        tasks.pull_source(company="muebles", source_id=source_id, user_id=7, user_name="Marta")
        tasks.pull_source(company="muebles", source_id=999_999)

    connection.set_tenant(committed_company)
    assert written() == (4 * FILES, 4 * FILES)
    assert Run.objects.get().actor_label == "Marta"


Puntual = Callable[..., Result]


@pytest.fixture
def puntual(company: Company) -> Puntual:
    """Run a command in the test's database at the test's moment."""

    def run(*arguments: str) -> Result:
        with time_machine.travel(NOW, tick=False):
            return CliRunner().invoke(main, ["source", *arguments], catch_exceptions=False)

    return run


OWN = ("--company", "muebles", "--json")


def test_a_source_is_added_checked_pulled_paused_and_removed_by_command(
    puntual: Puntual, place: Path
) -> None:
    fill(place)

    added = puntual(
        "add", "ERP", "--connector", "folder", "--set", "pattern=*.csv", "--minutes", "15", "--check", *OWN
    )
    listed = puntual("list", *OWN)
    checked = puntual("check", "ERP", *OWN)
    pulled = puntual("pull", "ERP", *OWN)
    again = puntual("pull", "ERP", "--company", "muebles")
    paused = puntual("pause", "ERP", *OWN)
    resumed = puntual("resume", "ERP", *OWN)
    removed = puntual("remove", "ERP", *OWN)

    assert json.loads(added.stdout)["check"] == "La carpeta se puede leer; archivos por tomar: 3."
    (card,) = json.loads(listed.stdout)
    assert (card["name"], card["connector"], card["health"], card["schedule_minutes"]) == (
        "ERP",
        "FOLDER",
        "NEW",
        15,
    )
    assert json.loads(checked.stdout)["check"].endswith("por tomar: 3.")
    result = json.loads(pulled.stdout)
    assert (result["state"], result["deliveries"], result["rows_accepted"]) == ("DONE", 3, 12)
    assert again.stdout.strip() == "No hay nada nuevo."
    assert json.loads(paused.stdout)["is_active"] is False
    assert json.loads(resumed.stdout)["is_active"] is True
    assert json.loads(removed.stdout) == {"removed": "ERP"}
    assert not Source.objects.exists()
    assert written() == (12, 12)


def test_a_visit_that_waits_or_fails_says_so_by_its_exit_code(puntual: Puntual, place: Path) -> None:
    rows = "Cliente,Nombre,Folio,Vencimiento,Importe\n7,Siete,F-7,03/04/2026,100.00\n8,Ocho,F-8,05/06/2026,50.00\n"
    (place / "dudosa.csv").write_text(rows)
    os.utime(place / "dudosa.csv", (NOW.timestamp() - 9000,) * 2)
    puntual("add", "ERP", "--connector", "FOLDER", *OWN)
    puntual("add", "Otra", "--connector", "FOLDER", "--set", "folder=falta", *OWN)

    waits, fails = puntual("pull", "ERP", *OWN), puntual("pull", "Otra", *OWN)

    assert (waits.exit_code, json.loads(waits.stdout)["state"]) == (2, "WAITING")
    assert (fails.exit_code, json.loads(fails.stdout)["error"]) == (1, "No existe la carpeta «falta».")
    assert "espera a una persona: dudosa.csv" in puntual("list", "--company", "muebles").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "ERP", "--connector", "FTP"), "unable-to-fetch"),
        (("add", "ERP", "--connector", "FOLDER", "--set", "folder"), "unclear-setting"),
        (("add", "ERP", "--connector", "FOLDER", "--set", "folder=/etc"), "unable-to-fetch"),
        (("add", "ERP", "--connector", "FOLDER", "--set", "folder=falta", "--check"), "unable-to-fetch"),
        (("pull", "Nadie"), "not-found"),
        (("remove", "Nadie"), "not-found"),
    ],
)
def test_a_command_that_cannot_be_done_is_refused(
    puntual: Puntual, place: Path, arguments: tuple[str, ...], code: str
) -> None:
    result = puntual(*arguments, *OWN)

    assert result.exit_code == 1
    assert json.loads(result.stderr)["error"]["code"] == code
    assert not Source.objects.exists()


def test_every_connector_says_what_it_must_be_told(puntual: Puntual) -> None:
    told = json.loads(puntual("connectors", *OWN).stdout)

    assert {one["connector"] for one in told} == {"FOLDER", "SFTP", "SQL", "ODOO"}
    assert all(one["secret_variable"] == "PUNTUAL_SOURCE__MUEBLES__" for one in told)
    assert "host_key: Huella de la llave del servidor" in puntual("connectors", "--company", "muebles").stdout

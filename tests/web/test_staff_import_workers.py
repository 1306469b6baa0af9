"""Cartera › Importar when a worker dies in the middle: its page says so, and the next worker finishes the file."""

import os
import random
import signal
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from puntual.companies.models import Company
from puntual.identity.models import User
from puntual.intake.models import Import, ImportRow
from puntual.payments.models import Payment
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from puntual.staff.views import imports as pages
from puntual.worker import tasks
from tests.unit.intake.files import SIMPLE_HEADERS, csv_bytes, simple_row
from tests.web.debtors import Browser
from tests.web.loads import upload
from tests.web.staff import sign_in, words_of

ROWS = 40
# A worker of its own that works off the queue and is killed at one statement of its task.
_WORKER = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from procrastinate.contrib.django import app
from puntual.worker import tasks

left = int(sys.argv[1])
work = tasks._work

def count(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

def counted(**given):
    with connection.execute_wrapper(count):
        work(**given)

tasks._work = counted
app.periodic_registry.periodic_tasks = {}
with app.replace_connector(app.connector.get_worker_connector()) as worker:
    worker.run_worker(wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False)
print(int(sys.argv[1]) - left)
"""


def run_worker(*, dies_at: int) -> subprocess.CompletedProcess[str]:
    """Let a worker of its own do what waits, until its task's statement of that number kills it."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _WORKER, str(dies_at)],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "puntual.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


def finish_as_the_next_worker(company: Company) -> None:
    """Let the next worker do what waits, to its end."""
    done = run_worker(dies_at=10**6)
    assert done.returncode == 0, done.stderr
    connection.set_tenant(company)


def fall_silent() -> None:
    """Let a minute pass in which the dead worker gave no sign of life."""
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'")


def stored() -> tuple[int, ...]:
    """Count what an import writes."""
    return tuple(table.objects.count() for table in (Customer, Receivable, LedgerEntry, Payment, ImportRow))


WHOLE = (ROWS, ROWS, ROWS, 0, 0)
NOTHING = (0, 0, 0, 0, 0)


@pytest.fixture
def manager(committed_company: Company) -> Browser:
    """Return the browser of somebody who may import."""
    return sign_in(User.objects.get(email="manager@muebles.example"))


def send(manager: Browser, company: Company) -> str:
    """Upload the file and return the address of its page."""
    upload(manager, csv_bytes(SIMPLE_HEADERS, [simple_row(number) for number in range(ROWS)]))
    connection.set_tenant(company)
    return f"/cartera/importar/{Import.objects.get().pk}/"


def jobs(task: str) -> list[str]:
    """List where the jobs of a task stand."""
    return list(ProcrastinateJob.objects.filter(task_name=task).values_list("status", flat=True))


@pytest.mark.feature("INT-07")
@pytest.mark.parametrize("statement", [2, 6, 12, 20, 30, 44])
def test_a_worker_killed_while_reading_is_told_and_the_next_one_finishes(
    committed_company: Company, manager: Browser, statement: int
) -> None:
    url = send(manager, committed_company)

    killed = run_worker(dies_at=statement)

    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    connection.set_tenant(committed_company)
    assert jobs("preview_import") == ["doing"]
    # As long as the dead worker may still live nothing is claimed of it.
    assert "Leyendo el archivo" in words_of(manager.get(url))
    fall_silent()
    said = words_of(manager.get(url))
    assert "La lectura se interrumpió" in said
    assert "otro proceso lo lee de nuevo" in said
    waiting = manager.get(f"{url}avance/")
    assert "HX-Refresh" not in waiting.headers
    assert f'hx-get="{url}avance/"' in waiting.content.decode()

    async_to_sync(tasks.retry_stalled.func)(timestamp=0)

    assert "En espera de lectura" in words_of(manager.get(url))
    finish_as_the_next_worker(committed_company)
    assert manager.get(f"{url}avance/").headers["HX-Refresh"] == "true"
    assert f"Cargar {ROWS} filas" in words_of(manager.get(url))
    connection.set_tenant(committed_company)
    assert jobs("preview_import") == ["succeeded"]
    assert Import.objects.get().state == "PREVIEWED"
    assert stored() == NOTHING


@pytest.mark.parametrize("seed", range(3))
def test_a_worker_killed_while_loading_is_told_and_the_next_one_finishes(
    committed_company: Company, manager: Browser, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(pages, "_ROWS_AT_ONCE", 1)
    url = send(manager, committed_company)
    finish_as_the_next_worker(committed_company)
    manager.post(f"{url}cargar/")

    killed = run_worker(dies_at=random.Random(seed).randint(5, 60))

    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    connection.set_tenant(committed_company)
    assert jobs("apply_import") == ["doing"]
    assert stored() == NOTHING
    fall_silent()
    said = words_of(manager.get(url))
    assert "La carga se interrumpió" in said
    assert "no se guardó nada" in said
    assert "La carga ya está en curso." in words_of(manager.post(f"{url}cargar/", follow=True))

    async_to_sync(tasks.retry_stalled.func)(timestamp=0)
    finish_as_the_next_worker(committed_company)

    assert manager.get(f"{url}avance/").headers["HX-Refresh"] == "true"
    said = words_of(manager.get(url))
    assert f"Nuevas {ROWS}" in said
    connection.set_tenant(committed_company)
    assert jobs("apply_import") == ["succeeded"]
    assert stored() == WHOLE
    manager.post(f"{url}cargar/")
    connection.set_tenant(committed_company)
    assert stored() == WHOLE


def test_a_file_whose_job_was_lost_can_be_read_again(committed_company: Company, manager: Browser) -> None:
    url = send(manager, committed_company)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'failed'")
    assert "Falta revisar este archivo" in words_of(manager.get(url))

    manager.post(f"{url}revisar/")
    finish_as_the_next_worker(committed_company)

    assert f"Cargar {ROWS} filas" in words_of(manager.get(url))


def test_reading_that_a_person_stopped_keeps_the_file(committed_company: Company, manager: Browser) -> None:
    url = send(manager, committed_company)
    manager.post(f"{url}detener/")

    finish_as_the_next_worker(committed_company)

    said = words_of(manager.get(url))
    assert "se detuvo a petición de una persona" in said
    assert "Falta revisar este archivo" in said
    manager.post(f"{url}revisar/")
    finish_as_the_next_worker(committed_company)
    assert f"Cargar {ROWS} filas" in words_of(manager.get(url))


def test_a_file_that_every_worker_dies_over_is_given_up_and_says_so(
    committed_company: Company, manager: Browser
) -> None:
    url = send(manager, committed_company)
    for tries in range(4):
        assert run_worker(dies_at=6).returncode == -signal.SIGKILL
        connection.set_tenant(committed_company)
        assert jobs("preview_import") == ["doing"], tries
        fall_silent()
        async_to_sync(tasks.retry_stalled.func)(timestamp=0)

    connection.set_tenant(committed_company)
    assert jobs("preview_import") == ["failed"]
    said = words_of(manager.get(url))
    assert "murió varias veces" in said
    assert stored() == NOTHING

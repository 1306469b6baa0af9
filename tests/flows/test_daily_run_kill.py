"""
A daily run that is killed anywhere, or started twice, decides as if nothing had happened.

The run is a process of its own that dies (SIGKILL) before a statement drawn from a seed.
"""

import os
import random
import signal
import subprocess
import sys
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from puntual.companies.models import Company
from puntual.db import rows
from puntual.flows import daily_run
from puntual.plans import queries as planned
from tests.committed import together
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare

KILLS = 8
STEPS = 14
OFFSETS = (-400, -90, -45, -20, -10, -3, 0, 4, 7, 30)
PROGRAM = """
import os, signal, sys, threading
import django
django.setup()
from datetime import date, datetime
from django.db import connection
from puntual.companies import operations as companies
from puntual.flows import daily_run, run_chunks

left = int(sys.argv[3])
mode, workers = sys.argv[4], int(sys.argv[5])

def count(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0 or mode == "open" and chunks_are_there(sql):
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

def chunks_are_there(sql):
    global claims
    claims += "-- Take the next chunk" in sql
    return claims > 1

claims = 0
if mode == "threads":
    # As in a service: helpers are then new processes that load the product by themselves.
    threading.Thread(target=threading.Event().wait, daemon=True).start()
today = date.fromisoformat(sys.argv[1])
if __name__ == "__main__":
    with companies.in_company(schema_name="muebles"), connection.execute_wrapper(count):
        if mode == "help":
            run_chunks.decide_chunks(today=today, waits=False)
        else:
            at = datetime.fromisoformat(sys.argv[2])
            daily_run.run_day(today=today, at=at, chunk_size=int(sys.argv[6]), workers=workers)
    print("statements", int(sys.argv[3]) - left)
"""
RESULTS = {
    "decisions": "select customer_id, step_number, outcome, reasons, next_date from plans_decided order by 1, 2",
    "actions": "select customer_id, step_key, anchor_date, channel, not_before, state from plans_action order by 1, 2",
    "messages": "select customer_id, template, recipient, not_before, state from outreach_message order by 1",
    "verdicts": "select customer_id, step_key, outcome, rule_ids from compliance_verdict order by 1, 2",
    "facts": "select customer_id, stage, stage_key, segment, facts from assessment_dailyfacts order by 1",
    "states": "select customer_id, stage, stage_key, stage_since, segment, segment_since "
    "from assessment_customerstate order by 1",
    "pictures": "select stage, bucket, currency, customers, open_amount from insights_snapshot order by 1, 2, 3",
    "run": "select as_of, state, customers, decisions, actions from plans_run",
}


def results() -> dict[str, list[tuple[Any, ...]]]:
    """Read everything that a run leaves behind, without the numbers of rows."""
    return {name: rows.fetch_all(sql) for name, sql in RESULTS.items()}


def forget() -> None:
    """Take the day back, so that it can be run again."""
    rows.execute(
        "truncate plans_decision, plans_action, plans_run, outreach_message, compliance_verdict, "
        "plans_runchunk, assessment_dailyfacts, assessment_customerstate, assessment_membership, "
        "insights_snapshot cascade"
    )


def start(
    *,
    today: date,
    at: datetime,
    dies_at: int = 10**6,
    mode: str = "run",
    workers: int = 1,
    chunk_size: int = 3,
) -> subprocess.Popen[str]:
    """
    Start the day in a process that dies before so many statements.

    Mode «threads» runs as a service does; «help» only decides chunks that are there; «open» dies as soon as they are.
    """
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    told = [today.isoformat(), at.isoformat(), str(dies_at), mode, str(workers), str(chunk_size)]
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, *told],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "puntual.config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_as_process(**how: Any) -> subprocess.CompletedProcess[str]:
    """Start the day in a process and wait for its end."""
    started = start(**how)
    out, err = started.communicate()
    return subprocess.CompletedProcess(started.args, started.returncode, out, err)


@pytest.fixture
def portfolio(committed_company: Company, today: date, now: datetime) -> Company:
    """Make a portfolio with a customer for each situation."""
    prepare()
    for offset in OFFSETS:
        customer = make_customer()
        make_receivable(customer=customer, due=today + timedelta(days=offset))
    make_customer(email=None)
    return committed_company


@pytest.mark.feature("N-05")
def test_killed_anywhere_it_ends_as_if_undisturbed(portfolio: Company, today: date, now: datetime) -> None:
    whole = run_as_process(today=today, at=now, dies_at=10**6)
    assert whole.returncode == 0, whole.stderr
    statements = int(whole.stdout.split()[-1])
    expected = results()
    assert len(expected["decisions"]) == (len(OFFSETS) + 1) * STEPS

    draw = random.Random(20261123)
    forget()
    deaths = 0
    for _kill in range(KILLS):
        died = run_as_process(today=today, at=now, dies_at=draw.randint(2, statements))
        if died.returncode == -signal.SIGKILL:
            deaths += 1
            continue
        assert died.returncode == 0, died.stderr
        break
    last = run_as_process(today=today, at=now, dies_at=10**6)
    assert last.returncode == 0, last.stderr

    assert deaths >= 1
    assert results() == expected


def test_two_at_once_decide_once(portfolio: Company, today: date, now: datetime) -> None:
    def work() -> daily_run.RunSummary | None:
        try:
            return daily_run.run_day(today=today, at=now, chunk_size=2)
        except daily_run.RunInProgress:
            return None

    hands = together(company=portfolio, works=[work, work])

    summaries = [hand.finish() for hand in hands]
    assert any(summary is not None for summary in summaries)
    found = results()
    assert len(found["decisions"]) == (len(OFFSETS) + 1) * STEPS
    assert len(found["messages"]) == len({row[0] for row in found["messages"]})
    assert found["run"] == [
        (today, "DONE", len(OFFSETS) + 1, (len(OFFSETS) + 1) * STEPS, len(found["actions"]))
    ]


@pytest.mark.feature("N-05")
def test_workers_lost_anywhere_leave_what_an_undisturbed_run_decides(
    portfolio: Company, today: date, now: datetime
) -> None:
    assert run_as_process(today=today, at=now).returncode == 0
    expected = results()

    draw = random.Random(20261130)
    forget()
    assert run_as_process(today=today, at=now, mode="open", chunk_size=1).returncode == -signal.SIGKILL
    assert not rows.fetch_all("select from plans_decision")
    deaths = 0
    for _round in range(3):
        # Each dies somewhere in its first chunks, if it lives so long.
        workers = [start(today=today, at=now, mode="help", dies_at=draw.randint(6, 40)) for _one in range(2)]
        for worker in workers:
            _out, err = worker.communicate()
            assert worker.returncode in (0, -signal.SIGKILL), err
            deaths += worker.returncode == -signal.SIGKILL
    last = run_as_process(today=today, at=now)
    assert last.returncode == 0, last.stderr

    assert deaths >= 2
    assert results() == expected


@pytest.mark.parametrize(("chunk_size", "mode"), [(1, "run"), (1, "threads"), (4, "run"), (5000, "run")])
def test_number_of_workers_and_size_of_chunks_make_no_difference(
    portfolio: Company, today: date, now: datetime, chunk_size: int, mode: str
) -> None:
    assert run_as_process(today=today, at=now).returncode == 0
    expected = results()
    forget()

    parallel = run_as_process(today=today, at=now, workers=3, chunk_size=chunk_size, mode=mode)

    assert parallel.returncode == 0, parallel.stderr
    assert results() == expected


def test_a_second_start_helps_where_chunks_are_free(portfolio: Company, today: date, now: datetime) -> None:
    assert run_as_process(today=today, at=now, mode="open", chunk_size=1).returncode == -signal.SIGKILL
    key = today.isoformat()
    with connection.cursor() as cursor:
        # Whoever began the run is still at it, and does not come to its chunks.
        cursor.execute("select pg_advisory_lock(%s, hashtext('muebles' || ':' || %s))", [1, key])

    helping = run_as_process(today=today, at=now)
    idle = run_as_process(today=today, at=now)

    assert helping.returncode == 0, helping.stderr
    assert "RunInProgress" in idle.stderr
    assert planned.open_chunk_count(run_id=rows.fetch_all("select id from plans_run")[0][0]) == 0
    assert rows.fetch_all("select state, customers from plans_run") == [("RUNNING", len(OFFSETS) + 1)]

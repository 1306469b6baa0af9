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
from tests.committed import together
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare

KILLS = 8
STEPS = 14
OFFSETS = (-400, -90, -45, -20, -10, -3, 0, 4, 7, 30)
PROGRAM = """
import os, signal, sys
import django
django.setup()
from datetime import date, datetime
from django.db import connection
from puntual.companies import operations as companies
from puntual.flows import daily_run

left = int(sys.argv[3])

def count(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

with companies.in_company(schema_name="muebles"), connection.execute_wrapper(count):
    daily_run.run_day(
        today=date.fromisoformat(sys.argv[1]), at=datetime.fromisoformat(sys.argv[2]), chunk_size=3
    )
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
        "assessment_dailyfacts, assessment_customerstate, assessment_membership, insights_snapshot cascade"
    )


def run_as_process(*, today: date, at: datetime, dies_at: int) -> subprocess.CompletedProcess[str]:
    """Run the day in a process that dies before so many statements."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, today.isoformat(), at.isoformat(), str(dies_at)],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "puntual.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


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

"""Days on which nothing ran, the company's own hour, and what is forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest

from puntual.companies.models import Company
from puntual.db import rows
from puntual.flows import daily_run, dispatch, explain, forgetting
from puntual.outreach import operations as outreach
from puntual.outreach.providers.fake import FakeTransport
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.worker import tasks
from tests.factories import make_customer, make_reached, make_receivable


@pytest.fixture(autouse=True)
def plan(company: Company, now: datetime) -> None:
    """Put the shipped plan and its templates in force."""
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=now)
    outreach.load_templates(at=now)


def run(day: date, now: datetime, today: date) -> daily_run.RunSummary:
    return daily_run.run_day(today=day, at=now + (day - today))


@pytest.mark.feature("N-05")
def test_a_run_says_how_many_days_before_it_had_none(today: date, now: datetime) -> None:
    customer = make_customer()
    make_reached(customer=customer)
    make_receivable(customer=customer, due=today)
    first = run(today, now, today)
    next_day = run(today + timedelta(days=1), now, today)
    # Closed for a week: the day of the first notice passed.
    after = run(today + timedelta(days=9), now, today)

    assert (first.days_off, next_day.days_off, after.days_off) == (0, 0, 7)
    assert [one["days_off"] for one in planned.run_days(limit=3)] == [7, 0, 0]
    explained = explain.explain(customer_id=customer.pk, as_of=today + timedelta(days=9))
    outcomes = {step.key: step.outcome for step in explained.steps}
    assert outcomes["aviso-1"] == "MISSED"
    assert sum(outcome == "ACT" for outcome in outcomes.values()) <= 1


def test_a_day_before_the_newest_run_is_refused_and_stays_a_day_off(today: date, now: datetime) -> None:
    make_receivable(customer=make_customer(), due=today)
    run(today, now, today)
    run(today + timedelta(days=3), now, today)
    written = "select count(*) from plans_decision", "select count(*) from plans_action"
    before = [rows.fetch_all(one) for one in written]

    for day in (today, today + timedelta(days=1)):
        with pytest.raises(daily_run.LaterDayDecided, match=str(today + timedelta(days=3))):
            daily_run.run_day(today=day, at=now + timedelta(days=3))

    assert [one["days_off"] for one in planned.run_days(limit=3)] == [2, 0]
    assert [rows.fetch_all(one) for one in written] == before


@pytest.mark.parametrize(
    ("starts_at", "clock", "begins"),
    [
        ("06:00", "05:50", False),
        ("06:00", "06:00", True),
        ("09:30", "09:20", False),
        ("09:30", "23:50", True),
    ],
)
def test_the_worker_begins_at_the_company_s_own_hour(
    company: Company, today: date, starts_at: str, clock: str, begins: bool
) -> None:
    Company.objects.filter(pk=company.pk).update(run_starts_at=starts_at)
    hours, minutes = map(int, clock.split(":"))
    # Mexico City is six hours behind.
    at = datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(
        hours=hours + 6, minutes=minutes
    )

    def begun() -> int:
        tasks._begin_day(company=company.schema_name, at=at)
        found = rows.fetch_all("select count(*) from public.procrastinate_jobs where task_name = 'run_daily'")
        return int(found[0][0])

    # For nobody no day is decided: whoever comes in later that day would be bound to the plan of the morning.
    assert begun() == 0
    make_customer()
    assert begun() == begins


def test_decisions_and_their_facts_are_forgotten_by_month(company: Company, now: datetime) -> None:
    Company.objects.filter(pk=company.pk).update(decisions_kept_months="2")
    days = [date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 11, 20)]
    for day in days:
        make_customer(at=datetime(2026, 8, 1, tzinfo=UTC))
        daily_run.run_day(today=day, at=datetime(day.year, day.month, day.day, 14, tzinfo=UTC))

    forgotten = forgetting.forget_decisions(today=date(2026, 11, 20))
    again = forgetting.forget_decisions(today=date(2026, 11, 20))

    assert (forgotten.months, forgotten.facts) == (("202608",), 1)
    assert (again.months, again.facts) == ((), 0)
    kept = [(day,) for day in days[1:]]
    assert rows.fetch_all("select distinct as_of from plans_decision order by 1") == kept
    assert rows.fetch_all("select distinct as_of from assessment_dailyfacts order by 1") == kept
    assert (
        rows.fetch_all(
            "select distinct r.as_of from plans_runchunk c join plans_run r on r.id = c.run_id order by 1"
        )
        == kept
    )
    assert rows.fetch_all("select count(*) from plans_run") == [(4,)]
    assert not rows.fetch_all(
        "select from plans_decision d where not exists "
        "(select from plans_decisionpattern p where p.id = d.pattern_id)"
    )


def missed_plan(policy: str) -> str:
    """Write a plan of three steps, a day apart, that may still be taken five days later."""
    steps = "\n".join(
        f"      - {{clave: p{number}, nombre: P{number}, ancla: atraso, dias: {number}, recuperar: 5,"
        f" perdidos: {policy}, dias_habiles: false, canal: correo, plantilla: notice-1}}"
        for number in (1, 2, 3)
    )
    return (
        "formato: puntual-plan-1\nclave: p\nnombre: P\netapas:\n"
        "  - {clave: preventiva, nombre: Preventiva, tipo: preventiva}\n"
        "segmentos:\n  - {clave: todos, nombre: Todos}\n"
        f"estrategias:\n  - pasos:\n{steps}\n"
    )


@pytest.mark.feature("N-05")
@pytest.mark.parametrize(
    ("policy", "acted", "others"),
    [
        ("el-ultimo", ["p3"], {"p1": "later-step-applies", "p2": "later-step-applies"}),
        ("todos", ["p1", "p2"], {}),
        (
            "ninguno",
            [],
            {"p1": "missed-is-dropped", "p2": "missed-is-dropped", "p3": "missed-is-dropped"},
        ),
    ],
)
def test_after_three_days_off_missed_steps_go_by_the_policy_of_the_plan(
    today: date, now: datetime, policy: str, acted: list[str], others: dict[str, str]
) -> None:
    plans.adopt_plan(text=missed_plan(policy), at=now)
    customer = make_customer()
    make_reached(customer=customer)
    make_receivable(customer=customer, due=today)
    run(today, now, today)

    # Nothing ran on Tuesday, Wednesday and Thursday; on Friday, and on Monday, it does.
    friday, monday = today + timedelta(days=4), today + timedelta(days=7)
    assert run(friday, now, today).days_off == 3
    reasons = {one.key: one.reasons for one in explain.explain(customer_id=customer.pk, as_of=friday).steps}
    dispatch.dispatch_due(at=now + timedelta(days=4), limit=10, transport=FakeTransport(), worker="w1")
    run(monday, now, today)

    assert [one["step_key"] for one in reversed(plan_rows(customer.pk))] == acted
    assert {key: reasons[key][0] for key in others} == others


def plan_rows(customer_id: int) -> list[dict[str, object]]:
    """Return what was planned for a customer, the newest first."""
    return planned.actions_of(customer_id=customer_id, limit=10)

"""A change moves its customers at once, and changes nothing of what runs decide."""

import random
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from puntual.agreements import queries as agreed
from puntual.assessment import operations as assessment
from puntual.assessment import queries as assessed
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.db import rows
from puntual.flows import (
    daily_run,
    deciding,
    feed,
    money_in,
    placing,
)
from puntual.insights import queries as insights
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.portfolio.models import Customer
from puntual.portfolio.types import NewReceivable, ReceivableKind
from tests.committed import Hand
from tests.factories import make_customer, make_receivable
from tests.flows.changes import (
    OWED,
    add_phone,
    close_disputes,
    dispute,
    dispute_and_close,
    hold,
    hold_and_lift,
    lift_holds,
    move_to_jalisco,
    pay,
    pay_all,
    pay_and_reverse,
    promise,
    promise_and_cancel,
    report,
    send_debt,
    send_tags,
    speak,
    stands,
)
from tests.flows.loading import simple, take
from tests.flows.uniting import unite
from tests.unit.intake.files import simple_row

# Segments say what changed; stages how far the case is.
PLAN = """
formato: puntual-plan-1
clave: cambios
nombre: Plan de cambios
etapas:
  - {clave: preventiva, nombre: Preventiva, tipo: preventiva}
  - {clave: temprana, nombre: Temprana, tipo: administrativa, entra: [dias_de_atraso, ">=", 1]}
  - {clave: tardia, nombre: Tardía, tipo: extrajudicial, entra: [dias_de_atraso, ">=", 10], regresa: false}
segmentos:
  - {clave: vip, nombre: VIP, si: [etiquetas, contiene, vip]}
  - {clave: prometidos, nombre: Prometidos, si: [promesa_vigente, "=", true]}
  - {clave: rotos, nombre: Rotos, si: [promesas_incumplidas_12m, ">=", 1]}
  - {clave: pausados, nombre: Pausados, si: [en_pausa, "=", true]}
  - {clave: aclaraciones, nombre: Aclaraciones, si: [documentos_en_aclaracion, ">=", 1]}
  - {clave: contactados, nombre: Contactados, si: [contactos_30d, ">=", 1]}
  - {clave: con-telefono, nombre: Con teléfono, si: [tiene_telefono, "=", true]}
  - {clave: jaliscienses, nombre: Jaliscienses, si: [estado, "=", Jalisco]}
  - {clave: grandes, nombre: Grandes, si: [saldo_total, ">", 5000]}
  - {clave: devueltos, nombre: Devueltos, si: [pagos_devueltos_12m, ">=", 1]}
  - {clave: todos, nombre: Todos}
estrategias:
  - pasos:
      - {clave: aviso, nombre: Aviso, ancla: atraso, dias: 2, canal: llamada}
      - {clave: entrada, nombre: Al entrar, ancla: entrada-a-etapa, dias: 1, canal: llamada}
"""


@pytest.fixture
def plan(company: Company, now: datetime) -> None:
    """Put a plan in force whose segments tell what changed."""
    plans.adopt_plan(text=PLAN, at=now - timedelta(days=40))


@pytest.fixture
def debtor(plan: None, today: date, now: datetime) -> Customer:
    """Return somebody who owes a thousand for three days, as the run of the morning placed them."""
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=3), amount=OWED)
    daily_run.run_day(today=today, at=now)
    assert stands(customer) == ("temprana", "todos")
    return customer


@pytest.mark.feature("SEG-03")
@pytest.mark.parametrize(
    ("act", "expected"),
    [
        pytest.param(pay_all, ("", "todos"), id="payment"),
        pytest.param(pay_and_reverse, ("temprana", "devueltos"), id="reversal"),
        pytest.param(promise, ("temprana", "prometidos"), id="promise"),
        pytest.param(promise_and_cancel, ("temprana", "todos"), id="promise-cancelled"),
        pytest.param(dispute, ("temprana", "aclaraciones"), id="dispute"),
        pytest.param(dispute_and_close, ("temprana", "todos"), id="dispute-closed"),
        pytest.param(hold, ("temprana", "pausados"), id="hold"),
        pytest.param(hold_and_lift, ("temprana", "todos"), id="hold-lifted"),
        pytest.param(report, ("temprana", "pausados"), id="payment-reported"),
        pytest.param(send_tags, ("temprana", "vip"), id="tags"),
        pytest.param(send_debt, ("temprana", "grandes"), id="debt"),
        pytest.param(move_to_jalisco, ("temprana", "jaliscienses"), id="customer-data"),
        pytest.param(add_phone, ("temprana", "con-telefono"), id="contact-point"),
        pytest.param(speak, ("temprana", "contactados"), id="contact"),
    ],
)
def test_a_change_places_its_customer_at_once(
    debtor: Customer,
    today: date,
    now: datetime,
    act: Callable[[Customer, date, datetime], Any],
    expected: tuple[str, str],
) -> None:
    other = make_customer()
    make_receivable(customer=other, due=today - timedelta(days=3))
    kept = rows.fetch_all("select * from assessment_dailyfacts")

    act(debtor, today, now + timedelta(hours=1))

    assert stands(debtor) == expected
    # The facts of the day are what its decisions used; whom no run has seen waits for one.
    assert rows.fetch_all("select * from assessment_dailyfacts") == kept
    assert assessed.state_of(customer_id=other.pk) is None


def test_a_promise_that_money_going_back_breaks(debtor: Customer, today: date, now: datetime) -> None:
    promise(debtor, today, now, days=0)
    payment_id = pay(debtor, "100.00", today, now)
    after = today + timedelta(days=9)
    daily_run.run_day(today=after, at=now + timedelta(days=9))
    assert stands(debtor)[1] == "todos"

    money_in.reverse(
        payment_id=payment_id, reason="Rebotó", actor=SYSTEM, at=now + timedelta(days=9, hours=1), today=after
    )

    assert stands(debtor)[1] == "rotos"


def test_both_customers_of_a_union(debtor: Customer, today: date, now: datetime) -> None:
    double = make_customer(tax_id=debtor.tax_id, name=debtor.name)
    make_receivable(customer=double, due=today - timedelta(days=20), amount="6000.00")
    daily_run.run_day(today=today, at=now + timedelta(hours=1))
    assert stands(double) == ("tardia", "grandes")

    unite(double, debtor, today, now + timedelta(hours=2))

    assert stands(double)[0] == ""
    assert stands(debtor) == ("tardia", "grandes")


def test_a_file_places_whom_it_changes_by_the_same_few_statements(
    plan: None, today: date, now: datetime
) -> None:
    counts = []
    for size in (2, 40):
        numbers = range(size * 1000, size * 1000 + size)
        take(simple(*(simple_row(number, Importe="100.00") for number in numbers)))
        daily_run.run_day(today=today, at=now)
        with CaptureQueriesContext(connection) as statements:
            take(simple(*(simple_row(number, Importe="9000.00") for number in numbers)))
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert rows.fetch_all("select segment, count(*) from assessment_customerstate group by 1") == [
        ("grandes", 42)
    ]


@pytest.mark.complaint(24)
def test_every_page_says_the_new_stage_after_a_payment_that_clears_all(
    debtor: Customer, today: date, now: datetime
) -> None:
    assert assessed.segment_matches(segment_key="todos").overdue

    pay(debtor, OWED, today, now + timedelta(hours=1))

    assert assessed.segment_matches(segment_key="todos").overdue == ()
    assert insights.stage_figures() == {"NONE": 1}
    found = insights.customer_list(
        search="",
        country="MX",
        stage="NONE",
        segment=None,
        tag=None,
        overdue_only=False,
        owing_only=False,
        sort="name",
        currencies=["MXN"],
        today=today,
        limit=10,
        skip=0,
    )
    assert [(one["id"], one["stage"]) for one in found.rows] == [(debtor.pk, "NONE")]


@pytest.mark.feature("SEG-03")
def test_who_comes_back_on_the_same_day_never_left(debtor: Customer, today: date, now: datetime) -> None:
    yesterday = assessed.memberships_of(customer_id=debtor.pk)
    tomorrow, later = today + timedelta(days=1), now + timedelta(days=1)

    payment_id = pay(debtor, OWED, tomorrow, later)
    paid = assessed.memberships_of(customer_id=debtor.pk)
    daily_run.run_day(today=tomorrow, at=later)
    decided = assessed.memberships_of(customer_id=debtor.pk)
    money_in.reverse(payment_id=payment_id, reason="Rebotó", actor=SYSTEM, at=later, today=tomorrow)

    assert [(one["key"], one["since"], one["until"]) for one in paid if one["kind"] == "STAGE"] == [
        ("", tomorrow, None),
        ("temprana", today, tomorrow),
    ]
    assert decided == paid
    stages = [one for one in assessed.memberships_of(customer_id=debtor.pk) if one["kind"] == "STAGE"]
    assert stages == [one for one in yesterday if one["kind"] == "STAGE"]
    daily_run.run_day(today=tomorrow + timedelta(days=1), at=later + timedelta(days=1))
    assert [one for one in assessed.memberships_of(customer_id=debtor.pk) if one["kind"] == "STAGE"] == stages


def test_a_day_away_is_told_by_the_history_and_never_seen_by_the_runs(
    debtor: Customer, today: date, now: datetime
) -> None:
    tomorrow, later = today + timedelta(days=1), now + timedelta(days=1)
    payment_id = pay(debtor, OWED, today, now + timedelta(hours=1))
    money_in.reverse(payment_id=payment_id, reason="Rebotó", actor=SYSTEM, at=later, today=tomorrow)
    daily_run.run_day(today=tomorrow, at=later)

    told = assessed.memberships_of(customer_id=debtor.pk)
    assert [(one["key"], one["since"], one["until"]) for one in told if one["kind"] == "STAGE"] == [
        ("temprana", tomorrow, None),
        ("", today, tomorrow),
    ]
    before = assessed.placements(after=0, up_to=10**9, before=tomorrow + timedelta(days=1))[debtor.pk]
    assert (before.stage_key, before.entered_on) == ("temprana", today)


def test_what_came_after_a_run_began_is_not_undone_by_it(
    debtor: Customer, today: date, now: datetime
) -> None:
    tomorrow, later = today + timedelta(days=1), now + timedelta(days=1)
    pay(debtor, OWED, tomorrow, later + timedelta(minutes=5))

    daily_run.run_day(today=tomorrow, at=later)

    # The run decides by what was known when it began; the page shows what is known now.
    kept = assessed.facts_of(customer_id=debtor.pk, as_of=tomorrow)
    assert kept is not None
    assert kept["stage_key"] == "temprana"
    assert stands(debtor) == ("", "todos")
    assert [
        one["until"] for one in assessed.memberships_of(customer_id=debtor.pk) if one["key"] == "temprana"
    ] == [tomorrow]


def test_an_older_day_does_not_overwrite_what_a_change_placed(
    debtor: Customer, today: date, now: datetime
) -> None:
    pay(debtor, OWED, today, now + timedelta(days=2))

    daily_run.run_day(today=today + timedelta(days=1), at=now + timedelta(days=2))

    assert stands(debtor) == ("", "todos")
    state = assessed.state_of(customer_id=debtor.pk)
    assert state is not None
    assert state["as_of"] == today + timedelta(days=2)


ACTS: tuple[Callable[[Customer, date, datetime], Any], ...] = (
    lambda c, today, at: pay(c, "300.00", today, at),
    lambda c, today, at: pay(c, "5000.00", today, at),
    lambda c, today, at: _reverse_last(c, today, at),
    lambda c, today, at: promise(c, today, at) if _owes(c) and not _promises(c) else None,
    lambda c, today, at: dispute(c, today, at) if not _disputed(c) else None,
    close_disputes,
    hold,
    lift_holds,
    lambda c, today, at: _new_debt(c, today, at),
    speak,
)


def _owes(customer: Customer) -> bool:
    return bool(
        rows.fetch_all(
            "select from portfolio_receivable where customer_id = %s and open_amount >= 100", [customer.pk]
        )
    )


def _promises(customer: Customer) -> bool:
    return bool(agreed.active_promises(customer_ids=[customer.pk]).get(customer.pk))


def _disputed(customer: Customer) -> bool:
    return any(one["closed_at"] is None for one in agreed.disputes_of(customer_id=customer.pk))


def _reverse_last(customer: Customer, today: date, at: datetime) -> None:
    found = rows.fetch_all(
        "select id from payments_payment where customer_id = %s and state = 'POSTED' order by id desc limit 1",
        [customer.pk],
    )
    if found:
        money_in.reverse(payment_id=found[0][0], reason="Rebotó", actor=SYSTEM, at=at, today=today)


def _new_debt(customer: Customer, today: date, at: datetime) -> None:
    number = rows.fetch_all("select count(*) from portfolio_receivable")[0][0]
    debt = NewReceivable(
        key=f"api:{number}",
        customer_id=customer.pk,
        kind=ReceivableKind.INVOICE,
        document_number=f"N-{number}",
        currency="MXN",
        issue_date=today - timedelta(days=30),
        due_date=today - timedelta(days=1),
        amount=Decimal("700.00"),
    )
    feed.take_receivables(receivables=[debt], today=today, at=at)


def live(people: list[Customer], seed: int, today: date, now: datetime) -> list[Any]:
    """Live nine days, each with acts before and after its run; return what the runs decided."""
    dice = random.Random(seed)
    for ahead in range(9):
        day, morning = today + timedelta(days=ahead), now + timedelta(days=ahead)
        for hour in range(-2, 6):
            if hour == 0 and dice.random() < 0.85:
                daily_run.run_day(today=day, at=morning)
            customer, act = dice.choice(people), dice.choice(ACTS)
            act(customer, day, morning + timedelta(hours=hour, minutes=10))
    return [
        rows.fetch_all(
            "select as_of, customer_id, stage, stage_key, stage_since, segment, segment_since, facts "
            "from assessment_dailyfacts order by 1, 2"
        ),
        rows.fetch_all("select as_of, customer_id, pattern_id from plans_decision order by 1, 2"),
        rows.fetch_all(
            "select customer_id, step_key, anchor_date, channel, not_before from plans_action order by 1, 2, 3, 4"
        ),
    ]


@pytest.mark.feature("SEG-03")
@pytest.mark.parametrize("seed", range(8))
def test_runs_decide_the_same_with_and_without_changes_placed(
    plan: None, today: date, now: datetime, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_customer() for _number in range(3)]
    for number, one in enumerate(people):
        make_receivable(customer=one, due=today - timedelta(days=4 * number), amount=OWED)
    with monkeypatch.context() as patched:
        patched.setattr(placing, "place", lambda **_given: 0)
        mark = transaction.savepoint()
        without = live(people, seed, today, now)
        transaction.savepoint_rollback(mark)

    assert live(people, seed, today, now) == without
    # Each was somewhere on every day, in one place at a time, from the first run until now.
    for one in people:
        for kind in ("STAGE", "SEGMENT"):
            told = [m for m in assessed.memberships_of(customer_id=one.pk) if m["kind"] == kind]
            told.reverse()
            assert all(a["until"] == b["since"] and a["key"] != b["key"] for a, b in pairwise(told))
            assert told[-1]["until"] is None
    # Placed again at once nobody moves.
    at = now + timedelta(days=8, hours=6)
    before = [stands(one) for one in people]
    placing.place(customer_ids=[one.pk for one in people], at=at)
    assert [stands(one) for one in people] == before


def test_two_changes_at_once_both_count(
    committed_company: Company, today: date, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans.adopt_plan(text=PLAN, at=now)
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=3), amount=OWED)
    daily_run.run_day(today=today, at=now)
    has_read, may_write = threading.Event(), threading.Event()
    read = assessed.facts_of_some

    def read_and_linger(**given: Any) -> Any:
        found = read(**given)
        if not has_read.is_set():
            has_read.set()
            assert may_write.wait(timeout=60)
        return found

    monkeypatch.setattr(assessed, "facts_of_some", read_and_linger)
    first = Hand(company=committed_company, work=lambda: send_tags(customer, today, now))
    first.start()
    assert has_read.wait(timeout=60)
    # The money is there, and the one who came first has not seen it.
    second = Hand(company=committed_company, work=lambda: pay(customer, OWED, today, now))
    second.start()
    while second.backend is None:
        pass
    second.wait_until_blocked()
    may_write.set()
    first.finish()
    second.finish()

    assert stands(customer) == ("", "vip")


def test_a_payment_while_its_chunk_is_decided_waits_and_is_the_last_word(
    committed_company: Company, today: date, now: datetime
) -> None:
    plans.adopt_plan(text=PLAN, at=now)
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=3), amount=OWED)
    daily_run.run_day(today=today, at=now)
    tomorrow, later = today + timedelta(days=1), now + timedelta(days=1)
    day = deciding.day_of(
        plan=planned.active_version()[1],
        today=tomorrow,
        at=later,
        country="MX",
        time_zone="America/Mexico_City",
        is_live=True,
    )

    with transaction.atomic():
        # As a chunk of a run does.
        assessment.hold_states(after=0, up_to=customer.pk)
        found = deciding.decide_chunk(day=day, after=0, up_to=customer.pk)
        hand = Hand(
            company=committed_company,
            # A long flow began before the run.
            work=lambda: pay(customer, OWED, tomorrow, later - timedelta(minutes=5)),
        )
        hand.start()
        while hand.backend is None:
            pass
        hand.wait_until_blocked()
        assert rows.fetch_all("select count(*) from payments_payment") == [(1,)]
        assessment.record_facts(
            facts=found.facts, placements=found.placements, as_of=tomorrow, known_at=later
        )
    hand.finish()

    assert found.placements[0].stage_key == "temprana"
    assert stands(customer) == ("", "todos")

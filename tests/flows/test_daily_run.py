"""The working day: complete, explained, idempotent, safe to stop anywhere."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import connection

from puntual.agreements import operations as agreements
from puntual.agreements.types import DisputeReason, HoldReason
from puntual.assessment import queries as assessed
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts.types import Channel, ConsentDecision, OwnerRole, PointKind
from puntual.db import rows
from puntual.flows import daily_run, explain, stopping
from puntual.insights.models import Snapshot
from puntual.lib.errors import NotFound
from puntual.lib.money import LARGEST
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message
from puntual.payments import operations as payments
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action
from puntual.plans.types import ActionState, Outcome
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import Customer
from puntual.portfolio.types import NewReceivable, ReceivableKind
from tests.factories import make_customer, make_point, make_reached, make_receivable

STEPS = 14


@pytest.fixture(autouse=True)
def plan(company: Company, now: datetime) -> None:
    """Put the shipped plan and its templates in force."""
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=now)
    outreach.load_templates(at=now)


def run(day: date, at: datetime, chunk_size: int = 5000) -> daily_run.RunSummary:
    """Run a day."""
    return daily_run.run_day(today=day, at=at, chunk_size=chunk_size)


def decided() -> int:
    """Count decisions: one for each customer and step."""
    return int(rows.fetch_all("select count(*) from plans_decided")[0][0])


def outcome(customer: Customer, key: str, day: date) -> tuple[str, tuple[str, ...]]:
    """Return what was decided for a step."""
    explained = explain.explain(customer_id=customer.pk, as_of=day)
    step = next(step for step in explained.steps if step.key == key)
    return step.outcome, step.reasons


@pytest.mark.feature("N-01")
def test_decisions_are_customers_times_steps(today: date, now: datetime) -> None:
    for offset in (-200, -45, -10, -3, 0, 7, 30):
        make_receivable(customer=make_customer(), due=today + timedelta(days=offset))
    make_customer()

    summary = run(today, now, chunk_size=3)

    assert (summary.customers, summary.steps) == (8, STEPS)
    assert summary.decisions == 8 * STEPS == decided()
    assert not rows.fetch_all("select from plans_decided where cardinality(reasons) = 0")


@pytest.mark.feature("X-01")
@pytest.mark.complaint(1)
def test_one_message_for_all_overdue_receivables(today: date, now: datetime) -> None:
    customer = make_customer()
    make_reached(customer=customer)
    for offset in (-10, -6, -3, 5):
        make_receivable(customer=customer, due=today + timedelta(days=offset))

    run(today, now)

    assert Message.objects.filter(customer=customer).count() == 1
    assert Action.objects.get(customer=customer).step_key == "aviso-2"


@pytest.mark.complaint(6)
def test_a_second_run_writes_nothing(today: date, now: datetime) -> None:
    make_receivable(customer=make_customer(), due=today - timedelta(days=3))
    first = run(today, now)
    tables = ("plans_decision", "plans_action", "outreach_message", "compliance_verdict", "assessment_dailyfacts",
              "insights_snapshot", "audit_event")  # fmt: skip

    def rows() -> list[int]:
        with connection.cursor() as cursor:
            return [cursor.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]

    before = rows()
    second = run(today, now + timedelta(hours=1))

    assert (second.new_decisions, second.new_actions) == (0, 0)
    assert second.decisions == first.decisions
    assert rows() == before


def test_customers_that_came_after_the_run_are_decided_by_the_next_one_of_the_day(
    today: date, now: datetime
) -> None:
    make_receivable(customer=make_customer(), due=today - timedelta(days=3))
    run(today, now)
    make_receivable(customer=make_customer(), due=today - timedelta(days=3))

    second = run(today, now)

    assert (second.new_decisions, second.new_actions) == (STEPS, 1)
    assert second.decisions == 2 * STEPS


@pytest.mark.parametrize("chunk_size", [1, 2, 100])
@pytest.mark.feature("N-05")
def test_a_run_stopped_after_any_chunk_goes_on(
    today: date, now: datetime, chunk_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for offset in (-45, -10, -3, 0, 7):
        make_receivable(customer=make_customer(), due=today + timedelta(days=offset))

    class Killed(BaseException):
        """The process ends here."""

    def stop(_size: int) -> None:
        raise Killed

    for _try in range(6):
        try:
            daily_run.run_day(today=today, at=now, chunk_size=chunk_size, on_progress=stop)
            break
        except Killed:
            continue

    assert decided() == 5 * STEPS
    assert Action.objects.count() == 5
    run_row = planned.run_of(as_of=today)
    assert run_row is not None
    assert (run_row.customers, run_row.decisions, run_row.actions) == (5, 5 * STEPS, 5)


@pytest.mark.parametrize(
    ("_case", "prepare", "reasons"),
    [
        (
            "hold",
            lambda c, today, now: agreements.place_hold(
                customer_id=c.pk, receivable_id=None, reason=HoldReason.REQUESTED, note="", from_date=today,
                until_date=today + timedelta(days=3), actor=SYSTEM, at=now,
            ),
            (Outcome.HOLD, ("on-hold",)),
        ),
        (
            "dispute",
            lambda c, today, now: agreements.open_dispute(
                customer_id=c.pk, receivable_id=None, reason=DisputeReason.OTHER, note="", amount=None,
                channel=Channel.CALL, actor=SYSTEM, today=today, at=now, country="MX",
            ),
            (Outcome.HOLD, ("in-dispute",)),
        ),
        (
            "promise",
            lambda c, today, now: agreements.make_promise(
                key="p1", customer_id=c.pk, amount=Decimal("1000"), currency="MXN",
                due_date=today + timedelta(days=5), channel=Channel.CALL, note="", actor=SYSTEM, today=today,
                at=now, country="MX",
            ),
            (Outcome.HOLD, ("promise-active",)),
        ),
        (
            "opt-out",
            lambda c, _today, now: contacts.set_consent(
                customer_id=c.pk, channel=Channel.EMAIL, decision=ConsentDecision.OPTED_OUT, source="correo",
                note="BAJA", actor=SYSTEM, at=now,
            ),
            (Outcome.BLOCKED, ("law", "X-OPT-01")),
        ),
    ],
)  # fmt: skip
@pytest.mark.feature("X-10")
def test_what_silences_a_customer(_case, prepare, reasons, today: date, now: datetime) -> None:  # type: ignore[no-untyped-def]
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=3))
    prepare(customer, today, now)

    run(today, now)

    assert outcome(customer, "aviso-1", today) == reasons
    assert not Message.objects.exists()


def test_nobody_is_written_to_without_a_contact_point_or_through_a_third_party(
    today: date, now: datetime
) -> None:
    silent = make_customer(email=None)
    third = make_customer(email=None)
    make_point(customer=third, value="vecina@correo.example", owner_role=OwnerRole.REFERENCE)
    for customer in (silent, third):
        make_receivable(customer=customer, due=today - timedelta(days=3))

    run(today, now)

    assert outcome(silent, "aviso-1", today)[1][0] == "no-contact-point"
    assert outcome(third, "aviso-1", today)[1][0] == "no-contact-point"
    assert not Message.objects.exists()


def test_an_unknown_time_zone_blocks(today: date, now: datetime) -> None:
    customer = make_customer(time_zone="", state="")
    make_receivable(customer=customer, due=today - timedelta(days=3))

    run(today, now)

    assert outcome(customer, "aviso-1", today) == (Outcome.BLOCKED, ("law", "X-DATA-01"))


@pytest.mark.feature("X-44")
def test_on_sunday_the_message_waits_for_monday_in_the_debtors_zone(company: Company) -> None:
    sunday = date(2026, 11, 22)
    at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    here = make_customer()
    tijuana = make_customer(time_zone="America/Tijuana")
    for customer in (here, tijuana):
        make_receivable(customer=customer, due=sunday - timedelta(days=5), at=at)

    run(sunday, at)

    assert Message.objects.get(customer=here).not_before == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    assert Message.objects.get(customer=tijuana).not_before == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_what_waits_over_the_weekend_is_not_doubled(company: Company) -> None:
    customer = make_customer()
    make_reached(customer=customer)
    known_at = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    make_receivable(customer=customer, due=date(2026, 11, 17), at=known_at)
    make_receivable(customer=customer, due=date(2026, 11, 10), at=known_at)

    for day in (21, 22):
        run(date(2026, 11, day), datetime(2026, 11, day, 17, 0, tzinfo=UTC))

    assert Message.objects.count() == 1
    assert outcome(customer, "aviso-2", date(2026, 11, 22))[0] == Outcome.DONE


def test_a_second_start_is_refused_while_one_runs(today: date, now: datetime) -> None:
    make_receivable(customer=make_customer(), due=today - timedelta(days=3))
    settings = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        settings.pop(name, None)
    with psycopg.connect(**settings) as other:
        other.execute("select pg_advisory_lock(%s, hashtext('muebles' || ':' || %s))", [1, today.isoformat()])
        with pytest.raises(daily_run.RunInProgress):
            run(today, now)

    assert decided() == 0


@pytest.mark.feature("PLN-12")
def test_explanation_in_sentences(today: date, now: datetime) -> None:
    customer = make_customer(external_id="000421")
    make_receivable(customer=customer, due=today - timedelta(days=3), amount="1250.00")
    run(today, now)

    explained = explain.explain_customer(external_id="000421", as_of=today)

    assert explained.stage == "Administrativa"
    assert explained.situation[0] == "Debe $1,250.00 en 1 documento."
    assert explained.next_step is not None
    assert explained.next_step.sentence == (
        "Primer aviso, cordial: se hace hoy, toca según el plan. El mensaje espera su hora de salir."
    )
    waiting = next(step for step in explained.steps if step.key == "aviso-2")
    assert waiting.sentence == (
        "Segundo aviso: espera, todavía no es su día (vuelve a verse el lunes, 30 de noviembre de 2026)."
    )


def test_explaining_a_stranger_is_refused(today: date) -> None:
    with pytest.raises(NotFound):
        explain.explain_customer(external_id="nadie", as_of=today)


@pytest.mark.parametrize("reason", ["payment", "hold"])
def test_a_step_that_was_called_off_is_not_done(today: date, now: datetime, reason: str) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=3))
    run(today, now)
    plans.close_actions(customer_ids=[customer.pk], reason=reason, at=now)
    outreach.cancel_messages(customer_ids=[customer.pk], reason=reason, at=now)

    run(today + timedelta(days=1), now + timedelta(days=1))

    assert outcome(customer, "aviso-1", today + timedelta(days=1)) == (Outcome.ACT, ("step-due",))
    assert Message.objects.filter(customer=customer, state="QUEUED").count() == 1


def test_a_task_that_a_person_put_aside_stays_aside(today: date, now: datetime) -> None:
    customer = make_customer()
    make_reached(customer=customer)
    make_point(customer=customer, value="+525512345678", kind=PointKind.PHONE)
    make_receivable(customer=customer, due=today - timedelta(days=15))
    run(today, now)
    task = Action.objects.get(customer=customer)
    plans.complete_actions(action_ids=[task.pk], state=ActionState.CANCELLED, reason="put-aside", at=now)

    run(today + timedelta(days=1), now + timedelta(days=1))

    assert outcome(customer, "llamada-1", today + timedelta(days=1))[0] == Outcome.DONE
    assert Action.objects.filter(customer=customer).count() == 1


def test_customers_committed_behind_the_marker_are_decided_too(today: date, now: datetime) -> None:
    for _one in range(5):
        make_receivable(customer=make_customer(), due=today - timedelta(days=3))
    run(today, now)
    marker = planned.run_of(as_of=today)
    assert marker is not None
    rows.execute("delete from assessment_dailyfacts where customer_id %% 2 = 0", {})
    rows.execute("delete from outreach_message where customer_id %% 2 = 0", {})
    rows.execute("delete from plans_action where customer_id %% 2 = 0", {})
    rows.execute("delete from plans_decision where customer_id %% 2 = 0", {})
    missed = Customer.objects.filter(pk__iregex=r"[02468]$").count()
    assert missed >= 2

    summary = run(today, now)

    assert summary.new_decisions == missed * STEPS
    assert decided() == 5 * STEPS
    assert Action.objects.count() == 5


def test_a_debt_of_years_is_looked_at_once(today: date, now: datetime) -> None:
    customer = make_customer()
    make_reached(customer=customer)
    make_point(customer=customer, value="+525512345678", kind=PointKind.PHONE)
    make_receivable(customer=customer, due=today - timedelta(days=900), issue=today - timedelta(days=930))

    for ahead in range(3):
        run(today + timedelta(days=ahead), now + timedelta(days=ahead))

    assert Action.objects.filter(customer=customer).count() == 1
    assert outcome(customer, "revision-judicial", today + timedelta(days=2))[0] == Outcome.DONE


def test_a_document_of_tomorrow_does_not_change_how_today_is_read(today: date, now: datetime) -> None:
    customer = make_customer()
    tomorrow = today + timedelta(days=1)
    make_receivable(customer=customer, due=today + timedelta(days=7))
    make_receivable(customer=customer, due=today + timedelta(days=30), issue=tomorrow)

    assert assessed.is_live(as_of=today)
    for is_live in (True, False):
        facts = assessed.facts_of_chunk(
            after=0,
            up_to=10**9,
            as_of=today,
            known_at=now,
            time_zone="America/Mexico_City",
            is_live=is_live,
        )
        assert facts[0].open_count == 1


def test_a_customer_whose_credit_covers_the_debt_is_not_asked(today: date, now: datetime) -> None:
    customer = make_customer()
    payments.record_payment(
        payment=NewPayment(
            key="SPEI-1",
            customer_id=customer.pk,
            amount=Decimal("5000.00"),
            currency="MXN",
            value_date=today - timedelta(days=30),
            method=PaymentMethod.TRANSFER,
        ),
        actor=SYSTEM,
        at=now,
    )
    make_receivable(customer=customer, due=today - timedelta(days=3), amount="1000.00")

    run(today, now)

    assert outcome(customer, "aviso-1", today)[1] == ("nothing-owed",)
    assert not Message.objects.exists()


def test_a_run_that_fails_says_so_and_the_next_start_goes_on(
    today: date, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _one in range(3):
        make_receivable(customer=make_customer(), due=today - timedelta(days=3))

    def fail(_size: int) -> None:
        raise RuntimeError("María Godínez")

    with pytest.raises(RuntimeError):
        daily_run.run_day(today=today, at=now, chunk_size=1, on_progress=fail)

    stopped = planned.run_days(limit=1)[0]
    assert (stopped["state"], stopped["error"], stopped["customers"]) == ("FAILED", "RuntimeError", 1)
    run(today, now)
    done = planned.run_days(limit=1)[0]
    assert (done["state"], done["error"], done["customers"]) == ("DONE", "", 3)


def sentence(customer: Customer, key: str, day: date) -> str:
    """Return what is said of a step."""
    explained = explain.explain(customer_id=customer.pk, as_of=day)
    return next(step.sentence for step in explained.steps if step.key == key)


def test_a_task_that_nobody_has_done_is_not_told_as_done(today: date, now: datetime) -> None:
    customer = make_customer()
    make_reached(customer=customer)
    make_point(customer=customer, value="+525512345678", kind=PointKind.PHONE)
    make_receivable(customer=customer, due=today - timedelta(days=15))
    tomorrow = today + timedelta(days=1)

    run(today, now)
    run(tomorrow, now + timedelta(days=1))

    assert sentence(customer, "llamada-1", tomorrow) == (
        "Llamada de seguimiento: ya está planeado. La tarea sigue por hacer."
    )
    action = Action.objects.get(customer=customer, step_key="llamada-1")
    plans.complete_actions(action_ids=[action.pk], state=ActionState.EXECUTED, at=now + timedelta(days=1))
    assert sentence(customer, "llamada-1", tomorrow) == (
        "Llamada de seguimiento: ya se hizo, este vencimiento ya tuvo este paso."
    )


def test_an_explanation_tells_what_became_of_what_was_decided(today: date, now: datetime) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=3))
    run(today, now)
    assert sentence(customer, "aviso-1", today).endswith("El mensaje espera su hora de salir.")

    stopping.stop_what_was_queued(customer_id=customer.pk, reason="promise", at=now)

    assert sentence(customer, "aviso-1", today).endswith("Después se canceló: prometió pagar.")


def test_sums_of_the_largest_amounts_stop_nobodys_day(today: date, now: datetime) -> None:
    giant, other = make_customer(name="Gigante"), make_customer(name="Otra")
    due = today - timedelta(days=40)
    debts = [
        NewReceivable(
            key=f"G-{number}", customer_id=giant.pk, kind=ReceivableKind.INVOICE, document_number=f"G-{number}",
            currency="MXN", issue_date=due, due_date=due, amount=LARGEST,
        )
        for number in range(1_001)
    ]  # fmt: skip
    portfolio.upsert_receivables(receivables=debts, at=now)
    make_receivable(customer=other, due=due)

    run(today, now)

    assert decided() == 2 * STEPS
    assert Snapshot.objects.get(receivables=1_002).open_amount > 10**16

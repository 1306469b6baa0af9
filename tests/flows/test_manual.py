"""What a manager does by hand: approve, stop and change what is planned, and pause a part of the portfolio."""

from datetime import UTC, date, datetime, timedelta

import pytest

from puntual.agreements import operations as agreements
from puntual.agreements import queries as agreed
from puntual.agreements.types import HoldReason, PauseReason, PauseScope
from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts.models import ContactPoint
from puntual.contacts.types import Channel, ConsentDecision
from puntual.db import rows
from puntual.flows import approvals, daily_run, dispatch, explain, outcomes, pauses
from puntual.lib.errors import NotFound
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.outreach.types import Refusal
from puntual.plans import queries as planned
from puntual.plans.models import Action, StepStop
from puntual.portfolio.models import Account, Customer, Receivable
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import prepare

MANAGER = Actor(kind=ActorKind.STAFF, id=1, label="Gerente")


@pytest.fixture(autouse=True)
def plan(company: Company) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


def late(days: int, today: date, **fields: object) -> Customer:
    """Make a customer with one document so many days late."""
    customer = make_customer(**fields)
    make_receivable(customer=customer, due=today - timedelta(days=days))
    return customer


def run(day: date, at: datetime) -> daily_run.RunSummary:
    """Run a day."""
    return daily_run.run_day(today=day, at=at)


def answer(customer: Customer, key: str, day: date) -> explain.ExplainedStep:
    """Return what was decided for a step."""
    explained = explain.explain(customer_id=customer.pk, as_of=day)
    return next(step for step in explained.steps if step.key == key)


def states() -> dict[str, list[str]]:
    """List the states of all actions and messages."""
    return {
        "actions": sorted(Action.objects.values_list("state", flat=True)),
        "messages": sorted(Message.objects.values_list("state", flat=True)),
    }


def test_what_was_handed_over_is_not_called_stopped(today: date, now: datetime) -> None:
    customers = [late(3, today), late(3, today)]
    run(today, now)
    taken = outreach.claim(limit=1, worker="w", at=now)[0]
    assert outreach.mark_sending(message_id=taken.id, worker="w", at=now)

    done = approvals.stop(
        action_ids=list(Action.objects.values_list("id", flat=True)), note="Espere", actor=MANAGER, at=now
    )

    assert (done.stopped, done.too_late) == (1, 1)
    assert states() == {"actions": ["CANCELLED", "QUEUED"], "messages": ["CANCELLED", "SENDING"]}
    outreach.mark_sent(message_ids=[taken.id], worker="w", at=now)
    outcomes.report_outcomes(at=now)
    assert states() == {"actions": ["CANCELLED", "EXECUTED"], "messages": ["CANCELLED", "SENT"]}
    assert Event.objects.filter(action="action-stopped").count() == 1
    assert len(customers) == 2


def test_a_claimed_message_can_still_be_stopped(today: date, now: datetime) -> None:
    late(3, today)
    run(today, now)
    taken = outreach.claim(limit=1, worker="w", at=now)[0]

    done = approvals.stop(action_ids=[taken.action_id or 0], note="Espere", actor=MANAGER, at=now)

    assert (done.stopped, done.too_late) == (1, 0)
    assert not outreach.mark_sending(message_id=taken.id, worker="w", at=now)


def test_a_step_stopped_for_today_is_not_planned_by_a_later_start_and_comes_back_tomorrow(
    today: date, now: datetime
) -> None:
    first = late(3, today)
    run(today, now)

    done = approvals.stop_step(as_of=today, step_key="aviso-1", note="Falla del banco", actor=MANAGER, at=now)
    second = late(3, today)
    again = run(today, now + timedelta(hours=1))

    assert done.stopped == 1
    assert again.new_actions == 0
    assert states() == {"actions": ["CANCELLED"], "messages": ["CANCELLED"]}
    for customer, outcome in ((first, "ACT"), (second, "HOLD")):
        step = answer(customer, "aviso-1", today)
        assert step.outcome == outcome
        assert step.sentence.endswith("Gerente detuvo este paso ese día para todos: Falla del banco.")
    run(today + timedelta(days=1), now + timedelta(days=1))
    assert Action.objects.filter(state="QUEUED", step_key="aviso-1").count() == 2


def test_what_had_ended_before_a_step_was_stopped_keeps_its_own_reason(today: date, now: datetime) -> None:
    alone, paid, waiting = late(3, today), late(3, today), late(3, today)
    run(today, now)
    own = Action.objects.get(customer=alone)
    approvals.stop(action_ids=[own.pk], note="No conviene", actor=MANAGER, at=now + timedelta(minutes=1))
    Action.objects.filter(customer=paid).update(state="EXECUTED", closed_at=now + timedelta(minutes=1))

    approvals.stop_step(
        as_of=today, step_key="aviso-1", note="Falla", actor=MANAGER, at=now + timedelta(minutes=2)
    )

    assert answer(alone, "aviso-1", today).sentence.endswith(
        "Después una persona detuvo esta gestión: No conviene."
    )
    assert "detuvo" not in answer(paid, "aviso-1", today).sentence
    assert answer(waiting, "aviso-1", today).sentence.endswith("para todos: Falla.")


def test_a_step_that_no_plan_has_is_not_stopped(today: date, now: datetime) -> None:
    with pytest.raises(NotFound):
        approvals.stop_step(as_of=today, step_key="no-existe", note="x", actor=MANAGER, at=now)

    assert not StepStop.objects.exists()


def test_stopping_a_step_twice_is_one_stop_and_resuming_lets_it_be_planned(
    today: date, now: datetime
) -> None:
    for _ in range(2):
        approvals.stop_step(as_of=today, step_key="aviso-1", note="x", actor=MANAGER, at=now)
    assert StepStop.objects.count() == 1

    assert approvals.resume_step(
        as_of=today, step_key="aviso-1", actor=MANAGER, at=now + timedelta(minutes=1)
    )
    assert not approvals.resume_step(as_of=today, step_key="aviso-1", actor=MANAGER, at=now)
    late(3, today)

    assert run(today, now + timedelta(minutes=2)).new_actions == 1


def test_an_action_that_a_person_stopped_is_not_proposed_again(today: date, now: datetime) -> None:
    customer = late(3, today)
    run(today, now)

    approvals.stop(
        action_ids=list(Action.objects.values_list("id", flat=True)), note="Ya hablé", actor=MANAGER, at=now
    )
    tomorrow = run(today + timedelta(days=1), now + timedelta(days=1))

    assert tomorrow.new_actions == 0
    assert answer(customer, "aviso-1", today).sentence.endswith(
        "Después una persona detuvo esta gestión: Ya hablé."
    )
    assert answer(customer, "aviso-1", today + timedelta(days=1)).outcome == "DONE"


def change(
    action: Action, channel: Channel, point: ContactPoint, moment: datetime, now: datetime, template: str = ""
) -> None:
    """Change an action as the manager."""
    approvals.change(
        action_id=action.pk,
        template=template,
        channel=channel,
        contact_point_id=point.pk,
        moment=moment,
        actor=MANAGER,
        country="MX",
        today=now.date(),
        at=now,
    )


def test_a_message_changed_to_another_address_and_hour_goes_there_then(today: date, now: datetime) -> None:
    customer = late(3, today)
    run(today, now)
    point = make_point(customer=customer, value="otra@correo.example")
    later = now + timedelta(hours=3)

    change(Action.objects.get(), Channel.EMAIL, point, later, now)
    transport = FakeTransport()
    dispatch.dispatch_due(at=now, limit=10, transport=transport, worker="w")
    assert transport.taken == []
    dispatch.dispatch_due(at=later, limit=10, transport=transport, worker="w")

    assert [one.recipient for one in transport.taken] == ["otra@correo.example"]
    assert states() == {"actions": ["EXECUTED"], "messages": ["SENT"]}


@pytest.mark.feature("PLN-08")
def test_a_message_changed_to_another_text_leaves_with_that_text(today: date, now: datetime) -> None:
    customer = late(3, today)
    run(today, now)
    mail, action = ContactPoint.objects.get(customer=customer), Action.objects.get()

    change(action, Channel.EMAIL, mail, now, now, template="notice-3")
    transport = FakeTransport()
    dispatch.dispatch_due(at=now, limit=10, transport=transport, worker="w")

    assert Action.objects.get().template == "notice-3"
    assert transport.taken[0].subject == Message.objects.get().subject
    assert "Quizá se le pasó la fecha" not in transport.taken[0].text
    [before, after] = rows.fetch_all("select before, after from audit_event where action = 'action-changed'")[
        0
    ]
    assert (rows.as_json(before)["template"], rows.as_json(after)["template"]) == (
        "Primer aviso",
        "Tercer aviso",
    )


@pytest.mark.parametrize("template", ["thanks", "promise-broken", "nadie"])
def test_a_text_that_makes_no_sense_today_is_refused_and_changes_nothing(
    today: date, now: datetime, template: str
) -> None:
    customer = late(3, today)
    run(today, now)
    mail, action = ContactPoint.objects.get(customer=customer), Action.objects.get()

    with pytest.raises(approvals.UnableToChangeAction, match="Ese texto hoy no saldría"):
        change(action, Channel.EMAIL, mail, now, now, template=template)

    assert (Action.objects.get().template, Message.objects.get().template) == ("notice-1", "notice-1")


def test_a_message_changed_to_a_call_is_a_task_and_can_be_a_message_again(today: date, now: datetime) -> None:
    customer = late(3, today)
    run(today, now)
    mail = ContactPoint.objects.get(customer=customer)
    phone = make_point(customer=customer, kind="PHONE", value="5511112222")
    action = Action.objects.get()

    change(action, Channel.CALL, phone, now, now)
    outcomes.report_outcomes(at=now)
    assert states() == {"actions": ["OPEN"], "messages": ["CANCELLED"]}

    change(action, Channel.EMAIL, mail, now, now)
    assert states() == {"actions": ["QUEUED"], "messages": ["QUEUED"]}


@pytest.mark.parametrize("case", ["law", "night", "past", "foreign", "leaving"])
def test_a_change_that_may_not_be_changes_nothing(today: date, now: datetime, case: str) -> None:
    customer = late(3, today)
    run(today, now)
    point = ContactPoint.objects.get(customer=customer)
    moment = now + timedelta(hours=1)
    if case == "law":
        contacts.set_consent(
            customer_id=customer.pk, channel=Channel.EMAIL, decision=ConsentDecision.OPTED_OUT, source="x",
            note="", actor=MANAGER, at=now,
        )  # fmt: skip
    elif case == "night":
        moment = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    elif case == "past":
        moment = now - timedelta(hours=1)
    elif case == "foreign":
        point = ContactPoint.objects.get(customer=late(1, today))
    else:
        taken = outreach.claim(limit=1, worker="w", at=now)[0]
        outreach.mark_sending(message_id=taken.id, worker="w", at=now)
    before = list(Action.objects.values()), list(Message.objects.values())

    with pytest.raises(approvals.UnableToChangeAction):
        change(Action.objects.order_by("id")[0], Channel.EMAIL, point, moment, now)

    assert (list(Action.objects.values()), list(Message.objects.values())) == before
    assert not Event.objects.filter(action="action-changed").exists()


def test_the_text_that_a_customer_would_get_is_theirs(today: date, now: datetime) -> None:
    late(45, today, name="María Godínez", short_name="María")
    run(today, now)
    planned_action = Action.objects.get()

    words, refusal = approvals.sample_of(action_id=planned_action.pk, today=today)

    assert refusal is None
    assert words is not None
    assert "/p/muestra/" in words.text
    assert "$1,000.00" in words.text
    assert Message.objects.get().text == ""
    Receivable.objects.update(open_amount=0)
    assert approvals.sample_of(action_id=planned_action.pk, today=today) == (None, Refusal.NOTHING_OVERDUE)


PARTS = [
    (PauseScope.ALL, ""),
    (PauseScope.STATE, "Guerrero"),
    (PauseScope.TAG, "vip"),
    (PauseScope.TAG, "VIP"),
    (PauseScope.SEGMENT, "nuevo"),
]


def paused(scope: PauseScope, value: str, today: date, now: datetime, days: int = 4) -> int:
    """Pause a part of the portfolio from today on."""
    return pauses.pause(
        scope=scope, value=value, reason=PauseReason.DISASTER, note="Huracán", from_date=today,
        until_date=today + timedelta(days=days), actor=MANAGER, today=today, at=now,
    )  # fmt: skip


@pytest.mark.parametrize(("scope", "value"), PARTS)
def test_a_paused_part_of_the_portfolio_is_held_and_says_why(
    today: date, now: datetime, scope: PauseScope, value: str
) -> None:
    inside = late(3, today, state="Guerrero", tags=["vip"])
    outside = late(3, today, state="Jalisco") if scope in {PauseScope.STATE, PauseScope.TAG} else None
    paused(scope, value, today, now)

    summary = run(today, now)

    step = answer(inside, "aviso-1", today)
    assert (step.outcome, step.reasons, step.next_date) == (
        "HOLD",
        ("portfolio-on-hold",),
        today + timedelta(days=5),
    )
    said = explain.explain(customer_id=inside.pk, as_of=today).situation
    assert any("desastre natural" in one for one in said)
    assert summary.actions == (1 if outside else 0)


@pytest.mark.parametrize(("scope", "value"), PARTS)
def test_a_pause_stops_what_waits_and_refuses_what_a_person_sends(
    today: date, now: datetime, scope: PauseScope, value: str
) -> None:
    late(3, today, state="Guerrero", tags=["vip"])
    run(today, now)

    paused(scope, value, today, now)
    transport = FakeTransport()
    dispatch.dispatch_due(at=now, limit=10, transport=transport, worker="w")

    assert transport.taken == []
    assert states() == {"actions": ["CANCELLED"], "messages": ["CANCELLED"]}


@pytest.mark.parametrize(("scope", "value"), PARTS)
def test_what_was_queued_stops_with_the_pause_itself(
    today: date, now: datetime, scope: PauseScope, value: str
) -> None:
    late(3, today, state="Guerrero", tags=["vip"])
    others = late(3, today, state="Jalisco")
    run(today, now)
    # Of another segment, where that is what is paused.
    rows.execute("update assessment_customerstate set segment = 'lento' where customer_id = %s", [others.pk])

    stopped = paused(scope, value, today, now)

    # Before anything is due: nobody has to see the messages wait for a gate that will refuse them.
    expected = 2 if scope is PauseScope.ALL else 1
    assert stopped == expected
    assert states() == {
        "actions": ["CANCELLED"] * expected + ["QUEUED"] * (2 - expected),
        "messages": ["CANCELLED"] * expected + ["QUEUED"] * (2 - expected),
    }


@pytest.mark.complaint(25)
def test_a_paused_product_leaves_other_debts_of_the_customer_to_the_plan(today: date, now: datetime) -> None:
    customer = make_customer()
    car = make_receivable(customer=customer, due=today - timedelta(days=10))
    make_receivable(customer=customer, due=today - timedelta(days=3))
    account = Account.objects.create(customer=customer, external_id="CR-1", product="auto")
    Receivable.objects.filter(pk=car.pk).update(account=account)
    paused(PauseScope.PRODUCT, "auto", today, now)

    run(today, now)

    assert Action.objects.get().step_key == "aviso-1"
    transport = FakeTransport()
    dispatch.dispatch_due(at=now, limit=10, transport=transport, worker="w")
    assert car.document_number not in transport.taken[0].text


def test_a_lifted_or_ended_pause_holds_nobody(today: date, now: datetime) -> None:
    late(3, today)
    paused(PauseScope.ALL, "", today, now, days=0)
    run(today, now)
    assert not Action.objects.exists()

    run(today + timedelta(days=1), now + timedelta(days=1))
    assert Action.objects.get().state == "QUEUED"


def test_resuming_lets_the_next_run_decide(today: date, now: datetime) -> None:
    late(3, today)
    paused(PauseScope.ALL, "", today, now, days=30)
    pause_id = planned_pause()
    assert pauses.resume(pause_id=pause_id, actor=MANAGER, at=now + timedelta(hours=1))
    assert not pauses.resume(pause_id=pause_id, actor=MANAGER, at=now + timedelta(hours=2))

    run(today, now + timedelta(hours=3))

    assert Action.objects.get().state == "QUEUED"


def planned_pause() -> int:
    """Return the id of the only pause."""
    return agreed.portfolio_pauses(limit=1)[0].id


def test_the_longer_of_two_pauses_counts(today: date, now: datetime) -> None:
    customer = late(3, today)
    agreements.place_hold(
        customer_id=customer.pk, receivable_id=None, reason=HoldReason.REQUESTED, note="", from_date=today,
        until_date=today + timedelta(days=9), actor=MANAGER, at=now,
    )  # fmt: skip
    paused(PauseScope.ALL, "", today, now, days=2)

    run(today, now)

    step = answer(customer, "aviso-1", today)
    assert (step.reasons, step.next_date) == (("on-hold",), today + timedelta(days=10))
    assert planned.run_of(as_of=today) is not None

"""A campaign: whom it reaches, why not the others, two persons for many, and what became of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from puntual.agreements import operations as agreements
from puntual.agreements.types import DisputeReason, HoldReason
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts.types import Channel, ConsentDecision, PointKind, Purpose
from puntual.flows import campaigns, daily_run, dispatch, explain, money_in
from puntual.flows.wording import UnlawfulText
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action, Campaign, CampaignDecision
from puntual.plans.operations import SecondPersonNeeded, UnableToCampaign
from puntual.plans.types import CampaignAsk
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import prepare

ANA = Actor(kind=ActorKind.STAFF, id=1, label="Ana")
LUIS = Actor(kind=ActorKind.STAFF, id=2, label="Luis")


@pytest.fixture(autouse=True)
def plan(company: Company) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


def ask(now: datetime, **changes: object) -> CampaignAsk:
    """Ask for a mail to whoever is late."""
    whole = CampaignAsk(
        name="Buen Fin", condition=["dias_de_atraso", ">=", 1], segment_key="", channel=Channel.EMAIL,
        purpose=Purpose.COLLECTION, template="notice-1", team="", instructions="", not_before=now,
    )  # fmt: skip
    return replace(whole, **changes)  # type: ignore[arg-type]


def late(today: date, days: int = 1, **fields: object) -> Customer:
    """Make a customer one day late, for whom the plan has nothing today."""
    customer = make_customer(**fields)
    make_receivable(customer=customer, due=today - timedelta(days=days))
    return customer


def begin(now: datetime, today: date, *, key: str = "", **changes: object) -> int:
    """Ask for a campaign as Ana; each time for another one unless a key is given."""
    return campaigns.ask_for(key=key or uuid4().hex, ask=ask(now, **changes), actor=ANA, today=today, at=now)


def rights(today: date, now: datetime) -> dict[str, Customer]:
    """Make customers each with a right that a campaign respects, and one without."""
    cast = {name: late(today) for name in ("free", "held", "disputed", "promised", "out", "twice")}
    cast["no mail"] = late(today, email=None)
    agreements.place_hold(
        customer_id=cast["held"].pk, receivable_id=None, reason=HoldReason.REQUESTED, note="", from_date=today,
        until_date=today, actor=ANA, at=now,
    )  # fmt: skip
    agreements.open_dispute(
        customer_id=cast["disputed"].pk, receivable_id=None, reason=DisputeReason.OTHER, note="", amount=None,
        channel=Channel.CALL, actor=ANA, today=today, at=now, country="MX",
    )  # fmt: skip
    agreements.make_promise(
        key="p", customer_id=cast["promised"].pk, amount=Decimal(1000), currency="MXN",
        due_date=today + timedelta(days=3), channel=Channel.CALL, note="", actor=ANA, today=today, at=now,
    )  # fmt: skip
    contacts.set_consent(
        customer_id=cast["out"].pk, channel=Channel.EMAIL, decision=ConsentDecision.OPTED_OUT, source="x", note="",
        actor=ANA, at=now,
    )  # fmt: skip
    make_receivable(customer=cast["twice"], due=today - timedelta(days=3))
    return cast


def test_nobodys_rights_are_set_aside_and_each_decision_says_why(today: date, now: datetime) -> None:
    cast = rights(today, now)
    daily_run.run_day(today=today, at=now)

    campaign_id = begin(now, today)

    found = {
        one.customer_id: (one.outcome, one.reasons)
        for one in CampaignDecision.objects.filter(campaign_id=campaign_id)
    }
    assert {name: found[one.pk] for name, one in cast.items() if name != "no mail"} == {
        "free": ("ACT", ["step-due"]),
        "held": ("BLOCKED", ["law", "X-HOLD-01"]),
        "disputed": ("BLOCKED", ["law", "X-DISP-01"]),
        "promised": ("BLOCKED", ["law", "X-PROM-01"]),
        "out": ("BLOCKED", ["law", "X-OPT-01"]),
        "twice": ("WAIT", ["already-queued"]),
    }
    outcome, reasons = found[cast["no mail"].pk]
    assert (outcome, reasons[0]) == ("BLOCKED", "no-contact-point")
    assert Action.objects.filter(campaign_id=campaign_id).count() == 1
    said = explain.explain(customer_id=cast["held"].pk, as_of=today).campaigns
    assert said == ("«Buen Fin»: Impedido: La gestión está en pausa para esta persona.",)
    assert explain.explain(customer_id=cast["free"].pk, as_of=today).campaigns == (
        "«Buen Fin»: Se le contacta.",
    )


def test_the_preview_writes_nothing_and_tells_what_the_launch_does(today: date, now: datetime) -> None:
    rights(today, now)
    daily_run.run_day(today=today, at=now)
    before = Action.objects.count(), Message.objects.count()

    shown = campaigns.preview(ask=ask(now), today=today, at=now)

    assert (shown.matches.customers, shown.acting, sum(times for _why, times in shown.others)) == (7, 1, 6)
    assert shown.sample is not None
    assert "$1,000.00" in shown.sample.text
    assert (Action.objects.count(), Message.objects.count()) == before
    assert not Campaign.objects.exists()
    begin(now, today)
    assert Action.objects.filter(campaign__isnull=False).count() == shown.acting


def test_a_campaign_and_the_plan_send_one_message_a_day(today: date, now: datetime) -> None:
    customer = late(today)
    daily_run.run_day(today=today, at=now)
    begin(now, today)
    transport = FakeTransport()
    dispatch.dispatch_due(at=now, limit=10, transport=transport, worker="w")
    second = begin(now + timedelta(hours=1), today)

    assert len(transport.taken) == 1
    assert CampaignDecision.objects.get(campaign_id=second).reasons == ["other-step-today"]
    # What the plan has on another day goes on.
    later = today + timedelta(days=2)
    daily_run.run_day(today=later, at=now + timedelta(days=2))
    assert Action.objects.get(customer=customer, run__isnull=False).step_key == "aviso-1"


def test_a_run_that_begins_after_a_campaign_reached_somebody_waits_for_tomorrow(
    today: date, now: datetime
) -> None:
    customer = late(today, days=2)
    daily_run.run_day(today=today, at=now)
    tomorrow, morning = today + timedelta(days=1), now + timedelta(days=1)
    begin(morning, tomorrow)
    transport = FakeTransport()
    dispatch.dispatch_due(at=morning, limit=10, transport=transport, worker="w")
    assert len(transport.taken) == 1

    daily_run.run_day(today=tomorrow, at=morning + timedelta(hours=3))

    explained = explain.explain(customer_id=customer.pk, as_of=tomorrow)
    step = next(one for one in explained.steps if one.key == "aviso-1")
    assert (step.outcome, step.reasons) == ("WAIT", ("contacted-today",))
    assert "hoy ya se le contactó" in step.sentence
    assert step.next_date == tomorrow + timedelta(days=1)
    daily_run.run_day(today=tomorrow + timedelta(days=1), at=morning + timedelta(days=1))
    assert Action.objects.get(customer=customer, run__isnull=False).step_key == "aviso-1"


def test_many_need_a_second_person(company: Company, today: date, now: datetime) -> None:
    for _ in range(3):
        late(today)
    daily_run.run_day(today=today, at=now)
    Company.objects.filter(pk=company.pk).update(campaign_alone_max="2")

    campaign_id = begin(now, today)

    assert planned.campaign(campaign_id=campaign_id).state == "PROPOSED"
    assert not Action.objects.exists()
    with pytest.raises(SecondPersonNeeded):
        campaigns.approve(campaign_id=campaign_id, actor=ANA, today=today, at=now)
    assert campaigns.approve(campaign_id=campaign_id, actor=LUIS, today=today, at=now) == 3
    with pytest.raises(UnableToCampaign):
        campaigns.approve(campaign_id=campaign_id, actor=LUIS, today=today, at=now)
    assert Action.objects.filter(campaign_id=campaign_id).count() == 3


def test_results_count_answers_and_money_after_it_reached_them(today: date, now: datetime) -> None:
    payer, _silent = late(today), late(today)
    daily_run.run_day(today=today, at=now)
    campaign_id = begin(now, today)
    dispatch.dispatch_due(at=now, limit=10, transport=FakeTransport(), worker="w")
    payment = NewPayment(
        key="x", customer_id=payer.pk, amount=Decimal("400.00"), currency="MXN", value_date=today,
        method=PaymentMethod.TRANSFER,
    )  # fmt: skip
    money_in.receive_payment(payment=payment, actor=ANA, at=now + timedelta(hours=1), today=today)

    results = planned.campaign_results(campaign_id=campaign_id)
    row = planned.campaign(campaign_id=campaign_id)

    assert (row.planned, row.waiting, row.done) == (2, 0, 2)
    assert (results.answered, results.payers, results.amounts) == (0, 1, (("MXN", Decimal("400.00")),))


def test_stopping_a_campaign_keeps_what_waits_from_leaving(today: date, now: datetime) -> None:
    late(today)
    daily_run.run_day(today=today, at=now)
    campaign_id = begin(now, today, not_before=now + timedelta(hours=2))

    done = campaigns.stop(campaign_id=campaign_id, note="Error", actor=LUIS, at=now)

    assert (done.stopped, done.too_late) == (1, 0)
    transport = FakeTransport()
    dispatch.dispatch_due(at=now + timedelta(hours=3), limit=10, transport=transport, worker="w")
    assert transport.taken == []
    with pytest.raises(UnableToCampaign):
        campaigns.stop(campaign_id=campaign_id, note="Otra vez", actor=LUIS, at=now)


def test_a_segment_and_a_task_for_a_team(today: date, now: datetime) -> None:
    customer = late(today)
    contacts_phone(customer)
    daily_run.run_day(today=today, at=now)

    campaign_id = begin(
        now, today, condition=None, segment_key="nuevo", channel=Channel.CALL, template="", team="gestores",
        instructions="Ofrezca parcialidades",
    )  # fmt: skip

    assert Action.objects.get(campaign_id=campaign_id).state == "OPEN"
    task = planned.open_tasks(at=now, limit=5, with_moves=True)[0]
    assert (task["campaign_name"], task["instructions"]) == ("Buen Fin", "Ofrezca parcialidades")


def test_whoever_has_a_task_waiting_gets_no_second_one(today: date, now: datetime) -> None:
    customer = late(today)
    contacts_phone(customer)
    daily_run.run_day(today=today, at=now)
    begin(now, today, channel=Channel.CALL, template="")

    again = begin(now, today, channel=Channel.CALL, template="", name="Otra")
    by_mail = begin(now, today, name="Correo")

    assert Action.objects.get().state == "OPEN"
    for campaign_id in (again, by_mail):
        assert CampaignDecision.objects.get(campaign_id=campaign_id).reasons == ["task-waiting"]
    said = explain.explain(customer_id=customer.pk, as_of=today).campaigns
    assert said[0] == "«Correo»: Espera: ya hay una tarea por hacer con este cliente."


def contacts_phone(customer: Customer) -> None:
    """Give a customer a telephone."""
    make_point(customer=customer, kind=PointKind.PHONE, value="5511112222")


@pytest.mark.parametrize(
    "changes",
    [
        {"condition": ["no_existe", ">=", 1]},
        {"condition": ["dias_de_atraso", ">=", 500]},
        {"template": "no-existe"},
        {"channel": Channel.SMS},
    ],
    ids=["malformed", "nobody", "no template", "not connected"],
)
def test_what_cannot_be_asked_writes_nothing(today: date, now: datetime, changes: dict[str, object]) -> None:
    late(today)
    daily_run.run_day(today=today, at=now)

    with pytest.raises(UnableToCampaign):
        begin(now, today, **changes)

    assert not Campaign.objects.exists()
    assert not Action.objects.exists()


def disputing(today: date, now: datetime, *, free: str, disputed: str) -> Customer:
    """Make a late customer of whom one document may be asked for and another is in dispute."""
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=1), amount=free)
    other = make_receivable(customer=customer, due=today - timedelta(days=2), amount=disputed)
    agreements.open_dispute(
        customer_id=customer.pk, receivable_id=other.pk, reason=DisputeReason.OTHER, note="", amount=None,
        channel=Channel.CALL, actor=ANA, today=today, at=now, country="MX",
    )  # fmt: skip
    return customer


def test_a_campaign_chooses_and_counts_by_what_may_be_asked_for(today: date, now: datetime) -> None:
    whole = make_customer()
    make_receivable(customer=whole, due=today - timedelta(days=1), amount="6000.00")
    little = disputing(today, now, free="300.00", disputed="9000.00")
    enough = disputing(today, now, free="7000.00", disputed="800.00")
    daily_run.run_day(today=today, at=now)
    wanted = ["saldo_vencido", ">=", 5000]

    shown = campaigns.preview(ask=ask(now, condition=wanted), today=today, at=now)
    campaign_id = begin(now, today, condition=wanted)

    assert (shown.matches.customers, shown.left_out, shown.acting) == (2, 1, 2)
    part = shown.matches.overdue[0]
    assert (part.amount, part.whole_amount) == (Decimal("13000.00"), Decimal("23100.00"))
    assert shown.others == (((("SKIPPED", ("not-by-demand", "in-dispute"))), 1),)
    found = dict(CampaignDecision.objects.values_list("customer_id", "outcome"))
    assert found == {whole.pk: "ACT", enough.pk: "ACT", little.pk: "SKIPPED"}
    assert planned.campaign(campaign_id=campaign_id).customers == 2
    assert explain.explain(customer_id=little.pk, as_of=today).campaigns == (
        "«Buen Fin»: No aplica: por lo que se le puede cobrar no cumple la condición; hay una aclaración abierta.",
    )


def test_what_is_little_only_by_what_may_be_asked_for_is_chosen_too(today: date, now: datetime) -> None:
    little = disputing(today, now, free="300.00", disputed="9000.00")
    daily_run.run_day(today=today, at=now)

    begin(now, today, condition=["saldo_vencido", "<", 500])

    assert CampaignDecision.objects.get().customer_id == little.pk


def test_nobody_by_what_may_be_asked_for_is_refused_and_says_how_many_owe_it(
    today: date, now: datetime
) -> None:
    disputing(today, now, free="300.00", disputed="9000.00")
    daily_run.run_day(today=today, at=now)

    with pytest.raises(UnableToCampaign, match="1 cliente cumpliría por todo lo que debe"):
        begin(now, today, condition=["saldo_vencido", ">=", 5000])

    assert not Campaign.objects.exists()


def test_who_owes_less_than_the_minimum_of_the_policy_is_not_reached(today: date, now: datetime) -> None:
    text = planned.shipped_text(key="facturas-mx").replace(
        "politica:\n", "politica:\n  saldo_minimo: {MXN: 500}\n"
    )
    plans.adopt_plan(text=text, at=now)
    small, large = make_customer(), late(today)
    make_receivable(customer=small, due=today - timedelta(days=1), amount="499.99")
    daily_run.run_day(today=today, at=now)

    begin(now, today)

    found = {one.customer_id: (one.outcome, one.reasons) for one in CampaignDecision.objects.all()}
    assert found[small.pk] == ("SKIPPED", ["below-minimum"])
    assert found[large.pk][0] == "ACT"


def test_instructions_that_the_law_forbids_begin_no_campaign(today: date, now: datetime) -> None:
    contacts_phone(late(today))
    daily_run.run_day(today=today, at=now)
    asked = {"channel": Channel.CALL, "template": "", "team": "gestores"}

    with pytest.raises(UnlawfulText, match="terceros"):
        begin(now, today, instructions="Dígale que le hablaremos a su jefe", **asked)

    assert Campaign.objects.count() == 0


def test_instructions_that_need_review_wait_for_a_second_person(today: date, now: datetime) -> None:
    contacts_phone(late(today))
    daily_run.run_day(today=today, at=now)
    asked = {
        "channel": Channel.CALL,
        "template": "",
        "team": "gestores",
        "instructions": "Mencione la demanda",
    }

    assert campaigns.preview(ask=ask(now, **asked), today=today, at=now).needs_approval
    campaign_id = begin(now, today, **asked)

    assert Action.objects.filter(campaign_id=campaign_id).count() == 0
    with pytest.raises(SecondPersonNeeded):
        campaigns.approve(campaign_id=campaign_id, actor=ANA, today=today, at=now)
    assert campaigns.approve(campaign_id=campaign_id, actor=LUIS, today=today, at=now) == 1

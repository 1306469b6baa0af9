"""The past, decided again: what was lived comes out as it was, to the last byte."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from puntual.agreements import operations as agreement_acts
from puntual.agreements import queries as agreement_rows
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason, PauseReason, PauseScope
from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts import queries as contact_rows
from puntual.contacts.types import Channel, ConsentDecision, PointKind, PointState, Purpose
from puntual.db import rows
from puntual.flows import (
    approvals,
    campaigns,
    case_acts,
    daily_run,
    dispatch,
    money_in,
    reach_acts,
    rehearsal,
)
from puntual.flows.case_acts import ContactResult, GivenPromise, MadeContact
from puntual.flows.rehearsal import calendars
from puntual.flows.rehearsal.course import Course, Morning, Setting
from puntual.insights.queries import rehearsals
from puntual.insights.types import RehearsalKind
from puntual.outreach.providers.fake import FakeTransport
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action
from puntual.plans.types import ActionState, CampaignAsk
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import prepare

ZONE = ZoneInfo("America/Mexico_City")
FIRST = date(2026, 11, 9)
EVERYBODY = 10**9
BOSS = Actor(kind=ActorKind.STAFF, id=1, label="Ana")
# A plan with everything that looks at the past: contacts, promises, stage entry, approval, moves, fallbacks.
PLAN = """
formato: puntual-plan-1
clave: memoria
nombre: Plan con memoria
recursos:
  equipos:
    - {clave: gestores, nombre: Gestores, personas: 1, gestiones_por_dia: 2}
  canales:
    correo: {por_dia: 3, costo: 0.05}
    llamada: {costo: 12}
etapas:
  - {clave: preventiva, nombre: Preventiva, tipo: preventiva}
  - {clave: temprana, nombre: Temprana, tipo: administrativa, entra: [dias_de_atraso, ">=", 1]}
  - {clave: tardia, nombre: Tardía, tipo: extrajudicial, entra: [dias_de_atraso, ">=", 12]}
segmentos:
  - {clave: callados, nombre: Callados, si: [contactos_sin_respuesta, ">=", 2]}
  - {clave: todos, nombre: Todos}
estrategias:
  - etapas: [preventiva]
    pasos:
      - {clave: previo, nombre: Previo, ancla: vencimiento, dias: -3, canal: correo, fin: recordatorio,
         plantilla: AVISO}
  - etapas: [temprana, tardia]
    pasos:
      - {clave: aviso, nombre: Aviso, ancla: atraso, dias: 2, canal: correo, alternativas: [llamada],
         plantilla: AVISO}
      - {clave: llamada, nombre: Llamada, ancla: atraso, dias: 5, canal: llamada, equipo: gestores, por_aprobar: true}
      - {clave: repaso, nombre: Repaso, ancla: ultimo-contacto, dias: 3, canal: correo, plantilla: AVISO,
         por_aprobar: true}
      - {clave: rota, nombre: Promesa rota, ancla: promesa-incumplida, dias: 0, canal: correo, plantilla: AVISO}
  - etapas: [tardia]
    pasos:
      - {clave: entrada, nombre: Al entrar, ancla: entrada-a-etapa, dias: 0, canal: llamada, equipo: gestores}
      - {clave: pase, nombre: Pase a despacho, ancla: atraso, dias: 14, mueve_a: despacho}
  - pasos:
      - {clave: gracias, nombre: Gracias, ancla: pago, dias: 0, canal: correo, fin: agradecimiento, plantilla: AVISO}
"""


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """Say when it is that hour at the company."""
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE).astimezone(UTC)


def day_of(number: int) -> date:
    """Return a day of the story, the first being 0."""
    return FIRST + timedelta(days=number)


def stored() -> dict[tuple[date, int], list[tuple[object, ...]]]:
    """Return every stored decision, word by word."""
    found: dict[tuple[date, int], list[tuple[object, ...]]] = {}
    for as_of, customer_id, *answer in rows.fetch_all(
        "select as_of, customer_id, step_number, outcome, array_to_string(reasons, ','), next_date"
        " from plans_decided order by as_of, customer_id, step_number"
    ):
        found.setdefault((as_of, customer_id), []).append(tuple(answer))
    return found


def replayed(
    version_id: int, *, follows_reality: bool = True
) -> dict[tuple[date, int], list[tuple[object, ...]]]:
    """Decide again all days that had a run."""
    runs = planned.runs_between(first=date(2026, 1, 1), last=date(2027, 1, 1))
    setting = Setting(
        plan=planned.plan_of_version(version_id=version_id),
        country="MX",
        time_zone="America/Mexico_City",
        mornings=tuple(Morning(one["as_of"], one["started_at"], one["started_at"]) for one in runs),
        follows_reality=follows_reality,
        is_live=False,
        breaks_promises=False,
    )
    found = {}
    for morning, decided in Course(setting=setting, after=0, up_to=EVERYBODY).mornings():
        for facts, answers in zip(decided.facts, decided.answers, strict=True):
            found[morning.day, facts.customer_id] = [
                (one.step_number, one.outcome.value, ",".join(one.reasons), one.next_date) for one in answers
            ]
    return found


def run_at_seven(day: date) -> None:
    """Decide a day as the worker does."""
    daily_run.run_day(today=day, at=moment(day, 7))


class Life:
    """A company that works day by day while things happen to its customers."""

    def __init__(self) -> None:
        self.transport = FakeTransport()
        self.events: dict[int, list[Callable[[date], None]]] = {}
        # How the run of a day goes where it does not go by itself at seven.
        self.starts: dict[int, Callable[[date], None]] = {}

    def on(self, number: int, event: Callable[[date], None]) -> None:
        """Have something happen at noon of a day."""
        self.events.setdefault(number, []).append(event)

    def live(self, days: int, *, off: tuple[int, ...] = ()) -> None:
        """Run each morning, send at ten, let things happen at noon; on days off only things happen."""
        for number in range(days):
            day = day_of(number)
            if number not in off:
                with time_machine.travel(moment(day, 7), tick=False):
                    self.starts.get(number, run_at_seven)(day)
                with time_machine.travel(moment(day, 10), tick=False):
                    dispatch.dispatch_due(
                        at=moment(day, 10), limit=100, transport=self.transport, worker="life"
                    )
            for event in self.events.get(number, ()):
                with time_machine.travel(moment(day, 12), tick=False):
                    event(day)


@pytest.fixture
def version_id(company: Company) -> int:
    """Put the plan and its templates in force."""
    prepare()
    text = PLAN.replace("AVISO", "notice-1")
    plans.adopt_plan(text=text, at=moment(FIRST - timedelta(days=1), 9))
    return planned.active_version()[0]


def person(*, late: int, amount: str = "1000.00", phone: bool = False, email: bool = True) -> Customer:
    """Create a customer whose debt is so many days late on the first day; known the day before."""
    at = moment(FIRST - timedelta(days=1), 9)
    customer = make_customer(at=at) if email else make_customer(at=at, email=None)
    if phone:
        make_point(customer=customer, value="+525512345678", kind=PointKind.PHONE)
    rows.execute("update contacts_contactpoint set created_at = %(at)s", {"at": at})
    make_receivable(customer=customer, due=FIRST - timedelta(days=late), amount=amount, at=at)
    return customer


def pays(customer: Customer, amount: str, *, key: str) -> Callable[[date], None]:
    """Pay an amount."""

    def event(day: date) -> None:
        payment = NewPayment(
            key=key,
            customer_id=customer.pk,
            amount=Decimal(amount),
            currency="MXN",
            value_date=day,
            method=PaymentMethod.TRANSFER,
        )
        money_in.receive_payment(payment=payment, actor=SYSTEM, today=day, at=moment(day, 12))

    return event


def promises(customer: Customer, *, days: int, key: str) -> Callable[[date], None]:
    """Promise to pay in some days."""

    def event(day: date) -> None:
        case_acts.take_promise(
            key=key,
            customer_id=customer.pk,
            promise=GivenPromise(Decimal("500"), "MXN", day + timedelta(days=days)),
            channel=Channel.CALL,
            note="",
            actor=SYSTEM,
            country="MX",
            today=day,
            at=moment(day, 12),
        )

    return event


def answers_a_call(customer: Customer, *, key: str, result: ContactResult) -> Callable[[date], None]:
    """A collector calls, and notes what came of it."""

    def event(day: date) -> None:
        contact = MadeContact(
            key=key,
            customer_id=customer.pk,
            contact_point_id=None,
            channel=Channel.CALL,
            purpose=Purpose.COLLECTION,
            result=result,
        )
        case_acts.record_contact(contact=contact, actor=SYSTEM, country="MX", today=day, at=moment(day, 12))

    return event


def disputes(customer: Customer) -> Callable[[date], None]:
    """Object to the whole debt."""

    def event(day: date) -> None:
        case_acts.open_dispute(
            key=f"d{customer.pk}", customer_id=customer.pk, receivable_id=None, reason=DisputeReason.OTHER, amount=None,
            note="", channel=Channel.CALL, actor=SYSTEM, country="MX", today=day, at=moment(day, 12),
        )  # fmt: skip

    return event


def is_answered(customer: Customer) -> Callable[[date], None]:
    """Turn the objection down."""

    def event(day: date) -> None:
        dispute = agreement_rows.disputes_of(customer_id=customer.pk)[0]
        case_acts.close_dispute(
            dispute_id=dispute["id"], state=DisputeState.REJECTED, resolution="Se entregó.", actor=SYSTEM,
            today=day, at=moment(day, 12),
        )  # fmt: skip

    return event


def is_paused(customer: Customer, *, days: int) -> Callable[[date], None]:
    """Pause contact for some days."""

    def event(day: date) -> None:
        case_acts.pause(
            customer_id=customer.pk, receivable_id=None, reason=HoldReason.REQUESTED, note="",
            until_date=day + timedelta(days=days), actor=SYSTEM, today=day, at=moment(day, 12),
        )  # fmt: skip

    return event


def resumes(customer: Customer) -> Callable[[date], None]:
    """End the pause before its day."""

    def event(day: date) -> None:
        hold = agreement_rows.holds_of(customer_id=customer.pk, today=day)[0]
        case_acts.resume(hold_id=hold["id"], actor=SYSTEM, at=moment(day, 12))

    return event


def leaves_channel(customer: Customer, decision: ConsentDecision) -> Callable[[date], None]:
    """Say a word about e-mail."""

    def event(day: date) -> None:
        reach_acts.set_channel(
            key=f"w{customer.pk}{day}", customer_id=customer.pk, channel=Channel.EMAIL, decision=decision, note="",
            actor=SYSTEM, at=moment(day, 12),
        )  # fmt: skip

    return event


def point_is(customer: Customer, state: PointState) -> Callable[[date], None]:
    """Learn something of the customer's address."""

    def event(day: date) -> None:
        point = contact_rows.points_of(customer_id=customer.pk)[0]
        reach_acts.mark_point(
            customer_id=customer.pk, point_id=point.id, state=state, note="", actor=SYSTEM, at=moment(day, 12)
        )

    return event


def approves_all(_day: date) -> None:
    """Let everything go on that waits for a person."""
    waiting = list(Action.objects.filter(state="PROPOSED").values_list("pk", flat=True))
    approvals.approve(action_ids=waiting, actor=SYSTEM, at=moment(_day, 12))


def stops_one(day: date) -> None:
    """Stop the first action that waits for a person."""
    waiting = list(Action.objects.filter(state="PROPOSED").order_by("pk").values_list("pk", flat=True)[:1])
    approvals.stop(action_ids=waiting, note="No ahora.", actor=SYSTEM, at=moment(day, 12))


def pass_is_done(day: date) -> None:
    """Carry out the moves that wait."""
    waiting = list(Action.objects.filter(state="OPEN").exclude(moves_to="").values_list("pk", flat=True))
    plans.complete_actions(action_ids=waiting, state=ActionState.EXECUTED, at=moment(day, 12))


def write_a_life(life: Life) -> None:
    """Have all that can happen to customers happen, each at its moment."""
    silent = [person(late=late) for late in (-6, -3, 0, 1, 2, 3, 4, 5, 8, 9, 11, 12, 13)]
    called = [person(late=late, phone=True) for late in (1, 3, 5, 9, 10, 12, 14)]
    payer, partial, late_payer = person(late=1), person(late=2, phone=True), person(late=6)
    life.on(2, pays(payer, "1000.00", key="P1"))
    life.on(1, pays(partial, "300.00", key="P2"))
    life.on(9, pays(late_payer, "1000.00", key="P3"))
    for number, (days, paid) in enumerate(((2, None), (2, "500.00"), (3, "100.00"), (6, None))):
        promiser = person(late=2 + number, phone=True)
        life.on(1 + number % 2, promises(promiser, days=days, key=f"promesa-{number}"))
        if paid:
            life.on(3, pays(promiser, paid, key=f"Q{number}"))
    objector, paused, hasty, leaver = person(late=1), person(late=1), person(late=2), person(late=3)
    life.on(1, disputes(objector))
    life.on(6, is_answered(objector))
    life.on(1, is_paused(paused, days=4))
    life.on(0, is_paused(hasty, days=30))
    life.on(5, resumes(hasty))
    life.on(1, leaves_channel(leaver, ConsentDecision.OPTED_OUT))
    life.on(7, leaves_channel(leaver, ConsentDecision.GRANTED))
    # Of two the debt is ten years old: one since long, one in the middle of the days.
    person(late=4000), person(late=(FIRST - (FIRST + timedelta(days=4)).replace(year=FIRST.year - 10)).days)
    bounced = person(late=1)
    life.on(0, point_is(bounced, PointState.BOUNCED))
    life.on(4, point_is(bounced, PointState.VERIFIED))
    life.on(2, answers_a_call(called[0], key="L1", result=ContactResult.SPOKE))
    life.on(5, answers_a_call(called[1], key="L2", result=ContactResult.NO_ANSWER))
    life.on(3, answers_a_call(silent[5], key="L3", result=ContactResult.THEY_CALLED))
    life.on(2, stops_one)
    life.on(4, approves_all)
    life.on(8, approves_all)
    life.on(6, pass_is_done)


def campaign(key: str, *, hours: int = 0, **changes: object) -> Callable[[date], None]:
    """Have a campaign by mail for whoever is late, which begins so many hours later."""

    def event(day: date, at: datetime | None = None) -> None:
        at = at or moment(day, 12)
        ask = CampaignAsk(
            name=key, condition=["dias_de_atraso", ">=", 1], segment_key="", channel=Channel.EMAIL,
            purpose=Purpose.COLLECTION, template="notice-1", team="", instructions="",
            not_before=at + timedelta(hours=hours),
        )  # fmt: skip
        campaigns.ask_for(
            key=key,
            ask=replace(ask, **changes),
            actor=BOSS,
            today=day,
            at=at,  # type: ignore[arg-type]
        )

    return event


def campaign_is_stopped(key: str) -> Callable[[date], None]:
    """End a campaign with what waits of it."""

    def event(day: date) -> None:
        found = planned.campaign_of_key(key=key)
        assert found is not None
        campaigns.stop(campaign_id=found.id, note="Error", actor=BOSS, at=moment(day, 12))

    return event


def once(act: Callable[[], None]) -> Callable[[object], None]:
    """Do something after the first chunk of a run, and nothing after the others."""
    left = [act]

    def tell(_pace: object) -> None:
        if left:
            left.pop()()

    return tell


def is_killed(day: date) -> None:
    """Have a run end after its first chunk; then things happen, and at eleven it is started again."""

    def die() -> None:
        raise KilledError

    with pytest.raises(KilledError):
        daily_run.run_day(today=day, at=moment(day, 7), chunk_size=7, on_progress=once(die))
    for customer_id in Customer.objects.order_by("pk").values_list("pk", flat=True)[::2]:
        with time_machine.travel(moment(day, 9), tick=False):
            case_acts.pause(
                customer_id=customer_id, receivable_id=None, reason=HoldReason.REQUESTED, note="",
                until_date=day + timedelta(days=2), actor=SYSTEM, today=day, at=moment(day, 9),
            )  # fmt: skip
    with time_machine.travel(moment(day, 11), tick=False):
        daily_run.run_day(today=day, at=moment(day, 11), chunk_size=7)


class KilledError(Exception):
    """A run is stopped from outside."""


@pytest.mark.feature("N-02")
def test_campaigns_are_part_of_the_past(version_id: int) -> None:
    life = Life()
    write_a_life(life)
    life.on(0, campaign("mail"))
    life.on(2, campaign("calls", channel=Channel.CALL, template=""))
    life.on(4, campaign("later", hours=60))
    life.on(6, campaign("stopped", hours=60))
    life.on(7, campaign_is_stopped("stopped"))

    life.live(10)

    real, again = stored(), replayed(version_id)
    campaign_actions = Action.objects.filter(campaign__isnull=False)
    for state in ("EXECUTED", "OPEN", "CANCELLED"):
        assert campaign_actions.filter(state=state).exists(), state
    differing = {key: (real[key], again.get(key)) for key in real if real[key] != again.get(key)}
    assert not differing, next(iter(differing.items()))
    told = rehearsal.replay(version_id=version_id, first=FIRST, last=day_of(9), today=day_of(10))
    assert (told.different, told.other_actions) == (0, 0)
    assert sum(one.real for one in told.days) == Action.objects.filter(run__isnull=False).count()


@pytest.mark.feature("N-02")
def test_a_campaign_in_the_middle_of_a_run_counts_for_whom_it_came_before(version_id: int) -> None:
    life = Life()
    customers = [person(late=late) for late in (1, 1, 1, 1)]

    def run_with_campaign(day: date) -> None:
        begin = partial(campaign("between"), day, moment(day, 7, 1))
        daily_run.run_day(today=day, at=moment(day, 7), chunk_size=2, on_progress=once(begin))

    life.starts[1] = run_with_campaign
    life.live(3)

    real, again = stored(), replayed(version_id)
    decided = {one.pk: {a[0]: (a[1], a[2]) for a in real[day_of(1), one.pk]} for one in customers}
    assert [decided[one.pk][2] for one in customers] == [
        ("ACT", "step-due"), ("ACT", "step-due"), ("WAIT", "already-queued"), ("WAIT", "already-queued"),
    ]  # fmt: skip
    assert again == real


@pytest.mark.feature("N-02")
def test_a_run_that_was_resumed_is_decided_by_what_each_part_knew(version_id: int) -> None:
    life = Life()
    write_a_life(life)
    life.starts[3] = is_killed
    life.starts[6] = is_killed

    life.live(8)

    real, again = stored(), replayed(version_id)
    held = [
        answers for (day, _who), answers in real.items() if day == day_of(3) and ("HOLD", "on-hold") in
        {(one[1], one[2]) for one in answers}
    ]  # fmt: skip
    assert 5 < len(held) < len(real) / 8
    differing = {key: (real[key], again.get(key)) for key in real if real[key] != again.get(key)}
    assert not differing, next(iter(differing.items()))
    assert set(again) == set(real)
    told = rehearsal.replay(version_id=version_id, first=FIRST, last=day_of(7), today=day_of(8))
    assert (told.different, told.other_actions, told.equal) == (0, 0, len(real))
    assert sum(one.real for one in told.days) == Action.objects.count()


def arrives(day: date) -> None:
    """A new customer is loaded at noon, already late."""
    customer = make_customer(at=moment(day, 12))
    rows.execute("update contacts_contactpoint set created_at = %(at)s where customer_id = %(id)s",
                 {"at": moment(day, 12), "id": customer.pk})  # fmt: skip
    make_receivable(customer=customer, due=day - timedelta(days=3), at=moment(day, 12))


@pytest.mark.feature("N-02")
def test_a_lived_period_is_decided_again_to_the_byte(version_id: int) -> None:
    life = Life()
    write_a_life(life)
    life.on(5, arrives)

    life.live(12, off=(9,))

    real, again = stored(), replayed(version_id)
    assert len({day for day, _customer in real}) == 11
    # The story is worth the comparison only where most things came up in it.
    told = {
        (answer[1], code)
        for answers in real.values()
        for answer in answers
        for code in str(answer[2]).split(",")
    }
    for seen in (
        ("ACT", "step-due"), ("ACT", "needs-approval"), ("BLOCKED", "X-OPT-01"), ("BLOCKED", "no-contact-point"),
        ("HOLD", "on-hold"), ("HOLD", "in-dispute"), ("HOLD", "promise-active"), ("WAIT", "already-queued"),
        ("DONE", "already-done"), ("SKIPPED", "nothing-owed"), ("WAIT", "other-step-today"),
        ("BLOCKED", "MX-PRESC-03"),
    ):  # fmt: skip
        assert seen in told, seen
    assert any(answer[0] == 5 and answer[1] == "ACT" for answers in real.values() for answer in answers)
    differing = {key: (real[key], again.get(key)) for key in real if real[key] != again.get(key)}
    assert not differing, next(iter(differing.items()))
    assert set(again) == set(real)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of the company, as text."""
    tables = [
        name
        for (name,) in rows.fetch_all(
            "select c.relname from pg_class c where c.relnamespace = current_schema()::regnamespace"
            " and c.relkind in ('r', 'S') order by 1"
        )
    ]
    return {
        name: sorted(rows.fetch_all(f'select row(t.*)::text from "{name}" t'), key=str) for name in tables
    }


def draft(now_version: int, **changes: str) -> int:
    """Keep another text of the plan as a draft and return its version."""
    text = PLAN.replace("AVISO", "notice-1")
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    return plans.save_draft(text=text, reason="", actor=SYSTEM, at=moment(FIRST, 8))


@pytest.mark.feature("N-02")
def test_a_rehearsal_writes_nothing_and_no_mail_leaves(version_id: int) -> None:
    life = Life()
    write_a_life(life)
    life.live(6)
    draft_id = draft(version_id, **{"dias: 5, canal: llamada": "dias: 3, canal: llamada"})
    sent, before = len(life.transport.taken), everything()
    assert {"plans_action", "plans_decisionpattern", "outreach_message", "compliance_verdict"} <= set(before)
    assert sent
    assert all(before[name] for name in ("plans_action", "outreach_message", "compliance_verdict"))
    day, at = day_of(6), moment(day_of(6), 7)

    for version in (None, version_id, draft_id):
        rehearsal.preview(version_id=version, day=day, today=day, at=at)
    rehearsal.calendar(today=day, at=at)
    rehearsal.calendar(version_id=draft_id, today=day, at=at)
    rehearsal.calendar_of_customer(external_id=Customer.objects.all()[0].external_id, today=day, at=at)
    for version in (version_id, draft_id):
        rehearsal.replay(version_id=version, first=FIRST, last=day_of(5), today=day)

    after = everything()
    assert [name for name in before if before[name] != after[name]] == []
    with time_machine.travel(moment(day, 10), tick=False):
        dispatch.dispatch_due(at=moment(day, 10), limit=100, transport=life.transport, worker="life")
    # What leaves is what the runs had queued, and nothing besides.
    queued = {key for (key,) in rows.fetch_all("select key::text from outreach_message")}
    assert len(queued) == len(before["outreach_message"])


@pytest.mark.feature("N-02")
def test_a_preview_says_what_the_next_run_then_does(version_id: int) -> None:
    payer = person(late=3)
    life = Life()
    write_a_life(life)
    life.live(4)
    day, at = day_of(4), moment(day_of(4), 7)

    told = rehearsal.preview(version_id=None, day=day, today=day, at=at)
    with time_machine.travel(at, tick=False):
        summary = daily_run.run_day(today=day, at=at)

    assert told.is_active
    assert not told.has_run
    assert (told.customers, told.acts) == (summary.customers, summary.new_actions)
    real = dict(
        rows.fetch_all(
            "select a.step_key, count(*) from plans_action a join plans_run r on r.id = a.run_id"
            " where r.as_of = %(day)s group by 1",
            {"day": day},
        )
    )
    assert {one.key: one.count for one in told.steps if one.count} == real
    # Told again after the run it is that of the morning, and everybody stands where they were placed: who paid since
    # was moved by the payment.
    with time_machine.travel(moment(day, 12), tick=False):
        pays(payer, "1000.00", key="since")(day)
    again = rehearsal.preview(version_id=None, day=day, today=day, at=at + timedelta(hours=5))
    assert again.has_run
    assert (again.acts, again.steps) == (told.acts, told.steps)
    assert told.moves
    assert not again.moves


def test_a_preview_of_a_draft_names_whom_it_treats_otherwise(version_id: int) -> None:
    customer = person(late=3, phone=True, amount="7000.00")
    person(late=1)
    life = Life()
    life.live(1)
    draft_id = draft(version_id, **{"dias: 5, canal: llamada": "dias: 4, canal: llamada"})
    day = day_of(1)

    told = rehearsal.preview(version_id=draft_id, day=day, today=day, at=moment(day, 7))

    assert [(one.customer_id, one.overdue) for one in told.people] == [(customer.pk, Decimal("7000.00"))]
    assert told.other_actions == 1
    person_line = told.people[0]
    assert person_line.planned is not None
    assert person_line.planned.step == "Llamada"
    assert person_line.other is None
    assert told.acts == told.acts_now + 1
    team = next(one for one in told.teams if one.key == "gestores")
    assert (team.count, team.capacity) == (1, 2)
    call = next(one for one in told.channels if one.channel == "CALL")
    assert (call.count, call.cost) == (1, Decimal("12.00"))


def test_what_the_law_stops_is_told_with_its_rule(version_id: int) -> None:
    leaver = person(late=2)
    leaves_channel(leaver, ConsentDecision.OPTED_OUT)(FIRST - timedelta(days=1))

    told = rehearsal.preview(version_id=None, day=FIRST, today=FIRST, at=moment(FIRST, 7))

    assert [(one.code, one.customers) for one in told.refusals] == [("X-OPT-01", 1)]
    assert told.refusals[0].text
    assert told.refusals[0].source


@pytest.mark.feature("PLN-14")
def test_the_calendar_goes_on_as_if_nobody_paid(version_id: int) -> None:
    customer = person(late=1, phone=True)
    promiser = person(late=1)
    promises(promiser, days=2, key="p")(FIRST - timedelta(days=1))

    told = rehearsal.calendar_of_customer(external_id=customer.external_id, today=FIRST, at=moment(FIRST, 7))

    steps = {one.day - FIRST: [cell.key for cell in one.steps] for one in told.days if one.carried}
    # One day late on Monday: the notice on the second day, the call on the fifth, and again three days after it, on
    # Monday the 16th, which is a holiday, so on Tuesday.
    assert {days.days: keys for days, keys in steps.items() if days.days <= 8} == {
        1: ["aviso"], 4: ["llamada"], 8: ["repaso"],
    }  # fmt: skip
    broken = rehearsal.calendar_of_customer(
        external_id=promiser.external_id, today=FIRST, at=moment(FIRST, 7)
    )
    days = {cell.key: one.day for one in reversed(broken.days) for cell in one.steps}
    # Promised for Tuesday, one working day of tolerance: broken on Thursday.
    assert days["rota"] == FIRST + timedelta(days=3)
    assert min(one.day for one in broken.days if one.carried) == FIRST + timedelta(days=3)


@pytest.mark.feature("PLN-14")
def test_what_waits_of_a_campaign_is_in_the_calendar_by_its_name(version_id: int) -> None:
    person(late=1)
    Life().live(1)
    campaign("Buen Fin", hours=30)(FIRST)

    told = rehearsal.calendar(today=FIRST, at=moment(FIRST, 13))

    # The notice of the plan waits until the campaign's mail of Tuesday evening has left.
    steps = {one.day - FIRST: [cell.name for cell in one.steps] for one in told.days if one.carried}
    assert [(days.days, names) for days, names in steps.items()][:2] == [(1, ["Buen Fin"]), (2, ["Aviso"])]
    assert [one.count for one in told.steps if one.name == "Buen Fin"] == [1]


def test_days_are_decided_at_the_hour_of_the_company(company: Company, version_id: int) -> None:
    person(late=1)
    Company.objects.filter(pk=company.pk).update(run_starts_at="23:00")

    ahead = rehearsal.calendar(today=FIRST, at=moment(FIRST, 7))
    over = rehearsal.replay(version_id=version_id, first=FIRST, last=day_of(3), today=day_of(4))

    # Decided on Tuesday at an hour at which nobody may be written to: the mail leaves on Wednesday.
    for told in (ahead, over):
        lines = {one.day: one for one in told.days}
        assert [lines[day_of(number)].decided for number in (0, 1, 2)] == [0, 1, 0]
        assert [lines[day_of(number)].carried for number in (0, 1, 2)] == [0, 0, 1]


def test_the_calendar_goes_on_from_a_run_that_is_not_at_its_end(version_id: int) -> None:
    for late in (2, 1, 2, 2):
        person(late=late, phone=True)
    at = moment(FIRST, 7)
    asked: dict[str, Any] = {"today": FIRST, "at": moment(FIRST, 7, 30)}
    # Nothing is decided yet; then half of them are; then all.
    plans.start_run(as_of=FIRST, version_id=version_id, at=at)
    before = rehearsal.calendar(**asked)

    def die() -> None:
        raise KilledError

    with pytest.raises(KilledError), time_machine.travel(at, tick=False):
        daily_run.run_day(today=FIRST, at=at, chunk_size=2, on_progress=once(die))
    half = rehearsal.calendar(**asked)
    with time_machine.travel(at, tick=False):
        daily_run.run_day(today=FIRST, at=at, chunk_size=2)

    assert Action.objects.filter(step_key="aviso").count() == 3
    for told in (before, half):
        lines = [(cell.key, cell.count) for cell in told.days[0].steps]
        assert lines == [("aviso", 3)]
    # The days that follow do not depend on how far the run was.
    assert [one.steps for one in half.days] == [one.steps for one in before.days]
    assert half.acts == before.acts


def test_a_day_more_in_the_calendar_of_a_customer_asks_nothing_more(
    version_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = person(late=1, phone=True)
    Life().live(1)

    def asked(days: int) -> int:
        monkeypatch.setattr(calendars, "DAYS", days)
        with CaptureQueriesContext(connection) as questions:
            rehearsal.calendar_of_customer(
                external_id=customer.external_id, today=FIRST, at=moment(FIRST, 13)
            )
        return len(questions)

    assert asked(30) == asked(10)
    assert asked(30) <= 20


def test_what_waits_of_a_former_plan_is_told_by_its_name(version_id: int) -> None:
    customer = person(late=2)
    with time_machine.travel(moment(FIRST, 7), tick=False):
        daily_run.run_day(today=FIRST, at=moment(FIRST, 7))
    text = PLAN.replace("AVISO", "notice-1").replace(
        "clave: aviso, nombre: Aviso", "clave: otro, nombre: Otro"
    )
    plans.adopt_plan(text=text, at=moment(FIRST, 8))

    told = rehearsal.calendar_of_customer(external_id=customer.external_id, today=FIRST, at=moment(FIRST, 8))

    first = next(one for one in told.days if one.carried)
    assert [(cell.key, cell.name) for cell in first.steps] == [("aviso", "Aviso")]


@pytest.mark.parametrize("is_lifted", [False, True])
def test_the_calendar_knows_pauses_and_stops_of_days_to_come(version_id: int, is_lifted: bool) -> None:
    customer = person(late=1)
    Life().live(1)
    at = moment(FIRST, 12)
    number = agreement_acts.pause_portfolio(
        scope=PauseScope.SEGMENT, value="todos", reason=PauseReason.DISASTER, note="x", from_date=day_of(1),
        until_date=day_of(1), actor=SYSTEM, at=at,
    )  # fmt: skip
    plans.stop_step(as_of=day_of(2), step_key="aviso", note="x", actor=SYSTEM, at=at)
    if is_lifted:
        agreement_acts.lift_pause(pause_id=number, actor=SYSTEM, at=at + timedelta(minutes=5))
        plans.lift_stop(as_of=day_of(2), step_key="aviso", actor=SYSTEM, at=at + timedelta(minutes=5))

    told = rehearsal.calendar_of_customer(
        external_id=customer.external_id, today=FIRST, at=at + timedelta(minutes=10)
    )

    first = next(one for one in told.days if one.carried)
    assert (first.day, first.steps[0].key) == (day_of(1 if is_lifted else 3), "aviso")


def test_the_calendar_says_where_a_day_is_more_than_can_be_carried(version_id: int) -> None:
    for _one in range(4):
        person(late=1)

    told = rehearsal.calendar(today=FIRST, at=moment(FIRST, 7))

    tuesday = told.days[1]
    cell = next(one for one in tuesday.channels if one.key == "EMAIL")
    assert (cell.count, cell.capacity, cell.is_over) == (4, 3, True)
    assert tuesday.cost == Decimal("0.20")
    mail = next(one for one in told.channels if one.channel == "EMAIL")
    assert mail.days_over >= 1
    assert mail.busiest_count >= 4


def test_what_another_version_would_have_done_becomes_its_own_past(version_id: int) -> None:
    customer = person(late=1, phone=True)
    life = Life()
    life.live(8)
    other_id = draft(version_id, **{"ancla: ultimo-contacto, dias: 3": "ancla: ultimo-contacto, dias: 2"})

    told = rehearsal.replay(version_id=other_id, first=FIRST, last=day_of(7), today=day_of(8))

    assert not told.follows_reality
    steps = {one.day: [cell.key for cell in one.steps] for one in told.days if one.carried}
    # Two days after each contact that the version itself made, not after those that really took place.
    assert steps[day_of(1)] == ["aviso"]
    assert steps[day_of(3)] == ["repaso"]
    assert told.other_actions > 0
    assert {one.customer_id for one in told.people} == {customer.pk}


def test_a_replay_compares_with_what_was_really_done(version_id: int) -> None:
    life = Life()
    write_a_life(life)
    life.live(7, off=(5,))

    told = rehearsal.replay(version_id=version_id, first=FIRST, last=day_of(6), today=day_of(7))

    assert told.follows_reality
    assert told.runs == 6
    assert (told.different, told.other_actions, told.people) == (0, 0, ())
    assert told.equal == len(stored())
    assert sum(one.real_count for one in told.steps) == Action.objects.count()
    assert "days-without-run" in told.limits
    assert all(rehearsal.limit_sentences(limits=told.limits))


@pytest.mark.parametrize(
    ("first", "last"), [(day_of(3), day_of(2)), (day_of(3), day_of(9)), (day_of(-400), day_of(2))]
)
def test_days_that_cannot_be_replayed_are_refused(version_id: int, first: date, last: date) -> None:
    with pytest.raises(rehearsal.UnableToRehearse):
        rehearsal.replay(version_id=version_id, first=first, last=last, today=day_of(4))


def test_a_report_is_kept_without_names_and_read_with_them(version_id: int) -> None:
    customer = person(late=2)
    draft_id = draft(version_id, **{"ancla: atraso, dias: 2": "ancla: atraso, dias: 4"})
    number = rehearsal.ask(
        kind=RehearsalKind.PREVIEW, version_id=draft_id, first=FIRST, last=FIRST, today=FIRST, actor=SYSTEM,
        at=moment(FIRST, 7),
    )  # fmt: skip

    rehearsal.carry_out(rehearsal_id=number, today=FIRST, at=moment(FIRST, 7), processes=1)
    rehearsal.carry_out(rehearsal_id=number, today=FIRST, at=moment(FIRST, 8), processes=1)

    kept = rehearsals.rehearsal(rehearsal_id=number)
    assert kept.state == "DONE"
    assert kept.finished_at == moment(FIRST, 7)
    assert customer.name not in str(kept.report)
    read = rehearsal.revived(document=rehearsal.named(document=kept.report))
    assert [(one["name"], one["overdue"], one["day"]) for one in read["people"]] == [
        (customer.name, Decimal("1000.00"), FIRST)
    ]


def test_a_report_is_read_in_the_language_of_its_reader(version_id: int) -> None:
    person(late=5, phone=True)
    person(late=2, email=False)
    draft_id = draft(
        version_id,
        **{
            "canal: llamada, equipo: gestores, por_aprobar: true": "canal: llamada",
            "alternativas: [llamada],": "",
        },
    )
    number = rehearsal.ask(
        kind=RehearsalKind.PREVIEW, version_id=draft_id, first=FIRST, last=FIRST, today=FIRST, actor=SYSTEM,
        at=moment(FIRST, 7),
    )  # fmt: skip
    with translation.override("es-mx"):
        rehearsal.carry_out(rehearsal_id=number, today=FIRST, at=moment(FIRST, 7), processes=1)

    def words(language: str) -> tuple[set[str], set[str], set[str]]:
        with translation.override(language):
            read = rehearsal.named(document=rehearsals.rehearsal(rehearsal_id=number).report)
        return (
            {one["text"] for one in read["refusals"] if one["code"] == "no-contact-point"},
            {one["name"] for one in read["teams"] if not one["key"]},
            {one["before"] for one in read["moves"]},
        )

    assert words("es-mx") == ({"No hay un medio de contacto para este canal."}, {"Sin equipo"}, {"Ninguno"})
    assert words("en") == ({"There is no contact point for this channel."}, {"No team"}, {"None"})

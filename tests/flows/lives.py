"""Days of customers as they are lived: what happens to each, at its moment, and what was decided."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine

from puntual.agreements import queries as agreement_rows
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
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
)
from puntual.flows.case_acts import ContactResult, GivenPromise, MadeContact
from puntual.flows.rehearsal.course import Course, Morning, Setting
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


def arrives(day: date) -> None:
    """A new customer is loaded at noon, already late."""
    customer = make_customer(at=moment(day, 12))
    rows.execute("update contacts_contactpoint set created_at = %(at)s where customer_id = %(id)s",
                 {"at": moment(day, 12), "id": customer.pk})  # fmt: skip
    make_receivable(customer=customer, due=day - timedelta(days=3), at=moment(day, 12))


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

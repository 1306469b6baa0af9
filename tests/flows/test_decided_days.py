"""Days one after the other under a small plan: who is reached when debts are held, disputed, paid or handed over."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from puntual.agreements import operations as agreements
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
from puntual.assessment import queries as assessed
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts.types import Channel, PointKind
from puntual.flows import (
    case_acts,
    daily_run,
    dispatch,
    explain,
    governing,
    money_in,
    outcomes,
    rehearsal,
    validity,
)
from puntual.flows.explain import ExplainedStep
from puntual.flows.rehearsal.reports import DoneLine
from puntual.outreach.providers.fake import FakeTransport
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action, Run
from puntual.portfolio.models import Customer, Receivable
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import prepare

pytestmark = pytest.mark.usefixtures("company")
ANA = Actor(kind=ActorKind.STAFF, id=1, label="Ana")
LUIS = Actor(kind=ActorKind.STAFF, id=2, label="Luis")
DAY = timedelta(days=1)
PLAN = """
formato: puntual-plan-1
clave: corto
nombre: Plan corto
{policy}
etapas:
  - {{clave: preventiva, nombre: Preventiva, tipo: preventiva}}
  - {{clave: temprana, nombre: Temprana, tipo: administrativa, entra: [dias_de_atraso, ">=", 1]}}
  - {{clave: judicial, nombre: Judicial, tipo: judicial, entra: [dias_de_atraso, ">=", 900]}}
segmentos:
  - {{clave: todos, nombre: Todos}}
estrategias:
  - pasos:
{steps}
"""


@pytest.fixture(autouse=True)
def templates(company: Company) -> None:
    """Put the shipped templates in force."""
    prepare()


def adopt(*steps: str, policy: str = "", at: datetime = NOW) -> int:
    """Put a plan of these steps in force; each is what stands between the braces of one."""
    lines = "\n".join(f"      - {{{one}}}" for one in steps)
    return plans.adopt_plan(text=PLAN.format(policy=policy, steps=lines), at=at)


def step(key: str, *more: str, anchor: str = "atraso", days: int = 0, channel: str = "correo") -> str:
    """Write one step of a plan; a message says the first notice."""
    template = ["plantilla: notice-1"] if channel == "correo" else []
    return ", ".join(
        [
            f"clave: {key}, nombre: {key.title()}, ancla: {anchor}, dias: {days}, canal: {channel}",
            *template,
            *more,
        ]
    )


def run(after: int) -> None:
    """Decide the day so many days after the first, and send what may go."""
    daily_run.run_day(today=TODAY + after * DAY, at=NOW + after * DAY)
    # A message leaves after it was decided, never at the same moment.
    sent_at = NOW + after * DAY + timedelta(minutes=1)
    dispatch.dispatch_due(at=sent_at, limit=10, transport=FakeTransport(), worker="w")
    outcomes.report_outcomes(at=sent_at)


def explained(customer: Customer, *, after: int = 0) -> dict[str, ExplainedStep]:
    """Return what the run of a day decided, by step."""
    return {one.key: one for one in explain.explain(customer_id=customer.pk, as_of=TODAY + after * DAY).steps}


def answers(customer: Customer, *, after: int = 0) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return outcome and reasons by step."""
    return {key: (one.outcome, one.reasons) for key, one in explained(customer, after=after).items()}


def taken(customer: Customer) -> list[str]:
    """List the steps that were planned for a customer, in the order of planning."""
    return list(Action.objects.filter(customer=customer).order_by("id").values_list("step_key", flat=True))


def stage(customer: Customer) -> str:
    """Return the stage of a customer."""
    state = assessed.state_of(customer_id=customer.pk)
    assert state is not None
    return str(state["stage_key"])


def hold(customer: Customer, document: Receivable | None, *, first: int, last: int) -> None:
    """Hold a document, or everything, from one day to another."""
    agreements.place_hold(
        customer_id=customer.pk,
        receivable_id=document.pk if document else None,
        reason=HoldReason.REQUESTED,
        note="",
        from_date=TODAY + first * DAY,
        until_date=TODAY + last * DAY,
        actor=ANA,
        at=NOW,
    )


def dispute(customer: Customer, document: Receivable | None, *, after: int = 0) -> int:
    """Dispute a document, or everything, right before the run of a day."""
    return agreements.open_dispute(
        customer_id=customer.pk,
        receivable_id=document.pk if document else None,
        reason=DisputeReason.OTHER,
        note="",
        amount=None,
        channel=Channel.CALL,
        actor=ANA,
        today=TODAY + after * DAY,
        at=NOW + after * DAY - timedelta(hours=1),
        country="MX",
    )


def settle(dispute_id: int, *, after: int) -> None:
    """Refuse a dispute right before the run of a day."""
    agreements.close_dispute(
        dispute_id=dispute_id,
        state=DisputeState.REJECTED,
        resolution="no",
        actor=ANA,
        at=NOW + after * DAY - timedelta(hours=1),
    )


ENTRY = step("al-entrar", "dias_habiles: false", anchor="entrada-a-etapa")


def test_a_held_document_keeps_the_case_in_its_stage_and_no_step_is_taken_twice() -> None:
    adopt(ENTRY)
    customer = make_customer()
    document = make_receivable(customer=customer, due=TODAY - 20 * DAY)
    run(0)
    hold(customer, document, first=1, last=2)
    for day in (1, 2):
        run(day)
        assert stage(customer) == "temprana"
        assert answers(customer, after=day) == {"al-entrar": ("HOLD", ("on-hold",))}
    for day in (3, 4):
        run(day)

    assert stage(customer) == "temprana"
    assert taken(customer) == ["al-entrar"]


def test_a_disputed_document_keeps_the_case_in_its_stage_and_no_step_is_taken_twice() -> None:
    adopt(ENTRY)
    customer = make_customer()
    document = make_receivable(customer=customer, due=TODAY - 20 * DAY)
    run(0)
    opened = dispute(customer, document, after=1)
    run(1)
    assert stage(customer) == "temprana"
    assert answers(customer, after=1) == {"al-entrar": ("HOLD", ("in-dispute",))}
    settle(opened, after=2)
    for day in (2, 3):
        run(day)

    assert taken(customer) == ["al-entrar"]


def test_dates_count_from_the_oldest_document_that_may_be_asked_for() -> None:
    adopt(step("aviso", days=2))
    customer = make_customer()
    old = make_receivable(customer=customer, due=TODAY - 30 * DAY)
    make_receivable(customer=customer, due=TODAY - 2 * DAY)
    dispute(customer, old)
    run(0)

    assert Action.objects.get().anchor_date == TODAY - 2 * DAY
    assert stage(customer) == "temprana"


MINIMUM = "politica: {saldo_minimo: {MXN: 100}}"


def test_money_in_dispute_does_not_make_a_small_rest_worth_a_message() -> None:
    adopt(step("aviso", days=2), policy=MINIMUM)
    customer = make_customer()
    large = make_receivable(customer=customer, due=TODAY - 3 * DAY, amount="5000.00")
    make_receivable(customer=customer, due=TODAY - 2 * DAY, amount="5.00")
    dispute(customer, large)
    run(0)

    assert answers(customer) == {"aviso": ("SKIPPED", ("below-minimum",))}
    assert list(explain.explain(customer_id=customer.pk, as_of=TODAY).situation[:4]) == [
        "Debe $5,005.00 en 2 documentos.",
        "Tiene vencidos $5,005.00; el más antiguo, hace 3 días. Etapa: Temprana.",
        "1 documento está en aclaración y no se cobra.",
        "De lo vencido se cobran $5.00.",
    ]


def test_the_condition_of_a_step_sees_what_may_be_asked_for_and_a_stage_all_that_is_owed() -> None:
    adopt(step("fuerte", 'si: [saldo_vencido, ">=", 1000]', days=2), step("suave", days=2))
    customer = make_customer()
    large = make_receivable(customer=customer, due=TODAY - 9 * DAY, amount="5000.00")
    make_receivable(customer=customer, due=TODAY - 2 * DAY, amount="500.00")
    hold(customer, large, first=0, last=3)
    run(0)

    assert answers(customer)["fuerte"] == ("SKIPPED", ("condition-not-met",))
    assert taken(customer) == ["suave"]
    assert stage(customer) == "temprana"


def test_when_all_is_held_the_explanation_says_that_nothing_is_asked_for() -> None:
    adopt(step("aviso", days=2))
    customer = make_customer()
    hold(customer, make_receivable(customer=customer, due=TODAY - 3 * DAY), first=0, last=3)
    run(0)

    assert explain.explain(customer_id=customer.pk, as_of=TODAY).situation == (
        "Debe $1,000.00 en 1 documento.",
        "Tiene vencidos $1,000.00; el más antiguo, hace 3 días. Etapa: Temprana.",
        "1 documento está en pausa y no se cobra.",
        "De lo vencido no se cobra nada.",
    )


def test_a_step_whose_channel_is_not_connected_lets_the_next_one_be_tried() -> None:
    adopt(
        step("whatsapp", "plantilla: notice-1", days=2, channel="whatsapp"),
        step("correo", "recuperar: 60", anchor="entrada-a-etapa"),
        step("tarde", "recuperar: 60", anchor="entrada-a-etapa", channel="llamada"),
    )
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - 2 * DAY)
    run(0)

    assert answers(customer) == {
        "whatsapp": ("BLOCKED", ("channel-not-connected",)),
        "correo": ("ACT", ("step-due",)),
        "tarde": ("WAIT", ("other-step-today",)),
    }
    assert taken(customer) == ["correo"]


def test_a_step_that_the_law_refuses_lets_the_next_one_be_tried() -> None:
    adopt(
        step("correo", days=2), step("llamada", "recuperar: 60", anchor="entrada-a-etapa", channel="llamada")
    )
    customer = make_customer(email=None)
    make_point(customer=customer, value="5511112222", kind=PointKind.PHONE)
    make_receivable(customer=customer, due=TODAY - 2 * DAY)
    run(0)

    found = answers(customer)
    assert (found["correo"][0], found["correo"][1][0]) == ("BLOCKED", "no-contact-point")
    assert found["llamada"] == ("ACT", ("step-due",))
    assert taken(customer) == ["llamada"]


def test_where_every_step_is_refused_each_says_why() -> None:
    adopt(
        step("correo", days=2), step("llamada", "recuperar: 60", anchor="entrada-a-etapa", channel="llamada")
    )
    customer = make_customer(email=None)
    make_receivable(customer=customer, due=TODAY - 2 * DAY)
    run(0)

    assert {key: one[0] for key, one in answers(customer).items()} == {
        "correo": "BLOCKED",
        "llamada": "BLOCKED",
    }
    assert taken(customer) == []


def test_a_move_takes_no_place_and_waits_for_no_message() -> None:
    adopt(
        "clave: pase, nombre: Pase, ancla: atraso, dias: 5, mueve_a: despacho, recuperar: 9",
        step("correo", "recuperar: 0", anchor="entrada-a-etapa"),
        "clave: pase-2, nombre: Pase 2, ancla: atraso, dias: 6, mueve_a: juridico",
    )
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - 5 * DAY)
    daily_run.run_day(today=TODAY, at=NOW)
    daily_run.run_day(today=TODAY + DAY, at=NOW + DAY)

    assert answers(customer) == {
        "pase": ("ACT", ("step-due",)),
        "correo": ("ACT", ("step-due",)),
        "pase-2": ("WAIT", ("not-yet",)),
    }
    # The message of yesterday still waits to be sent.
    assert answers(customer, after=1)["pase-2"] == ("ACT", ("step-due",))
    assert sorted(taken(customer)) == ["correo", "pase", "pase-2"]


def test_what_nobody_approves_in_time_ends_and_the_plan_goes_on() -> None:
    adopt(
        step("pedido", "por_aprobar: true", "recuperar: 1", days=3),
        step("aviso", "recuperar: 2", days=8),
    )
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - 3 * DAY)
    for day in range(2):
        run(day)
    assert list(Action.objects.values_list("step_key", "state")) == [("pedido", "PROPOSED")]
    for day in range(2, 8):
        run(day)

    assert list(Action.objects.order_by("id").values_list("step_key", "state", "closed_reason")) == [
        ("pedido", "CANCELLED", "not-approved"),
        ("aviso", "EXECUTED", ""),
    ]
    assert answers(customer, after=2)["pedido"] == ("MISSED", ("too-late",))
    closed = Action.objects.get(step_key="pedido").closed_at
    assert closed == NOW + 2 * DAY


def test_a_replay_of_days_on_which_a_proposal_ended_comes_out_as_it_was() -> None:
    version_id = adopt(
        step("pedido", "por_aprobar: true", "recuperar: 1", "perdidos: todos", days=3),
        step("aviso", "recuperar: 9", days=4),
    )
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - 3 * DAY)
    for day in range(5):
        run(day)

    told = rehearsal.replay(version_id=version_id, first=TODAY, last=TODAY + 4 * DAY, today=TODAY + 4 * DAY)

    assert told.follows_reality
    assert (told.equal, told.different, told.other_actions) == (5, 0, 0)


def hand_over(customer: Customer, *, after: int) -> None:
    """Carry out the move that the plan proposed, after the run of a day."""
    task = Action.objects.get(customer=customer, state="OPEN", channel="")
    assert case_acts.move_customer(
        action_id=task.pk,
        customer_id=customer.pk,
        note="convenio",
        actor=ANA,
        at=NOW + after * DAY + timedelta(hours=1),
    )


def pay(customer: Customer, *, after: int) -> None:
    """Pay all that a customer owes right before the run of a day."""
    money_in.receive_payment(
        payment=NewPayment(
            key=f"pago-{after}",
            customer_id=customer.pk,
            amount=sum((one.open_amount for one in Receivable.objects.filter(customer=customer)), Decimal(0)),
            currency="MXN",
            method=PaymentMethod.TRANSFER,
            value_date=TODAY + after * DAY,
            reference="",
        ),
        actor=ANA,
        today=TODAY + after * DAY,
        at=NOW + after * DAY - timedelta(hours=1),
    )


def move(key: str, target: str, *, days: int) -> str:
    """Write a step that moves the case."""
    return f"clave: {key}, nombre: {key.title()}, ancla: atraso, dias: {days}, mueve_a: {target}"


@pytest.mark.parametrize(("target", "reason"), [("despacho", "with-agency"), ("juridico", "with-legal")])
@pytest.mark.complaint(19)
def test_a_case_that_was_handed_over_hears_nothing_of_the_company_until_it_is_paid(
    target: str, reason: str
) -> None:
    version_id = adopt(
        move("pase", target, days=5),
        step("aviso", days=7),
        step("otro", days=1),
        move("sigue", "judicial", days=8),
    )
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - 6 * DAY)
    run(0)
    hand_over(customer, after=0)
    for day in (1, 2):
        run(day)
        assert answers(customer, after=day)["aviso"] == ("HOLD", (reason,))
        assert answers(customer, after=day)["otro"] == ("HOLD", (reason,))
    # Moving it on is no contact: a person decides.
    assert answers(customer, after=2)["sigue"] == ("ACT", ("step-due",))
    assert "hasta que pague o el caso se retome" in explained(customer, after=2)["aviso"].sentence
    pay(customer, after=3)
    run(3)
    make_receivable(customer=customer, due=TODAY + 3 * DAY, at=NOW + 4 * DAY - timedelta(hours=1))
    for day in (4, 5):
        run(day)
    assert answers(customer, after=4)["aviso"] == ("WAIT", ("not-yet",))
    assert answers(customer, after=4)["otro"] == ("ACT", ("step-due",))

    told = rehearsal.replay(version_id=version_id, first=TODAY, last=TODAY + 5 * DAY, today=TODAY + 5 * DAY)
    assert (told.equal, told.different, told.other_actions) == (6, 0, 0)


def test_a_person_takes_a_case_back_and_the_plan_goes_on() -> None:
    version_id = adopt(move("pase", "despacho", days=5), step("aviso", days=7))
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - 6 * DAY)
    run(0)
    hand_over(customer, after=0)
    run(1)
    back = {
        "customer_id": customer.pk,
        "note": "no avanzó",
        "actor": ANA,
        "at": NOW + DAY + timedelta(hours=2),
    }
    assert case_acts.take_back(**back)
    assert not case_acts.take_back(**back)
    run(2)

    assert answers(customer, after=1)["aviso"] == ("HOLD", ("with-agency",))
    assert answers(customer, after=2)["aviso"] == ("ACT", ("step-due",))
    told = rehearsal.replay(version_id=version_id, first=TODAY, last=TODAY + 2 * DAY, today=TODAY + 2 * DAY)
    assert (told.equal, told.different, told.other_actions) == (3, 0, 0)


def test_a_move_to_a_stage_ends_when_everything_is_paid() -> None:
    version_id = adopt(move("pase", "judicial", days=5))
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - 6 * DAY)
    run(0)
    hand_over(customer, after=0)
    run(1)
    run(2)
    assert stage(customer) == "judicial"
    pay(customer, after=3)
    run(3)
    assert stage(customer) == ""
    make_receivable(customer=customer, due=TODAY + 90 * DAY, at=NOW + 4 * DAY - timedelta(hours=1))
    run(4)

    assert stage(customer) == "preventiva"
    told = rehearsal.replay(version_id=version_id, first=TODAY, last=TODAY + 4 * DAY, today=TODAY + 4 * DAY)
    assert (told.equal, told.different, told.other_actions) == (5, 0, 0)
    # Also where the days go another way than they really went, a debt of later does not stand there.
    other_id = adopt(move("pase", "judicial", days=4), at=NOW + 5 * DAY)
    assert not rehearsal.replay(
        version_id=other_id, first=TODAY, last=TODAY + 4 * DAY, today=TODAY + 4 * DAY
    ).follows_reality


def test_a_held_document_says_when_it_is_looked_at_again() -> None:
    adopt(step("aviso", days=2))
    customer, other, third = make_customer(), make_customer(), make_customer()
    hold(customer, make_receivable(customer=customer, due=TODAY - 3 * DAY), first=0, last=3)
    for one in (other, third):
        dispute(one, make_receivable(customer=one, due=TODAY - 3 * DAY))
    held = make_receivable(customer=third, due=TODAY - 3 * DAY)
    hold(third, held, first=0, last=9)
    hold(third, held, first=0, last=5)
    run(0)

    found = {one.pk: explained(one)["aviso"] for one in (customer, other, third)}
    assert {key: (one.reasons, one.next_date) for key, one in found.items()} == {
        customer.pk: (("on-hold",), TODAY + 4 * DAY),
        # Nobody knows when a dispute is answered.
        other.pk: (("in-dispute",), None),
        third.pk: (("in-dispute", "on-hold"), TODAY + 10 * DAY),
    }


def test_a_refused_step_says_when_it_is_asked_for_again_while_it_is_in_time() -> None:
    adopt(step("aviso", "recuperar: 1", days=3), step("sms", "recuperar: 9", days=60, channel="llamada"))
    customer = make_customer(email=None)
    make_receivable(customer=customer, due=TODAY - 3 * DAY)
    run(0)
    run(1)

    first, second = (explained(customer, after=day)["aviso"] for day in (0, 1))
    assert (first.outcome, first.next_date) == ("BLOCKED", TODAY + DAY)
    assert (second.outcome, second.next_date) == ("BLOCKED", None)
    coming = [explain.explain(customer_id=customer.pk, as_of=TODAY + day * DAY).next_step for day in (0, 1)]
    assert [one.key for one in coming if one] == ["aviso", "sms"]


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (
            "vigente_desde: 2020-01-01\nvigente_hasta: 2026-11-22",
            "fue vigente hasta el domingo, 22 de noviembre de 2026",
        ),
        ("vigente_desde: 2026-11-24", "es vigente desde el martes, 24 de noviembre de 2026"),
    ],
)
def test_a_plan_outside_of_its_days_decides_nothing(policy: str, said: str) -> None:
    adopt(step("aviso", days=2), policy=policy)
    make_receivable(customer=make_customer(), due=TODAY - 3 * DAY)

    with pytest.raises(validity.PlanNotValid, match=said):
        daily_run.run_day(today=TODAY, at=NOW)

    assert not Run.objects.exists()
    assert not Action.objects.exists()


def test_a_plan_decides_its_first_and_its_last_day() -> None:
    adopt(step("aviso", days=2), policy="vigente_desde: 2026-11-23\nvigente_hasta: 2026-11-24")
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - DAY)
    run(0)
    run(1)
    assert taken(customer) == ["aviso"]
    with pytest.raises(validity.PlanNotValid):
        run(2)


@pytest.mark.parametrize("policy", ["vigente_hasta: 2026-11-22", "vigente_desde: 2026-11-24"])
def test_a_version_outside_of_its_days_is_not_put_in_force(policy: str) -> None:
    before = adopt(step("aviso", days=2))
    text = PLAN.format(policy=policy, steps=f"      - {{{step('aviso', days=3)}}}")
    version_id = plans.save_draft(text=text, actor=ANA, at=NOW)
    plans.submit(version_id=version_id, actor=ANA, at=NOW)
    plans.approve(version_id=version_id, actor=LUIS, at=NOW)

    with pytest.raises(validity.PlanNotValid):
        governing.activate(version_id=version_id, actor=LUIS, at=NOW)

    assert planned.active_version()[0] == before
    assert planned.version_card(version_id=version_id)["state"] == "APPROVED"
    if "desde" in policy:
        governing.activate(version_id=version_id, actor=LUIS, at=NOW + DAY)
        assert planned.active_version()[0] == version_id


def test_two_plans_are_compared_by_what_their_steps_are_called_each_in_its_own_words() -> None:
    """One key may be two steps, and one step may have two keys."""
    adopt(
        step("uno", "recuperar: 60").replace("nombre: Uno", "nombre: Aviso del de ahora"),
        step("igual", "recuperar: 60", anchor="pago").replace("nombre: Igual", "nombre: Lo mismo"),
    )
    late, thanked = make_customer(), make_customer()
    make_receivable(customer=late, due=TODAY - DAY)
    make_receivable(customer=thanked, due=TODAY + 9 * DAY)
    money_in.receive_payment(
        payment=NewPayment(
            key="pago", customer_id=thanked.pk, amount=Decimal("10.00"), currency="MXN",
            method=PaymentMethod.TRANSFER, value_date=TODAY, reference="",
        ),
        actor=ANA, today=TODAY, at=NOW - timedelta(hours=1),
    )  # fmt: skip
    other = PLAN.replace("clave: corto", "clave: otro").format(
        policy="",
        steps="\n".join(
            f"      - {{{one}}}"
            for one in (
                step("uno", "recuperar: 60").replace("nombre: Uno", "nombre: Aviso del otro"),
                step("distinto", "recuperar: 60", anchor="pago").replace(
                    "nombre: Distinto", "nombre: Lo mismo"
                ),
            )
        ),
    )
    version_id = plans.save_draft(text=other, actor=ANA, at=NOW)

    told = rehearsal.preview(version_id=version_id, day=TODAY, today=TODAY, at=NOW)

    assert told.other_actions == 1
    (line,) = told.people
    assert (line.customer_id, line.planned, line.other) == (
        late.pk,
        DoneLine("Aviso del otro", "EMAIL"),
        DoneLine("Aviso del de ahora", "EMAIL"),
    )

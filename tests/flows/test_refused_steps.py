"""A refused step lets the next one be tried, whatever is refused; and one customer hears one voice a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.assessment.rules import Placer
from puntual.assessment.types import Facts
from puntual.compliance.queries import law_pack
from puntual.compliance.types import ContactFacts
from puntual.contacts.types import Channel, OwnerRole, Point, PointKind, PointState
from puntual.flows import deciding
from puntual.flows.deciding import CONNECTED, Day, Decided
from puntual.plans import rules
from puntual.plans.types import Answer, Intent, Outcome, PastActions, PlanDocument, Reason
from tests.conftest import NOW, TODAY
from tests.unit.plans.test_decide import owing

CHANNELS = ("correo", "whatsapp", "llamada", "visita")
ANCHORS = ("atraso", "entrada-a-etapa", "ultimo-contacto", "promesa-incumplida")
POINT = Point(
    id=1, customer_id=1, kind=PointKind.EMAIL, value="x", normalized="x", owner_role=OwnerRole.DEBTOR,
    owner_name="", state=PointState.NEW, source="prueba",
)  # fmt: skip


@st.composite
def plans(draw: st.DrawFn) -> PlanDocument:
    """Draw a plan of steps that are all ready for one who is ten days late."""
    lines = []
    for number in range(draw(st.integers(1, 6))):
        anchor = draw(st.sampled_from(ANCHORS))
        does = draw(st.sampled_from(("contact", "contact", "contact", "move")))
        if does == "move":
            what = "mueve_a: despacho"
        else:
            channel, *others = draw(st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=3, unique=True))
            template = ", plantilla: AVISO" if {channel, *others} & {"correo", "whatsapp"} else ""
            what = f"canal: {channel}, alternativas: [{', '.join(others)}]{template}"
        lines.append(
            f"      - {{clave: p{number}, nombre: P{number}, ancla: {anchor}, dias: 0, recuperar: 60,"
            f" perdidos: todos, {what}}}"
        )
    text = "\n".join(
        [
            "formato: puntual-plan-1", "clave: p", "nombre: P", "etapas:",
            "  - {clave: preventiva, nombre: Preventiva, tipo: preventiva}",
            "segmentos:", "  - {clave: todos, nombre: Todos}", "estrategias:", "  - pasos:", *lines,
        ]
    )  # fmt: skip
    return rules.compiled(rules.read_text(text))


def decide(plan: PlanDocument, facts: Facts, past: PastActions, refused: frozenset[Channel]) -> Decided:
    """Decide for one customer, who left some channels."""

    def reach(
        *, day: Day, tried: Sequence[tuple[Intent, Channel]]
    ) -> tuple[list[Point | None], list[ContactFacts]]:
        found = [
            ContactFacts(
                customer_id=intent.customer_id, channel=channel, purpose=intent.step.purpose, country="MX",
                time_zones=("America/Mexico_City",), owner_role=OwnerRole.DEBTOR, point_state=PointState.NEW,
                has_known_source=True, is_opted_out=channel in refused, has_debt=True, is_disputed=False,
                is_on_hold=False, has_active_promise=False,
            )
            for intent, channel in tried
        ]  # fmt: skip
        return [POINT] * len(tried), found

    day = Day(
        today=TODAY,
        at=NOW,
        country="MX",
        time_zone="America/Mexico_City",
        plan=plan,
        decider=rules.Decider(plan=plan, today=TODAY, country="MX"),
        placer=Placer(stages=plan.stages, segments=plan.segments),
        is_live=True,
        segment_pauses={},
        law=law_pack(country="MX"),
        unsaid={},
    )
    return deciding.decide(day=day, facts=[facts], before={}, past={1: past}, liked={}, reach=reach)


@given(
    plan=plans(),
    refused=st.frozensets(st.sampled_from(sorted(CONNECTED))),
    has_pending=st.booleans(),
    held=st.booleans(),
)
@pytest.mark.feature("N-01")
def test_the_first_step_that_may_be_is_taken_and_no_other_contact(
    plan: PlanDocument, refused: frozenset[Channel], has_pending: bool, held: bool
) -> None:
    facts = owing(
        -10, broken_promise_on=TODAY - timedelta(days=2), last_contact_on=TODAY - timedelta(days=3),
        hold_until=TODAY if held else None,
    )  # fmt: skip
    past = PastActions(has_pending=has_pending)

    found = decide(plan, facts, past, refused)
    free = decide(plan, facts, past, frozenset())

    answers: dict[int, Answer] = {one.step_number: one for one in found.answers[0]}
    assert sorted(answers) == [step.number for step in plan.steps]
    contacts = [one for one in found.actions if one.channel is not None]
    moves = [one for one in found.actions if one.channel is None]
    assert len(contacts) <= 1
    assert len(moves) <= 1
    taken = [one.intent.step.number for one in found.actions]
    assert sorted(taken) == [number for number, one in answers.items() if one.outcome is Outcome.ACT]
    # Moves ask nobody.
    assert moves == [one for one in free.actions if one.channel is None]
    if held:
        assert not found.actions
    may = [
        step.number
        for step in plan.steps
        if {one for one in (step.channel, *step.fallbacks) if one in CONNECTED} - refused
    ]
    if not has_pending and not held:
        # Somebody can be reached by some step: then they are, by one that may, and what was refused may not.
        assert len(contacts) == bool([one for one in may if plan.steps[one - 1].channel is not None])
    for number, one in answers.items():
        if one.outcome is Outcome.BLOCKED:
            assert number not in may
            assert one.reasons[0] in {Reason.LAW, Reason.CHANNEL_NOT_CONNECTED}
            assert one.next_date == TODAY + timedelta(days=1)
    assert all(one.channel not in refused for one in contacts)
    again = decide(plan, replace(facts), past, refused)
    assert (again.answers, again.actions) == (found.answers, found.actions)

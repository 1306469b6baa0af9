"""What must hold of deciding whatever the customers are: many at once, in any order, with steps stopped and holds."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.agreements.types import PORTFOLIO_HOLD
from puntual.assessment.rules.places import Placer
from puntual.assessment.types import NOWHERE, Contactable, Facts
from puntual.plans import queries, rules
from puntual.plans.types import Answer, Intent, Outcome, PastActions, PlanDocument, Reason
from tests.unit.plans.test_decide import PAID_UP, PLAN, TODAY, decide, owing, situations, taken_of

Situation = tuple[Facts, PastActions]
Result = dict[int, tuple[tuple[Answer, ...], Intent | None]]
PLANS = [rules.compiled(rules.read_text(queries.shipped_text(key=key))) for key in queries.shipped_keys()]


def decide_all(
    cast: list[Situation], *, plan: PlanDocument = PLAN, stopped: frozenset[str] = frozenset()
) -> Result:
    """Decide for many customers by one decider, as a chunk of a run does."""
    decider = rules.Decider(plan=plan, today=TODAY, country="MX", stopped=stopped)
    placer = Placer(stages=plan.stages, segments=plan.segments)
    found = {}
    for facts, past in cast:
        answers, ready = decider.decide(facts=facts, placement=placer.place(facts=facts), past=past)
        found[facts.customer_id] = answers, taken_of(answers, ready)
    return found


@st.composite
def casts(draw: st.DrawFn) -> list[Situation]:
    """Draw several customers, each with a number of its own."""
    found = draw(st.lists(situations(), min_size=1, max_size=8))
    return [(replace(facts, customer_id=number), past) for number, (facts, past) in enumerate(found, 1)]


@given(cast=casts(), seed=st.integers(0, 999), size=st.integers(1, 4))
@pytest.mark.feature("N-01")
def test_order_and_chunks_do_not_matter(cast: list[Situation], seed: int, size: int) -> None:
    shuffled = list(cast)
    random.Random(seed).shuffle(shuffled)
    by_chunks: Result = {}
    for start in range(0, len(shuffled), size):
        by_chunks.update(decide_all(shuffled[start : start + size]))

    assert by_chunks == decide_all(cast)


@given(cast=casts(), stranger=situations())
def test_another_customer_changes_nobody_elses_decision(cast: list[Situation], stranger: Situation) -> None:
    alone = decide_all(cast)
    beside = decide_all([(replace(stranger[0], customer_id=999), stranger[1]), *cast])

    assert {number: beside[number] for number in alone} == alone


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
@given(situation=situations())
def test_every_shipped_plan_answers_every_step_once(plan: PlanDocument, situation: Situation) -> None:
    facts, past = situation

    answers, intent = decide_all([situation], plan=plan)[facts.customer_id]

    assert [one.step_number for one in answers] == [step.number for step in plan.steps]
    assert all(one.reasons for one in answers)
    acting = [plan.steps[one.step_number - 1] for one in answers if one.outcome is Outcome.ACT]
    assert len([step for step in acting if step.channel is not None]) <= 1
    assert len([step for step in acting if step.channel is None]) <= 1
    assert (intent.step if intent else None) in (acting or [None])
    assert intent is None or (intent.step.key, intent.anchor_date) not in past.done


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
@given(situation=situations(), reason=st.sampled_from(["REQUESTED", f"{PORTFOLIO_HOLD}DISASTER"]))
@pytest.mark.feature("X-04")
def test_a_hold_always_wins_whoever_placed_it(plan: PlanDocument, situation: Situation, reason: str) -> None:
    facts = replace(situation[0], hold_until=TODAY + timedelta(days=3), hold_reason=reason)

    answers, intent = decide_all([(facts, situation[1])], plan=plan)[facts.customer_id]

    assert intent is None
    expected = Reason.PORTFOLIO_ON_HOLD if reason.startswith(PORTFOLIO_HOLD) else Reason.ON_HOLD
    assert {one.reasons for one in answers if one.outcome is Outcome.HOLD} <= {(expected,)}
    assert all(one.next_date == TODAY + timedelta(days=4) for one in answers if one.outcome is Outcome.HOLD)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
@given(situation=situations())
@pytest.mark.feature("X-04")
def test_a_paid_debt_never_acts(plan: PlanDocument, situation: Situation) -> None:
    facts = replace(
        situation[0], open_amounts=(), overdue_amounts=(), open_count=0, overdue_count=0, oldest_due_date=None,
        coming_due_dates=(), days_past_due=0, last_payment_on=None,
    )  # fmt: skip

    _answers, intent = decide_all([(facts, situation[1])], plan=plan)[facts.customer_id]

    assert intent is None


@given(situation=situations(), stopped=st.sets(st.sampled_from([step.key for step in PLAN.steps])))
def test_a_stopped_step_is_not_taken_and_the_others_are_as_they_would_be(
    situation: Situation, stopped: set[str]
) -> None:
    facts = situation[0]
    free, would = decide_all([situation])[facts.customer_id]

    answers, intent = decide_all([situation], stopped=frozenset(stopped))[facts.customer_id]

    assert intent is None or intent.step.key not in stopped
    if would is None or would.step.key not in stopped:
        assert intent == would
    for step, before, after in zip(PLAN.steps, free, answers, strict=True):
        if Reason.STEP_STOPPED in after.reasons:
            assert step.key in stopped
            assert before.outcome in {Outcome.ACT, Outcome.WAIT}
            assert after.next_date == TODAY + timedelta(days=1)


DAY = timedelta(days=1)
# Steps by every anchor that a change of stage or of the oldest document could bring back.
COMING_BACK = rules.compiled(
    rules.read_text("""
formato: puntual-plan-1
clave: vuelve
nombre: Lo que podría volver
etapas:
  - {clave: preventiva, nombre: Preventiva, tipo: preventiva}
  - {clave: temprana, nombre: Temprana, tipo: administrativa, entra: [dias_de_atraso, ">=", 1]}
  - {clave: tardia, nombre: Tardía, tipo: extrajudicial, entra: [saldo_vencido, ">=", 2000]}
segmentos:
  - {clave: todos, nombre: Todos}
estrategias:
  - pasos:
      - {clave: previo, nombre: Previo, ancla: vencimiento, dias: -2, canal: correo, fin: recordatorio,
         plantilla: AVISO, recuperar: 9}
      - {clave: atraso, nombre: Atraso, ancla: atraso, dias: 3, canal: correo, plantilla: AVISO, recuperar: 60}
  - etapas: [temprana]
    pasos:
      - {clave: entra-temprana, nombre: Entra, ancla: entrada-a-etapa, dias: 0, canal: correo, plantilla: AVISO,
         recuperar: 60}
  - etapas: [tardia]
    pasos:
      - {clave: entra-tardia, nombre: Entra, ancla: entrada-a-etapa, dias: 0, canal: correo, plantilla: AVISO,
         recuperar: 60}
""")
)


def with_left_out(due: list[date], left_out: frozenset[int], today: date) -> Facts:
    """Return facts of one who owes documents of these days, of which some are in dispute or on hold."""

    def seen(days: list[date]) -> dict[str, object]:
        late = [day for day in days if day < today]
        return {
            "open_amounts": (("MXN", Decimal(1000 * len(days))),) if days else (),
            "overdue_amounts": (("MXN", Decimal(1000 * len(late))),) if late else (),
            "open_count": len(days),
            "overdue_count": len(late),
            "oldest_due_date": min(days, default=None),
            "coming_due_dates": tuple(sorted({day for day in days if day >= today})),
        }

    free = [day for number, day in enumerate(due) if number not in left_out]
    part = Contactable(**seen(free)) if left_out else None  # type: ignore[arg-type]
    facts = replace(PAID_UP, as_of=today, disputed_count=len(left_out), contactable=part, **seen(due))  # type: ignore[arg-type]
    return replace(facts, days_past_due=max((today - min(due)).days, 0))


@given(
    offsets=st.lists(st.integers(-30, 20), min_size=1, max_size=4),
    left_out=st.lists(st.frozensets(st.integers(0, 3)), min_size=2, max_size=25),
)
@pytest.mark.feature("X-04")
def test_no_step_is_taken_twice_while_holds_and_disputes_come_and_go(
    offsets: list[int], left_out: list[frozenset[int]]
) -> None:
    due = [TODAY + offset * DAY for offset in offsets]
    placer = Placer(stages=COMING_BACK.stages, segments=COMING_BACK.segments)
    place, past, reached = NOWHERE, PastActions(), 0
    taken: list[tuple[str, date]] = []
    for number, out in enumerate(left_out):
        today = TODAY + number * DAY
        facts = with_left_out(due, frozenset(one for one in out if one < len(due)), today)
        place = placer.place(facts=facts, before=place)
        rank = [stage.key for stage in COMING_BACK.stages].index(place.stage_key)
        assert rank >= reached
        reached = rank
        decider = rules.Decider(plan=COMING_BACK, today=today, country="MX")
        intent = taken_of(*decider.decide(facts=facts, placement=place, past=past))
        if intent is not None:
            free = {day for one, day in enumerate(due) if one not in out}
            assert free
            assert intent.step.anchor.value == "STAGE_ENTRY" or intent.anchor_date in free
            taken.append((intent.step.key, intent.anchor_date))
            past = replace(past, done=past.done | {taken[-1]})

    assert len(taken) == len(set(taken))
    entries = [key for key, _day in taken if key.startswith("entra-")]
    assert len(entries) == len(set(entries))


@given(
    offsets=st.lists(st.integers(-60, 20), min_size=1, max_size=5),
    left_out=st.frozensets(st.integers(0, 4), min_size=1),
)
def test_a_document_that_is_left_out_decides_nothing(offsets: list[int], left_out: frozenset[int]) -> None:
    due = [TODAY + offset * DAY for offset in offsets]
    out = frozenset(one for one in left_out if one < len(due))
    rest = [day for number, day in enumerate(due) if number not in out]
    if not rest:
        return
    placer = Placer(stages=PLAN.stages, segments=PLAN.segments)
    place = placer.place(facts=with_left_out(due, frozenset(), TODAY))
    decider = rules.Decider(plan=PLAN, today=TODAY, country="MX")

    with_them = decider.decide(facts=with_left_out(due, out, TODAY), placement=place, past=PastActions())
    without = decider.decide(
        facts=with_left_out(rest, frozenset(), TODAY), placement=place, past=PastActions()
    )

    assert with_them == without


# The field's bug lists ('The 30 things', 'Design lessons'): one named test for each that this issue touches.


def test_old_bug_01_one_step_for_documents_of_several_levels() -> None:
    answers, step = decide(owing(-3, -10, -45, 7))

    assert step == "aviso-formal"
    assert sum(one.outcome is Outcome.ACT for one in answers.values()) == 1


@pytest.mark.parametrize("days", [0, 1, 2])
def test_old_bug_04_a_day_without_a_run_loses_no_step_that_is_in_time(days: int) -> None:
    assert decide(owing(-10 - days))[1] == "aviso-2"


@pytest.mark.parametrize(("offset", "step"), [(7, "recordatorio-7"), (-7, "aviso-1"), (0, "recordatorio-0")])
def test_old_bug_05_before_and_after_the_due_date_are_not_mixed_up(offset: int, step: str) -> None:
    assert decide(owing(offset))[1] == step


def test_old_bug_06_what_was_done_or_paid_is_not_sent_again() -> None:
    facts = owing(-3)
    done = PastActions(done=frozenset({("aviso-1", TODAY - timedelta(days=3))}))

    assert decide(facts, done)[1] is None
    assert decide(replace(facts, open_count=0, oldest_due_date=None))[1] is None


def test_old_bug_09_reminders_come_before_the_due_date() -> None:
    assert decide(owing(7))[0]["recordatorio-7"].outcome is Outcome.ACT


def test_old_bug_11_each_instalment_has_its_own_reminder() -> None:
    past = PastActions(done=frozenset({("recordatorio-7", TODAY + timedelta(days=3))}))

    assert decide(owing(3, 7), past)[1] == "recordatorio-7"


def test_old_bug_18_paying_the_oldest_document_lowers_the_level() -> None:
    assert decide(owing(-45, -10))[1] == "aviso-formal"
    assert decide(owing(-10))[1] == "aviso-2"


def test_old_bug_24_stages_come_back_to_clear() -> None:
    placer = Placer(stages=PLAN.stages, segments=PLAN.segments)
    judicial = replace(placer.place(facts=owing(-200)), stage_key="judicial")

    assert placer.place(facts=owing(5), before=judicial).stage_key == "preventiva"
    assert placer.place(facts=replace(owing(5), open_count=0), before=judicial).stage_key == ""


def test_old_bug_30_a_day_is_a_day_of_the_calendar_also_on_the_leap_day() -> None:
    due = date(2028, 2, 26)
    facts = replace(owing(-3), as_of=date(2028, 2, 29), oldest_due_date=due, days_past_due=3, overdue_count=1)

    assert decide(facts, today=date(2028, 2, 29))[1] == "aviso-1"


def test_lesson_03_a_partly_paid_document_counts_with_what_is_open() -> None:
    minimum = replace(PLAN, balance_min=(("MXN", 500),))  # type: ignore[arg-type]
    small = replace(owing(-3), open_amounts=(("MXN", 499),))  # type: ignore[arg-type]

    assert decide(owing(-3), plan=minimum)[1] == "aviso-1"
    assert decide(small, plan=minimum)[0]["aviso-1"].reasons == (Reason.BELOW_MINIMUM,)


def test_lesson_09_at_most_one_level_up_a_day() -> None:
    placer = Placer(stages=PLAN.stages, segments=PLAN.segments)
    keys, before = [], None
    for _day in range(4):
        before = placer.place(facts=owing(-200), before=before) if before else placer.place(facts=owing(-1))
        keys.append(before.stage_key)

    assert keys == ["administrativa", "extrajudicial", "judicial", "judicial"]

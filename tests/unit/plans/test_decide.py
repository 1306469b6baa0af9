"""What is decided for one customer: tables of situations, and properties that must always hold."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.assessment.rules.places import Placer
from puntual.assessment.types import Contactable, Facts
from puntual.plans import queries, rules
from puntual.plans.types import NO_PAST, Answer, Intent, Outcome, PastActions, PlanDocument, Reason

PLAN = rules.compiled(rules.read_text(queries.shipped_text(key="facturas-mx")))
TODAY = date(2026, 11, 23)
PAID_UP = Facts(
    customer_id=1,
    as_of=TODAY,
    open_amounts=(),
    overdue_amounts=(),
    open_count=0,
    overdue_count=0,
    disputed_count=0,
    held_count=0,
    oldest_due_date=None,
    coming_due_dates=(),
    days_past_due=0,
    promise_due_date=None,
    promise_made_on=None,
    broken_promise_on=None,
    last_payment_on=None,
    hold_until=None,
    hold_reason=None,
    has_customer_dispute=False,
    broken_count_12m=0,
    paid_count_12m=0,
    late_count_12m=0,
    average_days_late_12m=None,
)


def owing(*offsets: int, **changes: object) -> Facts:
    """
    Return facts of a customer whose items are due so many days from today (negative is overdue).

    Whoever is late was reached for an earlier debt: no step is a first word.
    """
    dates = sorted(TODAY + timedelta(days=offset) for offset in offsets)
    late = max((TODAY - dates[0]).days, 0)
    facts = replace(
        PAID_UP,
        open_amounts=(("MXN", Decimal(1000 * len(dates))),),
        overdue_amounts=(("MXN", Decimal(1000)),) if late else (),
        open_count=len(dates),
        overdue_count=sum(1 for day in dates if day < TODAY),
        oldest_due_date=dates[0],
        coming_due_dates=tuple(sorted({day for day in dates if day >= TODAY})),
        days_past_due=late,
        last_contact_on=TODAY - timedelta(days=60) if late else None,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def decided(
    facts: Facts, past: PastActions = NO_PAST, today: date = TODAY, plan: PlanDocument = PLAN
) -> tuple[tuple[Answer, ...], Intent | None]:
    """Place a new case and decide for it."""
    placement = Placer(stages=plan.stages, segments=plan.segments).place(facts=facts)
    decider = rules.Decider(plan=plan, today=today, country="MX")
    answers, ready = decider.decide(facts=facts, placement=placement, past=past)
    return answers, taken_of(answers, ready)


def taken_of(answers: tuple[Answer, ...], ready: tuple[Intent, ...]) -> Intent | None:
    """Return the step that is taken when the law allows all: the contact, else the move."""
    acting = [one for one in ready if answers[one.step.number - 1].outcome is Outcome.ACT]
    assert len([one for one in acting if one.step.channel is not None]) <= 1
    assert len([one for one in acting if one.step.channel is None]) <= 1
    return acting[-1] if acting else None


def decide(
    facts: Facts, past: PastActions = NO_PAST, today: date = TODAY, plan: PlanDocument = PLAN
) -> tuple[dict[str, Answer], str | None]:
    """Return the answers by step key, and the key of the step to take."""
    answers, intent = decided(facts, past, today, plan)
    keys = [step.key for step in plan.steps]
    return dict(zip(keys, answers, strict=True)), intent.step.key if intent else None


@pytest.mark.parametrize(
    ("_case", "facts", "step"),
    [
        ("due in 8 days", owing(8), None),
        ("a week before", owing(7), "recordatorio-7"),
        ("missed on the weekend, three days later", owing(4), "recordatorio-7"),
        ("too late for the first reminder", owing(3), None),
        ("due today", owing(0), "recordatorio-0"),
        ("due today and in a week", owing(0, 7), "recordatorio-0"),
        ("one day late", owing(-1), None),
        ("three days late", owing(-3), "aviso-1"),
        ("late and due in a week: one voice", owing(-3, 7), "aviso-1"),
        ("nine days late: first notice is past", owing(-9), None),
        ("ten days late", owing(-10), "aviso-2"),
        ("fifteen", owing(-15), "llamada-1"),
        ("twenty", owing(-20), "aviso-3"),
        ("thirty", owing(-30), "llamada-2"),
        ("forty-five", owing(-45), "aviso-formal"),
        ("ninety", owing(-90), "aviso-formal-2"),
        ("four months", owing(-121), "revision-judicial"),
        ("two years", owing(-730), "revision-judicial"),
        ("nothing owed", PAID_UP, None),
        ("promise tomorrow", owing(-20, promise_due_date=TODAY + timedelta(days=1)), "promesa-recordatorio"),
        ("promise in a week silences", owing(-20, promise_due_date=TODAY + timedelta(days=7)), None),
        ("broken promise goes first", owing(-20, broken_promise_on=TODAY), "promesa-incumplida"),
        ("hold", owing(-20, hold_until=TODAY), None),
        ("dispute of everything", owing(-20, has_customer_dispute=True), None),
        ("paid today", replace(PAID_UP, last_payment_on=TODAY), "gracias"),
        ("paid today but still overdue", owing(-12, last_payment_on=TODAY), "aviso-2"),
        ("paid a month ago", replace(PAID_UP, last_payment_on=TODAY - timedelta(days=30)), None),
    ],
)
@pytest.mark.feature("PRE-06")
def test_the_step_of_the_day(_case: str, facts: Facts, step: str | None) -> None:
    assert decide(facts)[1] == step


@pytest.mark.parametrize(
    ("_case", "facts", "key", "outcome", "reason"),
    [
        ("waits", owing(20), "recordatorio-7", Outcome.WAIT, Reason.NOT_YET),
        ("missed", owing(2), "recordatorio-7", Outcome.MISSED, Reason.TOO_LATE),
        ("arrears replace reminders", owing(-3, 7), "recordatorio-7", Outcome.SKIPPED, Reason.OTHER_STAGE),
        ("notice waits for its day", owing(5), "aviso-1", Outcome.WAIT, Reason.NOT_YET),
        ("later step applies", owing(-45), "aviso-1", Outcome.MISSED, Reason.LATER_STEP_APPLIES),
        ("no debt", PAID_UP, "aviso-1", Outcome.SKIPPED, Reason.NOTHING_OWED),
        ("no promise", owing(-3), "promesa-recordatorio", Outcome.SKIPPED, Reason.NO_PROMISE),
        ("no payment", owing(-3), "gracias", Outcome.SKIPPED, Reason.NO_NEW_PAYMENT),
        (
            "thanks only when settled",
            owing(-12, last_payment_on=TODAY),
            "gracias",
            Outcome.SKIPPED,
            Reason.STILL_OWES,
        ),
        ("hold", owing(-3, hold_until=TODAY), "aviso-1", Outcome.HOLD, Reason.ON_HOLD),
        (
            "no thanks on hold",
            replace(PAID_UP, last_payment_on=TODAY, hold_until=TODAY),
            "gracias",
            Outcome.HOLD,
            Reason.ON_HOLD,
        ),
        ("dispute", owing(-3, has_customer_dispute=True), "aviso-1", Outcome.HOLD, Reason.IN_DISPUTE),
        (
            "all items disputed",
            owing(-3, disputed_count=1, contactable=Contactable()),
            "aviso-1",
            Outcome.HOLD,
            Reason.IN_DISPUTE,
        ),
        (
            "promise",
            owing(-3, promise_due_date=TODAY + timedelta(days=2)),
            "aviso-1",
            Outcome.HOLD,
            Reason.PROMISE_ACTIVE,
        ),
    ],
)
@pytest.mark.feature("X-25")
def test_every_step_has_its_reason(
    _case: str, facts: Facts, key: str, outcome: Outcome, reason: Reason
) -> None:
    answer = decide(facts)[0][key]

    assert (answer.outcome, answer.reasons) == (outcome, (reason,))


def test_a_step_done_for_an_anchor_is_not_done_again() -> None:
    facts = owing(-3)
    past = PastActions(done=frozenset({("aviso-1", TODAY - timedelta(days=3))}))

    answers, step = decide(facts, past)

    assert step is None
    assert answers["aviso-1"].outcome is Outcome.DONE


def test_what_still_waits_to_be_sent_keeps_others_waiting() -> None:
    answers, step = decide(owing(-3), PastActions(has_pending=True))

    assert step is None
    assert answers["aviso-1"].reasons == (Reason.ALREADY_QUEUED,)


def test_a_hold_says_when_it_ends_and_a_promise_when_it_may_break() -> None:
    on_hold = decide(owing(-3, hold_until=TODAY + timedelta(days=4)))[0]["aviso-1"]
    promised = decide(owing(-3, promise_due_date=date(2026, 11, 27)))[0]["aviso-1"]

    assert on_hold.next_date == TODAY + timedelta(days=5)
    assert promised.next_date == date(2026, 12, 1)


days = st.integers(-400, 60)
maybe_day = st.none() | st.integers(-10, 20).map(lambda offset: TODAY + timedelta(days=offset))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Facts, PastActions]:
    """Draw a customer in any situation with any past."""
    offsets = draw(st.lists(days, max_size=6))
    changes = {
        "promise_due_date": draw(maybe_day),
        "broken_promise_on": draw(maybe_day),
        "last_payment_on": draw(maybe_day),
        "hold_until": draw(st.none() | st.integers(0, 20).map(lambda ahead: TODAY + timedelta(days=ahead))),
        "has_customer_dispute": draw(st.booleans()),
    }
    facts = (
        owing(*offsets, **changes)
        if offsets
        else replace(PAID_UP, last_payment_on=changes["last_payment_on"])
    )
    anchors = [
        *facts.coming_due_dates,
        facts.oldest_due_date,
        facts.promise_due_date,
        facts.broken_promise_on,
    ]
    possible = [(step.key, day) for step in PLAN.steps for day in anchors if day is not None]
    done = draw(st.sets(st.sampled_from(possible))) if possible else set()
    return facts, PastActions(done=frozenset(done), has_pending=draw(st.booleans()))


@given(situation=situations())
@pytest.mark.feature("N-01")
def test_one_answer_for_each_step_and_at_most_one_act(situation: tuple[Facts, PastActions]) -> None:
    facts, past = situation

    placement = Placer(stages=PLAN.stages, segments=PLAN.segments).place(facts=facts)
    decider = rules.Decider(plan=PLAN, today=TODAY, country="MX")
    answers, ready = decider.decide(facts=facts, placement=placement, past=past)

    assert [answer.step_number for answer in answers] == [step.number for step in PLAN.steps]
    assert all(answer.reasons for answer in answers)
    acting = [PLAN.steps[answer.step_number - 1] for answer in answers if answer.outcome is Outcome.ACT]
    # At most one contact, and at most one move, which reaches nobody.
    contacts = [step for step in acting if step.channel is not None]
    moves = [step for step in acting if step.channel is None]
    assert contacts == [one.step for one in ready if one.step.channel is not None][:1]
    assert moves == [one.step for one in ready if one.step.channel is None]
    assert len(moves) <= 1
    assert all(one.last_day >= TODAY for one in ready)
    assert decider.decide(facts=facts, placement=placement, past=past) == (answers, ready)


@given(situation=situations())
def test_no_step_acts_twice_for_an_anchor(situation: tuple[Facts, PastActions]) -> None:
    facts, past = situation

    for _ in PLAN.steps:
        _answers, intent = decided(facts, past)
        if intent is None:
            break
        fired = (intent.step.key, intent.anchor_date)
        assert fired not in past.done
        past = replace(past, done=past.done | {fired})


@given(situation=situations())
@pytest.mark.feature("X-04")
def test_a_hold_a_dispute_or_a_paid_debt_never_collects(situation: tuple[Facts, PastActions]) -> None:
    facts, past = situation

    _answers, intent = decided(facts, past)

    if facts.hold_until is not None:
        assert intent is None
    silenced = facts.has_customer_dispute or facts.open_count == 0
    if silenced and intent is not None:
        assert intent.step.key == "gracias"


@given(situation=situations())
def test_the_next_date_lies_ahead(situation: tuple[Facts, PastActions]) -> None:
    facts, past = situation

    answers, _intent = decided(facts, past)

    assert all(
        answer.next_date > TODAY
        for answer in answers
        if answer.next_date is not None and answer.outcome is not Outcome.ACT
    )


def anchored(anchor: str, *offsets: int, missed: str = "el-ultimo") -> PlanDocument:
    """Return a plan with one message for each offset from an anchor, each of which may be made up for long."""
    lines = "\n".join(
        f"      - {{clave: p{number}, nombre: P{number}, ancla: {anchor}, dias: {offset}, canal: correo,"
        f" plantilla: AVISO, recuperar: 60, perdidos: {missed}, dias_habiles: false}}"
        for number, offset in enumerate(offsets, 1)
    )
    text = f"""
formato: puntual-plan-1
clave: linea
nombre: Una línea
etapas:
  - {{clave: preventiva, nombre: Preventiva, tipo: preventiva}}
  - {{clave: temprana, nombre: Temprana, tipo: administrativa, entra: [dias_de_atraso, ">=", 1]}}
segmentos:
  - {{clave: todos, nombre: Todos}}
estrategias:
  - pasos:
{lines}
"""
    return rules.compiled(rules.read_text(text))


@pytest.mark.parametrize(
    ("anchor", "offsets", "facts"),
    [
        ("atraso", (3, 7), owing(-10)),
        ("vencimiento", (-7, -3), owing(2)),
        ("promesa", (-5, -2), owing(-10, promise_due_date=TODAY + timedelta(days=1))),
        ("promesa-incumplida", (0, 3), owing(-10, broken_promise_on=TODAY - timedelta(days=4))),
        ("ultimo-contacto", (3, 7), owing(-10, last_contact_on=TODAY - timedelta(days=8))),
        ("pago", (0, 3), replace(PAID_UP, last_payment_on=TODAY - timedelta(days=5))),
    ],
)
def test_of_missed_steps_the_last_one_is_taken_by_every_anchor(
    anchor: str, offsets: tuple[int, int], facts: Facts
) -> None:
    answers, step = decide(facts, plan=anchored(anchor, *offsets))

    assert step == "p2"
    assert (answers["p1"].outcome, answers["p1"].reasons) == (Outcome.MISSED, (Reason.LATER_STEP_APPLIES,))
    assert decide(facts, plan=anchored(anchor, *offsets, missed="todos"))[1] == "p1"


def test_of_missed_steps_after_entering_a_stage_the_last_one_is_taken() -> None:
    plan = anchored("entrada-a-etapa", 0, 3)
    place = replace(
        Placer(stages=plan.stages, segments=plan.segments).place(facts=owing(-10)),
        entered_on=TODAY - timedelta(days=4),
    )

    answers, ready = rules.Decider(plan=plan, today=TODAY, country="MX").decide(
        facts=owing(-10), placement=place, past=NO_PAST
    )

    assert [one.step.key for one in ready] == ["p2"]
    assert answers[0].reasons == (Reason.LATER_STEP_APPLIES,)


def test_a_reminder_is_overtaken_for_each_due_date_by_itself() -> None:
    plan = anchored("vencimiento", -7, -3)
    answers, step = decide(owing(2, 6), plan=plan)

    # Of the document due in two days the second reminder is taken; the first one is still that of the other.
    assert step == "p2"
    assert answers["p1"].reasons == (Reason.OTHER_STEP_TODAY,)
    done = PastActions(done=frozenset({("p1", TODAY + timedelta(days=6))}))
    answers, step = decide(owing(2, 6, 30), done, plan=plan)
    assert step == "p2"
    assert answers["p1"].reasons == (Reason.LATER_STEP_APPLIES,)
    assert answers["p1"].next_date == TODAY + timedelta(days=23)


def test_two_steps_of_one_day_do_not_overtake_each_other() -> None:
    answers, step = decide(owing(-3), plan=anchored("atraso", 3, 3))

    assert step == "p1"
    assert answers["p2"].reasons == (Reason.OTHER_STEP_TODAY,)

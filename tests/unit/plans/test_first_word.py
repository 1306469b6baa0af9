"""By the shipped plans: the first word to somebody whom nobody ever contacted is the mildest, then the plan goes on."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from puntual.assessment.rules.places import Placer
from puntual.assessment.types import Facts, Profile
from puntual.contacts.types import Purpose
from puntual.plans import queries, rules
from puntual.plans.types import (
    NO_PAST,
    Answer,
    Intent,
    MalformedPlan,
    Outcome,
    PastActions,
    PlanDocument,
    PlanFault,
    Reason,
)
from tests.unit.plans.test_decide import TODAY, owing

PLANS = {
    key: rules.compiled(rules.read_text(queries.shipped_text(key=key))) for key in queries.shipped_keys()
}
KINDS = {
    "": Profile(),
    "firm": Profile(kind="COMPANY"),
    "person": Profile(kind="PERSON"),
    "strategic": Profile(tags=("estrategico", "vip")),
}
PAYERS: dict[str, dict[str, object]] = {
    "no history": {},
    "pays": {"paid_count_12m": 8, "paid_count_6m": 8, "average_days_late_12m": Decimal(2)},
    "risky": {"broken_count_12m": 3, "returned_count_12m": 2, "unanswered_count": 6},
}


def new(days: int, **changes: object) -> Facts:
    """Return facts of a debtor so many days late whom nobody contacted."""
    return owing(-days, **{"last_contact_on": None, **changes})


def decide(
    plan: PlanDocument, facts: Facts, past: PastActions = NO_PAST
) -> tuple[dict[str, Answer], list[Intent]]:
    """Place somebody new and decide; return the answers by step and the contacts that are tried, in order."""
    placement = Placer(stages=plan.stages, segments=plan.segments).place(facts=facts)
    decider = rules.Decider(plan=plan, today=facts.as_of, country="MX")
    answers, ready = decider.decide(facts=facts, placement=placement, past=past)
    keys = [step.key for step in plan.steps]
    return dict(zip(keys, answers, strict=True)), [one for one in ready if one.step.channel is not None]


def later(facts: Facts, days: int) -> Facts:
    """Return the same debtor some days later, reached once today."""
    return replace(
        facts,
        as_of=facts.as_of + timedelta(days=days),
        days_past_due=facts.days_past_due + days,
        last_contact_on=facts.as_of,
        contact_count_30d=1,
    )


@pytest.mark.parametrize("payer", PAYERS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", PLANS)
@pytest.mark.feature("PRE-06")
def test_whoever_comes_late_is_first_told_the_mildest_and_left_time_to_answer(
    key: str, kind: str, payer: str
) -> None:
    plan = PLANS[key]
    for days in (8, 15, 20, 25, 29, 30, 45, 60, 90, 130, 400):
        facts = new(days, profile=KINDS[kind], **PAYERS[payer])

        _answers, contacts = decide(plan, facts)

        assert contacts, days
        first = contacts[0]
        own = [
            step
            for step in plan.steps
            if step.first_word_days and (not step.segments or set(step.segments) & set(first.step.segments))
        ]
        assert first.step in own, (days, first.step.key)
        assert first.step.tone.value == "cordial"
        assert first.step.template in ("notice-1", "")
        assert first.last_day >= TODAY

        past = PastActions(done=frozenset({(first.step.key, first.anchor_date)}))
        pause = first.step.first_word_days
        day = TODAY - timedelta(days=days) + timedelta(days=first.step.offset_days + plan.grace_days)
        is_late = day + timedelta(days=first.step.catch_up_days + 4) < TODAY
        for ahead in range(1, pause or 0) if is_late else ():
            _answers, contacts = decide(plan, later(facts, ahead), past)
            assert [one.step.key for one in contacts if one.step.purpose is Purpose.COLLECTION] == [], (
                days,
                ahead,
            )


@pytest.mark.parametrize(
    ("late", "ahead", "step"),
    [(20, 7, "aviso-3"), (29, 7, "llamada-2"), (45, 7, "aviso-formal"), (85, 7, "aviso-formal-2")],
)
def test_after_the_first_word_the_plan_goes_on_with_what_is_due(late: int, ahead: int, step: str) -> None:
    plan = PLANS["facturas-mx"]
    facts = new(late)
    answers, contacts = decide(plan, facts)
    past = PastActions(done=frozenset({(contacts[0].step.key, contacts[0].anchor_date)}))
    waits, _none = decide(plan, later(facts, ahead - 1), past)
    _answers, on = decide(plan, later(facts, ahead), past)

    assert answers["aviso-1"].reasons == (Reason.STEP_DUE, Reason.FIRST_WORD)
    assert waits[step].outcome is Outcome.WAIT
    assert waits[step].next_date == TODAY + timedelta(days=ahead)
    assert on[0].step.key == step


def test_what_was_due_says_that_the_first_word_goes_before_and_is_tried_where_that_cannot_be_said() -> None:
    answers, contacts = decide(PLANS["facturas-mx"], new(29))

    assert [one.step.key for one in contacts] == ["aviso-1", "aviso-3"]
    assert (answers["aviso-3"].outcome, answers["aviso-3"].reasons) == (
        Outcome.WAIT,
        (Reason.FIRST_WORD_FIRST,),
    )


def test_a_first_word_in_its_days_changes_nothing_of_the_pace() -> None:
    plan = PLANS["dieciseis-estrategias"]
    facts = new(3, **PAYERS["risky"])
    answers, contacts = decide(plan, facts)
    past = PastActions(done=frozenset({("aviso-1", contacts[0].anchor_date)}))

    assert answers["aviso-1"].reasons == (Reason.STEP_DUE,)
    assert decide(plan, later(facts, 2), past)[1][0].step.key == "llamada-4"


@pytest.mark.parametrize(
    "changes",
    [
        {"last_contact_on": date(2026, 3, 2)},
        {"hold_until": TODAY},
        {"has_customer_dispute": True},
        {"promise_due_date": TODAY + timedelta(days=9)},
        {"broken_promise_on": TODAY},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_no_first_word_to_whom_it_is_none_or_who_is_left_alone(changes: dict[str, object]) -> None:
    _answers, contacts = decide(PLANS["facturas-mx"], new(29, **changes))

    assert "aviso-1" not in [one.step.key for one in contacts[:1]]


@pytest.mark.parametrize(
    "instead",
    ["ancla: vencimiento, dias: -3", "ancla: entrada-a-etapa, dias: 3", "ancla: pago, dias: 3"],
)
def test_only_a_contact_of_the_overdue_is_a_first_word(instead: str) -> None:
    text = queries.shipped_text(key="facturas-mx").replace("ancla: atraso, dias: 3", instead, 1)

    with pytest.raises(MalformedPlan) as refused:
        rules.read_text(text)

    assert [one.code for one in refused.value.faults] == [PlanFault.FIRST_WORD_OF_WHAT]
    assert refused.value.faults[0].line

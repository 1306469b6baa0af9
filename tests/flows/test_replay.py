"""The past, decided again: what was lived comes out as it was, to the last byte."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
import time_machine
from django.utils import translation

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import Channel, ConsentDecision
from puntual.db import rows
from puntual.flows import (
    daily_run,
    dispatch,
    rehearsal,
)
from puntual.insights.queries import rehearsals
from puntual.insights.types import RehearsalKind
from puntual.plans import operations as plans
from puntual.plans.models import Action
from puntual.portfolio.models import Customer
from tests.flows.lives import (
    FIRST,
    PLAN,
    Life,
    arrives,
    campaign,
    campaign_is_stopped,
    day_of,
    draft,
    everything,
    is_killed,
    leaves_channel,
    moment,
    once,
    pays,
    person,
    replayed,
    stored,
    write_a_life,
)


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

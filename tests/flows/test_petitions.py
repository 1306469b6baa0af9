"""A complaint and a request: contact rests at once, the answer is sent, and what was granted is carried out."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from puntual.agreements import queries as agreements
from puntual.agreements.models import Hold
from puntual.audit.types import Actor, ActorKind
from puntual.cli.main import main
from puntual.companies import queries as companies
from puntual.companies.models import Company
from puntual.compliance import operations as compliance
from puntual.compliance.types import IntendedContact, VerdictOutcome
from puntual.contacts.models import Attempt, ContactPoint
from puntual.contacts.types import Channel, Purpose
from puntual.flows import (
    case_acts,
    contact_now,
    daily_run,
    dispatch,
    evidence,
    merging,
    petitions,
    redeco,
)
from puntual.flows.wording import UnlawfulText
from puntual.identity.models import User
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.portfolio.models import Customer
from puntual.rights import queries as rights
from puntual.rights.models import Answer, Petition, Reopening
from puntual.rights.operations import UnableToHandle
from puntual.rights.types import EventKind, IdentityCheck, Kind, NewPetition, Outcome, State, Way
from tests.committed import together
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare

STAFF = Actor(kind=ActorKind.STAFF, id=9001, label="Supervisora")
CLOCK: dict[str, Any] = {"country": "MX", "today": TODAY, "at": NOW}


@pytest.fixture
def debtor(company: Company) -> Customer:
    """A customer who is late, has an e-mail, and whose message of today waits."""
    prepare()
    customer = make_customer(name="Ximena Zavala Quiroga", email="ximena.zavala@correo.example")
    make_receivable(customer=customer, due=TODAY - timedelta(days=3), amount="1250.00")
    return customer


def new(customer: Customer, **fields: Any) -> NewPetition:
    given: dict[str, Any] = {
        "key": "k1",
        "customer_id": customer.pk,
        "kind": Kind.COMPLAINT,
        "way": Way.CALL,
        "received_date": TODAY,
        "words": "Me llamaron a las once de la noche.",
        "cause": "HOURS",
        **fields,
    }
    if given["kind"] is not Kind.COMPLAINT:
        given["cause"] = ""
    return NewPetition(**given)


def opened(customer: Customer, **fields: Any) -> Any:
    return petitions.open_petition(new=new(customer, **fields), actor=STAFF, **CLOCK)


def answered(petition_id: int, outcome: Outcome, **fields: Any) -> petitions.Answered:
    return petitions.answer_petition(
        **{
            "petition_id": petition_id,
            "outcome": outcome,
            "text": "Revisamos lo que nos contó y tiene razón.",
            "identity_check": IdentityCheck.DOCUMENT,
            "identity_note": "",
            "actor": STAFF,
            **CLOCK,
            **fields,
        }
    )


def reopened(petition_id: int, **fields: Any) -> Any:
    given = {"key": "r1", "words": "La persona no está de acuerdo.", "actor": STAFF, **CLOCK, **fields}
    return petitions.reopen_petition(petition_id=petition_id, **given)


def debtor_of(customer: Customer) -> Actor:
    return Actor(kind=ActorKind.DEBTOR, id=customer.pk, label="Cliente (portal)")


def verdict_on(customer: Customer, purpose: Purpose, **clock: Any) -> Any:
    point = ContactPoint.objects.get(customer=customer)
    intended = IntendedContact(customer.pk, Channel.EMAIL, purpose, point.pk)
    return contact_now.judge(contact=intended, template="", **{**CLOCK, **clock})[1]


@pytest.mark.feature("SEC-06")
def test_a_complaint_rests_collection_at_once_and_its_answer_goes_through(debtor: Customer) -> None:
    daily_run.run_day(today=TODAY, at=NOW)
    assert Message.objects.get(customer=debtor).state == "QUEUED"

    found = opened(debtor)

    assert (found.folio[:7], found.state) == ("Q-2026-", State.OPEN)
    assert found.answer_due_date == date(2026, 12, 7)
    assert Message.objects.get(customer=debtor).state == "CANCELLED"
    assert verdict_on(debtor, Purpose.COLLECTION).outcome is VerdictOutcome.BLOCK
    assert verdict_on(debtor, Purpose.INFORMATION).outcome is VerdictOutcome.ALLOW
    with pytest.raises(case_acts.EndsWithItsAnswer):
        case_acts.resume(hold_id=found.hold_id, actor=STAFF, at=NOW)

    done = answered(found.id, Outcome.FOUNDED)
    transport = FakeTransport()
    dispatch.dispatch_due(at=NOW, limit=10, transport=transport, worker="w1")

    assert done.recipient == "ximena.zavala@correo.example"
    (envelope,) = transport.taken
    assert envelope.subject == f"Respuesta a {found.folio}"
    assert "Revisamos lo que nos contó y tiene razón." in envelope.text
    assert verdict_on(debtor, Purpose.COLLECTION).outcome is VerdictOutcome.ALLOW
    assert compliance.verify(sample=100, seed="x").findings == ()


def test_what_stops_collection_does_not_stop_an_answer(debtor: Customer) -> None:
    answered(opened(debtor).id, Outcome.UNFOUNDED)

    opened(debtor, key="k2", cause="THREATS")

    assert Message.objects.get(customer=debtor).state == "QUEUED"


def test_the_same_key_keeps_one_complaint(debtor: Customer) -> None:
    first, second = opened(debtor), opened(debtor)

    assert first.id == second.id
    assert Petition.objects.count() == 1
    assert len(agreements.holds_of(customer_id=debtor.pk, today=TODAY)) == 1


def test_a_form_that_is_sent_twice_at_once_opens_one(committed_company: Company) -> None:
    customer = make_customer()

    hands = together(company=committed_company, works=[lambda: opened(customer)] * 4)

    assert [hand.error for hand in hands] == [None] * 4
    assert Petition.objects.count() == 1
    assert Hold.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"received_date": TODAY + timedelta(days=1)}, "petition-in-the-future"),
        ({"cause": "NO_SUCH"}, "petition-unknown-cause"),
        ({"cause": ""}, "petition-unknown-cause"),
    ],
)
def test_what_cannot_be_kept_changes_nothing(debtor: Customer, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(UnableToHandle) as refused:
        opened(debtor, **fields)

    assert refused.value.code == code
    assert not Petition.objects.exists()
    assert agreements.holds_of(customer_id=debtor.pk, today=TODAY) == []


def test_nobody_decides_a_complaint_about_themself(debtor: Customer, company: Company) -> None:
    user = User.objects.create(email="g@muebles.example", name="Gestor", role="SUPERVISOR")
    own = Actor(kind=ActorKind.STAFF, id=user.pk, label="Gestor")
    found = opened(debtor, collector_id=user.pk)

    for act in (
        lambda: answered(found.id, Outcome.UNFOUNDED, actor=own),
        lambda: petitions.withdraw_petition(petition_id=found.id, actor=own, at=NOW),
        lambda: petitions.take_petition(petition_id=found.id, owner_id=user.pk, actor=STAFF, at=NOW),
        lambda: petitions.change_petition(
            petition_id=found.id, cause="OTHER", agency="", collector_id=None, country="MX", actor=own, at=NOW
        ),
    ):
        with pytest.raises(UnableToHandle) as refused:
            act()
        assert refused.value.code == "petition-about-yourself"

    assert Petition.objects.get().state == "OPEN"
    assert not Answer.objects.exists()


def test_one_outcome_for_each_opening_and_a_history_that_only_grows(debtor: Customer) -> None:
    found = opened(debtor)
    answered(found.id, Outcome.UNFOUNDED)
    with pytest.raises(UnableToHandle):
        answered(found.id, Outcome.FOUNDED)
    again = reopened(found.id)

    assert again.state is State.OPEN
    assert verdict_on(debtor, Purpose.COLLECTION).outcome is VerdictOutcome.BLOCK
    answered(found.id, Outcome.PARTLY)
    assert list(Answer.objects.order_by("number").values_list("number", "outcome")) == [
        (1, "UNFOUNDED"),
        (2, "PARTLY"),
    ]
    kinds = [one.kind for one in rights.events_of(petition_ids=[found.id])[found.id]]
    assert [one for one in kinds if one is not EventKind.IDENTIFIED] == [
        EventKind.OPENED,
        EventKind.ANSWERED,
        EventKind.REOPENED,
        EventKind.ANSWERED,
    ]
    for sql in (
        "update rights_event set data = '{}'",
        "delete from rights_event",
        "update rights_petition set outcome = ''",
        "update rights_petition set outcome = 'GRANTED'",
        "update rights_petition set state = 'OPEN'",
        "update rights_petition set state = 'DONE'",
        "update rights_petition set cause = ''",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.feature("SEC-06")
def test_who_does_not_agree_with_the_answer_has_it_looked_at_again(debtor: Customer) -> None:
    found = opened(debtor)
    answered(found.id, Outcome.UNFOUNDED, text="Revisamos la llamada: fue a las cinco.")
    assert verdict_on(debtor, Purpose.COLLECTION).outcome is VerdictOutcome.ALLOW
    daily_run.run_day(today=TODAY, at=NOW)
    assert Message.objects.filter(customer=debtor, own_words="", state="QUEUED").exists()
    later = NOW + timedelta(days=8)

    again = reopened(
        found.id,
        words="Fue a las once: tengo el registro.",
        actor=debtor_of(debtor),
        today=later.date(),
        at=later,
    )

    # Ten working days from the day it was opened again.
    assert (again.state, again.reopened_count, again.answer_due_date) == (State.OPEN, 1, date(2026, 12, 15))
    resting = verdict_on(debtor, Purpose.COLLECTION, today=later.date(), at=later)
    assert resting.outcome is VerdictOutcome.BLOCK
    assert not Message.objects.filter(customer=debtor, own_words="", state="QUEUED").exists()
    told = rights.answers_of(petition_ids=[found.id])[found.id]
    assert [one["reopened_words"] for one in told] == ["Fue a las once: tengo el registro."]
    assert [one["text"] for one in told] == ["Revisamos la llamada: fue a las cinco."]
    happened = rights.events_of(petition_ids=[found.id])[found.id][-1]
    assert (happened.kind, happened.data["is_by_person"]) == (EventKind.REOPENED, True)
    assert "once" not in json.dumps(happened.data)
    answered(found.id, Outcome.FOUNDED, text="Tiene razón.", today=later.date(), at=later)
    told = rights.answers_of(petition_ids=[found.id])[found.id]
    assert [(one["text"], one["reopened_words"]) for one in told] == [
        ("Tiene razón.", ""),
        ("Revisamos la llamada: fue a las cinco.", "Fue a las once: tengo el registro."),
    ]


@pytest.mark.parametrize(("days", "is_in_time"), [(30, True), (31, False)])
def test_a_person_may_disagree_for_some_days_and_staff_always(
    debtor: Customer, days: int, is_in_time: bool
) -> None:
    found = opened(debtor)
    answered(found.id, Outcome.UNFOUNDED)
    then = {"today": TODAY + timedelta(days=days), "at": NOW + timedelta(days=days)}

    if not is_in_time:
        with pytest.raises(UnableToHandle) as refused:
            reopened(found.id, actor=debtor_of(debtor), **then)
        assert refused.value.code == "petition-too-late"
        assert verdict_on(debtor, Purpose.COLLECTION).outcome is VerdictOutcome.ALLOW
        assert reopened(found.id, **then).state is State.OPEN
    else:
        assert reopened(found.id, actor=debtor_of(debtor), **then).state is State.OPEN


def test_the_same_key_opens_again_once_also_after_the_next_answer(debtor: Customer) -> None:
    found, other = opened(debtor), opened(debtor, key="k2")
    answered(found.id, Outcome.UNFOUNDED)
    answered(other.id, Outcome.UNFOUNDED)

    reopened(found.id)
    assert reopened(found.id).reopened_count == 1
    answered(found.id, Outcome.UNFOUNDED)
    assert reopened(found.id).state is State.ANSWERED
    for petition_id, key, code in (
        (other.id, "r1", "petition-key-taken"),
        (found.id, "", "petition-no-reason"),
    ):
        with pytest.raises(UnableToHandle) as refused:
            reopened(petition_id, key=key or "r2", words="" if not key else "Sí")
        assert refused.value.code == code

    assert Reopening.objects.count() == 1


def test_two_hands_open_a_petition_again_once(committed_company: Company) -> None:
    prepare()
    customer = make_customer()
    found = opened(customer)
    answered(found.id, Outcome.UNFOUNDED)
    keys = ["a", "a", "b", "c"]

    hands = together(
        company=committed_company, works=[lambda key=key: reopened(found.id, key=key) for key in keys]
    )

    errors = [hand.error for hand in hands]
    assert all(error is None or getattr(error, "code", "") == "petition-open-again" for error in errors)
    assert (Petition.objects.get().reopened_count, Reopening.objects.count()) == (1, 1)
    assert Hold.objects.filter(lifted_at__isnull=True).count() == 1


def test_what_was_carried_out_can_be_complained_of_and_a_deletion_cannot(debtor: Customer) -> None:
    found = opened(debtor, kind=Kind.ACCESS)
    answered(found.id, Outcome.PARTLY)
    petitions.carry_out_petition(petition_id=found.id, actor=STAFF, today=TODAY, at=NOW)

    again = reopened(found.id, actor=debtor_of(debtor), words="Faltan las llamadas.")

    assert (again.state, again.carried_out_at, again.carry_out_due_date) == (State.OPEN, None, None)
    with pytest.raises(UnableToHandle) as refused:
        reopened(found.id, key="r2")
    assert refused.value.code == "petition-open-again"
    with connection.cursor() as cursor:
        cursor.execute("update portfolio_receivable set open_amount = 0 where customer_id = %s", [debtor.pk])
    gone = opened(debtor, key="k2", kind=Kind.CANCELLATION)
    answered(gone.id, Outcome.GRANTED)
    Message.objects.update(state="SENT")
    petitions.carry_out_petition(petition_id=gone.id, actor=STAFF, today=TODAY, at=NOW)
    with pytest.raises(UnableToHandle) as refused:
        reopened(gone.id, key="r3")
    assert refused.value.code == "petition-forgotten"
    assert not Reopening.objects.exclude(words="").exists()


def test_an_objection_opened_again_rests_by_one_pause(debtor: Customer) -> None:
    found = opened(debtor, kind=Kind.OPPOSITION)
    answered(found.id, Outcome.PARTLY)
    reopened(found.id)
    assert verdict_on(debtor, Purpose.COLLECTION).outcome is VerdictOutcome.BLOCK

    answered(found.id, Outcome.DENIED)

    assert verdict_on(debtor, Purpose.COLLECTION).outcome is VerdictOutcome.ALLOW


def test_an_answer_that_the_law_objects_to_is_not_kept(debtor: Customer) -> None:
    found = opened(debtor)

    with pytest.raises(UnlawfulText):
        answered(found.id, Outcome.UNFOUNDED, text="Pague hoy o irá a la cárcel.")

    assert Petition.objects.get().state == "OPEN"
    assert not Message.objects.exists()


def test_without_a_lawful_address_the_answer_waits_in_the_portal(debtor: Customer) -> None:
    ContactPoint.objects.update(state="WRONG")
    found = opened(debtor)

    done = answered(found.id, Outcome.FOUNDED)

    assert done.recipient == ""
    assert done.petition.state is State.ANSWERED
    assert not Message.objects.exists()


@pytest.mark.feature("SEC-06")
def test_the_month_is_made_again_as_it_was_known(debtor: Customer, company: Company) -> None:
    attempt = Attempt.objects.create(
        key="a1",
        customer=debtor,
        channel="CALL",
        direction="OUTBOUND",
        purpose="COLLECTION",
        outcome="EFFECTIVE",
        at=NOW - timedelta(days=1),
    )
    found = opened(debtor, agency="Despacho Uno", attempt_ids=(attempt.pk, 999_999))
    other = replace(new(debtor), key="k9", agency="=1+1", authority_folio="REDECO-1")
    petitions.open_petition(new=other, actor=STAFF, **CLOCK)
    facts = companies.current_company(base_url="https://cobranza.example")
    then = redeco.month_report(month="2026-11", known_at=NOW, company=facts)
    petitions.change_petition(
        petition_id=found.id,
        cause="THREATS",
        agency="Despacho Dos",
        collector_id=None,
        country="MX",
        actor=STAFF,
        at=NOW + timedelta(hours=1),
    )
    later = NOW + timedelta(days=20)
    answered(found.id, Outcome.FOUNDED, at=later, today=later.date())

    again = redeco.month_report(month="2026-11", known_at=NOW, company=facts)
    now = redeco.month_report(month="2026-11", known_at=later, company=facts)

    assert again == then
    assert dict(then.by_agency) == {"Despacho Uno": 1, "=1+1": 1}
    assert (then.open_count, then.late_count) == (2, 0)
    assert dict(now.by_agency) == {"Despacho Dos": 1, "=1+1": 1}
    assert (now.open_count, now.late_count) == (1, 1)
    assert redeco.month_report(month="2026-10", known_at=later, company=facts).lines == ()
    assert len(rights.contacts_of(petition_ids=[found.id])[found.id]) == 1
    with pytest.raises(redeco.NoSuchMonth):
        redeco.month_report(month="2026-13", known_at=NOW, company=facts)


@pytest.mark.feature("SEC-07")
def test_evidence_tells_complaints_and_requests_with_their_answers(
    debtor: Customer, company: Company
) -> None:
    complaint, request = opened(debtor), opened(debtor, key="k2", kind=Kind.ACCESS)
    answered(complaint.id, Outcome.FOUNDED)
    facts = companies.current_company(base_url="https://cobranza.example")

    content = evidence.evidence_of(customer_id=debtor.pk, company=facts, today=TODAY, at=NOW)["content"]

    assert [one["folio"] for one in content["complaints"]] == [complaint.folio]
    assert [one["folio"] for one in content["requests"]] == [request.folio]
    assert content["complaints"][0]["answers"][0]["outcome"] == "FOUNDED"
    assert next(one["kind"] for one in content["complaints"][0]["history"]) == "OPENED"


@pytest.mark.feature("SEC-05")
def test_a_deletion_waits_for_the_debt_then_forgets_and_the_chain_still_holds(
    debtor: Customer, company: Company
) -> None:
    daily_run.run_day(today=TODAY, at=NOW)
    found = opened(debtor, kind=Kind.CANCELLATION, words="Soy Ximena Zavala, borren todo.")
    answered(found.id, Outcome.GRANTED, text="Sí, Ximena Zavala: los borramos.")
    dispatch.dispatch_due(at=NOW, limit=10, transport=FakeTransport(), worker="w1")

    assert petitions.carry_out_petition(petition_id=found.id, actor=STAFF, today=TODAY, at=NOW) is False
    blocked = rights.petition(petition_id=found.id)
    assert (blocked.state, blocked.blocked_at) == (State.ANSWERED, NOW)
    assert (blocked.is_blocked, blocked.due_date) == (True, None)
    assert rights.due_counts(today=date(2027, 1, 30)).overdue_requests == 0
    assert ContactPoint.objects.filter(customer=debtor).exists()

    with connection.cursor() as cursor:
        cursor.execute("update portfolio_receivable set open_amount = 0 where customer_id = %s", [debtor.pk])
    assert rights.due_counts(today=date(2027, 1, 30)).overdue_requests == 1
    assert petitions.carry_out_petition(petition_id=found.id, actor=STAFF, today=TODAY, at=NOW) is True

    assert rights.petition(petition_id=found.id).state is State.DONE
    assert rights.petition(petition_id=found.id).words == ""
    assert not ContactPoint.objects.filter(customer=debtor, value__contains="ximena").exists()
    assert not Message.objects.filter(own_words__contains="Ximena").exists()
    assert not Answer.objects.filter(text__contains="Ximena").exists()
    verify = ["compliance", "verify", "--company", company.schema_name]
    assert "Todo cuadra." in CliRunner().invoke(main, verify).stdout


def test_a_deletion_is_not_carried_out_before_its_answer_left(debtor: Customer) -> None:
    found = opened(debtor, kind=Kind.CANCELLATION)
    answered(found.id, Outcome.GRANTED)
    with connection.cursor() as cursor:
        cursor.execute("update portfolio_receivable set open_amount = 0 where customer_id = %s", [debtor.pk])

    with pytest.raises(petitions.AnswerOnItsWay):
        petitions.carry_out_petition(petition_id=found.id, actor=STAFF, today=TODAY, at=NOW)

    assert rights.petition(petition_id=found.id).state is State.ANSWERED


def test_an_objection_that_was_granted_keeps_contact_resting(debtor: Customer) -> None:
    found = opened(debtor, kind=Kind.OPPOSITION)
    assert verdict_on(debtor, Purpose.COLLECTION).outcome is VerdictOutcome.BLOCK

    done = answered(found.id, Outcome.GRANTED)

    assert verdict_on(debtor, Purpose.COLLECTION).outcome is VerdictOutcome.BLOCK
    assert done.petition.carry_out_due_date == date(2026, 12, 14)
    petitions.carry_out_petition(petition_id=found.id, actor=STAFF, today=TODAY, at=NOW)
    assert verdict_on(debtor, Purpose.COLLECTION).outcome is VerdictOutcome.BLOCK


def test_access_hands_over_the_data_that_the_portal_knows(debtor: Customer) -> None:
    found = opened(debtor, kind=Kind.ACCESS)

    answered(found.id, Outcome.GRANTED)

    told = rights.events_of(petition_ids=[found.id])[found.id][-1]
    assert told.kind is EventKind.ANSWERED
    assert len(told.data["data_hash"]) == 64


def test_petitions_go_with_a_union_and_come_back(debtor: Customer) -> None:
    other = make_customer(name="Ximena Zavala")
    found = opened(debtor)

    merge_id = merging.unite(
        customer_id=debtor.pk, other_id=other.pk, survivor_id=other.pk, actor=STAFF, today=TODAY, at=NOW
    )
    moved = [one.id for one in rights.petitions_of(customer_id=other.pk)]
    # Who writes to the one that is gone reaches the one that stays.
    later = opened(debtor, key="k2")
    merging.undo(merge_id=merge_id, actor=STAFF, today=TODAY, at=NOW)

    assert moved == [found.id]
    assert later.customer_id == other.pk
    assert [one.id for one in rights.petitions_of(customer_id=debtor.pk)] == [found.id]
    assert [one.id for one in rights.petitions_of(customer_id=other.pk)] == [later.id]


def test_two_hands_cannot_both_answer(debtor: Customer) -> None:
    found = opened(debtor)
    answered(found.id, Outcome.FOUNDED)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into rights_answer (petition_id, number, outcome, text, actor_label, at, created_at)"
            " values (%s, 1, 'UNFOUNDED', 'Otra', 'Otro', %s, %s)",
            [found.id, NOW, NOW],
        )


def test_the_command_gives_the_month_also_without_complaints(
    debtor: Customer, company: Company, tmp_path: Path
) -> None:
    found = opened(debtor, agency="Despacho Uno")

    def run(*arguments: str) -> Any:
        with time_machine.travel(NOW + timedelta(days=9), tick=False):
            return CliRunner().invoke(
                main,
                ["compliance", "redeco", "--company", company.schema_name, *arguments],
                catch_exceptions=False,
            )

    told = run("--month", "2026-11", "--out", str(tmp_path / "quejas.csv"))
    before = json.loads(run("--month", "2026-11", "--known", "2026-11-22", "--json").stdout)

    assert "2026-11: 1 quejas, 1 pendientes" in told.stdout
    assert "Despacho Uno" in told.stdout
    assert found.folio in (tmp_path / "quejas.csv").read_text(encoding="utf-8-sig")
    assert before["lines"] == []
    assert "2026-10: sin quejas." in run("--month", "2026-10").stdout
    assert run("--month", "2026-13").exit_code == 1
    assert run("--month", "2026-11", "--out", str(tmp_path / "quejas.doc")).exit_code == 2

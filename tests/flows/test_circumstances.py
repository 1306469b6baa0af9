"""What becomes known of a person stops or changes contact from that very moment, and nothing of it is lost."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.compliance import queries as law
from puntual.compliance.types import IntendedContact
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_rows
from puntual.contacts.models import Circumstance
from puntual.contacts.types import Channel, CircumstanceKind, NewCircumstance, OwnerRole, Purpose
from puntual.flows import approvals, circumstances, contact_now, daily_run, dispatch, merging, rehearsal
from puntual.lib.errors import NotFound
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.plans.models import Action
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_point, make_receivable
from tests.flows.uniting import LUIS, unite
from tests.outreach_factories import make_action, make_message, prepare

ANA = Actor(kind=ActorKind.STAFF, id=7, label="Ana Gestora")


@pytest.fixture(autouse=True)
def plan(company: Company) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


@pytest.fixture
def debtor(today: date) -> Customer:
    """Somebody who is three days late."""
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=3))
    return customer


def told(customer: Customer, kind: CircumstanceKind, **fields: Any) -> NewCircumstance:
    given: dict[str, Any] = {"reason": "Lo dijo al contestar.", "source": "La propia persona"}
    if kind is CircumstanceKind.REPRESENTED:
        given |= {"lawyer_name": "Lic. Rosa Paz", "lawyer_contact": "rosa@paz.example"}
    return NewCircumstance(customer_id=customer.pk, kind=kind, **{**given, **fields})


def keep(customer: Customer, kind: CircumstanceKind, *, today: date, now: datetime, **fields: Any) -> int:
    """Keep a circumstance as if nobody called off what waits: only the gate can stop it."""
    new = told(customer, kind, **fields)
    return contacts.record_circumstance(new=new, actor=ANA, today=today, at=now)


def send(now: datetime) -> tuple[int, list[tuple[str, str]]]:
    summary = dispatch.dispatch_due(at=now, limit=100, worker="w1", transport=FakeTransport())
    return summary.sent, list(Message.objects.order_by("id").values_list("state", "reason"))


@pytest.mark.feature("X-29")
@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (CircumstanceKind.DECEASED, "X-DEAD-P1"),
        (CircumstanceKind.MINOR, "MX-PARTY-02"),
        (CircumstanceKind.CEASE, "X-STOP-01"),
        (CircumstanceKind.INSOLVENT, "X-INSOLV-P1"),
        (CircumstanceKind.REPRESENTED, "X-LAWYER-P1"),
    ],
)
def test_a_message_that_waits_is_stopped_by_the_gate_itself(
    debtor: Customer, today: date, now: datetime, kind: CircumstanceKind, rule: str
) -> None:
    make_message(customer=debtor)

    keep(debtor, kind, today=today, now=now)

    assert send(now) == (0, [("CANCELLED", f"law:{rule}")])


def test_a_message_to_somebody_in_a_difficult_moment_waits_for_a_person(
    debtor: Customer, today: date, now: datetime
) -> None:
    make_message(customer=debtor)

    keep(debtor, CircumstanceKind.HARDSHIP, today=today, now=now)

    assert send(now) == (0, [("QUEUED", "review:X-HARD-P1")])


@pytest.mark.parametrize(
    "kind",
    [CircumstanceKind.OLDER_ADULT, CircumstanceKind.DISABILITY, CircumstanceKind.ON_AD_REGISTER],
)
def test_a_debtor_of_any_age_may_be_collected_from(
    debtor: Customer, today: date, now: datetime, kind: CircumstanceKind
) -> None:
    make_message(customer=debtor)

    circumstances.record(new=told(debtor, kind), actor=ANA, country="MX", today=today, at=now)

    assert send(now) == (1, [("SENT", "")])


def test_what_waits_is_called_off_with_the_word_and_approving_it_sends_nothing(
    debtor: Customer, today: date, now: datetime
) -> None:
    queued, proposed = make_message(customer=debtor), make_action(customer=debtor)
    Action.objects.filter(pk=proposed.pk).update(state="PROPOSED")

    circumstances.record(
        new=told(debtor, CircumstanceKind.CEASE), actor=ANA, country="MX", today=today, at=now
    )

    assert approvals.approve(action_ids=[proposed.pk], actor=ANA, at=now) == 0
    assert send(now) == (0, [("CANCELLED", "circumstance")])
    closed = Action.objects.filter(pk__in=[queued.action_id, proposed.pk])
    assert set(closed.values_list("state", "closed_reason")) == {("CANCELLED", "circumstance")}


def test_what_was_approved_before_the_word_is_stopped_by_the_gate(
    debtor: Customer, today: date, now: datetime
) -> None:
    proposed = make_action(customer=debtor)
    Action.objects.filter(pk=proposed.pk).update(state="PROPOSED")
    approvals.approve(action_ids=[proposed.pk], actor=ANA, at=now)

    keep(debtor, CircumstanceKind.DECEASED, today=today, now=now)

    assert send(now) == (0, [("CANCELLED", "law:X-DEAD-P1")])


def test_the_run_the_page_and_the_calendar_know_it_and_its_end(
    debtor: Customer, today: date, now: datetime
) -> None:
    kept = circumstances.record(
        new=told(debtor, CircumstanceKind.CEASE), actor=ANA, country="MX", today=today, at=now
    )
    points = contact_rows.points_of(customer_id=debtor.pk)
    asked: dict[str, Any] = {"points": points, "purpose": Purpose.COLLECTION, "country": "MX"}

    daily_run.run_day(today=today, at=now)
    found = contact_now.points_now(**asked, today=today, at=now)[points[0].id]
    ahead = rehearsal.calendar_of_customer(external_id=debtor.external_id, today=today, at=now)

    assert not Action.objects.exists()
    assert not found.is_allowed
    assert [one.text.split(":")[0] for one in found.rules] == ["La persona pidió que no se le contacte"]
    assert not any(one.carried for one in ahead.days)

    circumstances.end(
        circumstance_id=kept, customer_id=debtor.pk, reason="Escribió que ya se puede.", actor=LUIS, at=now
    )
    assert contact_now.points_now(**asked, today=today, at=now)[points[0].id].is_allowed


def test_it_counts_until_its_last_day_and_the_next_one_follows(
    debtor: Customer, today: date, now: datetime
) -> None:
    last = today + timedelta(days=7)
    keep(debtor, CircumstanceKind.HARDSHIP, today=today, now=now, until_date=last)
    contact = IntendedContact(debtor.pk, Channel.EMAIL, Purpose.COLLECTION, None)

    def flags(day: date) -> set[str]:
        facts = law.contact_facts(contacts_intended=[contact], country="MX", today=day, at=now)
        return set(facts[0].flags)

    assert flags(last) == {"hardship", "first_contact"}
    assert flags(last + timedelta(days=1)) == {"first_contact"}
    later = now + timedelta(days=8)
    keep(debtor, CircumstanceKind.HARDSHIP, today=later.date(), now=later, reason="Sigue sin empleo.")
    assert [
        (one.reason, one.holds_on(later.date()), one.ended_at, one.end_reason)
        for one in contact_rows.circumstances_of(customer_id=debtor.pk)
    ] == [
        ("Sigue sin empleo.", True, None, ""),
        ("Lo dijo al contestar.", False, later, "Pasó su último día."),
    ]


def test_nothing_is_overwritten_and_the_trail_says_who_and_when(
    debtor: Customer, today: date, now: datetime
) -> None:
    kept = keep(debtor, CircumstanceKind.CEASE, today=today, now=now)

    with pytest.raises(contacts.UnableToRecord):
        keep(debtor, CircumstanceKind.CEASE, today=today, now=now, reason="Otra vez.")
    ending: dict[str, Any] = {"circumstance_id": kept, "customer_id": debtor.pk, "reason": "Cambió de idea."}
    assert circumstances.end(**ending, actor=LUIS, at=now)
    assert not circumstances.end(**ending, actor=ANA, at=now)

    one = Circumstance.objects.get()
    assert (one.reason, one.actor_label, one.at) == ("Lo dijo al contestar.", "Ana Gestora", now)
    assert (one.ended_by, one.end_reason, one.ended_at) == (LUIS.label, "Cambió de idea.", now)
    assert list(
        Event.objects.filter(subject_type="circumstance").order_by("id").values_list("action", "actor_label")
    ) == [
        ("circumstance-recorded", "Ana Gestora"),
        ("circumstance-ended", LUIS.label),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "  "},
        {"source": ""},
        {"until_date": date(2026, 11, 22)},
        {"lawyer_name": "Lic. Paz"},
        {"lawyer_contact": "55 1111 2222"},
        {"kind": CircumstanceKind.REPRESENTED, "lawyer_name": " "},
        {"customer_id": 0},
    ],
)
def test_what_is_not_whole_is_refused_and_changes_nothing(
    debtor: Customer, today: date, now: datetime, fields: dict[str, Any]
) -> None:
    message = make_message(customer=debtor)
    given: dict[str, Any] = {
        "customer_id": debtor.pk,
        "kind": CircumstanceKind.CEASE,
        "reason": "Lo pidió.",
        "source": "La persona",
    }

    with pytest.raises((contacts.UnableToRecord, NotFound)):
        circumstances.record(
            new=NewCircumstance(**{**given, **fields}), actor=ANA, country="MX", today=today, at=now
        )

    assert not Circumstance.objects.exists()
    assert not Event.objects.filter(subject_type="circumstance").exists()
    assert Message.objects.get(pk=message.pk).state == "QUEUED"


def test_the_database_holds_one_open_of_a_kind(debtor: Customer, today: date, now: datetime) -> None:
    keep(debtor, CircumstanceKind.CEASE, today=today, now=now)
    row: dict[str, Any] = {
        "customer": debtor,
        "kind": "CEASE",
        "reason": "r",
        "source": "s",
        "actor_label": "a",
        "at": now,
    }

    for fields, constraint in (
        ({}, "contacts_circumstance_open"),
        ({"kind": "OTHER"}, "contacts_circumstance_kind"),
        ({"kind": "MINOR", "reason": ""}, "contacts_circumstance_said"),
        ({"kind": "REPRESENTED"}, "contacts_circumstance_lawyer"),
        ({"kind": "MINOR", "ended_at": now}, "contacts_circumstance_ended"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Circumstance.objects.create(**row | fields)


def test_the_age_of_the_debtor_is_not_that_of_the_guarantor(
    debtor: Customer, today: date, now: datetime
) -> None:
    guarantor = make_point(customer=debtor, value="aval@correo.example", owner_role=OwnerRole.GUARANTOR)
    for kind in (CircumstanceKind.OLDER_ADULT, CircumstanceKind.DECEASED):
        keep(debtor, kind, today=today, now=now)
    contact = IntendedContact(debtor.pk, Channel.EMAIL, Purpose.COLLECTION, guarantor.pk)

    facts = law.contact_facts(contacts_intended=[contact], country="MX", today=today, at=now)[0]

    assert facts.flags == {"deceased", "first_contact"}


def test_facts_of_many_take_as_many_statements_as_of_one(today: date, now: datetime) -> None:
    people = [make_customer() for _ in range(12)]
    for one in people:
        keep(one, CircumstanceKind.CEASE, today=today, now=now)
    wanted = [IntendedContact(one.pk, Channel.EMAIL, Purpose.COLLECTION, None) for one in people]

    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as told_by:
            found = law.contact_facts(contacts_intended=wanted[:count], country="MX", today=today, at=now)
        assert all(one.flags == {"cease_requested", "first_contact"} for one in found)
        return len(told_by)

    assert statements(1) == statements(12)


def test_who_was_united_brings_what_is_known_of_them_and_keeps_it(
    debtor: Customer, today: date, now: datetime
) -> None:
    other = make_customer()
    keep(other, CircumstanceKind.DECEASED, today=today, now=now)
    make_message(customer=debtor)
    merge_id = unite(other, debtor, today, now)
    later = now + timedelta(minutes=5)

    keep(debtor, CircumstanceKind.CEASE, today=today, now=later)
    points = contact_rows.points_of(customer_id=debtor.pk)
    found = contact_now.points_now(
        points=points, purpose=Purpose.COLLECTION, country="MX", today=today, at=later
    )

    assert all(len(one.rules) == 2 for one in found.values())
    merging.undo(merge_id=merge_id, actor=LUIS, today=today, at=now + timedelta(hours=1))
    kinds = {
        pk: {one.kind for one in contact_rows.circumstances_of(customer_id=pk)}
        for pk in (other.pk, debtor.pk)
    }
    assert kinds == {
        other.pk: {CircumstanceKind.DECEASED, CircumstanceKind.CEASE},
        debtor.pk: {CircumstanceKind.CEASE},
    }

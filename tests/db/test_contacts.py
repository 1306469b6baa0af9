"""Whom may we reach, by which channel, and how did it go? On the real database."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from puntual.audit.models import Event
from puntual.audit.types import SYSTEM
from puntual.contacts import operations as contacts
from puntual.contacts import queries
from puntual.contacts.types import (
    AgreedHours,
    AttemptOutcome,
    Channel,
    ConsentDecision,
    Direction,
    NewAttempt,
    NewPoint,
    OwnerRole,
    PointCounts,
    PointKind,
    PointState,
    Purpose,
    ResponseKind,
    Wish,
)
from puntual.lib.errors import NotFound
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_point

pytestmark = pytest.mark.usefixtures("company")
TABLES = ("contactpoint", "consent", "wish", "attempt", "response")


def count_rows() -> dict[str, int]:
    """Count what contacts and the audit trail hold."""
    with connection.cursor() as cursor:
        names = [f"contacts_{name}" for name in TABLES] + ["audit_event"]
        return {name: cursor.execute(f"select count(*) from {name}").fetchone()[0] for name in names}


def like(customer_id: int, channel: Channel | None, now: datetime, hours: AgreedHours | None = None) -> bool:
    """Say how a customer asks to be contacted."""
    return contacts.set_wish(
        customer_id=customer_id,
        wish=Wish(channel=channel, hours=hours),
        source="portal",
        note="",
        actor=SYSTEM,
        at=now,
    )


def new_point(customer: Customer, value: str = "ana@correo.example", **fields: object) -> NewPoint:
    """Describe an e-mail of the debtor."""
    values: dict[str, object] = {
        "customer_id": customer.pk,
        "kind": PointKind.EMAIL,
        "value": value,
        "normalized": value.lower(),
        "owner_role": OwnerRole.DEBTOR,
    }
    values.update(fields)
    return NewPoint(**values)  # type: ignore[arg-type]


def new_attempt(customer: Customer, key: str, at: datetime, **fields: object) -> NewAttempt:
    """Describe an e-mail that was sent."""
    values: dict[str, object] = {
        "key": key,
        "customer_id": customer.pk,
        "contact_point_id": None,
        "channel": Channel.EMAIL,
        "direction": Direction.OUTBOUND,
        "purpose": Purpose.COLLECTION,
        "outcome": AttemptOutcome.SENT,
        "at": at,
    }
    values.update(fields)
    return NewAttempt(**values)  # type: ignore[arg-type]


def say(
    customer_id: int,
    decision: ConsentDecision,
    at: datetime,
    channel: Channel = Channel.EMAIL,
    source: str = "portal",
) -> bool:
    """Keep a word of a customer about a channel."""
    return contacts.set_consent(
        customer_id=customer_id,
        channel=channel,
        decision=decision,
        source=source,
        note="",
        actor=SYSTEM,
        at=at,
    )


def test_a_point_is_kept_as_it_came_beside_its_normal_form(now: datetime) -> None:
    customer = make_customer(email=None)
    given = new_point(
        customer, "Tel. 044 55 1234 5678", kind=PointKind.PHONE, normalized="+525512345678", source="cartera"
    )

    counts = contacts.upsert_points(points=[given], at=now)

    assert counts == PointCounts(new=1, unchanged=0)
    (point,) = queries.points_of(customer_id=customer.pk)
    assert (point.value, point.normalized) == ("Tel. 044 55 1234 5678", "+525512345678")
    assert (point.kind, point.state, point.source) == (PointKind.PHONE, PointState.NEW, "cartera")


def test_a_known_point_keeps_its_state_and_nothing_is_written(now: datetime) -> None:
    customer = make_customer(email=None)
    contacts.upsert_points(points=[new_point(customer)], at=now)
    (point,) = queries.points_of(customer_id=customer.pk)
    contacts.set_point_state(point_id=point.id, state=PointState.BOUNCED, note="550", actor=SYSTEM, at=now)
    before = count_rows()

    counts = contacts.upsert_points(points=[new_point(customer, "ANA@correo.example")], at=now)

    assert counts == PointCounts(new=0, unchanged=1)
    assert count_rows() == before
    (point,) = queries.points_of(customer_id=customer.pk)
    assert (point.state, point.value) == (PointState.BOUNCED, "ana@correo.example")


def test_one_address_may_belong_to_two_roles_and_to_two_customers(now: datetime) -> None:
    debtor, other = make_customer(email=None), make_customer(email=None)
    points = [
        new_point(debtor),
        new_point(debtor, owner_role=OwnerRole.GUARANTOR, owner_name="Luis"),
        new_point(other),
        new_point(debtor),
    ]

    assert contacts.upsert_points(points=points, at=now) == PointCounts(new=3, unchanged=1)
    found = queries.points_for(customer_ids=[debtor.pk, other.pk])
    assert [one.owner_role for one in found[debtor.pk]] == [OwnerRole.DEBTOR, OwnerRole.GUARANTOR]
    assert len(found[other.pk]) == 1


def test_nothing_given_asks_nothing(now: datetime, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert contacts.upsert_points(points=[], at=now) == PointCounts(0, 0)
        assert contacts.record_attempts(attempts=[]) == 0


@pytest.mark.parametrize("count", [1, 1000])
def test_the_statements_do_not_grow_with_the_rows(
    count: int, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customer = make_customer(email=None)
    points = [new_point(customer, f"p{number}@correo.example") for number in range(count)]
    attempts = [new_attempt(customer, f"a{number}", now) for number in range(count)]

    with django_assert_num_queries(1):
        assert contacts.upsert_points(points=points, at=now) == PointCounts(count, 0)
    with django_assert_num_queries(1):
        assert contacts.record_attempts(attempts=attempts) == count
    ids = [customer.pk] * count
    with django_assert_num_queries(4):
        assert len(queries.points_for(customer_ids=ids)[customer.pk]) == count
        assert len(queries.recent_attempts(customer_ids=ids, since=now)[customer.pk]) == count
        assert queries.opted_out(customer_ids=ids) == {}
        assert queries.preferences_for(customer_ids=ids) == {}


def test_a_point_that_is_wrong_is_no_longer_chosen_and_the_change_is_told(now: datetime) -> None:
    customer = make_customer(email="primero@correo.example")
    make_point(customer=customer, value="segundo@correo.example")
    first, second = queries.points_of(customer_id=customer.pk)

    contacts.set_point_state(
        point_id=first.id, state=PointState.WRONG, note="contestó otra persona", actor=SYSTEM, at=now
    )

    points = queries.points_of(customer_id=customer.pk)
    chosen = queries.best_point(points=points, channel=Channel.EMAIL)
    assert chosen == second
    event = Event.objects.get(customer_id=customer.pk)
    assert (event.action, event.before, event.after) == (
        "contact-point-state",
        {"state": "NEW"},
        {"state": "WRONG"},
    )


def test_the_same_state_again_writes_nothing(now: datetime) -> None:
    customer = make_customer()
    (point,) = queries.points_of(customer_id=customer.pk)
    contacts.set_point_state(point_id=point.id, state=PointState.VERIFIED, note="", actor=SYSTEM, at=now)
    before = count_rows()

    contacts.set_point_state(point_id=point.id, state=PointState.VERIFIED, note="", actor=SYSTEM, at=now)

    assert count_rows() == before


def test_there_is_no_state_of_a_point_that_does_not_exist(now: datetime) -> None:
    before = count_rows()

    with pytest.raises(NotFound):
        contacts.set_point_state(point_id=10**9, state=PointState.WRONG, note="", actor=SYSTEM, at=now)

    assert count_rows() == before


def test_an_attempt_with_a_known_key_changes_nothing(now: datetime) -> None:
    customer = make_customer()
    (point,) = queries.points_of(customer_id=customer.pk)
    first = new_attempt(customer, "mensaje:1", now, contact_point_id=point.id, actor_label="Puntual")
    later = new_attempt(customer, "mensaje:1", now + timedelta(days=1), outcome=AttemptOutcome.FAILED)

    assert contacts.record_attempts(attempts=[first, first]) == 1
    assert contacts.record_attempts(attempts=[later]) == 0

    (attempt,) = queries.attempts_of(customer_id=customer.pk, limit=5)
    assert (attempt["outcome"], attempt["at"], attempt["point_value"]) == ("SENT", now, point.value)


def test_attempts_are_read_newest_first_from_a_moment_on(now: datetime) -> None:
    customer, silent = make_customer(), make_customer()
    moments = [now - timedelta(days=8), now - timedelta(hours=1), now - timedelta(days=6)]
    contacts.record_attempts(
        attempts=[new_attempt(customer, f"k{n}", at) for n, at in enumerate(moments)]
        + [
            new_attempt(
                customer,
                "entra",
                now,
                direction=Direction.INBOUND,
                outcome=AttemptOutcome.INBOUND,
                channel=Channel.CALL,
            )
        ]
    )

    found = queries.recent_attempts(customer_ids=[customer.pk, silent.pk], since=now - timedelta(days=7))

    assert found == {
        customer.pk: [
            (now, Channel.CALL, Direction.INBOUND, AttemptOutcome.INBOUND),
            (now - timedelta(hours=1), Channel.EMAIL, Direction.OUTBOUND, AttemptOutcome.SENT),
            (now - timedelta(days=6), Channel.EMAIL, Direction.OUTBOUND, AttemptOutcome.SENT),
        ]
    }
    assert [one["key"] for one in queries.attempts_of(customer_id=customer.pk, limit=2)] == ["entra", "k1"]


def test_a_response_is_recorded_once(now: datetime) -> None:
    customer = make_customer()

    def respond() -> bool:
        return contacts.record_response(
            key="portal:1",
            customer_id=customer.pk,
            kind=ResponseKind.PROMISED,
            channel=Channel.PORTAL,
            at=now,
            note="viernes",
        )

    assert (respond(), respond()) == (True, False)
    (response,) = queries.responses_of(customer_id=customer.pk, limit=5)
    assert (response["kind"], response["channel"], response["note"]) == ("PROMISED", "PORTAL", "viernes")


@pytest.mark.feature("X-43")
def test_an_opt_out_holds_at_once_for_its_channel_alone(now: datetime) -> None:
    customer, other = make_customer(), make_customer()

    assert say(customer.pk, ConsentDecision.OPTED_OUT, now)

    both = [customer.pk, other.pk]
    assert queries.opted_out(customer_ids=both) == {customer.pk: {Channel.EMAIL}}
    say(customer.pk, ConsentDecision.OPTED_OUT, now, channel=Channel.SMS)
    assert queries.opted_out(customer_ids=both) == {customer.pk: {Channel.EMAIL, Channel.SMS}}
    event = Event.objects.get(customer_id=customer.pk, after__channel="SMS")
    assert event.after == {
        "channel": "SMS",
        "decision": "OPTED_OUT",
        "source": "portal",
        "is_current": True,
    }


@pytest.mark.feature("X-43")
def test_every_word_stays_and_the_newest_is_current(now: datetime) -> None:
    customer = make_customer()
    say(customer.pk, ConsentDecision.GRANTED, now - timedelta(days=9), source="contrato")
    say(customer.pk, ConsentDecision.OPTED_OUT, now - timedelta(days=1))
    say(customer.pk, ConsentDecision.GRANTED, now)

    words = queries.consents_of(customer_id=customer.pk)

    assert [(one["decision"], one["source"], one["is_current"]) for one in words] == [
        ("GRANTED", "portal", True),
        ("OPTED_OUT", "portal", False),
        ("GRANTED", "contrato", False),
    ]
    assert queries.opted_out(customer_ids=[customer.pk]) == {}


def test_an_old_word_that_comes_late_is_only_history(now: datetime) -> None:
    customer = make_customer()
    say(customer.pk, ConsentDecision.OPTED_OUT, now)

    assert say(customer.pk, ConsentDecision.GRANTED, now - timedelta(days=30), source="carga")

    assert queries.opted_out(customer_ids=[customer.pk]) == {customer.pk: {Channel.EMAIL}}
    assert [one["is_current"] for one in queries.consents_of(customer_id=customer.pk)] == [True, False]


def test_a_form_sent_twice_leaves_one_word(now: datetime) -> None:
    customer = make_customer()
    say(customer.pk, ConsentDecision.OPTED_OUT, now)
    before = count_rows()

    assert say(customer.pk, ConsentDecision.OPTED_OUT, now + timedelta(seconds=1)) is False

    assert count_rows() == before


def test_a_customer_that_does_not_exist_says_nothing(now: datetime) -> None:
    before = count_rows()

    with pytest.raises(NotFound):
        say(10**9, ConsentDecision.OPTED_OUT, now)
    with pytest.raises(NotFound):
        like(10**9, Channel.EMAIL, now)

    assert count_rows() == before


def test_the_database_itself_allows_one_current_word(now: datetime) -> None:
    customer = make_customer()
    say(customer.pk, ConsentDecision.OPTED_OUT, now)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into contacts_consent (customer_id, channel, decision, source, at) "
            "values (%s, 'EMAIL', 'GRANTED', 'x', now())",
            [customer.pk],
        )


def test_the_preferred_channel_is_the_last_one_named(now: datetime) -> None:
    customer, other = make_customer(), make_customer()
    like(customer.pk, Channel.WHATSAPP, now)
    like(customer.pk, Channel.EMAIL, now)

    assert queries.preference_of(customer_id=customer.pk) is Channel.EMAIL
    assert queries.preference_of(customer_id=other.pk) is None
    found = queries.preferences_for(customer_ids=[customer.pk, other.pk])
    assert found == {customer.pk: Channel.EMAIL}

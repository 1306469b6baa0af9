"""How somebody asks to be contacted holds at once and everywhere, and the law may only make it stricter."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.compliance import queries as law
from puntual.contacts import operations as contacts
from puntual.contacts import queries as contact_rows
from puntual.contacts.models import Wish as WishRow
from puntual.contacts.types import AgreedHours, Channel, OwnerRole, PointKind, Purpose, Wish
from puntual.flows import contact_now, daily_run, dispatch, explain, merging, rehearsal, wishes
from puntual.lib.errors import DomainError
from puntual.outreach.providers.fake import FakeTransport
from puntual.plans.models import Action
from puntual.portfolio.models import Customer
from tests.conftest import NOW
from tests.factories import make_customer, make_point, make_receivable
from tests.flows.test_decided_days import adopt, step
from tests.flows.uniting import unite
from tests.outreach_factories import make_message, prepare

ANA = Actor(kind=ActorKind.STAFF, id=7, label="Ana Gestora")
ALL = AgreedHours(tuple(range(7)), time(9), time(18))
# The tests' moment is a Monday at 10:00 where the person is.
EVENINGS = AgreedHours((0, 1, 2), time(18), time(20))


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


def agree(customer: Customer, now: datetime, **fields: Any) -> bool:
    return wishes.agree(
        customer_id=customer.pk,
        wish=Wish(**{"channel": None, "hours": None, **fields}),
        source="portal",
        note="",
        actor=ANA,
        country="MX",
        at=now,
    )


@pytest.mark.parametrize(
    ("days", "start", "end", "is_lawful"),
    [
        ((0,), "18:00", "20:00", True),
        ((0,), "20:30", "22:00", True),
        ((0,), "21:00", "22:00", False),
        ((0,), "06:00", "08:00", False),
        ((0,), "06:00", "08:01", True),
        ((5, 6), "09:00", "18:00", False),
        ((4, 5), "09:00", "18:00", True),
    ],
)
def test_hours_must_leave_a_lawful_moment(
    company: Company, days: tuple[int, ...], start: str, end: str, is_lawful: bool
) -> None:
    hours = AgreedHours(days, time.fromisoformat(start), time.fromisoformat(end))

    assert law.is_lawful_within(hours=hours, country="MX", at=NOW) is is_lawful


def test_a_message_that_waits_is_put_off_to_the_hours_that_were_just_agreed(
    debtor: Customer, now: datetime
) -> None:
    message = make_message(customer=debtor)

    agree(debtor, now, hours=EVENINGS)
    summary = dispatch.dispatch_due(at=now, limit=10, worker="w1", transport=FakeTransport())

    message.refresh_from_db()
    assert (summary.sent, summary.deferred) == (0, 1)
    assert (message.state, message.reason, message.not_before) == (
        "QUEUED",
        "law:X-HOURS-P1",
        now + timedelta(hours=8),
    )


def test_the_run_the_page_and_the_calendar_wait_for_them(
    debtor: Customer, today: date, now: datetime
) -> None:
    agree(debtor, now, hours=EVENINGS)
    points = contact_rows.points_of(customer_id=debtor.pk)

    found = contact_now.points_now(
        points=points, purpose=Purpose.COLLECTION, country="MX", today=today, at=now
    )
    daily_run.run_day(today=today, at=now)

    assert found[points[0].id].not_before == now + timedelta(hours=8)
    assert Action.objects.get().not_before == now + timedelta(hours=8)


def test_each_word_stays_and_the_same_again_writes_nothing(debtor: Customer, now: datetime) -> None:
    assert agree(debtor, now, channel=Channel.CALL)
    assert agree(debtor, now + timedelta(hours=1), hours=EVENINGS)
    assert not agree(debtor, now + timedelta(hours=2), hours=EVENINGS)

    assert [
        (one.wish.channel, one.wish.hours, one.is_current)
        for one in contact_rows.wishes_of(customer_id=debtor.pk)
    ] == [(None, EVENINGS, True), (Channel.CALL, None, False)]
    events = Event.objects.filter(action="contact-wish-set").order_by("id")
    assert [(one.before["channel"], one.after["weekdays"], one.after["to_hour"]) for one in events] == [
        ("", [], ""),
        ("CALL", [0, 1, 2], "20:00"),
    ]


@pytest.mark.parametrize(
    "hours",
    [
        AgreedHours((), time(9), time(18)),
        AgreedHours((7,), time(9), time(18)),
        AgreedHours((0,), time(18), time(9)),
        AgreedHours((6,), time(9), time(18)),
    ],
)
def test_odd_hours_are_refused_and_change_nothing(
    debtor: Customer, now: datetime, hours: AgreedHours
) -> None:
    with pytest.raises(DomainError):
        agree(debtor, now, hours=hours)

    assert not WishRow.objects.exists()


def test_the_database_itself_holds_whole_hours_and_one_current_wish(debtor: Customer, now: datetime) -> None:
    agree(debtor, now, hours=ALL)
    row: dict[str, Any] = {"customer": debtor, "source": "s", "actor_label": "a", "at": now}

    for fields, constraint in (
        ({}, "contacts_wish_current"),
        ({"is_current": False, "channel": "FAX"}, "contacts_wish_channel"),
        ({"is_current": False, "weekdays": [0]}, "contacts_wish_hours"),
        ({"is_current": False, "weekdays": [7], "starts": time(9), "ends": time(10)}, "contacts_wish_hours"),
        ({"is_current": False, "weekdays": [1], "starts": time(9), "ends": time(9)}, "contacts_wish_hours"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            WishRow.objects.create(**row | fields)


@pytest.mark.feature("CHN-07")
def test_a_channel_that_is_liked_goes_first_and_the_explanation_says_so(
    debtor: Customer, today: date, now: datetime
) -> None:
    adopt(step("aviso", "alternativas: [llamada]", days=3))
    other = make_customer()
    make_receivable(customer=other, due=today - timedelta(days=3))
    for one, number in ((debtor, "+525511112222"), (other, "+525511113333")):
        make_point(customer=one, value=number, kind=PointKind.PHONE)
    agree(debtor, now, channel=Channel.CALL)
    agree(other, now, channel=Channel.VISIT)

    ahead = rehearsal.calendar_of_customer(external_id=debtor.external_id, today=today, at=now)
    daily_run.run_day(today=today, at=now)

    made = dict(Action.objects.values_list("customer_id", "channel"))
    assert made == {debtor.pk: "CALL", other.pk: "EMAIL"}
    assert [cell.key for day in ahead.days for cell in day.channels if cell.count][:1] == ["CALL"]
    (said,) = explain.explain(customer_id=debtor.pk, as_of=today).steps
    assert said.reasons == ("step-due", "preferred-channel")
    assert "va por el medio que la persona prefiere" in said.sentence
    (plain,) = explain.explain(customer_id=other.pk, as_of=today).steps
    assert plain.reasons == ("step-due",)


def test_a_liked_channel_that_the_law_refuses_leaves_the_plans_own(
    debtor: Customer, today: date, now: datetime
) -> None:
    adopt(step("aviso", "alternativas: [llamada]", days=3))
    agree(debtor, now, channel=Channel.CALL)

    daily_run.run_day(today=today, at=now)

    # There is no telephone to call.
    assert Action.objects.get().channel == "EMAIL"


def test_who_was_united_keeps_the_newest_wish(debtor: Customer, today: date, now: datetime) -> None:
    other = make_customer()
    make_point(customer=other, value="+525511112222", kind=PointKind.PHONE, owner_role=OwnerRole.DEBTOR)
    agree(debtor, now, channel=Channel.EMAIL)
    agree(other, now + timedelta(hours=1), channel=Channel.CALL, hours=EVENINGS)
    contacts.move_customer(source_id=other.pk, target_id=debtor.pk)
    Customer.objects.filter(pk=other.pk).update(merged_into=debtor.pk)

    assert contact_rows.preference_of(customer_id=debtor.pk) is Channel.CALL
    assert contact_rows.wish_of(customer_id=debtor.pk).hours == EVENINGS


def test_what_was_asked_for_while_two_were_one_holds_for_both(
    debtor: Customer, today: date, now: datetime
) -> None:
    other = make_customer()
    agree(other, now, channel=Channel.CALL)
    merge_id = unite(other, debtor, today, now)
    agree(debtor, now + timedelta(minutes=5), hours=EVENINGS)

    merging.undo(merge_id=merge_id, actor=ANA, today=today, at=now + timedelta(hours=1))

    assert [contact_rows.wish_of(customer_id=one.pk).hours for one in (other, debtor)] == [EVENINGS] * 2
    assert [one.is_current for one in contact_rows.wishes_of(customer_id=other.pk)] == [True, False]

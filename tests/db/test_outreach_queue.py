"""The queue of messages: claimed once, announced before the hand-over, never blindly repeated."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from puntual.audit.models import Event
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.lib.errors import NotFound
from puntual.outreach import operations, queries
from puntual.outreach.models import DeliveryEvent, Message
from puntual.outreach.types import (
    ClaimedMessage,
    DeliveryKind,
    Ending,
    MessageState,
    ProviderEvent,
    StaleCounts,
)
from puntual.plans.models import Action
from tests.committed import Hand, together
from tests.factories import make_customer
from tests.outreach_factories import make_action, make_message, prepare

W1, W2 = "worker-1", "worker-2"


@pytest.fixture(autouse=True)
def plan(request: pytest.FixtureRequest) -> None:
    """Put the plan in force in the company of the test."""
    name = "committed_company" if "committed_company" in request.fixturenames else "company"
    request.getfixturevalue(name)
    prepare()


def queue(count: int, **fields: object) -> list[Message]:
    return [make_message(customer=make_customer(), **fields) for _ in range(count)]


def claim(at: datetime, *, worker: str = W1, limit: int = 10) -> list[ClaimedMessage]:
    return operations.claim(limit=limit, worker=worker, at=at)


def state(message: Message) -> str:
    return str(Message.objects.values_list("state", flat=True).get(pk=message.pk))


def send(message: Message, at: datetime, *, worker: str = W1) -> bool:
    return operations.mark_sending(message_id=message.pk, worker=worker, at=at)


def test_an_action_gets_one_message(now: datetime) -> None:
    customer = make_customer(email="María.López@Correo.example")
    action = make_action(customer=customer, not_before=now + timedelta(hours=1))
    call = make_action(customer=make_customer(), channel="CALL")
    closed = make_action(customer=make_customer())
    Action.objects.filter(pk=closed.pk).update(state="CANCELLED")
    nowhere = make_action(customer=make_customer(email=None))
    ids = [action.pk, call.pk, closed.pk, nowhere.pk, 10**9]

    assert operations.queue_for_actions(action_ids=ids, at=now) == 1
    assert operations.queue_for_actions(action_ids=ids, at=now) == 0

    message = Message.objects.get()
    assert (message.action_id, message.customer_id, message.state) == (action.pk, customer.pk, "QUEUED")
    assert (message.recipient, message.template) == ("maría.lópez@correo.example", "notice-1")
    assert message.not_before == now + timedelta(hours=1)


def test_only_what_is_due_is_claimed_oldest_first(now: datetime) -> None:
    later = queue(1, not_before=now + timedelta(seconds=1))[0]
    second, first = queue(2)[1], queue(1, not_before=now - timedelta(hours=1))[0]

    claimed = claim(now, limit=2)

    assert {one.id for one in claimed} == {first.pk, Message.objects.order_by("pk")[1].pk}
    assert state(later) == "QUEUED"
    assert [one.id for one in claim(now, worker=W2)] == [second.pk]
    assert claim(now) == []


def test_a_customer_has_one_message_on_its_way(now: datetime) -> None:
    customer = make_customer()
    first, second = make_message(customer=customer), make_message(customer=customer)

    assert [one.id for one in claim(now)] == [first.pk]
    assert claim(now, worker=W2) == []
    send(first, now)
    operations.mark_sent(message_ids=[first.pk], worker=W1, at=now)
    # It is sent, but contacts do not know it yet: the law could not count it.
    assert claim(now) == []
    operations.mark_reported(outcomes=operations.unreported(limit=10), at=now)
    assert [one.id for one in claim(now)] == [second.pk]


def test_announcing_records_the_one_before(now: datetime) -> None:
    first, second = queue(2)
    claim(now)

    assert send(first, now)
    assert operations.mark_sending(message_id=second.pk, worker=W1, sent_ids=[first.pk], at=now)

    assert (state(first), state(second)) == ("SENT", "SENDING")
    assert Message.objects.get(pk=first.pk).sent_at == now


def test_only_the_owner_announces_and_records(now: datetime) -> None:
    message = queue(1)[0]
    claim(now)

    assert not send(message, now, worker=W2)
    assert send(message, now)
    assert not send(message, now)
    assert operations.mark_sent(message_ids=[message.pk], worker=W2, at=now) == 0
    assert state(message) == "SENDING"


def test_a_claimed_message_can_be_cancelled_and_one_that_left_cannot(now: datetime) -> None:
    queued, claimed, sending = queue(3)
    claim(now)
    operations.defer_messages(endings=[Ending(queued.pk, "", now)], worker=W1)
    send(sending, now)
    ids = [queued.customer_id, claimed.customer_id, sending.customer_id]

    assert operations.cancel_messages(customer_ids=ids, reason="paid", at=now) == 2

    assert [state(one) for one in (queued, claimed, sending)] == ["CANCELLED", "CANCELLED", "SENDING"]
    assert not send(claimed, now)
    assert Message.objects.get(pk=claimed.pk).reason == "paid"


def test_cancel_by_action_leaves_others(now: datetime) -> None:
    first, second = queue(2)
    assert first.action_id is not None

    assert operations.cancel_messages(action_ids=[first.action_id], reason="paid", at=now) == 1
    assert (state(first), state(second)) == ("CANCELLED", "QUEUED")
    assert operations.cancel_messages(reason="paid", at=now) == 0


def test_temporary_refusals_are_tried_three_times(now: datetime) -> None:
    message = queue(1)[0]
    at = now
    for tries, wait in ((1, 5), (2, 30)):
        assert claim(at)[0].tries == tries - 1
        send(message, at)
        assert (
            operations.mark_failed(
                message_id=message.pk, worker=W1, reason="451", is_temporary=True, tries=tries, at=at
            )
            is MessageState.QUEUED
        )
        assert claim(at + timedelta(minutes=wait, seconds=-1)) == []
        at += timedelta(minutes=wait)
    claim(at)
    send(message, at)

    last = operations.mark_failed(
        message_id=message.pk, worker=W1, reason="451", is_temporary=True, tries=3, at=at
    )

    assert last is MessageState.FAILED
    assert (state(message), Message.objects.get().tries) == ("FAILED", 3)


def test_a_line_that_was_down_costs_no_try(now: datetime) -> None:
    message = queue(1)[0]
    claim(now)
    send(message, now)

    operations.withdraw(message_id=message.pk, worker=W1, not_before=now + timedelta(minutes=5))

    stored = Message.objects.get()
    assert (stored.state, stored.tries, stored.not_before) == ("QUEUED", 0, now + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (lambda pk: operations.mark_bounced(message_id=pk, worker=W1, reason="550"), "BOUNCED"),
        (lambda pk: operations.mark_unknown(message_id=pk, worker=W1, reason="lost"), "UNKNOWN"),
    ],
)
def test_endings_need_an_announcement(now: datetime, mark: Callable[[int], None], expected: str) -> None:
    message = queue(1)[0]
    claim(now)

    mark(message.pk)
    assert state(message) == "CLAIMED"
    send(message, now)
    mark(message.pk)
    assert state(message) == expected


def test_a_dead_worker_frees_what_it_claimed_and_leaves_one_unknown(now: datetime) -> None:
    claimed, sending, fresh = queue(3)
    claim(now, limit=2)
    send(sending, now)
    hour = timedelta(hours=1)
    claim(now + hour, worker=W2)

    assert operations.release_stale(at=now + hour, older_than=hour) == StaleCounts(requeued=1, unknown=1)
    assert operations.release_stale(at=now + hour, older_than=hour) == StaleCounts(requeued=0, unknown=0)

    assert [state(one) for one in (claimed, sending, fresh)] == ["QUEUED", "UNKNOWN", "CLAIMED"]
    # The dead worker wakes up: it may not send what was taken from it, but may tell what it had sent.
    assert not send(claimed, now)
    assert operations.mark_sent(message_ids=[sending.pk], worker=W1, at=now) == 1
    assert state(sending) == "SENT"


@pytest.mark.parametrize(("was_sent", "expected"), [(True, "SENT"), (False, "QUEUED")])
def test_a_person_resolves_an_unknown_message(now: datetime, was_sent: bool, expected: str) -> None:
    message = queue(1)[0]
    claim(now)
    send(message, now)
    operations.mark_unknown(message_id=message.pk, worker=W1, reason="lost")
    operations.mark_reported(outcomes=operations.unreported(limit=10), at=now)

    operations.resolve_unknown(message_id=message.pk, was_sent=was_sent, actor=SYSTEM, at=now)

    stored = Message.objects.get()
    assert (stored.state, stored.reported_at) == (expected, None)
    assert Event.objects.get(action="message-resolved").after == {"state": expected}
    with pytest.raises(NotFound):
        operations.resolve_unknown(message_id=message.pk, was_sent=was_sent, actor=SYSTEM, at=now)


def event(message: Message, kind: DeliveryKind, at: datetime, key: str = "e1") -> ProviderEvent:
    return ProviderEvent(key=key, message_key=message.key, kind=kind, detail="550 no", at=at)


def test_events_are_kept_once_and_move_the_message(now: datetime) -> None:
    bounced, unknown = queue(2)
    claim(now)
    for message in (bounced, unknown):
        send(message, now)
    operations.mark_sent(message_ids=[bounced.pk], worker=W1, at=now)
    operations.mark_unknown(message_id=unknown.pk, worker=W1, reason="lost")

    first = operations.record_event(event=event(bounced, DeliveryKind.BOUNCED, now))
    second = operations.record_event(event=event(bounced, DeliveryKind.BOUNCED, now))
    operations.record_event(event=event(unknown, DeliveryKind.DELIVERED, now, key="e2"))

    assert (first.is_new, first.customer_id, second.is_new) == (True, bounced.customer_id, False)
    assert (state(bounced), state(unknown)) == ("BOUNCED", "SENT")
    assert DeliveryEvent.objects.count() == 2
    with pytest.raises(NotFound):
        operations.record_event(
            event=ProviderEvent(key="e3", message_key=uuid4(), kind=DeliveryKind.DELIVERED, detail="", at=now)
        )
    assert DeliveryEvent.objects.count() == 2


@pytest.mark.parametrize("count", [1, 50])
def test_the_number_of_statements_does_not_grow(
    now: datetime, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    ids = [make_action(customer=make_customer()).pk for _ in range(count)]

    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        operations.queue_for_actions(action_ids=ids, at=now)
    # Two of them are the savepoint of the test's own transaction.
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        claimed = claim(now, limit=100)
    # One of them reads the plan version behind all of these messages.
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        facts = queries.message_facts(
            message_ids=[one.id for one in claimed], time_zone="America/Mexico_City", today=now.date()
        )

    assert len(claimed) == len(facts) == count


def test_lists_and_pages_of_messages(now: datetime) -> None:
    first = make_message(customer=make_customer(name="Ana Núñez"))
    second = make_message(customer=make_customer(name="Beto 100%"))
    operations.cancel_messages(customer_ids=[second.customer_id], reason="paid", at=now)

    def ids(**changes: object) -> list[int]:
        options: dict[str, object] = {"state": "", "search": "", "page": 1, "page_size": 10, **changes}
        return [row["id"] for row in queries.message_list(**options)[0]]  # type: ignore[arg-type]

    assert ids() == [second.pk, first.pk]
    assert ids(state="CANCELLED") == [second.pk]
    assert ids(search="NÚÑEZ") == ids(search=" nunez ") == [first.pk]
    assert ids(search="%") == ids()
    assert ids(search=first.recipient.upper()) == [first.pk]
    assert ids(search="nadie") == ids(page=9) == []
    assert ids(page=2, page_size=1) == [first.pk]
    assert queries.message_list(state="", search="", page=1, page_size=1)[1] == 2
    assert queries.state_counts() == {"QUEUED": 1, "CANCELLED": 1}
    assert queries.message(message_id=first.pk)["customer_name"] == "Ana Núñez"
    assert [row["id"] for row in queries.messages_of(customer_id=first.customer_id, limit=5)] == [first.pk]
    with pytest.raises(NotFound):
        queries.message(message_id=10**9)


def test_an_erased_customer_leaves_no_words_and_no_open_link(now: datetime) -> None:
    message, other = queue(2)
    token = operations.make_portal_link(customer_id=message.customer_id, at=now)
    Message.objects.update(subject="a", text="b", html="c", reason="d")
    operations.record_event(event=event(message, DeliveryKind.DELIVERED, now))

    operations.erase_customer(customer_id=message.customer_id, at=now)

    erased = Message.objects.get(pk=message.pk)
    assert (erased.recipient, erased.subject, erased.text, erased.html, erased.reason) == ("",) * 5
    assert DeliveryEvent.objects.get().detail == ""
    with pytest.raises(operations.LinkRefused):
        operations.check_link(token=token, at=now)
    assert Message.objects.get(pk=other.pk).text == "b"


def test_workers_at_the_same_moment_share_the_queue(committed_company: Company, now: datetime) -> None:
    customers = [make_customer() for _ in range(20)]
    for customer in customers * 2:
        make_message(customer=customer)

    def work(worker: str) -> Callable[[], list[int]]:
        def claim_until_empty() -> list[int]:
            mine: list[int] = []
            while batch := operations.claim(limit=3, worker=worker, at=now):
                mine += [one.customer_id for one in batch]
            return mine

        return claim_until_empty

    hands: list[Hand] = together(company=committed_company, works=[work(f"w{n}") for n in range(4)])

    claimed = [customer_id for hand in hands for customer_id in hand.finish()]
    assert sorted(claimed) == sorted(customer.pk for customer in customers)
    assert Message.objects.filter(state="CLAIMED").count() == 20

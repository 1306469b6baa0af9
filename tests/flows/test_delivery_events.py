"""What the provider says later of messages that left."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.models import Attempt, Consent, ContactPoint
from puntual.flows import deliveries
from puntual.lib.errors import NotFound
from puntual.outreach import operations as outreach
from puntual.outreach.models import DeliveryEvent, Message
from puntual.outreach.providers.contract import (
    OutcomeUnknown,
)
from puntual.outreach.providers.fake import FakeTransport
from puntual.outreach.types import DeliveryKind, ProviderEvent
from puntual.plans.models import Action
from tests.flows.sending_out import due, failing, owing, state
from tests.outreach_factories import make_message, prepare


@pytest.fixture(autouse=True)
def plan(company: Company) -> None:
    """Put the shipped plan and templates in force."""
    prepare()


def event(message: Message, kind: DeliveryKind, now: datetime) -> ProviderEvent:
    return ProviderEvent(key="e1", message_key=message.key, kind=kind, detail="550 no", at=now)


def test_a_bounce_that_comes_later_ends_the_address(now: datetime) -> None:
    customer = owing()
    message = make_message(customer=customer)
    due(now)

    assert deliveries.note_delivery(event=event(message, DeliveryKind.BOUNCED, now), at=now) is True
    assert deliveries.note_delivery(event=event(message, DeliveryKind.BOUNCED, now), at=now) is False

    assert state(message)[0] == "BOUNCED"
    assert ContactPoint.objects.get(customer=customer).state == "BOUNCED"
    assert (DeliveryEvent.objects.count(), Attempt.objects.count()) == (1, 1)
    assert Action.objects.get().state == "EXECUTED"


def test_who_complains_has_opted_out(now: datetime) -> None:
    customer = owing()
    message = make_message(customer=customer)
    due(now)
    waiting = make_message(customer=customer)

    deliveries.note_delivery(event=event(message, DeliveryKind.COMPLAINED, now), at=now)

    assert Consent.objects.get(customer=customer, is_current=True).decision == "OPTED_OUT"
    assert state(waiting) == ("CANCELLED", "opted-out")
    assert state(message)[0] == "SENT"


@pytest.mark.parametrize(
    ("kind", "expected"), [(DeliveryKind.DELIVERED, "SENT"), (DeliveryKind.BOUNCED, "BOUNCED")]
)
@pytest.mark.parametrize("is_claimed", [False, True])
def test_what_the_provider_has_is_not_sent_again_whatever_a_person_said(
    now: datetime, kind: DeliveryKind, expected: str, *, is_claimed: bool
) -> None:
    message = make_message(customer=owing())
    due(now, failing(OutcomeUnknown("lost")))
    outreach.resolve_unknown(message_id=message.pk, was_sent=False, actor=SYSTEM, at=now)
    if is_claimed:
        assert [one.id for one in outreach.claim(limit=1, worker="w2", at=now)] == [message.pk]

    deliveries.note_delivery(event=event(message, kind, now), at=now)

    assert outreach.mark_sending(message_id=message.pk, worker="w2", at=now) is False
    transport = FakeTransport()
    due(now + timedelta(minutes=1), transport)
    assert (state(message)[0], transport.taken) == (expected, [])
    assert Attempt.objects.get().outcome == expected


def test_a_delivery_of_what_never_left_is_not_believed(now: datetime) -> None:
    message = make_message(customer=owing())

    deliveries.note_delivery(event=event(message, DeliveryKind.DELIVERED, now), at=now)

    assert state(message)[0] == "QUEUED"


def test_an_event_of_nobody_writes_nothing(now: datetime) -> None:
    message = make_message(customer=owing())
    unknown = replace(event(message, DeliveryKind.BOUNCED, now), message_key=uuid4())

    with pytest.raises(NotFound):
        deliveries.note_delivery(event=unknown, at=now)

    assert DeliveryEvent.objects.count() == 0
    assert state(message)[0] == "QUEUED"

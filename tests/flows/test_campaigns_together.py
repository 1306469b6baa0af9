"""Campaigns that begin at the same moment as others and as the day's run: nobody gets two messages."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction

from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts.types import Channel, Purpose
from puntual.flows import campaigns, daily_run, dispatch, run_chunks
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action, Campaign, CampaignDecision
from puntual.plans.types import CampaignAsk
from puntual.portfolio.models import Customer
from tests.committed import Hand, together
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import prepare

ANA = Actor(kind=ActorKind.STAFF, id=1, label="Ana")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def plan(committed_company: Company) -> None:
    """Put the shipped plan and templates in force: its first notice comes three days after the due date."""
    prepare()


def late(today: date, *, days: int) -> Customer:
    """Make a customer who is so many days late."""
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=days))
    return customer


def begin(name: str, *, today: date, at: datetime) -> Callable[[], int]:
    """Return the work of asking for a mail to whoever is late."""
    ask = CampaignAsk(
        name=name, condition=["dias_de_atraso", ">=", 1], segment_key="", channel=Channel.EMAIL,
        purpose=Purpose.COLLECTION, template="notice-1", team="", instructions="", not_before=at,
    )  # fmt: skip
    return partial(campaigns.ask_for, key=name, ask=ask, actor=ANA, today=today, at=at)


def during(place: Any, name: str, act: Callable[[], None]) -> AbstractContextManager[Any]:
    """Do something in the middle of another work: just before it calls a function."""
    own = getattr(place, name)

    def first_act(**given: Any) -> Any:
        act()
        return own(**given)

    return patch.object(place, name, first_act)


def test_eight_campaigns_and_the_run_leave_one_message_for_each(
    committed_company: Company, today: date, now: datetime
) -> None:
    for number in range(24):
        late(today, days=1 + number % 3)
    daily_run.run_day(today=today, at=now)
    tomorrow, then = today + DAY, now + DAY
    works = [begin(str(number), today=tomorrow, at=then) for number in range(8)]

    hands = together(
        company=committed_company,
        works=[*works, lambda: daily_run.run_day(today=tomorrow, at=then, chunk_size=3)],
    )

    assert [hand.error for hand in hands] == [None] * 9
    waiting = Counter(Action.objects.filter(state="QUEUED").values_list("customer_id", flat=True))
    assert len(waiting) == 24
    assert set(waiting.values()) == {1}
    # What was decided is what was done, and each campaign has an answer for everybody.
    told = CampaignDecision.objects.filter(outcome="ACT").values_list("campaign_id", "customer_id")
    acted = Action.objects.filter(campaign__isnull=False).values_list("campaign_id", "customer_id")
    assert sorted(told) == sorted(acted)
    assert CampaignDecision.objects.count() == 8 * 24
    transport = FakeTransport()
    for minutes in range(0, 60, 10):
        dispatch.dispatch_due(
            at=then + timedelta(minutes=minutes), limit=100, transport=transport, worker="w"
        )
    assert len(transport.taken) == 24
    assert Message.objects.filter(state="QUEUED").count() == 0


def test_one_campaign_asked_for_eight_times_at_once_begins_once(
    committed_company: Company, today: date, now: datetime
) -> None:
    late(today, days=1)
    daily_run.run_day(today=today, at=now)

    hands = together(
        company=committed_company, works=[begin("the same", today=today, at=now) for _ in range(8)]
    )

    campaign = Campaign.objects.get()
    assert [(hand.error, hand.result) for hand in hands] == [(None, campaign.pk)] * 8
    assert Action.objects.filter(campaign=campaign).count() == 1


def test_a_campaign_waits_for_the_chunk_that_is_being_decided_and_sees_it(
    committed_company: Company, today: date, now: datetime
) -> None:
    late(today, days=2)
    daily_run.run_day(today=today, at=now)
    hand = Hand(company=committed_company, work=begin("x", today=today + DAY, at=now + DAY))

    def campaign_comes() -> None:
        hand.start()
        hand.wait_until_blocked()

    with during(plans, "record_actions", campaign_comes):
        daily_run.run_day(today=today + DAY, at=now + DAY)
    hand.finish()

    assert Action.objects.get(state="QUEUED").run_id is not None
    assert [one.reasons for one in CampaignDecision.objects.all()] == [["already-queued"]]


def test_a_chunk_waits_for_the_campaign_that_is_beginning_and_sees_it(
    committed_company: Company, today: date, now: datetime
) -> None:
    customer = late(today, days=2)
    daily_run.run_day(today=today, at=now)
    run = Hand(company=committed_company, work=lambda: daily_run.run_day(today=today + DAY, at=now + DAY))

    def run_comes() -> None:
        run.start()
        run.wait_until_blocked()

    with during(plans, "launch_campaign", run_comes):
        begin("x", today=today + DAY, at=now + DAY)()
    summary = run.finish()

    assert summary.new_actions == 0
    assert Action.objects.get(customer=customer, state="QUEUED").campaign_id is not None


def test_workers_of_a_run_do_not_wait_for_each_other(
    committed_company: Company, today: date, now: datetime
) -> None:
    for _ in range(2):
        late(today, days=3)
    version_id = plans.adopt_plan(text=plan_text(), at=now)
    plans.start_run(as_of=today, version_id=version_id, at=now)
    ids = sorted(Customer.objects.values_list("pk", flat=True))
    run = planned.run_of(as_of=today)
    assert run is not None
    plans.add_chunks(run_id=run.id, ranges=[(one - 1, one, 1) for one in ids], at=now)
    other = Hand(company=committed_company, work=lambda: run_chunks.decide_chunks(today=today, waits=False))

    with transaction.atomic(durable=True):
        assert plans.claim_chunk(run_id=run.id, waits=False) is not None
        other.start()
        assert other.finish() == 1


def plan_text() -> str:
    """Return the text of the plan in force."""
    return planned.shipped_text(key="facturas-mx")

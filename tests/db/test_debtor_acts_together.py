"""A debtor's form sent twice at the same moment, with real commits: it is carried out once."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from puntual.agreements.models import Dispute, Hold, Promise
from puntual.agreements.types import DisputeReason
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts.models import Consent, Response
from puntual.contacts.types import Channel, ConsentDecision, Wish
from puntual.flows import debtor_acts
from puntual.payments.models import ReportedPayment
from puntual.portfolio.models import Customer
from tests.committed import together
from tests.factories import make_customer, make_receivable

HANDS = 4
MARIA = Actor(kind=ActorKind.DEBTOR, label="María")


@pytest.fixture
def customer(committed_company: Company, today: date) -> Customer:
    """Return somebody who owes a thousand."""
    made = make_customer()
    make_receivable(customer=made, due=today, amount="1000.00")
    return made


def send(company: Company, act: Callable[..., Any], **given: Any) -> list[Any]:
    """Carry one act out by several hands at the same moment, all with the same key."""
    hands = together(company=company, works=[partial(act, key="form-1", **given)] * HANDS)
    return [hand.finish() for hand in hands]


def test_one_promise(committed_company: Company, customer: Customer, today: date, now: datetime) -> None:
    results = send(
        committed_company,
        debtor_acts.promise,
        customer_id=customer.pk,
        amount=Decimal("500.00"),
        currency="MXN",
        due_date=today,
        actor=MARIA,
        country="MX",
        today=today,
        at=now,
    )

    assert results == [Promise.objects.get().pk] * HANDS
    assert Response.objects.count() == 1


def test_one_report_and_one_pause(
    committed_company: Company, customer: Customer, today: date, now: datetime
) -> None:
    results = send(
        committed_company,
        debtor_acts.report_payment,
        customer_id=customer.pk,
        amount=Decimal("500.00"),
        currency="MXN",
        paid_on=today,
        reference="R",
        note="",
        actor=MARIA,
        country="MX",
        today=today,
        at=now,
    )

    assert results == [ReportedPayment.objects.get().pk] * HANDS
    assert Hold.objects.count() == 1


def test_one_dispute(committed_company: Company, customer: Customer, today: date, now: datetime) -> None:
    results = send(
        committed_company,
        debtor_acts.dispute,
        customer_id=customer.pk,
        receivable_ids=(),
        reason=DisputeReason.QUALITY,
        note="",
        actor=MARIA,
        country="MX",
        today=today,
        at=now,
    )

    assert results == [(Dispute.objects.get().pk,)] * HANDS


def test_one_word_about_a_channel(
    committed_company: Company, customer: Customer, today: date, now: datetime
) -> None:
    results = send(
        committed_company,
        debtor_acts.set_channels,
        customer_id=customer.pk,
        changes={Channel.CALL: ConsentDecision.OPTED_OUT},
        wish=Wish(channel=Channel.EMAIL, hours=None),
        wants_none=True,
        actor=MARIA,
        country="MX",
        today=today,
        at=now,
    )

    assert sorted(results) == [False] * (HANDS - 1) + [True]
    assert Consent.objects.count() == 1


def test_one_pause_for_a_difficult_moment(
    committed_company: Company, customer: Customer, today: date, now: datetime
) -> None:
    results = send(
        committed_company,
        debtor_acts.hardship,
        customer_id=customer.pk,
        note="",
        actor=MARIA,
        today=today,
        at=now,
    )

    assert len(set(results)) == 1
    assert Hold.objects.count() == 1

"""One budget of contacts for each person: no two workers, collectors or channels ever spend it twice."""

import os
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections

from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.companies.models import Company
from puntual.compliance.models import Verdict
from puntual.compliance.types import IntendedContact, VerdictOutcome
from puntual.contacts import operations as contacts
from puntual.contacts.models import Attempt, Reservation
from puntual.contacts.types import AttemptOutcome, Channel, Direction, NewAttempt, Purpose
from puntual.flows import reserving
from puntual.portfolio.models import Customer
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_point, make_receivable

CHANNELS = (Channel.EMAIL, Channel.CALL, Channel.SMS, Channel.WHATSAPP)
CITY = ZoneInfo("America/Mexico_City")
WORKERS, DAYS = 8, 25
# Ten thousand tries in all with 400, as was done when this was built; a tenth of them finds what they find.
TRIES_A_DAY = int(os.environ.get("PUNTUAL_TEST_TRIES_A_DAY", "40"))
_keys = count()

pytestmark = [pytest.mark.feature("N-06"), pytest.mark.feature("X-45")]


def collector(number: int) -> Actor:
    return Actor(kind=ActorKind.STAFF, id=number, label=f"Gestor {number}")


def debtor() -> tuple[Customer, int]:
    customer = make_customer()
    make_receivable(customer=customer, due=TODAY - timedelta(days=5))
    return customer, make_point(customer=customer, value="ana@correo.example").pk


def reserve(
    who: tuple[Customer, int],
    *,
    at: datetime = NOW,
    channel: Channel = Channel.EMAIL,
    key: str | None = None,
    actor: Actor = SYSTEM,
    purpose: Purpose = Purpose.COLLECTION,
    held: timedelta = reserving.HELD,
) -> reserving.Place:
    customer, point_id = who
    return reserving.reserve(
        key=key or f"k{next(_keys)}",
        contact=IntendedContact(customer.pk, channel, purpose, point_id),
        actor=actor,
        country="MX",
        today=TODAY,
        at=at,
        held=held,
    )


def made(
    customer: Customer, *, key: str, at: datetime = NOW, channel: Channel = Channel.EMAIL, by: str = ""
) -> None:
    contacts.record_attempts(
        attempts=[
            NewAttempt(
                key=key,
                customer_id=customer.pk,
                contact_point_id=None,
                channel=channel,
                direction=Direction.OUTBOUND,
                purpose=Purpose.COLLECTION,
                outcome=AttemptOutcome.SENT,
                at=at,
                actor_label=by,
            )
        ]
    )


def test_what_is_taken_counts_for_everybody_and_by_every_channel(company: Company) -> None:
    who = debtor()

    taken = [reserve(who, channel=channel).is_taken for channel in CHANNELS]
    refused = reserve(who)

    # Three attempts a day are lawful in Mexico.
    assert taken == [True, True, True, False]
    assert refused.verdict.rule_ids == ("MX-FREQ-00",)
    assert refused.verdict.outcome is VerdictOutcome.DEFER
    assert Verdict.objects.filter(moment="SENDING").count() == 5


def test_a_place_that_is_given_up_is_free_again(company: Company) -> None:
    who = debtor()
    for key in ("a", "b", "c"):
        reserve(who, key=key)

    reserving.give_up(key="b", at=NOW)

    assert [reserve(who).is_taken for _ in range(2)] == [True, False]


def test_the_same_key_takes_one_place(company: Company) -> None:
    who = debtor()

    assert all(reserve(who, key="a").is_taken for _ in range(9))
    assert Reservation.objects.count() == 1


def test_a_place_becomes_the_contact_and_counts_once(company: Company) -> None:
    who = debtor()
    reserve(who, key="a")

    made(who[0], key="a")

    assert (Reservation.objects.count(), Attempt.objects.count()) == (0, 1)
    assert [reserve(who).is_taken for _ in range(3)] == [True, True, False]


def test_a_contact_noted_under_another_key_takes_the_place_of_who_made_it(company: Company) -> None:
    who = debtor()
    reserve(who, key="a", channel=Channel.CALL, actor=collector(1))
    reserve(who, key="b", channel=Channel.CALL, actor=collector(2))

    made(who[0], key="form-7", channel=Channel.CALL, by="Gestor 1")

    assert list(Reservation.objects.values_list("key", flat=True)) == ["b"]


def test_a_place_whose_time_is_over_is_free(company: Company) -> None:
    who = debtor()
    for _ in range(3):
        reserve(who)
    later = NOW + reserving.HELD + timedelta(seconds=1)

    assert not reserve(who, at=NOW + reserving.HELD - timedelta(seconds=1)).is_taken
    assert reserve(who, at=later).is_taken


def test_thanks_take_no_place(company: Company) -> None:
    who = debtor()

    reserve(who, purpose=Purpose.INFORMATION)

    assert Reservation.objects.count() == 0


def test_eight_at_once_never_go_beyond_a_limit(committed_company: Company) -> None:
    """Eight workers at random moments of 25 days, by any channel; some contacts are made, others given up."""
    who = debtor()
    chance = random.Random(1)
    workers = threading.local()

    def attempt(at: datetime, channel: Channel, ends: float, number: int) -> None:
        if not hasattr(workers, "ready"):
            connection.set_tenant(committed_company)
            workers.ready = True
        key = f"t{number}"
        # The hours of a day come in no order here: a place is held over all of them.
        if reserve(who, at=at, key=key, channel=channel, held=timedelta(days=1)).is_taken:
            if ends < 0.3:
                reserving.give_up(key=key, at=at)
            elif ends < 0.9:
                made(who[0], key=key, at=at, channel=channel)

    with ThreadPoolExecutor(WORKERS, initializer=connections.close_all) as pool:
        for day in range(DAYS):
            begin = datetime(2026, 11, 2, 14, tzinfo=UTC) + timedelta(days=day)
            waiting = [
                pool.submit(
                    attempt,
                    begin + timedelta(seconds=chance.uniform(0, 12 * 3600)),
                    chance.choice(CHANNELS),
                    chance.random(),
                    day * TRIES_A_DAY + number,
                )
                for number in range(TRIES_A_DAY)
            ]
            for one in waiting:
                one.result()
        for _ in range(WORKERS):
            pool.submit(connection.close)

    days = Counter(at.astimezone(CITY).date() for at in Attempt.objects.values_list("at", flat=True))
    spans = [sum(days[last - timedelta(days=ago)] for ago in range(7)) for last in days]
    assert max(days.values()) == 3
    assert max(spans) == 7

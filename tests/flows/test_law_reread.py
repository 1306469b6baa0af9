"""No message leaves outside any rule of any country, as an independent reading of the packs finds it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
import yaml
from django.db import connection

from puntual.agreements import operations as agreements
from puntual.agreements.types import DisputeReason
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    ConsentDecision,
    Direction,
    NewAttempt,
    OwnerRole,
    Purpose,
)
from puntual.flows import daily_run, dispatch
from puntual.outreach.providers.fake import FakeTransport
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import prepare
from tests.rereading import _DATA, stored_messages, violations

COUNTRIES = sorted(path.name for path in _DATA.iterdir() if path.name != "X")
# Christmas is a holiday everywhere here, with a weekend behind it.
FIRST = date(2026, 12, 23)
DAYS = 6
# Half the hours are lawful nowhere.
HOURS = (1, 6, 11, 14, 17, 20, 23)
PEOPLE = 14


def people(pack: dict[str, Any], *, country: str, dice: Random, at: datetime) -> list[Customer]:
    """Make debtors in every zone of a country, with debts of every age and all that may stand against a contact."""
    zones: Sequence[str] = pack["time_zones"]
    parts = [part for rule in pack["rules"] for part in rule.get("subdivisions", ())]
    found = []
    for number in range(PEOPLE):
        # Of one in seven nobody knows where they are.
        zone = "" if number % 7 == 6 and not pack.get("needs_place") else zones[number % len(zones)]
        state = dice.choice(["", *parts]) if parts else ""
        customer = make_customer(time_zone=zone, state=state, email=None, at=at)
        role = OwnerRole.REFERENCE if number % 9 == 8 else OwnerRole.DEBTOR
        make_point(customer=customer, value=f"{country.lower()}{number}@correo.example", owner_role=role)
        for days in dice.sample(range(-9, 40), k=2):
            make_receivable(customer=customer, due=FIRST - timedelta(days=days), at=at)
        decision = ConsentDecision.OPTED_OUT if number % 8 == 7 else ConsentDecision.GRANTED
        if number % 5:
            contacts.set_consent(
                customer_id=customer.pk,
                channel=Channel.EMAIL,
                decision=decision,
                source="prueba",
                note="",
                actor=SYSTEM,
                at=at,
            )
        if number % 6 == 5:
            agreements.open_dispute(
                customer_id=customer.pk,
                receivable_id=None,
                reason=DisputeReason.WRONG_AMOUNT,
                note="",
                amount=None,
                channel=Channel.EMAIL,
                actor=SYSTEM,
                today=FIRST - timedelta(days=1),
                at=at,
                country=country,
            )
        found.append(customer)
    return found


def call(customers: Sequence[Customer], *, dice: Random, at: datetime) -> None:
    """Let collectors call some of them, whatever the hour: what they say counts in the same budget."""
    contacts.record_attempts(
        attempts=[
            NewAttempt(
                key=f"llamada:{customer.pk}:{at.isoformat()}",
                customer_id=customer.pk,
                contact_point_id=None,
                channel=dice.choice([Channel.CALL, Channel.WHATSAPP]),
                direction=Direction.OUTBOUND,
                purpose=Purpose.COLLECTION,
                outcome=dice.choice([AttemptOutcome.NO_ANSWER, AttemptOutcome.EFFECTIVE]),
                at=at,
            )
            for customer in dice.sample(list(customers), k=2)
        ]
    )


@pytest.mark.feature("SEC-05")
@pytest.mark.parametrize("country", COUNTRIES)
def test_no_message_leaves_outside_any_rule(company: Company, country: str) -> None:
    pack = yaml.safe_load(next((_DATA / country).glob("*.yaml")).read_text(encoding="utf-8"))
    Company.objects.filter(pk=company.pk).update(country=country, time_zone=pack["time_zones"][0])
    dice = Random(country)
    before = datetime(2026, 12, 1, tzinfo=UTC)
    prepare(at=before)
    customers = people(pack, country=country, dice=dice, at=before)
    transport = FakeTransport()

    for day in (FIRST + timedelta(days=ahead) for ahead in range(DAYS)):
        for hour in HOURS:
            at = datetime(day.year, day.month, day.day, hour, dice.randrange(60), tzinfo=UTC)
            with time_machine.travel(at, tick=False):
                if hour == HOURS[1]:
                    daily_run.run_day(today=day, at=at)
                if hour == HOURS[3]:
                    call(customers, dice=dice, at=at)
                dispatch.dispatch_due(at=at, limit=1000, transport=transport, worker="w")

    assert len(stored_messages()) == len(transport.taken)
    assert len(transport.taken) >= 3
    assert violations(country=country) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("update outreach_message set sent_at = '2026-11-21T18:00Z'", "MX-WIN-01"),
        ("update outreach_message set sent_at = '2026-11-24T03:00Z'", "MX-WIN-01"),
        ("update outreach_message set sent_at = '2026-11-16T18:00Z'", "MX-WIN-01"),
        ("update contacts_contactpoint set owner_role = 'REFERENCE'", "MX-PARTY-01"),
        ("update contacts_contactpoint set source = ''", "nobody knows where the address is from"),
        ("update contacts_attempt set outcome = 'EFFECTIVE', at = at - interval '1 minute'", "MX-FREQ-00"),
    ],
)
def test_the_reading_names_what_is_against_a_rule(
    company: Company, today: date, now: datetime, change: str, rule: str
) -> None:
    prepare()
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=3))
    daily_run.run_day(today=today, at=now)
    with time_machine.travel(now, tick=False):
        dispatch.dispatch_due(at=now, limit=10, transport=FakeTransport(), worker="w")
    assert violations(country="MX") == []

    with connection.cursor() as cursor:
        # What was sent is kept from changes; here somebody goes around that.
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(change)

    assert any(one.endswith(rule) for one in violations(country="MX"))

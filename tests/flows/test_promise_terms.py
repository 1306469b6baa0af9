"""A promise keeps to the policy of the plan: the least amount, and how far who may move the day."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from puntual.agreements.models import Promise
from puntual.agreements.operations import UnableToPromise
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts.types import Channel
from puntual.flows import case_acts, daily_run, debtor_acts
from puntual.flows.case_acts import GivenPromise
from puntual.flows.promise_terms import BeyondPolicy
from puntual.identity.models import User
from puntual.identity.types import Role
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_receivable

DEBTOR = Actor(kind=ActorKind.DEBTOR, label="Deudor")


@pytest.fixture
def customer(company: Company, today: date, now: datetime) -> Customer:
    """A person ten days late under the plan of consumer credit: at least 200 pesos; 7 days, or 15 twice."""
    plans.adopt_plan(text=planned.shipped_text(key="consumo-mx"), at=now)
    outreach.load_templates(at=now)
    found = make_customer()
    make_receivable(customer=found, due=today - timedelta(days=10), amount="1000.00")
    daily_run.run_day(today=today, at=now)
    return found


def staff(role: Role) -> Actor:
    """Return a member of staff with a role."""
    user = User.objects.create(
        email=f"{role.value.lower()}@empresa.example", name=role.value.title(), role=role
    )
    return Actor(kind=ActorKind.STAFF, id=user.pk, label=user.name)


def take(
    customer: Customer,
    actor: Actor,
    now: datetime,
    today: date,
    *,
    days: int,
    amount: str = "500",
    key: str = "a",
) -> int:
    """Take a promise so many days ahead."""
    return case_acts.take_promise(
        key=key,
        customer_id=customer.pk,
        promise=GivenPromise(Decimal(amount), "MXN", today + timedelta(days=days)),
        channel=Channel.CALL,
        note="",
        actor=actor,
        country="MX",
        today=today,
        at=now,
    )


def test_a_collector_gives_seven_days_and_hears_who_gives_more(
    customer: Customer, today: date, now: datetime
) -> None:
    collector = staff(Role.COLLECTOR)

    with pytest.raises(BeyondPolicy) as refused:
        take(customer, collector, now, today, days=8)

    assert refused.value.message == (
        "En esta etapa la política permite hasta el 30 nov 2026. Un supervisor puede dar hasta el 8 dic 2026."
    )
    assert not Promise.objects.exists()
    assert take(customer, collector, now, today, days=7)


@pytest.mark.parametrize(("role", "days"), [(Role.SUPERVISOR, 15), (Role.MANAGER, 15), (Role.OWNER, 15)])
def test_who_stands_higher_gives_what_the_policy_says_and_no_more(
    customer: Customer, today: date, now: datetime, role: Role, days: int
) -> None:
    actor = staff(role)

    with pytest.raises(BeyondPolicy):
        take(customer, actor, now, today, days=days + 1)
    assert take(customer, actor, now, today, days=days)


def test_the_day_is_moved_as_often_as_the_policy_says(customer: Customer, today: date, now: datetime) -> None:
    collector, supervisor = staff(Role.COLLECTOR), staff(Role.SUPERVISOR)
    first = take(customer, collector, now, today, days=3)

    # The same form again is the same promise.
    assert take(customer, collector, now, today, days=3) == first
    with pytest.raises(BeyondPolicy, match="a más tardar el 26 nov 2026"):
        take(customer, collector, now, today, days=4, key="b")
    assert Promise.objects.get(pk=first).state == "ACTIVE"
    assert take(customer, supervisor, now, today, days=14, key="c")
    with pytest.raises(BeyondPolicy):
        take(customer, supervisor, now, today, days=15, key="d")
    assert take(customer, supervisor, now, today, days=0, key="e")


def test_who_pays_sooner_than_promised_moves_nothing(customer: Customer, today: date, now: datetime) -> None:
    collector, supervisor = staff(Role.COLLECTOR), staff(Role.SUPERVISOR)
    take(customer, collector, now, today, days=7)

    assert take(customer, collector, now, today, days=5, key="b")
    # Back to the day that was granted first is further than the one that stands now.
    with pytest.raises(BeyondPolicy):
        take(customer, collector, now, today, days=6, key="c")
    assert take(customer, supervisor, now, today, days=15, key="d")


def test_until_it_falls_due_nothing_is_moved(company: Company, today: date, now: datetime) -> None:
    text = planned.shipped_text(key="consumo-mx")
    plans.adopt_plan(text=text.replace("{etapa: administrativa, rol", "{etapa: preventiva, rol"), at=now)
    outreach.load_templates(at=now)
    punctual = make_customer()
    make_receivable(customer=punctual, due=today + timedelta(days=4), amount="1000.00")
    daily_run.run_day(today=today, at=now)
    collector = staff(Role.COLLECTOR)

    with pytest.raises(BeyondPolicy, match="4 dic 2026"):
        take(punctual, collector, now, today, days=12)
    assert take(punctual, collector, now, today, days=4)
    # A promise for the very day moved nothing: the policy still grants its seven.
    assert take(punctual, collector, now, today, days=11, key="b")
    with pytest.raises(BeyondPolicy):
        take(punctual, collector, now, today, days=12, key="c")


def test_what_was_taken_back_moved_nothing(customer: Customer, today: date, now: datetime) -> None:
    collector = staff(Role.COLLECTOR)
    first = take(customer, collector, now, today, days=3)
    case_acts.cancel_promise(promise_id=first, actor=collector, at=now)

    assert take(customer, collector, now, today, days=4, key="b")


def test_too_little_is_refused_unless_it_is_all_that_is_owed(
    customer: Customer, today: date, now: datetime
) -> None:
    collector = staff(Role.COLLECTOR)

    with pytest.raises(BeyondPolicy, match=r"El pago mínimo de la política es de \$200\.00\."):
        take(customer, collector, now, today, days=1, amount="199.99")
    assert not Promise.objects.exists()
    assert take(customer, collector, now, today, days=1, amount="200")

    small = make_customer()
    make_receivable(customer=small, due=today - timedelta(days=10), amount="150.00")
    assert take(small, collector, now, today, days=1, amount="150", key="small")
    with pytest.raises(UnableToPromise):
        take(small, collector, now, today, days=1, amount="151", key="more")


def test_a_debtor_alone_may_what_a_collector_may(customer: Customer, today: date, now: datetime) -> None:
    def promise(key: str, days: int, amount: str = "500") -> int:
        return debtor_acts.promise(
            key=key,
            customer_id=customer.pk,
            amount=Decimal(amount),
            currency="MXN",
            due_date=today + timedelta(days=days),
            actor=DEBTOR,
            country="MX",
            today=today,
            at=now,
        )

    for days, amount in ((8, "500"), (7, "100")):
        with pytest.raises(BeyondPolicy):
            promise("a", days, amount)
    assert not Promise.objects.exists()
    made = promise("a", 7)
    assert promise("a", 7) == made
    # How long a promise is waited for is the policy's too.
    assert Promise.objects.get(pk=made).tolerance_days == 2


def test_without_limits_of_the_plan_any_day_is_good(company: Company, today: date, now: datetime) -> None:
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=now)
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=10), amount="1000.00")

    assert take(customer, DEBTOR, now, today, days=60, amount="0.01")

"""
Months in the life of debtors, day by day: holidays, parts of payments, reversals, a new plan, days off, month ends.

Every day is run and dispatched as at the company; what counts is the day on which somebody hears from it.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import PointKind
from puntual.flows import daily_run, dispatch, explain, money_in
from puntual.lib.days import is_business_day
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action, Run
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_point, make_reached, make_receivable
from tests.outreach_factories import prepare

ZONE = ZoneInfo("America/Mexico_City")


class World:
    """A company that works day by day."""

    def __init__(self) -> None:
        self.transport = FakeTransport()

    def moment(self, day: date, hour: time) -> datetime:
        """Say when it is that hour at the company."""
        return datetime.combine(day, hour, tzinfo=ZONE).astimezone(UTC)

    def owe(self, customer: Customer, due: date, amount: str = "1000.00") -> None:
        """Let a customer owe a document, told long before it is due."""
        start = due - timedelta(days=40)
        make_receivable(
            customer=customer, due=due, amount=amount, issue=start, at=self.moment(start, time(6))
        )

    def pay(self, customer: Customer, amount: str, day: date) -> int:
        """Let money come in at noon."""
        payment = NewPayment(
            key=f"pago-{customer.pk}-{day}-{amount}", customer_id=customer.pk, amount=Decimal(amount), currency="MXN",
            value_date=day, method=PaymentMethod.TRANSFER,
        )  # fmt: skip
        return money_in.receive_payment(
            payment=payment, actor=SYSTEM, at=self.moment(day, time(12)), today=day
        )

    def day(self, day: date) -> None:
        """Run a day and send what is due."""
        daily_run.run_day(today=day, at=self.moment(day, time(7, 30)))
        dispatch.dispatch_due(
            at=self.moment(day, time(10)), limit=100, transport=self.transport, worker="story"
        )

    def heard(self, customer: Customer, first: date, last: date) -> list[tuple[date, str]]:
        """Work through days and list when a customer was written to, and by which step."""
        while first <= last:
            self.day(first)
            first += timedelta(days=1)
        found = Message.objects.filter(customer=customer, state="SENT").order_by("sent_at")
        return [
            (one.sent_at.astimezone(ZONE).date(), one.action.step_key)  # type: ignore[union-attr]
            for one in found.select_related("action")
        ]


@pytest.fixture
def world(company: Company) -> World:
    """Put the shipped plan and templates in force."""
    prepare(at=datetime(2026, 1, 2, 15, tzinfo=UTC))
    return World()


def customer_of(at: datetime, **fields: object) -> Customer:
    """Make a customer known since a moment."""
    return make_customer(at=at, **fields)


OLD = datetime(2026, 1, 2, 15, tzinfo=UTC)


@pytest.mark.complaint(3)
def test_a_holiday_moves_steps_to_working_days_and_nobody_hears_on_it(world: World) -> None:
    # 16 November 2026 is a holiday; due on Friday 13, three days later is that Monday.
    customer = customer_of(OLD)
    world.owe(customer, date(2026, 11, 13))

    heard = world.heard(customer, date(2026, 11, 2), date(2026, 11, 30))

    assert heard == [
        (date(2026, 11, 6), "recordatorio-7"),
        (date(2026, 11, 13), "recordatorio-0"),
        (date(2026, 11, 17), "aviso-1"),
        (date(2026, 11, 23), "aviso-2"),
    ]
    assert all(is_business_day(day=day, country="MX") for day, _step in heard)


@pytest.mark.complaint(18)
def test_part_of_a_payment_leaves_the_rest_to_be_asked_for_and_a_reversal_brings_it_back(
    world: World,
) -> None:
    customer = customer_of(OLD)
    world.owe(customer, date(2026, 9, 1))
    world.heard(customer, date(2026, 9, 1), date(2026, 9, 10))
    world.pay(customer, "400.00", date(2026, 9, 10))

    heard = world.heard(customer, date(2026, 9, 11), date(2026, 9, 11))
    assert heard[-1] == (date(2026, 9, 11), "aviso-2")
    assert "$600.00" in world.transport.taken[-1].text

    paid = world.pay(customer, "600.00", date(2026, 9, 14))
    heard = world.heard(customer, date(2026, 9, 15), date(2026, 9, 20))
    assert heard[-1] == (date(2026, 9, 15), "gracias")

    sunday = date(2026, 9, 20)
    money_in.reverse(
        payment_id=paid, reason="Rebotó", actor=SYSTEM, at=world.moment(sunday, time(13)), today=sunday
    )
    heard = world.heard(customer, date(2026, 9, 21), date(2026, 9, 25))
    assert heard[-1][1] == "aviso-3"
    assert "$600.00" in world.transport.taken[-1].text
    steps = [step for _day, step in heard]
    assert len(steps) == len(set(steps))


def test_a_new_plan_in_the_middle_repeats_no_step_and_says_which_version_decided(world: World) -> None:
    customer = customer_of(OLD)
    world.owe(customer, date(2026, 9, 1))
    world.heard(customer, date(2026, 8, 31), date(2026, 9, 8))
    text = planned.shipped_text(key="facturas-mx").replace(
        "ancla: atraso, dias: 10,", "ancla: atraso, dias: 8,"
    )
    plans.adopt_plan(text=text, at=world.moment(date(2026, 9, 8), time(18)))

    heard = world.heard(customer, date(2026, 9, 9), date(2026, 9, 16))

    assert [step for _day, step in heard] == ["recordatorio-0", "aviso-1", "aviso-2"]
    assert heard[-1][0] == date(2026, 9, 9)
    versions = list(Run.objects.order_by("as_of").values_list("version_id", flat=True))
    assert len(set(versions)) == 2
    before = explain.explain(customer_id=customer.pk, as_of=date(2026, 9, 8)).plan
    assert before != explain.explain(customer_id=customer.pk, as_of=date(2026, 9, 9)).plan


@pytest.mark.parametrize(
    ("off", "expected"),
    [(0, "aviso-1"), (4, "aviso-1"), (8, "aviso-2")],
    ids=["none", "in time", "a later one applies"],
)
@pytest.mark.complaint(4)
def test_days_off_are_made_up_for_while_a_step_is_in_time(
    world: World, off: int, expected: str | None
) -> None:
    customer = customer_of(OLD)
    make_reached(customer=customer, at=world.moment(date(2026, 7, 1), time(12)))
    world.owe(customer, date(2026, 9, 1))
    back = date(2026, 9, 4) + timedelta(days=off)

    world.day(back)

    assert Action.objects.get(customer=customer).step_key == expected
    if expected != "aviso-1":
        said = explain.explain(customer_id=customer.pk, as_of=back).steps
        assert next(one for one in said if one.key == "aviso-1").outcome == "MISSED"


@pytest.mark.parametrize(
    ("due", "first"),
    [
        (date(2026, 8, 31), date(2026, 9, 3)),
        (date(2027, 2, 26), date(2027, 3, 1)),
        (date(2028, 2, 28), date(2028, 3, 2)),
        (date(2028, 2, 29), date(2028, 3, 3)),
        (date(2026, 12, 29), date(2027, 1, 4)),
    ],
    ids=["month end", "short February", "before the leap day", "leap day", "new year"],
)
@pytest.mark.complaint(5)
def test_three_days_late_is_three_days_of_the_calendar(world: World, due: date, first: date) -> None:
    customer = customer_of(OLD)
    world.owe(customer, due)

    heard = world.heard(customer, due, due + timedelta(days=8))

    assert heard == [(due, "recordatorio-0"), (first, "aviso-1")]


@pytest.mark.parametrize(
    ("zone", "due", "sent"),
    [
        # The border changes its clocks on 8 March and 1 November 2026; the rest of the country does not.
        ("America/Tijuana", date(2026, 3, 3), datetime(2026, 3, 6, 16, 0, tzinfo=UTC)),
        ("America/Tijuana", date(2026, 3, 6), datetime(2026, 3, 9, 15, 0, tzinfo=UTC)),
        ("America/Tijuana", date(2026, 10, 27), datetime(2026, 10, 30, 15, 0, tzinfo=UTC)),
        ("America/Tijuana", date(2026, 10, 30), datetime(2026, 11, 3, 16, 0, tzinfo=UTC)),
        ("America/Cancun", date(2026, 3, 6), datetime(2026, 3, 9, 13, 30, tzinfo=UTC)),
    ],
)
@pytest.mark.complaint(3)
def test_a_border_zone_hears_at_its_own_eight_o_clock_on_both_sides_of_the_change(
    world: World, zone: str, due: date, sent: datetime
) -> None:
    customer = customer_of(OLD, time_zone=zone)
    world.owe(customer, due)
    last = sent.astimezone(ZONE).date()
    first = due + timedelta(days=1)
    while first <= last:
        daily_run.run_day(today=first, at=world.moment(first, time(7, 30)))
        first += timedelta(days=1)

    assert Action.objects.get(customer=customer).not_before == sent


@pytest.mark.feature("PRE-06")
def test_whoever_comes_29_days_late_hears_a_kind_word_first_and_then_the_plan_goes_on(world: World) -> None:
    first = date(2026, 9, 30)
    customer = customer_of(world.moment(first, time(6)))
    world.owe(customer, date(2026, 9, 1))
    silent = customer_of(world.moment(first, time(6)), email=None)
    make_point(customer=silent, value="+525512345678", kind=PointKind.PHONE)
    world.owe(silent, date(2026, 9, 1))

    heard = world.heard(customer, first, date(2026, 10, 20))

    assert heard == [(first, "aviso-1"), (date(2026, 10, 16), "aviso-formal")]
    assert "Quizá se le pasó la fecha" in world.transport.taken[0].text
    said = {one.key: one.sentence for one in explain.explain(customer_id=customer.pk, as_of=first).steps}
    assert "es la primera palabra: en el último año nadie le ha contactado" in said["aviso-1"]
    assert "nadie le ha contactado: primero va el mensaje más cordial" in said["aviso-3"]
    after = explain.explain(customer_id=customer.pk, as_of=date(2026, 10, 2)).steps
    call = next(one for one in after if one.key == "llamada-2")
    assert "tiene unos días para responder" in call.sentence
    assert call.next_date == date(2026, 10, 7)
    # Whom no mail reaches is called as soon as the plan calls.
    assert Action.objects.get(customer=silent, step_key="llamada-2").run.as_of < date(2026, 10, 5)

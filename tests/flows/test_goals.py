"""The goals of a plan beside what is measured, and nothing said of what is not."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from puntual.agreements.models import Promise
from puntual.assessment.models import CustomerState, Membership
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.flows import money_in
from puntual.flows.goals import Course, Gap, GoalStanding, goals_of, is_met
from puntual.outreach import operations as outreach
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import Goal, Kpi
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import Account, Customer, Receivable
from puntual.portfolio.types import EntryKind, NewEntry
from tests.factories import make_customer, make_reached, make_receivable

DAY = timedelta(days=1)
ZONE = "America/Mexico_City"


def standings(goals: str, *, today: date, now: datetime) -> list[GoalStanding]:
    """Put a plan with some goals in force and say where they stand."""
    text = planned.shipped_text(key="facturas-mx").replace(
        "politica:\n", f"objetivos:\n{goals}\npolitica:\n", 1
    )
    version_id = plans.adopt_plan(text=text, at=now)
    outreach.load_templates(at=now)
    return goals_of(version_id=version_id or planned.active_version()[0], today=today, time_zone=ZONE)


@pytest.mark.feature("PLN-02")
def test_the_overdue_share_stands_beside_its_goal_and_what_is_not_known_says_why(
    company: Company, today: date, now: datetime
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - DAY, amount="300.00")
    make_receivable(customer=customer, due=today + 9 * DAY, amount="700.00")
    make_receivable(customer=customer, due=today - DAY, amount="900.00", currency="USD")

    share, dso, of_segment, kept = standings(
        "  - {kpi: indice-de-morosidad, meta: 25, desde: 2026-01-01, hasta: 2026-12-31}\n"
        "  - {kpi: DSO, meta: 45, desde: 2026-01-01, hasta: 2026-12-31}\n"
        "  - {kpi: indice-de-morosidad, meta: 50, segmento: nuevo, desde: 2026-01-01, hasta: 2026-12-31}\n"
        "  - {kpi: promesas-cumplidas, meta: 75, desde: 2026-01-01, hasta: 2026-12-31}\n",
        today=today,
        now=now,
    )

    assert (share.value, share.is_met) == (Decimal(30), False)
    assert (of_segment.value, of_segment.gap, of_segment.is_met) == (None, Gap.NOBODY_PLACED, None)
    assert (kept.value, kept.gap, kept.is_met) == (None, Gap.NO_PROMISES, None)
    # 1,000 owed of 1,000 sold in January: the 23 days of November, those of the months before, and all of January.
    assert (dso.value, dso.gap, dso.is_met) == (Decimal(327), None, False)
    assert of_segment.segment == "Nuevo"


def test_a_change_is_counted_from_the_first_day_of_its_period(
    company: Company, today: date, now: datetime
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - DAY, amount="400.00")
    make_receivable(customer=customer, due=today + 20 * DAY, amount="600.00")
    goals = (
        f"  - {{kpi: indice-de-morosidad, cambio_porcentual: -10, desde: {today}, hasta: 2026-12-31}}\n"
        f"  - {{kpi: indice-de-morosidad, cambio_porcentual: -10, desde: {today + 9 * DAY}, hasta: 2026-12-31}}\n"
    )
    standings(goals, today=today, now=now)
    make_receivable(customer=customer, due=today + 20 * DAY, amount="600.00", issue=today + DAY)

    begun, ahead = goals_of(version_id=planned.active_version()[0], today=today + DAY, time_zone=ZONE)

    assert (begun.value, begun.start, begun.change, begun.is_met) == (Decimal(25), 40, Decimal("-37.5"), True)
    assert (begun.aim, begun.course) == (36, Course.MET)
    assert (ahead.has_begun, ahead.change, ahead.is_met) == (False, None, None)


@pytest.mark.parametrize(
    ("kpi", "aim", "value", "change", "expected"),
    [
        (Kpi.OVERDUE_SHARE, {"target": 25}, "25", None, True),
        (Kpi.OVERDUE_SHARE, {"target": 25}, "25.1", None, False),
        (Kpi.KEPT_RATE, {"target": 75}, "75", None, True),
        (Kpi.KEPT_RATE, {"target": 75}, "74", None, False),
        (Kpi.OVERDUE_SHARE, {"change_percent": -15}, "20", "-15", True),
        (Kpi.OVERDUE_SHARE, {"change_percent": -15}, "20", "-14", False),
        (Kpi.KEPT_RATE, {"change_percent": 5}, "20", "5", True),
        (Kpi.KEPT_RATE, {"change_percent": 5}, "20", None, None),
        (Kpi.DSO, {"target": 45}, None, None, None),
    ],
)
def test_when_a_goal_is_met(
    kpi: Kpi, aim: dict[str, int], value: str | None, change: str | None, expected: bool | None
) -> None:
    goal = Goal(kpi=kpi, from_date=date(2026, 1, 1), until_date=date(2026, 12, 31), **aim)  # type: ignore[arg-type]

    found = is_met(
        goal=goal, value=Decimal(value) if value else None, change=Decimal(change) if change else None
    )

    assert found is expected


def one(
    kpi: str, *, today: date, now: datetime, first: date, rest: str = "", aim: str = "meta: 50"
) -> GoalStanding:
    """Say where one goal stands that began on a day."""
    line = f"  - {{kpi: {kpi}, {aim}, desde: {first}, hasta: {first + 100 * DAY}{rest}}}\n"
    return standings(line, today=today, now=now)[0]


def paid(customer: Customer, amount: str, *, on: date, at: datetime) -> None:
    money_in.receive_payment(
        payment=NewPayment(
            key=f"{customer.pk}-{on}-{amount}",
            customer_id=customer.pk,
            amount=Decimal(amount),
            currency="MXN",
            value_date=on,
            method=PaymentMethod.TRANSFER,
        ),
        actor=SYSTEM,
        at=at,
        today=at.date(),
    )


@pytest.mark.feature("PLN-02")
def test_what_was_late_and_is_paid_is_recovered(company: Company, today: date, now: datetime) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - 40 * DAY, amount="300.00")
    make_receivable(customer=customer, due=today - 5 * DAY, amount="500.00")
    paid(customer, "100.00", on=today - 30 * DAY, at=now)
    # It pays what was late and then what was not late when the period began.
    paid(customer, "260.00", on=today - DAY, at=now)

    found = one("tasa-de-recuperacion", today=today, now=now, first=today - 10 * DAY)

    assert (found.value, found.start) == (Decimal(100), 0)


@pytest.mark.feature("PLN-02")
def test_cei_is_what_was_collected_of_what_could_be(company: Company, today: date, now: datetime) -> None:
    """The test value of the trade: 100 and 200 sold, 80 left of which 60 are not due: 91.7 %."""
    customer = make_customer()
    make_receivable(customer=customer, due=today - 50 * DAY, amount="100.00", issue=today - 90 * DAY)
    make_receivable(customer=customer, due=today - 2 * DAY, amount="140.00", issue=today - 9 * DAY)
    make_receivable(customer=customer, due=today + 30 * DAY, amount="60.00", issue=today - 9 * DAY)
    paid(customer, "220.00", on=today - DAY, at=now)

    found = one("CEI", today=today, now=now, first=today - 10 * DAY)

    assert found.value is not None
    assert round(found.value, 1) == Decimal("91.7")


@pytest.mark.feature("PLN-02")
def test_what_rolls_on_is_a_part_of_what_was_a_month_late(
    company: Company, today: date, now: datetime
) -> None:
    customer, other = make_customer(), make_customer()
    make_receivable(customer=customer, due=today - 40 * DAY, amount="250.00")
    make_receivable(customer=other, due=today - 45 * DAY, amount="750.00")
    paid(other, "750.00", on=today - 3 * DAY, at=now)

    found = one("tasa-de-deterioro", today=today, now=now, first=today - 10 * DAY)

    assert found.value == 25


@pytest.mark.feature("PLN-02")
def test_who_was_late_and_is_not_is_cured_unless_it_was_written_off(
    company: Company, today: date, now: datetime
) -> None:
    customers = [make_customer() for _ in range(4)]
    for customer in customers:
        make_receivable(customer=customer, due=today - 40 * DAY, amount="100.00")
    paid(customers[0], "100.00", on=today - DAY, at=now)
    written_off = Receivable.objects.get(customer=customers[1])
    portfolio.post_entries(
        entries=[
            NewEntry(
                key="castigo",
                receivable_id=written_off.pk,
                kind=EntryKind.WRITE_OFF,
                amount=Decimal(-100),
                currency="MXN",
                effective_date=today,
            )
        ],
        at=now,
    )

    assert one("tasa-de-cura", today=today, now=now, first=today - 10 * DAY).value == 25


@pytest.mark.feature("PLN-02")
def test_promises_that_fell_due_in_the_period_count(company: Company, today: date, now: datetime) -> None:
    customer = make_customer()
    for number, (days, state) in enumerate(
        [(-20, "BROKEN"), (-5, "KEPT"), (-4, "BROKEN"), (-3, "PARTLY_KEPT"), (-2, "KEPT"), (-1, "CANCELLED")]
    ):
        Promise.objects.create(
            key=f"p{number}",
            customer=customer,
            amount=100,
            currency="MXN",
            made_on=today - 30 * DAY,
            due_date=today + days * DAY,
            state=state,
            channel="CALL",
            settled_on=today,
        )

    found = one("promesas-cumplidas", today=today, now=now, first=today - 10 * DAY)

    assert (found.value, found.start) == (50, 0)


@pytest.mark.feature("PLN-02")
def test_the_cost_is_what_the_channels_cost_by_what_came_in(
    company: Company, today: date, now: datetime
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - 40 * DAY, amount="300.00")
    # Of the shipped plan a call costs 12 pesos; the one before the period counts for what was before it.
    make_reached(customer=customer, at=now - 2 * DAY)
    make_reached(customer=customer, at=now - 12 * DAY)
    assert one("costo-de-cobranza", today=today, now=now, first=today - 10 * DAY).gap is Gap.NOTHING_COLLECTED
    paid(customer, "100.00", on=today - DAY, at=now)

    found = one("costo-de-cobranza", today=today, now=now, first=today - 10 * DAY, aim="meta: 0.1")

    assert (found.value, found.start, found.is_met) == (Decimal("0.12"), None, False)


def test_a_plan_without_costs_says_so(company: Company, today: date, now: datetime) -> None:
    text = (
        planned.shipped_text(key="facturas-mx")
        .replace("costo: 0.10", "costo: 0")
        .replace("costo: 12.00", "costo: 0")
    )
    goal = (
        f"objetivos: [{{kpi: costo-de-cobranza, meta: 1, desde: {today - DAY}, hasta: {today}}}]\npolitica:\n"
    )
    version_id = plans.adopt_plan(text=text.replace("politica:\n", goal, 1), at=now)

    found = goals_of(version_id=version_id or 0, today=today, time_zone=ZONE)[0]

    assert (found.value, found.gap, found.course) == (None, Gap.NO_COSTS, None)


def test_a_product_and_a_segment_are_measured_alone(company: Company, today: date, now: datetime) -> None:
    loan, card = make_customer(), make_customer()
    for customer, product, late, coming in (
        (loan, "Crédito", "300.00", "100.00"),
        (card, "Tarjeta", "100.00", "300.00"),
    ):
        account = Account.objects.create(customer=customer, external_id="c", product=product)
        make_receivable(customer=customer, due=today - 9 * DAY, amount=late)
        make_receivable(customer=customer, due=today + 9 * DAY, amount=coming)
        Receivable.objects.filter(customer=customer).update(account=account)
    CustomerState.objects.create(
        customer=card, stage="ADMINISTRATIVE", stage_since=today, segment="nuevo", segment_since=today - 3 * DAY,
        as_of=today, days_past_due=9, overdue_amounts={}, open_amounts={},
    )  # fmt: skip
    Membership.objects.create(
        customer_id=loan.pk, kind="SEGMENT", since=today - 30 * DAY, until=today - 3 * DAY, key="nuevo"
    )

    goals = "".join(
        f"  - {{kpi: {kpi}, meta: 50, {whose}, desde: {today - 20 * DAY}, hasta: 2027-12-31}}\n"
        for kpi, whose in (
            ("indice-de-morosidad", "producto: Crédito"),
            ("indice-de-morosidad", "segmento: nuevo"),
            ("promesas-cumplidas", "producto: Crédito"),
            ("costo-de-cobranza", "producto: Crédito"),
        )
    )
    of_product, of_segment, kept, cost = standings(goals, today=today, now=now)

    assert (of_product.value, of_product.product) == (75, "Crédito")
    # Then another was in it, whose debt was not late on that day.
    assert (of_segment.value, of_segment.start) == (25, 0)
    assert (kept.gap, cost.gap) == (Gap.NOT_BY_PRODUCT, Gap.NOT_BY_PRODUCT)


def test_whoever_is_in_the_segment_at_the_end_counts_with_what_they_owed_before(
    company: Company, today: date, now: datetime
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - 40 * DAY, amount="250.00")
    CustomerState.objects.create(
        customer=customer, stage="ADMINISTRATIVE", stage_since=today, segment="nuevo", segment_since=today - 3 * DAY,
        as_of=today, days_past_due=40, overdue_amounts={}, open_amounts={},
    )  # fmt: skip
    period = f"segmento: nuevo, desde: {today - 20 * DAY}, hasta: 2027-12-31"

    roll, cei = standings(
        f"  - {{kpi: tasa-de-deterioro, meta: 5, {period}}}\n  - {{kpi: CEI, meta: 5, {period}}}\n",
        today=today,
        now=now,
    )

    assert (roll.value, roll.start) == (100, None)
    assert cei.value == 0


def test_a_period_that_did_not_begin_or_is_over(company: Company, today: date, now: datetime) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - 40 * DAY, amount="300.00")

    ahead = one("tasa-de-recuperacion", today=today, now=now, first=today + DAY)
    over = standings(
        f"  - {{kpi: indice-de-morosidad, meta: 50, desde: {today - 90 * DAY}, hasta: {today - 41 * DAY}}}\n",
        today=today,
        now=now,
    )[0]

    assert (ahead.value, ahead.gap, ahead.course) == (None, Gap.NOT_BEGUN, None)
    assert (over.value, over.is_met, over.course) == (0, True, Course.MET)

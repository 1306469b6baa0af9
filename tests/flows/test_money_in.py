"""What follows when money comes in, or goes back."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from puntual.agreements import operations as agreements
from puntual.agreements.models import Promise
from puntual.agreements.types import DisputeReason, DisputeState, PromiseState
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import Channel
from puntual.flows import daily_run, money_in
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message
from puntual.outreach.types import MessageState
from puntual.payments import operations as payments
from puntual.payments.models import Payment
from puntual.payments.types import NewPayment, PaymentCounts, PaymentMethod, PaymentState
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.models import Action
from puntual.plans.types import ActionState
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer, Receivable
from tests.factories import make_customer, make_receivable


def _payment(customer: Customer, amount: str, day: date, key: str = "p") -> NewPayment:
    return NewPayment(
        key=key,
        customer_id=customer.pk,
        amount=Decimal(amount),
        currency="MXN",
        value_date=day,
        method=PaymentMethod.TRANSFER,
    )


@pytest.fixture
def queued(company: Company, today: date, now: datetime) -> dict[str, Customer]:
    """Return two customers who each owe 1,000 and have an e-mail waiting from today's run."""
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=now)
    outreach.load_templates(at=now)
    customers = {name: make_customer(name=name) for name in ("payer", "other")}
    for customer in customers.values():
        make_receivable(customer=customer, due=today - timedelta(days=3))
    daily_run.run_day(today=today, at=now)
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.QUEUED}
    assert Message.objects.count() == 2
    return customers


def _states() -> dict[str, tuple[str, str, str]]:
    """Return {customer: (state of the action, why it ended, state of the message)}."""
    return {
        message.customer.name: (message.action.state, message.action.closed_reason, message.state)
        for message in Message.objects.select_related("customer", "action")
    }


@pytest.mark.feature("INT-06")
def test_payment_stops_what_was_queued_for_that_customer_alone(
    queued: dict[str, Customer], today: date, now: datetime
) -> None:
    payment_id = money_in.receive_payment(
        payment=_payment(queued["payer"], "1000.00", today), actor=SYSTEM, at=now, today=today
    )

    assert _states() == {
        "payer": (ActionState.CANCELLED, "payment", MessageState.CANCELLED),
        "other": (ActionState.QUEUED, "", MessageState.QUEUED),
    }
    assert Payment.objects.get().pk == payment_id
    assert portfolio.open_items(customer_id=queued["payer"].pk) == []


def test_partial_payment_stops_the_message_that_names_the_old_balance(
    queued: dict[str, Customer], today: date, now: datetime
) -> None:
    money_in.receive_payment(
        payment=_payment(queued["payer"], "0.01", today), actor=SYSTEM, at=now, today=today
    )

    assert _states()["payer"] == (ActionState.CANCELLED, "payment", MessageState.CANCELLED)


def test_same_payment_again_stops_nothing_new(
    queued: dict[str, Customer], today: date, now: datetime
) -> None:
    payment = _payment(queued["payer"], "10.00", today)
    first = money_in.receive_payment(payment=payment, actor=SYSTEM, at=now, today=today)
    Action.objects.update(state=ActionState.QUEUED, closed_at=None, closed_reason="")

    again = money_in.receive_payment(payment=payment, actor=SYSTEM, at=now, today=today)

    assert again == first
    assert Action.objects.filter(state=ActionState.QUEUED).count() == 2
    assert Receivable.objects.filter(open_amount=Decimal("990.00")).count() == 1


def test_money_of_a_day_to_come_is_refused(queued: dict[str, Customer], today: date, now: datetime) -> None:
    payment = _payment(queued["payer"], "10.00", today + timedelta(days=1))

    with pytest.raises(money_in.UnableToReceive):
        money_in.receive_payment(payment=payment, actor=SYSTEM, at=now, today=today)
    with pytest.raises(money_in.UnableToReceive):
        money_in.receive_payments(given=[payment], at=now, today=today)

    assert Payment.objects.count() == 0
    assert _states()["payer"][2] == MessageState.QUEUED


def test_refused_payment_undoes_the_whole_file(
    queued: dict[str, Customer], today: date, now: datetime
) -> None:
    given = [_payment(queued["payer"], "10.00", today, "a"), _payment(queued["other"], "0.00", today, "b")]

    with pytest.raises(payments.UnableToRecordPayment) as refused:
        money_in.receive_payments(given=given, at=now, today=today)

    assert list(refused.value.refused) == ["b"]
    assert Payment.objects.count() == 0
    assert {state[2] for state in _states().values()} == {MessageState.QUEUED}


def test_file_of_payments_stops_what_was_queued_for_those_who_paid_anew(
    queued: dict[str, Customer], today: date, now: datetime
) -> None:
    old = _payment(queued["other"], "10.00", today, "old")
    payments.record_payments(payments=[old], at=now)

    counts = money_in.receive_payments(
        given=[old, _payment(queued["payer"], "10.00", today, "new")], at=now, today=today
    )

    assert counts == PaymentCounts(new=1, unchanged=1)
    assert {name: state[2] for name, state in _states().items()} == {
        "payer": MessageState.CANCELLED,
        "other": MessageState.QUEUED,
    }


@pytest.mark.feature("X-09")
def test_payment_keeps_a_promise_and_its_reversal_takes_that_back(
    company: Company, today: date, now: datetime
) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=30))
    agreements.make_promise(
        key="promise",
        customer_id=customer.pk,
        amount=Decimal("600.00"),
        currency="MXN",
        due_date=today + timedelta(days=2),
        channel=Channel.PORTAL,
        note="",
        actor=SYSTEM,
        today=today,
        at=now - timedelta(hours=1),
        country="MX",
    )

    def promise() -> tuple[str, Decimal]:
        return Promise.objects.values_list("state", "paid_amount").get()

    half = money_in.receive_payment(
        payment=_payment(customer, "300.00", today, "half"), actor=SYSTEM, at=now, today=today
    )
    after_half = promise()
    money_in.receive_payment(
        payment=_payment(customer, "300.00", today, "rest"), actor=SYSTEM, at=now, today=today
    )
    after_all = promise()
    money_in.reverse(payment_id=half, reason="rebotado", actor=SYSTEM, at=now, today=today)
    after_reversal = promise()
    a_month_later = today + timedelta(days=30)
    agreements.settle_promises(today=a_month_later, country="MX", customer_ids=None, at=now)

    assert after_half == (PromiseState.ACTIVE, Decimal("300.00"))
    assert after_all == (PromiseState.KEPT, Decimal("600.00"))
    assert after_reversal == (PromiseState.ACTIVE, Decimal("300.00"))
    assert promise() == (PromiseState.PARTLY_KEPT, Decimal("300.00"))
    assert Payment.objects.get(pk=half).state == PaymentState.REVERSED
    assert portfolio.open_items(customer_id=customer.pk)[0].open_amount == Decimal("700.00")


@pytest.mark.feature("PAY-13")
def test_confirmed_report_follows_like_any_payment(
    queued: dict[str, Customer], today: date, now: datetime
) -> None:
    customer = queued["payer"]
    report_id = payments.report_payment(
        key="r",
        customer_id=customer.pk,
        amount=Decimal("1000.00"),
        currency="MXN",
        paid_on=today,
        reference="",
        note="",
        at=now,
    )

    payment_id = money_in.confirm_report(report_id=report_id, actor=SYSTEM, at=now, today=today)
    again = money_in.confirm_report(report_id=report_id, actor=SYSTEM, at=now, today=today)

    assert again == payment_id
    assert _states()["payer"][2] == MessageState.CANCELLED
    assert portfolio.open_items(customer_id=customer.pk) == []


def test_credit_applied_follows_like_any_payment(
    queued: dict[str, Customer], today: date, now: datetime
) -> None:
    customer = queued["payer"]
    early = make_receivable(customer=customer, due=today - timedelta(days=9), amount="5.00")
    named = NewPayment(
        key="p",
        customer_id=customer.pk,
        amount=Decimal("100.00"),
        currency="MXN",
        value_date=today,
        method=PaymentMethod.CASH,
        allocations=((early.pk, Decimal("5.00")),),
    )
    payment_id = payments.record_payment(payment=named, actor=SYSTEM, at=now)
    assert _states()["payer"][2] == MessageState.QUEUED

    applied = money_in.apply_credit(payment_id=payment_id, actor=SYSTEM, at=now, today=today)

    assert applied == Decimal("95.00")
    assert _states()["payer"][2] == MessageState.CANCELLED


@pytest.mark.feature("PAY-13")
def test_money_without_names_waits_while_all_that_is_left_is_disputed(
    company: Company, today: date, now: datetime
) -> None:
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=now)
    outreach.load_templates(at=now)
    customer = make_customer()
    disputed = make_receivable(customer=customer, due=today - timedelta(days=30), amount="800.00")
    other = make_receivable(customer=customer, due=today - timedelta(days=3), amount="500.00")
    dispute_id = agreements.open_dispute(
        customer_id=customer.pk,
        receivable_id=disputed.pk,
        reason=DisputeReason.QUALITY,
        note="Llegó roto",
        amount=None,
        channel=Channel.EMAIL,
        actor=SYSTEM,
        today=today,
        at=now,
        country="MX",
    )

    def owed() -> dict[int, Decimal]:
        return {one.id: one.open_amount for one in portfolio.open_items(customer_id=customer.pk)}

    paid = money_in.receive_payment(
        payment=_payment(customer, "700.00", today), actor=SYSTEM, at=now, today=today
    )
    money_in.receive_payments(given=[_payment(customer, "10.00", today, "q")], at=now, today=today)
    report_id = payments.report_payment(
        key="r", customer_id=customer.pk, amount=Decimal("5.00"), currency="MXN", paid_on=today,
        reference="", note="", at=now,
    )  # fmt: skip
    money_in.confirm_report(report_id=report_id, actor=SYSTEM, at=now, today=today)
    applied = money_in.apply_credit(payment_id=paid, actor=SYSTEM, at=now, today=today)
    daily_run.run_day(today=today, at=now)
    assert (owed(), applied) == ({disputed.pk: Decimal("800.00")}, Decimal(0))
    assert other.pk not in owed()

    # Answered: the debt stands, and the next run gives it what waited.
    agreements.close_dispute(
        dispute_id=dispute_id,
        state=DisputeState.REJECTED,
        resolution="Se entregó completo",
        actor=SYSTEM,
        at=now,
    )
    daily_run.run_day(today=today + timedelta(days=1), at=now + timedelta(days=1))
    assert owed() == {disputed.pk: Decimal("585.00")}


def test_next_run_leaves_alone_who_paid_everything(
    queued: dict[str, Customer], today: date, now: datetime
) -> None:
    money_in.receive_payment(
        payment=_payment(queued["payer"], "1000.00", today), actor=SYSTEM, at=now, today=today
    )

    for days in range(1, 6):
        daily_run.run_day(today=today + timedelta(days=days), at=now + timedelta(days=days))

    waiting = Message.objects.filter(state=MessageState.QUEUED)
    assert set(waiting.filter(customer=queued["payer"]).values_list("template", flat=True)) == {"thanks"}
    assert waiting.filter(customer=queued["other"]).exists()

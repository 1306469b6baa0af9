"""Who pays a document early pays less, once, and all of it again when the money is taken back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from puntual.agreements import operations as agreements
from puntual.agreements.models import Promise
from puntual.agreements.types import PromiseState
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.types import Channel
from puntual.flows import dispatch, money_in, prompt_pay
from puntual.outreach import operations as outreach
from puntual.outreach.providers.fake import FakeTransport
from puntual.payments import queries as payments
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.plans.types import AnchorWord, PromptDiscount
from puntual.portfolio import operations as ledger
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from puntual.portfolio.types import BALANCE_KEY, EntryKind, NewEntry
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import make_message

DAY = timedelta(days=1)
DISCOUNT = "politica:\n  descuento_por_pronto_pago: {porcentaje: 2, dias_antes: 5}\n"


def put_in_force(*, at: datetime, with_discount: bool = True) -> None:
    """Put the plan of invoices in force, with a discount for who pays five days before the due date or without."""
    text = planned.shipped_text(key="facturas-mx")
    outreach.load_templates(at=at)
    plans.adopt_plan(text=text.replace("politica:\n", DISCOUNT, 1) if with_discount else text, at=at)


@pytest.fixture
def debtor(company: Company, today: date, now: datetime) -> Customer:
    """Return a customer who owes 1,000 that fall due in ten days."""
    put_in_force(at=now - 9 * DAY)
    customer = make_customer()
    make_receivable(customer=customer, due=today + 10 * DAY, amount="1000.00")
    return customer


Pays = Callable[..., int]


@pytest.fixture
def pays(debtor: Customer, today: date, now: datetime) -> Pays:
    """Return what receives money of the debtor."""

    def receive(
        amount: str, *, key: str = "p", day: date = today, at: datetime = now, is_credit: bool = False
    ) -> int:
        payment = NewPayment(
            key=key,
            customer_id=debtor.pk,
            amount=Decimal(amount),
            currency="MXN",
            value_date=day,
            method=PaymentMethod.TRANSFER,
            is_credit=is_credit,
        )
        return money_in.receive_payment(payment=payment, actor=SYSTEM, at=at, today=max(day, today))

    return receive


def let_go() -> list[tuple[EntryKind, Decimal]]:
    """Return the entries of the ledger that are neither issues nor payments nor their reversals."""
    found = LedgerEntry.objects.filter(key__contains="prompt:").order_by("id")
    return [(EntryKind(one.kind), one.amount) for one in found]


def is_sound() -> bool:
    """Say whether all kept amounts are the sums of their entries."""
    return not portfolio.ledger_mismatches() and not payments.payment_mismatches()


@pytest.mark.feature("INC-01")
def test_who_pays_early_pays_less_and_owes_nothing(debtor: Customer, pays: Pays, today: date) -> None:
    item = portfolio.open_items(customer_id=debtor.pk)[0]
    told = prompt_pay.discounts_of(items=[item], time_zone="America/Mexico_City", today=today)

    payment_id = pays("980.00")

    assert told == {item.id: PromptDiscount(Decimal("20.00"), today + 5 * DAY)}
    assert portfolio.open_items(customer_id=debtor.pk) == []
    assert let_go() == [(EntryKind.DISCOUNT, Decimal("-20.00"))]
    assert LedgerEntry.objects.get(kind=EntryKind.DISCOUNT).effective_date == today
    found = payments.payment(payment_id=payment_id)
    assert (found["unapplied_amount"], found["allocations"][0]["discount_amount"]) == (0, Decimal("20.00"))
    assert is_sound()


def test_the_same_payment_again_gives_it_once(debtor: Customer, pays: Pays) -> None:
    assert pays("980.00") == pays("980.00")

    assert let_go() == [(EntryKind.DISCOUNT, Decimal("-20.00"))]


def test_who_pays_all_has_the_discount_in_favor(debtor: Customer, pays: Pays) -> None:
    payment_id = pays("1000.00")

    assert payments.payment(payment_id=payment_id)["unapplied_amount"] == Decimal("20.00")
    assert portfolio.open_items(customer_id=debtor.pk) == []


def test_who_pays_after_the_day_pays_all(debtor: Customer, pays: Pays, today: date) -> None:
    pays("980.00", day=today + 6 * DAY)

    assert let_go() == []
    assert Receivable.objects.get().open_amount == Decimal("20.00")


def test_the_day_of_the_money_counts_and_not_that_of_its_recording(
    debtor: Customer, today: date, now: datetime
) -> None:
    payment = NewPayment(
        key="late",
        customer_id=debtor.pk,
        amount=Decimal("980.00"),
        currency="MXN",
        value_date=today + 5 * DAY,
        method=PaymentMethod.TRANSFER,
    )

    money_in.receive_payment(payment=payment, actor=SYSTEM, at=now + 8 * DAY, today=today + 8 * DAY)

    assert let_go() == [(EntryKind.DISCOUNT, Decimal("-20.00"))]


@pytest.mark.feature("INC-01")
def test_money_that_is_taken_back_takes_the_discount_with_it(
    debtor: Customer, pays: Pays, today: date, now: datetime
) -> None:
    payment_id = pays("980.00")

    money_in.reverse(payment_id=payment_id, reason="rebotó", actor=SYSTEM, at=now + DAY, today=today)

    assert Receivable.objects.get().open_amount == Decimal("1000.00")
    assert let_go() == [(EntryKind.DISCOUNT, Decimal("-20.00")), (EntryKind.REVERSAL, Decimal("20.00"))]
    assert is_sound()
    # The money comes again in time.
    pays("980.00", key="again", at=now + 2 * DAY)
    assert portfolio.open_items(customer_id=debtor.pk) == []
    assert is_sound()


def test_the_first_part_taken_back_takes_the_discount_of_the_last(
    debtor: Customer, pays: Pays, today: date, now: datetime
) -> None:
    first = pays("500.00", key="a")
    pays("480.00", key="b", at=now + DAY)
    assert portfolio.open_items(customer_id=debtor.pk) == []

    money_in.reverse(payment_id=first, reason="rebotó", actor=SYSTEM, at=now + 2 * DAY, today=today)

    assert Receivable.objects.get().open_amount == Decimal("520.00")
    assert is_sound()


def test_a_part_with_an_earlier_moment_is_the_last_part_all_the_same(
    debtor: Customer, pays: Pays, today: date, now: datetime
) -> None:
    first = pays("500.00", key="a", at=now + timedelta(minutes=5))
    # An import that began before posts after it.
    pays("480.00", key="b", at=now)

    money_in.reverse(payment_id=first, reason="rebotó", actor=SYSTEM, at=now + DAY, today=today)

    assert Receivable.objects.get().open_amount == Decimal("520.00")
    assert is_sound()


def test_what_was_told_is_kept_when_the_plan_changes(
    debtor: Customer, pays: Pays, today: date, now: datetime
) -> None:
    put_in_force(at=now + DAY, with_discount=False)

    pays("980.00", day=today + 4 * DAY, at=now + 4 * DAY)

    assert let_go() == [(EntryKind.DISCOUNT, Decimal("-20.00"))]


def test_a_document_of_after_the_change_has_none(
    debtor: Customer, pays: Pays, today: date, now: datetime
) -> None:
    Receivable.objects.update(issue_date=today)
    put_in_force(at=now - 2 * DAY, with_discount=False)

    pays("980.00")

    assert let_go() == []


@pytest.mark.parametrize(
    ("kind", "key"), [(EntryKind.PAYMENT, "x"), (EntryKind.ADJUSTMENT, f"{BALANCE_KEY}1:x")]
)
def test_a_late_part_loses_the_discount_although_an_early_one_is_recorded_after_it(
    debtor: Customer, pays: Pays, today: date, now: datetime, kind: EntryKind, key: str
) -> None:
    late = NewEntry(key, Receivable.objects.get().pk, kind, Decimal("-500.00"), "MXN", today + 8 * DAY)
    ledger.post_entries(entries=[late], at=now + 8 * DAY)

    pays("480.00", at=now + 9 * DAY)

    assert let_go() == []
    assert Receivable.objects.get().open_amount == Decimal("20.00")


def test_old_credit_that_is_used_after_a_late_part_brings_none(
    debtor: Customer, pays: Pays, today: date, now: datetime
) -> None:
    pays("380.00", key="credit", is_credit=True)
    pays("600.00", key="late", day=today + 9 * DAY, at=now + 9 * DAY)

    money_in.use_credits(customer_ids=None, at=now + 9 * DAY, today=today + 9 * DAY)

    assert let_go() == []
    assert Receivable.objects.get().open_amount == Decimal("20.00")
    assert is_sound()


@pytest.mark.parametrize("kind", [EntryKind.ADJUSTMENT, EntryKind.WRITE_OFF, EntryKind.DISCOUNT])
def test_a_share_of_the_whole_does_not_settle_what_is_left_of_a_debt_written_down(
    debtor: Customer, pays: Pays, today: date, now: datetime, kind: EntryKind
) -> None:
    down = NewEntry("down", Receivable.objects.get().pk, kind, Decimal("-900.00"), "MXN", today)
    ledger.post_entries(entries=[down], at=now)

    pays("80.00")

    assert let_go() == []
    assert Receivable.objects.get().open_amount == Decimal("20.00")


def test_what_the_books_of_the_company_let_go_is_not_let_go_twice(
    debtor: Customer, pays: Pays, today: date, now: datetime
) -> None:
    item = portfolio.open_items(customer_id=debtor.pk)[0]
    ledger.post_entries(
        entries=[NewEntry("note", item.id, EntryKind.CREDIT_NOTE, Decimal("-20.00"), "MXN", today)], at=now
    )

    told = prompt_pay.discounts_of(
        items=portfolio.open_items(customer_id=debtor.pk), time_zone="America/Mexico_City", today=today
    )
    pays("980.00")

    assert told == {}
    assert let_go() == []
    assert portfolio.open_items(customer_id=debtor.pk) == []


def test_a_discount_that_is_withdrawn_is_owed_again_once(debtor: Customer, pays: Pays, now: datetime) -> None:
    pays("980.00")
    receivable_id = Receivable.objects.get().pk

    assert ledger.withdraw_prompt_discounts(receivable_ids=[receivable_id], at=now + DAY) == 1
    assert ledger.withdraw_prompt_discounts(receivable_ids=[receivable_id], at=now + 2 * DAY) == 0

    assert Receivable.objects.get().open_amount == Decimal("20.00")
    assert is_sound()


def test_credit_that_came_in_time_brings_it_too(debtor: Customer, today: date, now: datetime) -> None:
    payment = NewPayment(
        key="ahead",
        customer_id=debtor.pk,
        amount=Decimal("980.00"),
        currency="MXN",
        value_date=today,
        method=PaymentMethod.TRANSFER,
        is_credit=True,
    )
    payment_id = money_in.receive_payment(payment=payment, actor=SYSTEM, at=now, today=today)

    money_in.apply_credit(payment_id=payment_id, actor=SYSTEM, at=now + DAY, today=today + DAY)

    assert portfolio.open_items(customer_id=debtor.pk) == []
    assert let_go() == [(EntryKind.DISCOUNT, Decimal("-20.00"))]
    assert is_sound()


def test_a_promise_of_the_whole_is_kept_by_what_the_discount_leaves(
    debtor: Customer, pays: Pays, today: date, now: datetime
) -> None:
    agreements.make_promise(
        key="promise",
        customer_id=debtor.pk,
        amount=Decimal("1000.00"),
        currency="MXN",
        due_date=today + 2 * DAY,
        channel=Channel.CALL,
        note="",
        actor=SYSTEM,
        today=today,
        at=now - timedelta(hours=1),
        country="MX",
    )

    pays("980.00")

    promise = Promise.objects.get()
    assert (promise.state, promise.paid_amount) == (PromiseState.KEPT, Decimal("1000.00"))


def reminder(*, customer: Customer, today: date, now: datetime) -> str:
    """Send the reminder of what falls due and return its text."""
    make_message(customer=customer, template="reminder-before-due", purpose="REMINDER", anchor=today)
    transport = FakeTransport()
    dispatch.dispatch_due(at=now, limit=9, transport=transport, worker="w1")
    envelope = transport.taken[0]
    assert ("pronto pago" in envelope.text) == ("pronto pago" in envelope.html)
    return envelope.text


def test_the_message_tells_the_amount_and_until_when(company: Company, today: date, now: datetime) -> None:
    put_in_force(at=now - 9 * DAY)
    customer = make_customer()
    make_receivable(customer=customer, due=today + 6 * DAY, amount="1000.00", document_number="F-1")
    make_receivable(customer=customer, due=today + 3 * DAY, amount="500.00", document_number="F-2")

    text = reminder(customer=customer, today=today, now=now)

    assert "F-1, vence el 29 nov 2026: $1,000.00 (con pronto pago, $980.00 hasta el 24 nov 2026)" in text
    # Three days before it is too late for the discount.
    assert "F-2, vence el 26 nov 2026: $500.00\n" in text
    assert "se aplica primero a lo más antiguo" in text


def test_the_message_tells_nothing_of_what_the_books_have_let_go(
    company: Company, today: date, now: datetime
) -> None:
    put_in_force(at=now - 9 * DAY)
    customer = make_customer()
    receivable = make_receivable(customer=customer, due=today + 6 * DAY, amount="1000.00")
    ledger.post_entries(
        entries=[NewEntry("n", receivable.pk, EntryKind.CREDIT_NOTE, Decimal("-20.00"), "MXN", today)], at=now
    )

    text = reminder(customer=customer, today=today, now=now)

    assert "$980.00" in text
    assert "pronto pago" not in text


@pytest.mark.parametrize("key", sorted(planned.shipped_keys()))
def test_a_shipped_plan_tells_its_discount_before_its_last_day(key: str) -> None:
    plan = planned.shipped_file(key=key)
    discount = plan.policy.prompt_discount
    reminders = [
        -step.offset_days
        for _strategy, step in plan.steps()
        if step.anchor is AnchorWord.DUE_DATE and step.template == "reminder-before-due"
    ]

    # A message lists what falls due within a week.
    assert discount is None or any(discount.days_before_due < days <= 7 for days in reminders)

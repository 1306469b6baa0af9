"""What was known at a moment is told the same whatever came later, and the quick path says what the ledger says."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from puntual.agreements import operations as agreements
from puntual.agreements.models import Dispute, Hold, Promise
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
from puntual.assessment import queries
from puntual.assessment.types import Facts
from puntual.audit.types import SYSTEM
from puntual.contacts import operations as contacts
from puntual.contacts.models import Attempt, ContactPoint
from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    Direction,
    NewAttempt,
    NewPoint,
    OwnerRole,
    PointKind,
    PointState,
    Purpose,
    ResponseKind,
)
from puntual.lib.errors import DomainError
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from puntual.portfolio.types import EntryKind, NewEntry, NewReceivable, ReceivableKind
from tests.factories import make_customer

ZONE = "America/Mexico_City"


@dataclass(frozen=True)
class Act:
    """Something that happens to a customer so many hours before or after the moment that is asked about."""

    name: str
    hours: int
    customer: int
    # What it is about, and how much or how late; each act reads them in its way.
    which: int
    size: int


ACTS: dict[str, Callable[["Life", Act, Customer], None]] = {}


def act(run: Callable[["Life", Act, Customer], None]) -> Callable[["Life", Act, Customer], None]:
    """Name one kind of act."""
    ACTS[run.__name__] = run
    return run


class Life:
    """Two customers, to whom acts happen in the order of their moments."""

    def __init__(self, *, today: date, now: datetime) -> None:
        self.today, self.now = today, now
        born = now - timedelta(days=900)
        self.customers = [make_customer(at=born, email=None, tags=("vip",)) for _one in range(2)]
        self._count = 0

    def live(self, acts: list[Act]) -> None:
        """Let acts happen; what the product refuses did not."""
        for one in sorted(acts, key=lambda one: one.hours):
            self._count += 1
            with suppress(DomainError), transaction.atomic():
                ACTS[one.name](self, one, self.customers[one.customer])

    def at(self, one: Act) -> datetime:
        """Return the moment of an act."""
        return self.now + timedelta(hours=one.hours)

    def day(self, one: Act) -> date:
        """Return the day of an act."""
        return self.today + timedelta(days=one.hours // 24)

    def key(self) -> str:
        """Return a key that nothing else has."""
        return f"as-of:{self._count}"

    def post(self, receivable: Receivable, amount: Decimal, one: Act, kind: EntryKind, **more: Any) -> None:
        """Post a movement, true some days before it is known."""
        entry = NewEntry(
            key=self.key(),
            receivable_id=receivable.pk,
            kind=kind,
            amount=amount,
            currency=receivable.currency,
            effective_date=more.pop("on", None) or self.day(one) - timedelta(days=one.which % 5 * 9),
            **more,
        )
        portfolio.post_entries(entries=[entry], at=self.at(one))


def chosen(rows: Any, which: int) -> Any:
    """Take one of some rows, or refuse when there is none."""
    found = list(rows.order_by("pk"))
    if not found:
        raise DomainError("nothing to choose")
    return found[which % len(found)]


@act
def issue(life: Life, one: Act, customer: Customer) -> None:
    due = life.day(one) + timedelta(days=one.size % 90 - 45)
    portfolio.upsert_receivables(
        receivables=[
            NewReceivable(
                key=life.key(),
                customer_id=customer.pk,
                kind=ReceivableKind.INVOICE,
                document_number=life.key(),
                currency="USD" if one.which % 4 == 0 else "MXN",
                issue_date=due - timedelta(days=40),
                due_date=due,
                amount=Decimal(10 + one.size),
                account=f"L{one.which % 2}",
                product="Línea",
            )
        ],
        at=life.at(one),
    )


@act
def reschedule(life: Life, one: Act, customer: Customer) -> None:
    found = chosen(Receivable.objects.filter(customer=customer), one.which)
    portfolio.upsert_receivables(
        receivables=[
            NewReceivable(
                key=found.key,
                customer_id=customer.pk,
                kind=ReceivableKind(found.kind),
                document_number=found.document_number,
                currency=found.currency,
                issue_date=found.issue_date,
                due_date=found.due_date + timedelta(days=one.size % 40),
                amount=found.original_amount + one.size % 3,
            )
        ],
        at=life.at(one),
    )


@act
def pay(life: Life, one: Act, customer: Customer) -> None:
    found = chosen(Receivable.objects.filter(customer=customer, open_amount__gt=0), one.which)
    amount = found.open_amount if one.size % 2 else min(found.open_amount, Decimal(1 + one.size))
    life.post(found, -amount, one, EntryKind.PAYMENT)


@act
def credit(life: Life, one: Act, customer: Customer) -> None:
    found = chosen(Receivable.objects.filter(customer=customer, open_amount__gt=0), one.which)
    life.post(found, -min(found.open_amount, Decimal(1 + one.size)), one, EntryKind.CREDIT_NOTE)


@act
def charge(life: Life, one: Act, customer: Customer) -> None:
    life.post(chosen(Receivable.objects.filter(customer=customer), one.which), Decimal(5), one, EntryKind.FEE)


@act
def take_back(life: Life, one: Act, customer: Customer) -> None:
    found = chosen(
        LedgerEntry.objects.filter(receivable__customer=customer, kind="PAYMENT", reversals__isnull=True),
        one.which,
    )
    life.post(
        found.receivable,
        -found.amount,
        one,
        EntryKind.REVERSAL,
        reverses_id=found.pk,
        on=found.effective_date,
    )


@act
def promise(life: Life, one: Act, customer: Customer) -> None:
    agreements.make_promise(
        key=life.key(),
        customer_id=customer.pk,
        amount=Decimal(5),
        currency="MXN",
        due_date=life.day(one) + timedelta(days=one.size % 20),
        channel=Channel.CALL,
        note="",
        actor=SYSTEM,
        today=life.day(one),
        at=life.at(one),
    )


@act
def settle(life: Life, one: Act, customer: Customer) -> None:
    agreements.settle_promises(today=life.day(one), country="MX", customer_ids=[customer.pk], at=life.at(one))


@act
def cancel(life: Life, one: Act, customer: Customer) -> None:
    found = chosen(Promise.objects.filter(customer=customer, state="ACTIVE"), one.which)
    agreements.cancel_promise(promise_id=found.pk, actor=SYSTEM, at=life.at(one))


@act
def hold(life: Life, one: Act, customer: Customer) -> None:
    about = chosen(Receivable.objects.filter(customer=customer), one.which).pk if one.which % 2 else None
    agreements.place_hold(
        customer_id=customer.pk,
        receivable_id=about,
        reason=HoldReason.HARDSHIP,
        note="",
        from_date=life.day(one) - timedelta(days=one.which),
        until_date=life.day(one) + timedelta(days=one.size),
        actor=SYSTEM,
        at=life.at(one),
    )


@act
def lift(life: Life, one: Act, customer: Customer) -> None:
    found = chosen(Hold.objects.filter(customer=customer, lifted_at=None), one.which)
    agreements.lift_hold(hold_id=found.pk, actor=SYSTEM, at=life.at(one))


@act
def dispute(life: Life, one: Act, customer: Customer) -> None:
    about = chosen(Receivable.objects.filter(customer=customer), one.which).pk if one.which % 2 else None
    agreements.open_dispute(
        customer_id=customer.pk,
        receivable_id=about,
        reason=DisputeReason.QUALITY,
        note="",
        amount=None,
        channel=Channel.CALL,
        actor=SYSTEM,
        today=life.day(one),
        at=life.at(one),
        country="MX",
    )


@act
def close(life: Life, one: Act, customer: Customer) -> None:
    found = chosen(Dispute.objects.filter(customer=customer, closed_at=None), one.which)
    agreements.close_dispute(
        dispute_id=found.pk, state=DisputeState.WITHDRAWN, resolution="", actor=SYSTEM, at=life.at(one)
    )


@act
def contact(life: Life, one: Act, customer: Customer) -> None:
    is_inbound = one.which % 5 == 0
    outcomes = (
        AttemptOutcome.SENT,
        AttemptOutcome.EFFECTIVE,
        AttemptOutcome.FAILED,
        AttemptOutcome.NO_ANSWER,
    )
    contacts.record_attempts(
        attempts=[
            NewAttempt(
                key=f"message:{life.key()}",
                customer_id=customer.pk,
                contact_point_id=None,
                channel=list(Channel)[one.which % 4],
                direction=Direction.INBOUND if is_inbound else Direction.OUTBOUND,
                purpose=Purpose.COLLECTION,
                outcome=AttemptOutcome.INBOUND if is_inbound else outcomes[one.size % 4],
                at=life.at(one),
            )
        ]
    )


@act
def bounce(life: Life, one: Act, customer: Customer) -> None:
    found = chosen(Attempt.objects.filter(customer=customer, outcome="SENT"), one.which)
    contacts.record_attempts(
        attempts=[
            NewAttempt(
                key=found.key,
                customer_id=customer.pk,
                contact_point_id=None,
                channel=Channel(found.channel),
                direction=Direction.OUTBOUND,
                purpose=Purpose.COLLECTION,
                outcome=AttemptOutcome.BOUNCED,
                at=found.at,
                outcome_at=life.at(one),
            )
        ]
    )


@act
def answer(life: Life, one: Act, customer: Customer) -> None:
    contacts.record_response(
        key=life.key(),
        customer_id=customer.pk,
        kind=ResponseKind.PORTAL_VISIT if one.size % 3 == 0 else ResponseKind.REPLIED,
        channel=list(Channel)[one.which % 4],
        at=life.at(one),
    )


@act
def point(life: Life, one: Act, customer: Customer) -> None:
    kind = PointKind.EMAIL if one.which % 2 else PointKind.PHONE
    contacts.upsert_points(
        points=[
            NewPoint(customer.pk, kind, life.key(), life.key(), OwnerRole.DEBTOR),
        ],
        at=life.at(one),
    )


@act
def know_point(life: Life, one: Act, customer: Customer) -> None:
    contacts.set_point_state(
        point_id=chosen(ContactPoint.objects.filter(customer=customer), one.which).pk,
        state=list(PointState)[one.size % 4],
        note="",
        actor=SYSTEM,
        at=life.at(one),
    )


def acts(*, hours: st.SearchStrategy[int]) -> st.SearchStrategy[list[Act]]:
    """Make acts, mostly about few things, so that they meet."""
    return st.lists(
        st.builds(
            Act,
            name=st.sampled_from(sorted(ACTS)),
            hours=hours,
            customer=st.sampled_from([0, 0, 0, 1]),
            which=st.integers(0, 9),
            size=st.integers(0, 60),
        ),
        max_size=30,
    )


def gather(life: Life, *, as_of: date, known_at: datetime, is_live: bool) -> list[Facts]:
    """Gather the facts of the two customers."""
    ids = [customer.pk for customer in life.customers]
    return queries.facts_of_chunk(
        after=min(ids) - 1,
        up_to=max(ids),
        as_of=as_of,
        known_at=known_at,
        time_zone=ZONE,
        is_live=is_live,
    )


def gather_days(life: Life, *, days: list[tuple[date, datetime]], is_live: bool) -> list[list[Facts]]:
    """Gather the facts of the two customers of several days at once."""
    ids = [customer.pk for customer in life.customers]
    return queries.facts_of_days(
        after=min(ids) - 1, up_to=max(ids), days=days, time_zone=ZONE, is_live=is_live
    )


# Whole days to the cut: what happens on its day, before and after it, is there too.
BEFORE = st.integers(-24 * 500, 0) | st.integers(-24 * 40, 0)
AFTER = st.integers(1, 24 * 60)


@pytest.mark.feature("X-26")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(before=acts(hours=BEFORE), after=acts(hours=AFTER), days_back=st.sampled_from([0, 0, 1, 20]))
@pytest.mark.usefixtures("company")
def test_what_comes_later_changes_nothing_of_what_was_known(
    today: date, now: datetime, before: list[Act], after: list[Act], days_back: int
) -> None:
    # One example after another: what one wrote must not be found by the next.
    start = transaction.savepoint()
    try:
        life = Life(today=today, now=now)
        life.live(before)
        as_of = today - timedelta(days=days_back)
        told = gather(life, as_of=as_of, known_at=now, is_live=False)
        if queries.is_live(as_of=as_of):
            assert repr(gather(life, as_of=as_of, known_at=now, is_live=True)) == repr(told)

        life.live(after)

        assert repr(gather(life, as_of=as_of, known_at=now, is_live=False)) == repr(told)
        if queries.is_live(as_of=as_of):
            assert repr(gather(life, as_of=as_of, known_at=now, is_live=True)) == repr(told)
        end = today + timedelta(days=90)
        late = now + timedelta(days=90)
        assert repr(gather(life, as_of=end, known_at=late, is_live=True)) == repr(
            gather(life, as_of=end, known_at=late, is_live=False)
        )
        # Many days at once say the same as one after the other.
        days = [
            (as_of, now),
            (as_of + timedelta(days=1), now),
            (today - timedelta(days=30), now),
            (end, late),
        ]
        assert repr(gather_days(life, days=days, is_live=False)) == repr(
            [gather(life, as_of=day, known_at=known, is_live=False) for day, known in days]
        )
    finally:
        transaction.savepoint_rollback(start)

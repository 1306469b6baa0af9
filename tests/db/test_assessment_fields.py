"""Each fact says what its name says: habits, promises, contacts, the addresses, what the files say."""

from dataclasses import fields
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from puntual.agreements import operations as agreements
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
from puntual.assessment import operations, queries
from puntual.assessment.types import Facts, Placement, Profile, Stage
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    Direction,
    NewAttempt,
    OwnerRole,
    PointKind,
    PointState,
    Purpose,
    ResponseKind,
)
from puntual.db import rows
from puntual.portfolio import operations as portfolio
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from puntual.portfolio.types import RELEASE_KEY, EntryKind, NewEntry, NewReceivable, ReceivableKind
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_point, make_receivable

pytestmark = pytest.mark.usefixtures("company")
ZONE = "America/Mexico_City"
PLACE = Placement("preventiva", Stage.PREVENTIVE, "nuevo", TODAY, TODAY)


def facts_of(
    customer: Customer,
    *,
    as_of: date = TODAY,
    known_at: datetime = NOW,
    wants_profile: bool = False,
    is_live: bool = True,
) -> Facts:
    """Gather the facts of one customer."""
    (found,) = queries.facts_of_chunk(
        after=customer.pk - 1,
        up_to=customer.pk,
        as_of=as_of,
        known_at=known_at,
        time_zone=ZONE,
        is_live=is_live,
        wants_profile=wants_profile,
    )
    return found


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def move(
    receivable: Receivable,
    amount: str,
    *,
    days: int = 0,
    kind: EntryKind = EntryKind.PAYMENT,
    key: str = "",
    reverses: int | None = None,
    at: datetime = NOW,
) -> int:
    """Post a movement of a day so many days ago and return its number."""
    key = key or f"{kind}:{receivable.pk}:{days}:{amount}"
    entry = NewEntry(
        key=key,
        receivable_id=receivable.pk,
        kind=kind,
        amount=Decimal(amount),
        currency=receivable.currency,
        effective_date=days_ago(days),
        reverses_id=reverses,
    )
    portfolio.post_entries(entries=[entry], at=at)
    return LedgerEntry.objects.get(key=key).pk


def paid(customer: Customer, *, due: int, on: int, issued: int = 0) -> Receivable:
    """Make a document due so many days ago that was paid so many days ago."""
    receivable = make_receivable(
        customer=customer, due=days_ago(due), issue=days_ago(issued or due + 30), amount="100.00"
    )
    move(receivable, "-100.00", days=on)
    return receivable


def attempt(
    customer: Customer,
    *,
    days: int = 1,
    outcome: AttemptOutcome = AttemptOutcome.SENT,
    direction: Direction = Direction.OUTBOUND,
    channel: Channel = Channel.EMAIL,
    purpose: Purpose = Purpose.COLLECTION,
    at: datetime | None = None,
    outcome_at: datetime | None = None,
    key: str = "",
) -> None:
    """Record a contact so many days ago."""
    at = at or NOW - timedelta(days=days)
    contacts.record_attempts(
        attempts=[
            NewAttempt(
                key=key or f"{customer.pk}:{at}:{outcome}:{channel}:{direction}",
                customer_id=customer.pk,
                contact_point_id=None,
                channel=channel,
                direction=direction,
                purpose=purpose,
                outcome=outcome,
                at=at,
                outcome_at=outcome_at,
            )
        ]
    )


def answer(
    customer: Customer,
    *,
    days: int = 1,
    kind: ResponseKind = ResponseKind.REPLIED,
    channel: Channel = Channel.EMAIL,
    at: datetime | None = None,
) -> None:
    """Record a reaction so many days ago."""
    at = at or NOW - timedelta(days=days)
    contacts.record_response(
        key=f"{customer.pk}:{at}:{kind}", customer_id=customer.pk, kind=kind, channel=channel, at=at
    )


def promise(customer: Customer, *, made: int, due: int, amount: str = "50.00") -> int:
    """Take a promise so many days ago, due so many days after today."""
    return agreements.make_promise(
        key=f"{customer.pk}:{made}:{due}",
        customer_id=customer.pk,
        amount=Decimal(amount),
        currency="MXN",
        due_date=TODAY + timedelta(days=due),
        channel=Channel.CALL,
        note="",
        actor=SYSTEM,
        today=days_ago(made),
        at=NOW - timedelta(days=made),
    )


def test_open_amounts_by_age_keep_the_edges_of_the_tranches() -> None:
    customer = make_customer()
    for days in (-5, 0, 1, 30, 31, 60, 61, 90, 91):
        make_receivable(customer=customer, due=days_ago(days), amount="10.00")
    make_receivable(customer=customer, due=days_ago(400), amount="7.50", currency="USD")

    facts = facts_of(customer)

    zero = Decimal(0)
    assert facts.buckets == (
        ("MXN", (Decimal(20), Decimal(20), Decimal(20), Decimal(20), Decimal(10))),
        ("USD", (zero, zero, zero, zero, Decimal("7.50"))),
    )
    assert facts.overdue_amounts == (("MXN", Decimal("70.00")), ("USD", Decimal("7.50")))


def test_habits_of_three_six_and_twelve_months() -> None:
    customer = make_customer()
    paid(customer, due=95, on=90, issued=120)
    paid(customer, due=100, on=91, issued=130)
    paid(customer, due=170, on=181, issued=200)
    paid(customer, due=190, on=182, issued=220)
    paid(customer, due=370, on=364, issued=400)
    paid(customer, due=380, on=365, issued=410)

    facts = facts_of(customer)

    assert (facts.paid_count_3m, facts.paid_count_6m, facts.paid_count_12m) == (1, 3, 5)
    assert (facts.late_count_3m, facts.late_count_6m, facts.late_count_12m) == (1, 2, 4)
    # 5 and 9 days late, 11 early, 8 and 6 days late; from issue to payment 30, 39, 19, 38, 36 days.
    assert facts.average_days_late_12m == Decimal("3.4")
    assert facts.average_days_to_pay_12m == Decimal("32.4")
    assert facts.last_payment_on == days_ago(90)
    assert facts.first_issue_date == days_ago(410)


def test_a_payment_of_long_ago_is_still_the_last_one() -> None:
    customer = make_customer()
    paid(customer, due=800, on=700)

    facts = facts_of(customer)

    assert (facts.last_payment_on, facts.paid_count_12m) == (days_ago(700), 0)


def test_a_document_is_paid_when_nothing_of_it_is_owed_and_what_came_before_was_in_part() -> None:
    customer = make_customer()
    in_parts = make_receivable(customer=customer, due=days_ago(60), amount="100.00")
    move(in_parts, "-30.00", days=50)
    move(in_parts, "-30.00", days=40)
    move(in_parts, "-40.00", days=20)
    half_paid = make_receivable(customer=customer, due=days_ago(30), amount="100.00")
    move(half_paid, "-50.00", days=10)
    credited = make_receivable(customer=customer, due=days_ago(30), amount="100.00")
    move(credited, "-50.00", days=12)
    move(credited, "-50.00", days=5, kind=EntryKind.CREDIT_NOTE)
    forgiven = make_receivable(customer=customer, due=days_ago(30), amount="100.00")
    move(forgiven, "-100.00", days=5, kind=EntryKind.WRITE_OFF)

    facts = facts_of(customer)

    assert facts.paid_count_12m == 2
    assert facts.partial_count_12m == 4
    assert facts.last_payment_on == days_ago(10)


def test_a_balance_that_a_file_lowers_counts_like_a_payment() -> None:
    customer = make_customer()
    before = NOW - timedelta(days=20)
    receivable = make_receivable(customer=customer, due=days_ago(10), amount="100.00", at=before)
    move(receivable, "-100.00", days=3, kind=EntryKind.ADJUSTMENT, key="balance:1:1")
    # What came with less than it was issued for was paid before anybody here knew.
    new = make_receivable(customer=customer, due=days_ago(10), amount="100.00")
    move(new, "-40.00", days=1, kind=EntryKind.ADJUSTMENT, key="balance:1:2")
    corrected = make_receivable(customer=customer, due=days_ago(10), amount="100.00")
    move(corrected, "-100.00", days=2, kind=EntryKind.ADJUSTMENT)

    facts = facts_of(customer)

    assert (facts.paid_count_12m, facts.last_payment_on) == (1, days_ago(3))


def test_a_payment_taken_back_is_none_and_counts_once_however_many_documents_it_paid() -> None:
    customer = make_customer()
    for _document in range(2):
        receivable = make_receivable(customer=customer, due=days_ago(30), amount="100.00")
        entry = move(receivable, "-100.00", days=20)
        move(receivable, "100.00", days=20, kind=EntryKind.REVERSAL, reverses=entry)
    freed = make_receivable(customer=customer, due=days_ago(30), amount="100.00")
    entry = move(freed, "-100.00", days=9)
    move(freed, "100.00", days=9, kind=EntryKind.REVERSAL, key=f"{RELEASE_KEY}{freed.pk}", reverses=entry)

    facts = facts_of(customer)

    assert (facts.returned_count_12m, facts.paid_count_12m, facts.last_payment_on) == (1, 0, None)


def test_months_in_which_a_customer_is_late_more_often_than_in_the_rest() -> None:
    customer = make_customer()
    for due in (date(2026, 12, 10), date(2025, 12, 10), date(2024, 12, 10)):
        receivable = make_receivable(
            customer=customer, due=due, issue=due - timedelta(days=400), amount="10.00"
        )
        receivable.refresh_from_db()
        move(receivable, "-10.00", days=(TODAY - due).days - 5 if due < TODAY else 0)
    for due in (date(2025, 1, 10), date(2025, 2, 10), date(2026, 1, 10), date(2026, 3, 1)):
        receivable = make_receivable(customer=customer, due=due, issue=date(2024, 12, 1), amount="10.00")
        move(receivable, "-10.00", days=(TODAY - due).days + (0 if due.month != 3 else -9))

    facts = facts_of(customer)

    # Two of three Decembers were paid late; March once in once: one is no habit.
    assert facts.late_months == (12,)


def test_who_is_always_late_has_no_month_of_it() -> None:
    customer = make_customer()
    for due in (date(2025, 12, 10), date(2025, 12, 12), date(2026, 1, 10), date(2026, 1, 20)):
        receivable = make_receivable(customer=customer, due=due, issue=date(2025, 1, 1), amount="10.00")
        move(receivable, "-10.00", days=(TODAY - due).days - 5)

    assert facts_of(customer).late_months == ()


def test_promises_kept_and_broken_and_what_they_were_at_a_moment() -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=days_ago(60), amount="1000.00", at=NOW - timedelta(days=90))
    promise(customer, made=20, due=-15)
    agreements.settle_promises(
        today=days_ago(9), country="MX", customer_ids=[customer.pk], at=NOW - timedelta(days=9)
    )

    after, before = facts_of(customer), facts_of(customer, known_at=NOW - timedelta(days=10))
    long_ago = facts_of(customer, as_of=days_ago(21), known_at=NOW - timedelta(days=21), is_live=False)

    assert (after.broken_count_12m, after.promise_due_date) == (1, None)
    assert after.broken_promise_on == days_ago(13)
    assert (before.broken_count_12m, before.broken_promise_on) == (0, None)
    assert (before.promise_due_date, before.promise_made_on) == (days_ago(15), days_ago(20))
    assert (long_ago.promise_due_date, long_ago.broken_count_12m) == (None, 0)


def test_a_kept_promise_counts_and_one_taken_back_was_there_until_then() -> None:
    customer = make_customer()
    receivable = make_receivable(
        customer=customer, due=days_ago(60), amount="1000.00", at=NOW - timedelta(days=90)
    )
    promise(customer, made=20, due=-15)
    move(receivable, "-50.00", days=16, at=NOW - timedelta(days=16))
    agreements.settle_promises(
        today=days_ago(16), country="MX", customer_ids=[customer.pk], at=NOW - timedelta(days=16)
    )
    second = promise(customer, made=5, due=3)
    agreements.cancel_promise(promise_id=second, actor=SYSTEM, at=NOW - timedelta(days=2))

    now, before = facts_of(customer), facts_of(customer, known_at=NOW - timedelta(days=3))

    assert (now.kept_count_12m, now.promise_due_date) == (1, None)
    assert (before.kept_count_12m, before.promise_due_date) == (1, TODAY + timedelta(days=3))


def test_holds_and_disputes_are_seen_from_their_beginning_to_their_end() -> None:
    customer = make_customer()
    receivable = make_receivable(customer=customer, due=days_ago(60), at=NOW - timedelta(days=90))
    hours = timedelta(hours=1)
    hold_id = agreements.place_hold(
        customer_id=customer.pk,
        receivable_id=None,
        reason=HoldReason.HARDSHIP,
        note="",
        from_date=TODAY,
        until_date=TODAY,
        actor=SYSTEM,
        at=NOW - 3 * hours,
    )
    agreements.lift_hold(hold_id=hold_id, actor=SYSTEM, at=NOW - hours)
    dispute_id = agreements.open_dispute(
        customer_id=customer.pk,
        receivable_id=receivable.pk,
        reason=DisputeReason.QUALITY,
        note="",
        amount=None,
        channel=Channel.CALL,
        actor=SYSTEM,
        today=TODAY,
        at=NOW - 3 * hours,
        country="MX",
    )
    agreements.close_dispute(
        dispute_id=dispute_id, state=DisputeState.WITHDRAWN, resolution="", actor=SYSTEM, at=NOW - hours
    )

    seen = [facts_of(customer, known_at=NOW - n * hours) for n in (4, 2, 0)]

    assert [one.hold_reason for one in seen] == [None, "HARDSHIP", None]
    assert [one.disputed_count for one in seen] == [0, 1, 0]


def test_contacts_are_counted_and_answers_begin_the_count_anew() -> None:
    customer = make_customer()
    attempt(customer, days=60)
    attempt(customer, days=20, outcome=AttemptOutcome.EFFECTIVE, channel=Channel.CALL)
    attempt(customer, days=10)
    attempt(customer, days=9, outcome=AttemptOutcome.NO_ANSWER, channel=Channel.CALL)
    attempt(customer, days=8, outcome=AttemptOutcome.FAILED)
    attempt(customer, days=7, purpose=Purpose.THANKS)
    attempt(customer, days=6, outcome=AttemptOutcome.BOUNCED)

    facts = facts_of(customer)

    assert facts.contact_count_30d == 4
    assert facts.unanswered_count == 3
    assert facts.answer_count_90d == 1
    assert facts.bounced_count_90d == 1
    assert facts.last_contact_on == days_ago(6)


def test_the_windows_of_contact_are_whole_days_of_the_company() -> None:
    customer = make_customer()
    # Midnight in Mexico City is six in the morning, UTC.
    first = datetime(2026, 10, 25, 6, 0, tzinfo=NOW.tzinfo)
    attempt(customer, at=first)
    attempt(customer, at=first - timedelta(seconds=1))

    facts = facts_of(customer)

    assert facts.contact_count_30d == 1
    assert facts.last_contact_on == date(2026, 10, 25)


def test_who_speaks_and_promises_in_one_call_answers_once_and_a_visit_is_no_answer() -> None:
    customer = make_customer()
    moment = NOW - timedelta(days=3)
    attempt(customer, at=moment, outcome=AttemptOutcome.EFFECTIVE, channel=Channel.CALL)
    answer(customer, at=moment, kind=ResponseKind.PROMISED, channel=Channel.CALL)
    attempt(customer, days=2, direction=Direction.INBOUND, outcome=AttemptOutcome.INBOUND)
    answer(customer, days=1, kind=ResponseKind.PORTAL_VISIT, channel=Channel.PORTAL)
    attempt(customer, at=NOW - timedelta(hours=1))

    facts = facts_of(customer)

    assert (facts.answer_count_90d, facts.portal_visit_count_90d, facts.unanswered_count) == (2, 1, 1)


def test_the_channel_and_the_hour_by_which_a_customer_answers() -> None:
    customer = make_customer()
    nine_in_the_morning = datetime(2026, 11, 2, 15, 20, tzinfo=NOW.tzinfo)
    answer(customer, at=nine_in_the_morning, channel=Channel.WHATSAPP)
    answer(customer, at=nine_in_the_morning + timedelta(days=1), channel=Channel.WHATSAPP)
    answer(customer, at=nine_in_the_morning + timedelta(days=2, hours=4), channel=Channel.EMAIL)

    facts = facts_of(customer)

    assert (facts.answering_channel, facts.answering_hour) == ("WHATSAPP", 9)


def test_of_two_channels_that_answer_alike_the_newer_one_counts() -> None:
    customer = make_customer()
    answer(customer, days=3, channel=Channel.WHATSAPP)
    answer(customer, days=2, channel=Channel.SMS)

    assert facts_of(customer).answering_channel == "SMS"


def test_a_bounce_is_known_from_the_moment_it_was_told() -> None:
    customer = make_customer(email=None)
    point = make_point(customer=customer, value="ana@correo.example")
    two_days_ago, yesterday = NOW - timedelta(days=2), NOW - timedelta(days=1)
    attempt(customer, key="message:1", at=two_days_ago)
    attempt(customer, key="message:1", at=two_days_ago, outcome=AttemptOutcome.BOUNCED, outcome_at=yesterday)
    contacts.set_point_state(
        point_id=point.pk, state=PointState.BOUNCED, note="", actor=SYSTEM, at=NOW + timedelta(days=1)
    )

    now, before = facts_of(customer), facts_of(customer, known_at=yesterday - timedelta(hours=1))
    tomorrow = facts_of(customer, as_of=TODAY + timedelta(days=1), known_at=NOW + timedelta(days=1))

    assert (now.bounced_count_90d, before.bounced_count_90d) == (1, 0)
    assert (now.has_email, tomorrow.has_email) == (True, False)


def test_only_addresses_of_the_debtor_count() -> None:
    customer = make_customer(email=None)
    make_point(customer=customer, value="5512345678", kind=PointKind.PHONE, owner_role=OwnerRole.REFERENCE)
    assert (facts_of(customer).has_email, facts_of(customer).has_phone) == (False, False)

    make_point(
        customer=customer, value="5512345679", kind=PointKind.PHONE, owner_role=OwnerRole.REPRESENTATIVE
    )

    assert (facts_of(customer).has_email, facts_of(customer).has_phone) == (False, True)


def test_a_document_has_the_days_that_it_had_then() -> None:
    customer = make_customer()
    given = NewReceivable(
        key="moved",
        customer_id=customer.pk,
        kind=ReceivableKind.INVOICE,
        document_number="M-1",
        currency="MXN",
        issue_date=days_ago(60),
        due_date=days_ago(30),
        amount=Decimal("100.00"),
        account="L-1",
        product="Línea",
    )
    portfolio.upsert_receivables(receivables=[given], at=NOW - timedelta(days=40))
    later = NewReceivable(
        **{name: getattr(given, name) for name in given.__dataclass_fields__ if name != "due_date"},
        due_date=days_ago(5),
    )
    portfolio.upsert_receivables(receivables=[later], at=NOW - timedelta(days=3))

    now, before = facts_of(customer), facts_of(customer, known_at=NOW - timedelta(days=4))

    assert (now.oldest_due_date, before.oldest_due_date) == (days_ago(5), days_ago(30))
    assert (now.days_past_due, before.days_past_due) == (5, 30)


def test_what_the_files_say_is_read_only_where_it_is_asked_for() -> None:
    customer = make_customer(
        city="Zapopan",
        sector="obra",
        tags=("vip", "obra"),
        attributes=(("score", "612.5"), ("zona", "Norte")),
    )
    portfolio.upsert_receivables(
        receivables=[
            NewReceivable(
                key=f"p:{product}",
                customer_id=customer.pk,
                kind=ReceivableKind.INVOICE,
                document_number=product,
                currency="MXN",
                issue_date=TODAY,
                due_date=TODAY,
                amount=Decimal(1),
                account=f"L-{product}",
                product=product,
            )
            for product in ("Tarjeta", "Nómina")
        ],
        at=NOW,
    )

    assert facts_of(customer).profile is None
    assert facts_of(customer, wants_profile=True).profile == Profile(
        kind="PERSON",
        state="CDMX",
        city="Zapopan",
        sector="obra",
        language="es-mx",
        tags=("vip", "obra"),
        products=("Nómina", "Tarjeta"),
        attributes=(("score", "612.5"), ("zona", "Norte")),
    )


def test_no_fact_was_forgotten(company: Company) -> None:
    """Somebody with a full life has something in every field."""
    customer = make_customer(tags=("vip",))
    make_point(customer=customer, value="5512345678", kind=PointKind.PHONE)
    early = NOW - timedelta(days=500)
    for due in (date(2025, 12, 10), date(2025, 12, 12)):
        receivable = make_receivable(
            customer=customer, due=due, issue=date(2025, 11, 1), amount="10.00", at=early
        )
        move(receivable, "-4.00", days=(TODAY - due).days - 4)
        move(receivable, "-6.00", days=(TODAY - due).days - 5)
    for due in (10, 20, 100):
        paid(customer, due=due, on=due)
    paid(customer, due=15, on=10)
    back = make_receivable(customer=customer, due=days_ago(30), amount="100.00")
    entry = move(back, "-100.00", days=20)
    move(back, "100.00", days=20, kind=EntryKind.REVERSAL, reverses=entry)
    owed = make_receivable(customer=customer, due=days_ago(2), amount="1000.00", at=early)
    make_receivable(customer=customer, due=TODAY + timedelta(days=3))
    held = make_receivable(customer=customer, due=days_ago(2))
    promise(customer, made=30, due=-25)
    move(owed, "-50.00", days=26)
    agreements.settle_promises(today=days_ago(24), country="MX", customer_ids=[customer.pk])
    promise(customer, made=20, due=-15, amount="900.00")
    agreements.settle_promises(today=days_ago(9), country="MX", customer_ids=[customer.pk])
    promise(customer, made=1, due=5)
    for receivable_id in (None, held.pk):
        agreements.place_hold(
            customer_id=customer.pk,
            receivable_id=receivable_id,
            reason=HoldReason.HARDSHIP,
            note="",
            from_date=TODAY,
            until_date=TODAY,
            actor=SYSTEM,
            at=NOW,
        )
    for receivable_id in (None, back.pk):
        agreements.open_dispute(
            customer_id=customer.pk,
            receivable_id=receivable_id,
            reason=DisputeReason.QUALITY,
            note="",
            amount=None,
            channel=Channel.CALL,
            actor=SYSTEM,
            today=TODAY,
            at=NOW,
            country="MX",
        )
    answer(customer, days=5)
    answer(customer, days=5, kind=ResponseKind.PORTAL_VISIT)
    attempt(customer, days=2, outcome=AttemptOutcome.BOUNCED)

    live, from_ledger = (facts_of(customer, wants_profile=True, is_live=is_live) for is_live in (True, False))

    empty = [field.name for field in fields(Facts) if getattr(live, field.name) in (None, 0, (), "", False)]
    assert empty == []
    assert live == from_ledger
    assert repr(live) == repr(from_ledger)
    operations.record_facts(facts=[live], placements=[PLACE], as_of=TODAY, known_at=NOW)
    kept = queries.facts_of(customer_id=customer.pk, as_of=TODAY)
    assert kept is not None
    elsewhere = {"customer_id", "as_of", "profile"}
    assert set(rows.as_json(kept["facts"])) == {field.name for field in fields(Facts)} - elsewhere


def test_who_owes_nothing_and_was_never_contacted_takes_no_room() -> None:
    customer = make_customer(email=None)

    operations.record_facts(facts=[facts_of(customer)], placements=[PLACE], as_of=TODAY, known_at=NOW)

    kept = queries.facts_of(customer_id=customer.pk, as_of=TODAY)
    assert kept is not None
    assert rows.as_json(kept["facts"]) == {}


def test_on_time_to_the_day_is_not_the_same_as_unknown() -> None:
    customer = make_customer(email=None)
    paid(customer, due=10, on=10)
    answer(customer, at=datetime(2026, 11, 22, 6, 30, tzinfo=NOW.tzinfo))

    operations.record_facts(facts=[facts_of(customer)], placements=[PLACE], as_of=TODAY, known_at=NOW)

    kept = queries.facts_of(customer_id=customer.pk, as_of=TODAY)
    assert kept is not None
    facts = rows.as_json(kept["facts"])
    assert (facts["average_days_late_12m"], facts["answering_hour"]) == ("0.0", 0)

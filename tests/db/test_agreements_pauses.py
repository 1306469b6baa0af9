"""Disputes and holds on the real database."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from puntual.agreements import operations as agreements
from puntual.agreements import queries
from puntual.agreements.types import DisputeReason, DisputeState, HoldReason
from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.contacts.types import Channel
from puntual.identity.models import User
from puntual.lib.errors import NotFound
from puntual.portfolio.models import Customer, Receivable
from tests.factories import make_customer, make_receivable

pytestmark = pytest.mark.usefixtures("company")
COLLECTOR = Actor(kind=ActorKind.STAFF, id=1, label="Gestora")


def count_rows() -> dict[str, int]:
    """Count what disputes, holds and the audit trail hold."""
    with connection.cursor() as cursor:
        return {
            name: cursor.execute(f"select count(*) from {name}").fetchone()[0]
            for name in ("agreements_dispute", "agreements_hold", "audit_event")
        }


@pytest.fixture
def debt(company: object, today: date) -> Receivable:
    """Return a receivable of 1,000 pesos."""
    return make_receivable(customer=make_customer(), due=today - timedelta(days=20))


def dispute(customer: Customer, today: date, at: datetime, **fields: object) -> int:
    """Object to the whole debt."""
    values: dict[str, object] = {
        "customer_id": customer.pk,
        "receivable_id": None,
        "reason": DisputeReason.QUALITY,
        "note": "Llegó rota",
        "amount": None,
        "channel": Channel.PORTAL,
        "actor": COLLECTOR,
        "today": today,
        "at": at,
        "country": "MX",
    }
    values.update(fields)
    return agreements.open_dispute(**values)  # type: ignore[arg-type]


def hold(customer: Customer, start: date, end: date, at: datetime, **fields: object) -> int:
    """Pause contact about the whole debt."""
    values: dict[str, object] = {
        "customer_id": customer.pk,
        "receivable_id": None,
        "reason": HoldReason.REQUESTED,
        "note": "Pidió tiempo",
        "from_date": start,
        "until_date": end,
        "actor": COLLECTOR,
        "at": at,
    }
    values.update(fields)
    return agreements.place_hold(**values)  # type: ignore[arg-type]


@pytest.mark.feature("X-05")
def test_a_dispute_has_reason_owner_and_deadline(
    debt: Receivable, cast: dict[str, User], today: date, now: datetime
) -> None:
    dispute_id = dispute(debt.customer, today, now, receivable_id=debt.pk, amount=Decimal("250.00"))
    agreements.review_dispute(dispute_id=dispute_id, owner_id=cast["supervisor"].pk, actor=COLLECTOR, at=now)

    (found,) = queries.disputes_of(customer_id=debt.customer.pk)

    assert (found["reason"], found["note"], found["amount"]) == ("QUALITY", "Llegó rota", Decimal("250.00"))
    assert (found["document_number"], found["currency"]) == (debt.document_number, "MXN")
    assert (found["state"], found["owner_name"]) == ("IN_REVIEW", "Supervisor")
    # Ten business days after Monday 23 November.
    assert found["answer_due_date"] == date(2026, 12, 7)
    told = Event.objects.filter(subject_type="dispute", subject_id=dispute_id).order_by("id")
    assert [one.action for one in told] == ["dispute-opened", "dispute-in-review"]
    assert "Llegó rota" not in str([one.after for one in told])


@pytest.mark.parametrize(
    ("state", "resolution"),
    [
        (DisputeState.ACCEPTED, "Nota de crédito por 250"),
        (DisputeState.REJECTED, "La entrega está firmada"),
        (DisputeState.WITHDRAWN, ""),
    ],
)
def test_a_dispute_is_closed_once(
    state: DisputeState, resolution: str, debt: Receivable, today: date, now: datetime
) -> None:
    dispute_id = dispute(debt.customer, today, now)
    closed_at = now + timedelta(days=1)

    agreements.close_dispute(
        dispute_id=dispute_id, state=state, resolution=resolution, actor=COLLECTOR, at=closed_at
    )

    (found,) = queries.disputes_of(customer_id=debt.customer.pk)
    assert (found["state"], found["resolution"], found["closed_at"]) == (state, resolution, closed_at)
    before = count_rows()
    with pytest.raises(agreements.UnableToDispute) as refused:
        agreements.close_dispute(
            dispute_id=dispute_id, state=DisputeState.REJECTED, resolution="x", actor=COLLECTOR, at=now
        )
    with pytest.raises(agreements.UnableToDispute):
        agreements.review_dispute(dispute_id=dispute_id, owner_id=1, actor=COLLECTOR, at=now)
    assert refused.value.code == "dispute-closed"
    assert count_rows() == before
    (found,) = queries.disputes_of(customer_id=debt.customer.pk)
    assert found["state"] == state


@pytest.mark.parametrize(
    ("state", "resolution", "code"),
    [
        (DisputeState.OPENED, "x", "dispute-not-closing"),
        (DisputeState.IN_REVIEW, "x", "dispute-not-closing"),
        (DisputeState.ACCEPTED, "", "dispute-no-resolution"),
        (DisputeState.REJECTED, "   ", "dispute-no-resolution"),
    ],
)
def test_a_dispute_is_not_closed_without_an_answer(
    state: DisputeState, resolution: str, code: str, debt: Receivable, today: date, now: datetime
) -> None:
    dispute_id = dispute(debt.customer, today, now)
    before = count_rows()

    with pytest.raises(agreements.UnableToDispute) as refused:
        agreements.close_dispute(
            dispute_id=dispute_id, state=state, resolution=resolution, actor=COLLECTOR, at=now
        )

    assert refused.value.code == code
    assert count_rows() == before
    assert queries.open_disputes(limit=5)[0]["state"] == "OPENED"


def test_one_open_dispute_for_each_debt_and_one_for_the_whole(
    debt: Receivable, today: date, now: datetime
) -> None:
    other = make_receivable(customer=debt.customer, due=today)
    opened = [
        dispute(debt.customer, today, now),
        dispute(debt.customer, today, now, receivable_id=debt.pk),
        dispute(debt.customer, today, now, receivable_id=other.pk),
    ]
    before = count_rows()

    for receivable_id in (None, debt.pk, other.pk):
        with pytest.raises(agreements.UnableToDispute) as refused:
            dispute(debt.customer, today, now, receivable_id=receivable_id)
        assert refused.value.code == "dispute-already-open"

    assert count_rows() == before
    agreements.close_dispute(
        dispute_id=opened[0], state=DisputeState.WITHDRAWN, resolution="", actor=COLLECTOR, at=now
    )
    assert dispute(debt.customer, today, now) not in opened


def test_the_database_itself_allows_one_open_dispute(debt: Receivable, today: date, now: datetime) -> None:
    dispute(debt.customer, today, now)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into agreements_dispute (customer_id, reason, channel, opened_at, answer_due_date) "
            "values (%s, 'OTHER', 'CALL', now(), now())",
            [debt.customer.pk],
        )


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (Decimal("1000.01"), "dispute-more-than-owed"),
        (Decimal("0.00"), "dispute-not-positive"),
        (Decimal("1.001"), "dispute-not-cents"),
    ],
)
@pytest.mark.parametrize("names_document", [True, False])
def test_a_disputed_amount_is_part_of_the_debt(
    amount: Decimal, code: str, names_document: bool, debt: Receivable, today: date, now: datetime
) -> None:
    before = count_rows()

    with pytest.raises(agreements.UnableToDispute) as refused:
        dispute(debt.customer, today, now, receivable_id=debt.pk if names_document else None, amount=amount)

    assert refused.value.code == code
    assert count_rows() == before


def test_an_amount_of_several_currencies_names_its_document(
    debt: Receivable, today: date, now: datetime
) -> None:
    make_receivable(customer=debt.customer, due=today, currency="USD")

    with pytest.raises(agreements.UnableToDispute) as refused:
        dispute(debt.customer, today, now, amount=Decimal("1.00"))

    assert refused.value.code == "dispute-needs-document"
    assert dispute(debt.customer, today, now, receivable_id=debt.pk, amount=Decimal("1.00"))


def test_a_debt_of_somebody_else_is_neither_disputed_nor_paused(
    debt: Receivable, today: date, now: datetime
) -> None:
    other = make_customer()
    before = count_rows()

    for customer_id, receivable_id in ((other.pk, debt.pk), (10**9, None), (other.pk, 10**9)):
        with pytest.raises(NotFound):
            dispute(Customer(pk=customer_id), today, now, receivable_id=receivable_id)
        with pytest.raises(NotFound):
            hold(Customer(pk=customer_id), today, today, now, receivable_id=receivable_id)

    assert count_rows() == before


def test_what_does_not_exist_is_not_found(now: datetime) -> None:
    before = count_rows()

    with pytest.raises(NotFound):
        agreements.review_dispute(dispute_id=10**9, owner_id=1, actor=COLLECTOR, at=now)
    with pytest.raises(NotFound):
        agreements.close_dispute(
            dispute_id=10**9, state=DisputeState.ACCEPTED, resolution="x", actor=COLLECTOR, at=now
        )
    with pytest.raises(NotFound):
        agreements.lift_hold(hold_id=10**9, actor=COLLECTOR, at=now)

    assert count_rows() == before


def test_taking_a_dispute_twice_writes_once(
    debt: Receivable, cast: dict[str, User], today: date, now: datetime
) -> None:
    dispute_id = dispute(debt.customer, today, now)
    owner_id = cast["collector"].pk
    agreements.review_dispute(dispute_id=dispute_id, owner_id=owner_id, actor=COLLECTOR, at=now)
    before = count_rows()

    agreements.review_dispute(dispute_id=dispute_id, owner_id=owner_id, actor=COLLECTOR, at=now)

    assert count_rows() == before


def test_only_somebody_who_works_here_takes_a_dispute(debt: Receivable, today: date, now: datetime) -> None:
    dispute_id = dispute(debt.customer, today, now)
    before = count_rows()

    with pytest.raises(NotFound):
        agreements.review_dispute(dispute_id=dispute_id, owner_id=10**9, actor=COLLECTOR, at=now)

    assert count_rows() == before
    assert queries.open_disputes(limit=5)[0]["state"] == "OPENED"


def test_disputes_that_wait_are_listed_by_their_deadline(
    debt: Receivable, today: date, now: datetime
) -> None:
    later = make_customer()
    make_receivable(customer=later, due=today)
    second = dispute(later, today + timedelta(days=5), now)
    first = dispute(debt.customer, today, now)

    found = queries.open_disputes(limit=10)

    assert [(one["id"], one["name"]) for one in found] == [(first, debt.customer.name), (second, later.name)]
    assert len(queries.open_disputes(limit=10, offset=1)) == 1


@pytest.mark.feature("X-04")
def test_a_hold_has_reason_and_end_on_a_debt_or_a_customer(
    debt: Receivable, today: date, now: datetime
) -> None:
    end = today + timedelta(days=7)
    on_debt = hold(debt.customer, today, end, now, receivable_id=debt.pk, reason=HoldReason.LEGAL)
    on_all = hold(debt.customer, today, today, now)

    found = queries.holds_of(customer_id=debt.customer.pk, today=today)

    assert [(one["id"], one["reason"], one["until_date"], one["is_active"]) for one in found] == [
        (on_debt, "LEGAL", end, True),
        (on_all, "REQUESTED", today, True),
    ]
    assert (found[0]["document_number"], found[0]["actor_label"]) == (debt.document_number, "Gestora")
    pauses = queries.active_holds(customer_ids=[debt.customer.pk], today=today)[debt.customer.pk]
    assert [(one.receivable_id, one.until_date, one.hold_ids) for one in pauses] == [
        (None, today, (on_all,)),
        (debt.pk, end, (on_debt,)),
    ]
    tomorrow = today + timedelta(days=1)
    pauses = queries.active_holds(customer_ids=[debt.customer.pk], today=tomorrow)[debt.customer.pk]
    assert [one.receivable_id for one in pauses] == [debt.pk]


@pytest.mark.feature("X-04")
@pytest.mark.parametrize(
    ("_case", "spans", "until"),
    [
        ("the new contains the old", [(0, 2), (-5, 9)], 9),
        ("the old contains the new", [(-5, 9), (0, 2)], 9),
        ("same start, another end", [(0, 2), (0, 6)], 6),
        ("same end, another start", [(0, 6), (-3, 6)], 6),
        ("overlap", [(-2, 3), (2, 9)], 9),
        ("one day in common", [(-2, 3), (3, 9)], 9),
        ("touching", [(-2, 3), (4, 9)], 9),
        ("apart", [(-2, 3), (5, 9)], 3),
        ("past and present", [(-9, -2), (-1, 3)], 3),
    ],
)
def test_holds_overlap_in_every_way(
    _case: str, spans: list[tuple[int, int]], until: int, debt: Receivable, today: date, now: datetime
) -> None:
    for start, end in spans:
        hold(debt.customer, today + timedelta(days=start), today + timedelta(days=end), now)

    (pause,) = queries.active_holds(customer_ids=[debt.customer.pk], today=today)[debt.customer.pk]

    assert (pause.until_date - today).days == until


def test_lifting_one_hold_leaves_the_others(debt: Receivable, today: date, now: datetime) -> None:
    short = hold(debt.customer, today, today + timedelta(days=2), now)
    long = hold(debt.customer, today, today + timedelta(days=9), now)

    agreements.lift_hold(hold_id=long, actor=COLLECTOR, at=now)

    (pause,) = queries.active_holds(customer_ids=[debt.customer.pk], today=today)[debt.customer.pk]
    assert (pause.until_date, pause.hold_ids) == (today + timedelta(days=2), (short,))
    before = count_rows()
    agreements.lift_hold(hold_id=long, actor=COLLECTOR, at=now + timedelta(days=1))
    assert count_rows() == before
    agreements.lift_hold(hold_id=short, actor=COLLECTOR, at=now)
    assert queries.active_holds(customer_ids=[debt.customer.pk], today=today) == {}
    told = Event.objects.filter(subject_type="hold").order_by("id")
    assert [one.action for one in told] == ["hold-placed", "hold-placed", "hold-lifted", "hold-lifted"]


def test_a_hold_that_ends_before_it_starts_is_refused(debt: Receivable, today: date, now: datetime) -> None:
    before = count_rows()

    with pytest.raises(agreements.UnableToHold) as refused:
        hold(debt.customer, today, today - timedelta(days=1), now)

    assert refused.value.code == "hold-ends-before-it-starts"
    assert count_rows() == before


@pytest.mark.parametrize("count", [1, 200])
def test_pauses_of_many_customers_take_one_statement(
    count: int, today: date, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customers = [make_customer(email=None) for _number in range(count)]
    for customer in customers:
        hold(customer, today, today, now)

    with django_assert_num_queries(1):
        found = queries.active_holds(customer_ids=[one.pk for one in customers], today=today)

    assert len(found) == count

"""Two customers are found to be one person: everything of one is the other's, and it can be undone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from puntual.agreements import operations as agreements
from puntual.agreements.models import Dispute, Promise
from puntual.agreements.types import DisputeReason, HoldReason
from puntual.audit.models import Event
from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts.models import Attempt, Consent
from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    ConsentDecision,
    Direction,
    NewAttempt,
    Purpose,
    ResponseKind,
)
from puntual.duplicates import operations as duplicates
from puntual.duplicates import queries as duplicate_rows
from puntual.duplicates.models import Merge, Proposal
from puntual.flows import daily_run, dispatch, erasure, intake, merging, money_in
from puntual.insights import queries as insights
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message, PortalLink
from puntual.outreach.providers.fake import FakeTransport
from puntual.payments import operations as payments
from puntual.payments.models import Payment
from puntual.payments.types import NewPayment, PaymentMethod
from puntual.plans.models import Action
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer, Receivable
from tests.committed import together
from tests.factories import make_customer, make_point, make_receivable
from tests.outreach_factories import make_message, prepare

ANA = Actor(kind=ActorKind.STAFF, id=1, label="Ana")
LUIS = Actor(kind=ActorKind.STAFF, id=2, label="Luis")

# Tables that point to a customer and keep pointing to the one that went, each with its reason.
STAYS = {
    "assessment.CustomerState": "the picture of the newest run; the next one writes it anew",
    "compliance.Verdict": "append-only: the law judged the customer as it was known",
    "insights.Finding": "what is wrong with stored data: the next check writes it anew",
    "portfolio.Customer": "with whom a customer is united: it is the union itself",
    "duplicates.Proposal": "the pair as it was found",
    "duplicates.Merge": "the union itself",
}
# Tables of the record, what only grows, and what is looked at anew: what is wrong with the data.
NOT_COMPARED = ("duplicates_", "audit_", "django_", "procrastinate_", "insights_")


def snapshot() -> dict[str, list[str]]:
    """Read every row of every table of the company as text."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.tables"
            " where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1"
        )
        for (table,) in cursor.fetchall():
            if not table.startswith(NOT_COMPARED):
                cursor.execute(f'select t::text from "{table}" t order by 1')
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, Any]:
    """Name the tables in which something differs, with what differs."""
    return {
        table: (sorted(set(before[table]) ^ set(after[table])))
        for table in before
        if before[table] != after[table]
    }


def propose(first: Customer, second: Customer) -> int:
    """Find the pair and return the proposal that waits."""
    merging.find_duplicates(at=first.created_at, is_forced=True)
    return Proposal.objects.get(
        low_customer_id=min(first.pk, second.pk), high_customer_id=max(first.pk, second.pk)
    ).pk


def unite(source: Customer, target: Customer, today: date, now: datetime) -> int:
    """Unite two customers whose tax id is the same."""
    return merging.confirm(
        proposal_id=propose(source, target), survivor_id=target.pk, actor=ANA, today=today, at=now
    )


def pay(customer: Customer, amount: str, today: date, now: datetime, **fields: Any) -> int:
    """Record money of a customer."""
    return money_in.receive_payment(
        payment=NewPayment(
            key=fields.pop("key", f"pago:{customer.pk}:{amount}"),
            customer_id=customer.pk,
            amount=Decimal(amount),
            currency="MXN",
            value_date=today,
            method=PaymentMethod.TRANSFER,
        ),
        actor=ANA,
        at=now,
        today=today,
    )


def live(customer: Customer, acts: set[str], today: date, now: datetime) -> None:
    """Let some things happen to a customer."""
    items = portfolio.open_items(customer_id=customer.pk)
    whole: dict[str, Any] = {"customer_id": customer.pk, "actor": ANA, "at": now}
    lives: dict[str, Callable[[], Any]] = {
        "pay": lambda: pay(customer, "250.00", today, now),
        "report": lambda: payments.report_payment(
            key=f"aviso:{customer.pk}",
            customer_id=customer.pk,
            amount=Decimal(10),
            currency="MXN",
            paid_on=today,
            reference="R",
            note="",
            at=now,
        ),
        "promise": lambda: agreements.make_promise(
            key=f"promesa:{customer.pk}",
            amount=Decimal(100),
            currency="MXN",
            due_date=today + timedelta(days=3),
            channel=Channel.CALL,
            note="",
            today=today,
            **whole,
        ),
        "dispute": lambda: agreements.open_dispute(
            receivable_id=items[0].id,
            reason=DisputeReason.QUALITY,
            note="",
            amount=None,
            channel=Channel.CALL,
            today=today,
            country="MX",
            **whole,
        ),
        "whole-dispute": lambda: agreements.open_dispute(
            receivable_id=None,
            reason=DisputeReason.NOT_MINE,
            note="",
            amount=None,
            channel=Channel.CALL,
            today=today,
            country="MX",
            **whole,
        ),
        "hold": lambda: agreements.place_hold(
            receivable_id=None,
            reason=HoldReason.HARDSHIP,
            note="",
            from_date=today,
            until_date=today,
            **whole,
        ),
        "stop": lambda: contacts.set_consent(
            channel=Channel.EMAIL, decision=ConsentDecision.OPTED_OUT, source="portal", note="", **whole
        ),
        "grant": lambda: contacts.set_consent(
            channel=Channel.EMAIL,
            decision=ConsentDecision.GRANTED,
            source="staff",
            note="",
            **(whole | {"at": now - timedelta(days=customer.pk % 3)}),
        ),
        "preference": lambda: contacts.set_preference(
            customer_id=customer.pk, channel=Channel.EMAIL, at=now - timedelta(days=1)
        ),
        "call": lambda: contacts.record_attempts(
            attempts=[
                NewAttempt(
                    f"llamada:{customer.pk}",
                    customer.pk,
                    None,
                    Channel.CALL,
                    Direction.OUTBOUND,
                    Purpose.COLLECTION,
                    AttemptOutcome.NO_ANSWER,
                    now - timedelta(days=1),
                )
            ]
        ),
        "reply": lambda: contacts.record_response(
            key=f"respuesta:{customer.pk}",
            customer_id=customer.pk,
            kind=ResponseKind.REPLIED,
            channel=Channel.EMAIL,
            at=now,
        ),
        "link": lambda: outreach.make_portal_link(customer_id=customer.pk, at=now),
        "message": lambda: make_message(customer=customer),
        "shared-point": lambda: make_point(customer=customer, value="los.dos@correo.example"),
        "run": lambda: daily_run.run_day(today=today, at=now),
    }
    for name, act in lives.items():
        if name in acts:
            act()


ACTS = ("pay", "report", "promise", "dispute", "whole-dispute", "hold", "stop", "grant", "preference", "call",
        "reply", "link", "message", "shared-point", "run")  # fmt: skip
ONE_SIDED = ("promise", "whole-dispute")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    of_source=st.sets(st.sampled_from(ACTS)),
    of_target=st.sets(st.sampled_from([act for act in ACTS if act not in ONE_SIDED])),
)
@pytest.mark.usefixtures("company")
def test_a_union_that_is_undone_leaves_every_row_as_it_was(
    today: date, now: datetime, of_source: set[str], of_target: set[str]
) -> None:
    # One example after another: what one wrote must not be found by the next.
    before = transaction.savepoint()
    try:
        unite_and_undo(of_source=of_source, of_target=of_target, today=today, now=now)
    finally:
        transaction.savepoint_rollback(before)


def unite_and_undo(*, of_source: set[str], of_target: set[str], today: date, now: datetime) -> None:
    """Let two customers live, unite them, undo it, and find every row as it was."""
    prepare()
    source, target = make_customer(), make_customer()
    for customer, acts in ((source, of_source), (target, of_target)):
        make_receivable(customer=customer, due=today - timedelta(days=4), amount="1000.00")
        make_receivable(customer=customer, due=today - timedelta(days=40), amount="300.00")
        live(customer, acts, today, now)
    before = snapshot()
    owed = sum(
        item.open_amount for one in (source, target) for item in portfolio.open_items(customer_id=one.pk)
    )

    merge_id = unite(source, target, today, now)

    assert portfolio.open_items(customer_id=source.pk) == []
    assert sum(item.open_amount for item in portfolio.open_items(customer_id=target.pk)) == owed
    assert portfolio.ledger_mismatches() == []
    merging.undo(merge_id=merge_id, actor=LUIS, today=today, at=now + timedelta(hours=1))
    assert differences(before, snapshot()) == {}


@pytest.mark.usefixtures("company")
def test_every_table_that_points_to_a_customer_moves_or_says_why_not(today: date, now: datetime) -> None:
    source, target = make_customer(), make_customer()
    moved = merging._move(source_id=source.pk, target_id=target.pk, at=now)

    pointing = {
        model._meta.label: model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and getattr(field, "concrete", False) and field.related_model is Customer
    }
    forgotten = {label for label, table in pointing.items() if table not in moved and label not in STAYS}

    assert forgotten == set()
    assert set(STAYS) <= set(pointing)


@pytest.mark.usefixtures("company")
def test_every_row_of_a_full_life_moves(today: date, now: datetime) -> None:
    prepare()
    source, target = make_customer(), make_customer()
    make_receivable(customer=source, due=today - timedelta(days=4))
    live(source, set(ACTS) - {"grant", "whole-dispute"}, today, now)

    unite(source, target, today, now)

    left = {
        model._meta.label: model._default_manager.filter(**{field.name: source.pk}).count()
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and getattr(field, "concrete", False)
        and field.related_model is Customer
        and model._meta.label not in STAYS
    }
    assert {label: count for label, count in left.items() if count} == {}


@pytest.mark.usefixtures("company")
def test_one_person_gets_one_message_after_the_union(today: date, now: datetime) -> None:
    prepare()
    source, target = make_customer(), make_customer(email="otro@correo.example")
    for customer in (source, target):
        make_receivable(customer=customer, due=today - timedelta(days=4))
    unite(source, target, today, now)

    daily_run.run_day(today=today, at=now)
    summary = dispatch.dispatch_due(at=now, limit=100, worker="w1", transport=FakeTransport())

    assert summary.sent == 1
    assert list(Message.objects.values_list("customer_id", "state")) == [(target.pk, "SENT")]
    assert Attempt.objects.get().customer_id == target.pk


@pytest.mark.usefixtures("company")
def test_contacts_of_both_count_toward_one_limit(today: date, now: datetime) -> None:
    prepare()
    source, target = make_customer(), make_customer()
    for customer in (source, target):
        make_receivable(customer=customer, due=today - timedelta(days=4))
    live(source, {"stop"}, today, now)
    unite(source, target, today, now)

    daily_run.run_day(today=today, at=now)
    summary = dispatch.dispatch_due(at=now, limit=100, worker="w1", transport=FakeTransport())

    assert summary.sent == 0
    assert Consent.objects.get(customer=target, is_current=True).decision == "OPTED_OUT"


@pytest.mark.usefixtures("company")
def test_what_waited_is_called_off_and_only_waits_again_on_its_day(today: date, now: datetime) -> None:
    prepare()
    source, target = make_customer(), make_customer()
    make_receivable(customer=source, due=today - timedelta(days=4))
    message = make_message(customer=source)
    merge_id = unite(source, target, today, now)
    message.refresh_from_db()
    assert (message.state, message.reason, message.customer_id) == ("CANCELLED", "customer-merged", target.pk)

    tomorrow = today + timedelta(days=1)
    merging.undo(merge_id=merge_id, actor=LUIS, today=tomorrow, at=now + timedelta(days=1))

    message.refresh_from_db()
    assert (message.state, message.customer_id) == ("CANCELLED", source.pk)
    assert Action.objects.get().state == "CANCELLED"


@pytest.mark.usefixtures("company")
def test_a_message_that_is_leaving_puts_the_union_off(today: date, now: datetime) -> None:
    prepare()
    source, target = make_customer(), make_customer()
    make_receivable(customer=source, due=today - timedelta(days=4))
    message = make_message(customer=source)
    Message.objects.filter(pk=message.pk).update(state="SENDING", claimed_at=now, claimed_by="w1")
    proposal_id = propose(source, target)
    before = snapshot()

    with pytest.raises(outreach.MessageLeaving):
        merging.confirm(proposal_id=proposal_id, survivor_id=target.pk, actor=ANA, today=today, at=now)

    assert differences(before, snapshot()) == {}
    assert Proposal.objects.get(pk=proposal_id).state == "PENDING"


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("act", "words"), [("promise", "promesa vigente en MXN"), ("whole-dispute", "aclaración")]
)
def test_what_cannot_be_twice_is_settled_first(act: str, words: str, today: date, now: datetime) -> None:
    source, target = make_customer(), make_customer()
    for customer in (source, target):
        make_receivable(customer=customer, due=today)
        live(customer, {act}, today, now)
    proposal_id = propose(source, target)
    before = snapshot()

    with pytest.raises(merging.UnableToMerge, match=words):
        merging.confirm(proposal_id=proposal_id, survivor_id=target.pk, actor=ANA, today=today, at=now)

    assert differences(before, snapshot()) == {}
    assert Merge.objects.count() == 0


@pytest.mark.usefixtures("company")
def test_what_came_later_stays_with_the_survivor_and_nothing_is_lost(today: date, now: datetime) -> None:
    source, target = make_customer(), make_customer()
    old = make_receivable(customer=source, due=today - timedelta(days=30), amount="1000.00")
    make_receivable(customer=target, due=today, amount="1000.00")
    merge_id = unite(source, target, today, now)
    later = now + timedelta(days=2)
    # Pays the oldest document, which came from the other.
    payment_id = pay(target, "400.00", today + timedelta(days=2), later)
    new = make_receivable(customer=target, due=today + timedelta(days=9), amount="70.00", at=later)
    dispute_id = agreements.open_dispute(
        customer_id=target.pk, receivable_id=old.pk, reason=DisputeReason.QUALITY, note="", amount=None,
        channel=Channel.CALL, actor=ANA, today=today, at=later, country="MX",
    )  # fmt: skip
    live(target, {"stop"}, today, later)

    merging.undo(merge_id=merge_id, actor=LUIS, today=today + timedelta(days=3), at=now + timedelta(days=3))

    assert Payment.objects.get(pk=payment_id).customer_id == target.pk
    assert Receivable.objects.get(pk=new.pk).customer_id == target.pk
    old.refresh_from_db()
    assert (old.customer_id, old.open_amount) == (source.pk, Decimal("600.00"))
    assert Dispute.objects.get(pk=dispute_id).customer_id == source.pk
    assert portfolio.ledger_mismatches() == []
    # Nobody knows which of them asked to be left alone.
    refused = Consent.objects.filter(is_current=True, decision="OPTED_OUT").values_list(
        "customer_id", flat=True
    )
    assert sorted(refused) == [source.pk, target.pk]
    # The payment can still be taken back, though it now pays the document of another.
    money_in.reverse(payment_id=payment_id, reason="Rebotó", actor=ANA, at=later, today=today)
    old.refresh_from_db()
    assert old.open_amount == Decimal("1000.00")


@pytest.mark.usefixtures("company")
def test_a_pair_that_was_told_apart_is_not_proposed_again(today: date, now: datetime) -> None:
    first, second = make_customer(), make_customer()
    proposal_id = propose(first, second)
    merging.reject(proposal_id=proposal_id, note="Son padre e hijo", actor=ANA, at=now)

    counts = merging.find_duplicates(at=now, is_forced=True)

    assert counts is not None
    assert counts.proposals == 0
    kept = Proposal.objects.get()
    assert (kept.state, kept.decided_by, kept.note) == ("REJECTED", "Ana", "Son padre e hijo")
    assert set(Event.objects.filter(action="duplicate-rejected").values_list("customer_id", flat=True)) == {
        first.pk,
        second.pk,
    }


@pytest.mark.usefixtures("company")
def test_a_union_that_was_undone_is_not_proposed_again(today: date, now: datetime) -> None:
    source, target = make_customer(), make_customer()
    merging.undo(merge_id=unite(source, target, today, now), actor=LUIS, today=today, at=now)

    counts = merging.find_duplicates(at=now, is_forced=True)

    assert counts is not None
    assert counts.proposals == 0
    assert Proposal.objects.get().state == "REJECTED"
    with pytest.raises(duplicates.AlreadyDecided):
        merging.undo(merge_id=Merge.objects.get().pk, actor=LUIS, today=today, at=now)


@pytest.mark.usefixtures("company")
def test_three_are_united_one_after_the_other_and_undone_backwards(today: date, now: datetime) -> None:
    first, second, third = make_customer(), make_customer(), make_customer()
    for customer in (first, second, third):
        make_receivable(customer=customer, due=today, amount="100.00")
    merging.find_duplicates(at=now, is_forced=True)
    # Three of one tax id are two proposals.
    one, other = Proposal.objects.order_by("id")
    before = snapshot()
    inner = merging.confirm(proposal_id=one.pk, survivor_id=second.pk, actor=ANA, today=today, at=now)
    (waiting,) = duplicate_rows.pending(strength=None, limit=10, skip=0)
    assert {waiting["low_id"], waiting["high_id"]} == {second.pk, third.pk}
    outer = merging.confirm(proposal_id=other.pk, survivor_id=third.pk, actor=ANA, today=today, at=now)
    assert len(portfolio.open_items(customer_id=third.pk)) == 3
    assert portfolio.customer_id_of(external_id=first.external_id) == third.pk

    with pytest.raises(merging.UnableToUndo):
        merging.undo(merge_id=inner, actor=LUIS, today=today, at=now)
    merging.undo(merge_id=outer, actor=LUIS, today=today, at=now)
    assert portfolio.customer_id_of(external_id=first.external_id) == second.pk
    merging.undo(merge_id=inner, actor=LUIS, today=today, at=now)

    assert differences(before, snapshot()) == {}


@pytest.mark.usefixtures("company")
def test_both_numbers_find_the_survivor(today: date, now: datetime) -> None:
    source = make_customer(name="Muebles Zavala SA", external_id="OLD-77")
    target = make_customer(name="Muebles Zavala", external_id="NEW-1")
    make_receivable(customer=source, due=today)
    unite(source, target, today, now)

    listed = insights.customer_list(
        search="OLD-77", stage=None, segment=None, tag=None, overdue_only=False, owing_only=False,
        sort="name", currency="MXN", today=today, limit=10, skip=0,
    )  # fmt: skip

    assert [row["id"] for row in listed.rows] == [target.pk]
    assert [hit["customer_id"] for hit in insights.find(search="OLD-77", limit=5)] == [target.pk]
    assert [row["id"] for row in portfolio.customer_page(search="OLD-77", after=0, limit=5)] == [target.pk]
    assert portfolio.customer_id_of(external_id="OLD-77") == target.pk
    reference = portfolio.payment_reference(customer_id=source.pk)
    assert portfolio.customer_id_of_reference(reference=reference) == target.pk


HEADERS = "Cliente,Nombre,RFC,Factura,Fecha factura,Vencimiento,Importe"


def load(*lines: str, today: date, now: datetime, name: str = "cartera.csv") -> Any:
    """Bring a portfolio file in."""
    content = "\n".join([HEADERS, *lines, ""]).encode()
    import_id = intake.load_file(name=name, content=content, kind=None, actor=ANA, at=now)
    return intake.apply_import(import_id=import_id, actor=ANA, today=today, at=now)


@pytest.mark.feature("INT-07")
@pytest.mark.usefixtures("company")
def test_a_file_that_names_the_old_number_lands_on_the_survivor(today: date, now: datetime) -> None:
    lines = [
        "V-1,Muebles Zavala SA de CV,AAA010101AAA,F-1,2026-10-01,2026-11-13,1500.00",
        "N-1,MUEBLES ZAVALA,AAA010101AAA,F-1,2026-10-02,2026-11-14,900.00",
    ]
    load(*lines, today=today, now=now)
    source, target = Customer.objects.get(external_id="V-1"), Customer.objects.get(external_id="N-1")
    merge_id = unite(source, target, today, now)

    again = load(*lines, "V-1,Muebles Zavala SA de CV,AAA010101AAA,F-2,2026-10-05,2026-11-20,50.00",
                 today=today, now=now, name="otra.csv")  # fmt: skip

    assert (again.counts.rows_unchanged, again.counts.rows_accepted, again.counts.rows_rejected) == (2, 1, 0)
    items = portfolio.open_items(customer_id=target.pk)
    assert sorted(item.open_amount for item in items) == [Decimal(50), Decimal(900), Decimal(1500)]
    # Undone, the document that came under the old number goes with it, and the file fits again.
    merging.undo(merge_id=merge_id, actor=LUIS, today=today, at=now)
    third = load(*lines, "V-1,Muebles Zavala SA de CV,AAA010101AAA,F-2,2026-10-05,2026-11-20,60.00",
                 today=today, now=now, name="tercera.csv")  # fmt: skip
    assert (third.counts.rows_unchanged, third.counts.rows_accepted, third.counts.rows_rejected) == (2, 1, 0)
    assert sorted(item.open_amount for item in portfolio.open_items(customer_id=source.pk)) == [60, 1500]


@pytest.mark.usefixtures("company")
def test_what_another_hand_still_wrote_for_the_old_one_is_brought_over(today: date, now: datetime) -> None:
    prepare()
    source, target = make_customer(), make_customer()
    merge_id = unite(source, target, today, now)
    late = make_receivable(customer=source, due=today - timedelta(days=4))

    daily_run.run_day(today=today, at=now + timedelta(minutes=1))

    late.refresh_from_db()
    assert late.customer_id == target.pk
    assert Merge.objects.get(pk=merge_id).moved["portfolio_receivable"] == [late.pk]
    merging.undo(merge_id=merge_id, actor=LUIS, today=today, at=now)
    late.refresh_from_db()
    assert late.customer_id == source.pk


@pytest.mark.usefixtures("company")
def test_who_is_forgotten_is_forgotten_with_whom_they_were_united(today: date, now: datetime) -> None:
    source = make_customer(name="Ximena Zavala Quiroga")
    target = make_customer(name="X. Zavala Q.")
    unite(source, target, today, now)
    other = make_customer(name="Ximena Zavala")
    merging.reject(proposal_id=propose(target, other), note="Ximena no", actor=ANA, at=now)

    erasure.erase_customer(customer_id=target.pk, actor=SYSTEM, at=now)

    names = set(Customer.objects.filter(pk__in=[source.pk, target.pk]).values_list("name", "tax_id"))
    assert names == {("Cliente eliminado", "")}
    assert not Proposal.objects.filter(note__contains="Ximena").exists()
    # Nobody who was forgotten is compared with anybody.
    counts = merging.find_duplicates(at=now, is_forced=True)
    assert counts is not None
    assert counts.customers == 1


@pytest.mark.usefixtures("company")
def test_a_search_that_has_nothing_new_to_see_does_nothing(now: datetime) -> None:
    make_customer()
    assert merging.find_duplicates(at=now) is not None

    assert merging.find_duplicates(at=now) is None
    make_customer(at=now + timedelta(hours=1))
    assert merging.find_duplicates(at=now) is not None


def test_two_people_decide_at_once_and_one_is_told(
    committed_company: Company, today: date, now: datetime
) -> None:
    source, target = make_customer(), make_customer()
    make_receivable(customer=source, due=today)
    proposal_id = propose(source, target)

    hands = together(
        company=committed_company,
        works=[
            lambda: merging.confirm(
                proposal_id=proposal_id, survivor_id=target.pk, actor=ANA, today=today, at=now
            ),
            lambda: merging.confirm(
                proposal_id=proposal_id, survivor_id=source.pk, actor=LUIS, today=today, at=now
            ),
            lambda: merging.reject(proposal_id=proposal_id, note="", actor=LUIS, at=now),
        ],
    )

    assert sorted(type(hand.error).__name__ for hand in hands if hand.error) == ["AlreadyDecided"] * 2
    assert Merge.objects.filter(undone_at=None).count() == (
        1 if Proposal.objects.get().state == "CONFIRMED" else 0
    )
    assert Customer.objects.exclude(merged_into=None).count() == Merge.objects.count()


def test_a_union_in_the_middle_of_a_dispatch_sends_nothing_twice(
    committed_company: Company, today: date, now: datetime
) -> None:
    prepare()
    source, target = make_customer(), make_customer()
    for customer in (source, target):
        make_receivable(customer=customer, due=today - timedelta(days=4))
        make_message(customer=customer)
    proposal_id = propose(source, target)
    transport = FakeTransport()

    hands = together(
        company=committed_company,
        works=[
            lambda: merging.confirm(
                proposal_id=proposal_id, survivor_id=target.pk, actor=ANA, today=today, at=now
            ),
            lambda: dispatch.dispatch_due(at=now, limit=100, worker="w1", transport=transport),
        ],
    )

    errors = [hand.error for hand in hands if hand.error is not None]
    assert all(isinstance(error, outreach.MessageLeaving) for error in errors)
    sent = Message.objects.filter(state="SENT").count()
    assert sent == len(transport.taken)
    # Whatever came first, every message has one end and every sent one is one contact.
    assert not Message.objects.filter(state__in=["CLAIMED", "SENDING"]).exists()
    dispatch.report_outcomes(at=now)
    assert Attempt.objects.count() == sent
    if not errors:
        # A link that was just being made for the customer that went follows.
        merging.gather_late_rows(at=now)
        assert not Message.objects.filter(customer=source).exists()
        assert PortalLink.objects.filter(customer=source).count() == 0


@pytest.mark.usefixtures("company")
def test_a_promise_goes_with_its_debt_and_is_kept_by_the_money_of_the_survivor(
    today: date, now: datetime
) -> None:
    source, target = make_customer(), make_customer()
    make_receivable(customer=source, due=today - timedelta(days=4), amount="1000.00")
    live(source, {"promise"}, today, now)
    unite(source, target, today, now)

    pay(target, "100.00", today, now + timedelta(hours=1))

    assert Promise.objects.values_list("customer_id", "state").get() == (target.pk, "KEPT")

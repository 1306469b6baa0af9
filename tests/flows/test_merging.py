"""Two customers are found to be one person: everything of one is the other's, and it can be undone."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from puntual.agreements import operations as agreements
from puntual.agreements.models import Dispute
from puntual.agreements.types import DisputeReason
from puntual.contacts.models import Attempt, Consent
from puntual.contacts.types import (
    Channel,
)
from puntual.duplicates.models import Merge, Proposal
from puntual.flows import daily_run, dispatch, merging, money_in, placing
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from puntual.payments.models import Payment
from puntual.plans import queries as planned
from puntual.plans.models import Action, Campaign, CampaignDecision
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer, Receivable
from tests.factories import make_customer, make_receivable
from tests.flows.uniting import ANA, LUIS, differences, live, pay, propose, snapshot, unite
from tests.outreach_factories import make_action, make_message, prepare

# Tables that point to a customer and keep pointing to the one that went, each with its reason.
STAYS = {
    "assessment.CustomerState": "the picture of the newest run; the next one writes it anew",
    "compliance.Verdict": "append-only: the law judged the customer as it was known",
    "compliance.Review": "released or refused as the customer was known; it ends with its day",
    "insights.Finding": "what is wrong with stored data: the next check writes it anew",
    "contacts.Circumstance": "told of the person as they were known; facts look at all who are one",
    "contacts.Wish": "what that person asked for; facts look at all who are one",
    "contacts.ExclusionMatch": "whom a list was about when that was counted; it is counted anew each night",
    "portfolio.Customer": "with whom a customer is united: it is the union itself",
    "duplicates.Proposal": "the pair as it was found",
    "duplicates.Merge": "the union itself",
}
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
    # What was written below the flows has placed nobody yet.
    placing.place(customer_ids=[source.pk, target.pk], at=now)
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
def test_what_waited_for_approval_waits_for_it_again(today: date, now: datetime) -> None:
    prepare()
    source, target = make_customer(), make_customer()
    make_receivable(customer=source, due=today - timedelta(days=4))
    action_id = make_action(customer=source).pk
    Action.objects.filter(pk=action_id).update(state="PROPOSED")
    merge_id = unite(source, target, today, now)
    assert Action.objects.get(pk=action_id).closed_reason == "customer-merged"

    merging.undo(merge_id=merge_id, actor=LUIS, today=today, at=now + timedelta(hours=1))

    back = Action.objects.get(pk=action_id)
    assert (back.customer_id, back.state, back.closed_reason, back.closed_at) == (
        *(source.pk, "PROPOSED", ""),
        None,
    )


@pytest.mark.usefixtures("company")
def test_what_campaigns_meant_follows_the_customer_and_comes_back(today: date, now: datetime) -> None:
    prepare()
    source, target = make_customer(), make_customer()
    own, shared = (
        Campaign.objects.create(
            key=name,
            name=name,
            channel="EMAIL",
            purpose="COLLECTION",
            not_before=now,
            state="LAUNCHED",
            customers=1,
            author_id=1,
            author_label="Ana",
            needs_approval=False,
        )
        for name in ("propia", "de los dos")
    )
    for campaign, customer in ((own, source), (shared, source), (shared, target)):
        CampaignDecision.objects.create(campaign=campaign, customer_id=customer.pk, outcome="ACT", reasons=[])
    before = snapshot()

    merge_id = unite(source, target, today, now)

    said = [one["id"] for one in planned.campaigns_of_customer(customer_id=target.pk, limit=9)]
    assert sorted(said) == [own.pk, shared.pk]
    merging.undo(merge_id=merge_id, actor=LUIS, today=today, at=now + timedelta(hours=1))
    assert differences(before, snapshot()) == {}


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

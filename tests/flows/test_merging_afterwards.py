"""After a union: other files, other searches, other hands at once, and forgetting."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from puntual.agreements.models import Promise
from puntual.audit.models import Event
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts.models import Attempt
from puntual.duplicates import operations as duplicates
from puntual.duplicates import queries as duplicate_rows
from puntual.duplicates.models import Merge, Proposal
from puntual.flows import daily_run, dispatch, erasure, intake, merging, outcomes
from puntual.insights import queries as insights
from puntual.intake.models import Movement
from puntual.intake.types import ImportCounts
from puntual.outreach import operations as outreach
from puntual.outreach.models import Message, PortalLink
from puntual.outreach.providers.fake import FakeTransport
from puntual.payments import queries as payment_rows
from puntual.payments.models import Payment
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer, LedgerEntry, Receivable
from tests.committed import together
from tests.factories import make_customer, make_receivable
from tests.flows.uniting import ANA, LUIS, differences, live, load, pay, propose, snapshot, unite
from tests.outreach_factories import make_message, prepare


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
        search="OLD-77", country="MX", stage=None, segment=None, tag=None, overdue_only=False, owing_only=False,
        sort="name", currencies=["MXN"], today=today, limit=10, skip=0,
    )  # fmt: skip

    assert [row["id"] for row in listed.rows] == [target.pk]
    assert [hit["customer_id"] for hit in insights.find(search="OLD-77", country="MX", limit=5)] == [
        target.pk
    ]
    assert [row["id"] for row in portfolio.customer_page(search="OLD-77", after=0, limit=5)] == [target.pk]
    assert portfolio.customer_id_of(external_id="OLD-77") == target.pk
    reference = portfolio.payment_reference(customer_id=source.pk)
    assert portfolio.customer_id_of_reference(reference=reference) == target.pk


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


@pytest.mark.feature("PAY-01")
@pytest.mark.usefixtures("company")
def test_money_that_a_file_brought_under_the_old_number_goes_back_with_it(today: date, now: datetime) -> None:
    lines = [
        "V-1,Muebles Zavala SA de CV,AAA010101AAA,F-1,2026-10-01,2026-11-14,1500.00",
        "N-1,MUEBLES ZAVALA,AAA010101AAA,F-2,2026-10-02,2026-11-13,900.00",
        "N-1,MUEBLES ZAVALA,AAA010101AAA,F-3,2026-10-02,2026-12-13,100.00",
    ]
    load(*lines, today=today, now=now)
    source, target = Customer.objects.get(external_id="V-1"), Customer.objects.get(external_id="N-1")

    def load_payments(name: str) -> ImportCounts:
        content = (
            b"Cliente,Folio,Fecha de pago,Importe pagado,Referencia\n"
            b"V-1,,2026-11-10,1200.00,R-1\n"
            b"N-1,F-3,2026-11-11,50.00,R-2\n"
            b",F-1,2026-11-12,10.00,R-3\n"
            b"N-1,,2026-11-12,20.00,R-4\n"
        )
        import_id = intake.load_file(name=name, content=content, kind=None, actor=ANA, at=now)
        return intake.apply_import(import_id=import_id, actor=ANA, today=today, at=now)

    merge_id = unite(source, target, today, now)
    assert load_payments("p.csv").counts.rows_accepted == 4
    # What names no document went to the oldest of both.
    assert Receivable.objects.get(document_number="F-2").open_amount == 0
    entries = LedgerEntry.objects.count()

    merging.undo(merge_id=merge_id, actor=LUIS, today=today, at=now)

    assert set(Payment.objects.values_list("reference", "customer_id", "unapplied_amount")) == {
        ("R-1", source.pk, 0),
        ("R-2", target.pk, 0),
        ("R-3", source.pk, 0),
        ("R-4", target.pk, 0),
    }
    # Its own debt took all of it: 1500 - 1200 - 10; the other owes again what that money had paid, save its own.
    assert dict(Receivable.objects.values_list("document_number", "open_amount")) == {
        "F-1": Decimal(290),
        "F-2": Decimal(880),
        "F-3": Decimal(50),
    }
    assert LedgerEntry.objects.count() > entries
    assert (portfolio.ledger_mismatches(), payment_rows.payment_mismatches()) == ([], [])
    assert set(Movement.objects.values_list("reference", "customer_id")) == {
        ("R-1", source.pk),
        ("R-2", target.pk),
        ("R-3", source.pk),
        ("R-4", target.pk),
    }
    again = load_payments("otra.csv")
    assert (again.counts.rows_unchanged, Payment.objects.count()) == (4, 4)
    # United and parted once more nothing is doubled.
    other = merging.unite(
        customer_id=source.pk, other_id=target.pk, survivor_id=target.pk, actor=ANA, today=today, at=now
    )
    merging.undo(merge_id=other, actor=LUIS, today=today, at=now)
    assert Receivable.objects.get(document_number="F-1").open_amount == Decimal(290)
    assert (portfolio.ledger_mismatches(), payment_rows.payment_mismatches()) == ([], [])


@pytest.mark.feature("PAY-01")
@pytest.mark.usefixtures("company")
def test_a_credit_note_that_a_file_brought_under_the_old_number_lowers_debts_of_its_own(
    today: date, now: datetime
) -> None:
    lines = [
        "V-1,Muebles Zavala SA de CV,AAA010101AAA,F-1,2026-10-01,2026-11-14,1500.00",
        "N-1,MUEBLES ZAVALA,AAA010101AAA,F-2,2026-10-02,2026-11-13,900.00",
    ]
    load(*lines, today=today, now=now)
    source, target = Customer.objects.get(external_id="V-1"), Customer.objects.get(external_id="N-1")
    merge_id = unite(source, target, today, now)
    notes = (
        b"Num Cliente,Nota de cr\xc3\xa9dito,Factura,Fecha,Importe\n"
        b"V-1,NC-1,,2026-11-15,1000.00\nN-1,NC-2,,2026-11-16,200.00\nV-1,NC-3,F-2,2026-11-16,30.00\n"
    )

    def load_notes(name: str) -> ImportCounts:
        import_id = intake.load_file(name=name, content=notes, kind=None, actor=ANA, at=now)
        return intake.apply_import(import_id=import_id, actor=ANA, today=today, at=now)

    assert load_notes("notas.csv").counts.rows_accepted == 3
    owed = dict(Receivable.objects.values_list("document_number", "open_amount"))
    assert owed == {"F-1": Decimal(1170), "F-2": Decimal(0)}

    merging.undo(merge_id=merge_id, actor=LUIS, today=today, at=now)

    # Each lowers debts of whom it names: 1500 - 1000 - 30, as nothing was left of F-2 then, and 900 - 200.
    owed = dict(Receivable.objects.values_list("document_number", "open_amount"))
    assert owed == {"F-1": Decimal(470), "F-2": Decimal(700)}
    assert (portfolio.ledger_mismatches(), payment_rows.payment_mismatches()) == ([], [])
    assert not Movement.objects.filter(state="WAITING").exists()
    assert load_notes("notas otra vez.csv").counts.rows_unchanged == 3


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
    outcomes.report_outcomes(at=now)
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

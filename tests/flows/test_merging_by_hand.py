"""Two customers that no search proposed are one because a person says so: the same union, the same way back."""

from datetime import date, datetime, timedelta

import pytest

from puntual.companies.models import Company
from puntual.duplicates import operations as duplicates
from puntual.duplicates.models import Merge, Proposal
from puntual.flows import erasure, merging, placing
from puntual.lib.errors import DomainError, NotFound
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer
from tests.committed import together
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.flows.uniting import ANA, LUIS, differences, live, snapshot
from tests.outreach_factories import prepare

LIFE = {
    "pay",
    "report",
    "promise",
    "dispute",
    "hold",
    "stop",
    "preference",
    "call",
    "reply",
    "link",
    "message",
    "run",
}


def two() -> tuple[Customer, Customer]:
    """Make two customers of whom nothing says that they are one."""
    return (
        make_customer(name="Aceros Tula SA de CV", tax_id="ATU010101AB1"),
        make_customer(name="Grupo Ferretero Hidalgo", tax_id="GFH020202CD2"),
    )


def unite(first: Customer, second: Customer, *, survivor: Customer) -> int:
    return merging.unite(
        customer_id=first.pk, other_id=second.pk, survivor_id=survivor.pk, actor=ANA, today=TODAY, at=NOW
    )


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("stays", [0, 1])
def test_undone_every_row_is_as_it_was(today: date, now: datetime, stays: int) -> None:
    prepare()
    pair = two()
    for customer in pair:
        make_receivable(customer=customer, due=today - timedelta(days=4))
        live(customer, LIFE - ({"promise"} if customer is pair[1] else set()), today, now)
    # What was written below the flows has placed nobody yet.
    placing.place(customer_ids=[one.pk for one in pair], at=now)
    before = snapshot()
    owed = sum(item.open_amount for one in pair for item in portfolio.open_items(customer_id=one.pk))

    merge_id = unite(*pair, survivor=pair[stays])

    assert portfolio.open_items(customer_id=pair[1 - stays].pk) == []
    items = portfolio.open_items(customer_id=pair[stays].pk)
    assert sum(item.open_amount for item in items) == owed
    merging.undo(merge_id=merge_id, actor=LUIS, today=today, at=now + timedelta(hours=1))
    assert differences(before, snapshot()) == {}
    kept = Proposal.objects.get()
    assert (kept.state, kept.decided_by, kept.note) == ("REJECTED", "Luis", "Se deshizo la unión.")


@pytest.mark.usefixtures("company")
def test_told_apart_once_they_are_never_proposed_again(now: datetime) -> None:
    pair = two()
    merge_id = unite(*pair, survivor=pair[0])
    merging.undo(merge_id=merge_id, actor=LUIS, today=TODAY, at=NOW)
    Customer.objects.update(name="Aceros Tula", tax_id="ATU010101AB1")

    merging.find_duplicates(at=now + timedelta(hours=1), is_forced=True)

    assert list(Proposal.objects.values_list("state", flat=True)) == ["REJECTED"]


@pytest.mark.usefixtures("company")
def test_who_was_told_apart_may_be_united_after_all(now: datetime) -> None:
    pair = two()
    merging.undo(merge_id=unite(*pair, survivor=pair[0]), actor=LUIS, today=TODAY, at=NOW)

    unite(*pair, survivor=pair[1])

    assert [(one.state, one.decided_by, one.note) for one in Proposal.objects.all()] == [
        ("CONFIRMED", "Ana", "")
    ]
    assert list(Merge.objects.order_by("id").values_list("undone_at", flat=True))[1] is None


@pytest.mark.usefixtures("company")
def test_what_cannot_be_united_leaves_nothing() -> None:
    first, second = two()
    third = make_customer(name="Mueblería Robles", tax_id="MRO030303EF3")
    erased = make_customer(name="Persona Olvidada", tax_id="")
    erasure.erase_customer(customer_id=erased.pk, actor=ANA, at=NOW, despite_debt=True)

    for other, survivor in ((first, first), (erased, first), (second, third)):
        with pytest.raises((NotFound, duplicates.AlreadyDecided)):
            unite(first, other, survivor=survivor)
    unite(first, second, survivor=first)
    with pytest.raises(NotFound):
        unite(third, second, survivor=third)

    assert Merge.objects.count() == Proposal.objects.count() == 1


def test_two_hands_at_once_unite_once(committed_company: Company) -> None:
    first, second = two()

    def attempt(survivor: Customer) -> str:
        try:
            unite(first, second, survivor=survivor)
        except DomainError as refused:
            return refused.code
        return "united"

    hands = together(company=committed_company, works=[lambda: attempt(first), lambda: attempt(second)])

    answers = sorted(hand.finish() for hand in hands)
    assert answers[1] == "united"
    assert answers[0] in {"already-decided", "not-found"}
    assert Merge.objects.count() == 1
    assert list(Proposal.objects.values_list("state", flat=True)) == ["CONFIRMED"]

"""Unir con otro cliente: who nobody proposed is found, compared and united, and can be parted again."""

from decimal import Decimal

import pytest

from puntual.agreements import operations as agreements
from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.contacts.types import Channel
from puntual.duplicates.models import Proposal
from puntual.flows import merging
from puntual.portfolio.models import Customer
from tests.conftest import NOW
from tests.factories import make_customer, make_receivable
from tests.web.staffers import browser, day, read, send, text_of

Pair = tuple[Customer, Customer]


@pytest.fixture
def pair(company: Company) -> Pair:
    """Two customers that no search would take for one: other names, other tax ids; one owes."""
    here = make_customer(name="Aceros Tula SA de CV", external_id="A-1", tax_id="ATU010101AB1", email=None)
    there = make_customer(
        name="Grupo Ferretero Hidalgo",
        external_id="B-2",
        tax_id="GFH020202CD2",
        email="pagos@hidalgo.example",
    )
    make_receivable(customer=there, due=day(-5), amount="1250.00", document_number="F-7788")
    merging.find_duplicates(at=NOW, is_forced=True)
    assert not Proposal.objects.exists()
    return here, there


def address(pair: Pair) -> str:
    """Return where the two are compared."""
    return f"/clientes/{pair[0].pk}/unir/{pair[1].pk}/"


def decisions() -> list[tuple[str, str, str]]:
    """Return what was decided about pairs."""
    with companies.in_company(schema_name="muebles"):
        return list(Proposal.objects.values_list("state", "strength", "decided_by"))


def merged_into(customer: Customer) -> int | None:
    """Return with whom a customer is united."""
    found: int | None = read("select merged_into_id from portfolio_customer where id = %s", customer.pk)[0][0]
    return found


def merges() -> list[int]:
    """Return the unions."""
    return [row[0] for row in read("select id from duplicates_merge order by id")]


@pytest.mark.parametrize(
    ("role", "is_offered"), [("owner", True), ("manager", True), ("supervisor", True), ("collector", False)]
)
def test_the_page_of_a_customer_offers_it_to_who_may(pair: Pair, role: str, is_offered: bool) -> None:
    text = text_of(browser(role).get(f"/clientes/{pair[0].pk}/"))

    assert ("Unir con otro cliente…" in text) is is_offered


@pytest.mark.parametrize(
    ("_case", "asked"),
    [
        ("name", "ferretero hidal"),
        ("number", "B-2"),
        ("tax id", "GFH020202"),
        ("document", "F-7788"),
    ],
)
def test_the_other_is_found(pair: Pair, _case: str, asked: str) -> None:
    answer = browser("supervisor").get(f"/clientes/{pair[0].pk}/unir/", {"q": asked})

    assert [one["id"] for one in answer.context["hits"]] == [pair[1].pk]
    text = text_of(answer)
    assert f'href="{address(pair)}"' in text
    assert "$1,250.00" in text


@pytest.mark.parametrize(
    ("_case", "asked", "words"),
    [
        ("nothing asked", "", "Busque al otro y compárelos"),
        ("nobody", "Nadie Así", "Nadie con ese nombre, número, RFC o folio"),
        ("itself", "Aceros", "Sólo aparece este mismo cliente"),
        ("signs of patterns", "%_\\", "Nadie con ese nombre"),
    ],
)
def test_a_search_that_finds_nobody_says_so(pair: Pair, _case: str, asked: str, words: str) -> None:
    answer = browser("supervisor").get(f"/clientes/{pair[0].pk}/unir/", {"q": asked})

    assert answer.status_code == 200
    assert words in text_of(answer)
    assert answer.context["hits"] == []


def test_both_are_shown_with_what_speaks_for_and_against_and_what_moves(pair: Pair) -> None:
    text = text_of(browser("supervisor").get(address(pair)))

    for word in ("A-1", "B-2", "$1,250.00", "Claves fiscales distintas", "Nombres muy distintos",
                 "pagos@hidalgo.example", "1 medio de contacto", "Todo lo del otro pasa al que se queda",
                 "Unir: son el mismo"):  # fmt: skip
        assert word in text
    assert text.index("A-1") < text.index("B-2")
    assert decisions() == []


@pytest.mark.parametrize("survivor", [0, 1])
def test_they_are_united_into_the_one_that_was_chosen_and_it_can_be_undone(pair: Pair, survivor: int) -> None:
    stays, goes = pair[survivor], pair[1 - survivor]

    answer = send(browser("supervisor"), address(pair), {"survivor": stays.pk})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/clientes/{stays.pk}/")
    assert (merged_into(goes), merged_into(stays)) == (stays.pk, None)
    owner = read("select customer_id from portfolio_receivable")[0][0]
    assert owner == stays.pk
    assert decisions() == [("CONFIRMED", "POSSIBLE", "Supervisor")]
    page = text_of(browser("manager").get(f"/clientes/{stays.pk}/"))
    assert "Deshacer la unión" in page
    assert goes.external_id in page
    assert "Unidos" in text_of(browser("manager").get("/clientes/duplicados/"))

    browser("manager").post(f"/clientes/uniones/{merges()[0]}/deshacer/")

    assert merged_into(goes) is None
    assert read("select customer_id from portfolio_receivable")[0][0] == pair[1].pk
    assert decisions() == [("REJECTED", "POSSIBLE", "Manager")]
    assert "Manager anotó que no son el mismo" in text_of(browser("supervisor").get(address(pair)))


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("supervisor", "Un gerente puede deshacer la unión."),
        ("manager", "Aquí mismo se puede deshacer la unión."),
    ],
)
def test_who_may_not_undo_is_told_who_may(pair: Pair, role: str, words: str) -> None:
    client = browser(role)
    answer = send(client, address(pair), {"survivor": pair[0].pk})

    assert f"Los dos clientes ahora son uno. {words}" in text_of(client.get(answer.headers["Location"]))


@pytest.mark.parametrize("role", ["collector", "auditor"])
def test_who_may_not_unite_sees_and_changes_nothing(pair: Pair, role: str) -> None:
    client = browser(role)

    assert client.get(f"/clientes/{pair[0].pk}/unir/").status_code == 403
    assert client.get(address(pair)).status_code == 403
    assert send(client, address(pair), {"survivor": pair[0].pk}).status_code == 403
    assert (merges(), decisions()) == ([], [])


@pytest.mark.parametrize("survivor", ["", "nadie", "-1", "999999"])
def test_without_one_of_the_two_as_survivor_nothing_changes(pair: Pair, survivor: str) -> None:
    answer = send(browser("supervisor"), address(pair), {"survivor": survivor})

    assert answer.status_code == 422
    assert "No se unieron" in text_of(answer)
    assert (merges(), decisions()) == ([], [])


def test_what_stands_between_them_is_shown_instead_of_the_button(pair: Pair) -> None:
    make_receivable(customer=pair[0], due=day(5))
    for customer in pair:
        agreements.make_promise(
            key=f"promesa:{customer.pk}",
            customer_id=customer.pk,
            amount=Decimal(100),
            currency="MXN",
            due_date=day(3),
            channel=Channel.CALL,
            note="",
            actor=SYSTEM,
            today=day(0),
            at=NOW,
        )

    shown = text_of(browser("supervisor").get(address(pair)))
    sent = send(browser("supervisor"), address(pair), {"survivor": pair[0].pk})

    assert "Los dos tienen una promesa vigente en MXN" in shown
    assert "Unir: son el mismo" not in shown
    assert sent.status_code == 422
    assert (merges(), decisions()) == ([], [])


def test_the_same_customer_twice_or_one_that_went_leads_back(pair: Pair) -> None:
    here, there = pair
    client = browser("supervisor")
    same = client.get(f"/clientes/{here.pk}/unir/{here.pk}/")
    send(client, address(pair), {"survivor": here.pk})

    again = send(client, address(pair), {"survivor": here.pk})
    from_who_went = client.get(f"/clientes/{there.pk}/unir/")

    assert (same.status_code, same.headers["Location"]) == (302, f"/clientes/{here.pk}/unir/")
    assert (again.status_code, again.headers["Location"]) == (302, f"/clientes/{here.pk}/unir/")
    assert (from_who_went.status_code, from_who_went.headers["Location"]) == (302, f"/clientes/{here.pk}/")
    assert len(merges()) == 1


def test_a_pair_that_waits_as_a_proposal_is_decided_by_it(company: Company) -> None:
    here = make_customer(name="Aceros Tula SA de CV", tax_id="ATU010101AB1")
    there = make_customer(name="ACEROS TULA", tax_id="ATU010101AB1")
    merging.find_duplicates(at=NOW, is_forced=True)

    send(browser("supervisor"), address((here, there)), {"survivor": here.pk})

    assert decisions() == [("CONFIRMED", "STRONG", "Supervisor")]
    assert merged_into(there) == here.pk

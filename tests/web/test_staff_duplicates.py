"""Cartera › Posibles duplicados: what is shown side by side, who may decide, and what follows."""

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
from tests.web.staffers import browser, day, read, text_of

LIST = "/clientes/duplicados/"


@pytest.fixture
def pair(company: Company) -> tuple[Customer, Customer]:
    """Two customers of one tax id, of whom one owes, and their proposal."""
    first = make_customer(name="Aceros Tula SA de CV", external_id="A-1", tax_id="ATU010101AB1")
    second = make_customer(name="ACEROS TULA", external_id="B-2", tax_id="ATU010101AB1")
    make_receivable(customer=second, due=day(-5), amount="1250.00")
    merging.find_duplicates(at=NOW, is_forced=True)
    return first, second


def proposal() -> Proposal:
    """Return the one proposal: a request leaves the connection outside of any company."""
    with companies.in_company(schema_name="muebles"):
        return Proposal.objects.get()


def merges() -> list[int]:
    """Return the unions."""
    return [row[0] for row in read("select id from duplicates_merge order by id")]


def merged_into(customer: Customer) -> int | None:
    """Return with whom a customer is united."""
    found: int | None = read("select merged_into_id from portfolio_customer where id = %s", customer.pk)[0][0]
    return found


def confirm(role: str, survivor: Customer) -> int:
    """Unite as somebody and return the status."""
    path = f"{LIST}{proposal().pk}/unir/"
    return int(browser(role).post(path, {"survivor": survivor.pk}).status_code)


def test_both_are_shown_with_what_speaks_for_and_against(pair: tuple[Customer, Customer]) -> None:
    text = text_of(browser("auditor").get(LIST))

    for word in (
        "A-1",
        "B-2",
        "ATU010101AB1",
        "Misma clave fiscal",
        "Mismo nombre",
        "Muy probable",
        "$1,250.00",
    ):
        assert word in text
    assert "Unir: son el mismo" not in text


def test_an_empty_list_says_what_belongs_here(company: Company) -> None:
    assert "Nada por revisar" in text_of(browser("supervisor").get(LIST))


@pytest.mark.parametrize("role", ["owner", "manager", "supervisor"])
def test_who_may_unite_does(pair: tuple[Customer, Customer], role: str) -> None:
    first, second = pair

    assert confirm(role, second) == 302
    assert (merged_into(first), proposal().state) == (second.pk, "CONFIRMED")


@pytest.mark.parametrize("role", ["collector", "auditor"])
def test_who_may_not_unite_changes_nothing(pair: tuple[Customer, Customer], role: str) -> None:
    assert confirm(role, pair[1]) == 403
    assert merges() == []
    assert proposal().state == "PENDING"


def test_a_collector_does_not_see_the_list(company: Company) -> None:
    assert browser("collector").get(LIST).status_code == 403


def test_no_survivor_chosen_changes_nothing(pair: tuple[Customer, Customer]) -> None:
    client = browser("supervisor")

    answer = client.post(f"{LIST}{proposal().pk}/unir/", {}, follow=True)

    assert "Elija cuál de los dos clientes se queda" in text_of(answer)
    assert merges() == []


def test_a_stranger_as_survivor_changes_nothing(pair: tuple[Customer, Customer]) -> None:
    stranger = make_customer(tax_id="")

    assert confirm("supervisor", stranger) == 302
    assert merges() == []


def test_the_second_person_is_told_who_decided(pair: tuple[Customer, Customer]) -> None:
    path = f"{LIST}{proposal().pk}/separar/"
    browser("supervisor").post(path, {"note": "Son sucursales distintas"})

    answer = browser("manager").post(f"{LIST}{proposal().pk}/unir/", {"survivor": pair[0].pk}, follow=True)

    assert "Supervisor ya decidió sobre estos clientes" in text_of(answer)
    kept = proposal()
    assert (kept.state, kept.note, kept.decided_by) == ("REJECTED", "Son sucursales distintas", "Supervisor")
    assert "Son sucursales distintas" in text_of(browser("manager").get(LIST))


def test_the_page_of_the_one_that_went_leads_to_the_survivor(pair: tuple[Customer, Customer]) -> None:
    first, second = pair
    confirm("supervisor", second)
    client = browser("manager")

    answer = client.get(f"/clientes/{first.pk}/")
    history = text_of(client.get(f"/clientes/{first.pk}/?historia=1"))
    survivor = text_of(client.get(f"/clientes/{second.pk}/"))

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/clientes/{second.pk}/")
    assert "Este cliente se unió con otro" in history
    assert "Registrar contacto" not in history
    assert "Unido con" in survivor
    assert "Deshacer la unión" in survivor


def test_an_act_from_a_page_that_was_open_is_not_carried_out_for_the_old_one(
    pair: tuple[Customer, Customer],
) -> None:
    first, second = pair
    confirm("supervisor", second)

    answer = browser("supervisor").post(f"/clientes/{first.pk}/pausa/", {"reason": "OTHER", "until": day(3)})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/clientes/{second.pk}/")


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 302), ("owner", 302), ("supervisor", 403), ("auditor", 403)]
)
def test_who_may_undo(pair: tuple[Customer, Customer], role: str, status: int) -> None:
    first, second = pair
    confirm("supervisor", second)

    answer = browser(role).post(f"/clientes/uniones/{merges()[0]}/deshacer/")

    assert answer.status_code == status
    assert merged_into(first) == (None if status == 302 else second.pk)


def test_what_stands_between_them_is_shown_instead_of_the_button(pair: tuple[Customer, Customer]) -> None:
    first, second = pair
    make_receivable(customer=first, due=day(5))
    for customer in (first, second):
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

    from_page = text_of(browser("supervisor").get(LIST))

    assert "Los dos tienen una promesa vigente en MXN" in from_page
    assert "Unir: son el mismo" not in from_page
    assert "No son el mismo" in from_page


def test_a_search_is_handed_to_the_workers_once(company: Company) -> None:
    client = browser("supervisor")

    client.post(f"{LIST}buscar/")
    client.post(f"{LIST}buscar/")

    assert "Buscando ahora" in text_of(client.get(LIST))


def test_the_list_finds_the_survivor_by_the_old_number(pair: tuple[Customer, Customer]) -> None:
    _first, second = pair
    confirm("supervisor", second)

    text = text_of(browser("auditor").get("/clientes/?q=A-1"))

    assert f"/clientes/{second.pk}/" in text

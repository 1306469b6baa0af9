"""Pagos › Por identificar: what found no customer or document, settled by a person."""

from decimal import Decimal

import pytest
from django.test import Client

from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.flows import intake
from puntual.portfolio.models import Customer
from tests.conftest import NOW, TODAY
from tests.factories import make_customer, make_receivable
from tests.unit.intake.files import PAYMENT_HEADERS, csv_bytes
from tests.web.staffers import ROLES, browser, day, read, send, text_of

LIST = "/pagos/por-identificar/"
DECIDERS = {"owner", "manager", "supervisor"}


@pytest.fixture
def debtor(company: Company) -> Customer:
    """A customer who owes one document of 1,000; a payment of a document that nobody has came in a file."""
    customer = make_customer(name="Ana Vencida", external_id="V-1")
    make_receivable(customer=customer, due=day(-40), amount="1000.00", document_number="F-1")
    rows = [["", "F-77", "2026-03-02", "400.00", "SPEI", "RASTREO-9"]]
    import_id = intake.load_file(
        name="pagos.csv", content=csv_bytes(PAYMENT_HEADERS, rows), kind=None, actor=SYSTEM, at=NOW
    )
    intake.apply_import(import_id=import_id, actor=SYSTEM, today=TODAY, at=NOW)
    return customer


def movement_id() -> int:
    return int(read("select max(id) from intake_movement")[0][0])


def states() -> list[str]:
    return [row[0] for row in read("select state from intake_movement order by id")]


def test_what_waits_is_listed_and_found(debtor: Customer) -> None:
    client = browser()

    page = text_of(client.get(LIST))

    assert "RASTREO-9" in page
    assert "El documento no está en la cartera." in page
    assert "$400.00" in page
    assert "RASTREO-9" in text_of(client.get(LIST, {"q": "f-77"}))
    assert "RASTREO-9" not in text_of(client.get(LIST, {"q": "otra cosa"}))
    assert "RASTREO-9" not in text_of(client.get(LIST, {"estado": "descartados"}))


@pytest.mark.parametrize("role", ROLES)
def test_only_who_records_payments_decides(debtor: Customer, role: str) -> None:
    client, path = browser(role), f"{LIST}{movement_id()}/"
    may = role in DECIDERS

    page = client.get(path, {"q": "Ana"})

    assert page.status_code == 200
    assert ("A lo más antiguo" in text_of(page)) is may
    answer = client.post(f"{path}aplicar/", {"customer_id": str(debtor.pk)})
    assert answer.status_code == (302 if may else 403)
    assert states() == (["POSTED"] if may else ["WAITING"])


def test_a_person_applies_it_to_a_document(debtor: Customer) -> None:
    client, path = browser(), f"{LIST}{movement_id()}/"
    receivable_id = read("select id from portfolio_receivable")[0][0]

    assert "F-1" in text_of(client.get(path, {"q": "V-1"}))
    answer = client.post(
        f"{path}aplicar/", {"customer_id": str(debtor.pk), "receivable_id": str(receivable_id)}
    )

    assert answer.headers["Location"] == LIST
    assert read("select open_amount from portfolio_receivable") == [(Decimal("600.00"),)]
    assert "Ver el pago" in text_of(client.get(path))
    # Nothing of it waits any more; the list tells what was applied, line by line and in all.
    applied = text_of(client.get(LIST, {"estado": "aplicados"}))
    assert (applied.count("$400.00"), "$0.00" in applied) == (2, False)
    assert '/filas/?row=2"' in client.get(path).content.decode()
    assert "· $400.00</h1>" in text_of(client.get(path)).replace(" </h1>", "</h1>")
    # Sent twice it is refused, and nothing more is written.
    client.post(f"{path}aplicar/", {"customer_id": str(debtor.pk)})
    assert read("select count(*) from payments_payment") == [(1,)]


def test_a_document_of_somebody_else_is_refused(debtor: Customer) -> None:
    with companies.in_company(schema_name="muebles"):
        other = make_customer(name="Beto", external_id="V-2")
    receivable_id = read("select id from portfolio_receivable")[0][0]

    answer = browser().post(
        f"{LIST}{movement_id()}/aplicar/",
        {"customer_id": str(other.pk), "receivable_id": str(receivable_id)},
        follow=True,
    )

    assert "El documento no tiene saldo de ese cliente." in text_of(answer)
    assert states() == ["WAITING"]


def test_parts_must_add_up(debtor: Customer) -> None:
    client, path = browser(), f"{LIST}{movement_id()}/dividir/"

    wrong = send(client, path, {"part_1": "100", "part_2": "200"})
    assert wrong.status_code == 422
    assert "Las partes deben sumar el importe del pago." in text_of(wrong)
    assert send(client, path, {"part_1": "150.00", "part_2": "250.00"}).status_code == 302

    assert states() == ["SPLIT", "WAITING", "WAITING"]
    assert "$150.00" in text_of(client.get(LIST))


def test_what_is_put_aside_says_why_and_can_come_back(debtor: Customer) -> None:
    client, path = browser(), f"{LIST}{movement_id()}/"

    assert send(client, f"{path}descartar/", {"dismissal": "RETURNED", "reason": ""}).status_code == 422
    answer = send(client, f"{path}descartar/", {"dismissal": "RETURNED", "reason": "Se devolvió al banco"})
    assert answer.status_code == 302
    assert states() == ["DISMISSED"]
    assert "Se devolvió al banco" in text_of(client.get(path))
    client.post(f"{path}recuperar/")

    assert states() == ["WAITING"]


def test_nothing_waits(company: Company) -> None:
    assert "Nada por identificar" in text_of(browser().get(LIST))


@pytest.mark.parametrize("act", ["", "aplicar/", "dividir/", "descartar/", "recuperar/"])
def test_a_movement_of_nothing_is_not_found(company: Company, act: str) -> None:
    client = browser()
    path = f"{LIST}999999/{act}"

    found = client.get(path) if act in ("", "dividir/", "descartar/") else client.post(path)

    assert found.status_code == 404


def test_the_page_of_another_company_is_not_shown(debtor: Customer, outsider: Client) -> None:
    assert browser(schema="ferreteria").get(f"{LIST}{movement_id()}/").status_code == 404

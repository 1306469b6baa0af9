"""The search box finds customers, documents and the pages that a person may open."""

import pytest

from puntual.companies.models import Company
from puntual.contacts.types import PointKind
from puntual.portfolio import queries as portfolio
from puntual.portfolio.models import Customer
from tests.factories import make_customer, make_point, make_receivable
from tests.web import staffers
from tests.web.staffers import browser, day, text_of

# How the search box asks.
BOX = {"HX-Request": "true"}


@pytest.fixture
def debtor(company: Company) -> Customer:
    """A customer with one document."""
    customer = make_customer(name="Peña Ávila y Cía", external_id="C-77")
    make_receivable(customer=customer, due=day(-1), document_number="FX-900")
    return customer


def test_a_stranger_is_asked_to_sign_in(company: Company) -> None:
    assert staffers.stranger().get("/buscar/?q=pena").status_code == 302


@pytest.mark.parametrize("asked", ["pena", "avila peña", "c-77", "GODE561231"])
def test_a_customer_is_found_however_it_is_written(debtor: Customer, asked: str) -> None:
    page = text_of(browser().get("/buscar/", {"q": asked}, headers=BOX))

    assert f'href="/clientes/{debtor.pk}/"' in page
    assert "Peña Ávila y Cía" in page
    assert 'role="option"' in page


def test_a_document_is_found_by_its_number(debtor: Customer) -> None:
    assert f"/clientes/{debtor.pk}/documentos/" in text_of(browser().get("/buscar/?q=fx-900", headers=BOX))


def test_pages_are_those_that_the_person_may_open(debtor: Customer) -> None:
    assert "/cartera/importar/" in text_of(browser("supervisor").get("/buscar/?q=importar", headers=BOX))
    assert "/cartera/importar/" not in text_of(browser("collector").get("/buscar/?q=importar", headers=BOX))


@pytest.mark.parametrize("asked", ["", "a", "zzzzz", "%", "%%", "'; drop"])
def test_nothing_is_answered_when_nothing_fits(debtor: Customer, asked: str) -> None:
    assert text_of(browser().get("/buscar/", {"q": asked}, headers=BOX)) == ""


def test_another_company_finds_nothing_of_ours(debtor: Customer) -> None:
    assert text_of(browser(schema="ferreteria").get("/buscar/?q=pena", headers=BOX)) == ""


def test_an_address_opened_directly_is_a_whole_page(debtor: Customer) -> None:
    page = text_of(browser().get("/buscar/?q=pena"))

    assert "<title>Buscar" in page
    assert f'href="/clientes/{debtor.pk}/"' in page
    assert "Nada coincide" in text_of(browser().get("/buscar/?q=zzzzz"))
    assert "Escriba al menos dos letras" in text_of(browser().get("/buscar/"))


@pytest.mark.parametrize("way", ["box", "list"])
@pytest.mark.parametrize(
    "asked",
    [
        "55 5555 0001",
        "+52 1 55 5555 0001",
        "5555550001",
        "Caja@Pena.example",
        "gode-561231-gr8",
        "reference",
        "grouped",
    ],
)
def test_whoever_calls_writes_or_pays_is_found(debtor: Customer, asked: str, way: str) -> None:
    make_point(customer=debtor, value="+525555550001", kind=PointKind.PHONE)
    make_point(customer=debtor, value="caja@pena.example")
    make_customer(name="Otra persona", tax_id="")
    if asked in ("reference", "grouped"):
        digits = portfolio.payment_reference(customer_id=debtor.pk)
        asked = digits if asked == "reference" else f"{digits[:4]}-{digits[4:8]} {digits[8:]}"

    if way == "box":
        page = text_of(browser().get("/buscar/", {"q": asked}, headers=BOX))
    else:
        page = text_of(browser().get("/clientes/", {"q": asked}))

    assert f'href="/clientes/{debtor.pk}/"' in page
    assert "Otra persona" not in page
    assert "Peña" not in text_of(browser(schema="ferreteria").get("/buscar/", {"q": asked}, headers=BOX))

"""What was typed when the session had ended meanwhile: kept for the same person, and for nobody else."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from puntual.agreements.models import Promise
from puntual.contacts.models import Attempt
from puntual.portfolio.models import Customer
from tests.browser.conftest import Site, follow
from tests.conftest import PASSWORD
from tests.factories import make_customer, make_receivable

KEPT = "Lo que escribió sigue aquí"


@pytest.fixture
def customer(site: Site) -> Customer:
    """Somebody who owes."""
    found = make_customer(name="Muebles Robles", at=site.now)
    make_receivable(customer=found, due=site.today - timedelta(days=4), amount="300.00", at=site.now)
    return found


def end_session(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def sign_in(page: Page, *, role: str) -> None:
    """Sign in where one was sent to."""
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    expect(page.get_by_text("lo último no se guardó")).to_be_visible()
    page.get_by_label("Correo").fill(f"{role}@muebles.example")
    page.get_by_label("Contraseña").fill(PASSWORD)
    follow(page.get_by_role("button", name="Entrar"))


def write_promise(page: Page, site: Site, customer: Customer) -> None:
    page.goto(f"{site.url}/clientes/{customer.pk}/promesa/?next=promises")
    page.get_by_label("¿Cuánto va a pagar?").fill("123.45")
    page.get_by_label("Nota").fill("Paga cuando le paguen.")
    end_session(page)
    page.get_by_role("button", name="Registrar promesa").click()


def test_a_form_of_a_page_comes_back_with_what_was_typed(site: Site, customer: Customer) -> None:
    page = site.staff(role="collector")
    write_promise(page, site, customer)

    sign_in(page, role="collector")

    expect(page.get_by_text(KEPT)).to_be_visible()
    assert not Promise.objects.exists()
    expect(page.get_by_label("¿Cuánto va a pagar?")).to_have_value("123.45")
    page.get_by_role("button", name="Registrar promesa").click()
    page.wait_for_url(f"{site.url}/promesas/")
    assert Promise.objects.get().note == "Paga cuando le paguen."
    page.goto(f"{site.url}/clientes/{customer.pk}/promesa/")
    expect(page.get_by_text(KEPT)).to_have_count(0)


def test_a_dialog_comes_back_as_a_page_with_what_was_typed(site: Site, customer: Customer) -> None:
    page = site.staff(role="collector")
    page.goto(f"{site.url}/clientes/{customer.pk}/")
    page.get_by_role("link", name="Registrar contacto").click()
    page.get_by_label("Nota").fill("Pide hablar el lunes.")
    page.get_by_text("No contestó").click()
    end_session(page)
    page.get_by_role("button", name="Registrar", exact=True).click()

    sign_in(page, role="collector")

    expect(page.get_by_text(KEPT)).to_be_visible()
    assert not Attempt.objects.exists()
    expect(page.get_by_label("No contestó")).to_be_checked()
    page.get_by_role("button", name="Registrar", exact=True).click()
    page.wait_for_url(f"{site.url}/clientes/{customer.pk}/")
    assert Attempt.objects.get().note == "Pide hablar el lunes."


def test_nobody_else_sees_what_was_typed(site: Site, customer: Customer) -> None:
    page = site.staff(role="collector")
    write_promise(page, site, customer)

    sign_in(page, role="manager")

    page.wait_for_function("sessionStorage.getItem('puntual:typed') === null")
    expect(page.get_by_label("Nota")).to_have_value("")
    expect(page.get_by_text(KEPT)).to_have_count(0)
    assert not Promise.objects.exists()


def test_what_was_typed_outlives_a_sign_in_of_another_tab(site: Site, customer: Customer) -> None:
    page = site.staff(role="collector")
    page.goto(f"{site.url}/clientes/{customer.pk}/promesa/")
    page.get_by_label("Nota").fill("Paga cuando le paguen.")
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Registrar promesa").click()
    expect(page.get_by_role("heading", name="La página venció")).to_be_visible()

    page.go_back()

    expect(page.get_by_label("Nota")).to_have_value("Paga cuando le paguen.")
    expect(page.get_by_text(KEPT)).to_be_visible()
    # The browser complains of the page that was too old, which this test asked for.
    site.complaints.clear()


def test_a_password_is_never_kept(site: Site) -> None:
    page = site.staff()
    page.goto(f"{site.url}/ajustes/usuarios/")
    page.get_by_label("Nombre").fill("Ana Ruiz")
    page.get_by_label("Correo").fill("nueva@muebles.example")
    page.get_by_label("Contraseña").fill("una-clave-muy-larga-42")
    end_session(page)
    page.get_by_role("button", name="Dar de alta").click()

    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()

    assert "nueva@muebles.example" in page.evaluate("JSON.stringify(sessionStorage)")
    assert "una-clave" not in page.evaluate("JSON.stringify(sessionStorage)")

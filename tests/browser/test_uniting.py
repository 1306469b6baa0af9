"""Unir con otro cliente, from the page of one customer to that of the one that stays, and back."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from puntual.portfolio.models import Customer
from tests.browser.conftest import Site
from tests.factories import make_customer, make_receivable
from tests.flows.uniting import live

_SHOTS = os.environ.get("PUNTUAL_SHOTS", "")
# Names as long as companies have them.
LONG = "Comercializadora y Distribuidora de Muebles Finos del Bajío y Occidente, S. de R.L. de C.V."


def shot(page: Page, name: str) -> None:
    """Keep what the page looks like, where somebody asked to see it."""
    if _SHOTS:
        page.screenshot(path=str(Path(_SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def pair(site: Site) -> tuple[Customer, Customer]:
    """Two customers that no search takes for one, each with a life, and more of the same word."""
    today, at = site.today, site.now
    here = make_customer(
        name="Muebles Robles", external_id="C-0042", tax_id="MRO030303EF3", kind="COMPANY", city="León", at=at
    )
    there = make_customer(
        name=LONG, external_id="C-9917", tax_id="CDM040404GH4", kind="COMPANY", postal_code="37000", at=at
    )
    make_receivable(customer=here, due=today - timedelta(days=4), amount="300.00", at=at)
    make_receivable(customer=there, due=today - timedelta(days=40), amount="123456789012.34", at=at)
    make_receivable(customer=there, due=today + timedelta(days=9), amount="950.00", currency="USD", at=at)
    live(there, {"promise", "pay", "call", "dispute"}, today, at)
    for number in range(25):
        make_customer(name=f"Muebles del Centro {number}", tax_id="", at=at)
    return here, there


@pytest.mark.parametrize(("device", "width"), [("desktop", 1440), ("phone", 390)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_that_nobody_proposed_are_united_and_parted(
    site: Site,
    violations: Callable[[Page], list[str]],
    pair: tuple[Customer, Customer],
    device: str,
    width: int,
    scheme: str,
) -> None:
    here, there = pair
    page = site.staff(role="manager", width=width, height=844, scheme=scheme)

    def seen(name: str) -> None:
        shot(page, f"u{name}-{device}-{scheme}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name

    page.goto(f"{site.url}/clientes/{here.pk}/")
    seen("1-case")
    page.get_by_role("link", name="Unir con otro cliente…").click()
    expect(page.get_by_role("heading", name="Unir con otro cliente")).to_be_visible()
    seen("2-search")
    search = page.get_by_label("Nombre, número, RFC o folio del otro cliente")
    search.fill("muebles nadie")
    search.press("Enter")
    expect(page.get_by_text("Nadie con ese nombre, número, RFC o folio")).to_be_visible()
    seen("3-nobody")
    search.fill("muebles")
    search.press("Enter")
    expect(page.get_by_text("Hay más: escriba algo más del nombre, o su número.")).to_be_visible()
    seen("4-found")
    search.fill("C-9917")
    search.press("Enter")
    page.get_by_role("link", name=f"Comparar con {LONG}").click()

    expect(page.get_by_role("heading", name="¿Son el mismo?")).to_be_visible()
    expect(page.get_by_text("Claves fiscales distintas")).to_be_visible()
    seen("5-compared")
    page.get_by_label("Este se queda").nth(0).check()
    page.get_by_role("button", name="Unir: son el mismo").click()

    page.wait_for_url(f"{site.url}/clientes/{here.pk}/")
    expect(page.get_by_text("Los dos clientes ahora son uno.")).to_be_visible()
    seen("6-united")
    assert Customer.objects.get(pk=there.pk).merged_into_id == here.pk
    page.get_by_role("button", name="Deshacer la unión").click()
    page.wait_for_url(f"{site.url}/clientes/{there.pk}/")
    assert Customer.objects.get(pk=there.pk).merged_into_id is None
    page.goto(f"{site.url}/clientes/{here.pk}/unir/{there.pk}/")
    expect(page.get_by_text("anotó que no son el mismo")).to_be_visible()
    seen("7-told-apart")
